//! The fingerprint of a body: the same for the same content, however it is spaced and in whatever order its fields come.

use sha2::{Digest, Sha256};

use super::Node;

/// SHA-256 of the body with sorted fields and without spaces. No body at all has a fingerprint of its own.
pub(crate) fn fingerprint(body: Option<&Node<'_>>) -> [u8; 32] {
    let mut text = Vec::with_capacity(256);
    if let Some(body) = body {
        write(body, &mut text);
    }
    Sha256::digest(&text).into()
}

fn write(node: &Node<'_>, out: &mut Vec<u8>) {
    match node {
        Node::Null => out.extend_from_slice(b"null"),
        Node::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Node::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Node::Text(text) => string(text, out),
        Node::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                separate(index, out);
                write(item, out);
            }
            out.push(b']');
        }
        Node::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
            out.push(b'{');
            for (index, (name, value)) in sorted.into_iter().enumerate() {
                separate(index, out);
                string(name, out);
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
    }
}

fn separate(index: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
}

/// Length before text: unambiguous without escapes.
fn string(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.len().to_string().as_bytes());
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> [u8; 32] {
        fingerprint(Some(&Node::parse(text.as_bytes()).unwrap()))
    }

    #[test]
    fn order_and_spaces_do_not_count() {
        assert_eq!(of(r#"{"a":1,"b":["x",null]}"#), of("{ \"b\" : [\"x\", null], \"a\" : 1 }"));
        assert_eq!(of(r#"{"a":"A"}"#), of(r#"{"a":"A"}"#));
    }

    #[test]
    fn content_counts() {
        let texts = [
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"a":"1"}"#,
            r#"{"b":1}"#,
            "[1]",
            r#"["1"]"#,
            r#"["a","b"]"#,
            r#"["a\",\"b"]"#,
        ];
        let all: std::collections::BTreeSet<_> = texts.iter().map(|text| of(text)).collect();
        assert_eq!(all.len(), texts.len());
        assert!(!all.contains(&fingerprint(None)));
    }
}
