//! The doubles do what the script says, and keep the truth.

use std::sync::Arc;

use orderflow_domain::ports::{
    Carrier, Clock, EffectError, EffectKey, PaymentAction, PaymentAnswer, PaymentCall, PaymentGateway, ShipAction,
    ShipAnswer, ShipCall,
};
use orderflow_domain::shared::{Currency, Money, Name, OrderId, PaymentMethod, StepKind, Timestamp};

use super::{Say, ScriptedCarrier, ScriptedGateway};

fn order() -> OrderId {
    "0190b4a0-0000-7000-8000-000000000001".parse().unwrap()
}

fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

fn payment_call(step: StepKind, action: PaymentAction) -> PaymentCall {
    PaymentCall { key: EffectKey { order: order(), step, attempt: 1 }, action }
}

fn authorise() -> PaymentCall {
    let token = Name::new("tok_visa").unwrap();
    payment_call(
        StepKind::AuthorisePayment,
        PaymentAction::Authorise { amount: eur(1000), method: PaymentMethod::Card, token },
    )
}

fn reference() -> Name {
    Name::new("scripted_0190b4a0000070008000000000000001_1").unwrap()
}

fn ship_call(action: ShipAction) -> ShipCall {
    ShipCall { key: EffectKey { order: order(), step: StepKind::Ship, attempt: 1 }, action }
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

#[test]
fn a_lost_answer_has_taken_effect_and_a_lost_call_has_not() {
    let gateway = ScriptedGateway::in_process();
    gateway.plan(order(), [Say::LoseCall, Say::LoseAnswer]);
    assert!(matches!(gateway.at_once(&authorise()), Some(Err(EffectError::Unknown(_)))));
    assert_eq!(gateway.held(order()), eur(0));
    assert!(matches!(gateway.at_once(&authorise()), Some(Err(EffectError::Unknown(_)))));
    assert_eq!(gateway.held(order()), eur(1000));
    assert_eq!(gateway.at_once(&authorise()), Some(Ok(PaymentAnswer::Authorised { payment: reference() })));
    assert_eq!((gateway.held(order()), gateway.calls(order())), (eur(1000), 3));
}

#[test]
fn money_moves_once_under_a_key() {
    let gateway = ScriptedGateway::in_process();
    gateway.at_once(&authorise());
    let capture =
        payment_call(StepKind::CapturePayment, PaymentAction::Capture { payment: reference(), amount: eur(600) });
    gateway.plan_all([Say::Refuse]);
    assert!(matches!(gateway.at_once(&capture), Some(Ok(PaymentAnswer::Refused { .. }))));
    for _ in 0..2 {
        assert_eq!(gateway.at_once(&capture), Some(Ok(PaymentAnswer::Captured)));
    }
    assert_eq!(gateway.charged(order()), eur(600));
    let refund = payment_call(StepKind::Refund, PaymentAction::Refund { payment: reference(), amount: eur(601) });
    assert!(matches!(gateway.at_once(&refund), Some(Ok(PaymentAnswer::Refused { .. }))), "more than was captured");
    let void = payment_call(StepKind::AuthorisePayment, PaymentAction::Void { payment: reference() });
    assert!(matches!(gateway.at_once(&void), Some(Ok(PaymentAnswer::Refused { .. }))), "captured already");
}

#[test]
fn a_customer_confirms_or_is_too_late() {
    let gateway = ScriptedGateway::in_process();
    gateway.plan(order(), [Say::AskCustomer]);
    assert!(matches!(gateway.at_once(&authorise()), Some(Ok(PaymentAnswer::ActionRequired { .. }))));
    let cancel = payment_call(StepKind::AuthorisePayment, PaymentAction::Cancel);
    assert_eq!(gateway.at_once(&cancel), Some(Ok(PaymentAnswer::Voided)));
    gateway.confirm(order());
    let ask = payment_call(StepKind::AuthorisePayment, PaymentAction::Ask);
    assert_eq!(gateway.at_once(&ask), Some(Ok(PaymentAnswer::Voided)));
    assert_eq!(gateway.held(order()), eur(0));
}

#[tokio::test]
async fn calls_are_held_back_until_told() {
    let gateway = Arc::new(ScriptedGateway::remote());
    assert_eq!(gateway.at_once(&authorise()), None);
    gateway.hold(order());
    let call = authorise();
    let mut waiting = gateway.perform(&call);
    let first = poll_once(&mut waiting).await;
    assert!(first.is_none(), "it waits");
    assert_eq!(gateway.held(order()), eur(0));
    gateway.release(order());
    assert_eq!(waiting.await, Ok(PaymentAnswer::Authorised { payment: reference() }));
}

/// One poll.
async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = std::future::ready(()) => None,
    }
}

#[test]
fn a_parcel_comes_further_with_each_question() {
    let carrier = ScriptedCarrier::in_process(Arc::new(Still));
    let tracking = reference();
    let now = Timestamp::UNIX_EPOCH;
    assert_eq!(
        carrier.at_once(&ship_call(ShipAction::Ask)),
        Some(Ok(ShipAnswer::Booked { tracking: tracking.clone(), ask_at: now }))
    );
    assert_eq!((carrier.booked(order()), carrier.shipped(order())), (1, 0));
    carrier.plan(order(), [Say::LoseAnswer]);
    assert!(matches!(carrier.at_once(&ship_call(ShipAction::Ask)), Some(Err(EffectError::Unknown(_)))));
    assert_eq!((carrier.booked(order()), carrier.shipped(order())), (0, 1));
    assert_eq!(
        carrier.at_once(&ship_call(ShipAction::Cancel)),
        Some(Ok(ShipAnswer::HandedOver { tracking, ask_at: now })),
        "too late"
    );
    carrier.plan(order(), [Say::BringBack]);
    assert!(matches!(carrier.at_once(&ship_call(ShipAction::Ask)), Some(Ok(ShipAnswer::Undeliverable { .. }))));
    assert_eq!(carrier.shipped(order()), 0);
}
