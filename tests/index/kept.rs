//! An index that the first version of the format was written by stays readable, and says the same.

use super::{hostile::set_manifest, *};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");

fn data(name: &str) -> PathBuf {
    Path::new(DATA).join(name)
}

/// A copy, which a test may change.
fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files(&data("index-1")) {
        fs::write(folder.path().join(path.file_name().unwrap()), bytes).unwrap();
    }
    folder
}

/// What a folder answers to the articles it was made of, without what later versions may say beside it.
fn answers(folder: &Path) -> String {
    let articles = read("index-1.jsonl");
    let out = done("query", folder, &["-", "--snippet", "0"], &articles).0;
    let told = |r: &Value| json!({"id": r["id"], "status": r["status"], "best": r["best"], "matches": r["matches"], "cluster": r["cluster"]});
    let lines = records(&out);
    lines.iter().map(|r| format!("{}\n", told(r))).collect()
}

fn read(name: &str) -> String {
    fs::read_to_string(data(name)).unwrap()
}

#[test]
fn the_index_of_format_1_answers_the_same_for_ever() {
    let expected = read("index-1.answers.jsonl");
    let at = data("index-1");
    assert_eq!(answers(&at), expected);
    done("verify", &at, &[], "");
    let stats = opened(&at).unwrap().stats().unwrap();
    assert_eq!((stats.articles, stats.removed, stats.segments), (3, 1, 2));
    // And is gone on with.
    let folder = copy();
    done("add", folder.path(), &["-"], &record("new", &text(1)));
    done("compact", folder.path(), &[], "");
    assert_eq!(answers(folder.path()), expected);
}

#[test]
#[ignore = "writes the index that is kept: only for a new format, under a new name"]
fn write() {
    let at = data("index-1");
    let articles = read("index-1.jsonl");
    let lines: Vec<&str> = articles.split_inclusive('\n').collect();
    done("add", &at, &["-"], &lines[..2].concat());
    done("add", &at, &["-"], &lines[2..].concat());
    done("remove", &at, &["ferry"], "");
    fs::write(data("index-1.answers.jsonl"), answers(&at)).unwrap();
    fs::remove_file(at.join("lock")).unwrap();
}

#[test]
fn formats_of_other_versions_are_told_by_age() {
    for (format, words) in [(0, "older than 1"), (99, "newer than 1")] {
        let folder = copy();
        set_manifest(folder.path(), |m| {
            m["format"] = json!(format);
            // Nothing else of it need be as it is now.
            m.as_object_mut().unwrap().remove("bound");
        });
        let before = files(folder.path());
        for (command, more) in [
            ("add", &["-"][..]),
            ("query", &["-"]),
            ("stats", &[]),
            ("compact", &[]),
        ] {
            let (code, _, said) = index(command, folder.path(), more, &record("x", "A text."));
            assert!(
                code == 2 && said.contains(&format!("is of format {format}, {words}")),
                "{command}: {said}"
            );
        }
        assert_eq!(files(folder.path()), before);
    }
}
