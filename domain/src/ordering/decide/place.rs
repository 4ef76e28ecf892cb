//! Taking an order: what is wrong with it as it stands is refused here, at once; what only a participant can know fails a step later.

use crate::shared::limits::{MAX_LINE_QUANTITY, MAX_LINES};
use crate::shared::{CustomerId, Name, OrderId, StepKind, TradeTicket, TradeType};

use super::super::event::{OrderEvent, Placed, Purchase, Wanted};
use super::super::order::{Order, is_cash};
use super::super::plan::OnlyFor;
use super::super::rejection::Rejection;
use super::super::request::fits;

pub(super) fn place(
    order: &Order,
    id: OrderId,
    customer: CustomerId,
    plan: Name,
    wanted: Wanted,
) -> Result<Vec<OrderEvent>, Rejection> {
    if let Some(placed) = &order.facts {
        let same = placed.id == id && placed.customer == customer && placed.plan == plan && placed.wanted == wanted;
        return if same { Ok(Vec::new()) } else { Err(Rejection::OrderExists) };
    }
    let steps = order.plans().get(&plan).ok_or(Rejection::UnknownPlan)?;
    if !steps.steps().iter().all(|step| fits(&step.kind, &wanted)) {
        return Err(Rejection::PlanDoesNotFit);
    }
    match &wanted {
        Wanted::Trade(ticket) => check_ticket(ticket)?,
        Wanted::Purchase(purchase) => check_lines(purchase)?,
    }
    let prepays = |kind: &StepKind, only_for| *kind == StepKind::AuthorisePayment && only_for == OnlyFor::All;
    if is_cash(&wanted) && steps.steps().iter().any(|step| prepays(&step.kind, step.only_for)) {
        return Err(Rejection::MethodNotAccepted);
    }
    Ok(vec![Placed { order: id, customer, plan, wanted }.into()])
}

fn check_ticket(ticket: &TradeTicket) -> Result<(), Rejection> {
    if !ticket.quantity.is_positive() {
        return Err(Rejection::InvalidQuantity);
    }
    match (ticket.kind, ticket.price) {
        // A MARKET order's price is ignored.
        (TradeType::Market, _) => Ok(()),
        (TradeType::Limit, Some(price)) if price.is_positive() => Ok(()),
        (TradeType::Limit, _) => Err(Rejection::InvalidPrice),
    }
}

fn check_lines(purchase: &Purchase) -> Result<(), Rejection> {
    if purchase.lines.is_empty() || purchase.lines.len() > MAX_LINES {
        return Err(Rejection::InvalidLines);
    }
    let sane = purchase.lines.iter().all(|line| (1..=MAX_LINE_QUANTITY).contains(&line.quantity));
    if sane { Ok(()) } else { Err(Rejection::InvalidQuantity) }
}
