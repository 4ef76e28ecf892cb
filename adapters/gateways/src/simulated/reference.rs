//! The reference of a simulated payment says all that the gateway has to know of it later, so that it need not remember: behaviour, amount and
//! currency, and the key, which makes it unique. `pay_v_4e2EUR_<order>_1` is 12.50 EUR by `tok_visa`, and at most 64 characters long.

use orderflow_domain::ports::EffectKey;
use orderflow_domain::shared::{Currency, Money, Name};

use super::token::Behaviour;

/// What a reference says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) behaviour: Behaviour,
    pub(super) amount: Money,
}

impl Reference {
    /// None for an amount below 0, which nobody can pay.
    pub(super) fn write(self, key: &EffectKey) -> Option<Name> {
        let minor = u64::try_from(self.amount.amount).ok()?;
        let (letter, currency) = (self.behaviour.letter(), self.amount.currency);
        let order = key.order.0.simple();
        Name::new(&format!("pay_{letter}_{minor:x}{currency}_{order}_{:x}", key.attempt)).ok()
    }

    /// None for a reference of someone else.
    pub(super) fn read(reference: &Name) -> Option<Self> {
        let mut parts = reference.as_str().strip_prefix("pay_")?.split('_');
        let (letter, amount) = (parts.next()?.chars().next()?, parts.next()?);
        let (minor, currency) = amount.split_at_checked(amount.len().checked_sub(3)?)?;
        let minor = i64::from_str_radix(minor, 16).ok()?;
        let currency: Currency = currency.parse().ok()?;
        Some(Self { behaviour: Behaviour::of_letter(letter)?, amount: Money::new(minor, currency) })
    }
}
