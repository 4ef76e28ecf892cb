//! An errand: what one order wants from the outside now. Which call that is follows from the newest state of the aggregate, so a stored intent
//! only has to name the order, and an old intent can't send what is wanted no longer.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use orderflow_domain::event::Event;
use orderflow_domain::ports::{
    EffectError, PaymentAction, PaymentAnswer, PaymentCall, ShipAction, ShipAnswer, ShipCall, TaskCall, WorkChange,
    WorkKey, WorkKind, WorkRow,
};
use orderflow_domain::shared::{Address, Category, Contact, Context, Failure, OrderId, StepKind, StreamId, Timestamp};
use orderflow_domain::shipping::Shipment;
use serde::{Deserialize, Serialize};

use super::Outside;
use crate::aggregate::Aggregate;
use crate::defect::Defect;
use crate::desk::Desk;

/// Whose errand it is. Custom steps have a participant each, and so an errand each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Errand {
    pub(crate) context: Context,
    pub(crate) order: OrderId,
    pub(crate) step: Option<StepKind>,
}

/// A call to one of the three kinds of outside.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Call {
    Payment(PaymentCall),
    Ship(ShipCall),
    Task(TaskCall),
}

/// Its answer, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Payment(Result<PaymentAnswer, EffectError>),
    Ship(Result<ShipAnswer, EffectError>),
    Task(Result<Result<BTreeMap<String, String>, Failure>, EffectError>),
}

/// What a stored intent says besides its errand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// Calls in a row that brought nothing new.
    #[serde(default)]
    pub(crate) tries: u32,
    /// The call that may have reached the far end without an answer, by its label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sent: Option<String>,
    /// The call for which a process has the errand for itself; if its lease is over, it may have been sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) leased: Option<String>,
}

impl Intent {
    pub(crate) fn body(&self) -> Arc<str> {
        // Three plain fields: writing them can't fail.
        serde_json::to_string(self).unwrap_or_default().into()
    }

    /// What a row says; the worst, if it can't be read.
    pub(crate) fn read(row: &WorkRow) -> Self {
        serde_json::from_str(&row.body).unwrap_or_else(|_| Self { sent: Some("?".to_owned()), ..Self::default() })
    }

    /// Nothing was sent for it, and nobody has it for itself.
    pub(crate) const fn is_unsent(&self) -> bool {
        self.sent.is_none() && self.leased.is_none()
    }

    /// Whether that call may have reached the far end before.
    pub(crate) fn may_have_sent(&self, label: &str) -> bool {
        [&self.sent, &self.leased].into_iter().any(|call| call.as_deref() == Some(label))
    }
}

/// The document with an order's personal data.
pub(crate) fn contact_key(order: OrderId) -> WorkKey {
    WorkKey { kind: WorkKind::Contact, group: "order".into(), id: order.to_string().into() }
}

impl Errand {
    pub(crate) const fn payment(order: OrderId) -> Self {
        Self { context: Context::Payment, order, step: None }
    }

    pub(crate) const fn shipment(order: OrderId) -> Self {
        Self { context: Context::Shipping, order, step: None }
    }

    pub(crate) const fn task(order: OrderId, step: StepKind) -> Self {
        Self { context: Context::Tasks, order, step: Some(step) }
    }

    /// The aggregate that knows what is wanted.
    pub(crate) const fn stream(&self) -> StreamId {
        let category = match self.context {
            Context::Shipping => Category::Shipment,
            Context::Tasks => Category::Task,
            _ => Category::Payment,
        };
        StreamId::of_order(category, self.order)
    }

    /// The intent's row.
    pub(crate) fn row(&self) -> WorkKey {
        let id = self.step.as_ref().map_or_else(|| self.order.to_string(), |step| format!("{}/{step}", self.order));
        WorkKey { kind: WorkKind::Intent, group: self.context.name().into(), id: id.into() }
    }

    /// From the row of a context.
    pub(crate) fn read(context: Context, row: &WorkKey) -> Option<Self> {
        let (order, step) = row.id.split_once('/').map_or((&*row.id, None), |(order, step)| (order, Some(step)));
        let step = step.map(str::parse).transpose().ok()?;
        Some(Self { context, order: order.parse().ok()?, step })
    }

    /// Leaves the errand to the pool. `outstanding` is the call that was wanted before this message: the pool may be making it now, and what the row
    /// says of that must not be lost. `unanswered` is the label of one that was made just now, in vain.
    pub(crate) fn intend(
        &self,
        due: Timestamp,
        outstanding: Option<&Call>,
        unanswered: Option<String>,
        desk: &mut Desk,
    ) {
        let key = self.row();
        let change = match (desk.planned(&key), desk.seen(&key)) {
            // What was outstanding is what this batch itself has planned, so nobody has sent it yet.
            (Some(WorkChange::Set { body, .. }), _) if unanswered.is_none() => {
                WorkChange::Set { key, due, body: body.clone() }
            }
            (Some(WorkChange::Put { body, expected, .. }), _) if unanswered.is_none() => {
                WorkChange::Put { key, expected: *expected, due, body: body.clone() }
            }
            // Nobody has sent it, and nobody may begin to meanwhile.
            (_, Some(row)) if unanswered.is_none() && Intent::read(row).is_unsent() => {
                WorkChange::Put { key, expected: row.version, due, body: row.body.clone() }
            }
            _ => {
                let sent = unanswered.or_else(|| outstanding.map(Call::label));
                WorkChange::Set { key, due, body: Intent { sent, ..Intent::default() }.body() }
            }
        };
        desk.work(change);
    }

    /// The row to look at before this errand is changed: none if nothing is outstanding.
    pub(crate) fn outstanding_row(&self, desk: &Desk) -> Option<WorkKey> {
        self.wants(desk, None).map(|_| self.row())
    }

    /// The call that is wanted now.
    pub(crate) fn wants(&self, desk: &Desk, address: Option<&Address>) -> Option<Call> {
        match desk.peek(&self.stream())? {
            Aggregate::Payment(payment) => payment.wants(self.order).map(Call::Payment),
            Aggregate::Shipment(shipment) => shipment.wants(self.order, address).map(Call::Ship),
            Aggregate::Task(task) => task.wants(self.order, self.step.as_ref()?).map(Call::Task),
            Aggregate::Order(_)
            | Aggregate::Reservation(_)
            | Aggregate::Item(_)
            | Aggregate::VenueOrder(_)
            | Aggregate::Book(_) => None,
        }
    }

    /// Records an answer. Answers whether it led to anything.
    pub(crate) fn answered(&self, call: &Call, answer: &Answer, desk: &mut Desk) -> Result<bool, Defect> {
        let stream = self.stream();
        let events: Vec<Event> = match (call, answer) {
            (Call::Payment(call), Answer::Payment(answer)) => {
                into_events(desk.payment(&stream)?.answered(call, answer))
            }
            (Call::Ship(call), Answer::Ship(answer)) => into_events(desk.shipment(&stream)?.answered(call, answer)),
            (Call::Task(call), Answer::Task(answer)) => into_events(desk.task(&stream)?.answered(call, answer)),
            _ => return Err(Defect::new("an answer of another kind than its call")),
        };
        let led_on = !events.is_empty();
        for event in events {
            desk.record(&stream, event)?;
        }
        Ok(led_on)
    }

    /// How long the state itself wants to wait before the next call.
    pub(crate) fn patience(&self, desk: &Desk) -> Option<SignedDuration> {
        match desk.peek(&self.stream())? {
            Aggregate::Payment(payment) => payment.retry_hint(),
            _ => None,
        }
    }
}

fn into_events<E: Into<Event>>(events: Vec<E>) -> Vec<Event> {
    events.into_iter().map(Into::into).collect()
}

impl Call {
    /// For a far end that does not deduplicate: what may have been sent is asked about, and never sent again. None where it can't be asked: that is
    /// for an operator.
    pub(crate) fn only_asking(self) -> Option<Self> {
        let Self::Payment(PaymentCall { key, action }) = self else { return Some(self.asking_the_carrier()) };
        let action = match action {
            PaymentAction::Authorise { .. } => PaymentAction::Ask,
            PaymentAction::Capture { .. } | PaymentAction::Refund { .. } => return None,
            // These change nothing the second time.
            PaymentAction::Ask | PaymentAction::Cancel | PaymentAction::Void { .. } => action,
        };
        Some(Self::Payment(PaymentCall { key, action }))
    }

    fn asking_the_carrier(self) -> Self {
        match self {
            Self::Ship(ShipCall { key, action: ShipAction::Book { .. } }) => {
                Self::Ship(ShipCall { key, action: ShipAction::Ask })
            }
            Self::Ship(_) | Self::Payment(_) | Self::Task(_) => self,
        }
    }

    /// Names it among the calls of its errand.
    pub(crate) fn label(&self) -> String {
        let (key, action) = match self {
            Self::Payment(call) => (
                &call.key,
                match &call.action {
                    PaymentAction::Authorise { .. } => "authorise",
                    PaymentAction::Ask => "ask",
                    PaymentAction::Cancel => "cancel",
                    PaymentAction::Capture { .. } => "capture",
                    PaymentAction::Void { .. } => "void",
                    PaymentAction::Refund { .. } => "refund",
                },
            ),
            Self::Ship(call) => (
                &call.key,
                match &call.action {
                    ShipAction::Book { .. } => "book",
                    ShipAction::Ask => "ask",
                    ShipAction::Cancel => "cancel",
                },
            ),
            Self::Task(call) => (&call.key, if call.ask.is_some() { "do" } else { "undo" }),
        };
        format!("{}/{}/{action}", key.step, key.attempt)
    }

    /// There was no answer.
    pub(crate) fn unanswered(&self, error: EffectError) -> Answer {
        match self {
            Self::Payment(_) => Answer::Payment(Err(error)),
            Self::Ship(_) => Answer::Ship(Err(error)),
            Self::Task(_) => Answer::Task(Err(error)),
        }
    }
}

impl Answer {
    /// Why there is none, if there is none.
    pub(crate) const fn error(&self) -> Option<&EffectError> {
        match self {
            Self::Payment(Err(error)) | Self::Ship(Err(error)) | Self::Task(Err(error)) => Some(error),
            Self::Payment(Ok(_)) | Self::Ship(Ok(_)) | Self::Task(Ok(_)) => None,
        }
    }

    /// "Not sent" is said only of what was never sent: where an earlier try may have been, nobody knows.
    pub(crate) fn after_an_earlier_try(self, call: &Call) -> Self {
        match self.error() {
            Some(EffectError::NotSent(why)) => call.unanswered(EffectError::Unknown(why.clone())),
            Some(EffectError::Unknown(_)) | None => self,
        }
    }

    /// When the far end says that asking again makes sense.
    pub(crate) const fn ask_at(&self) -> Option<Timestamp> {
        match self {
            Self::Ship(Ok(answer)) => Shipment::ask_at(answer),
            Self::Payment(_) | Self::Ship(Err(_)) | Self::Task(_) => None,
        }
    }
}

impl Outside {
    /// Makes the call. The caller bounds its time.
    pub(crate) async fn perform(&self, call: &Call) -> Answer {
        match call {
            Call::Payment(call) => Answer::Payment(self.gateway.perform(call).await),
            Call::Ship(call) => Answer::Ship(self.carrier.perform(call).await),
            Call::Task(call) => Answer::Task(match &call.key.step {
                StepKind::Custom(name) => match self.participants.get(name) {
                    Some(participant) => participant.perform(call).await,
                    None => Err(EffectError::NotSent(format!("no participant carries out {name}"))),
                },
                step => Err(EffectError::NotSent(format!("{step} is no own step"))),
            }),
        }
    }

    /// The answer, if it can be had without waiting.
    pub(crate) fn at_once(&self, call: &Call) -> Option<Answer> {
        match call {
            Call::Payment(call) => self.gateway.at_once(call).map(Answer::Payment),
            Call::Ship(call) => self.carrier.at_once(call).map(Answer::Ship),
            Call::Task(_) => None,
        }
    }

    /// Whether the far end deduplicates by key.
    pub(crate) fn deduplicates(&self, context: Context) -> bool {
        match context {
            Context::Payment => self.gateway.deduplicates(),
            Context::Shipping => self.carrier.deduplicates(),
            _ => true,
        }
    }
}

/// Reads the address from the document of an order's personal data.
pub(crate) fn address_of(body: &str) -> Option<Address> {
    serde_json::from_str::<Contact>(body).ok().and_then(|contact| contact.address)
}
