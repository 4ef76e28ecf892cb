//! The venue's part: admits trades, takes them into the book, matches them, takes them back. One instrument is one route key, so a book has one
//! writer.

use orderflow_domain::shared::{
    Ask, Category, Context, Failure, OrderId, Published, RouteKey, StepKind, StreamId, StreamKey, Symbol,
};
use orderflow_domain::venue::event::{Refused, Rejected, VenueEvent};
use orderflow_domain::venue::{Book, Decision, Submission, VenueOrder, admit, submit, undo};

use super::{Message, Reactor};
use crate::aggregate::Aggregate;
use crate::defect::Defect;
use crate::desk::Desk;

/// See the module.
#[derive(Default)]
pub struct VenueReactor;

impl VenueReactor {
    /// The one there is.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

fn symbol(key: &RouteKey) -> Option<Symbol> {
    match &key.0 {
        StreamKey::Name(name) => Symbol::new(name).ok(),
        StreamKey::Id(_) => None,
    }
}

/// What the message comes to, from the state at the desk; nothing while the book or the order is not there yet.
fn decide(message: &Message<'_>, order: OrderId, symbol: &Symbol, desk: &Desk) -> Decision {
    let stream = VenueOrder::stream(order);
    let (Some(Aggregate::Book(book)), Some(Aggregate::VenueOrder(known))) =
        (desk.peek(&Book::stream(symbol)), desk.peek(&stream))
    else {
        return Decision::default();
    };
    match &message.says {
        Published::Request(request) => match &request.ask {
            Ask::AdmitTrade(ticket) => {
                let answers = admit(book, known, request.attempt, ticket);
                Decision { events: answers.into_iter().map(|event| (stream.clone(), event)).collect() }
            }
            Ask::RouteToVenue(ticket) => {
                let submission = Submission { order, customer: request.customer, attempt: request.attempt, ticket };
                submit(book, known, &submission, desk.now())
            }
            _ => Decision::default(),
        },
        Published::Undo(asked) => undo(book, known, symbol, order, &asked.step, asked.attempt),
        Published::Outcome(_) => Decision::default(),
    }
}

impl Reactor for VenueReactor {
    fn context(&self) -> Context {
        Context::Venue
    }

    fn takes_up(&self) -> Option<Category> {
        None
    }

    fn needs(&self, message: &Message<'_>, desk: &Desk) -> Vec<StreamId> {
        let (Some(order), Some(symbol)) = (message.order(), symbol(&message.key())) else { return Vec::new() };
        let first = vec![Book::stream(&symbol), VenueOrder::stream(order)];
        if first.iter().all(|stream| desk.holds(stream)) {
            // The orders that it meets, whose streams grow with it.
            return decide(message, order, &symbol, desk).streams().into_iter().cloned().collect();
        }
        first
    }

    fn makes(&self, message: &Message<'_>) -> Option<StreamId> {
        message.first_ask(&StepKind::AdmitTrade).map(VenueOrder::stream)
    }

    fn react(&self, message: &Message<'_>, desk: &mut Desk) -> Result<(), Defect> {
        let (Some(order), Some(symbol)) = (message.order(), symbol(&message.key())) else {
            return Err(Defect::new("the venue was asked about no instrument"));
        };
        desk.book(&Book::stream(&symbol))?;
        desk.venue_order(&VenueOrder::stream(order))?;
        for (stream, event) in decide(message, order, &symbol, desk).events {
            desk.record(&stream, event)?;
        }
        Ok(())
    }

    fn discard(&self, message: &Message<'_>, failure: &Failure, desk: &mut Desk) -> Result<(), Defect> {
        let Published::Request(request) = &message.says else {
            return Err(Defect::new("only a request can be given up"));
        };
        let stream = VenueOrder::stream(request.order);
        if desk.venue_order(&stream)?.knows(&request.step, request.attempt) {
            return Ok(());
        }
        let (attempt, failure) = (request.attempt, failure.clone());
        let event: VenueEvent = match &request.step {
            StepKind::AdmitTrade => Refused { attempt, failure }.into(),
            _ => Rejected { attempt, failure }.into(),
        };
        desk.record(&stream, event)
    }
}
