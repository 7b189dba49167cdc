use copytaster::{align::{*, similarity::*}, detector::*, document::*};
use serde_json::Value;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let s = std::fs::read_to_string(&args[1]).unwrap();
    let mut docs = std::collections::HashMap::new();
    for l in s.lines() { let v: Value = serde_json::from_str(l).unwrap(); let f = |n: &str| v[n].as_str().map(str::to_owned);
        docs.insert(f("id").unwrap(), Document { id: f("id").unwrap(), text: f("text").unwrap_or_default(), ..Document::default() }); }
    for p in args[2..].chunks(2) {
        let (a, b) = (Article::new(docs[&p[0]].clone()), Article::new(docs[&p[1]].clone()));
        let side = |x| -> Side<'_> { let x: &Article = x; Side { text: &x.document.text, tokens: &x.tokens, parts: &x.parts } };
        let mut al = Aligner::default();
        al.first(side(&a));
        let ps = al.align(side(&a), side(&b), 12);
        let sh = Shared::of(&ps, &a.parts, &b.parts);
        println!("== {} {} {:?}", p[0], p[1], sh);
        if let Some(t) = sh.tests(false, &Thresholds::default()).iter().find(|t| t.holds) { println!("   {:?}", t.rule) }
        let sd = |a: &Article| { let mut o = vec![]; SEEDS.seeds(&a.tokens.hashes, &mut vec![], &mut o); o };
        let (x, y) = (sd(&a), sd(&b));
        println!("   seeds shared {}", x.iter().filter(|s| y.iter().any(|t| t.hash == s.hash)).count());
        for q in &ps { println!("   {}..{} {}..{} m {} id {:.2} {:?}", q.a.start, q.a.end, q.b.start, q.b.end, q.matched(), q.identity(), q.tally);
            if std::env::var("TEXT").is_ok() { println!("A: {}\nB: {}", span_of(&a.tokens, &q.a).slice(&a.document.text), span_of(&b.tokens, &q.b).slice(&b.document.text)); } }
    }
}
