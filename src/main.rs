use copytaster::{detector::*, document::*, settings::*};
use serde_json::{Value, json};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let path = args.last().unwrap();
    let mut docs = vec![];
    if std::path::Path::new(path).is_dir() {
        fn walk(p: &std::path::Path, docs: &mut Vec<Document>) {
            for e in std::fs::read_dir(p).unwrap() { let e = e.unwrap().path(); if e.is_dir() { walk(&e, docs) } else if e.extension().is_some_and(|x| x == "txt") {
                docs.push(Document { id: e.display().to_string(), text: std::fs::read_to_string(&e).unwrap(), ..Document::default() }) } }
        }
        walk(std::path::Path::new(path), &mut docs);
    } else {
        let s = std::fs::read_to_string(path).unwrap();
        for l in s.lines() { let v: Value = serde_json::from_str(l).unwrap(); let f = |n: &str| v[n].as_str().map(str::to_owned);
            docs.push(Document { id: f("id").unwrap_or_else(|| v["id"].to_string()), text: f("text").unwrap_or_default(), path: path.clone(),  meta: Meta { outlet: f("outlet"), ..Meta::default() }, ..Document::default() }); }
    }
    let t = std::time::Instant::now();
    let scan = Detector::new(Settings::default()).unwrap().scan(docs);
    eprintln!("scan {:?} capped {}", t.elapsed(), scan.capped_seeds);
    use std::io::Write;
    let mut o = std::io::BufWriter::new(std::io::stdout());
    let id = |i: u32| &scan.articles[i as usize].document.id;
    for a in &scan.articles { writeln!(o, "{}", json!({"type":"article","id":a.document.id})).unwrap(); }
    for m in &scan.matches {
        let (ta, tb) = (&scan.articles[m.a as usize].tokens, &scan.articles[m.b as usize].tokens);
        let ps: Vec<Value> = m.passages.iter().map(|p| { let (x, y) = (span_of(ta, &p.a), span_of(tb, &p.b)); json!({"a":[x.start,x.end],"b":[y.start,y.end],"tokens":p.matched(),"identity":p.identity(),"kind":p.tally.kind(),"tally":format!("{:?}",p.tally)}) }).collect();
        writeln!(o, "{}", json!({"type":"match","a":id(m.a),"b":id(m.b),"relation":m.relation,"rule":m.rule,"jaccard":m.jaccard,"containment":m.containment,"score":m.score(),"passages":ps})).unwrap();
    }
    for b in &scan.boilerplate { let t = &scan.articles[b.article as usize]; eprintln!("BOILER {} {} {} {:?}", b.articles, b.families, b.reason, span_of(&t.tokens, &b.tokens).slice(&t.document.text)); }
    for c in &scan.clusters { writeln!(o, "{}", json!({"type":"cluster","id":id(c.members[0]),"members":c.members.iter().map(|m| id(*m)).collect::<Vec<_>>()})).unwrap(); }
}
