//! The one call to the gateway that this state wants now. Derived, never stored.

use jiff::SignedDuration;

use crate::ports::{EffectKey, PaymentAction, PaymentCall};
use crate::shared::{Money, OrderId, PaymentMethod, StepKind};

use super::Payment;
use super::account::{Authorisation, Held, Taken, Undo};

/// How long to leave the customer before the gateway is asked whether the payment is confirmed.
const CONFIRMATION_POLL: SignedDuration = SignedDuration::from_secs(2);

impl Payment {
    /// The call to send; none if nothing is outstanding. The same call until its answer is recorded, so sending it again is always right.
    #[must_use]
    pub fn wants(&self, order: OrderId) -> Option<PaymentCall> {
        self.authorisations
            .iter()
            .filter(|(_, auth)| !auth.settles_itself())
            .find_map(|(attempt, auth)| self.wanted_by(order, *attempt, auth))
    }

    /// The least time before [`Payment::wants`] is sent again, where the state knows better than the caller's own backoff: a customer needs a
    /// moment to confirm.
    #[must_use]
    pub fn retry_hint(&self) -> Option<SignedDuration> {
        let waits = |auth: &Authorisation| auth.held == Held::Action && auth.undo == Undo::None && !auth.abandoned;
        self.authorisations.values().any(waits).then_some(CONFIRMATION_POLL)
    }

    /// What cash and empty payments want, which needs no gateway.
    pub(super) fn wants_itself(&self, order: OrderId) -> Option<PaymentCall> {
        self.authorisations
            .iter()
            .filter(|(_, auth)| auth.settles_itself())
            .find_map(|(attempt, auth)| self.wanted_by(order, *attempt, auth))
    }

    fn wanted_by(&self, order: OrderId, attempt: u32, auth: &Authorisation) -> Option<PaymentCall> {
        let call = |step, attempt, action| Some(PaymentCall { key: EffectKey { order, step, attempt }, action });
        let of_attempt = |action| call(StepKind::AuthorisePayment, attempt, action);
        let terms = auth.terms.as_ref()?;
        match auth.held {
            Held::No => None,
            Held::Asked => of_attempt(PaymentAction::Authorise {
                amount: terms.amount,
                method: terms.method,
                token: terms.token.clone(),
            }),
            Held::Action if auth.abandoned || auth.undo != Undo::None => of_attempt(PaymentAction::Cancel),
            Held::Action => of_attempt(PaymentAction::Ask),
            Held::Yes => {
                let payment = auth.payment.clone()?;
                let Some(number) = self.live_capture(attempt) else {
                    return if auth.undo == Undo::Asked { of_attempt(PaymentAction::Void { payment }) } else { None };
                };
                let capture = self.captures.get(&number)?;
                let amount = capture.amount?;
                if capture.taken == Taken::Wanted {
                    return call(StepKind::CapturePayment, number, PaymentAction::Capture { payment, amount });
                }
                let minor = |minor| Money::new(minor, amount.currency);
                // An operator's refund that is under way is settled first, so that what the undo returns stays one amount under one key.
                if let Some(refund) = self.pending_refund(number) {
                    let amount = minor(self.refunds.get(&refund)?.amount);
                    return call(StepKind::Refund, refund, PaymentAction::Refund { payment, amount });
                }
                let left = self.refundable(number);
                if left > 0 && self.unwanted(capture) {
                    let action = PaymentAction::Refund { payment, amount: minor(left) };
                    return call(StepKind::CapturePayment, number, action);
                }
                None
            }
        }
    }
}

impl Authorisation {
    /// Cash changes hands at the door, and nothing needs no hands.
    fn settles_itself(&self) -> bool {
        self.terms.as_ref().is_none_or(|terms| terms.method == PaymentMethod::Cash || terms.amount.is_zero())
    }
}
