//! Articles made for tests: of few paragraphs, footers and credits, so that many share some.

use proptest::prelude::*;

use crate::document::Document;

/// A sentence of its own for each number.
pub(crate) fn sentence(n: u64) -> String {
    let mut state = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678;
    let mut words: Vec<String> = Vec::new();
    for i in 0..14 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(n | 1);
        let word = (state >> 33) % 500;
        words.push(format!("w{}{}", word, ["ing", "ed", "er", ""][i % 4]));
    }
    words[0].insert(0, 'W');
    format!("{}.", words.join(" "))
}

pub(crate) fn paragraph(n: u64) -> String {
    (0..4)
        .map(|i| sentence(n * 4 + i))
        .collect::<Vec<_>>()
        .join(" ")
}

#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) paragraphs: Vec<u64>,
    pub(crate) footers: Vec<u64>,
    pub(crate) credit: Option<u8>,
    pub(crate) cut: bool,
}

pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    let paragraphs = prop::collection::vec(0u64..60, 1..7);
    let footers = prop::collection::vec(0u64..3, 0..3);
    (paragraphs, footers, prop::option::of(0u8..3), any::<bool>()).prop_map(
        |(paragraphs, footers, credit, cut)| Plan {
            paragraphs,
            footers,
            credit,
            cut,
        },
    )
}

pub(crate) fn document(id: usize, plan: &Plan) -> Document {
    let mut text = String::new();
    if let Some(credit) = plan.credit {
        text += ["PORT ALMA (AP) - ", "By AFP\n\n", "(Reuters) - "][credit as usize];
    }
    for (i, p) in plan.paragraphs.iter().enumerate() {
        let p = paragraph(*p);
        let cut = if plan.cut && i % 2 == 1 {
            p.len() / 2
        } else {
            p.len()
        };
        text += &p[..cut];
        text += "\n\n";
    }
    for f in &plan.footers {
        text += &sentence(9_000 + f);
        text += "\n\n";
    }
    Document {
        id: format!(
            "{:x}",
            (id as u64 + 1).wrapping_mul(0x9e37_79b9) & 0xffff_ffff
        ),
        text,
        ..Document::default()
    }
}
