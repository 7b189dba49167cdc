//! Output files: whole or not there at all.

use std::fs;
use std::io::Write;

use copytaster::error::ErrorKind;
use copytaster::report::output::OutputFile;
use tempfile::TempDir;

fn entries(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn appears_when_finished_and_not_before() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("out.jsonl");
    let name = path.to_str().unwrap();
    let mut out = OutputFile::create(name).unwrap();
    assert_eq!(out.name(), name);
    out.write_all(b"one\n").unwrap();
    out.flush().unwrap();
    assert!(!path.exists());
    out.finish().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"one\n");
    // Dropped, it leaves the old file and nothing else.
    let mut out = OutputFile::create(name).unwrap();
    out.write_all(&vec![b'x'; 1 << 20]).unwrap();
    assert_eq!(entries(&folder).len(), 2);
    drop(out);
    assert_eq!(fs::read(&path).unwrap(), b"one\n");
    assert_eq!(entries(&folder), ["out.jsonl"]);
    let mut out = OutputFile::create(name).unwrap();
    out.write_all(b"two\n").unwrap();
    out.finish().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two\n");
}

#[test]
fn refuses_what_cannot_be_written() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().to_str().unwrap();
    let message = |path: &str| {
        let error = OutputFile::create(path).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Io);
        error.to_string()
    };
    let path = format!("{root}/none/out");
    assert_eq!(
        message(&path),
        format!("cannot write `{path}`: there is no folder `{root}/none`")
    );
    assert_eq!(message(root), format!("cannot write `{root}`: is a folder"));
    assert!(message("").contains("names no file"));
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(message(&format!("{root}/file/out")).contains("not a folder"));
    let mut permissions = fs::metadata(folder.path().join("file"))
        .unwrap()
        .permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.path().join("file"), permissions).unwrap();
    assert!(message(&format!("{root}/file")).ends_with("is read-only"));
    assert_eq!(entries(&folder), ["file"]);
}

#[cfg(unix)]
#[test]
fn permissions_are_those_of_the_old_file_or_of_any_new_one() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let mode = |name: &str| {
        let path = folder.path().join(name);
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    let finish = |name: &str| {
        let path = folder.path().join(name);
        OutputFile::create(path.to_str().unwrap())
            .unwrap()
            .finish()
            .unwrap();
    };
    fs::write(folder.path().join("usual"), "").unwrap();
    finish("new");
    assert_eq!(mode("new"), mode("usual"));
    let closed = fs::Permissions::from_mode(0o640);
    fs::set_permissions(folder.path().join("usual"), closed).unwrap();
    finish("usual");
    assert_eq!(mode("usual"), 0o640);
}

#[cfg(unix)]
#[test]
fn links_stay_links() {
    use std::os::unix::fs::symlink;
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("there")).unwrap();
    for (link, target) in [("link", "there/file"), ("chain", "link")] {
        symlink(target, folder.path().join(link)).unwrap();
    }
    for (name, text) in [("link", "one"), ("chain", "two")] {
        let path = folder.path().join(name);
        let mut out = OutputFile::create(path.to_str().unwrap()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
        out.finish().unwrap();
        assert!(path.is_symlink());
        assert_eq!(
            fs::read_to_string(folder.path().join("there/file")).unwrap(),
            text
        );
    }
    symlink("round", folder.path().join("round")).unwrap();
    assert!(OutputFile::create(folder.path().join("round").to_str().unwrap()).is_err());
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_written_directly() {
    for path in ["/dev/null", "-", "/dev/stdout", "/dev/stderr"] {
        OutputFile::create(path).unwrap().finish().unwrap();
    }
    let full = OutputFile::create("/dev/full");
    if let Ok(mut full) = full {
        full.write_all(b"x").unwrap();
        let error = full.finish().unwrap_err();
        assert_eq!(error.to_string(), "cannot write `/dev/full`: no space left");
        assert!(!error.is_broken_pipe());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_broken_pipe_can_be_told() {
    use std::os::fd::AsRawFd;
    let (reader, writer) = std::io::pipe().unwrap();
    let path = format!("/proc/self/fd/{}", writer.as_raw_fd());
    let mut out = OutputFile::create(&path).unwrap();
    out.write_all(b"one").unwrap();
    out.flush().unwrap();
    drop(reader);
    out.write_all(b"two").unwrap();
    let error = out.finish().unwrap_err();
    assert!(error.is_broken_pipe());
    let mut out = OutputFile::create(&path);
    if let Ok(out) = &mut out {
        let cause = out.write_all(&vec![0; 1 << 20]).unwrap_err();
        assert!(out.write_error(cause).is_broken_pipe());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_open_descriptor_is_not_replaced() {
    use std::os::fd::AsRawFd;
    let file = tempfile::tempfile().unwrap();
    let path = format!("/dev/fd/{}", file.as_raw_fd());
    let mut out = OutputFile::create(&path).unwrap();
    out.write_all(b"through").unwrap();
    out.finish().unwrap();
    assert_eq!(file.metadata().unwrap().len(), 7);
}
