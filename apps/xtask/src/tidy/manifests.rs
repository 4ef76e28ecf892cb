//! Crates: where they are, what they are called, what they may depend on.

use super::source::Source;
use super::{Check, Rule, Spot};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "domain-dependencies",
        why: "the domain is decisions on values; each crate it sees is one more thing that a decision could depend on",
        check: Check::File(domain_dependencies),
        caught: &[
            &[("domain/Cargo.toml", "[dependencies]\ntokio.workspace = true\n")],
            &[("domain/Cargo.toml", "[target.'cfg(unix)'.dependencies]\nlibc.workspace = true\n")],
            &[("domain/Cargo.toml", "[dependencies]\nuuid = { workspace = true, features = [\"v7\"] }\n")],
        ],
        clean: &[&[(
            "domain/Cargo.toml",
            "[dependencies]\nserde.workspace = true\nuuid.workspace = true\n[dev-dependencies]\nproptest.workspace = true\n",
        )]],
    },
    Rule {
        name: "no-ambient-inputs",
        why: "time and ids are inputs; without these features only adapters/system can make them",
        check: Check::File(ambient_inputs),
        caught: &[
            &[("Cargo.toml", "[workspace.dependencies]\nuuid = { version = \"1\", features = [\"v4\"] }\n")],
            &[("Cargo.toml", "[workspace.dependencies]\njiff = \"1\"\n")],
            &[("application/Cargo.toml", "[dependencies]\nuuid = { workspace = true, features = [\"v7\"] }\n")],
            &[("adapters/http/Cargo.toml", "[dependencies]\njiff = { workspace = true, features = [\"std\"] }\n")],
        ],
        clean: &[
            &[("Cargo.toml", "[workspace.dependencies]\njiff = { version = \"1\", default-features = false }\n")],
            &[("adapters/system/Cargo.toml", "[dependencies]\nuuid = { workspace = true, features = [\"v7\"] }\n")],
            &[("tests/support/Cargo.toml", "[dependencies]\nuuid = { workspace = true, features = [\"v7\"] }\n")],
        ],
    },
    Rule {
        name: "dependency-direction",
        why: "domain <- application <- adapters <- apps; an arrow the other way makes both ends one thing",
        check: Check::File(direction),
        caught: &[
            &[("domain/Cargo.toml", "[dependencies]\norderflow-application.workspace = true\n")],
            &[("application/Cargo.toml", "[dependencies]\norderflow-memory.workspace = true\n")],
            &[("adapters/sqlite/Cargo.toml", "[dependencies]\norderflow-application.workspace = true\n")],
            &[("adapters/http/Cargo.toml", "[dependencies]\norderflow.workspace = true\n")],
            &[("adapters/http/Cargo.toml", "[dependencies]\norderflow-sqlite.workspace = true\n")],
        ],
        clean: &[
            &[("application/Cargo.toml", "[dev-dependencies]\norderflow-memory.workspace = true\n")],
            &[("adapters/http/Cargo.toml", "[dependencies]\norderflow-application.workspace = true\n")],
            &[("adapters/sqlite/Cargo.toml", "[dependencies]\norderflow-codec.workspace = true\n")],
            &[("apps/orderflow/Cargo.toml", "[dependencies]\norderflow-sqlite.workspace = true\n")],
        ],
    },
    Rule {
        name: "layout",
        why: "a folder under adapters/, apps/ or tests/ is one crate, named after it; so a name says where the code is",
        check: Check::File(layout),
        caught: &[
            &[("adapters/stores/sqlite/Cargo.toml", "[package]\nname = \"orderflow-sqlite\"\n")],
            &[("crates/ledger/Cargo.toml", "[package]\nname = \"orderflow-ledger\"\n")],
            &[("adapters/sqlite/Cargo.toml", "[package]\nname = \"sqlite-store\"\n[lints]\nworkspace = true\n")],
            &[("adapters/sqlite/Cargo.toml", "[package]\nname = \"orderflow-sqlite\"\n")],
        ],
        clean: &[
            &[("adapters/sqlite/Cargo.toml", "[package]\nname = \"orderflow-sqlite\"\n[lints]\nworkspace = true\n")],
            &[("apps/xtask/Cargo.toml", "[package]\nname = \"xtask\"\n[lints]\nworkspace = true\n")],
            &[("tests/peers/shop/Cargo.toml", "[package]\nname = \"peer-shop\"\n")],
        ],
    },
    Rule {
        name: "one-version",
        why: "versions stand in the root manifest, so that the whole workspace resolves to one graph",
        check: Check::File(one_version),
        caught: &[
            &[("adapters/http/Cargo.toml", "[dependencies]\nwarp = \"0.4\"\n")],
            &[(
                "adapters/http/Cargo.toml",
                "[dev-dependencies]\nwarp = { version = \"0.4\", features = [\"test\"] }\n",
            )],
        ],
        clean: &[&[(
            "adapters/http/Cargo.toml",
            "[dependencies]\nwarp.workspace = true\n[dev-dependencies]\ninsta = { workspace = true }\n",
        )]],
    },
];

const DOMAIN_MAY_USE: [&str; 5] = ["async-trait", "jiff", "serde", "thiserror", "uuid"];

/// Adapters that others are built on: the stored form of events, and what all stores share.
const SHARED_ADAPTERS: [&str; 2] = ["orderflow-codec", "orderflow-commit"];

/// Adapters that face inwards, and therefore call use cases. `auth` decides who the caller of one is.
const INBOUND: [&str; 2] = ["adapters/http/", "adapters/auth/"];

/// Every dependency of a manifest with the section it is in.
fn dependencies(source: &Source) -> Vec<(&'static str, String, toml::Value)> {
    const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    if !is_manifest(source) {
        return Vec::new();
    }
    let manifest = source.toml();
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values);
    let tables: Vec<&toml::Table> =
        std::iter::once(&manifest).chain(targets.filter_map(toml::Value::as_table)).collect();
    let mut all = Vec::new();
    for section in SECTIONS {
        for table in tables.iter().filter_map(|t| t.get(section)?.as_table()) {
            all.extend(table.iter().map(|(name, value)| (section, name.clone(), value.clone())));
        }
    }
    all
}

fn is_manifest(source: &Source) -> bool {
    (source.path == "Cargo.toml" || source.path.ends_with("/Cargo.toml")) && !source.under("tests/peers")
}

fn features(value: &toml::Value) -> Vec<&str> {
    let list = value.get("features").and_then(toml::Value::as_array);
    list.into_iter().flatten().filter_map(toml::Value::as_str).collect()
}

fn domain_dependencies(source: &Source) -> Vec<Spot> {
    if source.path != "domain/Cargo.toml" {
        return Vec::new();
    }
    let outside = |(section, name, value): (&str, String, toml::Value)| {
        let line = source.line_of(&name);
        if section == "dev-dependencies" {
            None
        } else if !DOMAIN_MAY_USE.contains(&name.as_str()) {
            Some((line, format!("the domain may use {} and nothing else, not {name}", DOMAIN_MAY_USE.join(", "))))
        } else {
            let more = features(&value);
            (!more.is_empty()).then(|| (line, format!("the domain needs no more of {name}: {}", more.join(", "))))
        }
    };
    dependencies(source).into_iter().filter_map(outside).collect()
}

fn ambient_inputs(source: &Source) -> Vec<Spot> {
    let ambient = |name: &str, value: &toml::Value| {
        let banned: &[&str] = match name {
            "uuid" => &["v1", "v4", "v6", "v7"],
            "jiff" => &["std", "tz-system", "default"],
            _ => return None,
        };
        let found = features(value).into_iter().find(|feature| banned.contains(feature))?;
        Some((source.line_of(&format!("{name} = ")), format!("{name}/{found} makes what should be an input")))
    };
    if source.path == "Cargo.toml" {
        let manifest = source.toml();
        let ours = manifest.get("workspace").and_then(|w| w.get("dependencies")).and_then(toml::Value::as_table);
        let mut spots: Vec<Spot> = ours.into_iter().flatten().filter_map(|(n, v)| ambient(n, v)).collect();
        if let Some(jiff) = ours.and_then(|d| d.get("jiff"))
            && jiff.get("default-features").and_then(toml::Value::as_bool) != Some(false)
        {
            spots.push((source.line_of("jiff"), "jiff needs default-features = false".into()));
        }
        return spots;
    }
    if source.under("adapters/system") || source.under("tests") {
        return Vec::new();
    }
    dependencies(source).into_iter().filter_map(|(_, name, value)| ambient(&name, &value)).collect()
}

fn direction(source: &Source) -> Vec<Spot> {
    let may = |name: &str| {
        if source.path == "domain/Cargo.toml" {
            false
        } else if source.path == "application/Cargo.toml" {
            name == "orderflow-domain"
        } else if INBOUND.iter().any(|folder| source.path.starts_with(folder)) {
            matches!(name, "orderflow-domain" | "orderflow-application" | "orderflow-auth")
        } else if source.under("adapters") {
            name == "orderflow-domain" || SHARED_ADAPTERS.contains(&name)
        } else {
            true
        }
    };
    dependencies(source)
        .into_iter()
        .filter(|(section, name, _)| {
            *section != "dev-dependencies" && (name.starts_with("orderflow-") || name == "orderflow") && !may(name)
        })
        .map(|(_, name, _)| (source.line_of(&name), format!("a dependency on {name} points the wrong way")))
        .collect()
}

fn layout(source: &Source) -> Vec<Spot> {
    if !is_manifest(source) || source.path == "Cargo.toml" {
        return Vec::new();
    }
    let parts: Vec<&str> = source.path.split('/').collect();
    let names = match parts[..] {
        [top @ ("domain" | "application"), _] => vec![format!("orderflow-{top}")],
        ["apps", app, _] => vec![app.to_owned()],
        ["adapters" | "tests", folder, _] => vec![format!("orderflow-{folder}")],
        _ => return vec![(1, "a crate stands in domain, application, adapters/*, apps/* or tests/*".into())],
    };
    let manifest = source.toml();
    let mut spots = Vec::new();
    let name = manifest.get("package").and_then(|p| p.get("name")).and_then(toml::Value::as_str).unwrap_or_default();
    if !names.iter().any(|n| n == name) {
        spots.push((source.line_of("name = "), format!("this crate is called {}", names.join(" or "))));
    }
    if !manifest.contains_key("lints") {
        spots.push((1, "no [lints]: the workspace's lints do not hold here".into()));
    }
    spots
}

fn one_version(source: &Source) -> Vec<Spot> {
    dependencies(source)
        .into_iter()
        .filter(|(_, _, value)| value.get("workspace").and_then(toml::Value::as_bool) != Some(true))
        .map(|(_, name, _)| (source.line_of(&name), format!("{name} takes its version from the root manifest")))
        .collect()
}
