//! Prints a made-up corpus as JSON Lines, for benches and stress runs:
//!
//! ```sh
//! cargo run --release --example make_corpus -- 50000 messy 7 > corpus.jsonl
//! ```
//!
//! The arguments are the number of articles, the kind (`plain`, `messy`; hostile: `boilerplate`, `copies`, `template`) and a
//! seed. A hostile corpus ends with one article more, `excerpt`, which quotes a hundred words of the first: a scan should
//! still find that.

#[path = "../benches/made/mod.rs"]
mod made;

use std::{
    env,
    io::{self, BufWriter, ErrorKind, Write},
    process::ExitCode,
};

use made::{Kind, Maker};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let Some((articles, kind, seed)) = read(&args) else {
        let kinds = Kind::ALL.map(|(name, _)| name).join("|");
        eprintln!("usage: make_corpus ARTICLES [{kinds}] [SEED]");
        return ExitCode::from(2);
    };
    match print(articles, &Maker::new(kind, seed)) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => {
            eprintln!("make_corpus: {e}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn read(args: &[String]) -> Option<(u64, Kind, u64)> {
    let articles = args.first()?.parse().ok()?;
    let kind = args.get(1).map_or("plain", String::as_str);
    let seed = args.get(2).map_or("1", String::as_str);
    Some((articles, Kind::of_name(kind)?, seed.parse().ok()?))
}

fn print(articles: u64, maker: &Maker) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    for made in maker.corpus(articles) {
        serde_json::to_writer(&mut out, &made)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
