//! A file as the rules see it.

use super::facts::Facts;

pub(super) struct Source {
    /// From the root of the repository, with forward slashes.
    pub(super) path: String,
    pub(super) text: String,
    /// What a Rust file says; nothing for others.
    pub(super) facts: Facts,
    /// Why a Rust or TOML file could not be read.
    pub(super) unreadable: Option<(usize, String)>,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let mut source =
            Self { path: path.to_owned(), text: text.to_owned(), facts: Facts::default(), unreadable: None };
        if source.is("rs") {
            match syn::parse_file(text) {
                Ok(file) => source.facts = Facts::of(&file, module(path), is_test(path)),
                Err(error) => source.unreadable = Some((error.span().start().line, error.to_string())),
            }
        } else if source.is("toml")
            && let Err(error) = text.parse::<toml::Table>()
        {
            source.unreadable = Some((1, error.message().to_owned()));
        }
        source
    }

    pub(super) fn is(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, e)| e == extension)
    }

    pub(super) fn under(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The file as TOML; empty where it is none.
    pub(super) fn toml(&self) -> toml::Table {
        self.text.parse().unwrap_or_default()
    }

    /// Line of the first occurrence, 1 if there is none.
    pub(super) fn line_of(&self, needle: &str) -> usize {
        self.text.lines().position(|line| line.contains(needle)).map_or(1, |n| n + 1)
    }
}

/// The module that a file is, from the root of its crate.
fn module(path: &str) -> Vec<String> {
    let inside = path.rsplit_once("src/").map_or(path, |(_, inside)| inside);
    let inside = inside.strip_suffix(".rs").unwrap_or(inside);
    inside.split('/').filter(|part| !matches!(*part, "lib" | "main" | "mod")).map(str::to_owned).collect()
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/")
        || path.contains("/tests/")
        || path.contains("/benches/")
        || path.contains("/examples/")
        || path.ends_with("/tests.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_follow_files() {
        assert_eq!(module("domain/src/lib.rs"), [""; 0]);
        assert_eq!(module("domain/src/ordering/mod.rs"), ["ordering"]);
        assert_eq!(module("domain/src/ordering/execution/limit.rs"), ["ordering", "execution", "limit"]);
    }
}
