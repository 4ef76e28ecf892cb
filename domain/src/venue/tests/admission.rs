//! `AdmitTrade`, and what `RouteToVenue` refuses.

use super::super::event::{Admitted, VenueEvent};
use super::{Market, decimal, order, terms, ticket, told};
use crate::shared::{Failure, Reason, StepKind, StepResult, TradeType};

fn refusal(events: &[VenueEvent]) -> &Failure {
    match events {
        [VenueEvent::Refused(refused)] => &refused.failure,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_trade_is_admitted_with_the_last_price_once_there_is_one() {
    let mut market = Market::open();
    let admitted =
        |reference_price| vec![VenueEvent::from(Admitted { attempt: 1, reference_price, tick: decimal("0.01") })];
    assert_eq!(market.admit(1, 1, &ticket("BUY 10 @ 101.25")), admitted(None));
    market.submit(2, 1, "SELL 5 @ 101.25");
    market.submit(3, 2, "BUY 5");
    assert_eq!(market.admit(4, 1, &ticket("SELL 10")), admitted(Some(decimal("101.25"))));
}

#[test]
fn an_unknown_instrument_is_refused_and_rejected() {
    let mut market = Market::default();
    let refused = market.admit(1, 1, &ticket("BUY 10.5 @ 1"));
    assert_eq!(refusal(&refused).reason, Reason::UnknownInstrument);
    assert_eq!(refusal(&refused).message, "there is no instrument ACME");
    assert_eq!(market.submit(2, 1, "BUY 10"), ["#2 rejected 1 UNKNOWN_INSTRUMENT"]);
}

#[test]
fn each_fault_has_its_code_and_names_the_term() {
    for (text, reason, message) in [
        ("BUY 10 @ 101.255", Reason::BadTick, "the price 101.255 is no positive multiple of the tick 0.01"),
        ("BUY 10 @ 0", Reason::BadTick, "the price 0 is no positive multiple of the tick 0.01"),
        ("BUY 10 @ -1", Reason::BadTick, "the price -1 is no positive multiple of the tick 0.01"),
        ("SELL 1.5", Reason::BadLot, "the quantity 1.5 is no positive multiple of the lot 1"),
        ("SELL 0", Reason::BadLot, "the quantity 0 is no positive multiple of the lot 1"),
        ("SELL 1000001", Reason::OverLimit, "the quantity 1000001 is beyond the limit of 1000000 per order"),
    ] {
        let mut market = Market::open();
        let refused = market.admit(1, 1, &ticket(text));
        assert_eq!((&refusal(&refused).reason, refusal(&refused).message.as_str()), (&reason, message), "{text}");
        assert_eq!(market.submit(2, 1, text), [format!("#2 rejected 1 {reason}")]);
    }
}

#[test]
fn the_first_fault_gives_the_code_and_the_message_tells_all() {
    let mut market = Market::open();
    market.halt();
    let refused = market.admit(1, 1, &ticket("BUY 2000000.5 @ 1.001"));
    assert_eq!(refusal(&refused).reason, Reason::MarketClosed);
    let parts: Vec<_> = refusal(&refused).message.split("; ").collect();
    assert_eq!(parts.len(), 4, "{parts:?}");
    assert!(!refusal(&refused).again);
}

#[test]
fn a_limit_order_needs_a_price_and_a_market_orders_is_ignored() {
    let mut market = Market::open();
    let mut limit = ticket("BUY 1");
    limit.kind = TradeType::Limit;
    assert_eq!(refusal(&market.admit(1, 1, &limit)).reason, Reason::BadTick);

    let mut odd = ticket("BUY 10 @ 0.001");
    odd.kind = TradeType::Market;
    assert!(matches!(market.admit(2, 1, &odd)[..], [VenueEvent::Admitted(_)]));
    market.submit(3, 1, "SELL 10 @ 100");
    assert_eq!(told(&market.attempt(2, 2, 1, &odd)).last().unwrap(), "#2 filled 10 at 100");
}

#[test]
fn an_answer_is_given_once_and_a_later_attempt_is_looked_at_afresh() {
    let mut market = Market::open();
    market.halt();
    let buy = ticket("BUY 10");
    assert_eq!(refusal(&market.admit(1, 1, &buy)).reason, Reason::MarketClosed);
    market.resume();
    assert_eq!(market.admit(1, 1, &buy), []);
    assert_eq!(market.orders[&order(1)].admitted(), Some(false));
    assert!(matches!(&market.admit(1, 2, &buy)[..], [VenueEvent::Admitted(admitted)] if admitted.attempt == 2));
    assert_eq!(market.admit(1, 2, &buy), []);
    assert_eq!(market.orders[&order(1)].admitted(), Some(true));
}

#[test]
fn a_rejected_attempt_may_be_followed_by_another() {
    let mut market = Market::open();
    market.halt();
    let buy = ticket("BUY 10 @ 5");
    assert_eq!(told(&market.attempt(1, 1, 1, &buy)), ["#1 rejected 1 MARKET_CLOSED"]);
    market.resume();
    assert_eq!(told(&market.attempt(1, 1, 1, &buy)), [""; 0]);
    assert_eq!(told(&market.attempt(1, 1, 2, &buy)), ["#1 accepted 2", "book rests #1 10 @ 5"]);
    assert_eq!(told(&market.attempt(1, 1, 3, &buy)), [""; 0]);
}

#[test]
fn answers_name_the_step_and_the_attempt() {
    let mut market = Market::listed(terms());
    market.admit(1, 3, &ticket("BUY 1"));
    market.attempt(1, 1, 2, &ticket("BUY 1"));
    let outcomes: Vec<_> = market.log.iter().filter_map(|(_, event, _)| event.outcome(order(1))).collect();
    let heads: Vec<_> = outcomes.iter().map(|outcome| (outcome.step.clone(), outcome.attempt)).collect();
    assert_eq!(heads, [(StepKind::AdmitTrade, 3), (StepKind::RouteToVenue, 2), (StepKind::Fill, 1)]);
    assert!(matches!(&outcomes[2].result, StepResult::Failed(failure) if failure.filled == Some(decimal("0"))));
}
