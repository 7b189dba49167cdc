//! STUB
#[derive(Default, Clone, Debug, PartialEq)]
pub struct Meta { pub title: Option<String>, pub outlet: Option<String>, pub url: Option<String>, pub byline: Option<String>, pub lang: Option<String>, pub group: Option<String>,
   pub published: Option<Moment>, pub modified: Option<Moment>, pub retrieved: Option<Moment>, pub carried: serde_json::Map<String, serde_json::Value> }
#[derive(Clone, Debug, PartialEq)]
pub struct Moment { pub raw: String, pub basis: &'static str, pub seconds: Option<i64>, pub zoned: bool }
#[derive(Default, Clone, Debug, PartialEq)]
pub struct Document { pub id: String, pub source_id: Option<String>, pub path: String, pub record: Option<u64>, pub text: String, pub meta: Meta }
