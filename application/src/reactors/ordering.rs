//! Ordering's part: records on the order what participants answer; the order decides what that leads to.

use std::sync::Arc;

use orderflow_domain::ordering::event::{NoteAdded, OrderEvent};
use orderflow_domain::ordering::{Command, Settings, decide};
use orderflow_domain::shared::{Category, Context, Failure, Published, StreamId};

use super::{Message, Reactor};
use crate::defect::Defect;
use crate::desk::Desk;

/// See the module.
pub struct OrderingReactor {
    settings: Arc<Settings>,
}

impl OrderingReactor {
    /// Decides with these settings.
    #[must_use]
    pub const fn new(settings: Arc<Settings>) -> Self {
        Self { settings }
    }
}

impl Reactor for OrderingReactor {
    fn context(&self) -> Context {
        Context::Ordering
    }

    fn takes_up(&self) -> Option<Category> {
        Some(Category::Order)
    }

    fn needs(&self, message: &Message<'_>, _desk: &Desk) -> Vec<StreamId> {
        match &message.says {
            Published::Outcome(outcome) => vec![StreamId::order(outcome.order)],
            Published::Request(_) | Published::Undo(_) => Vec::new(),
        }
    }

    fn react(&self, message: &Message<'_>, desk: &mut Desk) -> Result<(), Defect> {
        let Published::Outcome(outcome) = &message.says else { return Ok(()) };
        let stream = StreamId::order(outcome.order);
        let now = desk.now();
        let events = decide(desk.order(&stream)?, Command::Outcome(outcome.clone()), now, &self.settings)
            .map_err(|rejection| Defect::new(rejection.to_string()))?;
        for event in events {
            desk.record(&stream, event)?;
        }
        Ok(())
    }

    fn discard(&self, message: &Message<'_>, failure: &Failure, desk: &mut Desk) -> Result<(), Defect> {
        let Published::Outcome(outcome) = &message.says else { return Ok(()) };
        let stream = StreamId::order(outcome.order);
        if !desk.order(&stream)?.exists() {
            return Ok(());
        }
        let text = format!("an answer about {} was given up: {}", outcome.step, failure.message);
        desk.record(&stream, OrderEvent::from(NoteAdded { text }))
    }
}
