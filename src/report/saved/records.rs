//! The records of a saved scan: those of [`model`](crate::report::model), owned, as far as a reader needs them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::report::offsets::Unit;

/// What the result depends on.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Run {
    pub schema: u32,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub settings: Value,
    #[serde(default)]
    pub settings_sha256: String,
    #[serde(default)]
    pub agencies_version: Option<String>,
    pub offsets: Unit,
    /// What was left out of the scan by `report`, each time it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Article {
    pub id: String,
    #[serde(default)]
    pub source_id: Option<String>,
    #[serde(default)]
    pub path: String,
    #[serde(default)]
    pub record: Option<u64>,
    #[serde(default)]
    pub text_sha256: String,
    #[serde(default)]
    pub extractor: Option<String>,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub outlet: Option<String>,
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub byline: Option<String>,
    #[serde(default)]
    pub lang: Option<String>,
    #[serde(default)]
    pub group: Option<String>,
    #[serde(default)]
    pub tokens: u64,
    #[serde(default)]
    pub prose_tokens: u64,
    #[serde(default)]
    pub published: Option<String>,
    #[serde(default)]
    pub published_raw: Option<String>,
    #[serde(default)]
    pub published_basis: Option<String>,
    #[serde(default)]
    pub published_precision: Option<String>,
    #[serde(default)]
    pub modified: Option<String>,
    #[serde(default)]
    pub retrieved: Option<String>,
    #[serde(default)]
    pub declared_source: Option<String>,
    #[serde(default)]
    pub dateline: Option<Dateline>,
    #[serde(default)]
    pub credits: Vec<Credit>,
    #[serde(default)]
    pub origin: Option<Origin>,
    #[serde(default)]
    pub cluster: Option<String>,
    /// Only of a scan `--with-text`.
    #[serde(default)]
    pub text: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Dateline {
    #[serde(default)]
    pub place: Option<String>,
    #[serde(default)]
    pub date: Option<String>,
    #[serde(default)]
    pub day: Option<String>,
    #[serde(default)]
    pub agency: Option<String>,
    pub span: [u32; 2],
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Credit {
    pub agency: String,
    pub role: String,
    #[serde(default)]
    pub basis: String,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub span: Option<[u32; 2]>,
}

/// Who wrote an article, as it says.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Origin {
    pub source: String,
    #[serde(default)]
    pub basis: Vec<String>,
    pub confidence: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Match {
    pub a: String,
    pub b: String,
    pub relation: String,
    #[serde(default)]
    pub rule: String,
    pub jaccard: f64,
    pub containment: [f64; 2],
    pub score: f64,
    #[serde(default)]
    pub passages: Vec<Passage>,
    pub direction: Direction,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Passage {
    pub a: [u32; 2],
    pub b: [u32; 2],
    pub tokens: u64,
    pub identity: f64,
    pub kind: String,
    #[serde(default)]
    pub a_text: Option<String>,
    #[serde(default)]
    pub b_text: Option<String>,
}

/// Who has it from whom.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Direction {
    pub source: String,
    #[serde(default)]
    pub agency: Option<String>,
    #[serde(default)]
    pub confidence: f64,
    #[serde(default)]
    pub lean: Option<String>,
    #[serde(default)]
    pub lag_seconds: Option<i64>,
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Evidence {
    pub kind: String,
    pub r#in: String,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub span: Option<[u32; 2]>,
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub agency: Option<String>,
    #[serde(default)]
    pub weight: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct NearMiss {
    pub a: String,
    pub b: String,
    pub jaccard: f64,
    pub score: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Boilerplate {
    pub id: String,
    pub text: String,
    pub articles: u64,
    pub groups: u64,
    #[serde(default)]
    pub outlets: u64,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub examples: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Cluster {
    pub id: String,
    pub members: Vec<String>,
    pub representative: String,
    #[serde(default)]
    pub origin: Option<ClusterOrigin>,
    pub cohesion: Cohesion,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct ClusterOrigin {
    pub article: String,
    pub source: String,
    pub confidence: f64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Cohesion {
    pub min: f64,
    pub mean: f64,
}

/// What could not be read.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct ReadError {
    pub path: String,
    #[serde(default)]
    pub record: Option<u64>,
    pub message: String,
}

#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Summary {
    pub articles: u64,
    pub matches: u64,
    pub clusters: u64,
    #[serde(default)]
    pub boilerplate: u64,
    #[serde(default)]
    pub common_runs: u64,
    #[serde(default)]
    pub errors: u64,
    #[serde(default)]
    pub pairs_left_out: u64,
    #[serde(default)]
    pub undated: u64,
}
