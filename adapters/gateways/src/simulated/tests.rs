//! The tokens and cities of the documentation, one by one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use orderflow_domain::ports::{
    Carrier, Clock, EffectError, EffectKey, PaymentAction, PaymentAnswer, PaymentCall, PaymentGateway, ShipAction,
    ShipAnswer, ShipCall,
};
use orderflow_domain::shared::{Address, Currency, Money, Name, OrderId, OutletId, PaymentMethod, StepKind, Timestamp};

use super::reference::Reference;
use super::token::Behaviour;
use super::*;

fn order() -> OrderId {
    "0190b4a0-0000-7000-8000-000000000001".parse().unwrap()
}

fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

fn key(step: StepKind) -> EffectKey {
    EffectKey { order: order(), step, attempt: 1 }
}

fn authorise(token: &str) -> PaymentCall {
    let token = Name::new(token).unwrap();
    let action = PaymentAction::Authorise { amount: eur(1000), method: PaymentMethod::Card, token };
    PaymentCall { key: key(StepKind::AuthorisePayment), action }
}

fn of_authorisation(action: PaymentAction) -> PaymentCall {
    PaymentCall { key: key(StepKind::AuthorisePayment), action }
}

fn capture(payment: Name, amount: i64) -> PaymentCall {
    PaymentCall { key: key(StepKind::CapturePayment), action: PaymentAction::Capture { payment, amount: eur(amount) } }
}

fn gateway() -> SimulatedGateway {
    SimulatedGateway::new("http://127.0.0.1:8080/")
}

fn at_once(gateway: &SimulatedGateway, call: &PaymentCall) -> Result<PaymentAnswer, EffectError> {
    gateway.at_once(call).expect("no need to wait")
}

fn authorised(gateway: &SimulatedGateway, token: &str) -> Name {
    match at_once(gateway, &authorise(token)) {
        Ok(PaymentAnswer::Authorised { payment }) => payment,
        other => panic!("{token}: {other:?}"),
    }
}

#[test]
fn every_token_has_its_behaviour() {
    for token in TOKENS {
        let answer = gateway().at_once(&authorise(token));
        let as_documented = match token {
            "tok_visa" | "tok_capture_fails_once" | "tok_capture_fails" => {
                matches!(answer, Some(Ok(PaymentAnswer::Authorised { .. })))
            }
            "tok_declined" | "tok_insufficient_funds" => matches!(answer, Some(Ok(PaymentAnswer::Declined { .. }))),
            "tok_timeout_charged" | "tok_timeout_lost" => matches!(answer, Some(Err(EffectError::Unknown(_)))),
            "tok_action" => matches!(answer, Some(Ok(PaymentAnswer::ActionRequired { .. }))),
            "tok_slow" => answer.is_none(),
            other => panic!("{other} is not documented"),
        };
        assert!(as_documented, "{token}: {answer:?}");
    }
}

#[test]
fn unknown_tokens_are_declined_with_the_known_ones() {
    let Ok(PaymentAnswer::Declined { message }) = at_once(&gateway(), &authorise("tok_mastercard")) else {
        panic!("not declined")
    };
    assert!(TOKENS.iter().all(|token| message.contains(token)), "{message}");
}

#[test]
fn the_same_key_has_the_same_answer() {
    let gateway = gateway();
    for token in ["tok_visa", "tok_timeout_charged", "tok_timeout_lost"] {
        let _first = at_once(&gateway, &authorise(token));
        assert_eq!(authorised(&gateway, token), authorised(&gateway, token));
    }
}

#[test]
fn captures_follow_the_token_also_after_a_restart() {
    let payment = authorised(&gateway(), "tok_capture_fails_once");
    let restarted = gateway();
    assert!(matches!(at_once(&restarted, &capture(payment.clone(), 1000)), Ok(PaymentAnswer::Refused { .. })));
    assert_eq!(at_once(&restarted, &capture(payment, 1000)), Ok(PaymentAnswer::Captured));
    let never = authorised(&gateway(), "tok_capture_fails");
    for _ in 0..3 {
        assert!(matches!(at_once(&restarted, &capture(never.clone(), 1000)), Ok(PaymentAnswer::Refused { .. })));
    }
    let fine = authorised(&gateway(), "tok_visa");
    assert!(matches!(at_once(&restarted, &capture(fine.clone(), 1001)), Ok(PaymentAnswer::Refused { .. })));
    let void = of_authorisation(PaymentAction::Void { payment: fine.clone() });
    assert_eq!(at_once(&restarted, &void), Ok(PaymentAnswer::Voided));
    let refund = of_authorisation(PaymentAction::Refund { payment: fine, amount: eur(1000) });
    assert_eq!(at_once(&restarted, &refund), Ok(PaymentAnswer::Refunded));
    let stranger = capture(Name::new("P1").unwrap(), 1);
    assert!(matches!(at_once(&restarted, &stranger), Ok(PaymentAnswer::Refused { .. })));
}

#[test]
fn references_fit_and_read_back() {
    let amount = Money::new(i64::MAX, Currency::EUR);
    for behaviour in TOKENS.map(|token| Behaviour::of_token(token).unwrap()) {
        let reference = Reference { behaviour, amount: eur(1000) };
        let key = EffectKey { attempt: 99_999, ..key(StepKind::AuthorisePayment) };
        assert_eq!(Reference::read(&reference.write(&key).unwrap()), Some(reference));
    }
    let largest = Reference { behaviour: Behaviour::Fine, amount };
    assert_eq!(Reference::read(&largest.write(&key(StepKind::AuthorisePayment)).unwrap()), Some(largest));
    assert_eq!(Reference { behaviour: Behaviour::Fine, amount: eur(-1) }.write(&key(StepKind::Ship)), None);
    for bad in ["pay_", "pay_v", "pay_v_12", "pay_q_12EUR_0_1", "pay_v_xxEUR_0_1", "pay_v_12eur_0_1", "other"] {
        assert_eq!(Reference::read(&Name::new(bad).unwrap()), None, "{bad}");
    }
}

#[test]
fn the_customer_confirms_at_the_url() {
    let gateway = gateway();
    let ask = of_authorisation(PaymentAction::Ask);
    assert_eq!(at_once(&gateway, &ask), Ok(PaymentAnswer::NotFound));
    let url = format!("http://127.0.0.1:8080/simulator/confirm/{}", order());
    for call in [authorise("tok_action"), ask.clone()] {
        assert_eq!(at_once(&gateway, &call), Ok(PaymentAnswer::ActionRequired { url: url.clone() }));
    }
    gateway.confirm(order());
    assert!(matches!(at_once(&gateway, &ask), Ok(PaymentAnswer::Authorised { .. })));
    let cancel = of_authorisation(PaymentAction::Cancel);
    assert!(matches!(at_once(&gateway, &cancel), Ok(PaymentAnswer::Authorised { .. })), "too late");
}

#[test]
fn what_was_closed_can_not_be_confirmed() {
    let gateway = gateway();
    let _first = at_once(&gateway, &authorise("tok_action"));
    assert_eq!(at_once(&gateway, &of_authorisation(PaymentAction::Cancel)), Ok(PaymentAnswer::Voided));
    gateway.confirm(order());
    assert_eq!(at_once(&gateway, &of_authorisation(PaymentAction::Ask)), Ok(PaymentAnswer::Voided));
}

#[tokio::test(start_paused = true)]
async fn a_slow_authorisation_takes_ten_seconds_and_is_there_after_a_time_out() {
    let gateway = gateway();
    let call = authorise("tok_slow");
    let begun = tokio::time::Instant::now();
    assert!(matches!(gateway.perform(&call).await, Ok(PaymentAnswer::Authorised { .. })));
    assert_eq!(begun.elapsed(), Duration::from_secs(10));

    let gateway = self::gateway();
    let timed_out = tokio::time::timeout(Duration::from_secs(1), gateway.perform(&call)).await;
    assert!(timed_out.is_err());
    assert!(matches!(gateway.at_once(&call), Some(Ok(PaymentAnswer::Authorised { .. }))));
}

// ---- carrier ---------------------------------------------------------------------------------------------------------

struct ByHand(Mutex<Timestamp>);

impl ByHand {
    fn pass(&self, time: Duration) {
        let mut now = self.0.lock().unwrap();
        *now += time;
    }
}

impl Clock for ByHand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

fn carrier(delays: CarrierDelays) -> (Arc<ByHand>, SimulatedCarrier) {
    let clock = Arc::new(ByHand(Mutex::new(Timestamp::UNIX_EPOCH)));
    (clock.clone(), SimulatedCarrier::new(clock, delays))
}

fn ship(action: ShipAction) -> ShipCall {
    ShipCall { key: key(StepKind::Ship), action }
}

fn book(city: &str) -> ShipCall {
    let address = Address { city: city.to_owned(), ..Address::default() };
    ship(ShipAction::Book { outlet: OutletId::new("demo").unwrap(), lines: Arc::from([]), address: Some(address) })
}

fn told(carrier: &SimulatedCarrier, call: &ShipCall) -> ShipAnswer {
    carrier.at_once(call).unwrap().unwrap()
}

#[test]
fn a_parcel_is_through_in_a_moment() {
    let (clock, carrier) = carrier(CarrierDelays::default());
    let ShipAnswer::Booked { tracking, ask_at } = told(&carrier, &book("Bonn")) else { panic!("not booked") };
    assert_eq!(ask_at, clock.now() + Duration::from_millis(200));
    clock.pass(Duration::from_millis(200));
    let ask_at = clock.now() + Duration::from_millis(300);
    let handed_over = ShipAnswer::HandedOver { tracking: tracking.clone(), ask_at };
    assert_eq!(told(&carrier, &ship(ShipAction::Ask)), handed_over);
    assert_eq!(told(&carrier, &ship(ShipAction::Cancel)), handed_over, "too late");
    clock.pass(Duration::from_millis(300));
    assert_eq!(told(&carrier, &book("Bonn")), ShipAnswer::Delivered { tracking, at: clock.now() });
}

#[test]
fn nowhere_is_refused_and_slowtown_takes_a_minute() {
    let (clock, carrier) = carrier(CarrierDelays::NONE);
    assert!(matches!(told(&carrier, &book(" nowhere")), ShipAnswer::Refused { .. }));
    assert!(matches!(told(&carrier, &book("Slowtown")), ShipAnswer::Booked { .. }));
    clock.pass(Duration::from_secs(59));
    assert!(matches!(told(&carrier, &ship(ShipAction::Ask)), ShipAnswer::Booked { .. }));
    assert_eq!(told(&carrier, &ship(ShipAction::Cancel)), ShipAnswer::Cancelled);
    clock.pass(Duration::from_secs(60));
    assert_eq!(told(&carrier, &book("Slowtown")), ShipAnswer::Cancelled, "for ever");
}

#[test]
fn without_delays_the_booking_is_the_delivery() {
    let (_, carrier) = carrier(CarrierDelays::NONE);
    assert!(matches!(told(&carrier, &book("Bonn")), ShipAnswer::Delivered { .. }));
    assert!(matches!(told(&carrier, &ship(ShipAction::Cancel)), ShipAnswer::Delivered { .. }), "too late");
}

#[test]
fn a_cancel_is_a_tombstone_and_a_forgotten_parcel_starts_again() {
    let (clock, carrier) = carrier(CarrierDelays::default());
    assert_eq!(told(&carrier, &ship(ShipAction::Cancel)), ShipAnswer::Cancelled);
    assert_eq!(told(&carrier, &book("Bonn")), ShipAnswer::Cancelled);
    let (_, restarted) = self::carrier(CarrierDelays::default());
    assert!(matches!(told(&restarted, &ship(ShipAction::Ask)), ShipAnswer::Booked { .. }));
    clock.pass(Duration::from_secs(1));
    assert_eq!(told(&carrier, &ship(ShipAction::Ask)), ShipAnswer::Cancelled);
}
