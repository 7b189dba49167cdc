//! JSON that is not a record a line: what feeds and agency items need of it.

use std::borrow::Cow;

use serde_json::{Deserializer, Value};

use super::{
    decode::{BOM, decode, mend_surrogates},
    item::Fault,
};
use crate::error::ErrorKind;

/// What a file starts with that may be JSON.
pub(super) fn head(head: &[u8]) -> Option<Cow<'_, str>> {
    let head = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
    matches!(head, [b'{' | b'[', ..]).then(|| String::from_utf8_lossy(head))
}

/// The values in a file, most often one, and the number of bytes in it that were no text.
pub(super) fn values(bytes: &[u8]) -> Result<(Vec<Value>, u64), Fault> {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let decoded = decode(bytes);
    let (text, mut bad) =
        decoded.map_err(|error| Fault::new(ErrorKind::Encoding, error.message()))?;
    let mut values = parsed(&text);
    if values.is_err()
        && let Some((mended, count)) = mend_surrogates(&text)
        && let Ok(again) = parsed(&mended)
    {
        bad += count;
        values = Ok(again);
    }
    let values = values.map_err(|error| {
        let message = error.to_string();
        let what = message
            .rsplit_once(" at line ")
            .map_or(&*message, |(what, _)| what);
        let message = format!("is not valid JSON: {what}, line {}", error.line());
        Fault::new(ErrorKind::Syntax, message)
    })?;
    Ok((values, bad))
}

fn parsed(text: &str) -> serde_json::Result<Vec<Value>> {
    Deserializer::from_str(text).into_iter().collect()
}

/// The text or number under a name, unless it is blank.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    let text = match value.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
