//! What a reactor can't process waits with its key, in order, until someone mends the cause or gives it up. Undos pass.

use std::sync::Arc;
use std::time::Duration;

use orderflow_application::DeadLetterError;
use orderflow_domain::inventory::Reservation;
use orderflow_domain::ordering::Status;
use orderflow_domain::payment::Payment;
use orderflow_domain::ports::WorkKind;
use orderflow_domain::shared::{OrderId, Reason, StreamId};

use crate::faulty::Fault;
use crate::planted::PlantedGateway;
use crate::world::{Setup, World, customer, purchase_at, staff};

/// The first order's item is poisoned; another waits behind it under the same outlet.
async fn parked() -> (World, OrderId, OrderId) {
    let mut world = World::new().await;
    world.pricing.poison("p2");
    let first = world.buy("p2", 1).await;
    let behind = world.buy("p1", 1).await;
    world.run().await;
    (world, first, behind)
}

async fn ids(world: &World) -> Vec<String> {
    world.engine.dead_letters(100).await.unwrap().into_iter().map(|letter| letter.id).collect()
}

#[tokio::test]
async fn a_message_parks_after_five_failures_with_all_that_follow_under_its_key() {
    let (mut world, first, behind) = parked().await;
    let letters = world.engine.dead_letters(100).await.unwrap();
    assert_eq!(letters.len(), 2);
    let poisoned = &letters[0].parked;
    assert_eq!((poisoned.order, poisoned.attempts), (Some(first), 5));
    assert!(poisoned.error.as_ref().unwrap().contains("planted"));
    let waits = &letters[1].parked;
    assert_eq!((waits.order, waits.attempts, waits.error.as_ref()), (Some(behind), 0, None));
    for id in [first, behind] {
        assert_eq!(world.status(id).await, Status::Created);
    }

    let elsewhere = world.place(purchase_at("other", "p1", 1), customer(1), None).await;
    world.run().await;
    assert_eq!(world.status(elsewhere).await, Status::Executed, "other keys go on");
    let views = world.engine.worker_views().await.unwrap();
    assert_eq!(views.iter().find(|view| view.name == "inventory").unwrap().parked, 1);
}

#[tokio::test]
async fn what_precedes_and_follows_a_poisoned_message_in_its_batch_is_not_harmed() {
    let mut world = World::new().await;
    world.pricing.poison("p2");
    let mut good = vec![world.place(purchase_at("other", "p1", 1), customer(1), None).await];
    let before = world.buy("p1", 4).await;
    let poisoned = world.buy("p2", 1).await;
    for _ in 0..3 {
        good.push(world.place(purchase_at("other", "p1", 2), customer(1), None).await);
    }
    world.run().await;
    for id in good {
        assert_eq!(world.status(id).await, Status::Executed);
    }
    assert_eq!(world.status(before).await, Status::Executing, "what takes its stock off the shelf waits");
    assert_eq!(world.stock("other", "p1").await, (3, 0));
    world.pricing.mend();
    world.engine.redrive(&ids(&world).await[0], &staff()).await.unwrap();
    world.run().await;
    for (id, price) in [(before, 5_000), (poisoned, 500)] {
        assert_eq!(world.assert_true(id, price).await, Status::Executed);
    }
    assert_eq!((world.stock("demo", "p1").await, world.stock("demo", "p2").await), ((6, 0), (9, 0)));
    world.assert_settled().await;
}

#[tokio::test]
async fn redrive_after_mending_carries_out_all_of_the_key_in_order() {
    let (mut world, first, behind) = parked().await;
    let last = world.buy("p1", 9).await;
    world.run().await;
    let letters = ids(&world).await;
    assert_eq!(letters.len(), 3);

    let refused = world.engine.redrive(&letters[1], &staff()).await.unwrap_err();
    assert_eq!(refused, DeadLetterError::NotFirst { first: letters[0].clone() });
    world.pricing.mend();
    world.engine.redrive(&letters[0], &staff()).await.unwrap();
    world.run().await;
    for (id, price) in [(first, 500), (behind, 1_250), (last, 11_250)] {
        assert_eq!(world.assert_true(id, price).await, Status::Executed);
    }
    assert_eq!(ids(&world).await, Vec::<String>::new());
    let after = world.buy("p2", 1).await;
    world.run().await;
    assert_eq!(world.status(after).await, Status::Executed, "the key is free again");
    world.assert_settled().await;
}

#[tokio::test]
async fn a_redrive_that_fails_again_says_so_and_who_asked() {
    let (mut world, first, _) = parked().await;
    let id = ids(&world).await.remove(0);
    world.engine.redrive(&id, &staff()).await.unwrap();
    world.run().await;
    let letter = world.engine.dead_letter(&id).await.unwrap().parked;
    assert_eq!((letter.attempts, letter.handling), (6, None));
    let history: Vec<_> =
        letter.history.iter().map(|entry| format!("{} {}", entry.by, entry.what.split(':').next().unwrap())).collect();
    assert_eq!(
        history,
        ["system:inventory parked after 5 attempts", "operator:ann redrive asked for", "operator:ann failed again"]
    );
    assert_eq!(world.status(first).await, Status::Created);
}

#[tokio::test]
async fn what_is_given_up_with_a_reason_fails_its_order_and_frees_the_key() {
    let (mut world, first, behind) = parked().await;
    let id = ids(&world).await.remove(0);
    assert_eq!(world.engine.discard(&id, &staff(), " ").await, Err(DeadLetterError::NoReason));
    world.engine.discard(&id, &staff(), "a defect of the tariff").await.unwrap();
    world.run().await;
    assert_eq!(
        (world.assert_true(first, 0).await, world.reason(first).await),
        (Status::Failed, Some(Reason::Discarded))
    );
    assert_eq!(world.assert_true(behind, 1_250).await, Status::Executed);
    assert_eq!(world.stock("demo", "p2").await, (10, 0));
    let rejected = world.store_events(&Reservation::stream(first)).await;
    assert_eq!(rejected[0].envelope.actor, staff(), "who gave it up");
    world.assert_settled().await;
    assert!(matches!(world.engine.dead_letter(&id).await, Err(DeadLetterError::NotFound(_))));
}

#[tokio::test]
async fn a_cancel_passes_the_parked_queue_and_the_request_then_meets_its_tombstone() {
    let (mut world, first, _) = parked().await;
    world.cancel(first).await.unwrap();
    world.run().await;
    assert_eq!(world.status(first).await, Status::Cancelled);
    assert_eq!(ids(&world).await.len(), 2, "the request still waits");
    world.pricing.mend();
    world.engine.redrive(&ids(&world).await[0], &staff()).await.unwrap();
    world.run().await;
    assert_eq!(world.stock("demo", "p2").await, (10, 0), "the redriven request holds nothing");
    assert_eq!(world.count(&Reservation::stream(first), "stock.").await, 1, "only the tombstone");
    assert_eq!(world.assert_true(first, 0).await, Status::Cancelled);
    world.assert_settled().await;
}

#[tokio::test]
async fn giving_up_a_repetition_of_what_was_answered_changes_nothing() {
    let (mut world, first, _) = parked().await;
    world.run_for(Duration::from_secs(31)).await;
    let letters = ids(&world).await;
    assert_eq!(letters.len(), 4, "the watchdogs have asked again");
    world.pricing.mend();
    world.engine.redrive(&letters[0], &staff()).await.unwrap();
    let inventory = world.worker("inventory");
    world.step(inventory).await;
    // The first is reserved; now its repetition is given up before the reactor comes to it.
    let of_first = |letter: &&orderflow_application::LetterView| letter.parked.order == Some(first);
    loop {
        let left = world.engine.dead_letters(100).await.unwrap();
        let Some(repetition) = left.iter().find(of_first) else { break };
        match world.engine.discard(&repetition.id, &staff(), "twice").await {
            Ok(_) => break,
            Err(DeadLetterError::NotFirst { .. }) => world.step(inventory).await,
            Err(error) => panic!("{error}"),
        };
    }
    world.run().await;
    assert_eq!(world.assert_true(first, 500).await, Status::Executed);
    assert_eq!(world.stock("demo", "p2").await, (9, 0));
    world.assert_settled().await;
}

/// A gateway that can't even be talked about for one order.
async fn poisoned_payment() -> (World, Arc<PlantedGateway>, OrderId) {
    let setup = Setup::near();
    let front = Arc::new(PlantedGateway { near: true, ..PlantedGateway::around(&setup.gateway) });
    let mut world = Setup { front: Some(front.clone()), ..setup }.world().await;
    // The carrier waits, so the payment is authorised and nothing is taken yet.
    let id = world.buy("p1", 1).await;
    world.carrier.hold(id);
    world.run().await;
    assert_eq!(world.gateway.held(id).amount, 1_250);
    (world, front, id)
}

#[tokio::test]
async fn an_undo_that_fails_waits_by_itself_and_holds_up_nothing() {
    let (mut world, front, id) = poisoned_payment().await;
    front.panics.lock().unwrap().insert(id);
    world.cancel(id).await.unwrap();
    world.carrier.release(id);
    world.run_for(Duration::from_secs(400)).await;
    let letters = world.engine.dead_letters(100).await.unwrap();
    assert_eq!(letters.len(), 1, "asked for again and again, it waits once: {letters:?}");
    assert!(letters[0].parked.attempts >= 10, "{letters:?}");
    assert_ne!(letters[0].parked.key, id.to_string(), "not under the key that others need");
    assert_eq!(world.gateway.held(id).amount, 1_250);

    front.panics.lock().unwrap().clear();
    world.engine.redrive(&letters[0].id, &staff()).await.unwrap();
    world.run_for(Duration::from_secs(10)).await;
    assert_eq!(world.assert_true(id, 0).await, Status::Cancelled);
    assert_eq!(world.count(&Payment::stream(id), "payment.voided").await, 1);
    assert_eq!(world.stock("demo", "p1").await, (10, 0));
    world.assert_settled().await;
}

#[tokio::test]
async fn parked_keys_are_known_after_a_restart_even_if_the_first_look_fails() {
    let (mut world, first, behind) = parked().await;
    world.crash();
    world.store.lists_fail(true);
    let inventory = world.worker("inventory");
    world.step(inventory).await;
    world.store.lists_fail(false);
    world.pricing.mend();
    let later = world.buy("p1", 1).await;
    world.run().await;
    for id in [first, behind, later] {
        assert_eq!(world.status(id).await, Status::Created, "it waits its turn");
    }
    world.engine.redrive(&ids(&world).await[0], &staff()).await.unwrap();
    world.run().await;
    for (id, price) in [(first, 500), (behind, 1_250), (later, 1_250)] {
        assert_eq!(world.assert_true(id, price).await, Status::Executed);
    }
}

#[tokio::test]
async fn redrive_takes_effect_once_whatever_becomes_of_a_commit() {
    for fault in Fault::ALL {
        for n in 0..12 {
            let (mut world, first, behind) = parked().await;
            world.pricing.mend();
            world.engine.redrive(&ids(&world).await[0], &staff()).await.unwrap();
            world.store.at(n, fault);
            world.run().await;
            for (id, price) in [(first, 500), (behind, 1_250)] {
                assert_eq!(world.assert_true(id, price).await, Status::Executed, "{fault:?} at {n}");
                assert_eq!(world.count(&Reservation::stream(id), "stock.reserved").await, 1, "{fault:?} at {n}");
            }
            assert_eq!((world.stock("demo", "p1").await, world.stock("demo", "p2").await), ((9, 0), (9, 0)));
            assert_eq!(world.rows(WorkKind::Parked).await, []);
        }
    }
}

#[tokio::test]
async fn parking_takes_effect_once_whatever_becomes_of_a_commit() {
    for fault in Fault::ALL {
        for n in 0..8 {
            let mut world = World::new().await;
            world.pricing.poison("p2");
            let (first, behind) = (world.buy("p2", 1).await, world.buy("p1", 1).await);
            world.store.at(n, fault);
            world.run().await;
            let letters = world.engine.dead_letters(100).await.unwrap();
            let orders: Vec<_> = letters.iter().map(|letter| letter.parked.order.unwrap()).collect();
            assert_eq!(orders, [first, behind], "{fault:?} at {n}");
            assert_eq!(world.count(&StreamId::order(first), "order.").await, 2, "placed, requested");
        }
    }
}
