//! Stepping the workers.

use orderflow_domain::ports::{EventStore, WorkKind};
use orderflow_domain::shared::Timestamp;

use super::Harness;

/// Steps of one run after which it goes round in circles.
const MOST: u64 = 1_000_000;
/// Steps without a commit after which the workers only keep each other from sleeping.
const IN_VAIN: u64 = 20_000;

/// Why a run did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stuck {
    /// A worker has stopped for good.
    #[error("seed {seed}: {worker} has stopped: {why}")]
    Stopped {
        /// Of the run.
        seed: u64,
        /// Which.
        worker: &'static str,
        /// Why.
        why: String,
    },
    /// The workers go round in circles.
    #[error("seed {seed}: no end after {steps} steps")]
    Endless {
        /// Of the run.
        seed: u64,
        /// How many.
        steps: u64,
    },
}

impl Harness {
    /// Steps one worker, which chance picks among those that may have something to do. Answers whether there was one.
    ///
    /// # Errors
    /// The worker has stopped for good.
    pub fn step(&mut self) -> Result<bool, Stuck> {
        let (now, commits) = (self.now(), self.faulty.commits());
        let awake = |slot: &&super::Slot| slot.may_step(now, commits);
        let count = self.workers.iter().filter(awake).count() as u64;
        let choice = usize::try_from(self.random.below(count)).unwrap_or_default();
        let awake = self.workers.iter().enumerate().filter(|(_, slot)| slot.may_step(now, commits));
        let Some(index) = awake.map(|(index, _)| index).nth(choice) else { return Ok(false) };
        self.steps += 1;
        let mut slot = self.workers.swap_remove(index);
        let stepped = self.ask(slot.worker.step(now));
        let stopped = match stepped {
            Some(said) => slot.said(said, commits),
            // It waits: for a commit that never comes, since the process has died, or it is abandoned in the middle, which must do no harm.
            None => None,
        };
        let name = slot.worker.name();
        self.workers.push(slot);
        // The order of the workers must not depend on how they were taken out.
        self.workers.sort_by_key(|slot| slot.worker.name());
        if self.faulty.died() {
            self.crash();
        }
        match stopped {
            Some(why) => Err(Stuck::Stopped { seed: self.seed, worker: name, why }),
            None => Ok(true),
        }
    }

    /// Steps until there is nothing to do at the present time.
    ///
    /// # Errors
    /// See [`Stuck`].
    pub fn settle(&mut self) -> Result<(), Stuck> {
        let (mut commits, mut since) = (self.faulty.commits(), self.steps);
        while self.step()? {
            if self.faulty.commits() != commits {
                (commits, since) = (self.faulty.commits(), self.steps);
            }
            if self.steps > MOST || self.steps - since > IN_VAIN {
                return Err(Stuck::Endless { seed: self.seed, steps: self.steps });
            }
        }
        Ok(())
    }

    /// Steps until there is nothing to do, now or ever: whenever nothing is, the clock moves on to when something is due. Orders that rest on the venue stay.
    ///
    /// # Errors
    /// See [`Stuck`]. A call that is held back keeps a run from its end: let it go first.
    pub fn run_until_idle(&mut self) -> Result<(), Stuck> {
        self.workers.iter_mut().for_each(super::Slot::nudge);
        loop {
            self.settle()?;
            let Some(due) = self.next_due() else { return Ok(()) };
            self.clock.set(due);
        }
    }

    /// When something is due next: a call to the outside, a timer, a message to be tried again. Workers that only look now and then do not count.
    fn next_due(&self) -> Option<Timestamp> {
        let now = self.now();
        let first = |kind| {
            let rows = self.ask(self.store.work_due(kind, None, Timestamp::MAX, 1)).and_then(Result::ok)?;
            rows.first().map(|row| row.due)
        };
        let looks = |of: &dyn Fn(&str) -> bool| {
            let those = self.workers.iter().filter(|slot| of(slot.worker.name()));
            those.filter_map(super::Slot::looks_at).filter(|at| *at > now).min()
        };
        let calls = first(WorkKind::Intent).and_then(|due| {
            // Due and not made: its pool rests for a while.
            if due > now { Some(due) } else { looks(&|name| name.ends_with("-calls")) }
        });
        let parked = first(WorkKind::Parked).filter(|due| *due <= now).and_then(|_| looks(&|_| true));
        let timers = looks(&|name| name == orderflow_application::Timers::NAME);
        [calls, parked, timers].into_iter().flatten().min()
    }
}
