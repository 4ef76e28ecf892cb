//! What a run is to do on purpose; the rest is chance.

use orderflow_domain::shared::StepKind;

/// Something done to one step on purpose.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Twist {
    /// Its request, answer and undo arrive twice.
    Twice(StepKind),
    /// Its participant says no.
    Fails(StepKind),
    /// Its participant says nothing until it was asked three times, or its patience is over.
    Silent(StepKind),
    /// A cancel when it is requested, before its participant knows.
    CancelBefore(StepKind),
    /// A cancel once it is done.
    CancelAfter(StepKind),
}

/// How a run goes.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) twists: Vec<Twist>,
    /// Chance of each kind of trouble, in percent; 0 for runs in which only the twists happen.
    pub(crate) chaos: usize,
    pub(crate) cash: bool,
}

impl Script {
    pub(crate) const fn random(cash: bool) -> Self {
        Self { twists: Vec::new(), chaos: 8, cash }
    }

    pub(crate) const fn only(twists: Vec<Twist>, cash: bool) -> Self {
        Self { twists, chaos: 0, cash }
    }

    pub(crate) fn has(&self, twist: &Twist) -> bool {
        self.twists.contains(twist)
    }
}
