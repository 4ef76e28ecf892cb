//! An order comes to the book.

use super::decision::Recorder;
use super::event::{Accepted, BookMatched, BookRested, Ended, Filled, Rejected, Traded};
use super::instrument::{LARGEST, limit, tradable};
use super::ladder::{minus, plus, rank};
use super::matching::{Incoming, Stop, Walk, walk};
use super::{Book, Decision, Instrument, Resting, VenueOrder, names};
use crate::shared::{
    CustomerId, Failure, Fill, OrderId, Price, Quantity, Reason, TimeInForce, Timestamp, TradeTicket, limits,
};

/// A request of `RouteToVenue`.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    /// Which order.
    pub order: OrderId,
    /// Whose.
    pub customer: CustomerId,
    /// Which attempt.
    pub attempt: u32,
    /// What was asked for.
    pub ticket: &'a TradeTicket,
}

/// Answers a request of `RouteToVenue`; no events if it was answered or withdrawn before.
///
/// Refused is what [`super::admit`] would refuse, what would meet more than [`limits::MAX_MATCHES`] orders at once, and what would make the sum
/// at one price too large to write; a refused order has touched nothing. Whatever else comes is accepted, and then:
/// - it trades with the other side, best price first, then first come first served, at the price of what rests, until nothing is left of it;
/// - if it meets an order of the same customer, it ends there (SELF_TRADE); what it traded before stays;
/// - FOK trades in full or ends before the first trade (KILLED), also when an order of the same customer stands in its way;
/// - what is left of a MARKET order ends (NO_LIQUIDITY), of an IOC order too (KILLED), of any other rests.
#[must_use]
pub fn submit(book: &Book, order: &VenueOrder, submission: &Submission<'_>, now: Timestamp) -> Decision {
    if order.answered_route(submission.attempt) {
        return Decision::default();
    }
    let &Submission { order: id, attempt, ticket, .. } = submission;
    let mut record = Recorder::new(&ticket.instrument);
    match plan(book, submission) {
        Err(failure) => record.order(id, Rejected { attempt, failure }),
        Ok((instrument, walk, end)) => {
            record.order(
                id,
                Accepted {
                    attempt,
                    venue_order: names::venue_order(id),
                    instrument: ticket.instrument.clone(),
                    quantity: ticket.quantity,
                    tick: instrument.tick,
                },
            );
            let taken = trade(&mut record, book, instrument, submission, &walk, now);
            finish(&mut record, instrument, submission, end, taken);
        }
    }
    record.done()
}

/// What becomes of an order after its last trade.
enum End {
    Filled,
    Short(Reason, &'static str),
    Rests(Price),
}

/// What an order has traded so far, and for how much.
#[derive(Clone, Copy, Default)]
struct Taken {
    filled: Quantity,
    notional: i128,
}

fn plan<'a>(book: &'a Book, submission: &Submission<'_>) -> Result<(&'a Instrument, Walk<'a>, End), Failure> {
    let ticket = submission.ticket;
    let instrument = tradable(book, ticket)?;
    let incoming =
        Incoming { customer: submission.customer, side: ticket.side, limit: limit(ticket), quantity: ticket.quantity };
    let mut walk = walk(book, &incoming);
    let end = match walk.stop {
        Stop::Filled => End::Filled,
        Stop::TooMany => return Err(too_many()),
        Stop::Exhausted | Stop::OwnOrder => short(ticket, walk.stop),
    };
    match end {
        End::Short(Reason::Killed, _) if ticket.time_in_force == TimeInForce::Fok => walk.met.clear(),
        End::Rests(price) => room(book, ticket, price, walk.left)?,
        End::Filled | End::Short(..) => {}
    }
    Ok((instrument, walk, end))
}

/// What becomes of an order that could not be filled at once.
fn short(ticket: &TradeTicket, stop: Stop) -> End {
    let own = stop == Stop::OwnOrder;
    match (ticket.time_in_force, limit(ticket)) {
        (TimeInForce::Fok, _) if own => End::Short(Reason::Killed, "an order of the same customer stands in its way"),
        (TimeInForce::Fok, _) => End::Short(Reason::Killed, "it could not be filled at once in full"),
        (TimeInForce::Gtc | TimeInForce::Ioc, _) if own => {
            End::Short(Reason::SelfTrade, "it would have traded with an order of the same customer")
        }
        (TimeInForce::Gtc | TimeInForce::Ioc, None) => {
            End::Short(Reason::NoLiquidity, "nothing is left on the other side")
        }
        (TimeInForce::Ioc, Some(_)) => End::Short(Reason::Killed, "what could not be filled at once was cancelled"),
        (TimeInForce::Gtc, Some(price)) => End::Rests(price),
    }
}

fn too_many() -> Failure {
    let message = format!("it would trade with more than {} orders at once; send it in parts", limits::MAX_MATCHES);
    Failure::definitive(Reason::OverLimit, message)
}

/// Is there room for what rests? The sum at a price is shown as one quantity.
fn room(book: &Book, ticket: &TradeTicket, price: Price, rest: Quantity) -> Result<(), Failure> {
    let level = book.side(ticket.side).level(rank(ticket.side, price));
    let sum = level.map_or(Some(rest), |level| level.quantity.checked_add(rest));
    if sum.is_some_and(|sum| sum <= LARGEST) {
        return Ok(());
    }
    Err(Failure::definitive(
        Reason::OverLimit,
        format!("the sum of all that rests at {price} would be beyond {LARGEST}"),
    ))
}

fn trade(
    record: &mut Recorder,
    book: &Book,
    instrument: &Instrument,
    submission: &Submission<'_>,
    walk: &Walk<'_>,
    now: Timestamp,
) -> Taken {
    let mut taken = Taken::default();
    for ((maker, quantity), number) in walk.met.iter().zip(book.trades() + 1..) {
        let (price, quantity) = (maker.price, *quantity);
        let name = names::trade(&instrument.symbol, number);
        let fill = Fill { trade: name, price, quantity, at: now };
        let side = submission.ticket.side;
        record.book(BookMatched { number, maker: maker.order, taker: submission.order, side, price, quantity });
        record.order(maker.order, Traded { fill: fill.clone() });
        if quantity == maker.remaining {
            record.order(maker.order, filled(instrument, maker, quantity));
        }
        record.order(submission.order, Traded { fill });
        taken.filled = plus(taken.filled, quantity);
        taken.notional += price.notional(quantity);
    }
    taken
}

/// An order that rested trades its last part, `last`.
fn filled(instrument: &Instrument, maker: &Resting, last: Quantity) -> Filled {
    let quantity = plus(maker.filled, last);
    let notional = maker.notional + maker.price.notional(last);
    Filled { quantity, average_price: instrument.average(notional, quantity) }
}

fn finish(record: &mut Recorder, instrument: &Instrument, submission: &Submission<'_>, end: End, taken: Taken) {
    let &Submission { order, customer, ticket, .. } = submission;
    match end {
        End::Filled => {
            let average_price = instrument.average(taken.notional, taken.filled);
            record.order(order, Filled { quantity: taken.filled, average_price });
        }
        End::Short(reason, message) => {
            let failure = Failure { filled: Some(taken.filled), ..Failure::definitive(reason, message) };
            record.order(order, Ended { failure });
        }
        End::Rests(price) => record.book(BookRested {
            order,
            customer,
            side: ticket.side,
            price,
            quantity: minus(ticket.quantity, taken.filled),
            filled: taken.filled,
            notional: taken.notional,
        }),
    }
}
