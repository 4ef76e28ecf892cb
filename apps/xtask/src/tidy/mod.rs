//! What is absent from this repository, kept absent.
//!
//! A rule is a pure function over sources, and carries its own evidence: trees with a planted violation that it has to
//! catch, and trees that it has to leave alone. A rule without both does not pass `cargo test`.

mod application;
mod contexts;
mod domain;
mod facts;
mod manifests;
mod source;
mod stores;
mod style;
mod texts;

use std::fmt;

use crate::repository;
use source::Source;

/// One thing that stays true.
struct Rule {
    name: &'static str,
    /// The reason, printed beside every finding.
    why: &'static str,
    check: Check,
    #[cfg_attr(not(test), expect(dead_code, reason = "evidence for the test below"))]
    caught: &'static [Example],
    #[cfg_attr(not(test), expect(dead_code, reason = "evidence for the test below"))]
    clean: &'static [Example],
}

enum Check {
    /// Looks at one file at a time.
    File(fn(&Source) -> Vec<Spot>),
    /// Needs all files.
    Tree(fn(&[Source]) -> Vec<(String, Spot)>),
}

/// A small tree: paths with their texts.
type Example = &'static [(&'static str, &'static str)];

/// Line (from 1) and what is wrong there.
type Spot = (usize, String);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    rule: &'static str,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} [{}]", self.path, self.line, self.message, self.rule)
    }
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    [manifests::RULES, domain::RULES, contexts::RULES, application::RULES, stores::RULES, style::RULES, texts::RULES]
        .into_iter()
        .flatten()
}

/// Checks every tracked or addable text file of the repository.
pub(crate) fn run() -> Result<(), String> {
    let sources: Vec<Source> = repository::texts()?.into_iter().map(|(path, text)| Source::new(&path, &text)).collect();
    let findings = check(&sources);
    for finding in &findings {
        println!("{finding}");
    }
    let mut broken: Vec<_> = rules().filter(|rule| findings.iter().any(|f| f.rule == rule.name)).collect();
    broken.sort_by_key(|rule| rule.name);
    for rule in broken {
        println!("{}: {}", rule.name, rule.why);
    }
    match findings.len() {
        0 => {
            println!("tidy: {} files, {} rules", sources.len(), rules().count());
            Ok(())
        }
        n => Err(format!("tidy: {n} findings")),
    }
}

fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = rules().flat_map(|rule| apply(rule, sources)).collect();
    findings.extend(sources.iter().filter_map(|source| {
        let (line, message) = source.unreadable.clone()?;
        Some(Finding { path: source.path.clone(), line, rule: "parses", message })
    }));
    findings.sort();
    findings.dedup();
    findings
}

fn apply(rule: &Rule, sources: &[Source]) -> Vec<Finding> {
    let finding = |path: &str, (line, message)| Finding { path: path.to_owned(), line, rule: rule.name, message };
    match rule.check {
        Check::File(check) => {
            sources.iter().flat_map(|s| check(s).into_iter().map(|spot| finding(&s.path, spot))).collect()
        }
        Check::Tree(check) => check(sources).into_iter().map(|(path, spot)| finding(&path, spot)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(example: Example) -> Vec<Source> {
        example.iter().map(|(path, text)| Source::new(path, text)).collect()
    }

    #[test]
    fn every_rule_catches_what_is_planted_and_leaves_the_rest_alone() {
        for rule in rules() {
            assert!(!rule.caught.is_empty() && !rule.clean.is_empty(), "{} carries no evidence", rule.name);
            for example in rule.caught {
                assert!(!apply(rule, &tree(example)).is_empty(), "{} misses {example:?}", rule.name);
            }
            for example in rule.clean {
                assert_eq!(apply(rule, &tree(example)), [], "{} is wrong about {example:?}", rule.name);
            }
        }
    }

    #[test]
    fn examples_parse() {
        for example in rules().flat_map(|rule| rule.caught.iter().chain(rule.clean)) {
            for source in tree(example) {
                assert_eq!(source.unreadable, None, "{}", source.text);
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = rules().map(|rule| rule.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_finding_names_the_line() {
        let found = check(&[Source::new("domain/src/lib.rs", "fn a() {}\n\nfn b() { println!(); }\n")]);
        assert_eq!(found[0].to_string(), "domain/src/lib.rs:3: println! in the domain [domain-is-pure]");
    }

    #[test]
    fn what_does_not_parse_is_a_finding() {
        let found = check(&[Source::new("domain/src/lib.rs", "fn a( {}")]);
        assert_eq!(found[0].rule, "parses");
    }
}
