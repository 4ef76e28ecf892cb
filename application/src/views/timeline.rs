//! The timeline: an order's events under the names that people know them by.

use orderflow_domain::event::{Event, Recorded};
use orderflow_domain::ordering::event::{OrderEvent, Placed, Wanted};
use orderflow_domain::shared::{Actor, CustomerId, Decimal, EventId, Quantity, Timestamp, Version};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One event, as people see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// The event's id.
    pub event_id: EventId,
    /// `ORDER_PLACED`, `EXECUTING`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Who caused it.
    pub by: Actor,
    /// The order's version with it.
    pub version: Version,
    /// The event that led here, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<EventId>,
    /// What the event says; without payment tokens, which are nobody's to read.
    pub data: Value,
}

/// Makes the entries of one order, from its first event on: whether a fill is the last one depends on those before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    owner: Option<CustomerId>,
    wanted: Option<Quantity>,
    filled: Quantity,
}

impl Timeline {
    /// Whose order it is, once its first event has been seen.
    #[must_use]
    pub const fn owner(&self) -> Option<CustomerId> {
        self.owner
    }

    /// The entry of the next event; none for an event that is not an order's.
    pub fn entry(&mut self, recorded: &Recorded) -> Option<TimelineEntry> {
        let Event::Order(event) = &recorded.event else { return None };
        self.follow(event);
        let envelope = &recorded.envelope;
        // Payloads are plain structs, of which JSON can always be made.
        let mut data = event.serialize_payload(serde_json::value::Serializer).unwrap_or(Value::Null);
        without_tokens(&mut data);
        Some(TimelineEntry {
            event_id: envelope.id,
            kind: self.name(event).to_owned(),
            at: envelope.at,
            by: envelope.actor.clone(),
            version: envelope.version,
            caused_by: envelope.causation,
            data,
        })
    }

    fn follow(&mut self, event: &OrderEvent) {
        if let OrderEvent::Placed(Placed { customer, wanted, .. }) = event {
            self.owner = Some(*customer);
            self.wanted = match wanted {
                Wanted::Trade(ticket) => Some(ticket.quantity),
                Wanted::Purchase(_) => None,
            };
        }
        if let OrderEvent::Filled(filled) = event {
            let units = self.filled.units().saturating_add(filled.fill.quantity.units());
            self.filled = Decimal::from_units(units);
        }
    }

    fn name(&self, event: &OrderEvent) -> &'static str {
        match event {
            OrderEvent::Placed(_) => "ORDER_PLACED",
            OrderEvent::Validated(_) => "VALIDATED",
            OrderEvent::SentToExecutor(_) => "SENT_TO_EXECUTOR",
            OrderEvent::Executing(_) => "EXECUTING",
            OrderEvent::Filled(_) if self.wanted.is_some_and(|wanted| self.filled >= wanted) => "FILLED",
            OrderEvent::Filled(_) => "PARTIALLY_FILLED",
            OrderEvent::Executed(_) => "EXECUTED",
            OrderEvent::CancelRequested(_) => "CANCEL_REQUESTED",
            OrderEvent::CancelRejected(_) => "CANCEL_REJECTED",
            OrderEvent::Cancelled(_) => "CANCELLED",
            OrderEvent::Failed(_) => "FAILED",
            OrderEvent::StepRequested(_) => "STEP_REQUESTED",
            OrderEvent::StepAwaited(_) => "STEP_AWAITED",
            OrderEvent::StepSucceeded(_) => "STEP_SUCCEEDED",
            OrderEvent::StepFailed(_) => "STEP_FAILED",
            OrderEvent::StepOverdue(_) => "STEP_OVERDUE",
            OrderEvent::StepLost(_) => "STEP_LOST",
            OrderEvent::StepNoted(_) => "STEP_NOTED",
            OrderEvent::UndoRequested(_) => "UNDO_REQUESTED",
            OrderEvent::UndoSucceeded(_) => "UNDO_SUCCEEDED",
            OrderEvent::RefundRequested(_) => "REFUND_REQUESTED",
            OrderEvent::Refunded(_) => "REFUNDED",
            OrderEvent::Rated(_) => "RATED",
            OrderEvent::NoteAdded(_) => "NOTE_ADDED",
        }
    }
}

/// Takes out what the gateway knows the customer's means of payment by.
fn without_tokens(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("token");
            fields.values_mut().for_each(without_tokens);
        }
        Value::Array(values) => values.iter_mut().for_each(without_tokens),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
