//! What success and undo of a step do to the order's ledger. Participants may be heard in any order, so what an answer implies is posted with it.

use crate::shared::{Money, PaymentMethod, StepKind};

use super::super::event::Wanted;
use super::super::ledger::Account;
use super::Order;

impl Order {
    /// An operator says that the money is back with the customer.
    pub(super) fn money_settled_by_hand(&mut self, kind: &StepKind) {
        let (from, to) = match kind {
            StepKind::AuthorisePayment => (Account::Authorised, Account::Voided),
            StepKind::CapturePayment => (Account::Captured, Account::Refunded),
            _ => return,
        };
        if let Some(all) = self.ledger.money(self.ledger.balance(from)) {
            self.ledger.post_available(from, to, all);
        }
    }

    /// What was set free was held, also if nobody had said so.
    pub(super) fn voided(&mut self, amount: Money) {
        let missing = |held: i64| Money { amount: amount.amount.saturating_sub(held).max(0), ..amount };
        self.ledger.post_available(Account::WrittenOff, Account::Authorised, missing(self.ledger.held()));
        let _in_another_currency =
            self.ledger.post(Account::Customer, Account::Authorised, missing(self.ledger.held()));
        self.ledger.post_available(Account::Authorised, Account::Voided, amount);
    }

    /// What went back was taken, also if nobody had said so.
    pub(super) fn refunded(&mut self, amount: Money) {
        self.captured(Money { amount: amount.amount.saturating_sub(self.ledger.kept()).max(0), ..amount });
        self.ledger.post_available(Account::Captured, Account::Refunded, amount);
    }

    /// What an operator wrote off and is taken after all comes back from there.
    pub(super) fn captured(&mut self, amount: Money) {
        let written_off = amount.amount.saturating_sub(self.ledger.held()).max(0);
        self.ledger.post_available(Account::WrittenOff, Account::Authorised, Money { amount: written_off, ..amount });
        let _checked_by_decide = self.ledger.post(Account::Authorised, Account::Captured, amount);
    }

    pub(super) fn write_off(&mut self) {
        if let Some(held) = self.ledger.money(self.ledger.held()) {
            self.ledger.post_available(Account::Authorised, Account::WrittenOff, held);
        }
    }

    /// Cash changes hands on delivery: held and taken at once.
    pub(super) fn collect_cash(&mut self) {
        if let (true, Some(priced)) = (self.facts.as_ref().is_some_and(|facts| is_cash(&facts.wanted)), &self.priced) {
            let total = priced.totals.total;
            if self.ledger.post(Account::Customer, Account::Authorised, total).is_ok() {
                self.ledger.post_available(Account::Authorised, Account::Captured, total);
            }
        }
    }
}

pub(in super::super) fn is_cash(wanted: &Wanted) -> bool {
    match wanted {
        Wanted::Trade(_) => false,
        Wanted::Purchase(purchase) => purchase.method == PaymentMethod::Cash,
    }
}
