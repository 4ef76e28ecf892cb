//! An embedding program's own step, through a plan of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use orderflow_domain::ordering::{Plan, Status, UndoRule};
use orderflow_domain::ports::{EffectError, Participant, TaskCall};
use orderflow_domain::shared::{Failure, Name, OrderId, Reason, StepKind};
use orderflow_domain::tasks::Task;

use crate::world::{Setup, World, customer, purchase};

fn wrap() -> StepKind {
    StepKind::Custom(Name::part("wrap"))
}

fn gift() -> Plan {
    Plan::named("gift")
        .step(StepKind::ReserveStock)
        .on_success(Status::Validated)
        .step(wrap())
        .attribute("paper", "red")
        .undo(UndoRule::UntilPivot)
        .step(StepKind::AuthorisePayment)
        .step(StepKind::Ship)
        .on_request(Status::SentToExecutor)
        .on_success(Status::Executing)
        .step(StepKind::CapturePayment)
        .step(StepKind::CommitStock)
        .step(StepKind::Deliver)
        .pivot(StepKind::Ship)
}

type Said = Result<Result<BTreeMap<String, String>, Failure>, EffectError>;

/// Wraps as a test wants it, and keeps what is true: which attempts are wrapped.
#[derive(Default)]
struct Wrapping {
    says: Mutex<Vec<Said>>,
    calls: Mutex<Vec<(u32, bool)>>,
    wrapped: Mutex<Vec<u32>>,
}

#[async_trait]
impl Participant for Wrapping {
    async fn perform(&self, call: &TaskCall) -> Said {
        let (attempt, forward) = (call.key.attempt, call.ask.is_some());
        self.calls.lock().unwrap().push((attempt, forward));
        if let Some(said) = self.says.lock().unwrap().pop() {
            return said;
        }
        let mut wrapped = self.wrapped.lock().unwrap();
        wrapped.retain(|known| *known != attempt);
        if let Some(ask) = &call.ask {
            assert_eq!(ask.attributes["paper"], "red");
            wrapped.push(attempt);
        }
        Ok(Ok(BTreeMap::new()))
    }
}

async fn world(says: impl IntoIterator<Item = Said>) -> (World, Arc<Wrapping>, OrderId) {
    let wrapping = Arc::new(Wrapping::default());
    let mut says: Vec<_> = says.into_iter().collect();
    says.reverse();
    *wrapping.says.lock().unwrap() = says;
    let participants = std::iter::once((Name::part("wrap"), wrapping.clone() as Arc<dyn Participant>)).collect();
    let world = Setup { plan: Some(gift()), participants, ..Setup::near() }.world().await;
    let id = world.place_by(purchase("p1", 1), customer(1), None, Some("gift")).await;
    (world, wrapping, id)
}

fn again() -> Said {
    Ok(Err(Failure::retriable(Reason::Custom(Name::part("NO_PAPER")), "tomorrow")))
}

#[tokio::test]
async fn it_is_done() {
    let (mut world, wrapping, id) = world([]).await;
    world.run().await;
    assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
    assert_eq!(*wrapping.calls.lock().unwrap(), [(1, true)]);
    world.assert_settled().await;
}

#[tokio::test]
async fn it_fails() {
    let reason = Reason::Custom(Name::part("TOO_BULKY"));
    let (mut world, _, id) = world([Ok(Err(Failure::definitive(reason.clone(), "no box")))]).await;
    world.run_for(Duration::from_secs(5)).await;
    assert_eq!((world.assert_true(id, 0).await, world.reason(id).await), (Status::Failed, Some(reason)));
    assert_eq!(world.stock("demo", "p1").await, (10, 0));
    world.assert_settled().await;
}

#[tokio::test]
async fn a_failure_that_may_pass_starts_the_next_attempt_after_a_while() {
    let (mut world, wrapping, id) = world([again(), again()]).await;
    world.run().await;
    assert_eq!(*wrapping.calls.lock().unwrap(), [(1, true)], "not at once");
    world.crash();
    world.run_for(Duration::from_secs(10)).await;
    assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
    assert_eq!(*wrapping.calls.lock().unwrap(), [(1, true), (2, true), (3, true)]);
}

#[tokio::test]
async fn failures_that_do_not_pass_end_the_order() {
    let (mut world, _, id) = world((0..10).map(|_| again())).await;
    world.run_for(Duration::from_secs(120)).await;
    assert_eq!(world.assert_true(id, 0).await, Status::Failed);
    assert_eq!(world.order(id).await.step(&wrap()).unwrap().attempt, 4, "three known failures are tried again");
}

#[tokio::test]
async fn no_answer_is_the_same_attempt_again() {
    let lost = || Err(EffectError::Unknown("lost".into()));
    let (mut world, wrapping, id) = world([lost(), lost()]).await;
    world.run_for(Duration::from_secs(30)).await;
    assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
    assert_eq!(*wrapping.calls.lock().unwrap(), [(1, true), (1, true), (1, true)]);
}

#[tokio::test]
async fn a_cancel_undoes_what_was_done() {
    let (mut world, wrapping, id) = world([]).await;
    world.gateway.plan(id, [orderflow_gateways::scripted::Say::AskCustomer]);
    world.run().await;
    assert_eq!(*wrapping.wrapped.lock().unwrap(), [1]);
    world.cancel(id).await.unwrap();
    world.run_for(Duration::from_secs(10)).await;
    assert_eq!(world.assert_true(id, 0).await, Status::Cancelled);
    assert_eq!(*wrapping.wrapped.lock().unwrap(), [0_u32; 0]);
    assert_eq!(*wrapping.calls.lock().unwrap(), [(1, true), (1, false)]);
    assert_eq!(world.count(&Task::stream(id), "task.undone").await, 1);
    world.assert_settled().await;
}

#[tokio::test]
async fn a_step_that_nobody_carries_out_fails_the_order() {
    let mut world = Setup { plan: Some(gift()), ..Setup::near() }.world().await;
    let id = world.place_by(purchase("p1", 1), customer(1), None, Some("gift")).await;
    world.run().await;
    assert_eq!((world.assert_true(id, 0).await, world.reason(id).await), (Status::Failed, Some(Reason::Unsupported)));
    world.assert_settled().await;
}
