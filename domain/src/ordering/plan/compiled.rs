//! A plan as the decisions read it: positions and bit sets instead of names. A plan has at most 32 steps, so a set of them is a `u32`.

use crate::shared::limits::MAX_STEPS;

use super::{How, Plan, UndoRule};

const _: () = assert!(MAX_STEPS <= 32, "a set of steps is a u32");

/// Sets of step positions, computed once when the plan is registered.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Compiled {
    /// What each step rests on, directly.
    pub(in super::super) after: Vec<u32>,
    /// What each step rests on, directly or not.
    pub(in super::super) before: Vec<u32>,
    /// All steps.
    pub(in super::super) all: u32,
    /// Steps that nobody asks for.
    pub(in super::super) expected: u32,
    /// Steps that can always be undone: money.
    pub(in super::super) always: u32,
    /// Steps after the pivot.
    pub(in super::super) past_pivot: u32,
    pub(in super::super) pivot: usize,
    pub(in super::super) guard: usize,
}

/// The set of one.
pub(in super::super) const fn bit(index: usize) -> u32 {
    if index < 32 { 1 << index } else { 0 }
}

/// The members of a set, ascending.
pub(in super::super) fn bits(set: u32) -> impl DoubleEndedIterator<Item = usize> {
    (0..MAX_STEPS).filter(move |index| set & bit(*index) != 0)
}

impl Plan {
    /// Positions and sets. Of a plan with faults they are incomplete, and it is not registered.
    pub(super) fn compile(&self) -> Compiled {
        let set = |choose: &dyn Fn(usize) -> bool| (0..self.steps.len()).filter(|i| choose(*i)).map(bit).sum();
        let mut compiled = Compiled {
            all: set(&|_| true),
            expected: set(&|i| self.steps[i].how == How::Expected),
            always: set(&|i| self.steps[i].undo == UndoRule::Always),
            ..Compiled::default()
        };
        for step in &self.steps {
            let after = step.after.iter().filter_map(|kind| self.index(kind)).fold(0, |set, index| set | bit(index));
            // Steps stand after those they rest on, so what those rest on is known by now.
            let before = bits(after).fold(after, |set, index| set | compiled.before.get(index).copied().unwrap_or(0));
            compiled.after.push(after);
            compiled.before.push(before);
        }
        compiled.pivot = self.pivot.as_ref().and_then(|kind| self.index(kind)).unwrap_or(usize::MAX);
        compiled.guard = self.guard_step().and_then(|kind| self.index(kind)).unwrap_or(usize::MAX);
        compiled.past_pivot = set(&|i| compiled.before[i] & bit(compiled.pivot) != 0);
        compiled
    }
}

impl Compiled {
    /// Whether all that a step rests on is done; a step that is left out hands on what it rests on.
    pub(in super::super) fn ready(&self, step: usize, done: u32, left_out: u32) -> bool {
        let after = self.after.get(step).copied().unwrap_or(0);
        after & !(done | left_out) == 0
            && (after & left_out == 0 || bits(after & left_out).all(|skipped| self.ready(skipped, done, left_out)))
    }
}
