//! What follows from a decision at once: undos that have nothing left to wait for, and the steps of payments that need no gateway.

use uuid::Uuid;

use crate::ports::{PaymentAction, PaymentAnswer};
use crate::shared::{Name, OrderId, StepKind};

use super::Payment;
use super::account::{Held, Taken, Undo};
use super::event::{PaymentEvent, Voided};

/// The reference of a payment that no gateway knows.
const NO_GATEWAY: &str = "cash";

impl Payment {
    /// These events and all that follows from them.
    pub(super) fn with(&self, mut events: Vec<PaymentEvent>) -> Vec<PaymentEvent> {
        let mut state = self.clone();
        for event in &events {
            state.apply(event);
        }
        while let Some(next) = state.follows() {
            for event in next {
                state.apply(&event);
                events.push(event);
            }
        }
        events
    }

    fn follows(&self) -> Option<Vec<PaymentEvent>> {
        if let Some(voided) = self.settled_undo() {
            return Some(vec![voided.into()]);
        }
        // The order's id is only part of the key of a call, and this one is not sent anywhere.
        let call = self.wants_itself(OrderId(Uuid::nil()))?;
        let answer = match call.action {
            PaymentAction::Authorise { .. } | PaymentAction::Ask => {
                PaymentAnswer::Authorised { payment: Name::new(NO_GATEWAY).ok()? }
            }
            PaymentAction::Cancel | PaymentAction::Void { .. } => PaymentAnswer::Voided,
            PaymentAction::Capture { .. } => PaymentAnswer::Captured,
            PaymentAction::Refund { .. } => PaymentAnswer::Refunded,
        };
        Some(self.recorded(&call, &Ok(answer))).filter(|events| !events.is_empty())
    }

    /// An undo that was asked for and rests on nothing any more. (Those that a void or a refund answers are answered by its event.)
    fn settled_undo(&self) -> Option<Voided> {
        let capture = self.captures.iter().find(|(number, capture)| {
            let over = match capture.taken {
                Taken::Wanted => false,
                Taken::No => true,
                Taken::Yes => self.refundable(**number) == 0 && self.pending_refund(**number).is_none(),
            };
            capture.undo == Undo::Asked && over
        });
        if let Some((number, _)) = capture {
            return Some(Voided { step: StepKind::CapturePayment, attempt: *number, amount: None });
        }
        let authorisation = self.authorisations.iter().find(|(attempt, auth)| {
            let over = match auth.held {
                Held::Asked | Held::Action => false,
                Held::No => true,
                Held::Yes => self.live_capture(**attempt).is_some_and(|number| {
                    let taken = self.captures.get(&number).is_some_and(|capture| capture.taken == Taken::Yes);
                    taken && self.refundable(number) == 0 && self.pending_refund(number).is_none()
                }),
            };
            auth.undo == Undo::Asked && over
        });
        authorisation.map(|(attempt, _)| Voided { step: StepKind::AuthorisePayment, attempt: *attempt, amount: None })
    }
}
