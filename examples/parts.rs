use copytaster::{detector::*, document::*, recognise};
use serde_json::Value;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let s = std::fs::read_to_string(&args[1]).unwrap();
    for l in s.lines() { let v: Value = serde_json::from_str(l).unwrap(); let f = |n: &str| v[n].as_str().map(str::to_owned);
        if !args[2..].contains(&f("id").unwrap()) { continue }
        let a = Article::new(Document { id: f("id").unwrap(), text: f("text").unwrap_or_default(), ..Document::default() });
        println!("##### {}", a.document.id);
        let mut i = 0;
        for p in copytaster::text::sentence::paragraphs(&a.document.text) {
            let mut c = [0; 4]; let mut n = 0;
            while i < a.tokens.spans.len() && a.tokens.spans[i].start < p.end { let f = a.parts.flags[i]; n += 1; for (k, b) in [recognise::QUOTED, recognise::FURNITURE, recognise::CREDIT].iter().enumerate() { if f & b != 0 { c[k] += 1 } } i += 1 }
            println!("{:3} q{:3} f{:3} c{:3} | {}", n, c[0], c[1], c[2], p.slice(&a.document.text).chars().take(150).collect::<String>());
        }
    }
}
