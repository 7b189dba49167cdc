//! An index of which bytes are not as they were written: it is refused, or asked without a panic. Checksums are taken for right
//! here, so that what stands behind them is reached.
#![no_main]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use copytaster::{
    detector::Detector,
    document::Document,
    error::Result,
    index::{Index, Writer},
    settings::Settings,
};
use libfuzzer_sys::fuzz_target;

const FIRST: &str = "The harbour board of Quay voted on Tuesday to close the old bridge for nine months, because the bearings \
    that were cast in 1911 can no longer be bought anywhere. Ferries will run every ten minutes while the work lasts.";
const SECOND: &str = "Two ferries ran aground below the lighthouse of Corrie on Friday night when the fog came in, and forty \
    passengers waited for the tide until the morning. Nobody was hurt.";

/// A sound index: its files by name, and a folder to write them to.
struct Sound {
    files: Vec<(String, Vec<u8>)>,
    folder: PathBuf,
}

fn document(id: &str, text: &str) -> Document {
    Document {
        id: id.into(),
        text: text.into(),
        ..Document::default()
    }
}

/// One with the texts of its articles, one without.
fn sound(texts: bool) -> &'static Sound {
    static WITH: OnceLock<Sound> = OnceLock::new();
    static WITHOUT: OnceLock<Sound> = OnceLock::new();
    let sound = if texts { &WITH } else { &WITHOUT };
    sound.get_or_init(|| {
        let name = format!("copytaster-fuzz-{}-{texts}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let detector = Detector::new(Settings::default()).unwrap();
        let open = if texts {
            Writer::open
        } else {
            Writer::open_without_texts
        };
        let mut writer = open(&folder, detector).unwrap();
        let of = |n: usize| {
            document(
                &format!("a{n}"),
                &format!(
                    "{FIRST} Number {n}. {}",
                    if n % 2 == 0 { SECOND } else { "" }
                ),
            )
        };
        writer.add((0..6).map(of).collect(), 7).unwrap();
        writer.remove(["a3"]).unwrap();
        writer.commit().unwrap();
        writer.add((6..9).map(of).collect(), 8).unwrap();
        drop(writer);
        let entries = fs::read_dir(&folder).unwrap().map(|e| e.unwrap());
        let mut files: Vec<(String, Vec<u8>)> = entries
            .map(|e| {
                (
                    e.file_name().into_string().unwrap(),
                    fs::read(e.path()).unwrap(),
                )
            })
            .filter(|(name, _)| name != "lock")
            .collect();
        files.sort();
        Sound { files, folder }
    })
}

fn ask(folder: &Path) -> Result<()> {
    let settings = Index::settings(folder, Settings::default())?;
    let index = Index::open(folder, Detector::new(settings)?)?;
    let _ = (index.verify(), index.stats());
    for question in [document("asked", FIRST), document("a1", SECOND)] {
        let _ = index.ask(question);
    }
    let broken = index.documents().filter(Result::is_err).count();
    drop(index);
    let mut writer = Writer::open(folder, Detector::new(Settings::default())?)?;
    assert!(broken <= writer.len());
    let _ = writer.push(document("a1", SECOND), 9);
    let _ = writer.remove(["a2"]);
    writer.compact()
}

// The first byte says which file, from 128 on one of the index without texts. Where it is even, each four that follow are a place,
// from the beginning or the end, and the byte that is written there; where it is odd, they are the file.
fuzz_target!(|input: &[u8]| {
    let Some((which, changes)) = input.split_first() else {
        return;
    };
    let sound = sound(*which < 128);
    // What an earlier input led to.
    for entry in fs::read_dir(&sound.folder).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for (n, (name, bytes)) in sound.files.iter().enumerate() {
        let mut bytes = bytes.clone();
        if n == usize::from(which % 128 / 2) % sound.files.len() {
            if which % 2 == 1 {
                bytes = changes.to_vec();
            } else {
                for change in changes.chunks_exact(4) {
                    let at = usize::from(u16::from_le_bytes([change[0], change[1]]));
                    let at = if change[2] % 2 == 0 {
                        at
                    } else {
                        bytes.len().wrapping_sub(at)
                    };
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = change[3];
                    }
                }
            }
        }
        fs::write(sound.folder.join(name), bytes).unwrap();
    }
    if let Err(e) = ask(&sound.folder) {
        assert!(!e.to_string().is_empty());
    }
});
