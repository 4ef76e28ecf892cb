//! The plans that a process knows. A new kind of order is a new plan here; the core does not change.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::shared::Name;

use super::super::event::Wanted;
use super::super::execution;
use super::{Plan, PlanFault};

/// Plans by name. Names are stored with orders, so a plan that changes gets a new name.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    by_name: BTreeMap<Name, Arc<Plan>>,
    /// In the order of registration: the newest that fits is chosen.
    choices: Vec<Arc<Plan>>,
}

impl Plans {
    /// The built-in ones: `trade-v1`, `shipped-v1`, `local-delivery-v1`.
    #[must_use]
    pub fn standard() -> Self {
        let mut plans = Self::default();
        for plan in execution::standard() {
            // They are checked by a test; one with faults would not be there to choose.
            let _registered = plans.register(plan);
        }
        plans
    }

    /// Adds a plan.
    ///
    /// # Errors
    /// All its faults at once; then it is not added.
    pub fn register(&mut self, mut plan: Plan) -> Result<(), Vec<PlanFault>> {
        plan.check()?;
        let name = Name::new(&plan.name).map_err(|_| vec![PlanFault::Name])?;
        if self.by_name.contains_key(&name) {
            return Err(vec![PlanFault::Taken]);
        }
        plan.compiled = plan.compile();
        let plan = Arc::new(plan);
        if plan.chosen.is_some() {
            self.choices.push(Arc::clone(&plan));
        }
        self.by_name.insert(name, plan);
        Ok(())
    }

    /// The plan of that name.
    #[must_use]
    pub fn get(&self, name: &Name) -> Option<Arc<Plan>> {
        self.by_name.get(name).cloned()
    }

    /// The plan for an order that names none: the newest registered one that wants such orders.
    #[must_use]
    pub fn for_wanted(&self, wanted: &Wanted) -> Option<Arc<Plan>> {
        self.choices.iter().rev().find(|plan| plan.chosen.is_some_and(|fits| fits(wanted))).cloned()
    }

    /// The names of all plans, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&Name> {
        self.by_name.keys().collect()
    }
}
