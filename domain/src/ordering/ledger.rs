//! The money of one order, double entry: every posting takes from one account what it adds to another, and no account but the customer's
//! can go below zero. So captured never exceeds authorised and refunded never exceeds captured, whatever participants say.

use crate::shared::{Currency, Money};

/// Where money of an order can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Account {
    /// With the customer: the source of all of it, so its balance is what was ever authorised, negated.
    Customer,
    /// Held at the gateway.
    Authorised,
    /// Taken, and kept.
    Captured,
    /// Taken, and given back.
    Refunded,
    /// Held, and set free.
    Voided,
    /// Held, and given up by an operator.
    WrittenOff,
}

const ACCOUNTS: usize = 6;

/// Why a posting was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// There is less in the account than is to be taken out.
    #[error("there is less in the account than is to be taken out of it")]
    Insufficient,
    /// An amount in another currency than the order's.
    #[error("the order's money is in another currency")]
    Currency,
    /// Beyond `i64`.
    #[error("the amount is too large")]
    Overflow,
    /// Below zero.
    #[error("a posting is never negative")]
    Negative,
}

/// The accounts of one order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    currency: Option<Currency>,
    balances: [i64; ACCOUNTS],
}

impl Ledger {
    /// What the account holds.
    #[must_use]
    pub const fn balance(&self, account: Account) -> i64 {
        self.balances[account as usize]
    }

    /// The order's currency, once money has moved.
    #[must_use]
    pub const fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// All that was ever authorised, in minor units.
    #[must_use]
    pub const fn authorised(&self) -> i64 {
        -self.balance(Account::Customer)
    }

    /// All that was ever captured.
    #[must_use]
    pub const fn captured(&self) -> i64 {
        self.balance(Account::Captured) + self.balance(Account::Refunded)
    }

    /// All that went back.
    #[must_use]
    pub const fn refunded(&self) -> i64 {
        self.balance(Account::Refunded)
    }

    /// All that was set free uncaptured.
    #[must_use]
    pub const fn voided(&self) -> i64 {
        self.balance(Account::Voided)
    }

    /// All that an operator gave up.
    #[must_use]
    pub const fn written_off(&self) -> i64 {
        self.balance(Account::WrittenOff)
    }

    /// Still held: authorised, and neither captured, voided nor written off.
    #[must_use]
    pub const fn held(&self) -> i64 {
        self.balance(Account::Authorised)
    }

    /// Taken and not given back.
    #[must_use]
    pub const fn kept(&self) -> i64 {
        self.balance(Account::Captured)
    }

    /// As an amount in the order's currency, if it has one.
    #[must_use]
    pub fn money(&self, amount: i64) -> Option<Money> {
        self.currency.map(|currency| Money::new(amount, currency))
    }

    /// Moves an amount.
    ///
    /// # Errors
    /// [`LedgerError`]; then nothing has moved.
    pub fn post(&mut self, from: Account, to: Account, amount: Money) -> Result<(), LedgerError> {
        if amount.amount < 0 {
            return Err(LedgerError::Negative);
        }
        if self.currency.is_some_and(|currency| currency != amount.currency) {
            return Err(LedgerError::Currency);
        }
        let left = self.balance(from).checked_sub(amount.amount).ok_or(LedgerError::Overflow)?;
        if left < 0 && from != Account::Customer {
            return Err(LedgerError::Insufficient);
        }
        let sum = self.balance(to).checked_add(amount.amount).ok_or(LedgerError::Overflow)?;
        self.balances[from as usize] = left;
        self.balances[to as usize] = sum;
        self.currency = Some(amount.currency);
        Ok(())
    }

    /// Moves as much of an amount as there is: for answers to undos, which may be heard before what they undo.
    pub(super) fn post_available(&mut self, from: Account, to: Account, amount: Money) {
        let amount = Money::new(amount.amount.min(self.balance(from)), amount.currency);
        // In another currency there is nothing available.
        let _nothing_moved = self.post(from, to, amount);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Account; ACCOUNTS] = [
        Account::Customer,
        Account::Authorised,
        Account::Captured,
        Account::Refunded,
        Account::Voided,
        Account::WrittenOff,
    ];

    fn eur(amount: i64) -> Money {
        Money::new(amount, Currency::EUR)
    }

    #[test]
    fn captured_never_exceeds_authorised_nor_refunded_captured() {
        let mut ledger = Ledger::default();
        ledger.post(Account::Customer, Account::Authorised, eur(100)).unwrap();
        assert_eq!(ledger.post(Account::Authorised, Account::Captured, eur(101)), Err(LedgerError::Insufficient));
        ledger.post(Account::Authorised, Account::Captured, eur(60)).unwrap();
        assert_eq!(ledger.post(Account::Captured, Account::Refunded, eur(61)), Err(LedgerError::Insufficient));
        ledger.post(Account::Captured, Account::Refunded, eur(60)).unwrap();
        assert_eq!((ledger.authorised(), ledger.captured(), ledger.refunded(), ledger.held()), (100, 60, 60, 40));
    }

    #[test]
    fn another_currency_is_refused() {
        let mut ledger = Ledger::default();
        ledger.post(Account::Customer, Account::Authorised, eur(1)).unwrap();
        let usd = Money::new(1, "USD".parse().unwrap());
        assert_eq!(ledger.post(Account::Authorised, Account::Captured, usd), Err(LedgerError::Currency));
        assert_eq!(ledger.post(Account::Customer, Account::Authorised, eur(i64::MAX)), Err(LedgerError::Overflow));
        assert_eq!(ledger.post(Account::Customer, Account::Authorised, eur(-1)), Err(LedgerError::Negative));
    }

    proptest! {
        #[test]
        fn any_postings_keep_it_balanced(postings in prop::collection::vec((0..ACCOUNTS, 0..ACCOUNTS, 0..1_000_i64), 0..60)) {
            let mut ledger = Ledger::default();
            for (from, to, amount) in postings {
                if from != to && ALL[to] != Account::Customer {
                    let _refused = ledger.post(ALL[from], ALL[to], eur(amount));
                }
                prop_assert_eq!(ALL.iter().map(|account| ledger.balance(*account)).sum::<i64>(), 0);
                prop_assert!(ALL[1..].iter().all(|account| ledger.balance(*account) >= 0));
            }
        }
    }
}
