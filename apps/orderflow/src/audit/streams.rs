//! Versions and kinds of streams.

use std::collections::HashMap;

use orderflow_domain::event::{Event, Recorded};
use orderflow_domain::inventory::event::StockEvent;
use orderflow_domain::ordering::event::OrderEvent;
use orderflow_domain::shared::{Category, StreamId, Version};
use orderflow_domain::venue::event::VenueEvent;

use super::report::{Check, Report};

/// The versions of the streams that orders share; those of an order are in its file.
#[derive(Default)]
pub(super) struct Streams(HashMap<StreamId, Version>);

impl Streams {
    pub(super) fn check_version(&mut self, recorded: &Recorded, report: &mut Report) {
        let last = self.0.entry(recorded.envelope.stream.clone()).or_default();
        follows(*last, recorded, report);
        *last = recorded.envelope.version;
    }

    /// Whether the event belongs into a stream like its own.
    pub(super) fn check_kind(&self, recorded: &Recorded, report: &mut Report) {
        let envelope = &recorded.envelope;
        let (stream, position) = (&envelope.stream, Some(envelope.position));
        let expected = category(&recorded.event);
        if stream.category != expected {
            let message =
                format!("{} belongs into a stream of the kind {}", recorded.event.event_type(), expected.name());
            report.find(Check::Streams, stream, position, message);
        }
        let shared = matches!(expected, Category::Stock | Category::Book);
        if shared == stream.order_id().is_some() {
            report.find(Check::Streams, stream, position, "has a key of the wrong kind".to_owned());
        }
        if stream.order_id().is_some() && envelope.correlation != stream.order_id() {
            report.find(Check::Streams, stream, position, "the event is filed under another order".to_owned());
        }
        if let Event::Order(OrderEvent::Placed(placed)) = &recorded.event
            && stream.order_id() != Some(placed.order)
        {
            report.find(Check::Streams, stream, position, format!("it is the stream of order {}", placed.order));
        }
    }
}

/// Whether the event is the next of its stream.
pub(super) fn follows(last: Version, recorded: &Recorded, report: &mut Report) {
    let envelope = &recorded.envelope;
    if envelope.version != last.next() {
        let message = format!("version {} follows {last}", envelope.version);
        report.find(Check::Versions, &envelope.stream, Some(envelope.position), message);
    }
}

fn category(event: &Event) -> Category {
    match event {
        Event::Order(_) => Category::Order,
        Event::Payment(_) => Category::Payment,
        Event::Shipment(_) => Category::Shipment,
        Event::Task(_) => Category::Task,
        Event::Stock(event) => match event {
            StockEvent::Reserved(_)
            | StockEvent::ReservationRejected(_)
            | StockEvent::Released(_)
            | StockEvent::Committed(_) => Category::Reservation,
            StockEvent::Received(_)
            | StockEvent::Adjusted(_)
            | StockEvent::ThresholdLow(_)
            | StockEvent::ItemListed(_)
            | StockEvent::Moved(_) => Category::Stock,
        },
        Event::Venue(event) => match event {
            VenueEvent::InstrumentListed(_)
            | VenueEvent::InstrumentHalted(_)
            | VenueEvent::InstrumentResumed(_)
            | VenueEvent::BookRested(_)
            | VenueEvent::BookMatched(_)
            | VenueEvent::BookRemoved(_) => Category::Book,
            VenueEvent::Admitted(_)
            | VenueEvent::Refused(_)
            | VenueEvent::Accepted(_)
            | VenueEvent::Rejected(_)
            | VenueEvent::Traded(_)
            | VenueEvent::Filled(_)
            | VenueEvent::Ended(_)
            | VenueEvent::Cancelled(_)
            | VenueEvent::Withdrawn(_) => Category::VenueOrder,
        },
    }
}
