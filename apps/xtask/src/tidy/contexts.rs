//! Contexts do not know each other: they meet in `shared`, and projections read what all of them published.

use super::source::Source;
use super::{Check, Rule, Spot};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "contexts-are-apart",
        why: "a context that imports another can no longer change, be read or be deployed without it; they share \
              requests and outcomes in `shared`",
        check: Check::File(apart),
        caught: &[
            &[("domain/src/inventory/decide.rs", "use crate::ordering::Order;")],
            &[("domain/src/inventory/decide.rs", "use crate::{ordering::Order, shared::Money};")],
            &[("domain/src/inventory/decide.rs", "use super::super::payment::Payment;")],
            &[("domain/src/inventory/mod.rs", "fn f() -> crate::venue::Book { g() }")],
            &[("domain/src/inventory/mod.rs", "fn f() -> bool { matches!(x, crate::venue::Event::Traded) }")],
            &[("domain/src/shared/routing.rs", "use crate::ordering::Event;")],
            &[("application/src/reactors/payment.rs", "use orderflow_domain::ordering::Order;")],
            &[("application/src/reactors/payment.rs", "use super::inventory::InventoryReactor;")],
            &[("application/src/place_order.rs", "use orderflow_domain::{inventory::Stock, ordering::Order};")],
        ],
        clean: &[
            &[("domain/src/inventory/decide.rs", "use super::event::Event;\nuse crate::shared::Money;")],
            &[(
                "domain/src/lib.rs",
                "pub mod inventory;\npub use crate::inventory::Stock;\nuse crate::ordering::Order;",
            )],
            &[(
                "application/src/reactors/payment.rs",
                "use orderflow_domain::payment::Payment;\nuse super::runtime::R;",
            )],
            &[("application/src/place_order.rs", "use orderflow_domain::{ordering::Order, shared::Money};")],
            &[(
                "application/src/aggregate.rs",
                "use orderflow_domain::inventory::Item;\nuse orderflow_domain::ordering::Order;",
            )],
            &[(
                "application/src/projections/orders.rs",
                "use orderflow_domain::{inventory::Event as I, ordering::Event as O};",
            )],
        ],
    },
    Rule {
        name: "contexts-are-listed",
        why: "the rule above knows the contexts by name",
        check: Check::Tree(listed),
        caught: &[&[("domain/src/loyalty/mod.rs", "")]],
        clean: &[&[
            ("domain/src/ordering/mod.rs", ""),
            ("domain/src/shared/mod.rs", ""),
            ("domain/src/ports/mod.rs", ""),
        ]],
    },
];

const CONTEXTS: [&str; 10] = [
    "ordering",
    "inventory",
    "payment",
    "shipping",
    "venue",
    "outlets",
    "delivery",
    "customers",
    "notification",
    "tasks",
];

fn context(name: &str) -> Option<&'static str> {
    CONTEXTS.into_iter().find(|context| *context == name)
}

/// The projections' own list, and the two tables of all aggregates that the engine holds: they decide nothing.
const TABLES: [&str; 3] = ["projections.rs", "aggregate.rs", "desk.rs"];

fn apart(source: &Source) -> Vec<Spot> {
    if let Some(inside) = source.path.strip_prefix("domain/src/") {
        let Some((folder, _)) = inside.split_once('/') else { return Vec::new() };
        return in_domain(source, folder);
    }
    match source.path.strip_prefix("application/src/") {
        Some(inside) if !inside.starts_with("projections/") && !TABLES.contains(&inside) => {
            in_application(source, inside)
        }
        _ => Vec::new(),
    }
}

fn in_domain(source: &Source, folder: &str) -> Vec<Spot> {
    if context(folder).is_none() && folder != "shared" {
        return Vec::new();
    }
    named(source, "crate")
        .filter(|(_, name)| *name != folder)
        .map(|(line, name)| (line, format!("{folder} reaches into {name}")))
        .collect()
}

/// A file belongs to the context it is named after, or else to the first that it imports.
fn in_application(source: &Source, inside: &str) -> Vec<Spot> {
    let reactor = inside.strip_prefix("reactors/").and_then(|name| name.split(['/', '.']).next()).and_then(context);
    let mut own = reactor;
    let mut spots = Vec::new();
    for (line, name) in named(source, "orderflow_domain") {
        let own = *own.get_or_insert(name);
        if own != name {
            spots.push((line, format!("this belongs to {own}, and reaches into {name}")));
        }
    }
    if let Some(own) = reactor {
        let paths = source.facts.paths.iter().filter(|p| !p.test);
        spots.extend(paths.filter_map(|path| match path.value.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["crate", "reactors", other, ..] if other != own => {
                context(other).map(|other| (path.line, format!("the reactor of {own} reaches into that of {other}")))
            }
            _ => None,
        }));
    }
    spots
}

/// The contexts that paths from `root` name, outside tests.
fn named<'s>(source: &'s Source, root: &'static str) -> impl Iterator<Item = (usize, &'static str)> + 's {
    source.facts.paths.iter().filter(|path| !path.test).filter_map(move |path| {
        let [first, second, ..] = &path.value[..] else { return None };
        if first != root {
            return None;
        }
        context(second).map(|name| (path.line, name))
    })
}

fn listed(sources: &[Source]) -> Vec<(String, Spot)> {
    let mut unknown: Vec<(String, Spot)> = Vec::new();
    for source in sources {
        let Some((folder, _)) = source.path.strip_prefix("domain/src/").and_then(|inside| inside.split_once('/'))
        else {
            continue;
        };
        if context(folder).is_none() && !matches!(folder, "shared" | "ports") {
            unknown.push((source.path.clone(), (1, format!("{folder} is not in the list of contexts of tidy"))));
        }
    }
    unknown
}
