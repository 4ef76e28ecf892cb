//! Text of any kind: documents that lead somewhere, and paths that exist on every machine.

use std::collections::BTreeSet;

use super::source::Source;
use super::{Check, Rule, Spot};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "no-machine-paths",
        why: "a path that exists on one machine works on one machine",
        check: Check::File(no_machine_paths),
        caught: &[
            &[("docs/OPERATIONS.md", "Data is in `/home/me/orderflow-data`.")],
            &[("apps/web/vite.config.ts", "root: '/Users/me/web'")],
            &[("apps/orderflow/src/main.rs", "const D: &str = \"/work/data\";")],
            &[("docs/STYLE.md", "see ../shared/notes.md")],
        ],
        clean: &[
            &[(
                "docs/OPERATIONS.md",
                "Data is in `/var/lib/orderflow`, `./orderflow-data` or https://a.example/work/x.",
            )],
            &[(".ci/run", "cp ../shared/cache .")],
            &[("apps/web/src/orders/list.ts", "import { money } from '../shared/money'")],
        ],
    },
    Rule {
        name: "decisions-are-listed",
        why: "a decision that nobody finds is taken again",
        check: Check::Tree(decisions_are_listed),
        caught: &[
            &[
                ("docs/adr/README.md", "- [0001](0001-log.md)"),
                ("docs/adr/0001-log.md", ""),
                ("docs/adr/0002-b.md", ""),
            ],
            &[("docs/adr/0001-log.md", "")],
            &[
                ("docs/adr/README.md", "[a](0001-a.md) [b](0001-b.md)"),
                ("docs/adr/0001-a.md", ""),
                ("docs/adr/0001-b.md", ""),
            ],
            &[("docs/adr/README.md", "[a](log.md)"), ("docs/adr/log.md", "")],
        ],
        clean: &[&[
            ("docs/adr/README.md", "- [0001](0001-log.md)"),
            ("docs/adr/0001-log.md", ""),
            ("docs/adr/template.md", ""),
        ]],
    },
    Rule {
        name: "links-lead-somewhere",
        why: "a document that points at nothing is not believed in the rest either",
        check: Check::Tree(links_lead_somewhere),
        caught: &[
            &[("docs/STYLE.md", "see [the glossary](GLOSSARY.md)")],
            &[("README.md", "see [style](docs/STYLE.md#names)")],
        ],
        clean: &[&[
            ("README.md", "[style](docs/STYLE.md#names) [x](https://a.example) [up](#top) [adr](docs/adr) `[a](b)`"),
            ("docs/STYLE.md", "[back](../README.md)\n```\n[a](b)\n```"),
            ("docs/adr/README.md", ""),
        ]],
    },
];

fn no_machine_paths(source: &Source) -> Vec<Spot> {
    const HOMES: [&str; 5] = ["/home/", "/Users/", "/root/", "/work/", "C:\\Users\\"];
    const SIBLING: &str = "../shared";
    if source.path == ".ci/run" || source.under("apps/xtask/src/tidy") {
        return Vec::new();
    }
    let bad = |line: &str| {
        let absolute = HOMES.into_iter().find(|home| {
            line.match_indices(home).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                before.is_none_or(|c| !(c.is_alphanumeric() || "._-/}*~$>".contains(c)))
            })
        });
        absolute.or_else(|| (line.contains(SIBLING) && !source.under("apps/web")).then_some(SIBLING))
    };
    let lines = source.text.lines().enumerate();
    lines.filter_map(|(n, line)| Some((n + 1, format!("{} exists on one machine only", bad(line)?)))).collect()
}

fn decisions_are_listed(sources: &[Source]) -> Vec<(String, Spot)> {
    const FOLDER: &str = "docs/adr/";
    let index = sources.iter().find(|s| s.path == "docs/adr/README.md").map_or("", |s| s.text.as_str());
    let mut numbers = BTreeSet::new();
    let mut spots = Vec::new();
    for source in sources {
        let Some(name) = source.path.strip_prefix(FOLDER).filter(|n| !matches!(*n, "README.md" | "template.md")) else {
            continue;
        };
        let number = name.get(..4).filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
        if number.is_none_or(|_| name.get(4..5) != Some("-")) {
            spots.push((source.path.clone(), (1, "a decision is called NNNN-what-it-says.md".into())));
        } else if !numbers.insert(number) {
            spots.push((source.path.clone(), (1, "another decision has this number".into())));
        }
        if !index.contains(&format!("({name})")) {
            spots.push((source.path.clone(), (1, "not listed in docs/adr/README.md".into())));
        }
    }
    spots
}

fn links_lead_somewhere(sources: &[Source]) -> Vec<(String, Spot)> {
    let files: BTreeSet<&str> = sources.iter().map(|s| s.path.as_str()).collect();
    let exists = |target: &str| {
        let folder = format!("{target}/");
        files.contains(target) || files.range(folder.as_str()..).next().is_some_and(|f| f.starts_with(&folder))
    };
    let mut spots = Vec::new();
    for source in sources.iter().filter(|s| s.is("md")) {
        for (line, link) in links(&source.text) {
            if !exists(&resolve(&source.path, &link)) {
                spots.push((source.path.clone(), (line, format!("nothing at {link}"))));
            }
        }
    }
    spots
}

/// Relative targets of links, outside code, without fragments.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (n, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for rest in prose.split("](").skip(1) {
            let target = rest.split([')', ' ', '#']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains(':') {
                found.push((n + 1, target.to_owned()));
            }
        }
    }
    found
}

fn resolve(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.trim_end_matches('/').split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
