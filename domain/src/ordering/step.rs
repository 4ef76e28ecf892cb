//! One step of one order. Its undo is a field beside its state, not more states: a step is undone while it is under way exactly as when it is
//! done.

use std::sync::Arc;

use crate::shared::{Failure, Note, Timestamp};

/// Where a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Its turn has not come.
    #[default]
    Waiting,
    /// Not a part of this order (payment steps of a cash order).
    LeftOut,
    /// It happens by itself, and its turn has come.
    Awaited,
    /// Asked, not answered.
    Requested,
    /// Done.
    Succeeded,
    /// The attempt failed; another one is due.
    Retrying,
    /// Failed, and not tried again.
    Failed,
    /// Was done, and came undone by itself; asked again at once.
    Lost,
}

impl StepState {
    /// The wire name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "WAITING",
            Self::LeftOut => "LEFT_OUT",
            Self::Awaited => "AWAITED",
            Self::Requested => "REQUESTED",
            Self::Succeeded => "SUCCEEDED",
            Self::Retrying => "RETRYING",
            Self::Failed => "FAILED",
            Self::Lost => "LOST",
        }
    }
}

/// Where the undo of an attempt is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UndoState {
    /// Not asked for.
    #[default]
    None,
    /// Asked, not answered.
    Requested,
    /// Undone, or there turned out to be nothing to undo.
    Done,
    /// The pivot won, so it is no longer wanted.
    Lapsed,
}

impl UndoState {
    /// The wire name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Requested => "REQUESTED",
            Self::Done => "DONE",
            Self::Lapsed => "LAPSED",
        }
    }
}

/// The undo of one attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Undo {
    pub(super) state: UndoState,
    /// How often it was asked.
    pub(super) asked: u16,
    /// The watchdog wants it asked again.
    pub(super) ask_again: bool,
    /// Its participant said that it is undone, and not a failure or an operator.
    pub(super) answered: bool,
}

impl Undo {
    pub(super) const DONE: Self = Self { state: UndoState::Done, asked: 0, ask_again: false, answered: true };

    pub(super) fn ask(&mut self) {
        *self = Self { state: UndoState::Requested, asked: self.asked.saturating_add(1), ..Self::default() };
    }

    /// Answered, or without an object.
    pub(super) fn settle(&mut self) {
        *self = Self { state: UndoState::Done, ask_again: false, ..*self };
    }

    pub(super) fn is_pending(&self) -> bool {
        self.state == UndoState::Requested
    }
}

/// An attempt that is no longer the current one but has something to it: it came undone by itself, or succeeded after it was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Earlier {
    pub(super) attempt: u32,
    /// Its success was heard of. If not, it was written off while it was under way.
    pub(super) succeeded: bool,
    pub(super) undo: Undo,
}

/// What the fold keeps of one step.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    pub(super) state: StepState,
    pub(super) undo: Undo,
    /// The current attempt; 0 before the first.
    pub(super) attempt: u32,
    /// Known failures so far.
    pub(super) failures: u32,
    /// How often the current attempt was asked.
    pub(super) asked: u16,
    /// The watchdog wants the current attempt asked again.
    pub(super) ask_again: bool,
    /// The next attempt is due.
    pub(super) start_next: bool,
    /// Failed by somebody other than its participant, who may still do it: to be undone like one under way.
    pub(super) given_up: bool,
    /// Done because an operator says so.
    pub(super) by_hand: bool,
    pub(super) requested_at: Option<Timestamp>,
    pub(super) finished_at: Option<Timestamp>,
    pub(super) retry_at: Option<Timestamp>,
    pub(super) failure: Option<Arc<Failure>>,
    pub(super) note: Option<Arc<Note>>,
    pub(super) earlier: Vec<Earlier>,
}

impl Step {
    pub(super) fn finish(&mut self, state: StepState, at: Timestamp) {
        self.state = state;
        self.finished_at = Some(at);
        self.retry_at = None;
        self.ask_again = false;
        self.start_next = false;
    }

    /// The current attempt may have had, or may yet have, an effect at its participant.
    pub(super) fn has_effect(&self) -> bool {
        match self.state {
            StepState::Requested | StepState::Succeeded => self.attempt > 0,
            StepState::Failed => self.given_up,
            StepState::Waiting | StepState::LeftOut | StepState::Awaited | StepState::Retrying | StepState::Lost => {
                false
            }
        }
    }

    /// An undo of this step was asked and not answered.
    pub(super) fn undo_pending(&self) -> bool {
        self.undo.is_pending() || self.earlier.iter().any(|earlier| earlier.undo.is_pending())
    }

    /// The undo of that attempt. What succeeded late comes first: it took over from the current attempt of the same number.
    pub(super) fn undo_of(&mut self, attempt: u32) -> Option<&mut Undo> {
        if let Some(index) = self.earlier.iter().position(|earlier| earlier.attempt == attempt) {
            return Some(&mut self.earlier[index].undo);
        }
        (attempt > 0 && attempt == self.attempt).then_some(&mut self.undo)
    }

    /// Nobody has asked for its undo, or the pivot ended that.
    pub(super) fn is_wanted(&self) -> bool {
        matches!(self.undo.state, UndoState::None | UndoState::Lapsed)
    }

    /// The attempt whose undo was asked and not answered.
    pub(super) fn pending_undo(&self) -> Option<(u32, Undo)> {
        let current = self.undo.is_pending().then_some((self.attempt, self.undo));
        let mut earlier = self.earlier.iter().map(|earlier| (earlier.attempt, earlier.undo));
        earlier.find(|(_, undo)| undo.is_pending()).or(current)
    }

    /// Another success of that attempt is no news. What its participant undid stays undone, so a success heard afterwards is older than that.
    pub(super) fn knows(&self, attempt: u32) -> bool {
        let earlier = self.earlier.iter().find(|earlier| earlier.attempt == attempt);
        match earlier {
            Some(earlier) => earlier.succeeded || earlier.undo.answered,
            None => attempt == self.attempt && self.undo.answered,
        }
    }

    /// A success that nothing is built on: kept to be undone.
    pub(super) fn stray(&mut self, attempt: u32) {
        let undo = Undo::default();
        if attempt == self.attempt && self.state == StepState::Succeeded {
            self.undo.settle();
        }
        match self.earlier.iter_mut().find(|earlier| earlier.attempt == attempt) {
            Some(known) => {
                known.succeeded = true;
                if !known.undo.is_pending() {
                    known.undo = undo;
                }
            }
            None => self.earlier.push(Earlier { attempt, succeeded: true, undo }),
        }
    }

    /// Nobody waits for the current attempt any more, though its participant may still be at it: to be undone, whether it comes or not.
    pub(super) fn write_off(&mut self) {
        self.undo.settle();
        self.earlier.push(Earlier { attempt: self.attempt, succeeded: false, undo: Undo::default() });
    }
}
