//! The custom steps of one order, and how far each attempt has come.

use std::collections::BTreeMap;

use crate::ports::{EffectError, EffectKey, TaskCall};
use crate::shared::{Category, CustomAsk, Failure, OrderId, StepKind, StreamId};

use super::event::{Done, Failed, Requested, TaskEvent, TaskUndone, UndoRequested};

/// One order's custom steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Task {
    steps: BTreeMap<StepKind, BTreeMap<u32, Work>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Work {
    ask: CustomAsk,
    stage: Stage,
    undo: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// No definitive answer yet.
    Asked,
    Done,
    Failed,
    /// Also the tombstone of an attempt that was undone before it came.
    Undone,
}

impl Task {
    /// The stream of that order's custom steps.
    #[must_use]
    pub const fn stream(order: OrderId) -> StreamId {
        StreamId::of_order(Category::Task, order)
    }

    /// `true` once that attempt was recorded, or undone before it came.
    #[must_use]
    pub fn knows(&self, step: &StepKind, attempt: u32) -> bool {
        self.work(step, attempt).is_some()
    }

    /// Do this.
    #[must_use]
    pub fn request(&self, step: &StepKind, attempt: u32, ask: &CustomAsk) -> Vec<TaskEvent> {
        if self.work(step, attempt).is_some() {
            return Vec::new();
        }
        vec![Requested { step: step.clone(), attempt, ask: ask.clone() }.into()]
    }

    /// Undo that. What was never asked or has failed is answered at once. What is in flight comes to its own answer first: a participant that only
    /// knows how to do and how to undo never has to undo what it has not done.
    #[must_use]
    pub fn undo(&self, step: &StepKind, attempt: u32) -> Vec<TaskEvent> {
        let step = step.clone();
        match self.work(&step, attempt).map(|work| (work.stage, work.undo)) {
            None | Some((Stage::Failed, _)) => vec![TaskUndone { step, attempt }.into()],
            Some((Stage::Asked | Stage::Done, false)) => vec![UndoRequested { step, attempt }.into()],
            Some((Stage::Asked | Stage::Done, true) | (Stage::Undone, _)) => Vec::new(),
        }
    }

    /// The steps that want a call. Different steps have different participants, so each is its own piece of work.
    pub fn wanting(&self) -> impl Iterator<Item = &StepKind> {
        let wants = |attempts: &BTreeMap<u32, Work>| attempts.values().any(Work::wants);
        self.steps.iter().filter(move |(_, attempts)| wants(attempts)).map(|(step, _)| step)
    }

    /// The one call that this step wants now.
    #[must_use]
    pub fn wants(&self, order: OrderId, step: &StepKind) -> Option<TaskCall> {
        let (attempt, work) = self.steps.get(step)?.iter().find(|(_, work)| work.wants())?;
        let ask = (work.stage == Stage::Asked).then(|| work.ask.clone());
        Some(TaskCall { key: EffectKey { order, step: step.clone(), attempt: *attempt }, ask })
    }

    /// Records what came of a call. An answer that changes nothing gives no events; then the same call is to be sent again after a while.
    /// `Err(NotSent)` must mean that no try under this key was ever sent.
    #[must_use]
    pub fn answered(
        &self,
        call: &TaskCall,
        answer: &Result<Result<BTreeMap<String, String>, Failure>, EffectError>,
    ) -> Vec<TaskEvent> {
        let (step, attempt) = (call.key.step.clone(), call.key.attempt);
        let Some(work) = self.work(&step, attempt) else { return Vec::new() };
        let forward = call.ask.is_some();
        let event = match (answer, work.stage) {
            (Ok(Ok(attributes)), Stage::Asked) if forward => {
                Done { step, attempt, attributes: attributes.clone() }.into()
            }
            (Ok(Err(_)) | Err(EffectError::NotSent(_)), Stage::Asked) if forward && work.undo => {
                TaskUndone { step, attempt }.into()
            }
            (Ok(Err(failure)), Stage::Asked) if forward => Failed { step, attempt, failure: failure.clone() }.into(),
            (Ok(Ok(_)), Stage::Done) if !forward && work.undo => TaskUndone { step, attempt }.into(),
            (Ok(_) | Err(_), Stage::Asked | Stage::Done | Stage::Failed | Stage::Undone) => return Vec::new(),
        };
        vec![event]
    }

    /// Takes an event in.
    pub fn apply(&mut self, event: &TaskEvent) {
        match event {
            TaskEvent::Requested(event) => {
                let work = self.entry(&event.step, event.attempt);
                (work.ask, work.stage) = (event.ask.clone(), Stage::Asked);
            }
            TaskEvent::Done(event) => self.entry(&event.step, event.attempt).stage = Stage::Done,
            TaskEvent::Failed(event) => self.entry(&event.step, event.attempt).stage = Stage::Failed,
            TaskEvent::UndoRequested(event) => self.entry(&event.step, event.attempt).undo = true,
            TaskEvent::TaskUndone(event) => self.entry(&event.step, event.attempt).stage = Stage::Undone,
        }
    }

    fn work(&self, step: &StepKind, attempt: u32) -> Option<&Work> {
        self.steps.get(step)?.get(&attempt)
    }

    fn entry(&mut self, step: &StepKind, attempt: u32) -> &mut Work {
        let attempts = self.steps.entry(step.clone()).or_default();
        attempts.entry(attempt).or_insert_with(|| Work { ask: CustomAsk::default(), stage: Stage::Undone, undo: false })
    }
}

impl Work {
    fn wants(&self) -> bool {
        match self.stage {
            Stage::Asked => true,
            Stage::Done => self.undo,
            Stage::Failed | Stage::Undone => false,
        }
    }
}
