//! The account: what the events of the stream come to.

use std::collections::BTreeMap;

use crate::shared::{Category, Money, Name, OrderId, PaymentMethod, PaymentToken, StepKind, StreamId, Timestamp};

use super::event::{Authorised, PaymentEvent, Requested, UndoRequested, Voided};

/// One order's payment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Payment {
    pub(super) authorisations: BTreeMap<u32, Authorisation>,
    pub(super) captures: BTreeMap<u32, Capture>,
    pub(super) refunds: BTreeMap<u32, Refund>,
}

/// An attempt of `AuthorisePayment`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Authorisation {
    /// None for the tombstone of an attempt that was undone before it came.
    pub(super) terms: Option<Terms>,
    pub(super) held: Held,
    /// The gateway's reference, kept so that a late repetition of an answer is known for one.
    pub(super) payment: Option<Name>,
    /// Where the customer confirms. There once the gateway has answered, so it knows of this attempt.
    pub(super) url: Option<String>,
    /// The customer's time is over.
    pub(super) abandoned: bool,
    pub(super) undo: Undo,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Terms {
    pub(super) amount: Money,
    pub(super) method: PaymentMethod,
    pub(super) token: PaymentToken,
    pub(super) until: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// No definitive answer yet.
    Asked,
    /// The customer has to confirm.
    Action,
    /// Authorised.
    Yes,
    /// Declined, voided, or never asked.
    No,
}

/// An undo of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    None,
    Asked,
    Answered,
}

/// An attempt of `CapturePayment`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Capture {
    /// Which authorisation it takes from; none if there was none to take from.
    pub(super) of: Option<u32>,
    pub(super) amount: Option<Money>,
    pub(super) taken: Taken,
    /// The gateway has refused it, and the alarm was raised.
    pub(super) refused: bool,
    /// Minor units that went back.
    pub(super) refunded: i64,
    pub(super) undo: Undo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Wanted,
    Yes,
    /// Never was, and never will be.
    No,
}

/// An operator's refund.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refund {
    /// Which capture it is taken from; none for one that was refused at once.
    pub(super) of: Option<u32>,
    pub(super) amount: i64,
    pub(super) wanted: bool,
}

impl Payment {
    /// The stream of that order's payment.
    #[must_use]
    pub const fn stream(order: OrderId) -> StreamId {
        StreamId::of_order(Category::Payment, order)
    }

    /// `true` once that attempt of `AuthorisePayment` was recorded, or undone before it came.
    #[must_use]
    pub fn knows(&self, attempt: u32) -> bool {
        self.authorisations.contains_key(&attempt)
    }

    /// Minor units that the gateway holds or has taken, over all attempts.
    #[must_use]
    pub fn authorised(&self) -> i64 {
        let held = self.authorisations.values().filter(|auth| auth.held == Held::Yes);
        held.filter_map(|auth| auth.terms.as_ref()).fold(0, |sum, terms| sum.saturating_add(terms.amount.amount))
    }

    /// Minor units taken.
    #[must_use]
    pub fn captured(&self) -> i64 {
        let taken = self.captures.values().filter(|capture| capture.taken == Taken::Yes);
        taken.filter_map(|capture| capture.amount).fold(0, |sum, amount| sum.saturating_add(amount.amount))
    }

    /// Minor units that went back.
    #[must_use]
    pub fn refunded(&self) -> i64 {
        self.captures.values().fold(0, |sum, capture| sum.saturating_add(capture.refunded))
    }

    /// Takes an event in.
    pub fn apply(&mut self, event: &PaymentEvent) {
        match event {
            PaymentEvent::Requested(event) => self.requested(event),
            PaymentEvent::Authorised(event) => self.authorised_now(event),
            PaymentEvent::ActionRequired(event) => {
                let auth = self.authorisation(event.attempt);
                auth.url = Some(event.url.clone());
                auth.held = Held::Action;
            }
            PaymentEvent::Declined(event) => self.authorisation(event.attempt).held = Held::No,
            PaymentEvent::Abandoned(event) => self.authorisation(event.attempt).abandoned = true,
            PaymentEvent::CaptureRequested(event) => {
                let of = self.open_authorisation();
                let capture = self.capture_entry(event.attempt);
                (capture.of, capture.amount, capture.taken) = (of, Some(event.amount), Taken::Wanted);
            }
            PaymentEvent::Captured(event) => {
                let capture = self.capture_entry(event.attempt);
                (capture.amount, capture.taken) = (Some(event.amount), Taken::Yes);
            }
            PaymentEvent::CaptureFailed(event) => {
                let capture = self.capture_entry(event.attempt);
                capture.refused = true;
                if !event.failure.again {
                    capture.taken = Taken::No;
                }
            }
            PaymentEvent::UndoRequested(event) => self.undo_requested(event),
            PaymentEvent::Voided(event) => self.voided(event),
            PaymentEvent::RefundRequested(event) => {
                let refund = Refund { of: Some(event.capture), amount: event.amount.amount, wanted: true };
                self.refunds.insert(event.attempt, refund);
            }
            PaymentEvent::RefundFailed(event) => {
                self.refunds.entry(event.attempt).or_insert(Refund { of: None, amount: 0, wanted: false }).wanted =
                    false;
            }
            PaymentEvent::Refunded(event) => self.refunded_now(&event.step, event.attempt, event.amount),
        }
    }

    fn requested(&mut self, event: &Requested) {
        let auth = self.authorisation(event.attempt);
        auth.held = Held::Asked;
        auth.terms =
            Some(Terms { amount: event.amount, method: event.method, token: event.token.clone(), until: event.until });
    }

    fn authorised_now(&mut self, event: &Authorised) {
        let auth = self.authorisation(event.attempt);
        if auth.held == Held::No {
            // It was given up, and answered: nobody will ask for it back, so it goes back by itself.
            auth.undo = Undo::Asked;
        }
        auth.held = Held::Yes;
        auth.payment = Some(event.payment.clone());
    }

    fn undo_requested(&mut self, event: &UndoRequested) {
        if event.step == StepKind::CapturePayment {
            self.capture_entry(event.attempt).undo = Undo::Asked;
        } else {
            self.authorisation(event.attempt).undo = Undo::Asked;
        }
    }

    fn voided(&mut self, event: &Voided) {
        if event.step == StepKind::CapturePayment {
            self.capture_entry(event.attempt).undo = Undo::Answered;
        } else {
            // What was captured stays on the account, with what went back beside it.
            let captured = self.live_capture(event.attempt).is_some();
            let auth = self.authorisation(event.attempt);
            auth.undo = Undo::Answered;
            if !captured {
                auth.held = Held::No;
            }
        }
    }

    fn refunded_now(&mut self, step: &StepKind, attempt: u32, amount: Money) {
        let capture = match step {
            StepKind::Refund => {
                let refund = self.refunds.entry(attempt).or_insert(Refund { of: None, amount: 0, wanted: false });
                refund.wanted = false;
                refund.of
            }
            StepKind::CapturePayment => {
                self.capture_entry(attempt).undo = Undo::Answered;
                Some(attempt)
            }
            _ => {
                self.authorisation(attempt).undo = Undo::Answered;
                self.live_capture(attempt)
            }
        };
        if let Some(capture) = capture.and_then(|number| self.captures.get_mut(&number)) {
            capture.refunded = capture.refunded.saturating_add(amount.amount);
        }
    }

    fn authorisation(&mut self, attempt: u32) -> &mut Authorisation {
        self.authorisations.entry(attempt).or_insert(Authorisation {
            terms: None,
            held: Held::No,
            payment: None,
            url: None,
            abandoned: false,
            undo: Undo::None,
        })
    }

    fn capture_entry(&mut self, attempt: u32) -> &mut Capture {
        self.captures.entry(attempt).or_insert(Capture {
            of: None,
            amount: None,
            taken: Taken::No,
            refused: false,
            refunded: 0,
            undo: Undo::None,
        })
    }

    /// The newest authorisation that a capture can take from.
    pub(super) fn open_authorisation(&self) -> Option<u32> {
        let mut open = self.authorisations.iter().rev().filter(|(attempt, auth)| {
            auth.held == Held::Yes && auth.undo == Undo::None && self.live_capture(**attempt).is_none()
        });
        open.next().map(|(attempt, _)| *attempt)
    }

    /// The capture of that authorisation which is under way or was taken; there is one at most.
    pub(super) fn live_capture(&self, authorisation: u32) -> Option<u32> {
        let mut live =
            self.captures.iter().filter(|(_, capture)| capture.of == Some(authorisation) && capture.taken != Taken::No);
        live.next().map(|(number, _)| *number)
    }

    /// The first operator's refund from that capture without an answer.
    pub(super) fn pending_refund(&self, capture: u32) -> Option<u32> {
        let mut pending = self.refunds.iter().filter(|(_, refund)| refund.wanted && refund.of == Some(capture));
        pending.next().map(|(number, _)| *number)
    }

    /// Minor units of that capture that are neither back nor on their way back.
    pub(super) fn refundable(&self, capture: u32) -> i64 {
        let Some(taken) = self.captures.get(&capture).filter(|capture| capture.taken == Taken::Yes) else { return 0 };
        let pending = self.refunds.values().filter(|refund| refund.wanted && refund.of == Some(capture));
        let pending = pending.fold(0_i64, |sum, refund| sum.saturating_add(refund.amount));
        let amount = taken.amount.map_or(0, |amount| amount.amount);
        amount.saturating_sub(taken.refunded).saturating_sub(pending).max(0)
    }

    /// Whether what that capture took is to go back as a whole.
    pub(super) fn unwanted(&self, capture: &Capture) -> bool {
        let rests_on = capture.of.and_then(|attempt| self.authorisations.get(&attempt));
        capture.undo != Undo::None || rests_on.is_some_and(|auth| auth.undo != Undo::None)
    }
}
