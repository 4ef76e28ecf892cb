//! The transition table, held against what happened.

use orderflow_domain::event::Recorded;
use orderflow_domain::ordering::event::OrderEvent;
use orderflow_domain::ordering::{Order, transitions};

use super::report::{Check, Report};

/// Whether the table allows the event where the order is.
pub(super) fn check(order: &Order, event: &OrderEvent, recorded: &Recorded, report: &mut Report) {
    let name = event.event_type().name;
    let row = transitions().iter().find(|row| stored(row.event) == name);
    let legal = match (row, order.exists()) {
        (None, _) => false,
        (Some(row), false) => row.from.is_empty(),
        (Some(row), true) => row.from.contains(&order.status()),
    };
    if !legal {
        let status = if order.exists() { order.status().as_str() } else { "not placed" };
        let (stream, position) = (&recorded.envelope.stream, Some(recorded.envelope.position));
        report.find(Check::Lifecycle, stream, position, format!("{name} while the order is {status}"));
    }
}

/// The stored name of an event, from that of its variant: `StepRequested` is `order.step_requested`.
fn stored(variant: &str) -> String {
    let mut name = String::from("order.");
    for (index, letter) in variant.chars().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_of_an_order_has_its_row() {
        for kind in OrderEvent::TYPES {
            assert!(transitions().iter().any(|row| stored(row.event) == kind.name), "{}", kind.name);
        }
    }
}
