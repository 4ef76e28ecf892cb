//! Given what happened, when something is asked or answered, then this is recorded.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Task;
use super::event::{Done, Failed, Requested, TaskEvent, TaskUndone, UndoRequested};
use crate::ports::EffectError;
use crate::shared::{CustomAsk, Failure, Name, OrderId, Reason, StepKind};

const ORDER: OrderId = OrderId(Uuid::from_u128(1));

fn step(name: &str) -> StepKind {
    StepKind::Custom(Name::new(name).unwrap())
}

fn wrap() -> StepKind {
    step("wrap")
}

fn given(events: &[TaskEvent]) -> Task {
    let mut task = Task::default();
    events.iter().for_each(|event| task.apply(event));
    task
}

fn requested() -> TaskEvent {
    Requested { step: wrap(), attempt: 1, ask: CustomAsk::default() }.into()
}

fn done() -> TaskEvent {
    Done { step: wrap(), attempt: 1, attributes: BTreeMap::new() }.into()
}

fn undo() -> TaskEvent {
    UndoRequested { step: wrap(), attempt: 1 }.into()
}

fn undone() -> TaskEvent {
    TaskUndone { step: wrap(), attempt: 1 }.into()
}

fn failure() -> Failure {
    Failure::retriable(Reason::Unsupported, "no paper")
}

type Answer = Result<Result<BTreeMap<String, String>, Failure>, EffectError>;

fn answered(task: &Task, answer: &Answer) -> Vec<TaskEvent> {
    task.answered(&task.wants(ORDER, &wrap()).unwrap(), answer)
}

const FINE: Answer = Ok(Ok(BTreeMap::new()));

#[test]
fn a_step_is_done_or_fails() {
    assert_eq!(Task::default().request(&wrap(), 1, &CustomAsk::default()), [requested()]);
    let asked = given(&[requested()]);
    assert_eq!(asked.request(&wrap(), 1, &CustomAsk::default()), []);
    assert_eq!(asked.wants(ORDER, &wrap()).unwrap().ask, Some(CustomAsk::default()));
    assert_eq!(answered(&asked, &FINE), [done()]);
    assert_eq!(answered(&asked, &Ok(Err(failure()))), [Failed { step: wrap(), attempt: 1, failure: failure() }.into()]);
    assert_eq!(answered(&asked, &Err(EffectError::Unknown("?".to_owned()))), []);
    assert_eq!(answered(&asked, &Err(EffectError::NotSent("down".to_owned()))), []);
    assert_eq!(given(&[requested(), done()]).wants(ORDER, &wrap()), None);
}

#[test]
fn what_was_done_is_undone_by_the_participant() {
    assert_eq!(given(&[requested(), done()]).undo(&wrap(), 1), [undo()]);
    let undoing = given(&[requested(), done(), undo()]);
    assert_eq!(undoing.wants(ORDER, &wrap()).unwrap().ask, None);
    assert_eq!(answered(&undoing, &Ok(Err(failure()))), [], "an undo is asked for ever");
    assert_eq!(answered(&undoing, &FINE), [undone()]);
    let over = given(&[requested(), done(), undo(), undone()]);
    assert_eq!((over.undo(&wrap(), 1), over.wants(ORDER, &wrap())), (Vec::new(), None));
}

#[test]
fn what_is_in_flight_comes_to_its_answer_first() {
    let undoing = given(&[requested(), undo()]);
    assert!(undoing.wants(ORDER, &wrap()).unwrap().ask.is_some());
    assert_eq!(answered(&undoing, &FINE), [done()]);
    assert_eq!(answered(&undoing, &Ok(Err(failure()))), [undone()]);
    assert_eq!(answered(&undoing, &Err(EffectError::NotSent("down".to_owned()))), [undone()]);
    assert_eq!(undoing.undo(&wrap(), 1), []);
    let late = given(&[requested(), done(), undo()]);
    let forward = given(&[requested()]).wants(ORDER, &wrap()).unwrap();
    assert_eq!(late.answered(&forward, &FINE), [], "a repeated answer to the request does not answer the undo");
}

#[test]
fn tombstones_hold() {
    assert_eq!(Task::default().undo(&wrap(), 1), [undone()]);
    let tombstone = given(&[undone()]);
    assert_eq!(tombstone.request(&wrap(), 1, &CustomAsk::default()), []);
    assert_eq!(tombstone.undo(&wrap(), 1), []);
}

#[test]
fn steps_do_not_wait_for_each_other() {
    let other = step("engrave");
    let task =
        given(&[requested(), Requested { step: other.clone(), attempt: 1, ask: CustomAsk::default() }.into(), done()]);
    assert_eq!(task.wanting().collect::<Vec<_>>(), [&other]);
}
