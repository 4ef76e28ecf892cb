//! One run: an order, its participants, and everything that is on its way between them, in whatever order chance picks.

use std::collections::BTreeMap;
use std::sync::Arc;

use orderflow_domain::ordering::event::{Fulfilment, OrderEvent, Purchase, Wanted};
use orderflow_domain::ordering::{Command, Order, Plans, Resolution, Settings, decide};
use orderflow_domain::shared::{
    Actor, Ask, Currency, CustomerId, Fill, ItemId, Money, Name, OrderId, OrderLine, Outcome, OutletId, PaymentMethod,
    Price, Published, Quantity, Reason, Side, StepKind, StepResult, TimeInForce, TimerChange, TimerLabel, Timestamp,
    TradeTicket, TradeType,
};
use uuid::Uuid;

use crate::participants::Participants;
use crate::rng::Rng;
use crate::script::{Script, Twist};

pub(crate) const ORDER: OrderId = OrderId(Uuid::from_u128(7));
pub(crate) const TOTAL: i64 = 1_000;
pub(crate) const QUANTITY: i64 = 6;
/// Far above what any run needs.
const MAX_STEPS: usize = 3_000;

/// On its way.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    Request(StepKind, u32, Ask),
    Undo(StepKind, u32),
    Outcome(Outcome),
    Act(Act),
    Command(Command),
}

/// Something that a participant does by itself, at its own time.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Finish(StepKind, u32),
    AfterAll(StepKind, u32, u32),
    Prepare(u32),
    LosePartner(u32),
    PickUp(u32),
    Deliver,
    Trade,
}

pub(crate) struct World<'a> {
    pub(crate) order: Order,
    pub(crate) log: Vec<(OrderEvent, Timestamp)>,
    pub(crate) outside: Participants,
    pub(crate) timers: BTreeMap<TimerLabel, (u32, Timestamp)>,
    script: &'a Script,
    rng: Rng,
    settings: Settings,
    now: Timestamp,
    queue: Vec<Message>,
    stale: Vec<(TimerLabel, u32)>,
}

pub(crate) const fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

pub(crate) fn quantity(whole: i64) -> Quantity {
    Quantity::whole(whole).unwrap()
}

pub(crate) fn item() -> ItemId {
    ItemId::new("p1").unwrap()
}

pub(crate) fn fill(number: usize, amount: i64) -> Fill {
    let trade = Name::new(&format!("t{number}")).unwrap();
    Fill { trade, price: Price::whole(10).unwrap(), quantity: quantity(amount), at: Timestamp::UNIX_EPOCH }
}

pub(crate) fn wanted(plan: &str, cash: bool) -> Wanted {
    if plan == "trade-v1" {
        return Wanted::Trade(TradeTicket {
            instrument: orderflow_domain::shared::Symbol::new("ACME").unwrap(),
            side: Side::Buy,
            kind: TradeType::Limit,
            price: Some(Price::whole(10).unwrap()),
            quantity: quantity(QUANTITY),
            time_in_force: TimeInForce::Gtc,
        });
    }
    Wanted::Purchase(Purchase {
        outlet: OutletId::new("demo").unwrap(),
        lines: Arc::new([OrderLine { item: item(), quantity: 2, asked_price: None }]),
        method: if cash { PaymentMethod::Cash } else { PaymentMethod::Card },
        token: Name::new("tok_visa").unwrap(),
        fulfilment: if plan == "shipped-v1" { Fulfilment::Shipping } else { Fulfilment::Delivery },
        addressed: false,
        expected_total: None,
    })
}

impl<'a> World<'a> {
    pub(crate) fn run(plans: &Arc<Plans>, plan: &str, seed: u64, script: &'a Script) -> Self {
        let mut world = Self {
            order: Order::blank(plans),
            log: Vec::new(),
            outside: Participants::default(),
            timers: BTreeMap::new(),
            script,
            rng: Rng::new(seed),
            settings: Settings::default(),
            now: Timestamp::UNIX_EPOCH,
            queue: Vec::new(),
            stale: Vec::new(),
        };
        let place = Command::Place {
            order: ORDER,
            customer: CustomerId(Uuid::from_u128(9)),
            plan: Name::new(plan).unwrap(),
            wanted: wanted(plan, script.cash),
        };
        world.command(place.clone(), true);
        world.command(place, true);
        for _ in 0..MAX_STEPS {
            if !world.step() {
                return world;
            }
        }
        let last = world.log.iter().take(60).map(|(event, _)| format!("{event:?}")).collect::<Vec<_>>();
        panic!("the run does not end; on its way: {:?}; its beginning: {last:#?}", world.queue);
    }

    fn step(&mut self) -> bool {
        self.interfere();
        let timers_first = self.rng.percent(self.script.chaos);
        if self.queue.is_empty() || timers_first {
            if !self.stale.is_empty() && self.rng.percent(30) {
                let index = self.rng.below(self.stale.len());
                let (label, attempt) = self.stale.swap_remove(index);
                self.tick(label, attempt);
            } else if !self.fire() && self.queue.is_empty() {
                return false;
            }
            return true;
        }
        let index = self.rng.below(self.queue.len());
        let message = self.queue.swap_remove(index);
        if self.is_lost(&message) {
            return true;
        }
        if self.is_doubled(&message) {
            self.queue.push(message.clone());
        }
        self.deliver(message);
        true
    }

    /// What nobody would ask for again is never lost, as the log promises; of the rest it is tried whether asking again heals it.
    fn is_lost(&mut self, message: &Message) -> bool {
        let asked_again = match message {
            Message::Request(kind, ..) => *kind != StepKind::Refund,
            Message::Undo(..) => true,
            Message::Outcome(outcome) => match (&outcome.step, &outcome.result) {
                (StepKind::Fill | StepKind::Prepare | StepKind::PickUp | StepKind::Deliver | StepKind::Refund, _)
                | (_, StepResult::Lost(_)) => false,
                (_, StepResult::Succeeded(_) | StepResult::Failed(_) | StepResult::Undone(_)) => true,
                (_, StepResult::Noted(_) | StepResult::Traded(_)) => false,
            },
            Message::Act(_) | Message::Command(_) => false,
        };
        asked_again && self.rng.percent(self.script.chaos / 2)
    }

    fn is_doubled(&mut self, message: &Message) -> bool {
        let kind = match message {
            Message::Request(kind, ..) | Message::Undo(kind, _) => kind,
            Message::Outcome(outcome) => &outcome.step,
            Message::Act(_) => return false,
            Message::Command(_) => return self.rng.percent(self.script.chaos),
        };
        let on_purpose = self.script.has(&Twist::Twice(kind.clone())) && self.rng.percent(50);
        on_purpose || self.rng.percent(self.script.chaos)
    }

    fn deliver(&mut self, message: Message) {
        let (rng, script, out) = (&mut self.rng, self.script, &mut self.queue);
        match message {
            Message::Request(StepKind::Refund, number, Ask::Refund { amount }) => {
                self.outside.refund(number, amount.amount, out);
            }
            Message::Request(kind, attempt, _) => self.outside.requested(&kind, attempt, rng, script, out),
            Message::Undo(kind, attempt) => self.outside.undo(&kind, attempt, out),
            Message::Act(Act::Finish(kind, attempt)) => self.outside.finish(&kind, attempt, rng, script, out),
            Message::Act(Act::AfterAll(kind, attempt, times)) => {
                self.outside.after_all((&kind, attempt, times), rng, script, out);
            }
            Message::Act(Act::Prepare(attempt)) => self.outside.prepare(attempt, rng, script, out),
            Message::Act(Act::LosePartner(attempt)) => self.outside.lose_partner(attempt, out),
            Message::Act(Act::PickUp(attempt)) => self.outside.pick_up(attempt, rng, script, out),
            Message::Act(Act::Deliver) => self.outside.deliver(rng, script, out),
            Message::Act(Act::Trade) => self.outside.trade(rng, script, out),
            Message::Outcome(outcome) => {
                self.command(Command::Outcome(outcome.clone()), true);
                let again = decide(&self.order, Command::Outcome(outcome), self.now, &self.settings);
                assert_eq!(again, Ok(Vec::new()), "an outcome that is recorded gives no events");
            }
            Message::Command(command) => self.command(command, false),
        }
    }

    /// The customer and the operator, at any time.
    fn interfere(&mut self) {
        if self.script.chaos == 0 {
            return;
        }
        let by = Actor::Operator(Name::new("ann").unwrap());
        let reason = "stuck".to_owned();
        let chance = self.rng.below(1_000);
        match chance {
            0..15 => self.command(cancel(), false),
            15..30 => {
                let step = self.any_step();
                self.command(Command::Retry { step, by }, false);
            }
            30..34 => {
                let resolution = Resolution::WrittenOff;
                self.command(Command::Resolve { step: StepKind::CapturePayment, by, reason, resolution }, false);
            }
            34..38 => {
                let step = self.any_step();
                if step != StepKind::Deliver && step != StepKind::Prepare {
                    let resolution = Resolution::Failed;
                    self.command(Command::Resolve { step, by, reason, resolution }, false);
                }
            }
            38..48 => {
                let amount = eur(1 + i64::try_from(self.rng.below(600)).unwrap());
                self.command(Command::Refund { amount, reason, by }, false);
            }
            _ => {}
        }
    }

    fn any_step(&mut self) -> StepKind {
        let kinds: Vec<_> = self.order.steps().map(|step| step.kind.clone()).collect();
        kinds[self.rng.below(kinds.len())].clone()
    }

    fn command(&mut self, command: Command, must_be_taken: bool) {
        match decide(&self.order, command.clone(), self.now, &self.settings) {
            Ok(events) => events.into_iter().for_each(|event| self.record(event)),
            Err(rejection) => assert!(!must_be_taken, "{command:?} was refused: {rejection}"),
        }
    }

    fn record(&mut self, event: OrderEvent) {
        self.order.apply(&event, self.now);
        match event.published() {
            Some(Published::Request(request)) => {
                self.queue.push(Message::Request(request.step.clone(), request.attempt, request.ask.clone()));
                if self.script.has(&Twist::CancelBefore(request.step.clone())) {
                    self.queue.push(Message::Command(cancel()));
                }
            }
            Some(Published::Undo(undo)) => self.queue.push(Message::Undo(undo.step.clone(), undo.attempt)),
            Some(Published::Outcome(_)) | None => {}
        }
        if let OrderEvent::StepSucceeded(done) = &event
            && self.script.has(&Twist::CancelAfter(done.step.clone()))
        {
            self.queue.push(Message::Command(cancel()));
        }
        match event.timer() {
            Some(TimerChange::Set { label, attempt, due }) => {
                self.timers.insert(label, (attempt, due));
            }
            Some(TimerChange::Clear(label)) => {
                self.timers.remove(&label);
            }
            Some(TimerChange::ClearAll) => self.timers.clear(),
            None => {}
        }
        self.log.push((event, self.now));
    }

    /// The timer that is due first; sometimes it will fire once more, late.
    fn fire(&mut self) -> bool {
        let Some((label, (attempt, due))) =
            self.timers.iter().min_by_key(|(_, (_, due))| *due).map(|(label, timer)| (label.clone(), *timer))
        else {
            return false;
        };
        self.timers.remove(&label);
        self.now = self.now.max(due);
        if self.rng.percent(self.script.chaos) {
            self.stale.push((label.clone(), attempt));
        }
        self.tick(label, attempt);
        true
    }

    fn tick(&mut self, label: TimerLabel, attempt: u32) {
        self.command(Command::Tick { step: label.step, attempt, undo: label.undo }, true);
    }
}

fn cancel() -> Command {
    Command::Cancel {
        by: Actor::Customer(CustomerId(Uuid::from_u128(9))),
        reason: Reason::CancelRequested,
        comment: None,
    }
}
