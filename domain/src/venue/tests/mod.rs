//! Given, when, then: a market of one instrument, told in short lines, `book` or the number of an order before each event.

mod admission;
mod aggressive;
mod books;
mod operators;
mod random;
mod reference;
mod resting;
mod scale;
mod undoing;

use std::collections::BTreeMap;

use uuid::Uuid;

use super::event::{InstrumentListed, VenueEvent};
use super::{Book, Decision, Submission, VenueOrder, admit, operate, submit, undo};
use crate::shared::{
    Actor, CustomerId, Decimal, OrderId, Side, StepKind, StreamId, Symbol, TimeInForce, Timestamp, TradeTicket,
    TradeType,
};

pub(super) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(super) fn order(number: u32) -> OrderId {
    OrderId(Uuid::from_u128(u128::from(number)))
}

pub(super) fn customer(number: u32) -> CustomerId {
    CustomerId(Uuid::from_u128(u128::from(number)))
}

pub(super) fn symbol() -> Symbol {
    Symbol::new("ACME").unwrap()
}

pub(super) fn operator() -> Actor {
    "operator:ann".parse().unwrap()
}

pub(super) fn terms() -> InstrumentListed {
    InstrumentListed {
        symbol: symbol(),
        currency: "EUR".parse().unwrap(),
        tick: decimal("0.01"),
        lot: decimal("1"),
        max_quantity: decimal("1000000"),
    }
}

/// `"BUY 10 @ 101.25"`, `"SELL 3"` for a MARKET order, each with an optional ` IOC` or ` FOK` at its end.
pub(super) fn ticket(text: &str) -> TradeTicket {
    let words: Vec<_> = text.split(' ').collect();
    let price = (words.get(2) == Some(&"@")).then(|| decimal(words[3]));
    TradeTicket {
        instrument: symbol(),
        side: if words[0] == "BUY" { Side::Buy } else { Side::Sell },
        kind: if price.is_some() { TradeType::Limit } else { TradeType::Market },
        price,
        quantity: decimal(words[1]),
        time_in_force: match words.last() {
            Some(&"IOC") => TimeInForce::Ioc,
            Some(&"FOK") => TimeInForce::Fok,
            _ => TimeInForce::Gtc,
        },
    }
}

/// A book, the orders there, and all that was recorded.
#[derive(Default)]
pub(super) struct Market {
    pub(super) book: Book,
    pub(super) orders: BTreeMap<OrderId, VenueOrder>,
    pub(super) log: Vec<(StreamId, VenueEvent, Timestamp)>,
}

impl Market {
    pub(super) fn open() -> Self {
        Self::listed(terms())
    }

    pub(super) fn listed(terms: InstrumentListed) -> Self {
        let mut market = Self::default();
        let listed = operate::list(&market.book, terms).unwrap();
        market.on_book(listed);
        market
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + i64::try_from(self.log.len()).unwrap()).unwrap()
    }

    pub(super) fn on_book(&mut self, events: Vec<VenueEvent>) {
        let stream = Book::stream(&symbol());
        self.record(Decision { events: events.into_iter().map(|event| (stream.clone(), event)).collect() });
    }

    pub(super) fn record(&mut self, decision: Decision) {
        let now = self.now();
        for (stream, event) in decision.events {
            match stream.order_id() {
                Some(order) => self.orders.entry(order).or_default().apply(&event),
                None => self.book.apply(&event, now),
            }
            self.log.push((stream, event, now));
        }
    }

    fn order(&self, number: u32) -> VenueOrder {
        self.orders.get(&order(number)).cloned().unwrap_or_default()
    }

    pub(super) fn admit(&mut self, number: u32, attempt: u32, ticket: &TradeTicket) -> Vec<VenueEvent> {
        let events = admit(&self.book, &self.order(number), attempt, ticket);
        let stream = VenueOrder::stream(order(number));
        self.record(Decision { events: events.iter().map(|event| (stream.clone(), event.clone())).collect() });
        events
    }

    pub(super) fn attempt(&mut self, number: u32, of: u32, attempt: u32, ticket: &TradeTicket) -> Decision {
        let submission = Submission { order: order(number), customer: customer(of), attempt, ticket };
        let decision = submit(&self.book, &self.order(number), &submission, self.now());
        self.record(decision.clone());
        decision
    }

    /// Order `number` of customer `of` comes.
    pub(super) fn submit(&mut self, number: u32, of: u32, text: &str) -> Vec<String> {
        told(&self.attempt(number, of, 1, &ticket(text)))
    }

    pub(super) fn undo(&mut self, number: u32, step: &StepKind, attempt: u32) -> Decision {
        let decision = undo(&self.book, &self.order(number), &symbol(), order(number), step, attempt);
        self.record(decision.clone());
        decision
    }

    pub(super) fn cancel(&mut self, number: u32) -> Vec<String> {
        told(&self.undo(number, &StepKind::RouteToVenue, 1))
    }

    pub(super) fn halt(&mut self) {
        let halted = operate::halt(&self.book, &symbol(), operator()).unwrap();
        self.on_book(halted);
    }

    pub(super) fn resume(&mut self) {
        let resumed = operate::resume(&self.book, &symbol(), operator()).unwrap();
        self.on_book(resumed);
    }
}

pub(super) fn told(decision: &Decision) -> Vec<String> {
    let line = |(stream, event): &(StreamId, VenueEvent)| {
        let of = stream.order_id().map_or("book".to_owned(), number);
        format!("{of} {}", tell(event))
    };
    decision.events.iter().map(line).collect()
}

fn number(order: OrderId) -> String {
    format!("#{}", order.0.as_u128())
}

fn tell(event: &VenueEvent) -> String {
    match event {
        VenueEvent::InstrumentListed(event) => format!("lists {}", event.symbol),
        VenueEvent::InstrumentHalted(_) => "halts".to_owned(),
        VenueEvent::InstrumentResumed(_) => "resumes".to_owned(),
        VenueEvent::BookRested(event) => format!("rests {} {} @ {}", number(event.order), event.quantity, event.price),
        VenueEvent::BookMatched(event) => {
            let (maker, taker) = (number(event.maker), number(event.taker));
            format!("trade {}: {taker} meets {maker}, {} @ {}", event.number, event.quantity, event.price)
        }
        VenueEvent::BookRemoved(event) => format!("removes {}", number(event.order)),
        VenueEvent::Admitted(event) => format!("admitted {}", event.attempt),
        VenueEvent::Refused(event) => format!("refused {} {}", event.attempt, event.failure.reason),
        VenueEvent::Accepted(event) => format!("accepted {}", event.attempt),
        VenueEvent::Rejected(event) => format!("rejected {} {}", event.attempt, event.failure.reason),
        VenueEvent::Traded(event) => {
            format!("{} {} @ {}", event.fill.trade, event.fill.quantity, event.fill.price)
        }
        VenueEvent::Filled(event) => format!("filled {} at {}", event.quantity, event.average_price.unwrap()),
        VenueEvent::Ended(event) => {
            format!("ended {} with {}", event.failure.reason, event.failure.filled.unwrap())
        }
        VenueEvent::Cancelled(event) => match &event.reason {
            Some(reason) => format!("cancelled with {} after {reason}", event.filled),
            None => format!("cancelled with {}", event.filled),
        },
        VenueEvent::Withdrawn(event) => format!("withdrawn {} {}", event.step, event.attempt),
    }
}
