//! Not by chance: every step twice, failing, silent, a cancel before and after each, and every pair of these.

use std::sync::Arc;

use orderflow_domain::ordering::Plans;
use orderflow_domain::shared::{Name, StepKind};

use crate::one;
use crate::script::{Script, Twist};

/// Each pair runs in so many orders of arrival.
const ORDERS: u64 = 12;

fn twists(plans: &Plans, plan: &str) -> Vec<Twist> {
    let plan = plans.get(&Name::new(plan).unwrap()).unwrap();
    let kinds: Vec<StepKind> = plan.steps().iter().map(|step| step.kind.clone()).collect();
    let each = |make: fn(StepKind) -> Twist| kinds.iter().cloned().map(make);
    each(Twist::Twice)
        .chain(each(Twist::Fails))
        .chain(each(Twist::Silent))
        .chain(each(Twist::CancelBefore))
        .chain(each(Twist::CancelAfter))
        .collect()
}

fn all_pairs(plan: &str, cash: bool) {
    let plans = Arc::new(Plans::standard());
    let twists = twists(&plans, plan);
    for (index, first) in twists.iter().enumerate() {
        for second in &twists[index..] {
            let script = Script::only(vec![first.clone(), second.clone()], cash);
            for seed in 0..ORDERS {
                one(&plans, plan, seed, &script);
            }
        }
    }
}

#[test]
fn every_pair_on_a_trade() {
    all_pairs("trade-v1", false);
}

#[test]
fn every_pair_on_a_parcel() {
    all_pairs("shipped-v1", false);
}

#[test]
fn every_pair_on_a_meal() {
    all_pairs("local-delivery-v1", false);
    all_pairs("local-delivery-v1", true);
}
