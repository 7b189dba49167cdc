//! Reading files, folders and streams, good and bad.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use copytaster::error::ErrorKind;
use copytaster::read::{
    Format, Input, ReadOptions, Source, find, open, read_all, read_jsonl_bytes,
};
use tempfile::TempDir;

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn read_with(paths: &[&str], options: &ReadOptions) -> Input {
    let paths: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
    let input = read_all(&paths, options, &|_| ());
    // The one-at-a-time reader must see the very same things.
    let mut stream = open(&paths, options);
    let (mut documents, mut errors) = (Vec::new(), Vec::new());
    for item in stream.by_ref() {
        match item {
            Ok(document) => documents.push(document),
            Err(error) => errors.push(error),
        }
    }
    errors.sort_by(|a, b| (a.path.as_bytes(), a.record).cmp(&(b.path.as_bytes(), b.record)));
    assert_eq!(input.documents, documents);
    assert_eq!(input.errors, errors);
    assert_eq!(&input.skipped, stream.skipped());
    assert_eq!(input.decoding_errors, stream.decoding_errors());
    input
}

fn read(paths: &[&str]) -> Input {
    read_with(paths, &ReadOptions::default())
}

fn ids(input: &Input) -> Vec<&str> {
    input.documents.iter().map(|d| d.id.as_str()).collect()
}

fn messages(input: &Input) -> Vec<String> {
    input.errors.iter().map(|e| e.message.clone()).collect()
}

fn root_of(folder: &TempDir) -> String {
    folder.path().to_str().unwrap().to_owned()
}

#[test]
fn a_folder_gives_its_articles_by_path() {
    let folder = TempDir::new().unwrap();
    let root = root_of(&folder);
    for name in [
        "b.txt",
        "a/z.md",
        "a.text",
        "a/b/c.TXT",
        ".hidden.txt",
        ".git/x.txt",
    ] {
        write(folder.path(), name, name);
    }
    write(folder.path(), "feed.ndjson", "{\"text\":\"t\"}\n");
    write(
        folder.path(),
        "feed.jsonl",
        "{\"text\":\"t\",\"id\":\"own\"}\n",
    );
    for name in ["x.css", "y.CSS", "z.csv", "none"] {
        write(folder.path(), name, "{}");
    }
    let input = read(&[&root]);
    let expected: Vec<String> = [
        "a.text",
        "a/b/c.TXT",
        "a/z.md",
        "b.txt",
        "own",
        "feed.ndjson",
    ]
    .iter()
    .map(|&name| match name {
        "own" => name.to_owned(),
        _ => format!("{root}/{name}"),
    })
    .collect();
    assert_eq!(ids(&input), expected);
    assert_eq!(input.errors, []);
    let others: Vec<(&str, u64)> = input
        .skipped
        .other_files
        .iter()
        .map(|(e, &n)| (e.as_str(), n))
        .collect();
    assert_eq!(others, [("", 1), ("css", 2), ("csv", 1)]);
    // A slash at the end changes nothing.
    assert_eq!(read(&[&format!("{root}/")]), input);
    assert_eq!(read(&[&format!("{root}//"), &root]), input);
    assert_eq!(input.documents[0].path, expected[0]);
    assert_eq!(input.documents[0].record, None);
    assert_eq!(input.documents[4].record, Some(1));
}

#[test]
fn a_leading_dot_is_kept() {
    // The test runs in the crate's folder, which has a `src`; no article lies there.
    let input = read(&["./src", "src"]);
    assert_eq!(input.documents, []);
    assert!(input.skipped.other_files["rs"] > 5);
    let input = read(&["./Cargo.toml"]);
    assert_eq!(ids(&input), ["./Cargo.toml"]);
}

#[test]
fn listing_order_does_not_matter_and_nothing_is_read_twice() {
    let folder = TempDir::new().unwrap();
    let root = root_of(&folder);
    let a = write(folder.path(), "a.txt", "a");
    let b = write(folder.path(), "sub/b.txt", "b");
    let c = write(folder.path(), "sub/c.jsonl", "{\"text\":\"c\"}");
    let long = format!("{root}/sub/../a.txt");
    let one = read(&[&a, &b, &c, &root, &long]);
    let other = read(&[&long, &root, &c, &c, &b, &a]);
    assert_eq!(one, other);
    assert_eq!(ids(&one), [a.as_str(), b.as_str(), &c]);
    assert_eq!(ids(&read(&[&c, &a])), [a.as_str(), &c]);
}

#[cfg(feature = "web")]
#[test]
fn a_named_file_is_read_whatever_its_name() {
    let folder = TempDir::new().unwrap();
    let root = root_of(&folder);
    let html = write(folder.path(), "page.html", "<p>prose</p>");
    let style = write(folder.path(), "style.css", "/* prose */");
    let feed = write(
        folder.path(),
        "feed.dat",
        "\n \n{\"text\":\"one\"}\n{\"text\":\"two\"}\n",
    );
    let brace = write(folder.path(), "brace.txt", "{sic} is how it starts\n");
    let array = write(folder.path(), "array.json", "[{\"text\":\"one\"}]");
    let pretty = write(folder.path(), "pretty.json", "{\n \"text\": \"one\"\n}\n");
    let one = write(folder.path(), "one.json", "\u{feff}{\"text\": \"one\"}");
    let none = write(folder.path(), "none.bin", "");
    let input = read(&[&html, &feed, &brace, &array, &pretty, &one, &none]);

    let expected = [&array, &brace, &feed, &feed, &none, &one, &html, &pretty];
    assert_eq!(ids(&input), expected);
    assert_eq!(input.errors, []);
    // Named beside its folder it is read, and is no longer one of the others.
    let both = read(&[&root, &style]);
    assert!(ids(&both).contains(&style.as_str()));
    assert!(!both.skipped.other_files.contains_key("css"));
    // A format given holds for named files.
    let plain = ReadOptions {
        input_format: Some(Format::Plain),
        ..ReadOptions::default()
    };
    assert_eq!(ids(&read_with(&[&array], &plain)), [&array]);
    let lines = ReadOptions {
        input_format: Some(Format::Jsonl),
        ..ReadOptions::default()
    };
    assert_eq!(read_with(&[&html], &lines).errors.len(), 1);
    assert_eq!(read_with(&[&root], &lines), read(&[&root]));
}

#[test]
fn ignore_files_count_inside_folders_only() {
    let folder = TempDir::new().unwrap();
    let root = root_of(&folder);
    write(folder.path(), ".gitignore", "*.txt\n");
    write(folder.path(), "corpus/.gitignore", "drafts/\n");
    write(
        folder.path(),
        "corpus/.copytasterignore",
        "secret*\n!secret-not.txt\n",
    );
    let draft = write(folder.path(), "corpus/drafts/d.txt", "d");
    let secret = write(folder.path(), "corpus/secret.txt", "s");
    write(folder.path(), "corpus/secret-not.txt", "s");
    write(folder.path(), "corpus/a.txt", "a");
    write(folder.path(), "corpus/.ignore", "a.txt");
    let corpus = format!("{root}/corpus");
    let shown = [
        format!("{corpus}/a.txt"),
        format!("{corpus}/secret-not.txt"),
    ];
    // What lies above the folder named has no say.
    assert_eq!(ids(&read(&[&corpus])), shown);
    // What lies in it has: the project's own file before git's.
    assert_eq!(ids(&read(&[&root])), shown[1..]);
    // A file named is read.
    assert_eq!(ids(&read(&[&draft, &secret])), [&draft, &secret]);
    write(folder.path(), "corpus/.copytasterignore", "a{b\n");
    let input = read(&[&corpus]);
    assert_eq!(input.errors.len(), 1);
    assert_eq!(input.errors[0].path, format!("{corpus}/.copytasterignore"));
}

#[test]
fn what_cannot_be_opened_is_fatal_if_named() {
    let folder = TempDir::new().unwrap();
    let root = root_of(&folder);
    let none = format!("{root}/none.txt");
    let input = read(&[&none, "", &format!("{root}/no/folder/")]);
    assert_eq!(input.errors.len(), 3);
    assert!(
        input
            .errors
            .iter()
            .all(|e| e.fatal && e.kind == ErrorKind::Io)
    );
    assert_eq!(
        input.errors[2].to_string(),
        format!("{none}: cannot be opened: no such file or folder")
    );
    assert_eq!(read(&[]), Input::default());
    assert_eq!(read(&[&root]), Input::default());
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_loops_survived() {
    use std::os::unix::fs::symlink;
    let folder = TempDir::new().unwrap();
    let root = root_of(&folder);
    write(folder.path(), "corpus/a/one.txt", "1");
    write(folder.path(), "elsewhere/two.txt", "2");
    write(folder.path(), "elsewhere/three.md", "3");
    let at = |name: &str| format!("{root}/{name}");
    symlink("..", at("corpus/a/loop")).unwrap();
    symlink("nowhere", at("corpus/broken.txt")).unwrap();
    symlink(at("elsewhere"), at("corpus/linked")).unwrap();
    symlink(at("elsewhere"), at("corpus/linked-again")).unwrap();
    symlink(at("elsewhere/two.txt"), at("corpus/two.txt")).unwrap();
    let input = read(&[&at("corpus")]);
    let expected = [
        "corpus/a/one.txt",
        "corpus/linked/three.md",
        "corpus/linked/two.txt",
    ];
    assert_eq!(ids(&input), expected.map(at));
    let errors: Vec<(String, String)> = input
        .errors
        .iter()
        .map(|e| (e.path.clone(), e.message.clone()))
        .collect();
    let back = format!("is a link that leads back to `{}`", at("corpus"));
    assert_eq!(
        errors,
        [
            (at("corpus/a/loop"), back),
            (
                at("corpus/broken.txt"),
                "is a link that leads nowhere".into()
            ),
        ]
    );
    assert!(input.errors.iter().all(|e| !e.fatal));
    // Named itself, a link is a way in like any other.
    assert_eq!(ids(&read(&[&at("corpus/two.txt")])), [at("corpus/two.txt")]);
    let broken = read(&[&at("corpus/broken.txt")]);
    assert!(broken.errors[0].fatal);
    assert_eq!(read(&[&at("corpus/linked")]).documents.len(), 2);
}

#[cfg(unix)]
#[test]
fn links_among_links_do_not_multiply() {
    use std::os::unix::fs::symlink;
    let folder = TempDir::new().unwrap();
    for from in 0..12 {
        write(folder.path(), &format!("d{from}/x.txt"), "x");
        for to in 0..12 {
            let link = folder.path().join(format!("d{from}/to{to}"));
            symlink(format!("../d{to}"), link).unwrap();
        }
    }
    let input = read(&[&root_of(&folder)]);
    assert_eq!(input.documents.len(), 12);
}

#[cfg(unix)]
#[test]
fn a_file_closed_to_us_is_an_error_of_its_own() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let root = root_of(&folder);
    let shut = write(folder.path(), "shut.txt", "x");
    let fine = write(folder.path(), "fine.txt", "x");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&shut).is_ok() {
        return; // the superuser reads everything
    }
    let input = read(&[&root]);
    assert_eq!(ids(&input), [&fine]);
    assert_eq!(messages(&input), ["cannot be opened: permission denied"]);
    assert!(!input.errors[0].fatal);
    assert!(read(&[&shut]).errors[0].fatal);
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf8_can_be_read() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = TempDir::new().unwrap();
    for name in [&b"a\xFF.txt"[..], b"a\xFE.txt"] {
        if fs::write(folder.path().join(OsStr::from_bytes(name)), name).is_err() {
            return; // not every file system takes such names
        }
    }
    let mut input = read(&[&root_of(&folder)]);
    assert_eq!(input.documents.len(), 2);
    assert_eq!(input.errors.len(), 0); // the contents are no UTF-8 either, but text
    for name in [&b"a\xFF.txt"[..], b"a\xFE.txt"] {
        fs::write(folder.path().join(OsStr::from_bytes(name)), "fine").unwrap();
    }
    input = read(&[&root_of(&folder)]);
    assert_eq!(input.documents.len(), 2);
    copytaster::read::make_unique(&mut input.documents);
    assert_ne!(input.documents[0].id, input.documents[1].id);
}

#[test]
fn plain_text_is_taken_as_it_is() {
    let folder = TempDir::new().unwrap();
    let text = "\r\n Fünf.\tSix\0\n\n";
    let marked = write(folder.path(), "a.txt", format!("\u{feff}{text}"));
    let empty = write(folder.path(), "b.txt", "");
    let mut late = "prose ".repeat(2000);
    late.push('\0');
    let late = (write(folder.path(), "late.bin", &late), late);
    let input = read(&[&marked, &empty, &late.0]);
    assert_eq!(input.errors, []);
    assert_eq!(input.documents[0].text, text);
    assert_eq!(input.documents[1].text, "");
    assert_eq!(input.documents[2].text, late.1);
    assert_eq!(input.decoding_errors, 0);
}

#[cfg(feature = "packed")]
#[test]
fn what_is_not_text_is_refused() {
    let folder = TempDir::new().unwrap();
    let nul = write(folder.path(), "nul.bin", "some prose\0");
    let nuls = write(folder.path(), "nuls.txt", "a\0b\0c\0d\0");
    let gzip = write(folder.path(), "feed.jsonl", b"\x1F\x8B\x08\0\n\n\n");
    let pdf = write(folder.path(), "page.pdf", "%PDF-1.4\n");
    let pointer = write(
        folder.path(),
        "big.txt",
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    );
    let input = read(&[&nul, &nuls, &gzip, &pdf, &pointer]);
    assert_eq!(input.documents, []);
    assert_eq!(
        messages(&input),
        [
            "is a Git LFS pointer, and not the file it stands for (`git lfs pull` fetches that)",
            "cannot be read: ends too early",
            "is not text",
            "is not text",
            "is not text: it is a PDF document",
        ]
    );
}

#[cfg(feature = "tables")]
#[test]
fn text_is_read_in_any_encoding() {
    let folder = TempDir::new().unwrap();
    let wide = write(folder.path(), "wide.txt", b"\xFF\xFEa\0b\0");
    let latin = write(
        folder.path(),
        "latin.txt",
        b"Le pont serait ferm\xE9 jusqu\x92\xE0 l\x92\xE9t\xE9.",
    );
    let lines = write(
        folder.path(),
        "lines.jsonl",
        b"\xFF\xFE{\0\"\0t\0e\0x\0t\0\"\0:\0\"\0a\0\"\0}\0",
    );
    let table = write(
        folder.path(),
        "table.csv",
        b"id,text\n1,d\xE9j\xE0 vu \xE0 l'\xE9cole\n",
    );
    let input = read(&[&latin, &lines, &table, &wide]);
    assert_eq!(messages(&input), [""; 0]);
    let texts: Vec<&str> = input.documents.iter().map(|d| &*d.text).collect();
    assert_eq!(
        texts,
        [
            "Le pont serait fermé jusqu’à l’été.",
            "a",
            "déjà vu à l'école",
            "ab"
        ]
    );
    assert_eq!(input.decoding_errors, 0);
}

#[test]
fn a_few_bad_bytes_are_replaced_and_counted() {
    let folder = TempDir::new().unwrap();
    let mut bytes = "prose ".repeat(100).into_bytes();
    bytes[10] = 0xFF;
    bytes[500] = 0xC3;
    let few = write(folder.path(), "few.txt", &bytes);
    let input = read(&[&few]);
    assert_eq!(input.decoding_errors, 2);
    assert_eq!(input.documents[0].text.matches('\u{fffd}').count(), 2);
    let options = ReadOptions::default();
    let mut line = format!("{{\"text\":\"{}\"}}", "a".repeat(200)).into_bytes();
    line[100] = 0xFF;
    let input = read_jsonl_bytes(&line, &options);
    assert_eq!((input.documents.len(), input.decoding_errors), (1, 1));
    let input = read_jsonl_bytes(b"{\"text\":\"\xFF\"}", &options);
    assert_eq!(
        messages(&input),
        ["the line is not UTF-8: 1 of 12 bytes is invalid, the first at byte 10"]
    );
}

#[test]
fn long_records_are_left_out_unseen() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("feed.jsonl");
    let mut file = BufWriter::new(fs::File::create(&path).unwrap());
    let block = vec![b'x'; 1 << 20];
    file.write_all(b"{\"text\":\"first\"}\n{\"text\":\"")
        .unwrap();
    for _ in 0..200 {
        file.write_all(&block).unwrap();
    }
    file.write_all(b"\"}\n{\"text\":\"third\"}\n").unwrap();
    file.flush().unwrap();
    drop(file);
    let options = ReadOptions {
        max_record: 64 << 10,
        ..ReadOptions::default()
    };
    let path = path.to_str().unwrap();
    let input = read_with(&[path], &options);
    assert_eq!(ids(&input), [path, path]);
    assert_eq!(
        messages(&input),
        ["the line is longer than 64 KiB (--max-record)"]
    );
    assert_eq!(input.errors[0].record, Some(2));
    assert_eq!(input.errors[0].kind, ErrorKind::Limit);
    assert_eq!((input.over_limit(), input.errors[0].fatal), (1, false));
    // The same as one article.
    let plain = ReadOptions {
        input_format: Some(Format::Plain),
        ..options.clone()
    };
    let input = read_with(&[path], &plain);
    assert_eq!(
        messages(&input),
        ["the file is longer than 64 KiB (--max-record)"]
    );
    // By itself, under a name that says nothing.
    let lone = write(
        folder.path(),
        "lone",
        format!("{{\"text\":\"{}\"}}", "x".repeat(70_000)),
    );
    let input = read_with(&[&lone], &options);
    assert_eq!(
        messages(&input),
        ["the line is longer than 64 KiB (--max-record)"]
    );
    let unset = read(&[&lone]);
    assert_eq!(unset.documents.len(), 1);
    let none = ReadOptions {
        max_record: 0,
        ..ReadOptions::default()
    };
    assert_eq!(read_with(&[&lone], &none).errors.len(), 1);
    let all = ReadOptions {
        max_record: u64::MAX,
        ..ReadOptions::default()
    };
    assert_eq!(read_with(&[&lone], &all).documents.len(), 1);
}

#[test]
fn many_chunks_keep_order_and_progress_adds_up() {
    let folder = TempDir::new().unwrap();
    let mut text = String::new();
    let body = "word ".repeat(400);
    for number in 0..12_000 {
        text += &format!("{{\"id\":{number},\"text\":\"{body}\"}}\r\n");
    }
    assert!(text.len() > 3 * (8 << 20) - (1 << 20));
    let feed = write(folder.path(), "feed.jsonl", &text);
    let note = write(folder.path(), "note.txt", "a note");
    let done = AtomicU64::new(0);
    let paths = [note, feed];
    let options = ReadOptions::default();
    let input = read_all(&paths, &options, &|bytes| {
        done.fetch_add(bytes, Ordering::Relaxed);
    });
    assert_eq!(done.into_inner(), text.len() as u64 + 6);
    assert_eq!(find(&paths, &options).bytes(), Some(text.len() as u64 + 6));
    assert_eq!(input.documents.len(), 12_001);
    for (number, document) in input.documents[..12_000].iter().enumerate() {
        assert_eq!(document.id, number.to_string());
        assert_eq!(document.record, Some(number as u64 + 1));
    }
    assert_eq!(input, read_with(&[&paths[0], &paths[1]], &options));
}

#[cfg(unix)]
#[test]
fn pipes_in_a_folder_are_left_alone() {
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("pipe.txt");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    assert_eq!(read(&[&root_of(&folder)]), Input::default());
    // Named, it is read like any file.
    let writer = {
        let pipe = pipe.clone();
        std::thread::spawn(move || fs::write(pipe, "{\"text\":\"one\"}\n{\"text\":\"two\"}"))
    };
    let paths = [pipe.to_str().unwrap().to_owned()];
    let input = read_all(&paths, &ReadOptions::default(), &|_| ());
    writer.join().unwrap().unwrap();
    assert_eq!(ids(&input), [&paths[0], &paths[0]]);
}
