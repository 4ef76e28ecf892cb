//! How an order becomes what is shown of it.

use orderflow_domain::ordering::event::{Purchase, Rated, Wanted};
use orderflow_domain::ordering::{self, LineFulfilment, Order, RefundRecord, StepState, UndoState};
use orderflow_domain::shared::{
    Actor, Contact, CustomerId, Failure, Fill, Money, Name, Note, OrderId, OrderLine, Price, PricedLine, Quantity,
    Reason, Timestamp, TradeTicket, Version, limits::MAX_PAGE,
};
use uuid::Uuid;

use super::order::{DetailsView, FaultView, ReasonView};
use super::{
    ActionView, Figure, FillView, FulfilmentView, LineView, NoteView, OrderKind, OrderView, OutcomeView, OutletView,
    PaymentView, RatingView, RefundView, StepView, TradeView,
};

impl OrderView {
    /// One order whole, with its steps and with what the contact document says, if there is one. The order is a placed one; of a blank one
    /// there is nothing to show but nil ids.
    #[must_use]
    pub fn of(order: &Order, version: Version, contact: Option<&Contact>) -> Self {
        let mut shown = Self::shown(order, version);
        shown.steps = Some(order.steps().map(step).collect());
        shown.note = contact.and_then(|contact| contact.note.clone());
        if let Some(fulfilment) = &mut shown.fulfilment {
            fulfilment.address = contact.and_then(|contact| contact.address.clone());
        }
        shown
    }

    /// One order as lists show it: without steps, without anything personal, and without fills where there are more than a hundred.
    #[must_use]
    pub fn brief(order: &Order, version: Version) -> Self {
        let mut shown = Self::shown(order, version);
        if let Some(trade) = &mut shown.trade
            && trade.fills.len() > MAX_PAGE
        {
            trade.fills.clear();
        }
        shown
    }

    fn shown(order: &Order, version: Version) -> Self {
        let (purchase, ticket) = match order.wanted() {
            Some(Wanted::Trade(ticket)) => (None, Some(ticket)),
            Some(Wanted::Purchase(purchase)) => (Some(purchase), None),
            None => (None, None),
        };
        Self {
            order_id: order.id().unwrap_or(OrderId(Uuid::nil())),
            kind: if ticket.is_some() { OrderKind::Trade } else { OrderKind::Purchase },
            status: order.status(),
            stage: order.stage(),
            version,
            customer_id: order.customer().unwrap_or(CustomerId(Uuid::nil())),
            created_at: order.created_at().unwrap_or(Timestamp::UNIX_EPOCH),
            updated_at: order.updated_at(),
            completed_at: order.completed_at(),
            undoing: order.undoing(),
            note: None,
            lines: purchase.map(|purchase| lines(order, purchase)),
            totals: order.totals(),
            payment: purchase.map(|purchase| payment(order, purchase)),
            fulfilment: purchase.map(|purchase| fulfilment(order, purchase)),
            trade: ticket.map(|ticket| trade(order, ticket)),
            steps: None,
            outcome: order.ending().map(|(failure, by)| outcome(failure, by)),
            rating: order.rating().map(rating),
            refunds: order.refunds().iter().map(refund).collect(),
            notes: order.notes().iter().map(|note| NoteView { text: note.text.clone(), at: note.at }).collect(),
        }
    }
}

/// As asked for, until they are priced.
fn lines(order: &Order, purchase: &Purchase) -> Vec<LineView> {
    let fulfilment = order.fulfilment().unwrap_or(LineFulfilment::Pending);
    let asked = |line: &OrderLine| LineView {
        product_id: line.item.clone(),
        name: None,
        quantity: line.quantity,
        unit_price: None,
        total: None,
        fulfilment,
    };
    let priced = |line: &PricedLine| LineView {
        product_id: line.item.clone(),
        name: Some(line.name.clone()),
        quantity: line.quantity,
        unit_price: Some(line.unit_price),
        total: Some(line.total),
        fulfilment,
    };
    match order.lines() {
        Some(lines) => lines.iter().map(priced).collect(),
        None => purchase.lines.iter().map(asked).collect(),
    }
}

fn payment(order: &Order, purchase: &Purchase) -> PaymentView {
    let ledger = order.ledger();
    let amount = |amount| -> Option<Money> { order.money(amount) };
    PaymentView {
        method: purchase.method,
        state: order.payment_state(),
        authorised: amount(ledger.authorised()),
        captured: amount(ledger.captured()),
        refunded: amount(ledger.refunded()),
        action: order.action_url().map(|url| ActionView::Redirect { url: url.to_owned() }),
    }
}

fn fulfilment(order: &Order, purchase: &Purchase) -> FulfilmentView {
    FulfilmentView {
        kind: purchase.fulfilment,
        address: None,
        tracking: order.tracking().cloned(),
        outlet: OutletView { outlet_id: purchase.outlet.clone() },
    }
}

fn trade(order: &Order, ticket: &TradeTicket) -> TradeView {
    let shown = |price: Price| Figure::on(order.tick(), price);
    let fill = |fill: &Fill| FillView {
        trade_id: fill.trade.clone(),
        price: shown(fill.price),
        quantity: fill.quantity,
        at: fill.at,
    };
    TradeView {
        instrument: ticket.instrument.clone(),
        side: ticket.side,
        kind: ticket.kind,
        price: ticket.price.map(shown),
        time_in_force: ticket.time_in_force,
        quantity: ticket.quantity,
        filled_quantity: order.filled_quantity(),
        remaining_quantity: order.remaining().unwrap_or(Quantity::ZERO),
        average_price: order.average_price().map(shown),
        fill_state: order.fill_state().unwrap_or(ordering::FillState::Unfilled),
        fills: order.fills().iter().map(fill).collect(),
    }
}

fn step(step: ordering::StepView<'_>) -> StepView {
    StepView {
        step: step.kind.clone(),
        state: match step.state {
            StepState::Succeeded => "DONE",
            StepState::Waiting
            | StepState::LeftOut
            | StepState::Awaited
            | StepState::Requested
            | StepState::Retrying
            | StepState::Failed
            | StepState::Lost => step.state.as_str(),
        }
        .to_owned(),
        attempt: step.attempt,
        requested_at: step.requested_at,
        finished_at: step.finished_at,
        retry_at: step.retry_at,
        reason: alarm(&step).or_else(|| step.failure.map(reason)),
        undo: (step.undo != UndoState::None).then(|| step.undo.as_str().to_owned()),
    }
}

/// What is tried again for ever does not fail; why it is not done yet is told all the same, for whoever may settle it by hand.
fn alarm(step: &ordering::StepView<'_>) -> Option<ReasonView> {
    let Some(Note::Alarm { message }) = step.note else { return None };
    let open = step.state == StepState::Requested;
    open.then(|| ReasonView { code: Reason::Custom(Name::part("ALARM")), message: message.clone() })
}

fn reason(failure: &Failure) -> ReasonView {
    ReasonView { code: failure.reason.clone(), message: failure.message.clone() }
}

fn outcome(failure: &Failure, by: &Actor) -> OutcomeView {
    let fault = |fault: &orderflow_domain::shared::LineFault| FaultView {
        line: fault.line,
        product_id: fault.item.clone(),
        code: fault.reason.clone(),
        available: fault.available,
    };
    let lines: Vec<_> = failure.faults.iter().map(fault).collect();
    OutcomeView {
        code: failure.reason.clone(),
        by: match by {
            // A part of the engine is known by its own name: `inventory`.
            Actor::System(part) => part.to_string(),
            Actor::Customer(_) | Actor::Outlet(_) | Actor::Courier(_) | Actor::Operator(_) => by.role().to_owned(),
        },
        message: (!failure.message.is_empty()).then(|| failure.message.clone()),
        details: (!lines.is_empty()).then_some(DetailsView { lines }),
    }
}

fn rating(rated: &Rated) -> RatingView {
    RatingView { order: rated.order, outlet: rated.outlet, courier: rated.courier }
}

fn refund(refund: &RefundRecord) -> RefundView {
    RefundView {
        number: refund.number,
        amount: refund.amount,
        reason: refund.reason.clone(),
        requested_at: refund.requested_at,
        refunded_at: refund.refunded_at,
        failure: refund.failure.as_ref().map(reason),
    }
}
