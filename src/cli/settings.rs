//! From arguments to what the library takes.

use anyhow::Context;
use serde_json::{Value, json};

use super::args::{self, EngineArgs, InputArgs};
use crate::{
    align::{self, similarity},
    boilerplate,
    candidate::{families, propose},
    cluster, detector, hash,
    read::{FieldNames, Format, Globs, ReadOptions, STDIN},
    report::offsets::Unit,
    settings::{PairScope, Settings},
    sketch::{minhash::SketchParams, winnow::SEEDS},
    text,
};

/// How to read.
pub(super) fn read_options(a: &InputArgs) -> anyhow::Result<ReadOptions> {
    Ok(ReadOptions {
        fields: FieldNames {
            id: a.id_field.clone(),
            text: a.text_field.clone(),
            title: a.title_field.clone(),
            outlet: a.outlet_field.clone(),
            url: a.url_field.clone(),
            published: a.published_field.clone(),
            modified: a.modified_field.clone(),
            retrieved: a.retrieved_field.clone(),
            byline: a.byline_field.clone(),
            lang: a.lang_field.clone(),
            group: a.group_field.clone(),
        },
        carry: a.carry.clone(),
        max_record: a.max_record,
        input_format: a.input_format.map(|f| match f {
            args::InputFormat::Plain => Format::Plain,
            args::InputFormat::Jsonl => Format::Jsonl,
            args::InputFormat::Json => Format::Json,
            args::InputFormat::Html => Format::Html,
            args::InputFormat::Feed => Format::Feed,
            args::InputFormat::Wire => Format::Wire,
            args::InputFormat::Csv => Format::Csv,
            args::InputFormat::Parquet => Format::Parquet,
            args::InputFormat::Warc => Format::Warc,
        }),
        globs: Globs::new(&a.include, &a.exclude)?,
        hidden: a.hidden,
    })
}

/// The paths to read: those given, and those that `--files-from` lists.
pub(super) fn paths(given: &[String], a: &InputArgs) -> anyhow::Result<Vec<String>> {
    let mut paths = given.to_vec();
    if let Some(list) = &a.files_from {
        let text = if list == STDIN {
            std::io::read_to_string(std::io::stdin())
        } else {
            std::fs::read_to_string(list)
        };
        let text = text.with_context(|| format!("cannot read the list of files `{list}`"))?;
        let lines = text.lines().map(|l| l.trim_end_matches('\r'));
        paths.extend(lines.filter(|l| !l.is_empty()).map(str::to_owned));
    }
    Ok(paths)
}

/// What the engine does.
pub(super) fn engine(a: &EngineArgs, near_misses: usize) -> Settings {
    let mut s = Settings {
        k: a.k,
        jaccard: a.jaccard,
        recall: a.recall,
        pairs: match a.pairs {
            args::Pairs::All => PairScope::All,
            args::Pairs::CrossOutlet => PairScope::CrossOutlet,
            args::Pairs::CrossGroup => PairScope::CrossGroup,
        },
        window_seconds: a.window,
        near_misses,
        ..Settings::default()
    };
    (
        s.relations.near_duplicate_shorter,
        s.relations.near_duplicate_longer,
    ) = a.near_duplicate;
    s.relations.reuse_words = a.reuse_words;
    s.relations.quotes_words = a.quotes_words;
    s
}

/// The unit of spans.
pub(super) fn unit(o: args::Offsets) -> Unit {
    match o {
        args::Offsets::Bytes => Unit::Bytes,
        args::Offsets::Chars => Unit::Chars,
        args::Offsets::Utf16 => Unit::Utf16,
    }
}

/// Everything that decides the result, for the `run` record: the settings, and the constants of the engine by name.
pub(super) fn as_json(
    s: &Settings,
    banding: crate::candidate::lsh::Banding,
    options: &ReadOptions,
    sources: &Value,
) -> anyhow::Result<Value> {
    let mut out = serde_json::to_value(s)?;
    out["banding"] = json!({"bands": banding.bands, "rows": banding.rows});
    let run = SEEDS.run.min(s.k);
    out["seeds"] = json!({
        "run": run,
        "window": SEEDS.guarantee() + 1 - run,
        "every_run_up_to_tokens": detector::SHORT_ARTICLE,
    });
    out["constants"] = json!({
        "passage_words": align::MIN_PASSAGE / 2,
        "passage_characters": align::MIN_PASSAGE,
        "passage_share_of_short_article": similarity::SHORT_PASSAGE,
        "quote_share": align::QUOTE_SHARE,
        "sentence_words": similarity::SENTENCE,
        "sentence_share": similarity::WHOLE,
        "guaranteed_run": propose::GUARANTEED_RUN,
        "seed_cap_least": propose::LEAST_CAP,
        "large_cluster": families::LARGE,
        "weak_bridge": cluster::WEAK_BRIDGE,
        "boilerplate_groups": boilerplate::MIN_FAMILIES,
        "boilerplate_groups_of_run": boilerplate::MIN_FAMILIES_OF_RUN,
    });
    let f = &options.fields;
    out["fields"] = json!({
        "id": f.id, "text": f.text, "title": f.title, "outlet": f.outlet, "url": f.url, "published": f.published,
        "modified": f.modified, "retrieved": f.retrieved, "byline": f.byline, "lang": f.lang, "group": f.group,
        "carry": options.carry,
    });
    out["input_format"] = match options.input_format {
        None => json!("told by name and content"),
        Some(format) => json!(format.name()),
    };
    out["versions"] =
        json!({"text": text::VERSION, "hash": hash::VERSION, "sketch": SketchParams::VERSION});
    out["max_record"] = json!(options.max_record);
    out["sources"] = sources.clone();
    Ok(out)
}
