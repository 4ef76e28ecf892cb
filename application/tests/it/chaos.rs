//! Everything at once, in an order that a seed decides: two processes on one store, faults at commits and reads, crashes, lost answers, cancels.

use std::time::Duration;

use orderflow_domain::ordering::Status;
use orderflow_domain::shared::Side;
use orderflow_gateways::scripted::Say;

use crate::faulty::Fault;
use crate::world::{Setup, World, customer, key, limit, purchase};

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap() % most
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

fn word(dice: &mut Dice) -> Say {
    match dice.below(12) {
        0 => Say::LoseAnswer,
        1 => Say::LoseCall,
        2 => Say::NotSent,
        3 => Say::Refuse,
        4 => Say::AskCustomer,
        _ => Say::Answer,
    }
}

async fn run(seed: u64) {
    let mut dice = Dice(seed);
    let setup = if dice.chance(3) { Setup::near() } else { Setup::remote() };
    let mut world = setup.world().await;
    let mut orders = Vec::new();
    for number in 0_u8..6 {
        let item = ["p1", "p2"][dice.below(2)];
        let quantity = u32::try_from(1 + dice.below(5)).unwrap();
        let id = world.place(purchase(item, quantity), customer(1), key(&format!("{number}"), number)).await;
        world.gateway.plan(id, (0..dice.below(6)).map(|_| word(&mut dice)).collect::<Vec<_>>());
        world.carrier.plan(id, (0..dice.below(4)).map(|_| word(&mut dice)).collect::<Vec<_>>());
        orders.push((id, item, quantity));
    }
    for (number, side) in [Side::Buy, Side::Sell, Side::Sell].into_iter().enumerate() {
        world.place(limit(side, "10", "5"), customer(number as u128), None).await;
    }
    if dice.chance(2) {
        world.second_process();
    }
    for _ in 0..400 {
        if dice.chance(12) {
            world.store.at(dice.below(3), Fault::ALL[dice.below(Fault::ALL.len())]);
        }
        if dice.chance(40) {
            world.store.read_fails_at(dice.below(5));
        }
        if dice.chance(60) {
            let (id, ..) = orders[dice.below(orders.len())];
            // Refused if it is too late, or if the store is away.
            let _ = world.cancel(id).await;
        }
        if dice.chance(20) {
            let (id, ..) = orders[dice.below(orders.len())];
            world.gateway.confirm(id);
        }
        if dice.chance(10) {
            world.clock.advance(Duration::from_millis(u64::try_from(dice.below(20_000)).unwrap()));
        }
        let index = dice.below(world.workers.len());
        world.step(index).await;
    }
    world.store.heal();
    world.crash();
    world.run_for(Duration::from_secs(40 * 60)).await;
    check(&world, &orders, seed).await;
}

async fn check(world: &World, orders: &[(orderflow_domain::shared::OrderId, &str, u32)], seed: u64) {
    let letters = world.engine.dead_letters(10).await.unwrap();
    assert!(letters.is_empty(), "seed {seed}: {letters:?}");
    for (item, price) in [("p1", 1_250), ("p2", 500)] {
        let mut left = 10;
        for (id, _, quantity) in orders.iter().filter(|(_, of, _)| *of == item) {
            let status = world.status(*id).await;
            assert!(status.is_final(), "seed {seed}: {id} is {status}");
            if world.assert_true(*id, price * i64::from(*quantity)).await == Status::Executed {
                left -= u64::from(*quantity);
            }
        }
        assert_eq!(world.stock("demo", item).await, (left, 0), "seed {seed}");
    }
    world.assert_settled().await;
}

#[tokio::test]
async fn whatever_happens_the_log_and_the_world_agree_at_the_end() {
    for seed in 0..40 {
        run(seed).await;
    }
}
