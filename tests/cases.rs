//! One table of cases, run over every way to compare two articles: by themselves, in a scan of the two, and in a scan
//! amid articles that have nothing to do with them. All must agree to the passage.

mod common;

use common::{Rng, article, detector, document, edited, paragraph, scan, story, unrelated};
use copytaster::align::{Aligned, PassageKind};
use copytaster::detector::Scan;

/// What a case expects.
struct Case {
    name: &'static str,
    a: String,
    b: String,
    /// None: no record.
    relation: Option<&'static str>,
    /// Passages, at least and at most.
    passages: (usize, usize),
    /// Matched tokens of all passages, at least.
    tokens: u32,
}

fn case(
    name: &'static str,
    a: impl Into<String>,
    b: impl Into<String>,
    relation: Option<&'static str>,
    passages: (usize, usize),
    tokens: u32,
) -> Case {
    Case {
        name,
        a: a.into(),
        b: b.into(),
        relation,
        passages,
        tokens,
    }
}

const MILL: &str = "The last paper mill on the Orrin will close in May, its owners said on Monday, ending two centuries of \
    work beside the weir and the jobs of ninety people who make envelopes there. \
    The company blamed the price of pulp and a contract lost in the autumn to a rival across the border. \
    Staff were told in the canteen at noon by a manager who had joined the firm as an apprentice in 1988. \
    The union asked for a meeting with the county, which owns the land and has lent the mill money twice. \
    A buyer for the turbines has been found, and the archive of watermarks will go to the museum in Pellbridge.";

const SPEECH: &str = "We have waited eleven years for this bridge and I will not wait another week while two ministries \
    argue about the colour of the paint on its railings, because the people of this valley have children to bring to school";

/// The same with a word in nine exchanged, by hand.
const MILL_REWORDED: &str = "The last paper factory on the Orrin will shut in May, its owners said on Monday, ending two centuries of \
    toil beside the weir and the jobs of ninety people who make envelopes there. \
    The firm blamed the price of pulp and a contract lost in the winter to a rival across the frontier. \
    Workers were told in the canteen at noon by a manager who had joined the firm as a trainee in 1988. \
    The union asked for a meeting with the county, which owns the site and has lent the mill money twice. \
    A buyer for the turbines has been found, and the archive of watermarks will move to the museum in Pellbridge.";

const MILL_SCANNED: &str = "The 1ast paper mi1l on the Orrin wi11 close in May, its owncrs said on Monday, cnding two centuries of \
    work beside thc weir and the jobs of nincty people who make envclopes there. \
    The cornpany blamed the price of pu1p and a contract lost in the auturnn to a riva1 across the bordcr. \
    Staff were to1d in the cantcen at noon by a managcr who had joined the firm as an apprcntice in 1988. \
    The union askcd for a rneeting with the county, which owns the 1and and has lent the rni1l money twice. \
    A buycr for the turbines has bcen found, and the archive of watcrmarks will go to the museurn in Pe1lbridge.";

const MARKET: &str = "The index rose 1.8 per cent to 4,210 on Tuesday after the bank held its rate at 3.25 per cent, with 214 \
    shares higher and 87 lower at the close. The crown traded at 11.40 to the dollar, against 11.62 a day before.";
const MARKET_OTHER: &str = "The index rose 2.3 per cent to 4,307 on Tuesday after the bank held its rate at 3.25 per cent, with 198 \
    shares higher and 102 lower at the close. The crown traded at 11.12 to the dollar, against 11.35 a day before.";

const CHINESE: &str = "云岭县图书馆周一宣布，馆藏的三百余册旧县志将在年底之前全部完成扫描，并向公众免费开放。馆长在接受采访时表示，\
    这项工作由十二名志愿者利用周末完成，最旧的一册印于两百年前，书页已经脆得不能翻动。读者可以在阅览室的屏幕上查阅，也可以申请打印。";
const CHINESE_OTHER: &str = "江边的豆腐坊清晨四点就亮起了灯，老板娘说她家的石磨已经转了六十年，从外婆传到母亲，再传到她的手里。\
    每天的黄豆要先泡足八个小时，夏天短一些，冬天长一些，全凭手感。";
const CHINESE_OWN: &str = "昨晚的雨下了整整一夜，山路上多处积水，早班车晚点了四十分钟。";

/// Text that says of itself that it is no article.
const NOTICE: &str = "Sign up for our newsletter and get the morning's stories in your inbox before breakfast every day of the week. \
    By subscribing you agree to our terms of service and privacy policy, which you may read at any time.";

fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(". ").map(str::trim).collect()
}

fn joined(parts: &[&str]) -> String {
    parts.join("\n\n")
}

/// The cases written by hand.
fn written() -> Vec<Case> {
    let s = sentences(MILL);
    let clause = MILL.replace(
        "said on Monday,",
        "said on Monday in a letter that staff had been told to expect since the spring,",
    );
    vec![
        case("the same text", MILL, MILL, Some("identical"), (1, 1), 105),
        case(
            "identical but for case and quotes",
            "\"It’s over,\" she said. The Mill's gates closed at noon.",
            "“It's over,” SHE SAID. The mill’s gates closed at noon.",
            Some("identical"),
            (1, 1),
            10,
        ),
        case(
            "changed words",
            MILL,
            MILL_REWORDED,
            Some("near-duplicate"),
            (1, 1),
            90,
        ),
        case(
            "scanning noise",
            MILL,
            MILL_SCANNED,
            Some("near-duplicate"),
            (1, 1),
            90,
        ),
        case(
            "numbers changed",
            MARKET,
            MARKET_OTHER,
            Some("near-duplicate"),
            (1, 1),
            28,
        ),
        case(
            "inserted clause",
            MILL,
            clause,
            Some("near-duplicate"),
            (1, 1),
            105,
        ),
        case(
            "sentences in another order",
            MILL,
            [s[0], s[3], s[2], s[1], s[4]].join(" "),
            Some("near-duplicate"),
            (1, 1),
            100,
        ),
        case(
            "cut short",
            MILL,
            s[..2].join(" "),
            Some("near-duplicate"),
            (1, 1),
            45,
        ),
        case(
            "quotation marks alone differ in a report of speech",
            format!("“{SPEECH},” the mayor said."),
            format!("\"{SPEECH},\" the mayor said."),
            Some("identical"),
            (1, 1),
            40,
        ),
        case("nothing shared", MILL, MARKET, None, (0, 0), 0),
        case("both empty", "", "", None, (0, 0), 0),
        case("empty against a story", "", MILL, None, (0, 0), 0),
        case("marks without a word", "— … !", "— … !", None, (0, 0), 0),
        case(
            "one word, the same",
            "Closed",
            "closed.",
            Some("identical"),
            (1, 1),
            1,
        ),
        case("one word, another", "Closed", "Open", None, (0, 0), 0),
        case(
            "five words, the same",
            "The mill closes in May",
            "THE MILL CLOSES IN MAY!",
            Some("identical"),
            (1, 1),
            5,
        ),
        case(
            "twelve words, one changed",
            "The last mill on the river Orrin will close in May, owners say",
            "The last mill on the river Orrin will shut in May, owners say",
            Some("near-duplicate"),
            (1, 1),
            10,
        ),
        case(
            "four words of stock phrase",
            "Police are asking anyone with information to come forward now",
            "Doctors said anyone with information to give was welcome there",
            None,
            (0, 9),
            0,
        ),
        case(
            "a word again and again",
            "buffalo ".repeat(60),
            "buffalo ".repeat(60),
            Some("identical"),
            (1, 1),
            60,
        ),
        case(
            "a word again and again, more often",
            "buffalo ".repeat(60),
            "buffalo ".repeat(90),
            Some("near-duplicate"),
            (1, 1),
            60,
        ),
        case(
            "Chinese, the same",
            CHINESE,
            CHINESE,
            Some("identical"),
            (1, 1),
            80,
        ),
        case(
            "Chinese, other marks and an own sentence",
            CHINESE,
            format!("{CHINESE_OWN}{}", CHINESE.replace('，', "、")),
            Some("near-duplicate"),
            (1, 1),
            80,
        ),
        case(
            "Chinese, nothing shared",
            CHINESE,
            CHINESE_OTHER,
            None,
            (0, 0),
            0,
        ),
    ]
}

/// The cases that need more text than anybody wants to write.
fn generated() -> Vec<Case> {
    let mut rng = Rng::new(11);
    let (x, y) = (story(&mut rng, 8), story(&mut rng, 8));
    let (x, y): (Vec<&str>, Vec<&str>) = (
        x.iter().map(|p| &**p).collect(),
        (y.iter().map(|p| &**p).collect()),
    );
    let words = |text: &str, n: usize| text.split(' ').take(n).collect::<Vec<_>>().join(" ");
    let long = story(&mut rng, 22).join("\n\n");
    let excerpt = words(&paragraph(&mut rng, 120), 100);
    let quoting =
        |own: &[&str], quotation: &str| joined(&[own[0], own[1], quotation, own[2], own[3]]);
    let post = format!("{SPEECH}\n— Ada Quill (@adaquill) July 16, 2026");
    vec![
        case(
            "a verbatim copy under another headline",
            joined(&x),
            format!("Another headline altogether\n\n{}", joined(&x)),
            Some("near-duplicate"),
            (1, 1),
            340,
        ),
        case(
            "light edits",
            joined(&x),
            edited(&mut rng, &joined(&x), 0.05),
            Some("near-duplicate"),
            (1, 2),
            300,
        ),
        case(
            "heavy edits",
            joined(&x),
            edited(&mut rng, &joined(&x), 0.2),
            Some("near-duplicate"),
            (1, 4),
            220,
        ),
        case(
            "far paragraphs in another order",
            joined(&x),
            joined(&[x[5], x[6], x[7], y[0], y[1], y[2], x[0], x[1], x[2]]),
            Some("near-duplicate"),
            (2, 2),
            250,
        ),
        case(
            "two borrowed stretches far apart",
            joined(&[x[0], x[1], x[2], x[3], x[4], x[5]]),
            joined(&[y[0], x[0], y[1], y[2], y[3], y[4], x[5], y[5]]),
            Some("reuse"),
            (2, 2),
            85,
        ),
        case(
            "an excerpt of 100 words in 1,000",
            joined(&[x[0], x[1], x[2], x[3], &excerpt, x[4], x[5]]),
            format!("{long}\n\n{excerpt}\n\n{}", y[0]),
            Some("reuse"),
            (1, 1),
            99,
        ),
        case(
            "one paragraph in common",
            joined(&x[..4]),
            joined(&[y[0], y[1], x[2], y[2], y[3]]),
            Some("reuse"),
            (1, 1),
            40,
        ),
        case(
            "a brief inside a roundup",
            x[0],
            joined(&[y[0], y[1], x[0], y[2], y[3], y[4]]),
            Some("reuse"),
            (1, 1),
            45,
        ),
        case(
            "a passage under the least length",
            format!("{} {}", joined(&x[..3]), words(MILL, 14)),
            format!("{} {}", joined(&y[..3]), words(MILL, 14)),
            None,
            (0, 0),
            0,
        ),
        case(
            "the same quotation alone",
            quoting(&x[..4], &format!("“{SPEECH},” said the mayor.")),
            quoting(&y[..4], &format!("The mayor told reporters: “{SPEECH}.”")),
            Some("quotes"),
            (1, 1),
            39,
        ),
        case(
            "a post set into both pages",
            quoting(&x[..4], &post),
            quoting(&y[..4], &post),
            Some("quotes"),
            (1, 1),
            39,
        ),
        case(
            "a post set into one page and quoted in the other",
            quoting(&x[..4], &post),
            quoting(&y[..4], &format!("“{SPEECH}”, she wrote.")),
            Some("quotes"),
            (1, 1),
            39,
        ),
        case(
            "furniture alone",
            joined(&[x[0], x[1], x[2], NOTICE]),
            joined(&[y[0], y[1], y[2], NOTICE]),
            None,
            (0, 1),
            0,
        ),
        case(
            "a paragraph printed twice in one",
            joined(&x[..3]),
            joined(&[x[0], x[1], x[2], y[0], y[1], x[1]]),
            Some("near-duplicate"),
            (1, 1),
            130,
        ),
        case(
            "a paragraph printed twice in both",
            joined(&[x[0], x[1], x[0]]),
            joined(&[x[0], x[1], x[0], x[2]]),
            Some("near-duplicate"),
            (1, 1),
            130,
        ),
        case(
            "two stories that share nothing",
            joined(&x),
            joined(&y),
            None,
            (0, 0),
            0,
        ),
    ]
}

fn cases() -> Vec<Case> {
    written().into_iter().chain(generated()).collect()
}

/// What one engine says of a pair.
#[derive(Debug, PartialEq)]
struct Answer {
    relation: Option<&'static str>,
    /// Ends of each passage in tokens, kind, tokens matched. Unknown where the pair gives no record.
    passages: Option<Vec<([u32; 4], PassageKind, u32)>>,
    jaccard: Option<f64>,
}

fn passages(of: &[Aligned]) -> Vec<([u32; 4], PassageKind, u32)> {
    of.iter()
        .map(|p| {
            (
                [p.a.start, p.a.end, p.b.start, p.b.end],
                p.tally.kind(),
                p.matched(),
            )
        })
        .collect()
}

fn by_themselves(case: &Case) -> Answer {
    let c = detector().compare_pair(&article(&case.a), &article(&case.b));
    let relation = c.tests.iter().find(|t| t.holds).map(|t| t.relation.name());
    Answer {
        relation,
        passages: Some(passages(&c.passages)),
        jaccard: Some(c.jaccard),
    }
}

fn in_scan(scan: &Scan, a: &str, b: &str) -> Answer {
    let at = |id: &str| {
        scan.articles
            .iter()
            .position(|x| x.document.id == id)
            .unwrap() as u32
    };
    let (a, b) = (at(a), at(b));
    match scan.matches.iter().find(|m| (m.a, m.b) == (a, b)) {
        Some(m) => Answer {
            relation: Some(m.relation.name()),
            passages: Some(passages(&m.passages)),
            jaccard: Some(m.jaccard),
        },
        None => Answer {
            relation: None,
            passages: None,
            jaccard: None,
        },
    }
}

/// A pair without a record tells nothing but that.
fn as_record(answer: &Answer) -> Answer {
    let has = answer.relation.is_some();
    Answer {
        relation: answer.relation,
        passages: answer.passages.clone().filter(|_| has),
        jaccard: answer.jaccard.filter(|_| has),
    }
}

#[test]
fn each_case_is_what_it_is_said_to_be() {
    let mut wrong = Vec::new();
    for c in cases() {
        let got = by_themselves(&c);
        let found = got.passages.as_deref().unwrap_or_default();
        let tokens: u32 = found.iter().map(|p| p.2).sum();
        let fits = got.relation == c.relation
            && (c.passages.0..=c.passages.1).contains(&found.len())
            && tokens >= c.tokens;
        if !fits {
            wrong.push(format!(
                "{}: {:?}, expected {:?} with {:?} passages, {} tokens",
                c.name, got, c.relation, c.passages, c.tokens
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_scan_of_the_two_agrees() {
    for c in cases() {
        let found = scan(vec![document("b", &*c.b), document("a", &*c.a)]);
        assert_eq!(
            in_scan(&found, "a", "b"),
            as_record(&by_themselves(&c)),
            "{}",
            c.name
        );
        assert_eq!(
            found.matches.len(),
            usize::from(c.relation.is_some()),
            "{}",
            c.name
        );
    }
}

#[test]
fn a_scan_amid_other_articles_agrees() {
    let fillers: Vec<String> = (0..60).map(|i| unrelated(700 + i, 5)).collect();
    for c in cases() {
        let mut documents: Vec<_> = fillers
            .iter()
            .enumerate()
            .map(|(i, t)| document(format!("filler-{i}"), &**t))
            .collect();
        documents.insert(7, document("b", &*c.b));
        documents.push(document("a", &*c.a));
        let found = scan(documents);
        assert_eq!(
            in_scan(&found, "a", "b"),
            as_record(&by_themselves(&c)),
            "{}",
            c.name
        );
        assert_eq!(
            found.matches.len(),
            usize::from(c.relation.is_some()),
            "{}",
            c.name
        );
    }
}

/// Whether the names are told apart, so that a message names one case.
#[test]
fn names_are_unique() {
    let all = cases();
    let names: std::collections::BTreeSet<&str> = all.iter().map(|c| c.name).collect();
    assert_eq!(names.len(), all.len());
}

/// Both orders give the same relation and scores.
#[test]
fn the_order_of_the_two_does_not_matter() {
    for c in cases() {
        let (x, y) = (article(&c.a), article(&c.b));
        let (there, back) = (
            detector().compare_pair(&x, &y),
            detector().compare_pair(&y, &x),
        );
        let relation = |c: &copytaster::detector::Comparison| {
            c.tests.iter().find(|t| t.holds).map(|t| t.relation)
        };
        assert_eq!(relation(&there), relation(&back), "{}", c.name);
        assert_eq!(there.jaccard, back.jaccard, "{}", c.name);
        let (p, q) = (there.shared.containment, back.shared.containment);
        assert!(
            (p[0] - q[1]).abs() < 0.05 && (p[1] - q[0]).abs() < 0.05,
            "{}: {p:?} and {q:?}",
            c.name
        );
    }
}
