//! One bit that is not as it was written, a file cut short or missing: it is told, with the name of the file, and no answer is
//! wrong.

use super::*;

/// Bytes at the end of a file of which every one is tried.
const END: usize = 800;

/// An index that has all that one can have: segments, joins, removed articles, families. And questions, with their answers.
struct Sound {
    folder: tempfile::TempDir,
    files: BTreeMap<PathBuf, Vec<u8>>,
    questions: Vec<(Document, Vec<String>)>,
}

impl Sound {
    fn new() -> Self {
        Self::of(made)
    }

    fn of(made: fn(&[Document], usize) -> tempfile::TempDir) -> Self {
        let all = articles(24);
        let folder = made(&all, 2);
        let mut writer = Writer::open(folder.path(), detector()).unwrap();
        writer.remove(["a0003", "a0017"]).unwrap();
        writer.commit().unwrap();
        writer.add(articles(26), 8).unwrap();
        drop(writer);
        let index = opened(folder.path()).unwrap();
        assert_eq!(index.stats().unwrap().segments, 3);
        let questions: Vec<_> = [2, 8, 20]
            .map(|n| {
                let question = document("asked", all[n].text.clone());
                let answer = matches(&index, &question).unwrap();
                assert!(answer.len() > 1);
                (question, answer)
            })
            .into();
        Self {
            files: files(folder.path()),
            folder,
            questions,
        }
    }

    /// With other bytes in one file, or without it.
    fn with(&self, path: &Path, bytes: Option<&[u8]>, what: &str) {
        match bytes {
            Some(bytes) => fs::write(path, bytes).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let names = |said: &str| {
            // Of a manifest that is missing it is the index that is not there.
            let is_named = said.contains(name) || name == "manifest.json" && bytes.is_none();
            assert!(is_named, "{name}, {what}: {said}");
        };
        match opened(self.folder.path()) {
            Err(e) => names(&e.to_string()),
            Ok(index) => {
                let broken = index.verify();
                assert!(!broken.is_empty(), "{name}, {what}: nobody noticed");
                broken.iter().for_each(|e| names(&e.to_string()));
                for (question, answer) in &self.questions {
                    match matches(&index, question) {
                        Ok(found) => assert_eq!(&found, answer, "{name}, {what}"),
                        Err(e) => names(&e.to_string()),
                    }
                }
            }
        }
        fs::write(path, &self.files[path]).unwrap();
    }
}

#[test]
fn no_flipped_bit_goes_unnoticed() {
    flip_bits(&Sound::new());
}

#[test]
fn none_in_an_index_without_texts_does() {
    flip_bits(&Sound::of(made_without_texts));
}

fn flip_bits(sound: &Sound) {
    let mut rng = Rng::new(3);
    for (path, bytes) in &sound.files {
        let step = (bytes.len() / 500).max(1);
        let dense = [
            0..16.min(bytes.len()),
            bytes.len().saturating_sub(END)..bytes.len(),
        ];
        let places = (0..bytes.len())
            .step_by(step)
            .map(|at| at + rng.below(step));
        for at in places.chain(dense.into_iter().flatten()) {
            let mut damaged = bytes.clone();
            let Some(byte) = damaged.get_mut(at) else {
                continue;
            };
            let bit = Rng::new(at as u64).below(8);
            *byte ^= 1 << bit;
            sound.with(path, Some(&damaged), &format!("bit {bit} of byte {at}"));
        }
    }
    let index = opened(sound.folder.path()).unwrap();
    assert!(index.verify().is_empty());
}

#[test]
fn no_cut_goes_unnoticed() {
    let sound = Sound::new();
    for (path, bytes) in &sound.files {
        let step = (bytes.len() / 100).max(1);
        let lengths = (0..bytes.len())
            .step_by(step)
            .chain(bytes.len().saturating_sub(60)..bytes.len());
        for len in lengths {
            sound.with(path, Some(&bytes[..len]), &format!("cut to {len} bytes"));
        }
        sound.with(path, None, "missing");
    }
}

#[test]
fn the_program_tells_of_damage_and_no_writer_makes_it_worse() {
    let sound = Sound::new();
    let at = sound.folder.path();
    let segment = sound
        .files
        .keys()
        .find(|p| p.extension().is_some_and(|e| e == "segment"))
        .unwrap();
    let mut damaged = sound.files[segment].clone();
    damaged[40] ^= 1;
    fs::write(segment, &damaged).unwrap();
    let (code, _, said) = index("verify", at, &[], "");
    let name = segment.file_name().unwrap().to_str().unwrap();
    assert!(
        code != 0 && said.contains(name) && said.contains("the document `a00"),
        "{said}"
    );
    let before = files(at);
    assert_ne!(index("compact", at, &[], "").0, 0);
    assert_eq!(files(at), before);

    fs::write(segment, &sound.files[segment]).unwrap();
    fs::remove_file(at.join("manifest.json")).unwrap();
    let before = files(at);
    for command in ["add", "query"] {
        let (code, _, said) = index(command, at, &["-"], &record("x", "A text."));
        assert_eq!(code, 2, "{said}");
    }
    assert_eq!(files(at), before);
}
