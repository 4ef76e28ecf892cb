//! An order that has come so far, and what a command then leads to.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::super::event::{Fulfilment, OrderEvent, Purchase, Wanted};
use super::super::{Command, Order, Plans, Rejection, Settings, decide};
use crate::shared::{
    Actor, Currency, CustomerId, Failure, Fill, ItemId, Money, Name, OrderId, OrderLine, Outcome, OutletId,
    PaymentMethod, Price, PricedLine, Quantity, Reason, Side, StepKind, StepResult, Success, Symbol, TimeInForce,
    Timestamp, Totals, TradeTicket, TradeType, Undone,
};

pub(super) const ORDER: OrderId = OrderId(Uuid::from_u128(1));
pub(super) const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(2));

pub(super) struct Given {
    pub(super) order: Order,
    pub(super) settings: Settings,
    pub(super) now: Timestamp,
    pub(super) log: Vec<String>,
}

pub(super) fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

pub(super) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(super) fn ann() -> Actor {
    Actor::Operator(name("ann"))
}

pub(super) fn purchase(fulfilment: Fulfilment, method: PaymentMethod) -> Wanted {
    let item = ItemId::new("p1").unwrap();
    Wanted::Purchase(Purchase {
        outlet: OutletId::new("demo").unwrap(),
        lines: Arc::new([OrderLine { item, quantity: 2, asked_price: None }]),
        method,
        token: name("tok_visa"),
        fulfilment,
        addressed: true,
        expected_total: None,
    })
}

pub(super) fn ticket() -> TradeTicket {
    TradeTicket {
        instrument: Symbol::new("ACME").unwrap(),
        side: Side::Buy,
        kind: TradeType::Limit,
        price: Some(Price::whole(100).unwrap()),
        quantity: Quantity::whole(10).unwrap(),
        time_in_force: TimeInForce::Gtc,
    }
}

pub(super) fn place(plan: &str, wanted: Wanted) -> Command {
    Command::Place { order: ORDER, customer: CUSTOMER, plan: name(plan), wanted }
}

pub(super) fn cancel() -> Command {
    Command::Cancel { by: Actor::Customer(CUSTOMER), reason: Reason::CancelRequested, comment: None }
}

pub(super) fn outcome(step: StepKind, attempt: u32, result: StepResult) -> Command {
    Command::Outcome(Outcome { order: ORDER, step, attempt, result })
}

pub(super) fn done(step: StepKind) -> Command {
    done_attempt(step, 1)
}

pub(super) fn done_attempt(step: StepKind, attempt: u32) -> Command {
    let success = success(&step);
    outcome(step, attempt, StepResult::Succeeded(success))
}

pub(super) fn failed(step: StepKind, reason: Reason) -> Command {
    outcome(step, 1, StepResult::Failed(Failure::definitive(reason, "no")))
}

pub(super) fn failed_again(step: StepKind, attempt: u32) -> Command {
    outcome(step, attempt, StepResult::Failed(Failure::retriable(Reason::GatewayUnavailable, "later")))
}

pub(super) fn undone(step: StepKind, what: Undone) -> Command {
    outcome(step, 1, StepResult::Undone(what))
}

pub(super) fn tick(step: StepKind, attempt: u32) -> Command {
    Command::Tick { step, attempt, undo: false }
}

pub(super) fn undo_tick(step: StepKind) -> Command {
    Command::Tick { step, attempt: 1, undo: true }
}

pub(super) fn fill(number: u32, price: &str, quantity: i64) -> Command {
    let fill = Fill {
        trade: name(&format!("t{number}")),
        price: price.parse().unwrap(),
        quantity: Quantity::whole(quantity).unwrap(),
        at: Timestamp::UNIX_EPOCH,
    };
    outcome(StepKind::Fill, 1, StepResult::Traded(fill))
}

fn success(kind: &StepKind) -> Success {
    match kind {
        StepKind::AdmitTrade => Success::Admitted { reference_price: None, tick: "0.01".parse().unwrap() },
        StepKind::RouteToVenue => Success::Routed { venue_order: name("v1") },
        StepKind::Fill => Success::Filled { quantity: Quantity::whole(10).unwrap(), average_price: None },
        StepKind::ReserveStock => Success::Reserved { lines: lines(), totals: totals() },
        StepKind::AuthorisePayment => Success::Authorised { payment: name("pay"), amount: eur(1_000) },
        StepKind::CapturePayment => Success::Captured { amount: eur(1_000) },
        StepKind::CommitStock => Success::Committed,
        StepKind::Ship => Success::HandedOver { tracking: Some(name("T1")) },
        StepKind::Deliver => Success::Delivered { at: Timestamp::UNIX_EPOCH },
        StepKind::Refund => Success::Refunded { amount: eur(100) },
        StepKind::ApproveByOutlet
        | StepKind::Prepare
        | StepKind::AssignPartner
        | StepKind::PickUp
        | StepKind::Custom(_) => Success::Custom { attributes: BTreeMap::new() },
    }
}

fn lines() -> Arc<[PricedLine]> {
    let item = ItemId::new("p1").unwrap();
    Arc::new([PricedLine { item, name: "Item".into(), quantity: 2, unit_price: eur(500), total: eur(1_000) }])
}

fn totals() -> Totals {
    Totals { items: eur(1_000), discount: eur(0), delivery: eur(0), tax: eur(0), total: eur(1_000) }
}

impl Given {
    pub(super) fn blank(plans: Plans) -> Self {
        let order = Order::blank(&Arc::new(plans));
        Self { order, settings: Settings::default(), now: Timestamp::UNIX_EPOCH, log: Vec::new() }
    }

    pub(super) fn parcel() -> Self {
        let wanted = purchase(Fulfilment::Shipping, PaymentMethod::Card);
        Self::blank(Plans::standard()).when(place("shipped-v1", wanted))
    }

    /// A parcel that is to be handed over.
    pub(super) fn parcel_at_the_carrier() -> Self {
        Self::parcel().done(StepKind::ReserveStock).done(StepKind::AuthorisePayment)
    }

    /// A parcel on its way.
    pub(super) fn parcel_on_its_way() -> Self {
        Self::parcel_at_the_carrier().done(StepKind::Ship)
    }

    pub(super) fn parcel_delivered() -> Self {
        Self::parcel_on_its_way().done(StepKind::CapturePayment).done(StepKind::CommitStock).done(StepKind::Deliver)
    }

    pub(super) fn meal(method: PaymentMethod) -> Self {
        Self::blank(Plans::standard()).when(place("local-delivery-v1", purchase(Fulfilment::Delivery, method)))
    }

    /// A prepaid meal that is being prepared while a courier is looked for.
    pub(super) fn meal_approved() -> Self {
        Self::meal(PaymentMethod::Card)
            .done(StepKind::ReserveStock)
            .done(StepKind::AuthorisePayment)
            .done(StepKind::ApproveByOutlet)
    }

    pub(super) fn trade() -> Self {
        Self::blank(Plans::standard()).when(place("trade-v1", Wanted::Trade(ticket())))
    }

    /// A trade in the book.
    pub(super) fn trade_resting() -> Self {
        Self::trade().done(StepKind::AdmitTrade).done(StepKind::RouteToVenue)
    }

    pub(super) fn done(self, step: StepKind) -> Self {
        self.when(done(step))
    }

    pub(super) fn wait(mut self, seconds: u64) -> Self {
        self.now = self.now.checked_add(Duration::from_secs(seconds)).unwrap();
        self
    }

    pub(super) fn decide(&self, command: Command) -> Result<Vec<OrderEvent>, Rejection> {
        decide(&self.order, command, self.now, &self.settings)
    }

    /// Takes what the command leads to.
    pub(super) fn when(mut self, command: Command) -> Self {
        for event in self.decide(command).unwrap() {
            self.order.apply(&event, self.now);
            self.log.push(brief(&event));
        }
        self
    }

    /// The command leads to exactly these events, which are taken; and repeated, if it says nothing new, to none.
    #[track_caller]
    pub(super) fn then(mut self, command: Command, expected: &[&str]) -> Self {
        let before = self.log.len();
        self = self.when(command);
        assert_eq!(self.log[before..], *expected);
        self
    }

    #[track_caller]
    pub(super) fn then_err(self, command: Command, rejection: Rejection) -> Self {
        assert_eq!(self.decide(command), Err(rejection));
        self
    }
}

/// An event in a few words.
pub(super) fn brief(event: &OrderEvent) -> String {
    let kind = event.event_type().name.strip_prefix("order.").unwrap();
    let step = |step: &StepKind, attempt: u32| format!("{kind} {step}/{attempt}");
    match event {
        OrderEvent::StepRequested(event) => step(&event.request.step, event.request.attempt),
        OrderEvent::RefundRequested(event) => step(&event.request.step, event.request.attempt),
        OrderEvent::StepAwaited(event) => step(&event.step, 1),
        OrderEvent::StepSucceeded(event) => step(&event.step, event.attempt),
        OrderEvent::StepFailed(event) => {
            step(&event.step, event.attempt) + if event.retry_at.is_some() { " to be retried" } else { "" }
        }
        OrderEvent::StepOverdue(event) => step(&event.step, event.attempt) + if event.undo { " undo" } else { "" },
        OrderEvent::StepLost(event) => step(&event.step, event.attempt),
        OrderEvent::StepNoted(event) => step(&event.step, event.attempt),
        OrderEvent::UndoRequested(event) => step(&event.request.step, event.request.attempt),
        OrderEvent::UndoSucceeded(event) => step(&event.step, event.attempt),
        OrderEvent::Cancelled(event) => format!("{kind} {}", event.failure.reason),
        OrderEvent::Failed(event) => format!("{kind} {}", event.failure.reason),
        OrderEvent::Placed(_)
        | OrderEvent::Validated(_)
        | OrderEvent::SentToExecutor(_)
        | OrderEvent::Executing(_)
        | OrderEvent::Filled(_)
        | OrderEvent::Executed(_)
        | OrderEvent::CancelRequested(_)
        | OrderEvent::CancelRejected(_)
        | OrderEvent::Refunded(_)
        | OrderEvent::Rated(_)
        | OrderEvent::NoteAdded(_) => kind.to_owned(),
    }
}
