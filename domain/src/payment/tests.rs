//! Given what happened, when something is asked or answered, then this is recorded.

use jiff::SignedDuration;
use uuid::Uuid;

use super::Payment;
use super::event::{
    Abandoned, Authorised, CaptureRequested, Captured, PaymentEvent, RefundRequested, Refunded, Requested,
    UndoRequested, Voided,
};
use crate::ports::{EffectError, PaymentAction, PaymentAnswer};
use crate::shared::{
    Currency, Failure, Money, Name, OrderId, PaymentMethod, PaymentToken, Reason, StepKind, Timestamp,
};

use StepKind::{AuthorisePayment, CapturePayment, Refund};

const ORDER: OrderId = OrderId(Uuid::from_u128(1));
const PATIENCE: SignedDuration = SignedDuration::from_secs(900);

fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn token() -> PaymentToken {
    name("tok_visa")
}

fn start() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn end() -> Timestamp {
    start() + PATIENCE
}

fn given(events: &[PaymentEvent]) -> Payment {
    let mut payment = Payment::default();
    events.iter().for_each(|event| payment.apply(event));
    payment
}

/// Given these and one more.
fn after(events: &[PaymentEvent], next: impl Into<PaymentEvent>) -> Vec<PaymentEvent> {
    events.iter().cloned().chain([next.into()]).collect()
}

fn asked() -> Vec<PaymentEvent> {
    let method = PaymentMethod::Card;
    vec![Requested { attempt: 1, amount: eur(1000), method, token: token(), until: end() }.into()]
}

fn authorised() -> PaymentEvent {
    Authorised { attempt: 1, payment: name("P1"), amount: eur(1000) }.into()
}

fn held() -> Vec<PaymentEvent> {
    after(&asked(), authorised())
}

fn capturing() -> Vec<PaymentEvent> {
    after(&held(), CaptureRequested { attempt: 1, amount: eur(1000) })
}

fn captured() -> Vec<PaymentEvent> {
    after(&capturing(), Captured { attempt: 1, amount: eur(1000) })
}

fn undo(step: StepKind) -> PaymentEvent {
    UndoRequested { step, attempt: 1, reason: Reason::CancelRequested }.into()
}

fn voided(step: StepKind, amount: Option<i64>) -> PaymentEvent {
    Voided { step, attempt: 1, amount: amount.map(eur) }.into()
}

fn refunded(step: StepKind, attempt: u32, amount: i64) -> PaymentEvent {
    Refunded { step, attempt, amount: eur(amount) }.into()
}

fn action(payment: &Payment) -> Option<PaymentAction> {
    payment.wants(ORDER).map(|call| call.action)
}

fn answered(events: &[PaymentEvent], answer: PaymentAnswer) -> Vec<PaymentEvent> {
    let payment = given(events);
    payment.answered(&payment.wants(ORDER).unwrap(), &Ok(answer))
}

fn unsent(events: &[PaymentEvent]) -> Vec<PaymentEvent> {
    let payment = given(events);
    payment.answered(&payment.wants(ORDER).unwrap(), &Err(EffectError::NotSent("down".to_owned())))
}

fn failure(events: &[PaymentEvent]) -> &Failure {
    match events {
        [PaymentEvent::Declined(event)] => &event.failure,
        [PaymentEvent::CaptureFailed(event)] => &event.failure,
        [PaymentEvent::RefundFailed(event)] => &event.failure,
        other => panic!("no failure: {other:?}"),
    }
}

fn yes(reference: &str) -> PaymentAnswer {
    PaymentAnswer::Authorised { payment: name(reference) }
}

fn refused() -> PaymentAnswer {
    PaymentAnswer::Refused { message: "no".to_owned() }
}

fn confirm() -> PaymentAnswer {
    PaymentAnswer::ActionRequired { url: "http://here".to_owned() }
}

#[test]
fn an_amount_is_authorised_and_captured() {
    let request = Payment::default().request(1, eur(1000), PaymentMethod::Card, &token(), start(), PATIENCE);
    assert_eq!(request, asked());
    assert!(matches!(action(&given(&asked())), Some(PaymentAction::Authorise { .. })));
    assert_eq!(answered(&asked(), yes("P1")), [authorised()]);
    assert_eq!(action(&given(&held())), None);
    assert_eq!(given(&held()).capture(1, eur(1000)), [CaptureRequested { attempt: 1, amount: eur(1000) }.into()]);
    let payment = given(&capturing());
    assert_eq!(action(&payment), Some(PaymentAction::Capture { payment: name("P1"), amount: eur(1000) }));
    assert_eq!(payment.wants(ORDER).unwrap().key.step, CapturePayment);
    assert_eq!(answered(&capturing(), PaymentAnswer::Captured), [Captured { attempt: 1, amount: eur(1000) }.into()]);
    assert_eq!(given(&captured()).wants(ORDER), None);
}

#[test]
fn repeats_give_no_events() {
    let again = given(&asked()).request(1, eur(1000), PaymentMethod::Card, &token(), start(), PATIENCE);
    assert_eq!(again, []);
    assert_eq!(given(&capturing()).capture(1, eur(1000)), []);
    let undoing = given(&after(&held(), undo(AuthorisePayment)));
    assert_eq!(undoing.undo(&AuthorisePayment, 1, &Reason::CancelRequested), []);
    let call = given(&asked()).wants(ORDER).unwrap();
    assert_eq!(given(&held()).answered(&call, &Ok(yes("P1"))), [], "a repeated answer");
}

#[test]
fn only_a_definitive_answer_ends_an_attempt() {
    assert_eq!(answered(&asked(), PaymentAnswer::NotFound), []);
    assert_eq!(unsent(&asked()), [], "the same is sent again for as long as the customer has time");
    let declined = answered(&asked(), PaymentAnswer::Declined { message: "no".to_owned() });
    assert_eq!((&failure(&declined).reason, failure(&declined).again), (&Reason::Declined, false));
    let technical = answered(&asked(), refused());
    assert_eq!((&failure(&technical).reason, failure(&technical).again), (&Reason::GatewayUnavailable, true));
}

#[test]
fn the_customer_confirms() {
    let waiting = [asked(), answered(&asked(), confirm())].concat();
    let payment = given(&waiting);
    assert_eq!(
        (action(&payment), payment.retry_hint()),
        (Some(PaymentAction::Ask), Some(SignedDuration::from_secs(2)))
    );
    assert_eq!(answered(&waiting, confirm()), [], "no news");
    assert_eq!(answered(&waiting, yes("P1")), [authorised()]);
    let forgotten = [waiting.clone(), answered(&waiting, PaymentAnswer::NotFound)].concat();
    assert!(matches!(action(&given(&forgotten)), Some(PaymentAction::Authorise { .. })), "under the same key");
    assert_eq!(unsent(&after(&forgotten, undo(AuthorisePayment))), [], "the gateway did know of it");
}

#[test]
fn time_is_over_when_the_gateway_agrees() {
    assert_eq!(given(&asked()).expire(1, start()), [], "a tick that is early");
    assert_eq!(given(&held()).expire(1, end()), [], "success excludes expiry");
    let waiting = [asked(), answered(&asked(), confirm())].concat();
    let over = given(&waiting).expire(1, end());
    assert_eq!(over, [Abandoned { attempt: 1 }.into()]);
    let closing = [waiting, over].concat();
    assert_eq!(given(&closing).expire(1, end()), []);
    assert_eq!(action(&given(&closing)), Some(PaymentAction::Cancel));
    let closed = answered(&closing, PaymentAnswer::Voided);
    assert_eq!(failure(&closed).reason, Reason::PaymentAbandoned);
    assert_eq!(answered(&closing, yes("P1")), [authorised()], "the customer was faster");
    assert_eq!(given(&[closing, closed].concat()).wants(ORDER), None);
}

#[test]
fn a_gateway_that_was_never_reached_is_unavailable_once_time_is_over() {
    let over = after(&asked(), Abandoned { attempt: 1 });
    let events = unsent(&over);
    assert_eq!((&failure(&events).reason, failure(&events).again), (&Reason::GatewayUnavailable, false));
}

#[test]
fn what_is_in_flight_is_answered_before_it_is_voided() {
    let undoing = after(&asked(), undo(AuthorisePayment));
    assert!(matches!(action(&given(&undoing)), Some(PaymentAction::Authorise { .. })));
    assert_eq!(answered(&undoing, PaymentAnswer::NotFound), []);
    assert_eq!(
        answered(&undoing, PaymentAnswer::Declined { message: "no".to_owned() }),
        [voided(AuthorisePayment, None)]
    );
    assert_eq!(unsent(&undoing), [voided(AuthorisePayment, None)]);
    assert_eq!(answered(&undoing, yes("P1")), [authorised()]);
    let both = after(&undoing, authorised());
    assert_eq!(action(&given(&both)), Some(PaymentAction::Void { payment: name("P1") }));
    assert_eq!(answered(&both, refused()), [], "an undo is asked for ever");
    assert_eq!(answered(&both, PaymentAnswer::Voided), [voided(AuthorisePayment, Some(1000))]);
    assert_eq!(given(&undoing).expire(1, end()), [], "the undo's answer is the only one");
}

#[test]
fn nothing_to_undo_is_answered_at_once() {
    let tombstone = Payment::default().undo(&AuthorisePayment, 1, &Reason::CancelRequested);
    assert_eq!(tombstone, [voided(AuthorisePayment, None)]);
    let payment = given(&tombstone);
    assert_eq!(payment.request(1, eur(1000), PaymentMethod::Card, &token(), start(), PATIENCE), []);
    let declined = [asked(), answered(&asked(), PaymentAnswer::Declined { message: "no".to_owned() })].concat();
    let events = given(&declined).undo(&AuthorisePayment, 1, &Reason::CancelRequested);
    assert_eq!(events, [undo(AuthorisePayment), voided(AuthorisePayment, None)]);
    let tombstone = given(&held()).undo(&CapturePayment, 1, &Reason::CancelRequested);
    assert_eq!(tombstone, [voided(CapturePayment, None)]);
    assert_eq!(given(&[held(), tombstone].concat()).capture(1, eur(1000)), []);
}

#[test]
fn a_late_success_is_recorded_and_voided() {
    let over = after(&asked(), Abandoned { attempt: 1 });
    let call = given(&over).wants(ORDER).unwrap();
    let declined = [over.clone(), unsent(&over)].concat();
    let late = given(&declined).answered(&call, &Ok(yes("P1")));
    assert_eq!(late, [authorised()]);
    let voiding = [declined, late].concat();
    assert_eq!(action(&given(&voiding)), Some(PaymentAction::Void { payment: name("P1") }));
    let gone = [voiding.clone(), answered(&voiding, PaymentAnswer::Voided)].concat();
    assert_eq!(given(&gone).wants(ORDER), None);
    assert_eq!(given(&gone).answered(&call, &Ok(yes("P1"))), [], "the same payment, told again");
}

#[test]
fn captured_money_is_refunded_once_whoever_wants_it_back() {
    let by_capture = after(&captured(), undo(CapturePayment));
    let wanted = given(&by_capture).wants(ORDER).unwrap();
    assert_eq!(wanted.action, PaymentAction::Refund { payment: name("P1"), amount: eur(1000) });
    assert_eq!(answered(&by_capture, PaymentAnswer::Refunded), [refunded(CapturePayment, 1, 1000)]);
    let by_both = after(&by_capture, undo(AuthorisePayment));
    assert_eq!(given(&by_both).wants(ORDER), Some(wanted.clone()), "one refund under one key");
    let answers = [refunded(CapturePayment, 1, 1000), voided(AuthorisePayment, None)];
    assert_eq!(answered(&by_both, PaymentAnswer::Refunded), answers);
    let by_authorisation = after(&captured(), undo(AuthorisePayment));
    assert_eq!(given(&by_authorisation).wants(ORDER), Some(wanted));
    let back = answered(&by_authorisation, PaymentAnswer::Refunded);
    assert_eq!(back, [refunded(AuthorisePayment, 1, 1000)]);
    let over = given(&[by_authorisation, back].concat());
    assert_eq!((over.captured(), over.refunded(), over.wants(ORDER)), (1000, 1000, None));
    let events = over.undo(&CapturePayment, 1, &Reason::CancelRequested);
    assert_eq!(events, [undo(CapturePayment), voided(CapturePayment, None)]);
}

#[test]
fn a_capture_under_way_is_settled_before_it_is_undone() {
    let undoing = after(&after(&capturing(), undo(CapturePayment)), undo(AuthorisePayment));
    assert!(matches!(action(&given(&undoing)), Some(PaymentAction::Capture { .. })));
    assert_eq!(answered(&undoing, PaymentAnswer::Captured), [Captured { attempt: 1, amount: eur(1000) }.into()]);
    let events = answered(&undoing, refused());
    assert!(
        matches!(events.as_slice(), [PaymentEvent::CaptureFailed(event), PaymentEvent::Voided(_)] if !event.failure.again)
    );
    assert_eq!(events[1], voided(CapturePayment, None));
    let released = [undoing, events].concat();
    assert_eq!(action(&given(&released)), Some(PaymentAction::Void { payment: name("P1") }));
}

#[test]
fn a_refused_capture_rings_once_and_is_wanted_for_ever() {
    let events = answered(&capturing(), refused());
    assert!(failure(&events).again);
    let refused_once = [capturing(), events].concat();
    assert_eq!(answered(&refused_once, refused()), []);
    assert!(matches!(action(&given(&refused_once)), Some(PaymentAction::Capture { .. })));
    assert_eq!(answered(&refused_once, PaymentAnswer::Captured), [Captured { attempt: 1, amount: eur(1000) }.into()]);
}

#[test]
fn captured_never_exceeds_authorised() {
    for (payment, amount) in [(given(&asked()), 1000), (given(&held()), 1001), (given(&captured()), 1)] {
        let events = payment.capture(2, eur(amount));
        assert!(!failure(&events).again, "{events:?}");
    }
    let dollars = Money::new(1, "USD".parse().unwrap());
    assert!(matches!(given(&held()).capture(1, dollars).as_slice(), [PaymentEvent::CaptureFailed(_)]));
    let undoing = given(&after(&held(), undo(AuthorisePayment)));
    assert!(matches!(undoing.capture(1, eur(1000)).as_slice(), [PaymentEvent::CaptureFailed(_)]));
}

#[test]
fn refunded_never_exceeds_captured() {
    let wanted = given(&captured()).refund(1, eur(600));
    assert_eq!(wanted, [RefundRequested { attempt: 1, capture: 1, amount: eur(600) }.into()]);
    let pending = [captured(), wanted].concat();
    let events = given(&pending).refund(2, eur(401));
    assert!(!failure(&events).again, "what is on its way back counts");
    assert_eq!(given(&pending).wants(ORDER).unwrap().key.step, Refund);
    assert_eq!(answered(&pending, PaymentAnswer::Refunded), [refunded(Refund, 1, 600)]);
    assert!(!failure(&answered(&pending, refused())).again);
    let undoing = after(&pending, undo(CapturePayment));
    assert_eq!(given(&undoing).wants(ORDER).unwrap().key.step, Refund, "the operator's refund is settled first");
    let then = [undoing.clone(), answered(&undoing, PaymentAnswer::Refunded)].concat();
    assert_eq!(action(&given(&then)), Some(PaymentAction::Refund { payment: name("P1"), amount: eur(400) }));
    assert!(matches!(given(&then).refund(3, eur(1)).as_slice(), [PaymentEvent::RefundFailed(_)]));
    assert!(matches!(given(&captured()).refund(1, eur(0)).as_slice(), [PaymentEvent::RefundFailed(_)]));
}

#[test]
fn cash_and_nothing_need_no_gateway() {
    for (method, amount) in [(PaymentMethod::Cash, 1000), (PaymentMethod::Card, 0)] {
        let mut events = Payment::default().request(1, eur(amount), method, &token(), start(), PATIENCE);
        assert!(matches!(events.as_slice(), [PaymentEvent::Requested(_), PaymentEvent::Authorised(_)]), "{events:?}");
        assert_eq!(given(&events).undo(&AuthorisePayment, 1, &Reason::CancelRequested).len(), 2);
        events.extend(given(&events).capture(1, eur(amount)));
        assert!(matches!(events.last(), Some(PaymentEvent::Captured(_))), "{events:?}");
        let undone = given(&events).undo(&CapturePayment, 1, &Reason::DeliveryFailed);
        assert_eq!(undone.len(), 2, "{undone:?}");
        assert_eq!(given(&[events, undone].concat()).wants(ORDER), None);
    }
}
