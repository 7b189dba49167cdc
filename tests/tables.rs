//! Tables: every record of a scan has its row, whoever makes them.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use copytaster::report::saved::Saved;

fn run(args: &[&str]) -> (bool, String) {
    let program = env!("CARGO_BIN_EXE_copytaster");
    let output = Command::new(program).args(args).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty());
    (output.status.success(), told)
}

/// The files of a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let file = |e: fs::DirEntry| {
        let name = e.file_name().into_string().unwrap();
        (name, fs::read(e.path()).unwrap())
    };
    entries.map(file).collect()
}

/// The rows of a table in CSV (RFC 4180), the names among them.
fn rows(csv: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(csv).unwrap();
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut is_quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => assert_eq!(chars.peek(), Some(&'\n')),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(c),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !is_quoted);
    assert!(rows.iter().all(|r| r.len() == rows[0].len()));
    rows
}

/// A cell of a row by the name of its column.
fn cell<'r>(rows: &'r [Vec<String>], row: usize, name: &str) -> &'r str {
    let at = rows[0].iter().position(|n| n == name);
    &rows[row + 1][at.unwrap_or_else(|| panic!("no column {name}"))]
}

#[test]
fn scan_and_report_make_the_same_tables_of_every_record() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let found = at("found.jsonl");
    let scan = ["scan", "corpus", "--with-text", "--snippet", "full"];
    let done = |args: &[&str]| {
        let (ok, told) = run(args);
        assert!(ok, "{args:?}: {told}");
    };
    done(&[&scan[..], &["--format", "jsonl", "-o", &found]].concat());
    for format in ["csv", "parquet"] {
        let [one, two, three] = ["scan", "threads", "report"].map(|n| at(&format!("{n}-{format}")));
        done(&[&scan[..], &["--format", format, "-o", &one]].concat());
        done(
            &[
                &scan[..],
                &["--format", format, "-o", &two, "--threads", "1"],
            ]
            .concat(),
        );
        done(&["report", &found, "--format", format, "-o", &three]);
        let all = files(Path::new(&one));
        assert_eq!(all.len(), 8);
        assert!(all == files(Path::new(&two)) && all == files(Path::new(&three)));
    }
    let saved = Saved::read(&*fs::read(&found).unwrap(), "found").unwrap();
    let tables = files(Path::new(&at("scan-csv")));
    let of = |name: &str| rows(&tables[&format!("{name}.csv")]);
    let articles = of("articles");
    for (i, a) in saved.articles.iter().enumerate() {
        assert_eq!(cell(&articles, i, "id"), a.id);
        assert_eq!(cell(&articles, i, "text"), a.text.as_deref().unwrap());
        assert_eq!(
            cell(&articles, i, "cluster"),
            a.cluster.as_deref().unwrap_or("")
        );
    }
    let matches = of("matches");
    for (i, m) in saved.matches.iter().enumerate() {
        assert_eq!(
            [cell(&matches, i, "a"), cell(&matches, i, "b")],
            [&m.a, &m.b]
        );
        assert_eq!(cell(&matches, i, "b_in_a").parse(), Ok(m.containment[1]));
        let lag = m.direction.lag_seconds.map(|s| s.to_string());
        assert_eq!(cell(&matches, i, "lag_seconds"), lag.unwrap_or_default());
    }
    let passages = of("passages");
    let all: Vec<_> = saved.matches.iter().flat_map(|m| &m.passages).collect();
    for (i, p) in all.iter().enumerate() {
        assert_eq!(cell(&passages, i, "a_end").parse(), Ok(p.a[1]));
        assert_eq!(cell(&passages, i, "b_text"), p.b_text.as_deref().unwrap());
    }
    let counts = [
        "articles", "credits", "matches", "passages", "evidence", "clusters",
    ]
    .map(|name| of(name).len() - 1);
    let credits = saved.articles.iter().map(|a| a.credits.len()).sum();
    let evidence = saved
        .matches
        .iter()
        .map(|m| m.direction.evidence.len())
        .sum();
    let clusters = saved.clusters.len();
    assert_eq!(
        counts,
        [
            saved.articles.len(),
            credits,
            saved.matches.len(),
            all.len(),
            evidence,
            clusters
        ]
    );
    let pairs = of("outlet_pairs");
    let sum = |name: &str| -> u64 {
        let column = (0..pairs.len() - 1).map(|i| cell(&pairs, i, name));
        column.map(|n| n.parse::<u64>().unwrap()).sum()
    };
    assert_eq!(sum("matches"), saved.matches.len() as u64);
    let relations = ["identical", "near_duplicate", "reuse", "quotes"].map(sum);
    assert_eq!(relations, [1, 65, 27, 8]);
    let directions = ["from_outlet", "from_other", "common", "unknown"].map(sum);
    assert_eq!(directions.iter().sum::<u64>(), sum("matches"));
    let run: serde_json::Value = serde_json::from_slice(&tables["run.json"]).unwrap();
    assert_eq!(run["settings_sha256"], saved.run.settings_sha256);
}

#[test]
fn outlets_are_paired_by_month_with_their_lag() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let story = fs::read_to_string("corpus/reuters/lighthouse-strike.txt").unwrap();
    let article = |id: &str, outlet: &str, published: &str| {
        serde_json::json!({"id": id, "text": story, "outlet": outlet, "published": published})
            .to_string()
    };
    let lines = [
        article("1", "Zeta", "2026-06-30T23:00:00Z"),
        article("2", "Alpha, \"The\"", "2026-07-01T01:00:00+01:00"),
        article("3", "Alpha, \"The\"", "2026-08-01T00:00:10Z"),
    ];
    fs::write(at("in.jsonl"), lines.join("\n")).unwrap();
    let (ok, told) = run(&["scan", &at("in.jsonl"), "--format", "csv", "-o", &at("out")]);
    assert!(ok, "{told}");
    let pairs = rows(&files(Path::new(&at("out")))["outlet_pairs.csv"]);
    let told: Vec<Vec<&str>> = (0..pairs.len() - 1)
        .map(|i| {
            [
                "outlet",
                "other",
                "month",
                "identical",
                "outlet_first",
                "other_first",
                "median_lag_seconds",
            ]
            .map(|name| cell(&pairs, i, name))
            .to_vec()
        })
        .collect();
    let alpha = "Alpha, \"The\"";
    let day = 24 * 3600;
    assert_eq!(
        told,
        [
            vec![
                alpha,
                alpha,
                "2026-08",
                "1",
                "1",
                "0",
                &(31 * day + 10).to_string()
            ],
            vec![alpha, "Zeta", "2026-07", "1", "0", "1", "-3600"],
            vec![
                alpha,
                "Zeta",
                "2026-08",
                "1",
                "0",
                "1",
                &(-(31 * day + 3610)).to_string()
            ],
        ]
    );
}

#[test]
fn a_folder_is_asked_for_and_never_written_into() {
    let folder = tempfile::tempdir().unwrap();
    let (ok, told) = run(&["scan", "corpus/ap", "--format", "csv"]);
    assert!(!ok && told.contains("-o names a folder"), "{told}");
    let kept = folder.path().join("kept.txt");
    fs::write(&kept, "x").unwrap();
    let out = folder.path().to_str().unwrap();
    let (ok, told) = run(&["scan", "corpus/ap", "--format", "csv", "-o", out]);
    assert!(
        !ok && told.contains("is a folder that is not empty"),
        "{told}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
