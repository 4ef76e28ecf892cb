//! Each check finds the fault that is planted for it, and a good log has none.

use std::sync::Arc;

use async_trait::async_trait;
use orderflow_domain::event::{Event, Recorded};
use orderflow_domain::inventory::event::StockEvent;
use orderflow_domain::ordering::Plans;
use orderflow_domain::ordering::event::OrderEvent;
use orderflow_domain::payment::event::PaymentEvent;
use orderflow_domain::ports::{
    Checkpoint, ClaimKey, CommitError, Committed, EventStore, Fingerprint, ReaderId, Receipt, Snapshot, StoreError,
    UnitOfWork, WorkKey, WorkKind, WorkRow,
};
use orderflow_domain::shared::{Category, CustomerId, EventId, Name, OrderId, Position, StreamId, Timestamp, Version};
use orderflow_domain::venue::event::VenueEvent;
use uuid::Uuid;

use super::{Check, Report, run};
use crate::NewOrder;
use crate::harness::{Faults, Harness};

/// A log that someone had their hands in.
struct Tampered {
    log: Vec<Arc<Recorded>>,
    checkpoints: Vec<(ReaderId, Checkpoint)>,
    claims: Vec<(ClaimKey, Receipt)>,
}

#[async_trait]
impl EventStore for Tampered {
    async fn commit(&self, _: UnitOfWork) -> Result<Committed, CommitError> {
        Err(CommitError::Unavailable("only to be read".to_owned()))
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, StoreError> {
        let of = |recorded: &&Arc<Recorded>| recorded.envelope.stream == *stream && recorded.envelope.version > after;
        Ok(self.log.iter().filter(of).take(limit).cloned().collect())
    }

    async fn read_log(&self, after: Position, limit: usize) -> Result<Vec<Arc<Recorded>>, StoreError> {
        Ok(self.log.iter().filter(|recorded| recorded.envelope.position > after).take(limit).cloned().collect())
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.log.last().map_or(Position::START, |last| last.envelope.position))
    }

    async fn wait_beyond(&self, _: Position) {}

    async fn claim(&self, _: &ClaimKey) -> Result<Option<(Fingerprint, Receipt)>, StoreError> {
        Ok(None)
    }

    async fn claims(&self, after: Option<&ClaimKey>, _: usize) -> Result<Vec<(ClaimKey, Receipt)>, StoreError> {
        Ok(if after.is_some() { Vec::new() } else { self.claims.clone() })
    }

    async fn checkpoint(&self, reader: &ReaderId) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.checkpoints.iter().find(|(of, _)| of == reader).map(|(_, checkpoint)| *checkpoint))
    }

    async fn checkpoints(&self) -> Result<Vec<(ReaderId, Checkpoint)>, StoreError> {
        Ok(self.checkpoints.clone())
    }

    async fn work(&self, _: &WorkKey) -> Result<Option<WorkRow>, StoreError> {
        Ok(None)
    }

    async fn work_due(&self, _: WorkKind, _: Option<&str>, _: Timestamp, _: usize) -> Result<Vec<WorkRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn work_list(
        &self,
        _: WorkKind,
        _: Option<&str>,
        _: Option<&WorkKey>,
        _: usize,
    ) -> Result<Vec<WorkRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn snapshot(&self, _: &StreamId, _: u32) -> Result<Option<Snapshot>, StoreError> {
        Ok(None)
    }

    async fn save_snapshot(&self, _: Snapshot) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A good log: an order that was carried out, one that was cancelled, a trade of two sides, and an order that rests.
fn good() -> (Tampered, OrderId) {
    let mut harness = Harness::new(1);
    let customer = |number| CustomerId(Uuid::from_u128(number));
    let done = harness.place(NewOrder::purchase("p1", 2).and("p2", 1)).unwrap().order.order_id;
    harness.place(NewOrder::purchase("sold-out", 1)).unwrap();
    harness.place(NewOrder::sell("ACME", "2").limit("10.00").customer(customer(1))).unwrap();
    harness.settle().unwrap();
    harness.place(NewOrder::buy("ACME", "1").customer(customer(2))).unwrap();
    harness.run_until_idle().unwrap();
    let log = harness.log();
    let last = log.last().unwrap().envelope.clone();
    // All have read everything, as their places in memory say.
    let names = ["ordering", "inventory", "payment", "shipping", "venue", "tasks", "timers"];
    let stands = |name| {
        let reader = ReaderId { name: Name::part(name), partition: 0 };
        (reader, Checkpoint { position: last.position, event: last.id })
    };
    let claims = vec![claim("first", StreamId::order(done))];
    (Tampered { log, checkpoints: names.map(stands).to_vec(), claims }, done)
}

fn claim(key: &str, stream: StreamId) -> (ClaimKey, Receipt) {
    let key = ClaimKey { key: key.into(), principal: "customer:x".into(), operation: "place".into() };
    (key, Receipt { stream })
}

impl Tampered {
    /// Changes the events for which `change` answers true.
    fn tamper(&mut self, mut change: impl FnMut(&mut Recorded) -> bool) -> &mut Self {
        let mut changed = 0;
        for recorded in &mut self.log {
            let mut copy = (**recorded).clone();
            if change(&mut copy) {
                *recorded = Arc::new(copy);
                changed += 1;
            }
        }
        assert!(changed > 0, "nothing was planted");
        self
    }

    /// Takes events out, and closes the gaps that this leaves in the log and in their streams.
    fn without(&mut self, out: impl Fn(&Recorded) -> bool) -> &mut Self {
        let before = self.log.len();
        self.log.retain(|recorded| !out(recorded));
        assert!(self.log.len() < before, "nothing was taken out");
        let mut versions = std::collections::HashMap::new();
        for (recorded, position) in self.log.iter_mut().zip(1..) {
            let mut copy = (**recorded).clone();
            let version: &mut u64 = versions.entry(copy.envelope.stream.clone()).or_default();
            *version += 1;
            (copy.envelope.position, copy.envelope.version) = (Position(position), Version(*version));
            *recorded = Arc::new(copy);
        }
        let last = self.log.last().unwrap().envelope.clone();
        for (_, checkpoint) in &mut self.checkpoints {
            *checkpoint = Checkpoint { position: last.position, event: last.id };
        }
        self
    }

    fn audit(&self) -> Report {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(self, None, &Arc::new(Plans::standard()))).unwrap()
    }

    #[track_caller]
    fn finds(&self, check: Check) {
        let report = self.audit();
        assert!(report.findings.iter().any(|finding| finding.check == check), "no {check:?} in:\n{report}");
    }
}

#[test]
fn a_good_log_has_no_findings() {
    let report = good().0.audit();
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.orders, report.open), (4, 1));
}

#[test]
fn a_gap_in_the_log() {
    let (mut log, _) = good();
    log.log.remove(20);
    log.finds(Check::Positions);
}

#[test]
fn a_version_that_is_missing() {
    let (mut log, done) = good();
    log.tamper(|recorded| {
        let hit = recorded.envelope.stream == StreamId::order(done) && recorded.envelope.version == Version(3);
        if hit {
            recorded.envelope.version = Version(9);
        }
        hit
    });
    log.finds(Check::Versions);
}

#[test]
fn an_event_in_a_stream_of_another_kind() {
    let (mut log, done) = good();
    log.tamper(|recorded| {
        let hit = recorded.envelope.stream == StreamId::of_order(Category::Payment, done);
        if hit {
            recorded.envelope.stream.category = Category::Shipment;
        }
        hit
    });
    log.finds(Check::Streams);
}

#[test]
fn an_event_that_is_filed_under_another_order() {
    let (mut log, done) = good();
    log.tamper(|recorded| {
        let hit = recorded.envelope.stream == StreamId::order(done) && recorded.envelope.version == Version(2);
        if hit {
            recorded.envelope.correlation = Some(OrderId(Uuid::from_u128(7)));
        }
        hit
    });
    log.finds(Check::Streams);
}

#[test]
fn a_status_that_was_left_out() {
    let (mut log, _) = good();
    log.without(|recorded| matches!(recorded.event, Event::Order(OrderEvent::SentToExecutor(_))));
    log.finds(Check::Lifecycle);
}

#[test]
fn more_captured_than_authorised() {
    let (mut log, _) = good();
    log.tamper(|recorded| match &mut recorded.event {
        Event::Payment(PaymentEvent::Captured(captured)) => {
            captured.amount.amount += 1;
            true
        }
        _ => false,
    });
    log.finds(Check::Ledger);
    log.finds(Check::Payments);
}

#[test]
fn money_that_the_order_does_not_know_of() {
    let (mut log, _) = good();
    log.without(|recorded| matches!(recorded.event, Event::Payment(PaymentEvent::Captured(_))));
    log.finds(Check::Payments);
}

#[test]
fn stock_that_is_held_for_nobody() {
    let (mut log, _) = good();
    log.tamper(|recorded| match &mut recorded.event {
        Event::Stock(StockEvent::Moved(moved)) if moved.held > 0 => {
            moved.held += 1;
            true
        }
        _ => false,
    });
    log.finds(Check::Stock);
}

#[test]
fn more_held_than_there_is() {
    let (mut log, _) = good();
    log.tamper(|recorded| match &mut recorded.event {
        Event::Stock(StockEvent::Received(received)) => {
            received.quantity = 1;
            true
        }
        _ => false,
    });
    log.finds(Check::Stock);
}

#[test]
fn stock_that_a_done_order_holds() {
    let (mut log, _) = good();
    log.without(|recorded| matches!(recorded.event, Event::Stock(StockEvent::Committed(_))));
    log.finds(Check::Reservations);
}

#[test]
fn a_trade_of_which_the_two_sides_say_different_things() {
    let (mut log, _) = good();
    let mut first = true;
    log.tamper(|recorded| match &mut recorded.event {
        Event::Venue(VenueEvent::Traded(traded)) if first => {
            traded.fill.price = "11".parse().unwrap();
            first = false;
            true
        }
        _ => false,
    });
    log.finds(Check::Fills);
}

#[test]
fn a_trade_that_is_missing_in_the_book() {
    let (mut log, _) = good();
    log.tamper(|recorded| match &mut recorded.event {
        Event::Venue(VenueEvent::BookMatched(matched)) => {
            matched.number = 2;
            true
        }
        _ => false,
    });
    log.finds(Check::Trades);
}

#[test]
fn an_open_order_that_does_not_rest() {
    let (mut log, _) = good();
    log.without(|recorded| matches!(recorded.event, Event::Venue(VenueEvent::BookRested(_))));
    log.finds(Check::Books);
}

#[test]
fn an_undo_that_nobody_answers() {
    let mut harness = Harness::new(2);
    let order = harness.place(NewOrder::purchase("p1", 1)).unwrap().order.order_id;
    harness.gateway().plan(order, [crate::harness::Say::Refuse]);
    harness.run_until_idle().unwrap();
    let (mut log, _) = good();
    log.log = harness.log();
    // The order was undone and ended without having been told that its stock is free.
    log.without(|recorded| matches!(recorded.event, Event::Order(OrderEvent::UndoSucceeded(_))));
    log.finds(Check::Outstanding);
}

#[test]
fn an_order_that_waits_for_nothing() {
    let (mut log, done) = good();
    let last = log.log.iter().rposition(|recorded| recorded.envelope.stream == StreamId::order(done)).unwrap();
    let id = log.log[last].envelope.id;
    log.without(|recorded| recorded.envelope.id == id);
    log.finds(Check::Outstanding);
}

#[test]
fn a_participant_that_knows_an_order_that_there_is_not() {
    let (mut log, done) = good();
    log.without(|recorded| recorded.envelope.stream == StreamId::order(done));
    log.finds(Check::Streams);
}

#[test]
fn a_reader_beyond_the_log_or_at_another_event() {
    let (mut log, _) = good();
    log.checkpoints[0].1.position = Position(10_000);
    log.finds(Check::Checkpoints);
    let (mut log, _) = good();
    log.checkpoints[0].1.event = EventId(Uuid::from_u128(7));
    log.finds(Check::Checkpoints);
}

#[test]
fn a_key_that_points_at_nothing_and_an_order_with_two_keys() {
    let (mut log, done) = good();
    log.claims.push(claim("lost", StreamId::order(OrderId(Uuid::from_u128(7)))));
    log.finds(Check::Claims);
    let (mut log, _) = good();
    log.claims.push(claim("second", StreamId::order(done)));
    log.finds(Check::Claims);
}

#[test]
fn what_is_under_way_is_no_finding() {
    for seed in 0..20 {
        let mut harness = Harness::builder(seed).remote_participants().start().unwrap();
        harness.faults(Faults::SOME);
        for number in 0..4 {
            let orders = [
                NewOrder::purchase("p1", 1),
                NewOrder::purchase("last-one", 1),
                NewOrder::buy("ACME", "1").limit("10"),
            ];
            let order = orders[number % orders.len()].clone();
            let placed = harness.place(order);
            for step in 0..60 {
                harness.step().unwrap();
                if let (30, Ok(placed)) = (step, &placed) {
                    // Whether it comes too late is one of the things that are tried here.
                    let _answer = harness.cancel(placed.order.order_id);
                }
                let report = harness.audit();
                assert!(report.is_clean(), "seed {seed}, order {number}, step {step}: {report}");
            }
        }
    }
}
