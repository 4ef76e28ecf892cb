//! Making those calls that are answered without waiting, inside the unit of work that wants them.
//!
//! The far end deduplicates by key, so a crash between the call and the commit does no harm: the message is read again, and the same call gets
//! the same answer. An order whose calls are all answered like that never has an intent row.

use orderflow_domain::ports::EffectError;
use orderflow_domain::shared::{Address, Timestamp};

use super::Outside;
use super::errand::{Call, Errand};
use crate::defect::Defect;
use crate::desk::Desk;

/// Calls in a row before the rest is left to the pool, so that one order can't keep a batch for itself.
const IN_A_ROW: usize = 8;

/// What is left of an errand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Left {
    /// Nothing.
    Done,
    /// A call that can't be answered here, or not now.
    Wants {
        /// Not before.
        due: Timestamp,
        /// The label of a call that was made here and may have reached the far end, though no answer came.
        unanswered: Option<String>,
    },
}

impl Outside {
    /// Makes the calls that are answered at once; what is left goes to the pool, with an intent in the same unit. `outstanding` is what the errand
    /// wanted before.
    pub(crate) fn pursue(&self, errand: &Errand, outstanding: Option<&Call>, desk: &mut Desk) -> Result<(), Defect> {
        if let Left::Wants { due, unanswered } = self.run(errand, None, outstanding, desk)? {
            errand.intend(due, outstanding, unanswered, desk);
        }
        Ok(())
    }

    /// As [`Outside::pursue`], but says what is left.
    pub(crate) fn run(
        &self,
        errand: &Errand,
        address: Option<&Address>,
        outstanding: Option<&Call>,
        desk: &mut Desk,
    ) -> Result<Left, Defect> {
        let now = desk.now();
        let mut unanswered = None;
        for _ in 0..IN_A_ROW {
            let Some(call) = errand.wants(desk, address) else { return Ok(Left::Done) };
            let Some(answer) = self.at_once(&call) else { return Ok(Left::Wants { due: now, unanswered }) };
            if matches!(answer.error(), Some(EffectError::Unknown(_))) {
                unanswered = Some(call.label());
            }
            let answer = if outstanding.is_some() { answer.after_an_earlier_try(&call) } else { answer };
            let led_on = errand.answered(&call, &answer, desk)?;
            if !led_on || answer.ask_at().is_some_and(|at| at > now) {
                let due = answer.ask_at().or_else(|| Some(now + errand.patience(desk)?));
                let still = errand.wants(desk, address).is_some();
                return Ok(if still { Left::Wants { due: due.unwrap_or(now), unanswered } } else { Left::Done });
            }
        }
        let still = errand.wants(desk, address).is_some();
        Ok(if still { Left::Wants { due: now, unanswered } } else { Left::Done })
    }
}
