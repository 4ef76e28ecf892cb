//! The same market, naively: a list that is searched anew for every trade.

use crate::shared::{CustomerId, Decimal, OrderId, Price, Quantity, Side, TimeInForce, TradeTicket, TradeType};

/// Maker, taker, price, quantity.
pub(super) type Deal = (OrderId, OrderId, Price, Quantity);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Filled,
    Rests,
    Ended(&'static str),
    Rejected,
}

#[derive(Clone, Debug)]
struct Waiting {
    order: OrderId,
    customer: CustomerId,
    side: Side,
    price: Price,
    left: Quantity,
    arrival: usize,
}

#[derive(Clone, Default)]
pub(super) struct Naive {
    waiting: Vec<Waiting>,
    arrivals: usize,
    pub(super) halted: bool,
}

impl Naive {
    fn best(&self, against: Side, limit: Option<Price>) -> Option<usize> {
        let fits = |price: Price| match (limit, against) {
            (None, _) => true,
            (Some(limit), Side::Buy) => price <= limit,
            (Some(limit), Side::Sell) => price >= limit,
        };
        let mut found: Vec<usize> = (0..self.waiting.len())
            .filter(|&index| self.waiting[index].side != against && fits(self.waiting[index].price))
            .collect();
        found.sort_by(|&a, &b| {
            let (a, b) = (&self.waiting[a], &self.waiting[b]);
            let by_price = a.price.cmp(&b.price);
            let by_price = if against == Side::Buy { by_price } else { by_price.reverse() };
            by_price.then(a.arrival.cmp(&b.arrival))
        });
        found.first().copied()
    }

    pub(super) fn submit(&mut self, order: OrderId, customer: CustomerId, ticket: &TradeTicket) -> (Vec<Deal>, Fate) {
        if self.halted {
            return (Vec::new(), Fate::Rejected);
        }
        let before = self.clone();
        let (deals, fate) = self.take(order, customer, ticket);
        if ticket.time_in_force == TimeInForce::Fok && fate != Fate::Filled {
            *self = before;
            return (Vec::new(), Fate::Ended("KILLED"));
        }
        (deals, fate)
    }

    fn take(&mut self, order: OrderId, customer: CustomerId, ticket: &TradeTicket) -> (Vec<Deal>, Fate) {
        let limit = if ticket.kind == TradeType::Market { None } else { ticket.price };
        let mut left = ticket.quantity;
        let mut deals = Vec::new();
        while left > Decimal::ZERO {
            let Some(index) = self.best(ticket.side, limit) else { break };
            let maker = &mut self.waiting[index];
            if maker.customer == customer {
                return (deals, Fate::Ended("SELF_TRADE"));
            }
            let quantity = left.min(maker.left);
            left = left.checked_sub(quantity).unwrap();
            maker.left = maker.left.checked_sub(quantity).unwrap();
            deals.push((maker.order, order, maker.price, quantity));
            self.waiting.retain(|waiting| waiting.left > Decimal::ZERO);
        }
        let fate = match (left.is_zero(), limit, ticket.time_in_force) {
            (true, _, _) => Fate::Filled,
            (false, None, _) => Fate::Ended("NO_LIQUIDITY"),
            (false, Some(_), TimeInForce::Ioc | TimeInForce::Fok) => Fate::Ended("KILLED"),
            (false, Some(price), TimeInForce::Gtc) => {
                self.arrivals += 1;
                let arrival = self.arrivals;
                self.waiting.push(Waiting { order, customer, side: ticket.side, price, left, arrival });
                Fate::Rests
            }
        };
        (deals, fate)
    }

    /// `true` if it rested.
    pub(super) fn cancel(&mut self, order: OrderId) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| waiting.order != order);
        self.waiting.len() < before
    }

    /// What rests, by order.
    pub(super) fn rests(&self) -> Vec<(OrderId, Price, Quantity)> {
        let mut rests: Vec<_> = self.waiting.iter().map(|one| (one.order, one.price, one.left)).collect();
        rests.sort_unstable();
        rests
    }
}
