//! STUB
use super::Tokens;
use crate::span::Span;
pub fn sentences(text: &str, tokens: &Tokens) -> Vec<u32> {
    let mut out = vec![];
    for i in 0..tokens.spans.len() {
        if i == 0 { out.push(0); continue; }
        let gap = &text[tokens.spans[i-1].end as usize..tokens.spans[i].start as usize];
        if gap.contains('\n') || gap.contains(['.','?','!']) && gap.contains(' ') { out.push(i as u32) }
    }
    out
}
pub fn paragraphs(text: &str) -> Vec<Span> {
    let mut out = vec![]; let mut at = 0;
    for l in text.split('\n') {
        let t = l.trim();
        if !t.is_empty() { let s = at + (l.len() - l.trim_start().len()); out.push(Span::new(s as u32, (s + t.len()) as u32)); }
        at += l.len() + 1;
    }
    out
}
