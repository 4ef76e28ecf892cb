//! Payment's part: authorises, captures, refunds and undoes, through the gateway.

use std::sync::Arc;

use orderflow_domain::payment::Payment;
use orderflow_domain::payment::event::{Declined, PaymentEvent};
use orderflow_domain::ports::WorkKey;
use orderflow_domain::shared::{Ask, Context, Failure, Published, StepKind, StreamId};

use super::{Message, Reactor};
use crate::defect::Defect;
use crate::desk::Desk;
use crate::outside::{Errand, Outside};

/// See the module.
pub struct PaymentReactor {
    outside: Arc<Outside>,
}

impl PaymentReactor {
    /// With the gateway that `outside` carries.
    #[must_use]
    pub const fn new(outside: Arc<Outside>) -> Self {
        Self { outside }
    }
}

impl Reactor for PaymentReactor {
    fn context(&self) -> Context {
        Context::Payment
    }

    fn needs(&self, message: &Message<'_>, _desk: &Desk) -> Vec<StreamId> {
        message.order().map(Payment::stream).into_iter().collect()
    }

    fn makes(&self, message: &Message<'_>) -> Option<StreamId> {
        message.first_ask(&StepKind::AuthorisePayment).map(Payment::stream)
    }

    fn row(&self, message: &Message<'_>, desk: &Desk) -> Option<WorkKey> {
        Errand::payment(message.order()?).outstanding_row(desk)
    }

    fn react(&self, message: &Message<'_>, desk: &mut Desk) -> Result<(), Defect> {
        let now = desk.now();
        let Some(order) = message.order() else { return Ok(()) };
        let stream = Payment::stream(order);
        let errand = Errand::payment(order);
        let outstanding = errand.wants(desk, None);
        let payment = desk.payment(&stream)?;
        let events = match &message.says {
            Published::Request(request) => match &request.ask {
                Ask::AuthorisePayment { amount, method, token } => {
                    payment.request(request.attempt, *amount, *method, token, now, self.outside.calls.payment_patience)
                }
                Ask::CapturePayment { amount } => payment.capture(request.attempt, *amount),
                Ask::Refund { amount } => payment.refund(request.attempt, *amount),
                other => return Err(Defect::new(format!("payment does not know how to {other:?}"))),
            },
            Published::Undo(undo) => payment.undo(&undo.step, undo.attempt, &undo.reason),
            Published::Outcome(_) => Vec::new(),
        };
        if events.is_empty() {
            return Ok(());
        }
        for event in events {
            desk.record(&stream, event)?;
        }
        self.outside.pursue(&errand, outstanding.as_ref(), desk)
    }

    fn discard(&self, message: &Message<'_>, failure: &Failure, desk: &mut Desk) -> Result<(), Defect> {
        match &message.says {
            Published::Request(request) if request.step == StepKind::AuthorisePayment => {
                let stream = Payment::stream(request.order);
                if desk.payment(&stream)?.knows(request.attempt) {
                    return Ok(());
                }
                let event = Declined { attempt: request.attempt, failure: failure.clone() };
                desk.record(&stream, PaymentEvent::from(event))
            }
            _ => Err(Defect::new("only an authorisation can be given up: money that was taken must be settled")),
        }
    }
}
