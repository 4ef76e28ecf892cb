//! Whom an order would meet, without touching anything.

use super::ladder::{minus, rank};
use super::{Book, Resting};
use crate::shared::{CustomerId, Price, Quantity, Side, limits};

/// What comes to the book.
pub(super) struct Incoming {
    pub(super) customer: CustomerId,
    pub(super) side: Side,
    /// None takes any price.
    pub(super) limit: Option<Price>,
    pub(super) quantity: Quantity,
}

/// Why it meets nobody more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Nothing is left of it.
    Filled,
    /// Nothing is left that it may trade with.
    Exhausted,
    /// The next is an order of the same customer.
    OwnOrder,
    /// It would meet more than one unit of work should hold.
    TooMany,
}

/// Whom it meets, in order, with how much, and what is left of it.
pub(super) struct Walk<'a> {
    pub(super) met: Vec<(&'a Resting, Quantity)>,
    pub(super) left: Quantity,
    pub(super) stop: Stop,
}

pub(super) fn walk<'a>(book: &'a Book, incoming: &Incoming) -> Walk<'a> {
    let side = incoming.side.opposite();
    let worst = incoming.limit.map(|price| rank(side, price));
    let mut walk = Walk { met: Vec::new(), left: incoming.quantity, stop: Stop::Exhausted };
    for ((rank, _), resting) in book.side(side).queue() {
        if worst.is_some_and(|worst| *rank > worst) {
            break;
        }
        if resting.customer == incoming.customer {
            walk.stop = Stop::OwnOrder;
            break;
        }
        if walk.met.len() == limits::MAX_MATCHES {
            walk.stop = Stop::TooMany;
            break;
        }
        let quantity = walk.left.min(resting.remaining);
        walk.met.push((resting, quantity));
        walk.left = minus(walk.left, quantity);
        if walk.left.is_zero() {
            walk.stop = Stop::Filled;
            break;
        }
    }
    walk
}
