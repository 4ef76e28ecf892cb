//! What the gateway's answers come to.

use crate::ports::{EffectError, PaymentAction, PaymentAnswer, PaymentCall};
use crate::shared::{Failure, Money, Name, Reason, StepKind};

use super::Payment;
use super::account::{Authorisation, Held, Taken, Undo};
use super::event::{
    ActionRequired, Authorised, CaptureFailed, Captured, Declined, PaymentEvent, RefundFailed, Refunded, Requested,
    Voided,
};

type Answer = Result<PaymentAnswer, EffectError>;

impl Payment {
    /// Records what came of a call. An answer that changes nothing (late, repeated, not definitive) gives no events: then [`Payment::wants`] is what it
    /// was, and the same call is to be sent again after a while.
    ///
    /// `Err(NotSent)` must mean that no try under this key was ever sent: an attempt that is wanted no longer ends on it.
    #[must_use]
    pub fn answered(&self, call: &PaymentCall, answer: &Answer) -> Vec<PaymentEvent> {
        let events = self.recorded(call, answer);
        if events.is_empty() { events } else { self.with(events) }
    }

    pub(super) fn recorded(&self, call: &PaymentCall, answer: &Answer) -> Vec<PaymentEvent> {
        let attempt = call.key.attempt;
        let event = match &call.action {
            PaymentAction::Authorise { .. } | PaymentAction::Ask | PaymentAction::Cancel => {
                self.authorisation_answered(attempt, &call.action, answer)
            }
            PaymentAction::Void { .. } => self.void_answered(attempt, answer),
            PaymentAction::Capture { .. } => self.capture_answered(attempt, answer),
            PaymentAction::Refund { amount, .. } if call.key.step == StepKind::Refund => {
                self.refund_answered(attempt, *amount, answer)
            }
            PaymentAction::Refund { amount, .. } => self.return_answered(attempt, *amount, answer),
        };
        event.into_iter().collect()
    }

    fn authorisation_answered(&self, attempt: u32, action: &PaymentAction, answer: &Answer) -> Option<PaymentEvent> {
        let auth = self.authorisations.get(&attempt)?;
        if !matches!(auth.held, Held::Asked | Held::Action) {
            // Over. All that can still matter is money that nobody knew of.
            return match answer {
                Ok(PaymentAnswer::Authorised { payment }) if auth.held == Held::No => {
                    authorised(attempt, auth, payment)
                }
                _ => None,
            };
        }
        match answer {
            Ok(PaymentAnswer::Authorised { payment }) => authorised(attempt, auth, payment),
            Ok(PaymentAnswer::Declined { message }) => {
                closed(attempt, auth, Failure::definitive(Reason::Declined, message))
            }
            Ok(PaymentAnswer::Voided) => closed(
                attempt,
                auth,
                Failure::definitive(Reason::PaymentAbandoned, "the payment was not confirmed in time"),
            ),
            Ok(PaymentAnswer::ActionRequired { url }) => {
                let news = auth.held == Held::Asked || auth.url.as_ref() != Some(url);
                news.then(|| ActionRequired { attempt, url: url.clone() }.into())
            }
            // It has forgotten what it had told of: from the beginning, under the same key and until the same time.
            Ok(PaymentAnswer::NotFound) if auth.held == Held::Action => {
                let terms = auth.terms.clone()?;
                Some(
                    Requested {
                        attempt,
                        amount: terms.amount,
                        method: terms.method,
                        token: terms.token,
                        until: terms.until,
                    }
                    .into(),
                )
            }
            Ok(PaymentAnswer::Refused { message }) if is_authorise(action) => {
                let failure = Failure { again: !auth.abandoned, ..unavailable(message) };
                closed(attempt, auth, failure)
            }
            // Nothing was ever sent: that ends an attempt which is wanted no longer; any other one is sent again.
            Err(EffectError::NotSent(message)) if is_authorise(action) && auth.url.is_none() => {
                let unwanted = auth.abandoned || auth.undo != Undo::None;
                if unwanted { closed(attempt, auth, unavailable(message)) } else { None }
            }
            Ok(
                PaymentAnswer::NotFound
                | PaymentAnswer::Refused { .. }
                | PaymentAnswer::Captured
                | PaymentAnswer::Refunded,
            )
            | Err(EffectError::NotSent(_) | EffectError::Unknown(_)) => None,
        }
    }

    fn void_answered(&self, attempt: u32, answer: &Answer) -> Option<PaymentEvent> {
        let auth = self.authorisations.get(&attempt)?;
        let due = auth.held == Held::Yes && auth.undo == Undo::Asked && self.live_capture(attempt).is_none();
        let amount = auth.terms.as_ref().map(|terms| terms.amount);
        let voided = due && matches!(answer, Ok(PaymentAnswer::Voided));
        voided.then(|| Voided { step: StepKind::AuthorisePayment, attempt, amount }.into())
    }

    fn capture_answered(&self, attempt: u32, answer: &Answer) -> Option<PaymentEvent> {
        let capture = self.captures.get(&attempt).filter(|capture| capture.taken == Taken::Wanted)?;
        match answer {
            Ok(PaymentAnswer::Captured) => Some(Captured { attempt, amount: capture.amount? }.into()),
            Ok(PaymentAnswer::Refused { message } | PaymentAnswer::Declined { message }) => {
                let again = !self.unwanted(capture);
                let news = !again || !capture.refused;
                let failure = Failure { again, ..Failure::definitive(Reason::Declined, message) };
                news.then(|| CaptureFailed { attempt, failure }.into())
            }
            Ok(
                PaymentAnswer::Authorised { .. }
                | PaymentAnswer::ActionRequired { .. }
                | PaymentAnswer::NotFound
                | PaymentAnswer::Voided
                | PaymentAnswer::Refunded,
            )
            | Err(_) => None,
        }
    }

    /// An operator's refund.
    fn refund_answered(&self, attempt: u32, amount: Money, answer: &Answer) -> Option<PaymentEvent> {
        self.refunds.get(&attempt).filter(|refund| refund.wanted)?;
        match answer {
            Ok(PaymentAnswer::Refunded) => Some(Refunded { step: StepKind::Refund, attempt, amount }.into()),
            Ok(PaymentAnswer::Refused { message } | PaymentAnswer::Declined { message }) => {
                Some(RefundFailed { attempt, failure: Failure::definitive(Reason::Declined, message) }.into())
            }
            _ => None,
        }
    }

    /// The refund of all that is left, which an undo wants.
    fn return_answered(&self, number: u32, amount: Money, answer: &Answer) -> Option<PaymentEvent> {
        let capture = self.captures.get(&number)?;
        let due = self.unwanted(capture) && self.refundable(number) == amount.amount && amount.amount > 0;
        if !due || !matches!(answer, Ok(PaymentAnswer::Refunded)) {
            return None;
        }
        // It answers the undo of the capture, if that was asked for, and otherwise that of the authorisation.
        let (step, attempt) = match capture.undo {
            Undo::Asked => (StepKind::CapturePayment, number),
            Undo::None | Undo::Answered => (StepKind::AuthorisePayment, capture.of?),
        };
        Some(Refunded { step, attempt, amount }.into())
    }
}

const fn is_authorise(action: &PaymentAction) -> bool {
    matches!(action, PaymentAction::Authorise { .. })
}

fn unavailable(message: &str) -> Failure {
    Failure::definitive(Reason::GatewayUnavailable, message)
}

/// A success. One that comes after the attempt was closed is news only if it names a payment that was not voided before.
fn authorised(attempt: u32, auth: &Authorisation, payment: &Name) -> Option<PaymentEvent> {
    if auth.held == Held::No && auth.payment.as_ref() == Some(payment) {
        return None;
    }
    let amount = auth.terms.as_ref()?.amount;
    Some(Authorised { attempt, payment: payment.clone(), amount }.into())
}

/// The end of an attempt that holds nothing: its failure, or the answer to its undo.
fn closed(attempt: u32, auth: &Authorisation, failure: Failure) -> Option<PaymentEvent> {
    Some(match auth.undo {
        Undo::None => Declined { attempt, failure }.into(),
        Undo::Asked | Undo::Answered => Voided { step: StepKind::AuthorisePayment, attempt, amount: None }.into(),
    })
}
