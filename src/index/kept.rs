//! What an index without texts keeps of an article: the document with a blank text, and all that was read in it.

use serde::{Deserialize, Serialize};

use super::vlq;
use crate::{
    detector::Article,
    document::Document,
    hash,
    recognise::{
        Agencies, Attribution, Basis, CHAR, CREDIT, Credit, Credited, Dateline, FURNITURE, Parts,
        QUOTED, Role, Staff,
    },
    span::Span,
};

/// Flags that a token may have.
const FLAGS: u8 = CHAR | QUOTED | FURNITURE | CREDIT;

/// An article as it is stored; of numbers as [`vlq`] writes them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    /// With its text [blank](crate::text::blank).
    document: Document,
    text_sha256: String,
    /// Where each token stands.
    spans: [String; 2],
    /// Runs of tokens of the same flags: these, and how many.
    flags: [String; 2],
    /// How many tokens each sentence has.
    sentences: String,
    /// The tokens of each line.
    lines: [String; 2],
    dateline: Option<KeptDateline>,
    credits: Vec<KeptCredit>,
    staff: Option<Staff>,
}

/// Who is credited: an agency by its id, so that another table may number them otherwise.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Who {
    Agency(String),
    Named(String),
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptCredit {
    who: Who,
    role: Role,
    basis: Basis,
    span: Option<Span>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptDateline {
    place: Option<Span>,
    date: Option<Span>,
    agencies: Vec<String>,
    credit: Option<Span>,
    span: Span,
}

/// What is wrong with one.
type Broken = &'static str;

impl Kept {
    /// Of an article [without its text](Article::without_text).
    pub(super) fn of(article: &Article, agencies: &Agencies) -> Self {
        let document = Document {
            text: article.outline().into(),
            ..article.document.clone()
        };
        let Parts {
            flags,
            sentences,
            paragraphs,
        } = &article.parts;
        let runs = flags.chunk_by(|x, y| x == y);
        let ends = sentences.iter().skip(1).copied();
        let ends = ends.chain([flags.len() as u32]);
        let Attribution {
            dateline,
            credits,
            staff,
        } = &article.attribution;
        let id = |agency: u16| agencies.all()[usize::from(agency)].id.clone();
        Self {
            document,
            text_sha256: sum(&article.text_sha256),
            spans: vlq::write_ranges(article.spans().iter().map(|s| s.start..s.end)),
            flags: [
                vlq::write(runs.clone().map(|run| run[0].into())),
                vlq::write(runs.map(|run| run.len() as u32)),
            ],
            sentences: vlq::write(sentences.iter().zip(ends).map(|(from, to)| to - from)),
            lines: vlq::write_ranges(paragraphs.iter().cloned()),
            dateline: dateline.as_ref().map(|d| KeptDateline {
                place: d.place,
                date: d.date,
                agencies: d.agencies.iter().map(|i| id(*i)).collect(),
                credit: d.credit,
                span: d.span,
            }),
            credits: credits
                .iter()
                .map(|c| KeptCredit {
                    who: match &c.who {
                        Credited::Agency(i) => Who::Agency(id(*i)),
                        Credited::Named(name) => Who::Named(name.to_string()),
                    },
                    role: c.role,
                    basis: c.basis,
                    span: c.span,
                })
                .collect(),
            staff: *staff,
        }
    }

    /// The id of the article.
    pub(super) fn id(&self) -> &str {
        &self.document.id
    }

    /// The document, its text empty.
    pub(super) fn into_document(self) -> Document {
        Document {
            text: String::new(),
            ..self.document
        }
    }

    /// Whether it is of this document, word for word.
    pub(super) fn is_of(&self, document: &Document) -> bool {
        let blank = || Document {
            text: self.document.text.clone(),
            ..document.clone()
        };
        self.text_sha256 == sum(&hash::sha256(document.text.as_bytes())) && self.document == blank()
    }

    /// The article, whose tokens have these hashes. An agency that is in the table no more is a name like any other.
    pub(super) fn into_article(
        self,
        hashes: Vec<u32>,
        agencies: &Agencies,
    ) -> Result<Article, Broken> {
        let text = &*self.document.text;
        let stands = |s: &Span| {
            let is_edge = |at: u32| text.is_char_boundary(at as usize);
            s.start <= s.end && is_edge(s.start) && is_edge(s.end)
        };
        let spans = vlq::read_ranges(&self.spans).unwrap_or_default();
        let spans: Box<[Span]> = spans.iter().map(|r| Span::new(r.start, r.end)).collect();
        if spans.len() != hashes.len() || !spans.iter().all(stands) {
            return Err("its tokens do not stand in its text");
        }
        let parts = self.parts(hashes.len() as u32);
        let parts = parts.ok_or("its parts are not those of its tokens")?;
        let bytes = vlq::read(&self.text_sha256).unwrap_or_default();
        let bytes: Result<Vec<u8>, _> = bytes.into_iter().map(u8::try_from).collect();
        let sha256 = bytes.ok().and_then(|b| b.try_into().ok());
        let sha256 = sha256.ok_or("the SHA-256 of its text is none")?;
        let agency = |id: &str| {
            let at = agencies.all().iter().position(|a| a.id == id)?;
            u16::try_from(at).ok()
        };
        let attribution = Attribution {
            dateline: self.dateline.map(|d| Dateline {
                place: d.place,
                date: d.date,
                agencies: d.agencies.iter().filter_map(|id| agency(id)).collect(),
                credit: d.credit,
                span: d.span,
            }),
            credits: self
                .credits
                .into_iter()
                .map(|c| Credit {
                    who: match c.who {
                        Who::Agency(id) => match agency(&id) {
                            Some(i) => Credited::Agency(i),
                            None => Credited::Named(id.into()),
                        },
                        Who::Named(name) => Credited::Named(name.into()),
                    },
                    role: c.role,
                    basis: c.basis,
                    span: c.span,
                })
                .collect(),
            staff: self.staff,
        };
        if !places(&attribution).all(|s| stands(&s)) {
            return Err("its credits do not stand in its text");
        }
        Ok(Article::of_blank(
            self.document,
            (hashes.into(), spans),
            (parts, attribution),
            sha256,
        ))
    }

    /// What its parts are, if they are those of so many tokens.
    fn parts(&self, tokens: u32) -> Option<Parts> {
        let [of, runs] = &self.flags;
        let (of, runs) = (vlq::read(of)?, vlq::read(runs)?);
        let sentences = vlq::read(&self.sentences)?;
        let lines = vlq::read_ranges(&self.lines)?;
        let is_known = |f: &u32| f & !u32::from(FLAGS) == 0;
        let is_sound = of.len() == runs.len()
            && of.iter().all(is_known)
            && are_all(&runs, tokens)
            && are_all(&sentences, tokens)
            && lines.last().is_none_or(|l| l.end <= tokens);
        is_sound.then(|| Parts {
            flags: of
                .iter()
                .zip(&runs)
                .flat_map(|(of, n)| std::iter::repeat_n(*of as u8, *n as usize))
                .collect(),
            sentences: sentences
                .iter()
                .scan(0, |next, n| Some(std::mem::replace(next, *next + n)))
                .collect(),
            paragraphs: lines,
        })
    }
}

/// Whether stretches of these lengths, none of them empty, are together so many tokens.
fn are_all(lengths: &[u32], tokens: u32) -> bool {
    let sum: u64 = lengths.iter().map(|n| u64::from(*n)).sum();
    sum == u64::from(tokens) && !lengths.contains(&0)
}

/// Every place in the text that is spoken of.
fn places(attribution: &Attribution) -> impl Iterator<Item = Span> {
    let of_dateline = attribution.dateline.iter();
    let of_dateline = of_dateline.flat_map(|d| [Some(d.span), d.place, d.date, d.credit]);
    let of_credits = attribution.credits.iter().map(|c| c.span);
    let of_staff = attribution.staff.iter().map(|s| s.span);
    of_dateline.chain(of_credits).chain(of_staff).flatten()
}

fn sum(sha256: &[u8; 32]) -> String {
    vlq::write(sha256.map(u32::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const TEXT: &str = "ORT, 5. Mai (dpa) – Der Rat von Örtel stimmte “zu”. Die Brücke ist zu, sagte er.\n\n\
        See https://vesk.example/2018/bridge. 中文也在这里。\n\nVon Ada Quist, Vesk Post";

    fn article(text: &str) -> Article {
        let document = Document {
            id: "a".into(),
            text: text.into(),
            ..Document::default()
        };
        Article::new(document, &Agencies::built_in())
    }

    fn json_of(article: Article) -> Value {
        let kept = Kept::of(&article.without_text(), &Agencies::built_in());
        serde_json::to_value(&kept).unwrap()
    }

    fn read(json: Value, hashes: &[u32], agencies: &Agencies) -> Result<Article, String> {
        let kept: Kept = serde_json::from_value(json).map_err(|e| e.to_string())?;
        let article = kept.into_article(hashes.to_vec(), agencies);
        article.map_err(str::to_owned)
    }

    fn all_but_the_text_is_as_it_was(text: &str) {
        let before = article(text);
        let json = json_of(before.clone());
        let after = read(json, &before.hashes, &Agencies::built_in()).unwrap();
        assert!(!after.has_text() && after.document.text.is_empty());
        assert_eq!(after.outline().len(), text.len());
        assert_eq!(after.spans(), before.spans());
        assert_eq!(after.parts, before.parts);
        assert_eq!(after.attribution, before.attribution);
        assert_eq!(after.text_sha256, before.text_sha256);
        assert_eq!(after.words(Span::new(0, 1)), None);
    }

    #[test]
    fn nothing_to_read_is_kept_but_names_and_addresses() {
        all_but_the_text_is_as_it_was(TEXT);
        let json = json_of(article(TEXT));
        let text = json["document"]["text"].as_str().unwrap();
        let addresses = text.trim_matches(|c: char| c.is_numeric());
        assert_eq!(addresses, "https://vesk.example/2018/bridge.");
        assert_eq!(json["credits"][0]["who"], json!({"agency": "dpa"}));
    }

    #[test]
    fn an_agency_goes_by_its_id() {
        let a = article(TEXT);
        let json = json_of(a.clone());
        let table =
            "version = \"1\"\n[[agency]]\nid = \"X\"\nkind = \"agency\"\ncountry = \"DE\"\n";
        let other = |id: &str| Agencies::read(&format!("{table}{}", table[14..].replace('X', id)));
        let of = |table: &Agencies| read(json.clone(), &a.hashes, table).unwrap().attribution;
        let moved = of(&other("dpa").unwrap());
        assert_eq!(moved.credits[0].who, Credited::Agency(1));
        assert_eq!(moved.dateline.unwrap().agencies, [1]);
        let gone = of(&other("Y").unwrap());
        assert_eq!(gone.credits[0].who, Credited::Named("dpa".into()));
        assert!(gone.dateline.unwrap().agencies.is_empty());
    }

    #[test]
    fn what_no_index_writes_is_refused() {
        let a = article(TEXT);
        let sound = json_of(a.clone());
        let refused = |what: &str, set: &dyn Fn(&mut Value)| {
            let mut json = sound.clone();
            set(&mut json);
            let error = read(json, &a.hashes, &Agencies::built_in()).unwrap_err();
            assert!(error.contains(what), "{error}");
        };
        let put = |pointer: &'static str, value: Value| {
            move |json: &mut Value| *json.pointer_mut(pointer).unwrap() = value.clone()
        };
        let tokens = a.hashes.len() as u32;
        refused("tokens do not", &put("/spans/0", json!("AB")));
        refused("tokens do not", &put("/spans/0", json!("A!")));
        refused("tokens do not", &put("/document/text", json!("0000")));
        // A place in the middle of a character.
        refused("tokens do not", &|json| {
            let text = "𝟎".repeat(TEXT.len());
            json["document"]["text"] = json!(text);
        });
        for (of, runs) in [
            (vec![0], vec![tokens - 1]),
            (vec![0], vec![u32::MAX]),
            (vec![16], vec![tokens]),
            (vec![256], vec![tokens]),
            (vec![0, 0], vec![tokens]),
            (vec![0, 0], vec![0, tokens]),
        ] {
            let flags = json!([vlq::write(of), vlq::write(runs)]);
            refused("parts are not", &put("/flags", flags));
        }
        refused("parts are not", &put("/sentences", json!("B")));
        refused(
            "parts are not",
            &put("/lines", json!(["A", vlq::write([tokens + 1])])),
        );
        refused("SHA-256", &put("/text_sha256", json!("AB")));
        let far = json!({"start": 5, "end": 1 << 20});
        refused("credits do not", &put("/dateline/span", far.clone()));
        refused("credits do not", &put("/credits/0/span", far.clone()));
        refused(
            "credits do not",
            &put("/staff", json!({"span": far, "says_so": true})),
        );
        refused("unknown variant", &put("/credits/0/role", json!("author")));
    }

    proptest! {
        #[test]
        fn of_any_text_all_else_is_as_it_was(
            text in "(\\PC{0,9}|[a-z]{1,9}[ .]|[ \n“”.,]|\\(AP\\) - |By Ada Quist\n|中|😀){0,80}"
        ) {
            all_but_the_text_is_as_it_was(&text);
        }

        #[test]
        fn never_panics(pieces in prop::collection::vec("[A-D/g]{0,9}", 8), hashes in 0usize..9) {
            let mut json = json_of(article("One. Two three “four”.\nFive"));
            let at = ["/spans/0", "/spans/1", "/flags/0", "/flags/1", "/lines/0", "/lines/1", "/sentences", "/text_sha256"];
            for (at, piece) in at.iter().zip(&pieces) {
                // Some stay right, so that what comes behind them is reached.
                if !piece.is_empty() {
                    *json.pointer_mut(at).unwrap() = json!(piece);
                }
            }
            let _ = read(json, &vec![7; hashes], &Agencies::built_in());
        }
    }
}
