//! The payment aggregate against a far end that loses, refuses and forgets nothing: whatever is asked, in whatever order, and however many answers are
//! lost, late or repeated, the account stays sound, agrees with the truth, and comes to an end.

use std::collections::HashSet;
use std::time::Duration;

use jiff::SignedDuration;
use orderflow_domain::payment::Payment;
use orderflow_domain::payment::event::PaymentEvent;
use orderflow_domain::ports::{EffectError, PaymentAnswer, PaymentCall, PaymentGateway};
use orderflow_domain::shared::{Currency, Money, Name, OrderId, PaymentMethod, Reason, StepKind, Timestamp};

use super::{Say, ScriptedGateway};

const ORDER: &str = "0190b4a0-0000-7000-8000-000000000001";
const PATIENCE: SignedDuration = SignedDuration::from_secs(900);
const TOTAL: i64 = 1000;

/// xorshift64*: small, and the same on every machine.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }
}

type Told = (PaymentCall, Result<PaymentAnswer, EffectError>);

struct Run {
    order: OrderId,
    gateway: ScriptedGateway,
    payment: Payment,
    log: Vec<PaymentEvent>,
    /// Answers that were given, recorded or not: each may come again, late.
    told: Vec<Told>,
    now: Timestamp,
}

impl Run {
    fn new() -> Self {
        Self {
            order: ORDER.parse().unwrap(),
            gateway: ScriptedGateway::in_process(),
            payment: Payment::default(),
            log: Vec::new(),
            told: Vec::new(),
            now: Timestamp::UNIX_EPOCH,
        }
    }

    fn record(&mut self, events: Vec<PaymentEvent>) {
        for event in events {
            self.payment.apply(&event);
            self.log.push(event);
            let (authorised, captured, refunded) =
                (self.payment.authorised(), self.payment.captured(), self.payment.refunded());
            assert!(captured <= authorised && refunded <= captured, "{:#?}", self.log);
        }
    }

    /// The attempt that the order is at: it rises after each definitive failure.
    fn attempt(&self) -> u32 {
        let failed = self.log.iter().filter(|event| matches!(event, PaymentEvent::Declined(_))).count();
        u32::try_from(failed + 1).unwrap()
    }

    /// Sends what is wanted. A word that loses the call leaves the state as it is.
    fn send(&mut self, word: Say, record: bool) {
        let Some(call) = self.payment.wants(self.order) else { return };
        // "Not sent" is a promise that nothing ever was, which holds only for the first call of an attempt.
        let word = if word == Say::NotSent && self.gateway.calls(self.order) > 0 { Say::LoseCall } else { word };
        self.gateway.plan(self.order, [word]);
        let answer = self.gateway.at_once(&call).unwrap();
        self.told.push((call, answer));
        if record {
            let (call, answer) = self.told.last().unwrap();
            let events = self.payment.answered(call, answer);
            self.record(events);
        }
    }

    /// A call whose first try is still on its way is recorded after others.
    fn repeat(&mut self, index: usize) {
        if let Some((call, answer)) = self.told.get(index)
            && !matches!(answer, Err(EffectError::NotSent(_)))
        {
            let events = self.payment.answered(call, answer);
            self.record(events);
        }
    }

    fn step(&mut self, seeded: &mut Seeded) {
        let token = Name::new("tok_visa").unwrap();
        let eur = |amount| Money::new(amount, Currency::EUR);
        let amount = i64::try_from(1 + seeded.below(TOTAL as u64)).unwrap();
        let words =
            [Say::Answer, Say::Answer, Say::LoseAnswer, Say::LoseCall, Say::NotSent, Say::Refuse, Say::AskCustomer];
        let events = match seeded.below(13) {
            0 => self.payment.request(self.attempt(), eur(TOTAL), PaymentMethod::Card, &token, self.now, PATIENCE),
            1 => self.payment.capture(1, eur(TOTAL)),
            2 => self.payment.refund(u32::try_from(1 + seeded.below(3)).unwrap(), eur(amount)),
            3 if seeded.below(3) == 0 => {
                self.payment.undo(&StepKind::AuthorisePayment, self.attempt(), &Reason::CancelRequested)
            }
            4 if seeded.below(3) == 0 => self.payment.undo(&StepKind::CapturePayment, 1, &Reason::DeliveryFailed),
            5 => {
                self.now += Duration::from_secs(300);
                self.payment.expire(self.attempt(), self.now)
            }
            6 => {
                self.gateway.confirm(self.order);
                return;
            }
            7 => return self.repeat(usize::try_from(seeded.below(16)).unwrap()),
            _ => {
                let word = words[usize::try_from(seeded.below(words.len() as u64)).unwrap()].clone();
                // Now and then the process dies between the answer and its record.
                return self.send(word, seeded.below(4) != 0);
            }
        };
        self.record(events);
    }

    /// The far end is well again, the customer confirms: everything comes to an end.
    fn finish(&mut self) {
        for _ in 0..24 {
            self.gateway.confirm(self.order);
            self.send(Say::Answer, true);
        }
        assert_eq!(self.payment.wants(self.order), None, "{:#?}", self.log);
    }

    fn check(&self) {
        let charged = self.payment.captured() - self.payment.refunded();
        assert_eq!(self.gateway.charged(self.order).amount, charged, "the log and the truth differ: {:#?}", self.log);
        let held = self.payment.authorised() - self.payment.captured();
        assert_eq!(self.gateway.held(self.order).amount, held, "the log and the truth differ: {:#?}", self.log);
        let has = |wanted: fn(&PaymentEvent) -> bool| self.log.iter().any(wanted);
        let gone = has(|event| matches!(event, PaymentEvent::Voided(event) if event.amount.is_some()));
        assert!(
            !(gone && has(|event| matches!(event, PaymentEvent::Captured(_)))),
            "voided and captured: {:#?}",
            self.log
        );
        let mut outcomes = HashSet::new();
        for event in &self.log {
            let attempt = match event {
                PaymentEvent::Declined(event) => event.attempt,
                PaymentEvent::Authorised(event) => event.attempt,
                _ => continue,
            };
            assert!(outcomes.insert(attempt), "two outcomes of attempt {attempt}: {:#?}", self.log);
        }
        self.every_undo_is_answered_once();
        let mut again = Payment::default();
        self.log.iter().for_each(|event| again.apply(event));
        assert_eq!(again, self.payment);
    }

    fn every_undo_is_answered_once(&self) {
        let mut answers = HashSet::new();
        for event in &self.log {
            let (step, attempt) = match event {
                PaymentEvent::Voided(event) => (&event.step, event.attempt),
                PaymentEvent::Refunded(event) => (&event.step, event.attempt),
                _ => continue,
            };
            assert!(answers.insert((step.to_string(), attempt)), "answered twice: {:#?}", self.log);
        }
        for event in &self.log {
            if let PaymentEvent::UndoRequested(event) = event {
                assert!(answers.contains(&(event.step.to_string(), event.attempt)), "unanswered: {:#?}", self.log);
            }
        }
    }
}

#[test]
fn any_interleaving_leaves_a_sound_account() {
    let mut reached = HashSet::new();
    for seed in 1..=20_000_u64 {
        let mut seeded = Seeded(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut run = Run::new();
        for _ in 0..seeded.below(40) {
            run.step(&mut seeded);
        }
        run.finish();
        run.check();
        reached.extend(run.log.iter().map(|event| event.event_type().name));
    }
    // Otherwise the property would hold for want of trying.
    assert_eq!(reached.len(), PaymentEvent::TYPES.len(), "{reached:?}");
}
