//! One JSON record: which fields it has, and the article they make.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::decode::{decode, mend_surrogates};
use super::{One, ReadOptions, RecordError, flat};
use crate::document::{Document, Meta, Moment};
use crate::error::ErrorKind;

/// Under which names the fields of a record go. A dot leads into an object, `a.b`, where no field goes by the whole name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldNames {
    /// The article's own id.
    pub id: String,
    /// Its text, the one field a record must have.
    pub text: String,
    /// Headline.
    pub title: String,
    /// Newspaper, broadcaster or site.
    pub outlet: String,
    /// Address on the web.
    pub url: String,
    /// When it was published.
    pub published: String,
    /// When it was last changed.
    pub modified: String,
    /// When it was collected. Under the default name, `scraped` and `crawled` serve as well.
    pub retrieved: String,
    /// Who signs it.
    pub byline: String,
    /// Language.
    pub lang: String,
    /// Group.
    pub group: String,
}

const RETRIEVED: &str = "retrieved";
const RETRIEVED_TOO: [&str; 2] = ["scraped", "crawled"];

impl Default for FieldNames {
    fn default() -> Self {
        Self {
            id: "id".into(),
            text: "text".into(),
            title: "title".into(),
            outlet: "outlet".into(),
            url: "url".into(),
            published: "published".into(),
            modified: "modified".into(),
            retrieved: RETRIEVED.into(),
            byline: "byline".into(),
            lang: "lang".into(),
            group: "group".into(),
        }
    }
}

/// How deep a path leads.
const DEEPEST_PATH: usize = 16;

/// What a field is for. The three names of the time of retrieval are roles of their own.
#[derive(Clone, Copy)]
enum Role {
    Id,
    Text,
    Title,
    Outlet,
    Url,
    Published,
    Modified,
    Retrieved,
    Scraped,
    Crawled,
    Byline,
    Lang,
    Group,
}

const ROLES: usize = Role::Group as usize + 1;

/// The settings, laid out for looking up a key.
pub(super) struct Plan {
    pub(super) limit: u64,
    id: String,
    text: String,
    carry: Vec<String>,
    keys: Vec<Key>,
}

/// A name that is looked for, and all it is looked for as.
pub(super) struct Key {
    name: String,
    /// What is before the first dot of it.
    head: Option<usize>,
    roles: Vec<Role>,
    carried: Option<usize>,
}

impl Plan {
    pub(super) fn new(options: &ReadOptions) -> Self {
        let fields = &options.fields;
        let mut plan = Self {
            limit: options.limit(),
            id: fields.id.clone(),
            text: fields.text.clone(),
            carry: Vec::new(),
            keys: Vec::new(),
        };
        for (role, name) in [
            (Role::Id, &fields.id),
            (Role::Text, &fields.text),
            (Role::Title, &fields.title),
            (Role::Outlet, &fields.outlet),
            (Role::Url, &fields.url),
            (Role::Published, &fields.published),
            (Role::Modified, &fields.modified),
            (Role::Retrieved, &fields.retrieved),
            (Role::Byline, &fields.byline),
            (Role::Lang, &fields.lang),
            (Role::Group, &fields.group),
        ] {
            plan.key(name).roles.push(role);
        }
        if fields.retrieved == RETRIEVED {
            for (role, name) in [Role::Scraped, Role::Crawled]
                .into_iter()
                .zip(RETRIEVED_TOO)
            {
                plan.key(name).roles.push(role);
            }
        }
        for name in &options.carry {
            let place = plan.carry.len();
            let key = plan.key(name);
            if key.carried.is_none() {
                key.carried = Some(place);
                plan.carry.push(name.clone());
            }
        }
        plan
    }

    /// Whether a column of this name is of any use.
    #[cfg(feature = "tables")]
    pub(super) fn wants(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The name of the field that holds the text.
    pub(super) fn text_name(&self) -> &str {
        &self.text
    }

    /// What a field of this name is looked for as.
    fn find(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    fn key(&mut self, name: &str) -> &mut Key {
        let at = match self.keys.iter().position(|key| key.name == name) {
            Some(at) => at,
            None => {
                self.keys.push(Key {
                    name: name.to_owned(),
                    head: name.find('.'),
                    roles: Vec::new(),
                    carried: None,
                });
                self.keys.len() - 1
            }
        };
        &mut self.keys[at]
    }
}

impl Key {
    /// What of the name leads on inside the object called `name`.
    fn path_in(&self, name: &str) -> Option<&str> {
        let (head, rest) = self.name.split_at_checked(self.head?)?;
        (head == name).then(|| rest.strip_prefix('.'))?
    }

    /// The text alone is decoded in place; everything else is small, and looked at afterwards.
    fn is_text_alone(&self) -> bool {
        self.carried.is_none() && matches!(self.roles.as_slice(), [Role::Text])
    }
}

/// Deepest nesting accepted, the record itself counted. What `serde_json` allows.
const MAX_DEPTH: usize = 127;

/// What stands in a record, undecoded but for a text read in place.
struct Fields<'de> {
    text: Option<Text>,
    roles: [Option<&'de str>; ROLES],
    carried: Vec<Option<&'de str>>,
}

/// The value of the text field.
enum Text {
    Is(String),
    /// Not a string; what instead.
    IsNot(&'static str),
}

/// Why a line is no article.
enum Problem {
    Json(serde_json::Error),
    Field(String),
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

/// Reads one line, which holds one record.
pub(super) fn read_record(line: &[u8], number: u64, path: &str, plan: &Plan) -> One {
    let fail = |kind, message| RecordError::new(path, Some(number), kind, message);
    let (text, mut decoding_errors) = match decode(line) {
        Ok(decoded) => decoded,
        Err(error) => {
            let message = format!("the line {}", error.message());
            return fail(ErrorKind::Encoding, message).into();
        }
    };
    let mut outcome = article(&text, number, path, plan);
    if matches!(outcome, Err(Problem::Json(_)))
        && let Some((mended, count)) = mend_surrogates(&text)
    {
        let again = article(&mended, number, path, plan);
        if again.is_ok() {
            decoding_errors += count;
            outcome = again;
        }
    }
    One {
        outcome: outcome.map_err(|problem| match problem {
            Problem::Json(error) => fail(ErrorKind::Syntax, syntax(&error, &text)),
            Problem::Field(message) => fail(ErrorKind::Field, message),
        }),
        decoding_errors,
    }
}

/// A syntax error in plain words, with its place.
fn syntax(error: &serde_json::Error, line: &str) -> String {
    let full = error.to_string();
    let what = full
        .rsplit_once(" at line ")
        .map_or(full.as_str(), |(what, _)| what);
    let what = if error.is_eof() {
        "the record breaks off"
    } else if what == "recursion limit exceeded" {
        "nested too deeply"
    } else if what == "key must be a string" {
        "expected a name in double quotes"
    } else if what.starts_with("control character") {
        "a line break, tab or other control character inside a string must be escaped"
    } else if what == "trailing characters" {
        "something follows the end of the record"
    } else if what == "expected ident" || what == "expected value" {
        "expected a value"
    } else {
        what
    };
    let before = line
        .as_bytes()
        .get(..error.column())
        .unwrap_or(line.as_bytes());
    // Columns are told in characters, as editors count them.
    let column = before
        .iter()
        .filter(|&&byte| byte & 0xC0 != 0x80)
        .count()
        .max(1);
    format!("column {column}: {what}")
}

fn article(line: &str, number: u64, path: &str, plan: &Plan) -> Result<Document, Problem> {
    if !line.trim_ascii_start().starts_with('{') {
        serde_json::from_str::<IgnoredAny>(line)?;
        let found = kind_of(line.trim_ascii_start());
        return Err(Problem::Field(format!(
            "the record is {found}, not an object"
        )));
    }
    let fields = match Fields::of_flat(line, plan) {
        Some(fields) => fields,
        None => Fields::of_any(line, plan)?,
    };
    article_of(fields, number, path, plan)
}

fn article_of(
    mut fields: Fields<'_>,
    number: u64,
    path: &str,
    plan: &Plan,
) -> Result<Document, Problem> {
    let text = match fields.take_text()? {
        Some(Text::Is(text)) => text,
        Some(Text::IsNot(found)) => {
            let name = &plan.text;
            return Err(Problem::Field(format!(
                "field `{name}` is {found}, not a string"
            )));
        }
        None => return Err(Problem::Field(format!("field `{}` is missing", plan.text))),
    };
    let id = match fields.id(&plan.id)? {
        Some(id) => id,
        None => path.to_owned(),
    };
    let retrieved = [Role::Retrieved, Role::Scraped, Role::Crawled];
    let mut meta = Meta {
        title: fields.plain(Role::Title)?,
        outlet: fields.plain(Role::Outlet)?,
        url: fields.plain(Role::Url)?,
        byline: fields.plain(Role::Byline)?,
        lang: fields.plain(Role::Lang)?,
        group: fields.plain(Role::Group)?,
        published: fields.moment(&[Role::Published])?,
        modified: fields.moment(&[Role::Modified])?,
        retrieved: fields.moment(&retrieved)?,
        ..Meta::default()
    };
    for (name, raw) in plan.carry.iter().zip(&fields.carried) {
        if let Some(raw) = raw {
            let value: Value = serde_json::from_str(raw)?;
            meta.carried.insert(name.clone(), value);
        }
    }
    Ok(Document {
        id,
        source_id: None,
        path: path.to_owned(),
        record: Some(number),
        text,
        meta,
        reference: None,
    })
}

/// The article of values that came by name, as the same values in JSON would make it.
#[cfg(feature = "tables")]
pub(super) fn article_of_values(
    values: impl Iterator<Item = (String, Value)>,
    number: u64,
    path: &str,
    plan: &Plan,
) -> Result<Document, RecordError> {
    let mut text = None;
    let mut raws: Vec<(&Key, String)> = Vec::new();
    for (name, value) in values {
        match (plan.find(&name), value) {
            (Some(key), Value::String(value)) if key.is_text_alone() => {
                text = Some(Text::Is(value))
            }
            (Some(key), value) => raws.push((key, value.to_string())),
            (None, _) => {}
        }
    }
    let mut fields = Fields::none(plan);
    fields.text = text;
    for (key, raw) in &raws {
        fields.set(key, raw);
    }
    article_of(fields, number, path, plan).map_err(|problem| {
        let (kind, message) = match problem {
            Problem::Json(error) => (ErrorKind::Syntax, error.to_string()),
            Problem::Field(message) => (ErrorKind::Field, message),
        };
        RecordError::new(path, Some(number), kind, message)
    })
}

/// What a JSON value is, by its first byte.
fn kind_of(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

impl<'de> Fields<'de> {
    fn none(plan: &Plan) -> Self {
        Self {
            text: None,
            roles: [None; ROLES],
            carried: vec![None; plan.carry.len()],
        }
    }

    /// The fields of a record of the common shape.
    fn of_flat(line: &'de str, plan: &Plan) -> Option<Self> {
        let mut fields = Self::none(plan);
        flat::fields(line, |name, raw| {
            if let Some(key) = plan.find(name) {
                fields.set(key, raw);
            }
        })?;
        Some(fields)
    }

    /// The fields of any record.
    fn of_any(line: &'de str, plan: &Plan) -> Result<Self, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_str(line);
        let fields = RecordSeed(plan).deserialize(&mut reader)?;
        reader.end()?;
        Ok(fields)
    }

    /// Of several fields of one name the last counts.
    fn set(&mut self, key: &Key, raw: &'de str) {
        for &role in &key.roles {
            if let Some(slot) = self.roles.get_mut(role as usize) {
                *slot = Some(raw);
            }
        }
        if let Some(slot) = key.carried.and_then(|at| self.carried.get_mut(at)) {
            *slot = Some(raw);
        }
    }

    /// What a path leads to stands behind a field of the whole name.
    fn set_if_none(&mut self, key: &Key, raw: &'de str) {
        for &role in &key.roles {
            if let Some(slot @ None) = self.roles.get_mut(role as usize)
                && !(matches!(role, Role::Text) && self.text.is_some())
            {
                *slot = Some(raw);
            }
        }
        if let Some(slot @ None) = key.carried.and_then(|at| self.carried.get_mut(at)) {
            *slot = Some(raw);
        }
    }

    fn raw(&self, role: Role) -> Option<&'de str> {
        self.roles.get(role as usize).copied().flatten()
    }

    fn take_text(&mut self) -> Result<Option<Text>, serde_json::Error> {
        if let Some(text) = self.text.take() {
            return Ok(Some(text));
        }
        let Some(raw) = self.raw(Role::Text) else {
            return Ok(None);
        };
        Ok(Some(match kind_of(raw) {
            "a string" => Text::Is(string(raw)?),
            other => Text::IsNot(other),
        }))
    }

    /// The id: a string, or a number as written. An empty string names nothing.
    fn id(&self, name: &str) -> Result<Option<String>, Problem> {
        let Some(raw) = self.raw(Role::Id) else {
            return Ok(None);
        };
        match kind_of(raw) {
            "a string" | "a number" | "null" => Ok(scalar(raw)?),
            other => Err(Problem::Field(format!(
                "field `{name}` is {other}, not a string or a number"
            ))),
        }
    }

    fn plain(&self, role: Role) -> Result<Option<String>, serde_json::Error> {
        let Some(raw) = self.raw(role) else {
            return Ok(None);
        };
        match (kind_of(raw), role) {
            ("an object", _) => Ok(None),
            ("an array", Role::Byline) => {
                let items: Vec<Value> = serde_json::from_str(raw)?;
                let names: Vec<&str> = items
                    .iter()
                    .filter_map(Value::as_str)
                    .filter(|name| !name.is_empty())
                    .collect();
                Ok((!names.is_empty()).then(|| names.join(", ")))
            }
            ("an array", _) => Ok(None),
            _ => scalar(raw),
        }
    }

    /// The first of these that says something.
    fn moment(&self, roles: &[Role]) -> Result<Option<Moment>, serde_json::Error> {
        for &role in roles {
            if let Some(raw) = self.plain(role)? {
                return Ok(Some(Moment::parse(&raw, "field")));
            }
        }
        Ok(None)
    }
}

/// A string decoded, a number or a boolean as written; None for null and the empty string.
fn scalar(raw: &str) -> Result<Option<String>, serde_json::Error> {
    Ok(match kind_of(raw) {
        "null" => None,
        "a string" => Some(string(raw)?).filter(|s| !s.is_empty()),
        _ => Some(raw.to_owned()),
    })
}

fn string(raw: &str) -> Result<String, serde_json::Error> {
    flat::unescape(raw).map_or_else(|| serde_json::from_str(raw), Ok)
}

/// Whether a value inside a record is nested deeper than allowed. The lazy reader skips values
/// without recursing, so the depth of what it skips is measured here.
fn too_deep(raw: &str) -> bool {
    // So many brackets have to be closed again.
    if !raw.starts_with(['[', '{']) || raw.len() < 2 * MAX_DEPTH {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (1, false, false);
    for byte in raw.bytes() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    false
}

/// Reads an object into [`Fields`].
struct RecordSeed<'p>(&'p Plan);

impl<'de> DeserializeSeed<'de> for RecordSeed<'_> {
    type Value = Fields<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Fields<'de>, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_> {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let plan = self.0;
        let mut fields = Fields::none(plan);
        while let Some((key, paths)) = map.next_key_seed(KeySeed(plan))? {
            if paths.is_empty() && key.is_some_and(Key::is_text_alone) {
                fields.text = Some(map.next_value_seed(TextSeed)?);
                continue;
            }
            let raw: &'de RawValue = map.next_value()?;
            if too_deep(raw.get()) {
                return Err(A::Error::custom("recursion limit exceeded"));
            }
            if let Some(key) = key {
                fields.set(key, raw.get());
            }
            for (key, path) in paths {
                if let Some(raw) = at_path(raw.get(), path, DEEPEST_PATH) {
                    fields.set_if_none(key, raw);
                }
            }
        }
        Ok(fields)
    }
}

/// What stands at a path inside a JSON value, as written. Items of arrays go by their numbers, from 0.
fn at_path<'de>(raw: &'de str, path: &str, deepest: usize) -> Option<&'de str> {
    let deeper = deepest.checked_sub(1)?;
    let (head, rest) = match path.split_once('.') {
        Some((head, rest)) => (head, Some(rest)),
        None => (path, None),
    };
    let next = match kind_of(raw) {
        "an object" => {
            let fields: BTreeMap<Cow<'de, str>, &'de RawValue> = serde_json::from_str(raw).ok()?;
            if let Some(found) = fields.get(path) {
                return Some(found.get());
            }
            fields.get(head)?.get()
        }
        "an array" => {
            let items: Vec<&'de RawValue> = serde_json::from_str(raw).ok()?;
            items.get(head.parse::<usize>().ok()?)?.get()
        }
        _ => return None,
    };
    match rest {
        Some(rest) => at_path(next, rest, deeper),
        None => Some(next),
    }
}

/// A record with another text. None: its text is not plainly there, or `change` makes nothing of it.
pub(super) fn with_text(
    record: &str,
    plan: &Plan,
    change: impl FnOnce(&str) -> Option<String>,
) -> Option<String> {
    let raw = at_path(record.trim_ascii_start(), &plan.text, DEEPEST_PATH)?;
    let text = change(&string(raw).ok()?)?;
    // Both are of one string.
    let start = (raw.as_ptr() as usize).checked_sub(record.as_ptr() as usize)?;
    let (before, after) = (record.get(..start)?, record.get(start + raw.len()..)?);
    Some(format!("{before}{}{after}", Value::String(text)))
}

/// What a name in a record is looked for as: itself, and what paths lead through it.
type Named<'p> = (Option<&'p Key>, Vec<(&'p Key, &'p str)>);

/// Looks a name up without copying it.
struct KeySeed<'p>(&'p Plan);

impl<'de, 'p> DeserializeSeed<'de> for KeySeed<'p> {
    type Value = Named<'p>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for KeySeed<'p> {
    type Value = Named<'p>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let keys = &self.0.keys;
        let paths = keys.iter().filter_map(|k| Some((k, k.path_in(name)?)));
        Ok((self.0.find(name), paths.collect()))
    }
}

/// Reads the text field, whatever it holds.
struct TextSeed;

impl<'de> DeserializeSeed<'de> for TextSeed {
    type Value = Text;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Text, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TextSeed {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text::Is(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
        Ok(Text::IsNot("a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
        Ok(Text::IsNot("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
        Ok(Text::IsNot("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
        Ok(Text::IsNot("a number"))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text::IsNot("null"))
    }

    // Recursing into nested values keeps the reader's own limit on their depth.
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
        while items.next_element_seed(TextSeed)?.is_some() {}
        Ok(Text::IsNot("an array"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
        while items.next_key::<IgnoredAny>()?.is_some() {
            items.next_value_seed(TextSeed)?;
        }
        Ok(Text::IsNot("an object"))
    }
}
