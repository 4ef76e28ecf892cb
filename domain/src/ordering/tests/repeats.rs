//! Every command is safe to repeat, at every point of a run; and the fold is total.

use proptest::prelude::*;
use std::sync::Arc;

use super::super::event::{Fulfilment, OrderEvent};
use super::super::{Order, Plans};
use super::harness::{Given, cancel, done, fill, place, purchase};
use crate::shared::StepKind::{
    AdmitTrade, AuthorisePayment, CapturePayment, CommitStock, Deliver, Fill, ReserveStock, RouteToVenue, Ship,
};
use crate::shared::{PaymentMethod, Timestamp};

#[test]
fn what_is_recorded_gives_no_events() {
    let mut given = Given::parcel();
    let mut past = vec![place("shipped-v1", purchase(Fulfilment::Shipping, PaymentMethod::Card))];
    for step in [ReserveStock, AuthorisePayment, Ship, CapturePayment, CommitStock, Deliver] {
        past.push(done(step.clone()));
        given = given.done(step);
        given = past.iter().cloned().fold(given, |given, command| given.then(command, &[]));
    }
    let mut given = Given::trade();
    let mut past = Vec::new();
    for command in [done(AdmitTrade), done(RouteToVenue), fill(1, "100", 3), cancel(), fill(2, "100", 7), done(Fill)] {
        past.push(command.clone());
        given = given.when(command);
        let known = past.iter().filter(|command| !matches!(command, super::super::Command::Cancel { .. }));
        given = known.cloned().fold(given, |given, command| given.then(command, &[]));
    }
}

/// Events of runs of all plans, to be folded in any order.
fn events() -> Vec<OrderEvent> {
    let mut all = Vec::new();
    let mut record = |start: Given, commands: Vec<super::super::Command>| {
        let mut given = start;
        for command in commands {
            all.extend(given.decide(command.clone()).unwrap());
            given = given.when(command);
        }
    };
    let parcel = place("shipped-v1", purchase(Fulfilment::Shipping, PaymentMethod::Card));
    let steps = [ReserveStock, AuthorisePayment, Ship, CapturePayment, CommitStock, Deliver].map(done);
    record(Given::blank(Plans::standard()), std::iter::once(parcel).chain(steps).collect());
    record(Given::parcel_at_the_carrier(), vec![cancel(), done(Ship)]);
    record(Given::trade_resting(), vec![fill(1, "100", 3), cancel(), fill(2, "100", 7), done(Fill)]);
    all
}

proptest! {
    #[test]
    fn the_fold_is_total(picks in prop::collection::vec(any::<prop::sample::Index>(), 0..80)) {
        let events = events();
        let mut order = Order::blank(&Arc::new(Plans::standard()));
        let mut ended = None;
        for pick in picks {
            order.apply(pick.get(&events), Timestamp::UNIX_EPOCH);
            if order.is_final() && order.exists() {
                prop_assert_eq!(*ended.get_or_insert(order.status()), order.status(), "terminal is terminal");
            }
            let ledger = order.ledger();
            prop_assert!(ledger.captured() <= ledger.authorised() && ledger.refunded() <= ledger.captured());
            let _shown = (order.stage(), order.payment_state(), order.fulfilment(), order.average_price());
        }
    }
}
