//! The aggregates as the engine holds them: one closed enum, so that one cache and one loader serve every context.

use std::sync::Arc;

use orderflow_domain::event::Event;
use orderflow_domain::inventory::{Item, Reservation};
use orderflow_domain::ordering::{Order, Plans};
use orderflow_domain::payment::Payment;
use orderflow_domain::shared::{Category, StreamId, Timestamp};
use orderflow_domain::shipping::Shipment;
use orderflow_domain::tasks::Task;
use orderflow_domain::venue::{Book, VenueOrder};

use crate::defect::Defect;

/// A folded stream of any kind.
#[derive(Clone, Debug)]
pub enum Aggregate {
    /// `order-…`
    Order(Box<Order>),
    /// `reservation-…`
    Reservation(Box<Reservation>),
    /// `stock-…`
    Item(Box<Item>),
    /// `payment-…`
    Payment(Box<Payment>),
    /// `shipment-…`
    Shipment(Box<Shipment>),
    /// `venue-order-…`
    VenueOrder(Box<VenueOrder>),
    /// `book-…`
    Book(Box<Book>),
    /// `task-…`
    Task(Box<Task>),
}

impl Aggregate {
    /// Before the first event.
    #[must_use]
    pub fn blank(category: Category, plans: &Arc<Plans>) -> Self {
        match category {
            Category::Order => Self::Order(Box::new(Order::blank(plans))),
            Category::Reservation => Self::Reservation(Box::default()),
            Category::Stock => Self::Item(Box::default()),
            Category::Payment => Self::Payment(Box::default()),
            Category::Shipment => Self::Shipment(Box::default()),
            Category::VenueOrder => Self::VenueOrder(Box::default()),
            Category::Book => Self::Book(Box::default()),
            Category::Task => Self::Task(Box::default()),
        }
    }

    /// Folds one event in.
    ///
    /// # Errors
    /// The event is of another context than the stream: the log is damaged.
    pub fn apply(&mut self, event: &Event, at: Timestamp) -> Result<(), Defect> {
        match (self, event) {
            (Self::Order(order), Event::Order(event)) => order.apply(event, at),
            (Self::Reservation(reservation), Event::Stock(event)) => reservation.apply(event),
            (Self::Item(item), Event::Stock(event)) => item.apply(event),
            (Self::Payment(payment), Event::Payment(event)) => payment.apply(event),
            (Self::Shipment(shipment), Event::Shipment(event)) => shipment.apply(event),
            (Self::VenueOrder(order), Event::Venue(event)) => order.apply(event),
            (Self::Book(book), Event::Venue(event)) => book.apply(event, at),
            (Self::Task(task), Event::Task(event)) => task.apply(event),
            (_, event) => return Err(Defect::new(format!("{} does not belong into its stream", event.event_type()))),
        }
        Ok(())
    }

    /// The version of the fold, for streams that grow without end and so have snapshots.
    #[must_use]
    pub const fn fold_version(category: Category) -> Option<u32> {
        match category {
            Category::Stock => Some(Item::FOLD),
            Category::Book => Some(Book::FOLD),
            Category::Order
            | Category::Reservation
            | Category::Payment
            | Category::Shipment
            | Category::VenueOrder
            | Category::Task => None,
        }
    }

    /// The state as JSON, for a snapshot; none for streams without.
    #[must_use]
    pub fn snapshot(&self) -> Option<String> {
        match self {
            Self::Item(item) => serde_json::to_string(item).ok(),
            Self::Book(book) => serde_json::to_string(book).ok(),
            _ => None,
        }
    }

    /// The state of a snapshot; none if it can't be read, so that the stream is folded from its beginning.
    #[must_use]
    pub fn restore(stream: &StreamId, body: &str) -> Option<Self> {
        match stream.category {
            Category::Stock => serde_json::from_str(body).ok().map(Self::Item),
            Category::Book => serde_json::from_str(body).ok().map(Self::Book),
            _ => None,
        }
    }

    /// Roughly how many events it takes until a new snapshot pays: one costs as much as the state is large.
    #[must_use]
    pub fn snapshot_every(&self) -> u64 {
        match self {
            Self::Book(book) => 1_000.max(book.resting_orders() as u64),
            _ => 1_000,
        }
    }

    /// `true` if nothing more is to be expected, so that a cache need not keep it.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        match self {
            Self::Order(order) => order.is_final(),
            _ => false,
        }
    }
}
