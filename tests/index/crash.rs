//! Killed at any moment it has all that it said was safe, and nothing half done.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    process::Child,
    thread,
    time::{Duration, Instant},
};

use super::*;

/// Set it to kill more often.
const KILLS: &str = "INDEX_KILLS";

struct Killing {
    folder: tempfile::TempDir,
    rng: Rng,
    /// Articles by id that must be there, and those that may be.
    safe: BTreeMap<String, Document>,
    maybe: Vec<Document>,
    next: usize,
    /// How often the folder was left with files that nothing names.
    littered: usize,
    acknowledged: usize,
}

fn child(arguments: &[&str], folder: &Path, input: Stdio) -> Child {
    let mut command = program();
    command.args(["index", arguments[0], "-i"]).arg(folder);
    command.args(&arguments[1..]);
    command
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

impl Killing {
    fn at(&self) -> &Path {
        self.folder.path()
    }

    /// Some articles, a few in place of those that are there.
    fn some(&mut self, n: usize) -> Vec<Document> {
        let mut out = Vec::new();
        for _ in 0..n {
            let id = if self.rng.chance(0.1) {
                self.rng.below(self.next + 1)
            } else {
                self.next
            };
            out.push(document(format!("a{id:05}"), text(self.next)));
            self.next += 1;
        }
        out
    }

    fn wait(&mut self, most: Duration) {
        let part = self.rng.below(1000) as u32;
        thread::sleep(most * part / 1000);
    }

    /// Articles are given one by one; those that were acknowledged are safe.
    fn feed(&mut self) {
        let given = self.some(300);
        let mut child = child(
            &["add", "--query", "--acknowledge", "-"],
            self.at(),
            Stdio::piped(),
        );
        let mut stdin = child.stdin.take().unwrap();
        let lines: Vec<String> = given.iter().map(|d| record(&d.id, &d.text)).collect();
        let pause = Duration::from_micros(self.rng.below(12_000) as u64);
        let giver = thread::spawn(move || {
            for line in lines {
                thread::sleep(pause);
                if stdin.write_all(line.as_bytes()).is_err() {
                    return;
                }
            }
        });
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let reader = thread::spawn(move || {
            let mut safe = 0;
            for line in stdout.lines().map_while(std::result::Result::ok) {
                // The last may be cut off.
                let record: Value = serde_json::from_str(&line).unwrap_or_default();
                if record["type"] == "durable" {
                    safe = record["articles"].as_u64().unwrap() as usize;
                }
            }
            safe
        });
        self.wait(Duration::from_millis(2500));
        child.kill().unwrap();
        child.wait().unwrap();
        giver.join().unwrap();
        let safe = reader.join().unwrap();
        self.acknowledged += safe;
        let maybe = given[safe..].to_vec();
        self.safe
            .extend(given.into_iter().take(safe).map(|d| (d.id.clone(), d)));
        self.maybe = maybe;
    }

    /// A command that ends by itself in about `time` is killed before or after.
    fn kill(&mut self, arguments: &[&str], input: &str, time: Duration) {
        let path = self.at().with_extension("in");
        fs::write(&path, input).unwrap();
        let file = fs::File::open(&path).unwrap();
        let mut child = child(arguments, self.at(), file.into());
        self.wait(time);
        child.kill().unwrap();
        child.wait().unwrap();
        fs::remove_file(path).unwrap();
    }

    fn add(&mut self) {
        let given = self.some(200);
        let input: String = given.iter().map(|d| record(&d.id, &d.text)).collect();
        self.kill(&["add", "-"], &input, Duration::from_millis(400));
        self.maybe = given;
    }

    /// Whether all or none of them are gone is seen to here.
    fn remove(&mut self) {
        let ids: Vec<String> = self.safe.keys().cloned().collect();
        let ids: BTreeSet<&String> = (0..ids.len().min(20))
            .map(|_| &ids[self.rng.below(ids.len())])
            .collect();
        let input: String = ids.iter().map(|id| format!("{id}\n")).collect();
        self.kill(&["remove", "-"], &input, Duration::from_millis(60));
        let index = opened(self.at()).unwrap();
        let left = ids.iter().filter(|id| index.holds(id)).count();
        assert!(
            left == 0 || left == ids.len(),
            "{left} of {} removed",
            ids.len()
        );
        if left == 0 {
            for id in ids {
                self.safe.remove(id);
            }
        }
    }

    /// Everything that is safe is there, and what is there answers as in an index of nothing else.
    fn check(&mut self) {
        let before = files(self.at());
        let (code, _, said) = index("verify", self.at(), &[], "");
        assert_eq!(code, 0, "{said}");
        let index = opened(self.at()).unwrap();
        let held: Vec<Document> = index.documents().collect::<Result<_>>().unwrap();
        let there: BTreeMap<&str, &Document> = held.iter().map(|d| (&*d.id, d)).collect();
        for id in self.safe.keys() {
            assert!(there.contains_key(&**id), "{id} is lost");
        }
        for d in &held {
            let is_it = |k: &Document| k.id == d.id && k.text == d.text;
            let known = self.safe.get(&d.id).is_some_and(is_it) || self.maybe.iter().any(is_it);
            assert!(known, "{} has a text that it was not given last", d.id);
        }
        let fresh = made(&held, 1);
        let fresh = opened(fresh.path()).unwrap();
        for _ in 0..40.min(held.len()) {
            let d = &held[self.rng.below(held.len())];
            let question = document(if self.rng.chance(0.5) { &d.id } else { "asked" }, &d.text);
            assert_eq!(
                matches(&index, &question).unwrap(),
                matches(&fresh, &question).unwrap()
            );
        }
        drop(index);
        // The next writer takes away what nothing names.
        done("remove", self.at(), &["-"], "");
        let after = files(self.at());
        self.littered += usize::from(after.len() < before.len());
        let index = opened(self.at()).unwrap();
        let on_disk: usize = after.values().map(Vec::len).sum();
        assert_eq!(index.stats().unwrap().bytes, on_disk as u64);
        self.safe = held.into_iter().map(|d| (d.id.clone(), d)).collect();
        self.maybe.clear();
    }
}

#[test]
fn killed_at_any_moment_it_keeps_what_it_acknowledged() {
    let kills = std::env::var(KILLS)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(20);
    let begun = Instant::now();
    let mut k = Killing {
        folder: tempfile::tempdir().unwrap(),
        rng: Rng::new(7),
        safe: BTreeMap::new(),
        maybe: Vec::new(),
        next: 0,
        littered: 0,
        acknowledged: 0,
    };
    let mut counts = [0; 4];
    Writer::open(k.at(), detector()).unwrap();
    for n in 0..kills {
        // Beside the feed, which half of all kills are of, each has its turn.
        let what = if n % 2 == 0 { 0 } else { 1 + n / 2 % 3 };
        match what {
            0 => k.feed(),
            1 => k.add(),
            2 => k.remove(),
            _ => k.kill(&["compact"], "", Duration::from_millis(100)),
        }
        counts[what] += 1;
        k.check();
        // Few enough to be compared each time.
        if k.safe.len() > 2500 {
            k = Killing {
                folder: tempfile::tempdir().unwrap(),
                safe: BTreeMap::new(),
                ..k
            };
            Writer::open(k.at(), detector()).unwrap();
        }
    }
    println!(
        "killed {} feeds, {} adds, {} removals, {} compactions in {:.0} s; {} articles acknowledged, none lost; \
         leftovers taken away {} times",
        counts[0],
        counts[1],
        counts[2],
        counts[3],
        begun.elapsed().as_secs_f64(),
        k.acknowledged,
        k.littered,
    );
}
