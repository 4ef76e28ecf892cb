//! What a compiler does not check about how code is written.

use super::source::Source;
use super::{Check, Rule, Spot};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "expect-not-allow",
        why: "an expectation goes away with what caused it; an allowance stays and hides the next one",
        check: Check::File(expect_not_allow),
        caught: &[
            &[("domain/src/lib.rs", "#[allow(dead_code)]\nfn f() {}")],
            &[("domain/src/lib.rs", "#![allow(clippy::unwrap_used)]")],
            &[("domain/src/lib.rs", "#[cfg_attr(test, allow(dead_code))]\nfn f() {}")],
            &[("domain/src/lib.rs", "impl S { #[allow(dead_code)] fn f() {} }")],
        ],
        clean: &[
            &[("domain/src/lib.rs", "#[expect(dead_code, reason = \"…\")]\nfn f() {}")],
            &[("domain/src/lib.rs", "/// Not #[allow(…)].\nfn f() { g(\"#[allow(x)]\"); }")],
        ],
    },
    Rule {
        name: "file-length",
        why: "a file that needs scrolling to be understood is two files",
        check: Check::File(file_length),
        caught: &[&[("domain/src/ordering/order.rs", LONG)]],
        clean: &[
            &[("domain/src/ordering/order.rs", "fn f() {}\n")],
            &[("adapters/codec/src/generated/types.rs", LONG)],
            &[("docs/API.md", LONG)],
        ],
    },
    Rule {
        name: "lifecycle-names-all",
        why: "a transition table with a wildcard answers for states and events that did not exist when it was written",
        check: Check::File(lifecycle_names_all),
        caught: &[
            &[("domain/src/ordering/lifecycle.rs", "fn f(s: S) -> bool { match s { S::A => true, _ => false } }")],
            &[("domain/src/ordering/lifecycle.rs", "fn f(s: S) -> bool { match (s, t) { (_, _) => false } }")],
            &[("domain/src/ordering/lifecycle/purchase.rs", "fn f(s: S) -> bool { match s { other => g(other) } }")],
        ],
        clean: &[
            &[(
                "domain/src/ordering/lifecycle.rs",
                "fn f(s: S) -> bool { match s { S::A | S::B => true, C => false } }",
            )],
            &[("domain/src/ordering/decide.rs", "fn f(s: S) -> bool { match s { S::A => true, _ => false } }")],
        ],
    },
    Rule {
        name: "no-setters",
        why: "a value that can be set can be set wrongly: an aggregate changes by applying an event",
        check: Check::File(no_setters),
        caught: &[&[("domain/src/shared/money.rs", "impl Money { fn set_amount(&mut self, a: i64) {} }")]],
        clean: &[
            &[("domain/src/shared/money.rs", "impl Money { fn plus(self, other: Self) -> Self { self } }")],
            &[("domain/src/shared/money.rs", "fn settle() {}")],
        ],
    },
];

const LIMIT: usize = 400;

/// One line more than a file may have.
const LONG: &str = {
    const BYTES: [u8; LIMIT + 1] = [b'\n'; LIMIT + 1];
    match std::str::from_utf8(&BYTES) {
        Ok(text) => text,
        Err(_) => "",
    }
};

fn expect_not_allow(source: &Source) -> Vec<Spot> {
    let allows = source.facts.attributes.iter().filter(|a| a.value == "allow");
    allows.map(|a| (a.line, "#[allow]: use #[expect(…, reason = \"…\")]".to_owned())).collect()
}

fn file_length(source: &Source) -> Vec<Spot> {
    let lines = source.text.lines().count();
    if !source.is("rs") || source.path.contains("/generated/") || lines <= LIMIT {
        return Vec::new();
    }
    vec![(LIMIT + 1, format!("{lines} lines; {LIMIT} are the limit"))]
}

fn lifecycle_names_all(source: &Source) -> Vec<Spot> {
    const TABLE: &str = "domain/src/ordering/lifecycle";
    if source.path != format!("{TABLE}.rs") && !source.under(TABLE) {
        return Vec::new();
    }
    let arms = source.facts.catch_alls.iter().filter(|arm| !arm.test);
    arms.map(|arm| (arm.line, "an arm that takes whatever comes: name it".to_owned())).collect()
}

fn no_setters(source: &Source) -> Vec<Spot> {
    if !source.under("domain/src") {
        return Vec::new();
    }
    let setters = source.facts.functions.iter().filter(|f| f.value.starts_with("set_"));
    setters.map(|f| (f.line, format!("{} is a setter", f.value))).collect()
}
