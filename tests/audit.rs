//! The attribution audit and what it is told of sources, end to end.

use std::{fs, process::Command};

use serde_json::Value;
use tempfile::TempDir;

const WIRE: &str = "The clock of the corn exchange at Averley has been stopped by bees, the town's engineer said on Monday, \
    after wax from a hive behind the north dial had run into the works and set hard. Steeplejacks who went up to oil the \
    hands found forty combs and turned back. A keeper from the next valley is to move the swarm at dusk on Thursday, when \
    the market is over.\n\nUntil then the hours will be rung by hand. The clock was built in 1874 and has stopped twice, \
    for a fire and for a fall of snow, and the town has never paid for its winding, which a charity does out of the rent \
    of a meadow.";
const OWN: &str = "Councillors who were asked about the meadow on Tuesday could not say who had rented it last, and the ledger \
    that would tell is being bound in another county. A neighbour remembered geese there, and a man with a green van who \
    came for the geese on the first Friday of every month and always paid in coins.";

fn folder(files: &[(&str, String)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A feed with one article of each kind, and an original outside it.
fn corpus() -> TempDir {
    let record = |id: &str, outlet: &str, text: &str| {
        serde_json::json!({
            "id": id, "outlet": outlet, "published": "2031-03-04T08:00:00Z", "text": text,
            "url": format!("https://{outlet}/{id}"),
        })
        .to_string()
    };
    let feed = [
        record("silent", "averley.example", WIRE),
        record(
            "credited",
            "averley.example",
            &format!("AVERLEY (AP) - {WIRE}"),
        ),
        record(
            "wrong",
            "vesk.example",
            &format!("AVERLEY (Reuters) - {WIRE}"),
        ),
        record("alien", "vesk.example", &format!("AVERLEY (AP) - {OWN}")),
        record("cut", "vesk.example", &OWN[..170]),
    ];
    let outlets = "[[outlet]]\nname = \"Averley Bugle\"\nsites = [\"averley.example\"]\nowner = \"Vesk\"\nwires = [\"AP\"]\n";
    folder(&[
        ("feed.jsonl", feed.join("\n")),
        ("wire/bees.txt", WIRE.into()),
        ("outlets.toml", outlets.into()),
    ])
}

fn run(folder: &TempDir, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_copytaster"))
        .current_dir(folder.path())
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let stderr = text(output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    (output.status.code().unwrap(), text(output.stdout), stderr)
}

fn records(stdout: &str) -> Vec<Value> {
    stdout
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

fn of_type<'v>(records: &'v [Value], kind: &str) -> Vec<&'v Value> {
    records.iter().filter(|r| r["type"] == kind).collect()
}

const AUDIT: [&str; 8] = [
    "audit",
    "--format",
    "jsonl",
    "--outlets",
    "outlets.toml",
    "--reference",
    "agency:AP=wire",
    "feed.jsonl",
];

#[test]
fn findings_abstentions_and_the_table() {
    let folder = corpus();
    let (status, stdout, stderr) = run(&folder, &AUDIT);
    assert_eq!((status, &*stderr), (0, ""));
    let records = records(&stdout);
    let types: Vec<&str> = records
        .iter()
        .map(|r| r["type"].as_str().unwrap())
        .collect();
    let mut order = types.clone();
    order.dedup();
    assert_eq!(
        order,
        ["run", "finding", "abstention", "attribution", "summary"]
    );
    let findings: Vec<[&str; 4]> = of_type(&records, "finding")
        .iter()
        .map(|f| {
            ["article", "kind", "source", "relation_to_source"].map(|k| f[k].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        findings,
        [
            ["alien", "unsupported", "AP", "other"],
            ["silent", "uncredited", "AP", "licensed"],
            ["wrong", "miscredited", "AP", "other"],
        ]
    );
    let silent = of_type(&records, "finding")[1];
    assert_eq!(silent["outlet"], "averley.example");
    assert_eq!(silent["published"], "2031-03-04T08:00:00Z");
    assert_eq!(silent["known"], "agency:AP=wire/bees.txt");
    assert_eq!(silent["known_kind"], "agency");
    assert_eq!(silent["searched"], "text, outlet, url");
    assert_eq!(silent["share"], 1.0);
    assert_eq!(silent["passages"][0][0], 0);
    let abstained = of_type(&records, "abstention");
    assert_eq!(
        (&abstained[0]["article"], &abstained[0]["reason"]),
        (&"cut".into(), &"truncated".into())
    );
    let rows = of_type(&records, "attribution");
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&rows[0]["outlet"], &rows[0]["owner"]),
        (&"Averley Bugle".into(), &"Vesk".into())
    );
    assert_eq!(
        (&rows[0]["month"], &rows[0]["articles"]),
        (&"2031-03".into(), &2.into())
    );
    assert_eq!(rows[0]["uncredited_wire"]["share_of_articles"], 0.5);
    assert_eq!(rows[1]["not_judged"]["articles"], 1);
    let summary = records.last().unwrap();
    assert_eq!(
        (&summary["articles"], &summary["references"]),
        (&5.into(), &1.into())
    );
    assert_eq!(summary["findings"]["uncredited"], 1);
    assert_eq!(summary["abstained"]["truncated"], 1);
}

#[test]
fn every_format_is_the_same_for_any_number_of_threads() {
    let folder = corpus();
    for format in ["text", "jsonl", "json", "csv"] {
        let of = |threads: &str| {
            let mut args = AUDIT.to_vec();
            args[2] = format;
            args.extend(["--threads", threads]);
            let (status, stdout, stderr) = run(&folder, &args);
            assert_eq!((status, &*stderr), (0, ""));
            stdout
        };
        let one = of("1");
        assert!(one.contains("Averley Bugle"), "{one}");
        assert_eq!(one, of("4"), "{format}");
    }
}

#[test]
fn text_tells_what_a_reader_must_check() {
    let folder = corpus();
    let mut args = AUDIT.to_vec();
    args[2] = "text";
    let (_, stdout, _) = run(&folder, &args);
    for line in [
        "5 articles, 1 reference, 1 uncredited, 1 miscredited, 1 unsupported, 1 not judged",
        "subscribes to the source",
        "known from agency:AP=wire/bees.txt",
        "dateline \"(Reuters)\" in wrong",
        "looked through: text, outlet, url",
        "Not judged: 1 truncated.",
    ] {
        assert!(stdout.contains(line), "{line}\n{stdout}");
    }
    assert!(stdout.lines().all(|l| l.chars().count() <= 100), "{stdout}");
    args[2] = "csv";
    let (_, csv, _) = run(&folder, &args);
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("outlet,owner,month,articles,words,own_byline_articles,"));
    assert!(lines[1].starts_with("Averley Bugle,Vesk,2031-03,2,"));
    assert!(lines.iter().all(|l| l.matches(',').count() == 28), "{csv}");
}

#[test]
fn references_are_in_no_record() {
    let folder = corpus();
    let scan = |more: &[&str]| {
        let mut args = vec!["scan", "--format", "jsonl", "--near-misses", "9"];
        args.extend(more);
        let (status, stdout, stderr) = run(&folder, &args);
        assert_eq!((status, &*stderr), (0, ""));
        records(&stdout)
    };
    let given = ["--reference", "agency:AP=wire", "feed.jsonl"];
    for paths in [
        &given[..],
        &["--reference", "agency:AP=wire", "feed.jsonl", "wire"],
    ] {
        let records = scan(paths);
        let both = paths.len() > 3;
        assert_eq!(of_type(&records, "article").len(), if both { 6 } else { 5 });
        for r in &records[1..] {
            let named =
                ["id", "a", "b", "members", "representative", "examples"].map(|k| r[k].to_string());
            assert!(!named.join(" ").contains("agency:AP"), "{r}");
        }
        let ids: Vec<&Value> = of_type(&records, "article")
            .iter()
            .map(|a| &a["id"])
            .collect();
        assert_eq!(
            ids.contains(&&"wire/bees.txt".into()),
            both,
            "an article keeps its id"
        );
        let article = |id: &str| {
            let all = of_type(&records, "article");
            (*all.iter().find(|a| a["id"] == id).unwrap()).clone()
        };
        assert_eq!(article("silent")["origin"]["source"], "AP");
        assert_eq!(
            article("silent")["origin"]["basis"],
            serde_json::json!(["reference"])
        );
        let pair = of_type(&records, "match")
            .into_iter()
            .find(|m| m["a"] == "credited" && m["b"] == "silent")
            .unwrap();
        assert_eq!(pair["direction"]["source"], "common");
        assert_eq!(pair["direction"]["agency"], "AP");
        let evidence = pair["direction"]["evidence"].as_array().unwrap();
        assert!(evidence.iter().any(|e| e["kind"] == "reference"), "{pair}");
        // `silent` has no credit, only the original: one piece of evidence, not two.
        let credits: Vec<&Value> = evidence.iter().filter(|e| e["kind"] == "credit").collect();
        assert!(credits.iter().all(|e| e["in"] == "a"), "{pair}");
    }
}

#[test]
fn what_is_known_of_sources_is_part_of_the_settings() {
    let folder = corpus();
    let sha = |args: &[&str]| {
        let mut all = vec!["scan", "--format", "jsonl"];
        all.extend(args);
        let (status, stdout, stderr) = run(&folder, &all);
        assert_eq!(status, 0, "{stderr}");
        let run = records(&stdout).remove(0);
        (
            run["settings_sha256"].to_string(),
            run["settings"]["sources"].clone(),
        )
    };
    let (plain, none) = sha(&["feed.jsonl"]);
    assert_eq!(
        none,
        serde_json::json!({"agencies": null, "outlets": null, "references": []})
    );
    let (given, sources) = sha(&[
        "--reference",
        "agency:AP=wire",
        "--outlets",
        "outlets.toml",
        "feed.jsonl",
    ]);
    assert_ne!(plain, given);
    assert_eq!(sources["outlets"]["file"], "outlets.toml");
    assert_eq!(sources["references"][0]["name"], "AP");
    fs::write(folder.path().join("wire/bees.txt"), OWN).unwrap();
    let (changed, _) = sha(&[
        "--reference",
        "agency:AP=wire",
        "--outlets",
        "outlets.toml",
        "feed.jsonl",
    ]);
    assert_ne!(given, changed);
}

#[test]
fn agencies_are_added_by_a_table() {
    let folder = corpus();
    let table = "version = \"mine\"\nextends = true\n[[agency]]\nid = \"Averley Wire\"\nnames = [\"Averley Wire\"]\n\
        kind = \"agency\"\ncountry = \"GB\"\n";
    fs::write(folder.path().join("agencies.toml"), table).unwrap();
    fs::write(
        folder.path().join("a.txt"),
        format!("AVERLEY (Averley Wire) - {WIRE}"),
    )
    .unwrap();
    let (status, stdout, _) = run(
        &folder,
        &[
            "scan",
            "--format",
            "jsonl",
            "--agencies",
            "agencies.toml",
            "a.txt",
        ],
    );
    let records = records(&stdout);
    assert_eq!(status, 0);
    assert!(
        records[0]["agencies_version"]
            .as_str()
            .unwrap()
            .ends_with("+mine")
    );
    assert_eq!(records[1]["origin"]["source"], "Averley Wire");
    for command in [
        &["compare", "a.txt", "wire/bees.txt"][..],
        &[
            "compare",
            "--in",
            "feed.jsonl",
            "--reference",
            "agency:AP=wire",
            "silent",
            "wrong",
        ],
    ] {
        let mut args = command.to_vec();
        args.extend(["--agencies", "agencies.toml"]);
        assert_eq!(run(&folder, &args).0, 0, "{command:?}");
    }
}

#[test]
fn bad_sources_are_named_and_end_the_run() {
    let folder = corpus();
    for (name, text) in [
        ("faulty.toml", "[[outlet]]\nname = \"x\"\nowns = 3\n"),
        (
            "twice.toml",
            "[[outlet]]\nname = \"x\"\n[[outlet]]\nname = \"X\"\n",
        ),
        ("agency.toml", "version = \"1\"\n[[agency]]\nid = 3\n"),
        ("bad.jsonl", "{\"text\":\"fine\"}\n{\"text\":3}\n"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    fs::create_dir(folder.path().join("empty")).unwrap();
    let cases: &[(&[&str], &[&str])] = &[
        (&["--outlets", "none.toml"], &["none.toml", "no such file"]),
        (&["--outlets", "faulty.toml"], &["faulty.toml", "line 3"]),
        (
            &["--outlets", "twice.toml"],
            &["twice.toml", "stands twice"],
        ),
        (&["--agencies", "none.toml"], &["none.toml", "no such file"]),
        (&["--agencies", "agency.toml"], &["agency.toml", "line 3"]),
        (
            &["--reference", "agency:AP=none"],
            &["agency:AP", "none", "no such file"],
        ),
        (
            &["--reference", "agency:AP=bad.jsonl"],
            &["agency:AP", "bad.jsonl:2"],
        ),
        (
            &["--reference", "agency:AP=empty"],
            &["agency:AP", "empty", "holds no article"],
        ),
        (
            &["--reference", "paper:AP=wire"],
            &["paper", "agency, press-release, government, outlet"],
        ),
        (&["--reference", "agency=wire"], &["KIND:NAME=PATH"]),
        (&["--reference", "agency:=wire"], &["KIND:NAME=PATH"]),
        (&["--reference", "agency:AP=-"], &["standard input"]),
    ];
    for command in ["audit", "scan"] {
        for (args, told) in cases {
            let mut all = vec![command];
            all.extend(*args);
            all.extend(["-o", "out.txt", "feed.jsonl"]);
            let (status, stdout, stderr) = run(&folder, &all);
            assert_eq!((status, &*stdout), (2, ""), "{all:?}");
            for t in *told {
                assert!(stderr.contains(t), "{all:?}: {stderr}");
            }
            assert!(!folder.path().join("out.txt").exists());
        }
    }
    // A bad article is an error of the run, which goes on.
    let (status, stdout, stderr) = run(&folder, &["audit", "--format", "jsonl", "bad.jsonl"]);
    assert_eq!(status, 2);
    assert!(stderr.contains("bad.jsonl:2"), "{stderr}");
    assert_eq!(of_type(&records(&stdout), "error").len(), 1);
    assert_eq!(
        run(&folder, &["audit", "--max-errors", "1", "bad.jsonl"]).0,
        0
    );
}

#[test]
fn nothing_to_audit_is_no_error() {
    let folder = folder(&[("a.txt", String::new())]);
    for format in ["text", "jsonl", "json", "csv"] {
        assert_eq!(run(&folder, &["audit", "--format", format, "."]).0, 0);
    }
    let (_, stdout, _) = run(&folder, &["man", "audit"]);
    assert!(stdout.contains("press") && stdout.contains("reference"));
}
