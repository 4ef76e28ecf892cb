//! What the order asks of a payment, and what the customer's time does to it.

use jiff::SignedDuration;

use crate::shared::{Failure, Money, PaymentMethod, PaymentToken, Reason, StepKind, Timestamp};

use super::Payment;
use super::account::{Held, Undo};
use super::event::{
    Abandoned, CaptureFailed, CaptureRequested, PaymentEvent, RefundFailed, RefundRequested, Requested, UndoRequested,
    Voided,
};

impl Payment {
    /// Authorise an amount. The customer has `patience` from now on.
    #[must_use]
    pub fn request(
        &self,
        attempt: u32,
        amount: Money,
        method: PaymentMethod,
        token: &PaymentToken,
        now: Timestamp,
        patience: SignedDuration,
    ) -> Vec<PaymentEvent> {
        if self.authorisations.contains_key(&attempt) {
            return Vec::new();
        }
        let until = now.checked_add(patience).unwrap_or(Timestamp::MAX);
        self.with(vec![Requested { attempt, amount, method, token: token.clone(), until }.into()])
    }

    /// Capture what is authorised. What can't be (nothing is authorised, or less) is an alarm and no failure: the order waits until an operator
    /// settles it.
    #[must_use]
    pub fn capture(&self, attempt: u32, amount: Money) -> Vec<PaymentEvent> {
        if self.captures.contains_key(&attempt) {
            return Vec::new();
        }
        let authorised = self
            .open_authorisation()
            .and_then(|number| self.authorisations.get(&number)?.terms.as_ref())
            .map(|terms| terms.amount);
        let refusal = match authorised {
            None => "nothing is authorised that could be captured".to_owned(),
            Some(held) if held.currency != amount.currency => {
                format!("{} can't be captured from an authorisation in {}", amount.currency, held.currency)
            }
            Some(held) if amount.amount > held.amount || amount.amount < 0 => {
                format!("{} can't be captured: {} is authorised", amount.amount, held.amount)
            }
            Some(_) => return self.with(vec![CaptureRequested { attempt, amount }.into()]),
        };
        vec![CaptureFailed { attempt, failure: Failure::definitive(Reason::Declined, refusal) }.into()]
    }

    /// Give a part of what was captured back, by an operator's decision. More than is left is answered with a failure.
    #[must_use]
    pub fn refund(&self, number: u32, amount: Money) -> Vec<PaymentEvent> {
        if self.refunds.contains_key(&number) {
            return Vec::new();
        }
        let covers = |capture: &u32| {
            self.captures.get(capture).is_some_and(|taken| {
                let same = taken.amount.is_some_and(|taken| taken.currency == amount.currency);
                same && !self.unwanted(taken) && self.refundable(*capture) >= amount.amount
            })
        };
        match self.captures.keys().copied().find(covers).filter(|_| amount.amount > 0) {
            Some(capture) => self.with(vec![RefundRequested { attempt: number, capture, amount }.into()]),
            None => {
                let message = format!("{} {} is more than there is to refund", amount.amount, amount.currency);
                vec![RefundFailed { attempt: number, failure: Failure::definitive(Reason::Declined, message) }.into()]
            }
        }
    }

    /// Undo `AuthorisePayment` or `CapturePayment`; of any other step there is nothing to undo. What is in flight comes to a definitive answer first;
    /// then it is voided, or refunded if it was captured, and only then the undo is answered. An unknown attempt leaves a tombstone.
    #[must_use]
    pub fn undo(&self, step: &StepKind, attempt: u32, reason: &Reason) -> Vec<PaymentEvent> {
        let known = match step {
            StepKind::AuthorisePayment => self.authorisations.get(&attempt).map(|auth| auth.undo),
            StepKind::CapturePayment => self.captures.get(&attempt).map(|capture| capture.undo),
            _ => return Vec::new(),
        };
        match known {
            None => vec![Voided { step: step.clone(), attempt, amount: None }.into()],
            Some(Undo::None) => {
                let undo = UndoRequested { step: step.clone(), attempt, reason: reason.clone() };
                self.with(vec![undo.into()])
            }
            Some(Undo::Asked | Undo::Answered) => Vec::new(),
        }
    }

    /// The customer's time may be over. If it is, the gateway is asked to come to an end, and what it says is the outcome: closed is
    /// PAYMENT_ABANDONED, authorised is a success all the same. A tick that is early, late or repeated gives no events.
    #[must_use]
    pub fn expire(&self, attempt: u32, now: Timestamp) -> Vec<PaymentEvent> {
        let Some(auth) = self.authorisations.get(&attempt) else { return Vec::new() };
        let open = matches!(auth.held, Held::Asked | Held::Action) && auth.undo == Undo::None && !auth.abandoned;
        let over = auth.terms.as_ref().is_some_and(|terms| terms.until <= now);
        if open && over { self.with(vec![Abandoned { attempt }.into()]) } else { Vec::new() }
    }
}
