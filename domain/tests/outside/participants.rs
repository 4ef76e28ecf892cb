//! Those who do the work, with what is true of them: what is charged, what left the shelf, who holds the food, what the venue filled. They keep
//! the promises of the published language (the same attempt is the same piece of work; undone and the pivot's success exclude each other) and
//! no others.

use orderflow_domain::shared::{Failure, Fill, Note, Outcome, StepKind, StepResult, Success, Undone};

use crate::answers::{failure, success};
use crate::rng::Rng;
use crate::script::{Script, Twist};
use crate::world::{Act, Message, ORDER, QUANTITY, TOTAL, eur, fill, quantity};

/// What a participant knows of one attempt.
#[derive(Clone, Debug)]
enum Job {
    Working { silent: u32 },
    Done,
    Failed(Failure),
    Lost,
    Undone(Undone),
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Prepared {
    #[default]
    No,
    Ready,
    Cannot,
}

/// Where the goods are, and how many times they were handed out.
#[derive(Default, Debug)]
pub(crate) struct Truth {
    pub(crate) held: i64,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    pub(crate) reserved: i64,
    pub(crate) left: i64,
    pub(crate) outlets_bound: i64,
    pub(crate) couriers_bound: i64,
    pub(crate) handed_over: i64,
    pub(crate) delivered: Option<bool>,
    pub(crate) prepared: Prepared,
    pub(crate) picked_up: bool,
    pub(crate) cash: i64,
    pub(crate) fills: Vec<Fill>,
    pub(crate) resting: bool,
    pub(crate) ended: Option<Failure>,
}

#[derive(Default)]
pub(crate) struct Participants {
    pub(crate) truth: Truth,
    jobs: Vec<(StepKind, u32, Job)>,
    /// What each authorisation and capture still holds.
    money: Vec<(StepKind, u32, i64)>,
    refunds: Vec<u32>,
}

pub(crate) type Sent = Vec<Message>;

impl Participants {
    fn job(&mut self, kind: &StepKind, attempt: u32) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|(known, number, _)| known == kind && *number == attempt).map(|(_, _, job)| job)
    }

    fn set(&mut self, kind: &StepKind, attempt: u32, job: Job) {
        match self.job(kind, attempt) {
            Some(known) => *known = job,
            None => self.jobs.push((kind.clone(), attempt, job)),
        }
    }

    /// Attempts whose effect is there.
    pub(crate) fn effects(&self, kind: &StepKind) -> usize {
        self.jobs.iter().filter(|(known, _, job)| known == kind && matches!(job, Job::Done)).count()
    }

    pub(crate) fn requested(&mut self, kind: &StepKind, attempt: u32, rng: &mut Rng, script: &Script, out: &mut Sent) {
        if *kind == StepKind::Refund {
            return;
        }
        match self.job(kind, attempt).cloned() {
            None => {
                let on_purpose = script.has(&Twist::Silent(kind.clone()));
                let silent = if on_purpose { 2 } else { u32::from(rng.percent(script.chaos)) };
                self.set(kind, attempt, Job::Working { silent });
                if silent == 0 {
                    out.push(Message::Act(Act::Finish(kind.clone(), attempt)));
                }
                if *kind == StepKind::AuthorisePayment && rng.percent(script.chaos) {
                    let url = "https://pay.example/confirm".to_owned();
                    answer(out, kind, attempt, StepResult::Noted(Note::ActionRequired { url }));
                }
            }
            Some(Job::Working { silent: 0 }) => {}
            Some(Job::Working { silent }) => {
                self.set(kind, attempt, Job::Working { silent: silent - 1 });
                if silent == 1 {
                    out.push(Message::Act(Act::Finish(kind.clone(), attempt)));
                }
            }
            Some(Job::Done) => answer(out, kind, attempt, StepResult::Succeeded(success(kind))),
            Some(Job::Failed(failure)) => answer(out, kind, attempt, StepResult::Failed(failure)),
            Some(Job::Lost) => answer(out, kind, attempt, StepResult::Lost(failure(&StepKind::AssignPartner, false))),
            Some(Job::Undone(undone)) => answer(out, kind, attempt, StepResult::Undone(undone)),
        }
    }

    pub(crate) fn refund(&mut self, number: u32, amount: i64, out: &mut Sent) {
        if !self.refunds.contains(&number) {
            self.refunds.push(number);
            assert!(
                self.truth.captured + self.truth.cash - self.truth.refunded >= amount,
                "refunded more than was captured"
            );
            self.truth.refunded += amount;
        }
        let success = Success::Refunded { amount: eur(amount) };
        answer(out, &StepKind::Refund, number, StepResult::Succeeded(success));
    }

    /// The participant comes to a result.
    pub(crate) fn finish(&mut self, kind: &StepKind, attempt: u32, rng: &mut Rng, script: &Script, out: &mut Sent) {
        if !matches!(self.job(kind, attempt), Some(Job::Working { .. })) {
            return;
        }
        let on_purpose = script.has(&Twist::Fails(kind.clone())) && (attempt == 1 || *kind != StepKind::CapturePayment);
        let for_ever = matches!(kind, StepKind::CapturePayment | StepKind::CommitStock);
        if on_purpose && !(for_ever && attempt > 2) || rng.percent(script.chaos) {
            let failure = failure(kind, rng.percent(60));
            self.set(kind, attempt, Job::Failed(failure.clone()));
            if matches!(kind, StepKind::AuthorisePayment | StepKind::ReserveStock) && rng.percent(script.chaos) {
                out.push(Message::Act(Act::AfterAll(kind.clone(), attempt, 8)));
            }
            answer(out, kind, attempt, StepResult::Failed(failure));
            return;
        }
        self.set(kind, attempt, Job::Done);
        self.take_effect(kind, attempt, rng, script, out);
        answer(out, kind, attempt, StepResult::Succeeded(success(kind)));
    }

    /// What it said had failed was done after all. It says so several times, since nobody asks it.
    pub(crate) fn after_all(
        &mut self,
        (kind, attempt, times): (&StepKind, u32, u32),
        rng: &mut Rng,
        script: &Script,
        out: &mut Sent,
    ) {
        match self.job(kind, attempt) {
            Some(Job::Failed(_)) => {
                self.set(kind, attempt, Job::Done);
                self.take_effect(kind, attempt, rng, script, out);
            }
            Some(Job::Done) => {}
            None | Some(Job::Working { .. } | Job::Lost | Job::Undone(_)) => return,
        }
        answer(out, kind, attempt, StepResult::Succeeded(success(kind)));
        if times > 1 {
            out.push(Message::Act(Act::AfterAll(kind.clone(), attempt, times - 1)));
        }
    }

    fn take_effect(&mut self, kind: &StepKind, attempt: u32, rng: &mut Rng, script: &Script, out: &mut Sent) {
        let truth = &mut self.truth;
        match kind {
            StepKind::ReserveStock => truth.reserved += QUANTITY,
            StepKind::AuthorisePayment => {
                truth.held += TOTAL;
                self.money.push((kind.clone(), attempt, TOTAL));
            }
            StepKind::CapturePayment => self.capture(attempt),
            StepKind::CommitStock => {
                assert!(truth.reserved >= QUANTITY, "committed what was not held");
                truth.reserved -= QUANTITY;
                truth.left += QUANTITY;
            }
            StepKind::ApproveByOutlet => {
                truth.outlets_bound += 1;
                out.push(Message::Act(Act::Prepare(attempt)));
            }
            StepKind::AssignPartner => {
                truth.couriers_bound += 1;
                if rng.percent(script.chaos) {
                    out.push(Message::Act(Act::LosePartner(attempt)));
                }
                out.push(Message::Act(Act::PickUp(attempt)));
            }
            StepKind::Ship => {
                truth.handed_over += 1;
                out.push(Message::Act(Act::Deliver));
            }
            StepKind::RouteToVenue => {
                truth.resting = true;
                out.push(Message::Act(Act::Trade));
            }
            _ => {}
        }
    }

    fn capture(&mut self, attempt: u32) {
        let held = self.money.iter_mut().rev().filter(|(kind, ..)| *kind == StepKind::AuthorisePayment);
        let (_, _, amount) = held.into_iter().find(|(_, _, held)| *held > 0).expect("captured what was not held");
        let taken = std::mem::take(amount);
        self.truth.held -= taken;
        self.truth.captured += taken;
        self.money.push((StepKind::CapturePayment, attempt, taken));
    }

    pub(crate) fn undo(&mut self, kind: &StepKind, attempt: u32, out: &mut Sent) {
        let undone = match self.job(kind, attempt).cloned() {
            Some(Job::Undone(undone)) => undone,
            Some(Job::Done) => match self.reverse(kind, attempt) {
                Ok(undone) => undone,
                // The race is lost: the pivot's success is the answer, and it is the only one.
                Err((pivot, attempt)) => return answer(out, &pivot, attempt, StepResult::Succeeded(success(&pivot))),
            },
            None | Some(Job::Working { .. } | Job::Failed(_) | Job::Lost) => Undone::Nothing,
        };
        self.set(kind, attempt, Job::Undone(undone.clone()));
        answer(out, kind, attempt, StepResult::Undone(undone));
    }

    fn reverse(&mut self, kind: &StepKind, attempt: u32) -> Result<Undone, (StepKind, u32)> {
        let truth = &mut self.truth;
        match kind {
            StepKind::ReserveStock => truth.reserved -= QUANTITY,
            StepKind::ApproveByOutlet => truth.outlets_bound -= 1,
            StepKind::AssignPartner if truth.picked_up => return Err((StepKind::PickUp, 1)),
            StepKind::AssignPartner => truth.couriers_bound -= 1,
            StepKind::Ship => return Err((StepKind::Ship, attempt)),
            StepKind::RouteToVenue => {
                let filled = truth.fills.iter().map(|fill| fill.quantity.units()).sum();
                if filled == quantity(QUANTITY).units() {
                    return Err((StepKind::Fill, 1));
                }
                truth.resting = false;
                let reason = truth.ended.as_ref().map(|failure| failure.reason.clone());
                return Ok(Undone::RestCancelled {
                    filled: orderflow_domain::shared::Decimal::from_units(filled),
                    reason,
                });
            }
            StepKind::AuthorisePayment | StepKind::CapturePayment => return Ok(self.give_back(kind, attempt)),
            other => panic!("{other} can't be undone"),
        }
        Ok(Undone::Nothing)
    }

    fn give_back(&mut self, kind: &StepKind, attempt: u32) -> Undone {
        let entry = self.money.iter_mut().find(|(known, number, _)| known == kind && *number == attempt);
        let amount = entry.map_or(0, |(_, _, amount)| std::mem::take(amount));
        if amount == 0 {
            return Undone::Nothing;
        }
        if *kind == StepKind::AuthorisePayment {
            self.truth.held -= amount;
            return Undone::Voided { amount: eur(amount) };
        }
        self.truth.refunded += amount;
        Undone::Refunded { amount: eur(amount) }
    }

    pub(crate) fn prepare(&mut self, attempt: u32, rng: &mut Rng, script: &Script, out: &mut Sent) {
        let approved = matches!(self.job(&StepKind::ApproveByOutlet, attempt), Some(Job::Done));
        if !approved || self.truth.prepared != Prepared::No {
            return;
        }
        if script.has(&Twist::Fails(StepKind::Prepare)) || rng.percent(script.chaos) {
            self.truth.prepared = Prepared::Cannot;
            answer(out, &StepKind::Prepare, 1, StepResult::Failed(failure(&StepKind::Prepare, false)));
        } else {
            self.truth.prepared = Prepared::Ready;
            answer(out, &StepKind::Prepare, 1, StepResult::Succeeded(success(&StepKind::Prepare)));
        }
    }

    pub(crate) fn lose_partner(&mut self, attempt: u32, out: &mut Sent) {
        let kind = StepKind::AssignPartner;
        if matches!(self.job(&kind, attempt), Some(Job::Done)) && !self.truth.picked_up {
            self.set(&kind, attempt, Job::Lost);
            self.truth.couriers_bound -= 1;
            answer(out, &kind, attempt, StepResult::Lost(failure(&kind, false)));
        }
    }

    pub(crate) fn pick_up(&mut self, attempt: u32, rng: &mut Rng, script: &Script, out: &mut Sent) {
        let here = matches!(self.job(&StepKind::AssignPartner, attempt), Some(Job::Done)) && !self.truth.picked_up;
        let approved = self.effects(&StepKind::ApproveByOutlet) == 1;
        if here && approved && self.truth.prepared == Prepared::No && rng.percent(script.chaos) {
            // The outlet hands it over and forgets to say that it is ready.
            self.truth.prepared = Prepared::Ready;
        }
        match self.truth.prepared {
            Prepared::Ready if here => {
                self.truth.picked_up = true;
                self.truth.handed_over += 1;
                self.truth.outlets_bound -= 1;
                // The courier may forget to say so, and only say that it is delivered.
                if !rng.percent(script.chaos) {
                    answer(out, &StepKind::PickUp, 1, StepResult::Succeeded(success(&StepKind::PickUp)));
                }
                out.push(Message::Act(Act::Deliver));
            }
            Prepared::No if here => out.push(Message::Act(Act::PickUp(attempt))),
            Prepared::No | Prepared::Ready | Prepared::Cannot => {}
        }
    }

    pub(crate) fn deliver(&mut self, rng: &mut Rng, script: &Script, out: &mut Sent) {
        let kind = StepKind::Deliver;
        let arrived = !script.has(&Twist::Fails(kind.clone())) && !rng.percent(script.chaos);
        self.truth.delivered = Some(arrived);
        if self.truth.picked_up {
            self.truth.couriers_bound -= 1;
        }
        if arrived && script.cash {
            self.truth.cash += TOTAL;
        }
        let result =
            if arrived { StepResult::Succeeded(success(&kind)) } else { StepResult::Failed(failure(&kind, false)) };
        answer(out, &kind, 1, result);
    }

    /// Something happens in the book.
    pub(crate) fn trade(&mut self, rng: &mut Rng, script: &Script, out: &mut Sent) {
        if !self.truth.resting {
            return;
        }
        let filled: i64 = self.truth.fills.iter().map(|fill| fill.quantity.units()).sum();
        let left = QUANTITY - filled / quantity(1).units();
        if script.has(&Twist::Fails(StepKind::Fill)) || rng.percent(script.chaos) {
            let mut failure = failure(&StepKind::Fill, false);
            failure.filled = Some(orderflow_domain::shared::Decimal::from_units(filled));
            self.truth.resting = false;
            self.truth.ended = Some(failure.clone());
            answer(out, &StepKind::Fill, 1, StepResult::Failed(failure));
            return;
        }
        let amount = 1 + i64::try_from(rng.below(usize::try_from(left).unwrap())).unwrap();
        let fill = fill(self.truth.fills.len(), amount);
        self.truth.fills.push(fill.clone());
        answer(out, &StepKind::Fill, 1, StepResult::Traded(fill));
        if amount == left {
            self.truth.resting = false;
            answer(out, &StepKind::Fill, 1, StepResult::Succeeded(success(&StepKind::Fill)));
        } else {
            out.push(Message::Act(Act::Trade));
        }
    }
}

fn answer(out: &mut Sent, step: &StepKind, attempt: u32, result: StepResult) {
    out.push(Message::Outcome(Outcome { order: ORDER, step: step.clone(), attempt, result }));
}
