//! The engine under faults: thousands of seeded runs of mixed orders, each of which ends in an audit and in a comparison with what is true outside.

use std::collections::HashMap;

use orderflow::demo;
use orderflow::harness::{Faults, Harness, Random, Say};
use orderflow::prelude::*;
use orderflow_application::PlaceError;
use orderflow_domain::event::Event;
use orderflow_domain::inventory::Item;
use orderflow_domain::inventory::event::StockEvent;
use orderflow_domain::ordering::FillState;
use uuid::Uuid;

/// So many runs, and `ORDERFLOW_SEEDS` of them in a longer search.
const SEEDS: u64 = 2_000;

#[expect(clippy::disallowed_methods, reason = "a longer search is asked for by whoever runs the tests")]
fn seeds() -> u64 {
    std::env::var("ORDERFLOW_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SEEDS)
}
const STOCK: i128 = 1_000_000;

#[test]
fn every_run_ends_well() {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let run_all = |worker: usize| {
            (worker as u64..seeds()).step_by(workers).filter_map(|seed| run(seed).err()).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..workers).map(|worker| scope.spawn(move || run_all(worker))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let shown = failures.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} of {} runs did not end well:\n{shown}", failures.len(), seeds());
}

#[test]
fn a_run_repeats_from_its_seed() {
    for seed in [7, 8, 9] {
        let log = |seed| played(seed).unwrap().harness.log();
        assert_eq!(log(seed), log(seed), "seed {seed}");
    }
}

struct Played {
    harness: Harness,
    orders: Vec<OrderId>,
    keys: HashMap<String, OrderId>,
}

/// Plays one run; fails with the seed and what was wrong.
fn run(seed: u64) -> Result<(), String> {
    let wrong = |what: String| format!("seed {seed}: {what}");
    let played = played(seed).map_err(wrong)?;
    let report = played.harness.audit();
    if !report.is_clean() {
        return Err(wrong(report.to_string()));
    }
    check_orders(&played).map_err(wrong)?;
    check_stock(&played).map_err(wrong)?;
    check_relay(&played).map_err(wrong)
}

fn played(seed: u64) -> Result<Played, String> {
    let mut random = Random::new(seed ^ 0x5eed);
    let builder = Harness::builder(seed);
    let builder = if random.chance(500) { builder.remote_participants() } else { builder };
    let harness = builder.start().map_err(|error| error.to_string())?;
    let mut played = Played { harness, orders: Vec::new(), keys: HashMap::new() };
    if random.chance(800) {
        played.harness.faults(Faults::SOME);
    }
    for number in 0..3 + random.below(6) {
        played.place(number, &mut random)?;
        played.go_on(&mut random)?;
        if random.chance(400) {
            played.cancel(&mut random);
        }
        if random.chance(50) {
            played.harness.crash();
        }
        if random.chance(200) {
            played.harness.advance(std::time::Duration::from_secs(random.below(120)));
        }
        played.go_on(&mut random)?;
    }
    if random.chance(500) {
        played.harness.faults(Faults::NONE);
    }
    played.harness.run_until_idle().map_err(|stuck| stuck.to_string())?;
    Ok(played)
}

impl Played {
    fn place(&mut self, number: u64, random: &mut Random) -> Result<(), String> {
        let key = format!("key-{number}");
        let order = order(random).key(&key);
        let clicks = if random.chance(300) { 3 } else { 1 };
        for _ in 0..clicks {
            let placed = loop {
                match self.harness.place(order.clone()) {
                    Ok(placed) => break placed,
                    // Not known to have been taken: the client asks again with the same key.
                    Err(PlacingError::Refused(PlaceError::Unavailable(_))) => {}
                    Err(error) => return Err(error.to_string()),
                }
            };
            let id = placed.order.order_id;
            if *self.keys.entry(key.clone()).or_insert(id) != id {
                return Err(format!("{key} gave a second order, {id}"));
            }
            if !self.orders.contains(&id) {
                self.orders.push(id);
                self.harness.gateway().plan(id, words(random));
                self.harness.carrier().plan(id, words(random));
            }
        }
        Ok(())
    }

    fn go_on(&mut self, random: &mut Random) -> Result<(), String> {
        for _ in 0..random.below(40) {
            self.harness.step().map_err(|stuck| stuck.to_string())?;
        }
        Ok(())
    }

    fn cancel(&mut self, random: &mut Random) {
        if let Some(order) = random.one_of(&self.orders) {
            // Too late, unavailable and taken are all fine: what counts is how it ends.
            let _answer = self.harness.cancel(*order);
        }
    }
}

fn order(random: &mut Random) -> NewOrder {
    let customer = CustomerId(Uuid::from_u128(u128::from(1 + random.below(3))));
    let quantity = (1 + random.below(3)).to_string();
    let price = format!("10.0{}", random.below(4));
    let pieces = u32::try_from(1 + random.below(4)).unwrap_or(1);
    let order = match random.below(10) {
        0..=3 => NewOrder::purchase("p1", pieces).and("p2", 1),
        4 => NewOrder::purchase("last-one", 1),
        5 => NewOrder::purchase("p3", 1).and("sold-out", 1),
        6 => NewOrder::buy("ACME", &quantity),
        7 => NewOrder::sell("ACME", &quantity).limit(&price).time_in_force(TimeInForce::Ioc),
        8 => NewOrder::buy("ACME", &quantity).limit(&price),
        _ => NewOrder::sell("ACME", &quantity).limit(&price),
    };
    order.customer(customer)
}

fn words(random: &mut Random) -> Vec<Say> {
    let all = [
        Say::LoseAnswer,
        Say::LoseCall,
        Say::NotSent,
        Say::Refuse,
        Say::BringBack,
        Say::Answer,
        Say::Answer,
        Say::Answer,
    ];
    (0..random.below(5)).filter_map(|_| random.one_of(&all).cloned()).collect()
}

/// Every order is at its end, or rests; and its money and parcels are what gateway and carrier know to be true.
fn check_orders(played: &Played) -> Result<(), String> {
    let harness = &played.harness;
    for id in &played.orders {
        let order = harness.order(*id).map_err(|error| error.to_string())?;
        if let Some(trade) = &order.trade {
            let rests = trade.fill_state != FillState::Filled && trade.time_in_force == TimeInForce::Gtc;
            if !order.status.is_final() && !rests {
                return Err(format!("trade {id} is {}", order.status));
            }
            continue;
        }
        if !order.status.is_final() {
            return Err(format!("order {id} is {}: {:?}", order.status, order.steps));
        }
        let payment = order.payment.as_ref().ok_or("a purchase without payment")?;
        let amount = |money: Option<Money>| money.map_or(0, |money| money.amount);
        let kept = amount(payment.captured) - amount(payment.refunded);
        let (charged, held) = (harness.gateway().charged(*id).amount, harness.gateway().held(*id).amount);
        if charged != kept || held != 0 {
            return Err(format!("order {id} is {}, kept {kept}; charged {charged}, held {held}", order.status));
        }
        let gone = order.status == Status::Executed;
        if gone != (kept > 0) || harness.carrier().booked(*id) != 0 || gone != (harness.carrier().shipped(*id) == 1) {
            let (booked, shipped) = (harness.carrier().booked(*id), harness.carrier().shipped(*id));
            return Err(format!("order {id} is {}, kept {kept}; booked {booked}, shipped {shipped}", order.status));
        }
    }
    Ok(())
}

/// What was there at the beginning is there, or has left for an order; and nothing is held.
fn check_stock(played: &Played) -> Result<(), String> {
    let log = played.harness.log();
    for (id, pieces) in [("p1", STOCK), ("p2", STOCK), ("p3", STOCK), ("sold-out", 0), ("last-one", 1)] {
        let item_id = ItemId::part(id);
        let stream = Item::stream(&demo::outlet(), &item_id);
        let mut item = Item::default();
        for recorded in log.iter().filter(|recorded| recorded.envelope.stream == stream) {
            if let Event::Stock(event) = &recorded.event {
                item.apply(event);
            }
        }
        let mut left = 0;
        for order in &played.orders {
            let mut reserved = 0;
            for recorded in log.iter().filter(|recorded| recorded.envelope.correlation == Some(*order)) {
                match &recorded.event {
                    Event::Stock(StockEvent::Reserved(event)) => {
                        let lines = event.lines.iter().filter(|line| line.item == item_id);
                        reserved = lines.map(|line| i128::from(line.quantity)).sum();
                    }
                    Event::Stock(StockEvent::Committed(_)) => left += reserved,
                    _ => {}
                }
            }
        }
        if item.held() != 0 || i128::from(item.on_hand()) + left != pieces {
            return Err(format!("{id}: {} on hand, {} held, {left} left, of {pieces}", item.on_hand(), item.held()));
        }
    }
    Ok(())
}

/// All of the log was published, in its order; some of it more than once.
fn check_relay(played: &Played) -> Result<(), String> {
    let mut next = 1;
    for recorded in played.harness.published() {
        let position = recorded.envelope.position.0;
        if position > next {
            return Err(format!("published {position} where {next} was due"));
        }
        next = next.max(position + 1);
    }
    let head = played.harness.log().len() as u64;
    if next == head + 1 { Ok(()) } else { Err(format!("published up to {} of {head}", next - 1)) }
}
