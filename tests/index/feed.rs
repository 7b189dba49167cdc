//! The example that reads a feed.

#[path = "../../examples/feed_reader.rs"]
#[allow(dead_code, reason = "an example is a program")]
mod feed_reader;

use super::*;

fn read(folder: &Path, paths: &[&str]) -> String {
    let paths: Vec<String> = paths.iter().map(|p| (*p).to_owned()).collect();
    let mut out = Vec::new();
    feed_reader::run(folder, &paths, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn one_article_of_each_new_story_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let feed = format!("{CORPUS}/feed.jsonl");
    let first = read(at, &[&feed]);
    let ids: Vec<&str> = first
        .lines()
        .map(|l| l.split('\t').next().unwrap())
        .collect();
    println!("{first}");
    assert!(!ids.is_empty());
    assert_eq!(read(at, &[&feed]), "", "all of it is known");

    // A reprint that comes before the agency's own.
    let story = unrelated(1, 4);
    let path = at.with_extension("jsonl");
    let line = |id: &str, outlet: &str, text: &str| {
        format!(
            "{}\n",
            json!({"id": id, "outlet": outlet, "title": id, "text": text})
        )
    };
    let lines = line("reprint", "Vesk Post", &format!("{story}\n\n(Reuters)"))
        + &line(
            "wire",
            "Reuters",
            &format!("VESK, May 6 (Reuters) - {story}"),
        )
        + &line("late", "Tidewell Star", &format!("{story}\n\n(Reuters)"))
        + &line("other", "Vesk Post", &unrelated(2, 3));
    fs::write(&path, lines).unwrap();
    assert_eq!(
        read(at, &[path.to_str().unwrap()]),
        "wire\twire\nother\tother\n"
    );
    fs::remove_file(path).unwrap();
}
