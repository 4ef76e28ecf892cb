//! The decision to hold an order's lines, or to refuse them with everything that is wrong with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::shared::{
    Currency, Failure, ItemId, LineFault, Money, MoneyError, OrderLine, OutletId, PricedLine, Reason, Reserve, Totals,
    limits,
};

use super::event::{ReservationRejected, Reserved, StockEvent};
use super::{Item, PricingPolicy, Reservation};

/// How a deployment sells.
#[derive(Clone)]
pub struct InventoryPolicy {
    /// What an order costs.
    pub pricing: Arc<dyn PricingPolicy>,
    /// What can be ordered.
    pub catalogue: Catalogue,
}

/// What can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Catalogue {
    /// What outlets have listed, at their prices, as long as there is some.
    Listed,
    /// Anything, at the price that the client says (0 EUR if none), without end: for an engine that is told about orders and keeps no
    /// stock itself. No item is loaded, and none moves.
    Open,
}

impl Reservation {
    /// Holds and prices all lines, or refuses with all that are at fault. `items` has one item per line, in order, with all that the batch has moved
    /// so far; an open catalogue needs none. An attempt that is known, also one that was undone before it came, gives no events.
    #[must_use]
    pub fn reserve(&self, attempt: u32, ask: &Reserve, items: &[&Item], policy: &InventoryPolicy) -> Vec<StockEvent> {
        if self.knows(attempt) {
            return Vec::new();
        }
        let unlimited = policy.catalogue == Catalogue::Open;
        let priced = match policy.catalogue {
            Catalogue::Listed => listed(&ask.lines, items),
            Catalogue::Open => open(&ask.lines),
        };
        let decided = priced.and_then(|mut lines| {
            let totals = quote(policy.pricing.as_ref(), &ask.outlet, &mut lines, ask.expected_total)?;
            Ok(Reserved { attempt, outlet: ask.outlet.clone(), lines: lines.into(), totals, unlimited })
        });
        vec![match decided {
            Ok(reserved) => reserved.into(),
            Err(failure) => ReservationRejected { attempt, failure }.into(),
        }]
    }
}

/// Each line at its item's price, if all can be had.
fn listed(lines: &[OrderLine], items: &[&Item]) -> Result<Vec<PricedLine>, Failure> {
    let wanted = wanted(lines);
    let currency = items.iter().find_map(|item| item.price()).map_or(Currency::EUR, |price| price.currency);
    let unknown = Item::default();
    let mut priced = Vec::with_capacity(lines.len());
    let mut faults = Vec::new();
    for (number, line) in (0_u32..).zip(lines) {
        let item = usize::try_from(number).ok().and_then(|index| items.get(index).copied()).unwrap_or(&unknown);
        let all = wanted.get(&line.item).copied().unwrap_or_default();
        match check(item, all, currency) {
            Ok((name, price)) => priced.push(at_price(line, name, price)?),
            Err((reason, available)) => {
                faults.push(LineFault { line: number, item: line.item.clone(), reason, available });
            }
        }
    }
    match faults.first() {
        None => Ok(priced),
        Some(first) => {
            let message = format!("{} of {} lines can't be had: {}", faults.len(), lines.len(), explain(&faults));
            Err(Failure { faults: faults.clone(), ..Failure::definitive(first.reason.clone(), message) })
        }
    }
}

/// How many of each item the order wants: the same item on two lines counts together.
fn wanted(lines: &[OrderLine]) -> BTreeMap<&ItemId, u64> {
    let mut wanted = BTreeMap::<_, u64>::new();
    for line in lines {
        let sum = wanted.entry(&line.item).or_default();
        *sum = sum.saturating_add(u64::from(line.quantity));
    }
    wanted
}

fn check(item: &Item, wanted: u64, currency: Currency) -> Result<(Arc<str>, Money), (Reason, Option<u64>)> {
    let listing = item.listing().ok_or((Reason::UnknownItem, None))?;
    // An order has one currency; what is sold in another can't be had in the same order.
    if !listing.for_sale || listing.price.currency != currency {
        return Err((Reason::NotForSale, None));
    }
    if wanted > item.available() {
        return Err((Reason::OutOfStock, Some(item.available())));
    }
    Ok((listing.name.clone(), listing.price))
}

fn explain(faults: &[LineFault]) -> String {
    let each = faults.iter().map(|fault| match fault.available {
        Some(available) => format!("{} {} ({available} left)", fault.item, fault.reason),
        None => format!("{} {}", fault.item, fault.reason),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Each line at the price that the client says.
fn open(lines: &[OrderLine]) -> Result<Vec<PricedLine>, Failure> {
    let currency = lines.iter().find_map(|line| line.asked_price).map_or(Currency::EUR, |price| price.currency);
    let price = |line: &OrderLine| line.asked_price.unwrap_or_else(|| Money::zero(currency));
    lines.iter().map(|line| at_price(line, Arc::from(line.item.as_str()), price(line))).collect()
}

fn at_price(line: &OrderLine, name: Arc<str>, unit_price: Money) -> Result<PricedLine, Failure> {
    let total = unit_price.times(line.quantity).map_err(over_limit)?;
    Ok(PricedLine { item: line.item.clone(), name, quantity: line.quantity, unit_price, total })
}

/// The totals, if they are what the client expects.
fn quote(
    pricing: &dyn PricingPolicy,
    outlet: &OutletId,
    lines: &mut [PricedLine],
    expected: Option<Money>,
) -> Result<Totals, Failure> {
    let totals = pricing.quote(outlet, lines).map_err(over_limit)?;
    if !(0..=limits::MAX_AMOUNT).contains(&totals.total.amount) {
        return Err(over_limit(MoneyError::Overflow));
    }
    match expected {
        Some(expected) if expected != totals.total => Err(Failure::definitive(
            Reason::PriceChanged,
            format!("the total is {}, not {}", shown(totals.total), shown(expected)),
        )),
        _ => Ok(totals),
    }
}

fn shown(money: Money) -> String {
    format!("{} {} (minor units)", money.amount, money.currency)
}

fn over_limit(error: MoneyError) -> Failure {
    Failure::definitive(Reason::OverLimit, format!("the order can't be priced: {error}"))
}
