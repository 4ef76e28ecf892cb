//! What can happen on the venue: to an instrument and its book, which all its orders share, and to each order there.
//!
//! A book's stream alone rebuilds the book. An order's stream answers the order. One command writes both in one unit.

use serde::{Deserialize, Serialize};

use super::wide;
use crate::shared::{
    Actor, Currency, CustomerId, Failure, Fill, Name, OrderId, Outcome, Price, Quantity, Reason, Side, StepKind,
    StepResult, Success, Symbol, Undone, events,
};

events! {
    /// An event of a `book` or `venue-order` stream.
    VenueEvent {
        501 "venue.instrument_listed" v 1 => InstrumentListed,
        502 "venue.instrument_halted" v 1 => InstrumentHalted,
        503 "venue.instrument_resumed" v 1 => InstrumentResumed,
        504 "venue.book_rested" v 1 => BookRested,
        505 "venue.book_matched" v 1 => BookMatched,
        506 "venue.book_removed" v 1 => BookRemoved,
        511 "venue.admitted" v 1 => Admitted,
        512 "venue.refused" v 1 => Refused,
        513 "venue.accepted" v 1 => Accepted,
        514 "venue.rejected" v 1 => Rejected,
        515 "venue.traded" v 1 => Traded,
        516 "venue.filled" v 1 => Filled,
        517 "venue.ended" v 1 => Ended,
        518 "venue.cancelled" v 1 => Cancelled,
        519 "venue.withdrawn" v 1 => Withdrawn,
    }
}

/// Book: an operator created the instrument, or changed its terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstrumentListed {
    /// Its symbol, also the key of the stream.
    pub symbol: Symbol,
    /// What prices are in.
    pub currency: Currency,
    /// Prices are multiples of it.
    pub tick: Price,
    /// Quantities are multiples of it.
    pub lot: Quantity,
    /// Largest quantity of one order.
    pub max_quantity: Quantity,
}

/// Book: no new orders; what rests stays and can be cancelled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstrumentHalted {
    /// Who.
    pub by: Actor,
}

/// Book: open again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstrumentResumed {
    /// Who.
    pub by: Actor,
}

/// Book: what is left of an order rests, behind all others at its price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BookRested {
    /// Which.
    pub order: OrderId,
    /// Whose.
    pub customer: CustomerId,
    /// BUY rests among the bids.
    pub side: Side,
    /// Its limit.
    pub price: Price,
    /// What rests of it.
    pub quantity: Quantity,
    /// What of it traded before it came to rest. With it the book alone knows what its orders come to when they are filled.
    #[serde(default, skip_serializing_if = "wide::is_none")]
    pub filled: Quantity,
    /// Sum of price times quantity of what traded before, in 10⁻¹⁶; written as a string.
    #[serde(default, skip_serializing_if = "wide::is_zero", with = "wide")]
    pub notional: i128,
}

/// Book: two orders traded, at the resting one's price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BookMatched {
    /// Number of the trade in this book, from 1, without a gap.
    pub number: u64,
    /// The order that rested.
    pub maker: OrderId,
    /// The order that came.
    pub taker: OrderId,
    /// The side of the taker.
    pub side: Side,
    /// The maker's limit.
    pub price: Price,
    /// How much.
    pub quantity: Quantity,
}

/// Book: an order that rested is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BookRemoved {
    /// Which.
    pub order: OrderId,
}

/// Order: it can be traded as asked. Answers `AdmitTrade`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Admitted {
    /// Which attempt.
    pub attempt: u32,
    /// Last price, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_price: Option<Price>,
    /// The instrument's tick.
    pub tick: Price,
}

/// Order: it can't be traded as asked. Answers `AdmitTrade`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// Which attempt.
    pub attempt: u32,
    /// Why.
    pub failure: Failure,
}

/// Order: it is on the venue. Answers `RouteToVenue`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    /// Which attempt.
    pub attempt: u32,
    /// The venue's name for it.
    pub venue_order: Name,
    /// Its instrument.
    pub instrument: Symbol,
    /// How much was asked for.
    pub quantity: Quantity,
    /// The instrument's tick.
    pub tick: Price,
}

/// Order: the venue won't take it. Answers `RouteToVenue`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rejected {
    /// Which attempt.
    pub attempt: u32,
    /// Why.
    pub failure: Failure,
}

/// Order: a part of it traded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Traded {
    /// The fill.
    pub fill: Fill,
}

/// Order: nothing is left to fill. Answers `Fill`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filled {
    /// All that was filled.
    pub quantity: Quantity,
    /// Half-even at the tick's decimals + 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_price: Option<Price>,
}

/// Order: the venue ended it short. Answers `Fill`; its failure says how much was filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// KILLED, NO_LIQUIDITY, EXPIRED, SELF_TRADE.
    pub failure: Failure,
}

/// Order: the rest was cancelled because the order asked for it. Answers the undo of `RouteToVenue`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cancelled {
    /// Which attempt.
    pub attempt: u32,
    /// All that was filled.
    pub filled: Quantity,
    /// Why it was at its end already, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Order: undone before it was ever known here, a tombstone. Answers the undo of `AdmitTrade` or `RouteToVenue`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Which step.
    pub step: StepKind,
    /// Which attempt.
    pub attempt: u32,
}

impl VenueEvent {
    /// What the order reads of it.
    #[must_use]
    pub fn outcome(&self, order: OrderId) -> Option<Outcome> {
        let answer = |step, attempt, result| Some(Outcome { order, step, attempt, result });
        match self {
            Self::Admitted(event) => answer(
                StepKind::AdmitTrade,
                event.attempt,
                StepResult::Succeeded(Success::Admitted { reference_price: event.reference_price, tick: event.tick }),
            ),
            Self::Refused(event) => {
                answer(StepKind::AdmitTrade, event.attempt, StepResult::Failed(event.failure.clone()))
            }
            Self::Accepted(event) => answer(
                StepKind::RouteToVenue,
                event.attempt,
                StepResult::Succeeded(Success::Routed { venue_order: event.venue_order.clone() }),
            ),
            Self::Rejected(event) => {
                answer(StepKind::RouteToVenue, event.attempt, StepResult::Failed(event.failure.clone()))
            }
            Self::Traded(event) => answer(StepKind::Fill, 1, StepResult::Traded(event.fill.clone())),
            Self::Filled(event) => answer(
                StepKind::Fill,
                1,
                StepResult::Succeeded(Success::Filled { quantity: event.quantity, average_price: event.average_price }),
            ),
            Self::Ended(event) => answer(StepKind::Fill, 1, StepResult::Failed(event.failure.clone())),
            Self::Cancelled(event) => answer(
                StepKind::RouteToVenue,
                event.attempt,
                StepResult::Undone(Undone::RestCancelled { filled: event.filled, reason: event.reason.clone() }),
            ),
            Self::Withdrawn(event) => answer(event.step.clone(), event.attempt, StepResult::Undone(Undone::Nothing)),
            Self::InstrumentListed(_)
            | Self::InstrumentHalted(_)
            | Self::InstrumentResumed(_)
            | Self::BookRested(_)
            | Self::BookMatched(_)
            | Self::BookRemoved(_) => None,
        }
    }
}
