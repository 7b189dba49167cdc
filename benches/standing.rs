//! Times questions to a standing index, one at a time, and what it takes to open.
//!
//! ```console
//! cargo bench --bench standing -- INDEX QUESTIONS.jsonl
//! ```

use std::{
    env,
    error::Error,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use copytaster::{
    detector::Detector,
    index::Index,
    read::{self, ReadOptions},
    settings::Settings,
};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).filter(|a| a != "--bench").collect();
    let [folder, questions] = &args[..] else {
        println!("standing: an index and a file of questions are wanted; nothing was timed");
        return Ok(());
    };
    let folder = Path::new(folder);
    let start = Instant::now();
    let settings = Index::settings(folder, Settings::default())?;
    let index = Index::open(folder, Detector::new(settings)?)?;
    println!("{} articles, opened in {:?}", index.len(), start.elapsed());
    let mut times: Vec<Duration> = Vec::new();
    let mut matches = 0;
    for document in read::open(std::slice::from_ref(questions), &ReadOptions::default()) {
        let document = document?;
        let start = Instant::now();
        matches += index.ask(document)?.answer.scan.matches.len();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    if !times.is_empty() {
        println!(
            "{} questions, {matches} matches: median {:?}, 90 % {:?}, 99 % {:?}, longest {:?}",
            times.len(),
            at(0.5),
            at(0.9),
            at(0.99),
            at(1.0)
        );
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find(|l| l.starts_with("VmHWM"));
    println!("{}", most.unwrap_or("VmHWM is not known here"));
    Ok(())
}
