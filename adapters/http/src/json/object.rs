//! Takes fields from an object and notes what is wrong with them, all of it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use super::Node;
use crate::problem::{Problem, Violations};

/// What has been found wrong so far. Shared by the readers of all levels of one body.
#[derive(Debug, Default)]
pub(crate) struct Checks(RefCell<Violations>);

impl Checks {
    /// Notes a violation.
    pub(crate) fn add(&self, path: impl Into<String>, message: impl Into<Cow<'static, str>>) {
        self.0.borrow_mut().add(path, message);
    }

    /// The value that was read, if nothing was wrong with it.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        let errors = self.0.into_inner();
        match value {
            Some(value) if errors.is_empty() => Ok(value),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

/// Where a value stands. Written out only when something is wrong there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Path<'p> {
    Root,
    Field(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(Self::Root, name) => f.write_str(name),
            Self::Field(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A reader of one object.
#[derive(Clone, Copy)]
pub(crate) struct Object<'r, 'a> {
    fields: &'r [(Cow<'a, str>, Node<'a>)],
    path: Path<'r>,
    checks: &'r Checks,
}

impl<'r, 'a> Object<'r, 'a> {
    /// The body itself, with the fields that it may have; others are noted.
    pub(crate) fn root(node: &'r Node<'a>, checks: &'r Checks) -> Option<Self> {
        Self::open(node, Path::Root, checks)
    }

    fn open(node: &'r Node<'a>, path: Path<'r>, checks: &'r Checks) -> Option<Self> {
        if let Node::Object(fields) = node {
            return Some(Self { fields, path, checks });
        }
        let name = if matches!(path, Path::Root) { "body".to_owned() } else { path.to_string() };
        checks.add(name, format!("must be an object, not {}", node.kind()));
        None
    }

    /// Notes every field that is not among these.
    pub(crate) fn only(&self, known: &[&str]) {
        for (name, _) in self.fields.iter().filter(|(name, _)| !known.contains(&name.as_ref())) {
            let name: String = name.chars().take(64).collect();
            let message = match known {
                [] => "is no field here; there are none".to_owned(),
                known => format!("is no field here; the fields are {}", known.join(", ")),
            };
            self.note(&name, message);
        }
    }

    /// Notes what is wrong with a field.
    pub(crate) fn note(&self, name: &str, message: impl Into<Cow<'static, str>>) {
        self.checks.add(Path::Field(&self.path, name).to_string(), message);
    }

    /// `true` if the field is there at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    /// A field that is there; null is as good as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&'r Node<'a>> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, node)| node).filter(|node| **node != Node::Null)
    }

    /// Notes that a field is missing if the value is.
    pub(crate) fn required<T>(&self, name: &str, value: Option<T>, example: &str) -> Option<T> {
        // What is there and wrong has been noted by its reader.
        if value.is_none() && self.get(name).is_none() {
            self.note(name, format!("is required, such as {example}"));
        }
        value
    }

    /// Reads a nested object, if it is there.
    pub(crate) fn nested<T>(&self, name: &str, read: impl FnOnce(Object<'_, '_>) -> Option<T>) -> Option<T> {
        let path = Path::Field(&self.path, name);
        read(Object::open(self.get(name)?, path, self.checks)?)
    }

    /// Reads a list of objects, if it is there, up to `max` of them. None if any of them can't be read, after all have been looked at.
    pub(crate) fn list<T>(
        &self,
        name: &str,
        max: usize,
        mut read: impl FnMut(Object<'_, '_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let path = Path::Field(&self.path, name);
        let node = self.get(name)?;
        let Node::List(items) = node else {
            self.note(name, format!("must be a list, not {}", node.kind()));
            return None;
        };
        if items.is_empty() || items.len() > max {
            let message = if items.is_empty() {
                format!("{name} must not be empty")
            } else {
                format!("must have at most {max} entries, not {}; send several", items.len())
            };
            self.note(name, message);
            return None;
        }
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let item = Object::open(item, Path::Item(&path, index), self.checks);
            values.extend(item.and_then(&mut read));
        }
        (values.len() == items.len()).then_some(values)
    }
}
