//! One writer, many readers; folders that are no index, cannot be written, or are full.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use super::*;

#[test]
fn a_second_writer_is_refused_while_readers_answer() {
    let folder = made(&articles(30), 1);
    let at = folder.path();
    let writer = Writer::open(at, detector()).unwrap();
    let refused = "is open for writing elsewhere";
    let error = Writer::open(at, detector()).unwrap_err().to_string();
    assert!(error.contains(refused), "{error}");
    for (command, more) in [
        ("add", "-"),
        ("remove", "a0001"),
        ("compact", ""),
        ("expire", "--older-than=1d"),
    ] {
        let more: &[&str] = if more.is_empty() { &[] } else { &[more] };
        let (code, _, said) = index(command, at, more, &record("x", "A text."));
        assert!(code == 2 && said.contains(refused), "{command}: {said}");
    }
    let answer = records(&done("query", at, &["-"], &record("asked", &text(2))).0);
    assert!(!answer[0]["matches"].as_array().unwrap().is_empty());
    done("verify", at, &[], "");
    assert_eq!(opened(at).unwrap().len(), 30);
    drop(writer);
    done("add", at, &["-"], &record("x", "A text."));
}

#[test]
fn readers_see_what_was_there_when_they_opened_it() {
    let all = articles(400);
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut writer = Writer::open(at, detector()).unwrap();
    writer.add(all[..100].to_vec(), 7).unwrap();
    let question = document("asked", all[8].text.clone());
    let reader = opened(at).unwrap();
    let before = matches(&reader, &question).unwrap();
    assert!(!before.is_empty());
    let is_over = AtomicBool::new(false);
    thread::scope(|s| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                s.spawn(|| {
                    let (mut opens, mut most) = (0, 0);
                    while !is_over.load(Ordering::Relaxed) {
                        let index = opened(at).unwrap();
                        assert!(index.len() >= most.min(100));
                        matches(&index, &question).unwrap();
                        most = index.len();
                        opens += 1;
                    }
                    assert!(opens > 10, "opened {opens} times");
                })
            })
            .collect();
        // Segments of ten, so that merges fall due all the time.
        for (n, part) in all[100..].chunks(10).enumerate() {
            writer.add(part.to_vec(), 7).unwrap();
            if n % 4 == 3 {
                writer.remove([&*part[0].id]).unwrap();
                writer.compact().unwrap();
            }
        }
        is_over.store(true, Ordering::Relaxed);
        readers.into_iter().for_each(|r| r.join().unwrap());
    });
    assert_eq!(matches(&reader, &question).unwrap(), before);
    assert_eq!((reader.len(), reader.stats().unwrap().segments), (100, 1));
    assert!(reader.verify().is_empty());
}

#[test]
fn folders_of_others_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("notes.txt"), "Mine.").unwrap();
    let before = files(at);
    let (code, _, said) = index("add", at, &["-"], &record("x", "A text."));
    assert!(
        code == 2 && said.contains("holds files, and no index"),
        "{said}"
    );
    let (code, _, said) = index(
        "add",
        &at.join("notes.txt"),
        &["-"],
        &record("x", "A text."),
    );
    assert!(code == 2 && said.contains("notes.txt"), "{said}");
    for command in ["query", "stats", "verify", "compact", "export"] {
        let more: &[&str] = if command == "query" { &["-"] } else { &[] };
        let (code, _, said) = index(command, at, more, &record("x", "A text."));
        assert!(
            code == 2 && said.contains("cannot read the index"),
            "{command}: {said}"
        );
    }
    assert_eq!(files(at), before);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = made(&articles(6), 1);
    let at = folder.path();
    let allow = |mode| fs::set_permissions(at, fs::Permissions::from_mode(mode)).unwrap();
    fs::remove_file(at.join("lock")).unwrap();
    allow(0o555);
    if fs::write(at.join("probe.tmp"), "").is_ok() {
        eprintln!("skipped: who runs this may write anywhere");
    } else {
        done("query", at, &["-"], &record("asked", &text(2)));
        done("verify", at, &[], "");
        let (code, _, said) = index("add", at, &["-"], &record("x", "A text."));
        assert!(
            code == 2 && said.contains("cannot write the index"),
            "{said}"
        );
    }
    allow(0o755);
}

/// No file may grow beyond a size, which is how a full disk looks to who writes.
#[cfg(target_os = "linux")]
#[test]
fn where_there_is_no_room_all_stays_as_it_was() {
    let folder = made(&articles(12), 1);
    let at = folder.path();
    let before = files(at);
    let more: String = (12..60)
        .map(|n| record(&format!("a{n:04}"), &text(n)))
        .collect();
    let cramped = |arguments: &str, input: &str| {
        let script = format!("trap '' XFSZ; ulimit -f 8; exec \"$0\" index {arguments} -i \"$1\"");
        let mut child = Command::new("sh")
            .args([
                "-c",
                &script,
                env!("CARGO_BIN_EXE_copytaster"),
                at.to_str().unwrap(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let out = child.wait_with_output().unwrap();
        let said = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(
            said.contains("cannot write") && said.contains(".segment"),
            "{said}"
        );
        assert!(!String::from_utf8(out.stdout).unwrap().contains("durable"));
        assert_eq!(files(at), before);
    };
    cramped("add -", &more);
    cramped("add --query --acknowledge -", &more);
    done("add", at, &["-"], &more);
    assert_eq!(opened(at).unwrap().len(), 60);
}

/// A disk of its own, where one may be mounted.
#[cfg(target_os = "linux")]
struct Disk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl Disk {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]);
        let out = mount.arg(folder.path()).output().ok()?;
        out.status.success().then_some(Self(folder))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_gone_on_from() {
    let Some(disk) = Disk::mount("2m") else {
        eprintln!("skipped: no disk may be mounted");
        return;
    };
    let (at, filler) = (disk.0.path().join("index"), disk.0.path().join("filler"));
    let input = |from: usize, to: usize| -> String {
        (from..to)
            .map(|n| record(&format!("a{n:04}"), &text(n)))
            .collect()
    };
    done("add", &at, &["-"], &input(0, 30));
    done("remove", &at, &["a0003"], "");
    let before = files(&at);
    // All but some room is taken, from none to nearly enough.
    for kib in [0, 4, 16, 64, 120] {
        let _ = fs::remove_file(&filler);
        let mut full = fs::File::create(&filler).unwrap();
        while full.write_all(&[1; 4096]).is_ok() {}
        let len = full.metadata().unwrap().len();
        full.set_len(len.saturating_sub(kib << 10)).unwrap();
        for (command, more) in [
            ("add", &["-"][..]),
            ("add", &["--query", "--acknowledge", "-"]),
            ("compact", &[]),
        ] {
            if command == "compact" && kib > 64 {
                continue;
            }
            let (code, out, said) = index(command, &at, more, &input(30, 70));
            assert!(
                code == 2 && said.contains("cannot write"),
                "{command}, {kib} KiB: {code} {said}"
            );
            assert!(said.contains("space") && !out.contains("durable"), "{said}");
        }
        done("verify", &at, &[], "");
        assert_eq!(opened(&at).unwrap().len(), 29);
        let sound = files(&at);
        assert!(
            before
                .iter()
                .all(|(path, bytes)| sound.get(path) == Some(bytes))
        );
    }
    fs::remove_file(&filler).unwrap();
    done("add", &at, &["-"], &input(30, 70));
    done("compact", &at, &[], "");
    done("verify", &at, &[], "");
    assert_eq!(opened(&at).unwrap().len(), 69);
}

/// The same in one process: what could not be made safe is still there to be asked about, and to be made safe later.
#[cfg(target_os = "linux")]
#[test]
fn a_writer_goes_on_once_there_is_room() {
    let Some(disk) = Disk::mount("1m") else {
        eprintln!("skipped: no disk may be mounted");
        return;
    };
    let (at, filler) = (disk.0.path().join("index"), disk.0.path().join("filler"));
    let all = articles(20);
    let mut writer = Writer::open(&at, detector()).unwrap();
    writer.add(all[..10].to_vec(), 7).unwrap();
    let mut full = fs::File::create(&filler).unwrap();
    while full.write_all(&[1; 4096]).is_ok() {}
    drop(full);
    for d in &all[10..] {
        writer.push_and_ask(d.clone(), 8).unwrap();
    }
    writer.remove(["a0001"]).unwrap();
    for _ in 0..3 {
        assert!(
            writer
                .commit()
                .unwrap_err()
                .to_string()
                .contains("cannot write")
        );
        assert_eq!((writer.len(), opened(&at).unwrap().len()), (19, 10));
        assert!(
            !matches(&writer, &document("asked", all[17].text.clone()))
                .unwrap()
                .is_empty()
        );
    }
    fs::remove_file(&filler).unwrap();
    writer.commit().unwrap();
    let question = document("asked", all[17].text.clone());
    let index = opened(&at).unwrap();
    assert_eq!(index.len(), 19);
    assert!(index.verify().is_empty());
    assert_eq!(
        matches(&index, &question).unwrap(),
        matches(&writer, &question).unwrap()
    );
}
