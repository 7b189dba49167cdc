//! Small articles about invented events, each with the finding it must and must not give.

use std::sync::Arc;

use super::*;
use crate::{
    document::{Document, Meta, Moment, Reference, ReferenceKind},
    provenance::Outlets,
    recognise::Agencies,
    settings::Settings,
};

const WIRE: &str = "The ferry Sandra Hollis ran aground on a shingle bank below the Korrin lighthouse late on Tuesday \
    with ninety passengers and a cargo of seed potatoes on board. Lifeboats from two islands took everybody off before \
    midnight, and nobody was hurt beyond a sprained wrist.\n\nThe harbour office blamed a buoy that a storm had carried \
    half a mile to the north. Divers found a gash eleven metres long beneath the engine room, and pumps were keeping the \
    water level at noon on Wednesday. The owners expect a tug from the mainland within two days and say the crossing \
    will be served by a smaller boat until the autumn.";
const OWN: &str = "Readers of this page will remember that the island council refused to pay for a second buoy in the \
    spring. Its treasurer told our correspondent over tea that the money had gone to a new roof for the school, and that \
    nobody had asked him about buoys since.\n\nThe potatoes were destined for the co-operative at Lower Marsh, whose \
    members must now plant late or not at all this year.";

const RELEASE: &str = "A new sack holds the seed potatoes of Lower Marsh from this season on. It is woven from flax that \
    grows on the dikes, holds twenty kilos, and can be filled again for ten years before it goes on the compost. The \
    members voted for it in March by forty to three. Paper sacks will be taken back at the gate until the end of the year, \
    and everybody who brings in a hundred of them gets a bag of the early crop for nothing.";

fn document(id: &str, text: String) -> Document {
    Document {
        id: id.into(),
        path: id.into(),
        text,
        ..Document::default()
    }
}

fn wire() -> Document {
    document("wire", format!("KORRIN, Oct. 4 (AP) - {WIRE}"))
}

fn reference(kind: ReferenceKind, name: &str, text: &str) -> Document {
    Document {
        reference: Some(Reference {
            kind,
            name: name.into(),
        }),
        ..document(&format!("reference of {name}"), text.into())
    }
}

fn audit_with(outlets: &str, documents: Vec<Document>) -> (Audit, Scan) {
    let outlets = Arc::new(Outlets::read(outlets).unwrap());
    let detector = Detector::new(Settings::default())
        .unwrap()
        .with_tables(Agencies::built_in(), outlets);
    let scan = detector.scan(documents).unwrap();
    (Audit::of(&scan, &detector, AuditSettings::default()), scan)
}

/// The findings as `kind article source`.
fn told(documents: Vec<Document>) -> Vec<String> {
    let (audit, scan) = audit_with("", documents);
    let agencies = Agencies::built_in();
    audit
        .findings
        .iter()
        .map(|f| {
            let id = &scan.articles[f.article as usize].document.id;
            format!("{} {id} {}", f.kind.name(), f.source.name(&agencies))
        })
        .collect()
}

#[test]
fn copy_without_a_credit_is_found_and_copy_with_one_is_not() {
    let cases: &[(&str, String, bool)] = &[
        ("nothing credited", WIRE.into(), true),
        (
            "a byline of the staff",
            format!("By Jane Orlow\n\n{WIRE}"),
            true,
        ),
        ("its own beginning", format!("{OWN}\n\n{WIRE}"), true),
        (
            "only a picture credited",
            format!("A ferry aground. (AP Photo/Jo Lund)\n\n{WIRE}"),
            true,
        ),
        ("a dateline", format!("KORRIN (AP) - {WIRE}"), false),
        (
            "a byline",
            format!("By Jane Orlow, Associated Press\n\n{WIRE}"),
            false,
        ),
        (
            "a byline that looks like a picture's credit",
            format!("Jane Orlow / AP\n\n{WIRE}"),
            false,
        ),
        ("a closing credit", format!("{WIRE} (AP)"), false),
        (
            "a contribution",
            format!("{WIRE}\n\nThe Associated Press contributed to this report."),
            false,
        ),
        (
            "a citation",
            format!("{WIRE} That is what the owners told The Associated Press."),
            false,
        ),
        (
            "small letters",
            format!("{WIRE} So the associated press has it."),
            false,
        ),
        ("full stops", format!("{WIRE} So the A.P. has it."), false),
        (
            "wires without a name",
            format!("{WIRE}\n\nWith Gazette wire services"),
            false,
        ),
        (
            "a little of it",
            format!("{OWN}\n\n{}", &WIRE[..230]),
            false,
        ),
        ("none of it", OWN.into(), false),
    ];
    for (what, text, found) in cases {
        let findings = told(vec![wire(), document("paper", text.clone())]);
        let expected: &[String] = if *found {
            &["uncredited paper AP".into()]
        } else {
            &[]
        };
        assert_eq!(findings, expected, "{what}");
    }
}

#[test]
fn what_comes_with_a_text_credits_as_well() {
    let with = |meta: Meta| {
        let paper = Document {
            meta,
            ..document("paper", WIRE.into())
        };
        told(vec![wire(), paper])
    };
    let some = |s: &str| Some(s.to_owned());
    assert_eq!(
        with(Meta {
            byline: some("Jane Orlow"),
            ..Meta::default()
        })
        .len(),
        1
    );
    for meta in [
        Meta {
            byline: some("Jane Orlow, Associated Press"),
            ..Meta::default()
        },
        Meta {
            outlet: some("Associated Press"),
            ..Meta::default()
        },
        Meta {
            url: some("https://apnews.com/ferry"),
            ..Meta::default()
        },
        Meta {
            url: some("https://paper.example/wires/ap/ferry"),
            ..Meta::default()
        },
    ] {
        assert_eq!(with(meta.clone()), [""; 0], "{meta:?}");
    }
}

#[test]
fn statements_that_both_print_are_nobodys_copy() {
    let statement = "We regret what happened to our passengers on Tuesday, and my colleagues and I will not rest until \
        our engineers have found the cause. We have asked the harbour office for the charts. Our crews train for such a \
        night twice a year, and we are proud of how they kept calm and brought all of our guests ashore in good order. \
        We shall answer every letter that reaches us.";
    let of = |who: &str, rest: &str| {
        format!("{who}The owners of the ferry wrote on Wednesday:\n\n{statement}\n\n{rest}")
    };
    let wire = document("wire", of("KORRIN, Oct. 4 (AP) - ", &WIRE[..250]));
    assert_eq!(told(vec![wire, document("paper", of("", OWN))]), [""; 0]);
}

#[test]
fn texts_that_break_off_are_not_judged() {
    let cases = [
        (
            "truncated",
            format!("{WIRE} The mayor of the island said that the quay at Lower Marsh and"),
        ),
        (
            "truncated",
            format!("{WIRE} The mayor of the island said that the quay…"),
        ),
        ("paywall", format!("{WIRE}\n\nSubscribe to read the rest.")),
        ("no-text", String::new()),
    ];
    for (reason, text) in cases {
        let (audit, _) = audit_with("", vec![wire(), document("paper", text.clone())]);
        assert_eq!(audit.findings, [], "{text}");
        assert_eq!(
            audit.abstentions().into_iter().collect::<Vec<_>>(),
            [(reason, 1)],
            "{text}"
        );
    }
    // One that credits somebody is what it says.
    let (audit, _) = audit_with(
        "",
        vec![document(
            "paper",
            "By Jane Orlow\n\nThe quay at Lower Marsh was closed for most of the day while…".into(),
        )],
    );
    assert_eq!(audit.abstained, []);
}

#[test]
fn credits_that_contradict_each_other_are_not_judged() {
    let other = document("other", format!("KORRIN, Oct. 4 (Reuters) - {WIRE}"));
    let (audit, _) = audit_with("", vec![wire(), other, document("paper", WIRE.into())]);
    assert_eq!(audit.findings, []);
    assert_eq!(audit.abstentions().get("contested"), Some(&1));
}

#[test]
fn references_are_believed() {
    let ap = || reference(ReferenceKind::Agency, "AP", WIRE);
    let paper = |text: &str| document("paper", text.into());
    assert_eq!(told(vec![ap(), paper(WIRE)]), ["uncredited paper AP"]);
    let reuters = format!("KORRIN, Oct. 4 (Reuters) - {WIRE}");
    assert_eq!(told(vec![ap(), paper(&reuters)]), ["miscredited paper AP"]);
    let foreign = format!("KORRIN, Oct. 4 (AP) - {OWN}");
    assert_eq!(told(vec![ap(), paper(&foreign)]), ["unsupported paper AP"]);
    assert_eq!(
        told(vec![ap(), paper(&format!("KORRIN (AP) - {WIRE}"))]),
        [""; 0]
    );
    // The original itself, among the articles too.
    let mut same = paper(WIRE);
    same.path = "./reference of AP".into();
    assert_eq!(told(vec![ap(), same]), [""; 0]);
}

#[test]
fn a_company_is_named_in_any_case_and_credited_only_as_the_author() {
    let release = format!("{WIRE} Hollis Ferries has run the crossing since 1911.");
    let given = || reference(ReferenceKind::PressRelease, "Hollis Ferries", &release);
    let paper = |end: &str| document("paper", format!("{release}{end}"));
    assert_eq!(
        told(vec![given(), paper("")]),
        ["uncredited paper Hollis Ferries"]
    );
    let told_so = paper(" So Hollis Ferries said in a press release.");
    assert_eq!(told(vec![given(), told_so]), [""; 0]);
}

#[test]
fn owners_and_licences_are_told_apart() {
    let outlets = |wires: &str| {
        format!(
            "[[outlet]]\nname = \"Korrin Post\"\nowner = \"Vesk\"\nwires = [{wires}]\n\
             [[outlet]]\nname = \"AP\"\nowner = \"{}\"\n",
            if wires.is_empty() {
                "Vesk"
            } else {
                "its members"
            }
        )
    };
    let paper = || Document {
        meta: Meta {
            outlet: Some("Korrin Post".into()),
            published: Some(Moment::parse("2031-10-05", "field")),
            ..Meta::default()
        },
        ..document("paper", WIRE.into())
    };
    for (table, relation) in [
        (String::new(), "other"),
        (outlets("\"AP\""), "licensed"),
        (outlets(""), "same-owner"),
    ] {
        let (audit, _) = audit_with(&table, vec![wire(), paper()]);
        assert_eq!(audit.findings[0].relation.name(), relation);
        let row = audit.table.iter().find(|r| r.outlet.is_some()).unwrap();
        assert_eq!(
            row.owner.as_deref(),
            (relation != "other").then_some("Vesk")
        );
        assert_eq!(row.month.as_deref(), Some("2031-10"));
    }
}

#[test]
fn a_finding_shows_where_and_why() {
    let (audit, scan) = audit_with(
        "",
        vec![wire(), document("paper", format!("{OWN}\n\n{WIRE}"))],
    );
    let f = &audit.findings[0];
    let text = &scan.articles[f.article as usize].document.text;
    assert!(
        f.passages[0]
            .slice(text)
            .contains("ran aground on a shingle bank")
    );
    assert!(f.words >= 100 && (0.5..0.8).contains(&f.share), "{f:?}");
    assert!((0.9..1.0).contains(&f.confidence), "{f:?}");
    assert_eq!(f.searched, ["text"]);
    let known = f.known.unwrap().article(&scan).unwrap();
    assert_eq!(known.document.id, "wire");
    let e = &f.evidence[0];
    assert_eq!((e.basis, e.place), ("dateline", f.known.unwrap()));
    assert_eq!(e.span.unwrap().slice(&known.document.text), "(AP)");
}

#[test]
fn the_table_counts_every_article_and_word_once() {
    let documents = vec![
        wire(),
        document("copied", format!("{OWN}\n\n{WIRE}")),
        document("staff", format!("By Jane Orlow, Staff Writer\n\n{OWN}")),
        document("silent", OWN.replace("treasurer", "chairman")),
        document("cut", format!("{} and", &OWN[..200])),
        document("release", RELEASE.into()),
        reference(ReferenceKind::PressRelease, "Marsh Potatoes", RELEASE),
    ];
    let (audit, _) = audit_with("", documents);
    assert_eq!(audit.table.len(), 1);
    let row = &audit.table[0];
    assert_eq!((&row.outlet, &row.month), (&None, &None));
    let of = |c: Category| row.count(c).articles;
    let all = Category::ALL.map(of);
    assert_eq!(all, [1; 6], "{row:?}");
    assert_eq!(row.all.articles, 6);
    assert_eq!(row.of.iter().map(|c| c.words).sum::<u64>(), row.all.words);
}
