//! All that is known of one order, at every participant.

use std::collections::BTreeMap;
use std::sync::Arc;

use orderflow_domain::event::{Event, Recorded};
use orderflow_domain::inventory::{Reservation, Shift, ShiftKind};
use orderflow_domain::ordering::{Order, Plans};
use orderflow_domain::payment::Payment;
use orderflow_domain::payment::event::PaymentEvent;
use orderflow_domain::ports::{EventStore, StoreError};
use orderflow_domain::shared::{Category, Context, OrderId, Position, StepKind, StreamId, Symbol, Topic, Version};
use orderflow_domain::shipping::Shipment;
use orderflow_domain::tasks::Task;
use orderflow_domain::venue::VenueOrder;
use orderflow_domain::venue::event::VenueEvent;

use super::report::Report;
use super::streams::follows;

/// The streams of an order.
const CATEGORIES: [Category; 6] = [
    Category::Order,
    Category::Reservation,
    Category::Payment,
    Category::Shipment,
    Category::VenueOrder,
    Category::Task,
];
/// Events read at once.
const PAGE: usize = 1_000;

/// Money that the payment's events moved, in minor units; counted here, beside the aggregate's own count.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moved {
    pub(super) authorised: i128,
    pub(super) captured: i128,
    pub(super) refunded: i128,
    pub(super) voided: i128,
}

/// See the module.
pub(super) struct File {
    pub(super) order: Order,
    pub(super) reservation: Reservation,
    pub(super) payment: Payment,
    pub(super) shipment: Shipment,
    pub(super) venue: VenueOrder,
    pub(super) task: Task,
    pub(super) moved: Moved,
    /// Pieces held on shelves.
    pub(super) held: i128,
    /// On which book it was taken.
    pub(super) instrument: Option<Symbol>,
    /// The last message to each context, which is under way until that context has read so far.
    pub(super) messages: BTreeMap<Context, Position>,
    pub(super) versions: BTreeMap<Category, Version>,
}

impl File {
    pub(super) fn new(plans: &Arc<Plans>) -> Self {
        Self {
            order: Order::blank(plans),
            reservation: Reservation::default(),
            payment: Payment::default(),
            shipment: Shipment::default(),
            venue: VenueOrder::default(),
            task: Task::default(),
            moved: Moved::default(),
            held: 0,
            instrument: None,
            messages: BTreeMap::new(),
            versions: BTreeMap::new(),
        }
    }

    /// As it was before a position.
    pub(super) async fn until(
        order: OrderId,
        end: Position,
        store: &dyn EventStore,
        plans: &Arc<Plans>,
    ) -> Result<Self, StoreError> {
        let mut events = Vec::new();
        for category in CATEGORIES {
            let (stream, mut version) = (StreamId::of_order(category, order), Version::EMPTY);
            loop {
                let page = store.read_stream(&stream, version, PAGE).await?;
                version = page.last().map_or(version, |last| last.envelope.version);
                let whole = page.len() == PAGE;
                events.extend(page.into_iter().filter(|recorded| recorded.envelope.position < end));
                if !whole {
                    break;
                }
            }
        }
        events.sort_by_key(|recorded| recorded.envelope.position);
        let mut file = Self::new(plans);
        for recorded in &events {
            file.take(recorded);
        }
        Ok(file)
    }

    /// What can be said of an event before it is taken in.
    pub(super) fn check_before(&self, recorded: &Recorded, report: &mut Report) {
        let category = recorded.envelope.stream.category;
        follows(self.versions.get(&category).copied().unwrap_or_default(), recorded, report);
    }

    /// Takes an event in, and says what it moves on shelves.
    pub(super) fn take(&mut self, recorded: &Recorded) -> Vec<Shift> {
        let envelope = &recorded.envelope;
        self.versions.insert(envelope.stream.category, envelope.version);
        if let Some(routed) = recorded.event.routed(&envelope.stream) {
            let reader = match routed.topic {
                Topic::Requests(context) => context,
                Topic::Outcomes => Context::Ordering,
            };
            self.messages.insert(reader, envelope.position);
        }
        let mut shifts = Vec::new();
        match &recorded.event {
            Event::Order(event) => self.order.apply(event, envelope.at),
            Event::Stock(event) => {
                shifts = self.reservation.shifts(event);
                self.reservation.apply(event);
            }
            Event::Payment(event) => {
                self.moved.take(event);
                self.payment.apply(event);
            }
            Event::Shipment(event) => self.shipment.apply(event),
            Event::Venue(event) => {
                if let VenueEvent::Accepted(accepted) = event {
                    self.instrument = Some(accepted.instrument.clone());
                }
                self.venue.apply(event);
            }
            Event::Task(event) => self.task.apply(event),
        }
        for shift in &shifts {
            let quantity = i128::from(shift.quantity);
            self.held += if shift.kind == ShiftKind::Hold { quantity } else { -quantity };
        }
        shifts
    }
}

impl Moved {
    fn take(&mut self, event: &PaymentEvent) {
        match event {
            PaymentEvent::Authorised(event) => self.authorised += i128::from(event.amount.amount),
            PaymentEvent::Captured(event) => self.captured += i128::from(event.amount.amount),
            PaymentEvent::Refunded(event) => self.refunded += i128::from(event.amount.amount),
            PaymentEvent::Voided(event) if event.step == StepKind::AuthorisePayment => {
                self.voided += event.amount.map_or(0, |amount| i128::from(amount.amount));
            }
            PaymentEvent::Voided(_)
            | PaymentEvent::Requested(_)
            | PaymentEvent::ActionRequired(_)
            | PaymentEvent::Declined(_)
            | PaymentEvent::Abandoned(_)
            | PaymentEvent::CaptureRequested(_)
            | PaymentEvent::CaptureFailed(_)
            | PaymentEvent::UndoRequested(_)
            | PaymentEvent::RefundRequested(_)
            | PaymentEvent::RefundFailed(_) => {}
        }
    }
}
