//! A line of JSON with some of its fields set anew, the others byte for byte as they stood.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

/// The fields of an object, in order, their values not looked into.
struct Fields<'j>(Vec<(Cow<'j, str>, &'j RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, value)) = map.next_entry::<Name<'de>, _>()? {
                    fields.push((name.0, value));
                }
                Ok(Fields(fields))
            }
        }
        d.deserialize_map(InOrder)
    }
}

#[derive(Deserialize)]
struct Name<'j>(#[serde(borrow)] Cow<'j, str>);

/// `json`, an object, with `fields` set; those it does not have come last. What is no object stays as it is.
pub(super) fn set(json: &str, fields: &[(&str, Value)]) -> String {
    let Ok(Fields(old)) = serde_json::from_str(json) else {
        return json.to_owned();
    };
    let mut parts: Vec<String> = old
        .iter()
        .map(|(name, value)| {
            let new = fields.iter().find(|(n, _)| n == name);
            let value = new.map_or_else(|| value.get().to_owned(), |(_, v)| v.to_string());
            format!("{}:{value}", Value::from(&**name))
        })
        .collect();
    let missing = fields.iter().filter(|(n, _)| old.iter().all(|o| o.0 != *n));
    parts.extend(missing.map(|(n, v)| format!("{}:{v}", Value::from(*n))));
    format!("{{{}}}", parts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_alone_what_is_not_set() {
        let line = r#"{"a":1.50,"b":{"x":[1, 2]},"c\"":"\u00e9","d":12345678901234567890123}"#;
        assert_eq!(set(line, &[]), line);
        assert_eq!(
            set(line, &[("b", Value::Null), ("z", true.into())]),
            r#"{"a":1.50,"b":null,"c\"":"\u00e9","d":12345678901234567890123,"z":true}"#
        );
    }
}
