//! The relay: all of the log, in order, at least once.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderflow_domain::event::Recorded;
use orderflow_domain::ports::{EventPublisher, EventStore, PublishError};
use orderflow_domain::shared::Position;

use crate::faulty::Fault;
use crate::world::{Setup, World};

/// Takes what a script says: all, a part, nothing.
#[derive(Default)]
struct Moody {
    taken: Mutex<Vec<Position>>,
    moods: Mutex<Vec<Option<usize>>>,
}

#[async_trait]
impl EventPublisher for Moody {
    async fn publish(&self, events: &[Arc<Recorded>]) -> Result<usize, PublishError> {
        let most = match self.moods.lock().unwrap().pop() {
            None => usize::MAX,
            Some(Some(most)) => most,
            Some(None) => return Err(PublishError("planted".into())),
        };
        let taken = events.iter().take(most).map(|recorded| recorded.envelope.position);
        let mut all = self.taken.lock().unwrap();
        let before = all.len();
        all.extend(taken);
        Ok(all.len() - before)
    }
}

async fn world(moods: impl IntoIterator<Item = Option<usize>>) -> (World, Arc<Moody>) {
    let publisher = Arc::new(Moody::default());
    publisher.moods.lock().unwrap().extend(moods);
    (Setup { publisher: Some(publisher.clone()), ..Setup::near() }.world().await, publisher)
}

/// Nothing is left out; what comes again begins behind something that came before.
async fn check(world: &World, publisher: &Moody, what: &str) {
    let head = world.store.head().await.unwrap();
    let taken = publisher.taken.lock().unwrap();
    let mut highest = Position::START;
    for position in taken.iter() {
        assert!(*position <= highest.next(), "{what}: {position} after {highest}");
        highest = highest.max(*position);
    }
    assert_eq!(highest, head, "{what}");
}

#[tokio::test]
async fn a_publisher_that_takes_a_part_gets_the_rest_again() {
    let (mut world, publisher) = world([Some(1), None, Some(0), Some(3), Some(2), None]).await;
    world.buy("p1", 1).await;
    world.run().await;
    check(&world, &publisher, "partly").await;
    let mut once = publisher.taken.lock().unwrap().clone();
    once.dedup();
    assert_eq!(once.len() as u64, world.store.head().await.unwrap().0, "without a crash each comes once");
}

#[tokio::test]
async fn nothing_is_left_out_whatever_becomes_of_a_commit() {
    for fault in Fault::ALL {
        for n in 0..16 {
            let (mut world, publisher) = world([Some(2), Some(1)]).await;
            world.buy("p1", 1).await;
            world.store.at(n, fault);
            world.run().await;
            world.store.heal();
            world.buy("p1", 1).await;
            world.run().await;
            check(&world, &publisher, &format!("{fault:?} at {n}")).await;
        }
    }
}

#[tokio::test]
async fn a_paused_relay_sends_nothing_and_then_all() {
    let (mut world, publisher) = world([]).await;
    world.engine.pause_worker("relay", true).await.unwrap();
    world.buy("p1", 1).await;
    world.run().await;
    assert!(publisher.taken.lock().unwrap().is_empty());
    // Pauses survive a restart.
    world.crash();
    world.engine.restore_pauses().await.unwrap();
    world.run().await;
    assert!(publisher.taken.lock().unwrap().is_empty());
    world.engine.pause_worker("relay", false).await.unwrap();
    world.run().await;
    check(&world, &publisher, "paused").await;
}
