//! Events of orders.

use orderflow_domain::event::Event;
use orderflow_domain::ordering::event::{
    CancelRejected, CancelRequested, Cancelled, Executed, Executing, Failed, Filled, Fulfilment, NoteAdded, OrderEvent,
    Placed, Purchase, Rated, RefundRequested, Refunded, SentToExecutor, StepAwaited, StepFailed, StepLost, StepNoted,
    StepOverdue, StepRequested, StepSucceeded, UndoRequested, UndoSucceeded, Validated, Wanted,
};
use orderflow_domain::shared::{
    Actor, Ask, Note, PaymentMethod, Reason, Reserve, RouteKey, StepKind, StepRequest, StreamKey, Success, UndoRequest,
    Undone,
};

use super::{customer, failure, fill, lines, money, name, order, outlet, priced_lines, time, totals};

fn request(step: StepKind, ask: Ask) -> StepRequest {
    StepRequest { order: order(), customer: customer(), step, attempt: 2, ask }
}

fn placed() -> Placed {
    let purchase = Purchase {
        outlet: outlet(),
        lines: lines(),
        method: PaymentMethod::Card,
        token: name("tok_1"),
        fulfilment: Fulfilment::Shipping,
        addressed: true,
        expected_total: Some(money(2_140)),
    };
    Placed { order: order(), customer: customer(), plan: name("shipped-v1"), wanted: Wanted::Purchase(purchase) }
}

fn step_requested() -> StepRequested {
    let reserve = Reserve { outlet: outlet(), lines: lines(), expected_total: Some(money(2_140)) };
    StepRequested { request: request(StepKind::ReserveStock, Ask::ReserveStock(reserve)), watch: time(60) }
}

fn undo_requested() -> UndoRequested {
    let request = UndoRequest {
        order: order(),
        step: StepKind::ReserveStock,
        attempt: 2,
        route: RouteKey(StreamKey::Name("demo".into())),
        reason: Reason::CancelRequested,
    };
    UndoRequested { request, watch: time(60) }
}

fn refund_requested() -> RefundRequested {
    let request = request(StepKind::Refund, Ask::Refund { amount: money(500) });
    RefundRequested { request, reason: "cold".to_owned() }
}

pub(super) fn samples() -> Vec<Event> {
    let by = || Actor::Operator(name("ann"));
    let step = || StepKind::ReserveStock;
    let reserved = Success::Reserved { lines: priced_lines(), totals: totals() };
    let comment = Some("changed my mind".to_owned());
    let events: Vec<OrderEvent> = vec![
        placed().into(),
        Validated {}.into(),
        SentToExecutor {}.into(),
        Executing {}.into(),
        Filled { fill: fill() }.into(),
        Executed {}.into(),
        CancelRequested { by: by(), reason: Reason::CancelRequested, comment }.into(),
        CancelRejected { code: name("TOO_LATE_TO_CANCEL") }.into(),
        Cancelled { failure: failure(), by: by() }.into(),
        Failed { failure: failure(), by: Actor::system("inventory") }.into(),
        step_requested().into(),
        StepSucceeded { step: step(), attempt: 2, outcome: reserved, late: false }.into(),
        StepFailed { step: step(), attempt: 2, failure: failure(), retry_at: Some(time(30)) }.into(),
        StepOverdue { step: step(), attempt: 2, undo: true, watch: Some(time(60)) }.into(),
        StepLost { step: StepKind::AssignPartner, attempt: 2, failure: failure() }.into(),
        StepNoted { step: StepKind::Ship, attempt: 2, note: Note::Booked { tracking: name("T-1") } }.into(),
        undo_requested().into(),
        UndoSucceeded { step: step(), attempt: 2, outcome: Undone::Voided { amount: money(2_140) } }.into(),
        refund_requested().into(),
        Refunded { refund: 1, amount: money(500) }.into(),
        Rated { order: Some(4), outlet: Some(5), courier: Some(3) }.into(),
        NoteAdded { text: "fragile \"☂\"".to_owned() }.into(),
        StepAwaited { step: StepKind::PickUp, watch: time(60) }.into(),
    ];
    events.into_iter().map(Event::from).collect()
}
