//! Poison, and far ends that are not what they should be.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderflow_domain::inventory::{CataloguePricing, PricingPolicy};
use orderflow_domain::ports::{EffectError, PaymentAnswer, PaymentCall, PaymentGateway};
use orderflow_domain::shared::{ItemId, MoneyError, OrderId, OutletId, PricedLine, Totals};
use orderflow_gateways::scripted::ScriptedGateway;

/// Prices as listed, but panics over some items until it is mended.
#[derive(Default)]
pub(crate) struct PlantedPricing(Mutex<HashSet<ItemId>>);

impl PlantedPricing {
    pub(crate) fn poison(&self, item: &str) {
        self.0.lock().unwrap().insert(ItemId::new(item).unwrap());
    }

    pub(crate) fn mend(&self) {
        self.0.lock().unwrap().clear();
    }
}

impl PricingPolicy for PlantedPricing {
    fn quote(&self, outlet: &OutletId, lines: &mut [PricedLine]) -> Result<Totals, MoneyError> {
        let poisoned = lines.iter().any(|line| self.0.lock().unwrap().contains(&line.item));
        assert!(!poisoned, "planted");
        CataloguePricing.quote(outlet, lines)
    }
}

/// A scripted gateway that panics over some orders, or does not deduplicate as far as callers know.
pub(crate) struct PlantedGateway {
    pub(crate) inner: Arc<ScriptedGateway>,
    pub(crate) deduplicates: bool,
    /// Panics when it is asked at once, too.
    pub(crate) near: bool,
    pub(crate) panics: Mutex<HashSet<OrderId>>,
    pub(crate) calls: Mutex<Vec<PaymentCall>>,
}

impl PlantedGateway {
    pub(crate) fn around(inner: &Arc<ScriptedGateway>) -> Self {
        Self {
            inner: inner.clone(),
            deduplicates: true,
            near: false,
            panics: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    fn look(&self, call: &PaymentCall) {
        let poisoned = self.panics.lock().unwrap().contains(&call.key.order);
        assert!(!poisoned, "planted");
    }
}

#[async_trait]
impl PaymentGateway for PlantedGateway {
    fn name(&self) -> &'static str {
        "planted-gateway"
    }

    fn deduplicates(&self) -> bool {
        self.deduplicates
    }

    fn at_once(&self, call: &PaymentCall) -> Option<Result<PaymentAnswer, EffectError>> {
        if self.near {
            self.look(call);
        }
        self.inner.at_once(call)
    }

    async fn perform(&self, call: &PaymentCall) -> Result<PaymentAnswer, EffectError> {
        self.look(call);
        self.calls.lock().unwrap().push(call.clone());
        self.inner.perform(call).await
    }
}
