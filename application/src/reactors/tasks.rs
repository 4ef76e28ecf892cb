//! The part of an embedding program's own participants: their steps are carried out by the pool of calls.

use std::sync::Arc;

use orderflow_domain::ports::WorkKey;
use orderflow_domain::shared::{Ask, Context, Failure, Published, Reason, StepKind, StreamId};
use orderflow_domain::tasks::Task;
use orderflow_domain::tasks::event::{Failed, TaskEvent};

use super::{Message, Reactor};
use crate::defect::Defect;
use crate::desk::Desk;
use crate::outside::{Errand, Outside};

/// See the module.
pub struct TaskReactor {
    outside: Arc<Outside>,
}

impl TaskReactor {
    /// With the participants that `outside` carries.
    #[must_use]
    pub const fn new(outside: Arc<Outside>) -> Self {
        Self { outside }
    }

    fn carries_out(&self, step: &StepKind) -> bool {
        matches!(step, StepKind::Custom(name) if self.outside.participants.contains_key(name))
    }
}

impl Reactor for TaskReactor {
    fn context(&self) -> Context {
        Context::Tasks
    }

    fn needs(&self, message: &Message<'_>, _desk: &Desk) -> Vec<StreamId> {
        message.order().map(Task::stream).into_iter().collect()
    }

    fn row(&self, message: &Message<'_>, desk: &Desk) -> Option<WorkKey> {
        let step = match &message.says {
            Published::Request(request) => &request.step,
            Published::Undo(undo) => &undo.step,
            Published::Outcome(_) => return None,
        };
        Errand::task(message.order()?, step.clone()).outstanding_row(desk)
    }

    fn react(&self, message: &Message<'_>, desk: &mut Desk) -> Result<(), Defect> {
        let Some(order) = message.order() else { return Ok(()) };
        let stream = Task::stream(order);
        let step = match &message.says {
            Published::Request(request) => &request.step,
            Published::Undo(undo) => &undo.step,
            Published::Outcome(_) => return Ok(()),
        };
        let errand = Errand::task(order, step.clone());
        let outstanding = errand.wants(desk, None);
        let task = desk.task(&stream)?;
        let events = match &message.says {
            Published::Request(request) => match &request.ask {
                Ask::Custom(_) if !self.carries_out(&request.step) => {
                    let failure = Failure::definitive(
                        Reason::Unsupported,
                        format!("no participant carries out {}", request.step),
                    );
                    return self.discard(message, &failure, desk);
                }
                Ask::Custom(ask) => task.request(step, request.attempt, ask),
                other => return Err(Defect::new(format!("an own participant does not know how to {other:?}"))),
            },
            Published::Undo(undo) => task.undo(step, undo.attempt),
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
            Published::Request(request) => {
                let stream = Task::stream(request.order);
                if desk.task(&stream)?.knows(&request.step, request.attempt) {
                    return Ok(());
                }
                let event = Failed { step: request.step.clone(), attempt: request.attempt, failure: failure.clone() };
                desk.record(&stream, TaskEvent::from(event))
            }
            Published::Undo(_) | Published::Outcome(_) => Err(Defect::new("only a request can be given up")),
        }
    }
}
