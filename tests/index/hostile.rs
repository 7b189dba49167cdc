//! Files that are sound by their checksums and that no writer would write: an error in little memory, no panic.

use xxhash_rust::xxh3::xxh3_64;

use super::*;

/// Bytes at the end of a segment: length and checksum of the footer, and the magic.
const END: usize = 24;
const BLOCK: usize = 1024;
const FULL: usize = (BLOCK - 8) / 16;

fn number(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

/// A segment, taken apart.
struct Segment {
    path: PathBuf,
    bytes: Vec<u8>,
    footer: Value,
}

impl Segment {
    fn first(folder: &Path) -> Self {
        let is_one = |p: &PathBuf| p.extension().is_some_and(|e| e == "segment");
        let path = files(folder).into_keys().find(is_one).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let end = bytes.len() - END;
        let len = u64::from_le_bytes(bytes[end..end + 8].try_into().unwrap()) as usize;
        let footer = serde_json::from_slice(&bytes[end - len..end]).unwrap();
        bytes.truncate(end - len);
        Self {
            path,
            bytes,
            footer,
        }
    }

    /// Writes it with all checksums right.
    fn write(mut self) {
        let part = |from: &str, to: &str| {
            number(&self.footer[from]).min(self.bytes.len())
                ..number(&self.footer[to]).min(self.bytes.len())
        };
        for (sum, range) in [
            ("rows_sum", part("rows", "joins")),
            ("joins_sum", part("joins", "end")),
        ] {
            if range.start <= range.end {
                self.footer[sum] = json!(xxh3_64(&self.bytes[range]));
            }
        }
        let footer = serde_json::to_vec(&self.footer).unwrap();
        let mut bytes = self.bytes;
        bytes.extend(&footer);
        bytes.extend((footer.len() as u64).to_le_bytes());
        bytes.extend(xxh3_64(&footer).to_le_bytes());
        bytes.extend(b"ctseg001");
        fs::write(self.path, bytes).unwrap();
    }

    /// Sets the article and the token of every posting of the first block of a table.
    fn set_places(&mut self, table: &str, article: Option<u32>, at: u32) {
        let from = number(&self.footer[table]["at"]);
        let n = number(&self.footer[table]["postings"]).min(FULL);
        let block = &mut self.bytes[from..from + BLOCK];
        for posting in block.chunks_exact_mut(16).take(n) {
            posting[..4].copy_from_slice(&at.to_le_bytes());
            if let Some(article) = article {
                posting[4..8].copy_from_slice(&article.to_le_bytes());
            }
        }
        let sum = xxh3_64(&block[..n * 16]);
        block[BLOCK - 8..].copy_from_slice(&sum.to_le_bytes());
    }

    fn set_row(&mut self, at: usize, bytes: &[u8]) {
        let at = number(&self.footer["rows"]) + at;
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }
}

pub fn set_manifest(folder: &Path, set: impl FnOnce(&mut Value)) {
    let path = folder.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    let mut json: Value =
        serde_json::from_str(text.trim_end().rsplit_once('\n').unwrap().0).unwrap();
    set(&mut json);
    let json = serde_json::to_string_pretty(&json).unwrap();
    fs::write(path, format!("{json}\n{:016x}\n", xxh3_64(json.as_bytes()))).unwrap();
}

/// Asks an index, in little memory where there is a way to see to that; the exit status, what was printed and what was said.
fn ask(folder: &Path) -> (i32, String, String) {
    let question = record("asked", &text(2));
    let mut command = program();
    if cfg!(target_os = "linux") {
        command = Command::new("sh");
        command.args([
            "-c",
            "ulimit -v 1500000 && exec \"$0\" \"$@\"",
            env!("CARGO_BIN_EXE_copytaster"),
        ]);
    }
    command
        .args(["index", "query", "--threads", "2", "-", "-i"])
        .arg(folder);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who cannot open the index reads nothing.
    let _ = child.stdin.take().unwrap().write_all(question.as_bytes());
    let out = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let said = text(out.stderr);
    assert!(!said.contains("panicked"), "{said}");
    (out.status.code().unwrap_or(-1), text(out.stdout), said)
}

/// Changes the first segment of a folder.
fn segment(set: impl Fn(&mut Segment)) -> impl Fn(&Path) {
    move |folder| {
        let mut segment = Segment::first(folder);
        set(&mut segment);
        segment.write();
    }
}

#[test]
fn what_no_writer_writes_is_refused() {
    let sound = made(&articles(12), 1);
    let mut writer = Writer::open(sound.path(), detector()).unwrap();
    writer.remove(["a0004"]).unwrap();
    writer.commit().unwrap();
    drop(writer);
    let right = ask(sound.path());
    assert_eq!((right.0, &*right.2), (0, ""));

    let refused = |what: &str, forge: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files(sound.path()) {
            fs::write(folder.path().join(path.file_name().unwrap()), bytes).unwrap();
        }
        forge(folder.path());
        let (mut code, answer, mut said) = ask(folder.path());
        if code == 0 {
            // What was not needed for an answer is told by who looks at everything.
            assert_eq!(answer, right.1, "{what}");
            (code, _, said) = index("verify", folder.path(), &[], "");
        }
        assert!(code == 1 || code == 2, "{what}: {code} {said}");
        assert!(
            said.contains(folder.path().to_str().unwrap()),
            "{what}: {said}"
        );
    };
    const HUGE: [u64; 4] = [u64::MAX, 1 << 62, 1 << 40, u32::MAX as u64];
    for huge in HUGE {
        for part in ["rows", "joins", "end"] {
            refused(part, &segment(|s| s.footer[part] = json!(huge)));
        }
        for (table, place) in [
            ("seeds", "at"),
            ("bands", "keys"),
            ("lines", "filter"),
            ("seeds", "postings"),
        ] {
            refused(place, &segment(|s| s.footer[table][place] = json!(huge)));
        }
        refused(
            "ends",
            &segment(|s| s.footer["table_ends"][1] = json!(huge)),
        );
        refused("next file", &|f| {
            set_manifest(f, |m| m["segments"][0] = json!(huge))
        });
    }
    // Parts that come out right only where numbers wrap.
    refused(
        "wrapping",
        &segment(|s| {
            let at = number(&s.footer["seeds"]["at"]) as u64;
            let blocks = 1u64 << 52;
            let keys = at.wrapping_add(blocks.wrapping_mul(BLOCK as u64));
            s.footer["seeds"]["postings"] = json!(blocks * FULL as u64);
            s.footer["seeds"]["keys"] = json!(keys);
            s.footer["seeds"]["filter"] = json!(keys.wrapping_add(blocks * 8));
        }),
    );
    refused(
        "articles",
        &segment(|s| s.footer["articles"] = json!(u32::MAX)),
    );
    refused("articles", &segment(|s| s.footer["articles"] = json!(3)));
    refused(
        "a row's number",
        &segment(|s| s.set_row(0, &u32::MAX.to_le_bytes())),
    );
    refused(
        "a row's id",
        &segment(|s| s.set_row(4, &u32::MAX.to_le_bytes())),
    );
    refused(
        "an id that is no text",
        &segment(|s| s.set_row(60, &[0xff])),
    );
    refused("an id of another", &segment(|s| s.set_row(60, b"b")));
    refused(
        "a document's place",
        &segment(|s| (0..12).for_each(|n| s.set_row(65 * n + 24, &u64::MAX.to_le_bytes()))),
    );
    refused(
        "a document's length",
        &segment(|s| (0..12).for_each(|n| s.set_row(65 * n + 32, &u32::MAX.to_le_bytes()))),
    );
    refused(
        "tokens",
        &segment(|s| (0..12).for_each(|n| s.set_row(65 * n + 48, &8u32.to_le_bytes()))),
    );
    refused(
        "an article",
        &segment(|s| s.set_places("seeds", Some(u32::MAX), 1)),
    );
    refused(
        "an article",
        &segment(|s| s.set_places("bands", Some(12), 0)),
    );
    refused(
        "a token",
        &segment(|s| s.set_places("seeds", None, u32::MAX - 1)),
    );
    refused("articles", &|f| {
        set_manifest(f, |m| m["next_article"] = json!(u32::MAX))
    });
    refused("articles", &|f| {
        set_manifest(f, |m| m["next_article"] = json!(3))
    });
    refused("files", &|f| set_manifest(f, |m| m["next_file"] = json!(1)));
    refused("files", &|f| {
        set_manifest(f, |m| m["next_file"] = json!(u64::MAX))
    });
    refused("files", &|f| {
        set_manifest(f, |m| m["segments"] = json!([1, 1]))
    });
    refused("numbers", &|f| {
        set_manifest(f, |m| m["kin"]["len"] = json!(u64::MAX - 8))
    });
}

#[test]
fn families_of_nobody_are_none() {
    let sound = made(&articles(12), 1);
    let mut writer = Writer::open(sound.path(), detector()).unwrap();
    writer.remove(["a0004"]).unwrap();
    writer.commit().unwrap();
    drop(writer);
    for number in [u32::MAX, 12, 4] {
        let numbers: Vec<u8> = (0..12).flat_map(|_| number.to_le_bytes()).collect();
        let at = sound.path();
        set_manifest(at, |m| {
            let file = m["kin"]["file"].as_u64().unwrap();
            fs::write(at.join(format!("{file:08}.numbers")), &numbers).unwrap();
            m["kin"]["sum"] = json!(xxh3_64(&numbers));
        });
        let (code, _, said) = ask(at);
        assert_eq!((code, &*said), (0, ""));
    }
}
