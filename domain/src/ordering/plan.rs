//! A plan is the execution strategy of a kind of order: a small DAG of steps, as data. An embedding program makes its own in a few lines:
//!
//! ```
//! use orderflow_domain::ordering::Plan;
//! use orderflow_domain::shared::{Name, StepKind};
//!
//! let wrap = StepKind::Custom(Name::new("wrap")?);
//! let plan = Plan::named("gift")
//!     .step(StepKind::ReserveStock)
//!     .step(wrap)
//!     .step(StepKind::Ship)
//!     .step(StepKind::CommitStock)
//!     .pivot(StepKind::Ship);
//! assert!(plan.check().is_ok());
//! # Ok::<(), orderflow_domain::shared::InvalidName>(())
//! ```

mod check;
mod compiled;
mod defaults;
mod registry;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::shared::StepKind;

use super::axes::{Stage, Status};
use super::event::Wanted;

pub use check::PlanFault;
pub(super) use compiled::{Compiled, bit, bits};
pub use registry::Plans;

/// Whether anyone is asked for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// A participant is asked, and answers.
    Asked,
    /// It happens by itself, and is heard of: its outcome is recorded whenever it comes.
    Expected,
}

/// How many known failures are tried again, if the failure says that it may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempts {
    /// So many.
    Times(u32),
    /// All, whatever the failure says: there is no way back.
    Forever,
}

/// How long a step can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoRule {
    /// There is nothing to undo.
    Nothing,
    /// Until the pivot has won; then it lapses.
    UntilPivot,
    /// Always: money.
    Always,
}

/// For which orders a plan has a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnlyFor {
    /// All.
    All,
    /// Not for those paid in cash on delivery.
    Prepaid,
}

/// One step, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepSpec {
    /// Its kind, which names it.
    pub kind: StepKind,
    /// The steps it rests on.
    pub after: Vec<StepKind>,
    /// Asked or expected.
    pub how: How,
    /// Known failures that are tried again.
    pub attempts: Attempts,
    /// When the order's watchdog looks after it; it only ever asks again.
    pub watch: Option<Duration>,
    /// How long it can be undone.
    pub undo: UndoRule,
    /// The status that is due once it is requested.
    pub on_request: Option<Status>,
    /// The status that is due once it is done.
    pub on_success: Option<Status>,
    /// For which orders.
    pub only_for: OnlyFor,
    /// What the customer is told while the order waits for it.
    pub stage: Stage,
    /// What an embedding program's own participant is told.
    pub attributes: BTreeMap<String, String>,
}

/// The steps of a kind of order, with the point of no return among them.
#[derive(Clone, Debug)]
pub struct Plan {
    name: String,
    steps: Vec<StepSpec>,
    pivot: Option<StepKind>,
    guard: Option<StepKind>,
    chosen: Option<fn(&Wanted) -> bool>,
    compiled: Compiled,
}

impl Plan {
    /// A plan without steps. The name is stored with each order.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            steps: Vec::new(),
            pivot: None,
            guard: None,
            chosen: None,
            compiled: Compiled::default(),
        }
    }

    /// Adds a step with the defaults of its kind, after the step before it; what follows refines it.
    #[must_use]
    pub fn step(mut self, kind: StepKind) -> Self {
        let after = self.steps.last().map(|step| step.kind.clone()).into_iter().collect();
        self.steps.push(StepSpec::of(kind, after));
        self
    }

    /// The steps that the last one rests on, if not on the one before it.
    #[must_use]
    pub fn after(self, steps: &[StepKind]) -> Self {
        self.refine(|step| step.after = steps.to_vec())
    }

    /// The last step happens by itself.
    #[must_use]
    pub fn expected(self) -> Self {
        self.refine(|step| step.how = How::Expected)
    }

    /// Known failures of the last step that are tried again.
    #[must_use]
    pub fn attempts(self, attempts: Attempts) -> Self {
        self.refine(|step| step.attempts = attempts)
    }

    /// When the watchdog looks after the last step.
    #[must_use]
    pub fn watch(self, after: Duration) -> Self {
        self.refine(|step| step.watch = Some(after))
    }

    /// How long the last step can be undone.
    #[must_use]
    pub fn undo(self, rule: UndoRule) -> Self {
        self.refine(|step| step.undo = rule)
    }

    /// The status that is due once the last step is requested.
    #[must_use]
    pub fn on_request(self, status: Status) -> Self {
        self.refine(|step| step.on_request = Some(status))
    }

    /// The status that is due once the last step is done.
    #[must_use]
    pub fn on_success(self, status: Status) -> Self {
        self.refine(|step| step.on_success = Some(status))
    }

    /// The last step is left out for orders that are paid in cash; what rests on it then rests on what it rests on.
    #[must_use]
    pub fn prepaid_only(self) -> Self {
        self.refine(|step| step.only_for = OnlyFor::Prepaid)
    }

    /// What the customer is told while the order waits for the last step.
    #[must_use]
    pub fn stage(self, stage: Stage) -> Self {
        self.refine(|step| step.stage = stage)
    }

    /// Something that the participant of the last step is told.
    #[must_use]
    pub fn attribute(self, key: &str, value: &str) -> Self {
        self.refine(|step| {
            step.attributes.insert(key.to_owned(), value.to_owned());
        })
    }

    /// The step whose success is the point of no return.
    #[must_use]
    pub fn pivot(mut self, kind: StepKind) -> Self {
        self.pivot = Some(kind);
        self
    }

    /// The step that is undone first, because its undo races the pivot. If none is named, the pivot itself.
    #[must_use]
    pub fn guard(mut self, kind: StepKind) -> Self {
        self.guard = Some(kind);
        self
    }

    /// Orders for which this plan is taken when none is named.
    #[must_use]
    pub fn chosen_for(mut self, fits: fn(&Wanted) -> bool) -> Self {
        self.chosen = Some(fits);
        self
    }

    fn refine(mut self, change: impl FnOnce(&mut StepSpec)) -> Self {
        if let Some(step) = self.steps.last_mut() {
            change(step);
        }
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its steps, each after those it rests on.
    #[must_use]
    pub fn steps(&self) -> &[StepSpec] {
        &self.steps
    }

    /// The point of no return.
    #[must_use]
    pub const fn pivot_step(&self) -> Option<&StepKind> {
        self.pivot.as_ref()
    }

    /// What is undone first.
    #[must_use]
    pub fn guard_step(&self) -> Option<&StepKind> {
        self.guard.as_ref().or(self.pivot.as_ref())
    }

    /// Everything that is wrong with it, without running it.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(&self) -> Result<(), Vec<PlanFault>> {
        let faults = check::faults(self);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    pub(super) const fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    pub(super) fn index(&self, kind: &StepKind) -> Option<usize> {
        self.steps.iter().position(|step| step.kind == *kind)
    }
}
