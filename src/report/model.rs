//! The records of a scan and of an audit: one type a line of the output format, fields in its order.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{
    audit::{AbstentionRecord, AttributionRecord, AuditSummary, FindingRecord},
    check::{CheckFindingRecord, CheckSummary, StaleRecord},
    offsets::Unit,
};
use crate::align::PassageKind;

/// Version of the output format.
pub const SCHEMA: u32 = 1;

/// One record of the output format.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each is the record of that name in the output format"
)]
pub enum Record<'r> {
    Run(Run<'r>),
    Article(Box<ArticleRecord<'r>>),
    Match(MatchRecord<'r>),
    NearMiss(NearMissRecord<'r>),
    Boilerplate(BoilerplateRecord<'r>),
    CommonRun(BoilerplateRecord<'r>),
    Cluster(ClusterRecord<'r>),
    Error(ErrorRecord<'r>),
    Summary(Summary),
    Finding(Box<FindingRecord<'r>>),
    Abstention(AbstentionRecord<'r>),
    Attribution(AttributionRecord<'r>),
    #[serde(rename = "summary")]
    AuditSummary(AuditSummary),
    #[serde(rename = "finding")]
    CheckFinding(Box<CheckFindingRecord<'r>>),
    Stale(StaleRecord<'r>),
    #[serde(rename = "summary")]
    CheckSummary(CheckSummary),
}

/// What the result depends on.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Run<'r> {
    pub schema: u32,
    pub version: &'static str,
    pub settings: &'r Value,
    pub settings_sha256: String,
    pub agencies_version: Option<&'r str>,
    pub offsets: Unit,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct ArticleRecord<'r> {
    pub id: &'r str,
    pub source_id: Option<&'r str>,
    pub path: &'r str,
    pub record: Option<u64>,
    pub text_sha256: String,
    pub extractor: Option<&'r str>,
    pub title: Option<&'r str>,
    pub outlet: Option<&'r str>,
    pub owner: Option<&'r str>,
    pub url: Option<&'r str>,
    pub byline: Option<&'r str>,
    pub lang: Option<&'r str>,
    pub group: Option<&'r str>,
    pub tokens: usize,
    pub prose_tokens: usize,
    pub published: Option<String>,
    pub published_raw: Option<&'r str>,
    pub published_basis: Option<&'r str>,
    pub published_precision: Option<&'r str>,
    pub modified: Option<String>,
    pub retrieved: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared_source: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemRecord<'r>>,
    pub dateline: Option<DatelineRecord<'r>>,
    pub credits: Vec<CreditRecord<'r>>,
    pub origin: Option<OriginRecord<'r>>,
    pub cluster: Option<&'r str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub carried: &'r Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<&'r str>,
}

/// What an item of a feed or an agency says of itself.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct ItemRecord<'r> {
    pub guid: Option<&'r str>,
    pub version: Option<&'r str>,
    pub slug: Option<&'r str>,
    pub provider: Option<&'r str>,
    pub embargo: Option<String>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct DatelineRecord<'r> {
    pub place: Option<&'r str>,
    pub date: Option<&'r str>,
    /// The date with its year, `2018-09-27`, where that is printed or known from the time of publication.
    pub day: Option<String>,
    pub agency: Option<&'r str>,
    pub span: [u32; 2],
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct CreditRecord<'r> {
    pub agency: &'r str,
    pub role: &'static str,
    pub basis: &'static str,
    /// As printed; of a credit that came with the text, the byline.
    pub text: &'r str,
    pub span: Option<[u32; 2]>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct OriginRecord<'r> {
    pub source: &'r str,
    pub basis: Vec<&'static str>,
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct MatchRecord<'r> {
    pub a: &'r str,
    pub b: &'r str,
    pub relation: &'static str,
    pub rule: &'r str,
    #[serde(serialize_with = "rounded")]
    pub jaccard: f64,
    #[serde(serialize_with = "both_rounded")]
    pub containment: [f64; 2],
    #[serde(serialize_with = "rounded")]
    pub score: f64,
    pub passages: Vec<PassageRecord<'r>>,
    pub direction: DirectionRecord<'r>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct PassageRecord<'r> {
    pub a: [u32; 2],
    pub b: [u32; 2],
    pub tokens: u32,
    #[serde(serialize_with = "rounded")]
    pub identity: f64,
    pub kind: PassageKind,
    pub a_text: Option<&'r str>,
    pub b_text: Option<&'r str>,
}

/// Who has it from whom.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct DirectionRecord<'r> {
    pub source: &'static str,
    pub agency: Option<&'r str>,
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    pub lean: Option<&'static str>,
    pub lag_seconds: Option<i64>,
    pub evidence: Vec<EvidenceRecord<'r>>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct EvidenceRecord<'r> {
    pub kind: &'static str,
    pub r#in: &'static str,
    pub text: Option<&'r str>,
    pub span: Option<[u32; 2]>,
    /// What it speaks for: `a`, `b`, `common`, or nothing.
    pub source: Option<&'static str>,
    pub agency: Option<&'r str>,
    #[serde(serialize_with = "rounded")]
    pub weight: f64,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct NearMissRecord<'r> {
    pub a: &'r str,
    pub b: &'r str,
    #[serde(serialize_with = "rounded")]
    pub jaccard: f64,
    #[serde(serialize_with = "rounded")]
    pub score: f64,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct BoilerplateRecord<'r> {
    pub id: String,
    pub text: Cow<'r, str>,
    pub articles: usize,
    pub groups: usize,
    pub outlets: usize,
    pub reason: &'static str,
    pub examples: Vec<&'r str>,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct ClusterRecord<'r> {
    pub id: &'r str,
    pub members: Vec<&'r str>,
    pub representative: &'r str,
    pub origin: Option<ClusterOriginRecord<'r>>,
    pub cohesion: Cohesion,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct ClusterOriginRecord<'r> {
    pub article: &'r str,
    pub source: &'r str,
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Cohesion {
    #[serde(serialize_with = "rounded")]
    pub min: f64,
    #[serde(serialize_with = "rounded")]
    pub mean: f64,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct ErrorRecord<'r> {
    pub path: &'r str,
    pub record: Option<u64>,
    pub message: &'r str,
}

#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Summary {
    pub articles: usize,
    pub matches: usize,
    pub clusters: usize,
    pub boilerplate: usize,
    pub common_runs: usize,
    pub errors: usize,
    pub skipped: Skipped,
    pub capped_seeds: usize,
    pub pairs_left_out: u64,
    pub expected_recall: Map<String, Value>,
    pub undated: usize,
    pub decoding_errors: u64,
}

/// What was read and not compared, or not read.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "fields of the output format")]
pub struct Skipped {
    pub empty: usize,
    pub short: usize,
    pub over_limit: usize,
    pub other_files: u64,
}

pub(super) fn round(x: f64) -> f64 {
    (x * 10_000.0).round() / 10_000.0
}

pub(super) fn rounded<S: Serializer>(x: &f64, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_f64(round(*x))
}

pub(super) fn both_rounded<S: Serializer>(x: &[f64; 2], s: S) -> Result<S::Ok, S::Error> {
    x.map(round).serialize(s)
}
