//! Thousands of random markets, each beside the naive one.

use std::collections::BTreeMap;

use super::super::event::VenueEvent;
use super::super::{Book, Decision, Route, VenueOrder};
use super::reference::{Deal, Fate, Naive};
use super::{Market, customer, order, symbol};
use crate::shared::{Decimal, OrderId, Quantity, Side, StepKind, TimeInForce, TradeTicket, TradeType};

/// Xorshift: the same numbers for the same seed, everywhere.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 33) % u64::from(limit)).unwrap()
    }
}

struct Run {
    dice: Dice,
    market: Market,
    naive: Naive,
    asked: BTreeMap<OrderId, (u32, TradeTicket)>,
    withdrawn: Vec<OrderId>,
    next: u32,
}

impl Run {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            market: Market::open(),
            naive: Naive::default(),
            asked: BTreeMap::new(),
            withdrawn: Vec::new(),
            next: 1,
        }
    }

    fn ticket(&mut self) -> TradeTicket {
        let kind = if self.dice.below(6) == 0 { TradeType::Market } else { TradeType::Limit };
        let price = Decimal::whole(i64::from(96 + self.dice.below(9))).unwrap();
        TradeTicket {
            instrument: symbol(),
            side: if self.dice.below(2) == 0 { Side::Buy } else { Side::Sell },
            kind,
            price: (kind == TradeType::Limit).then_some(price),
            quantity: Decimal::whole(i64::from(1 + self.dice.below(20))).unwrap(),
            time_in_force: match self.dice.below(8) {
                0 => TimeInForce::Ioc,
                1 => TimeInForce::Fok,
                _ => TimeInForce::Gtc,
            },
        }
    }

    fn step(&mut self) {
        match self.dice.below(20) {
            0..=11 => self.submit(),
            12..=15 => self.cancel(),
            16 => self.repeat(),
            17 => self.withdraw(),
            18 => self.halt(),
            _ => self.resume(),
        }
        let rests: Vec<_> = [Side::Buy, Side::Sell]
            .into_iter()
            .flat_map(|side| self.market.book.queue(side))
            .map(|resting| (resting.order, resting.price, resting.remaining))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect();
        assert_eq!(rests, self.naive.rests());
        let best = |side| self.market.book.queue(side).next().map(|resting| resting.price);
        if let (Some(bid), Some(ask)) = (best(Side::Buy), best(Side::Sell)) {
            assert!(bid < ask, "crossed at rest: {bid} {ask}");
        }
    }

    fn submit(&mut self) {
        let (number, of, ticket) = (self.next, 1 + self.dice.below(5), self.ticket());
        self.next += 1;
        let decision = self.market.attempt(number, of, 1, &ticket);
        let (deals, fate) = self.naive.submit(order(number), customer(of), &ticket);
        assert_eq!(made(&decision), deals);
        assert_eq!(came_to(&self.market.orders[&order(number)]), fate);
        self.asked.insert(order(number), (of, ticket));
    }

    fn any(&mut self) -> Option<u32> {
        (self.next > 1).then(|| 1 + self.dice.below(self.next - 1))
    }

    fn cancel(&mut self) {
        let Some(number) = self.any() else { return };
        let rested = self.naive.cancel(order(number));
        let decision = self.market.undo(number, &StepKind::RouteToVenue, 1);
        let removed = decision.events.iter().any(|(_, event)| matches!(event, VenueEvent::BookRemoved(_)));
        assert_eq!(removed, rested);
        assert!(self.market.undo(number, &StepKind::RouteToVenue, 1).is_empty());
    }

    fn repeat(&mut self) {
        let Some(number) = self.any() else { return };
        let Some((of, ticket)) = self.asked.get(&order(number)).cloned() else { return };
        assert!(self.market.attempt(number, of, 1, &ticket).is_empty());
    }

    /// An undo that is there before its request.
    fn withdraw(&mut self) {
        let number = self.next;
        self.next += 1;
        self.market.undo(number, &StepKind::RouteToVenue, 1);
        let ticket = self.ticket();
        assert!(self.market.attempt(number, 1, 1, &ticket).is_empty());
        self.withdrawn.push(order(number));
    }

    fn halt(&mut self) {
        if self.dice.below(3) == 0 {
            self.market.halt();
            self.naive.halted = true;
        }
    }

    fn resume(&mut self) {
        self.market.resume();
        self.naive.halted = false;
    }

    /// What each order got, from both sides of each trade; what it asked for is filled, rests, or was given up.
    fn conserved(&self) {
        let mut fills: BTreeMap<OrderId, (Quantity, i128)> = BTreeMap::new();
        let (mut bought, mut sold) = (Decimal::ZERO, Decimal::ZERO);
        for (stream, event, _) in &self.market.log {
            if let (Some(of), VenueEvent::Traded(traded)) = (stream.order_id(), event) {
                let fill = &traded.fill;
                let sum = fills.entry(of).or_default();
                *sum = (sum.0.checked_add(fill.quantity).unwrap(), sum.1 + fill.price.notional(fill.quantity));
                let side = if self.asked[&of].1.side == Side::Buy { &mut bought } else { &mut sold };
                *side = side.checked_add(fill.quantity).unwrap();
            }
        }
        assert_eq!(bought, sold);
        for (of, (_, ticket)) in &self.asked {
            self.order_conserved(*of, ticket, fills.get(of).copied().unwrap_or_default());
        }
        for of in &self.withdrawn {
            assert!(!fills.contains_key(of));
        }
    }

    fn order_conserved(&self, of: OrderId, ticket: &TradeTicket, (filled, notional): (Quantity, i128)) {
        let state = &self.market.orders[&of];
        assert_eq!((state.filled(), state.notional()), (filled, notional));
        let remaining = self.market.book.resting(of).map(|resting| {
            assert_eq!((resting.filled, resting.notional), (filled, notional));
            resting.remaining
        });
        let events: Vec<_> = self.market.log.iter().filter(|(stream, ..)| stream.order_id() == Some(of)).collect();
        let mut answers = 0;
        for (_, event, _) in events {
            let said = match event {
                VenueEvent::Filled(event) => {
                    answers += 10;
                    assert_eq!(event.average_price, Decimal::average(notional, filled, 6));
                    assert_eq!(event.quantity, ticket.quantity);
                    event.quantity
                }
                VenueEvent::Ended(event) => event.failure.filled.unwrap(),
                VenueEvent::Cancelled(event) => {
                    answers += 1;
                    event.filled
                }
                _ => continue,
            };
            assert_eq!(said, filled, "nothing is filled after the end");
        }
        assert!([0, 1, 10].contains(&answers), "filled and cancelled exclude each other, and each is said once");
        match state.route() {
            Route::Working { .. } => assert_eq!(filled.checked_add(remaining.unwrap()), Some(ticket.quantity)),
            Route::Filled { .. } => assert_eq!((filled, remaining), (ticket.quantity, None)),
            Route::Ended { .. } | Route::Cancelled { .. } => assert!(filled < ticket.quantity && remaining.is_none()),
            Route::Unknown | Route::Rejected { .. } => assert!(filled.is_zero() && remaining.is_none()),
        }
    }

    /// Folding the streams again, or a snapshot of any moment and what came after it, gives the same.
    fn rebuilt(&mut self) {
        let (mut replayed, mut orders) = (Book::default(), BTreeMap::<OrderId, VenueOrder>::new());
        let cut = self.dice.below(u32::try_from(self.market.log.len()).unwrap()) as usize;
        let mut restored = None;
        for (index, (stream, event, at)) in self.market.log.iter().enumerate() {
            if index == cut {
                let text = serde_json::to_string(&replayed).unwrap();
                restored = Some(serde_json::from_str::<Book>(&text).unwrap());
            }
            if let Some(of) = stream.order_id() {
                orders.entry(of).or_default().apply(event);
            } else {
                replayed.apply(event, *at);
                if let Some(book) = restored.as_mut() {
                    book.apply(event, *at);
                }
            }
        }
        assert_eq!(replayed, self.market.book);
        assert_eq!(restored.as_ref(), Some(&self.market.book));
        assert_eq!(orders, self.market.orders);
    }
}

/// The trades of a decision; each is told to both orders, under one name.
fn made(decision: &Decision) -> Vec<Deal> {
    let deals: Vec<Deal> = decision
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            VenueEvent::BookMatched(matched) => Some((matched.maker, matched.taker, matched.price, matched.quantity)),
            _ => None,
        })
        .collect();
    let told: Vec<_> = decision
        .events
        .iter()
        .filter_map(|(stream, event)| match event {
            VenueEvent::Traded(traded) => Some((stream.order_id().unwrap(), &traded.fill)),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 2 * deals.len());
    for (pair, (maker, taker, price, quantity)) in told.chunks(2).zip(&deals) {
        assert_eq!((pair[0].0, pair[1].0, pair[0].1), (*maker, *taker, pair[1].1));
        assert_eq!((pair[0].1.price, pair[0].1.quantity), (*price, *quantity));
    }
    deals
}

fn came_to(state: &VenueOrder) -> Fate {
    match state.route() {
        Route::Filled { .. } => Fate::Filled,
        Route::Working { .. } => Fate::Rests,
        Route::Rejected { .. } => Fate::Rejected,
        Route::Ended { reason, .. } => match reason.code() {
            "KILLED" => Fate::Ended("KILLED"),
            "NO_LIQUIDITY" => Fate::Ended("NO_LIQUIDITY"),
            "SELF_TRADE" => Fate::Ended("SELF_TRADE"),
            other => panic!("ended {other}"),
        },
        Route::Unknown | Route::Cancelled { .. } => panic!("no answer: {state:?}"),
    }
}

#[test]
fn the_book_trades_as_the_naive_one_does() {
    let mut trades = 0;
    for seed in 0..4_000 {
        let mut run = Run::new(seed);
        for _ in 0..60 {
            run.step();
        }
        run.conserved();
        run.rebuilt();
        trades += run.market.book.trades();
    }
    assert!(trades > 20_000, "the runs are about trades: {trades}");
}

#[test]
fn long_runs_too() {
    for seed in 0..8 {
        let mut run = Run::new(1_000_000 + seed);
        for _ in 0..2_000 {
            run.step();
        }
        run.conserved();
        run.rebuilt();
    }
}
