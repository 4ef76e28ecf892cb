//! Events of those who carry orders out.

use std::collections::BTreeMap;

use orderflow_domain::event::Event;
use orderflow_domain::inventory::event::{self as stock, StockEvent};
use orderflow_domain::payment::event::{self as payment, PaymentEvent};
use orderflow_domain::shared::{Actor, Currency, CustomAsk, OrderId, PaymentMethod, Reason, Side, StepKind};
use orderflow_domain::shipping::event::{self as shipping, ShipmentEvent};
use orderflow_domain::tasks::event::{self as tasks, TaskEvent};
use orderflow_domain::venue::event::{self as venue, VenueEvent};

use super::{
    customer, decimal, failure, fill, item, lines, money, name, order, outlet, priced_lines, symbol, time, totals, uuid,
};

fn stock() -> Vec<StockEvent> {
    let listed = stock::ItemListed {
        outlet: outlet(),
        item: item(),
        name: "Pizza".into(),
        price: money(950),
        for_sale: true,
        threshold: 3,
    };
    let (lines, totals) = (priced_lines(), totals());
    vec![
        stock::Reserved { attempt: 2, outlet: outlet(), lines, totals, unlimited: true }.into(),
        stock::ReservationRejected { attempt: 2, failure: failure() }.into(),
        stock::Released { attempt: 2 }.into(),
        stock::Committed { attempt: 2 }.into(),
        stock::Received { quantity: 100, reference: Some("D-1".to_owned()) }.into(),
        stock::Adjusted { on_hand: 99, reason: "counted".to_owned() }.into(),
        stock::ThresholdLow { available: 2, threshold: 3 }.into(),
        listed.into(),
        stock::Moved { held: 3, released: 2, left: 1 }.into(),
    ]
}

fn payment() -> Vec<PaymentEvent> {
    let requested = payment::Requested {
        attempt: 2,
        amount: money(2_140),
        method: PaymentMethod::Card,
        token: name("tok_1"),
        until: time(900),
    };
    let step = || StepKind::AuthorisePayment;
    vec![
        requested.into(),
        payment::Authorised { attempt: 2, payment: name("pay_1"), amount: money(2_140) }.into(),
        payment::ActionRequired { attempt: 2, url: "https://bank.example/confirm".to_owned() }.into(),
        payment::Declined { attempt: 2, failure: failure() }.into(),
        payment::Captured { attempt: 2, amount: money(2_140) }.into(),
        payment::Voided { step: step(), attempt: 2, amount: Some(money(2_140)) }.into(),
        payment::Refunded { step: StepKind::Refund, attempt: 1, amount: money(500) }.into(),
        payment::UndoRequested { step: step(), attempt: 2, reason: Reason::CancelRequested }.into(),
        payment::CaptureRequested { attempt: 2, amount: money(2_140) }.into(),
        payment::CaptureFailed { attempt: 2, failure: failure() }.into(),
        payment::Abandoned { attempt: 2 }.into(),
        payment::RefundRequested { attempt: 1, capture: 2, amount: money(500) }.into(),
        payment::RefundFailed { attempt: 1, failure: failure() }.into(),
    ]
}

fn shipping() -> Vec<ShipmentEvent> {
    vec![
        shipping::Requested { attempt: 2, outlet: outlet(), lines: lines() }.into(),
        shipping::Booked { attempt: 2, tracking: name("T-1") }.into(),
        shipping::Refused { attempt: 2, failure: failure() }.into(),
        shipping::Shipped { attempt: 2, tracking: Some(name("T-1")) }.into(),
        shipping::Delivered { when: time(86_400) }.into(),
        shipping::DeliveryFailed { failure: failure() }.into(),
        shipping::CancelRequested { attempt: 2, reason: Reason::CancelRequested }.into(),
        shipping::Cancelled { attempt: 2 }.into(),
    ]
}

fn book() -> Vec<VenueEvent> {
    let listed = venue::InstrumentListed {
        symbol: symbol(),
        currency: Currency::EUR,
        tick: decimal("0.01"),
        lot: decimal("0.5"),
        max_quantity: decimal("1000000"),
    };
    let rested = venue::BookRested {
        order: order(),
        customer: customer(),
        side: Side::Buy,
        price: decimal("101.25"),
        quantity: decimal("2.5"),
        filled: decimal("1.5"),
        notional: decimal("101.25").notional(decimal("1.5")),
    };
    let matched = venue::BookMatched {
        number: 1,
        maker: order(),
        taker: OrderId(uuid(3)),
        side: Side::Sell,
        price: decimal("101.25"),
        quantity: decimal("2.5"),
    };
    vec![
        listed.into(),
        venue::InstrumentHalted { by: Actor::Operator(name("ann")) }.into(),
        venue::InstrumentResumed { by: Actor::Operator(name("ann")) }.into(),
        rested.into(),
        matched.into(),
        venue::BookRemoved { order: order() }.into(),
    ]
}

fn venue_order() -> Vec<VenueEvent> {
    let accepted = venue::Accepted {
        attempt: 2,
        venue_order: name("V-1"),
        instrument: symbol(),
        quantity: decimal("2.5"),
        tick: decimal("0.01"),
    };
    vec![
        venue::Admitted { attempt: 2, reference_price: Some(decimal("101.25")), tick: decimal("0.01") }.into(),
        venue::Refused { attempt: 2, failure: failure() }.into(),
        accepted.into(),
        venue::Rejected { attempt: 2, failure: failure() }.into(),
        venue::Traded { fill: fill() }.into(),
        venue::Filled { quantity: decimal("2.5"), average_price: Some(decimal("101.2525")) }.into(),
        venue::Ended { failure: failure() }.into(),
        venue::Cancelled { attempt: 2, filled: decimal("1"), reason: Some(Reason::Expired) }.into(),
        venue::Withdrawn { step: StepKind::RouteToVenue, attempt: 2 }.into(),
    ]
}

fn tasks() -> Vec<TaskEvent> {
    let step = || StepKind::Custom(name("GiftWrap"));
    let attributes: BTreeMap<_, _> = [("paper".to_owned(), "red".to_owned())].into();
    let ask = CustomAsk { lines: lines(), attributes: attributes.clone() };
    vec![
        tasks::Requested { step: step(), attempt: 2, ask }.into(),
        tasks::Done { step: step(), attempt: 2, attributes }.into(),
        tasks::Failed { step: step(), attempt: 2, failure: failure() }.into(),
        tasks::UndoRequested { step: step(), attempt: 2 }.into(),
        tasks::TaskUndone { step: step(), attempt: 2 }.into(),
    ]
}

pub(super) fn samples() -> Vec<Event> {
    let stock = stock().into_iter().map(Event::from);
    let payment = payment().into_iter().map(Event::from);
    let shipping = shipping().into_iter().map(Event::from);
    let venue = book().into_iter().chain(venue_order()).map(Event::from);
    stock.chain(payment).chain(shipping).chain(venue).chain(tasks().into_iter().map(Event::from)).collect()
}
