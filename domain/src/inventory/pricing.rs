//! What an order costs: a policy behind a trait, so that an embedding program can put its own in its place.

use crate::shared::{Currency, Money, MoneyError, OutletId, PricedLine, Totals};

/// Basis points in a whole: 1 basis point is 0.01 %.
pub const BASIS_POINTS: u32 = 10_000;

/// Prices an order. Pure: the same lines always come to the same totals, on whichever node they are priced.
pub trait PricingPolicy: Send + Sync {
    /// The totals of these lines. They arrive at catalogue prices; a policy may change unit prices and line totals, and then has to keep them
    /// consistent with `items`. All lines are in one currency, and there is at least one.
    ///
    /// # Errors
    /// Overflow, or a fee in another currency than the lines.
    fn quote(&self, outlet: &OutletId, lines: &mut [PricedLine]) -> Result<Totals, MoneyError>;
}

/// Catalogue prices, nothing taken off, nothing on top.
#[derive(Clone, Copy, Debug, Default)]
pub struct CataloguePricing;

impl PricingPolicy for CataloguePricing {
    fn quote(&self, _outlet: &OutletId, lines: &mut [PricedLine]) -> Result<Totals, MoneyError> {
        let items = sum(lines)?;
        let none = Money::zero(items.currency);
        Ok(Totals { items, discount: none, delivery: none, tax: none, total: items })
    }
}

/// One discount, one delivery fee and one tax for all orders.
///
/// discount = items × `discount_bp`; tax = (items − discount + delivery) × `tax_bp`; total = items − discount + delivery + tax. Each of the two
/// shares is rounded once, on the order and not per line, half to even: of 0.5 cents none, of 1.5 cents 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// Added to every order; in the currency of the lines.
    pub delivery: Money,
    /// Taken off the lines, in basis points; more than all of it counts as all of it.
    pub discount_bp: u32,
    /// On top, in basis points.
    pub tax_bp: u32,
}

impl PricingPolicy for Tariff {
    fn quote(&self, _outlet: &OutletId, lines: &mut [PricedLine]) -> Result<Totals, MoneyError> {
        let items = sum(lines)?;
        let discount = share(items, self.discount_bp.min(BASIS_POINTS))?;
        let net = items.minus(discount)?.plus(self.delivery)?;
        let tax = share(net, self.tax_bp)?;
        Ok(Totals { items, discount, delivery: self.delivery, tax, total: net.plus(tax)? })
    }
}

fn sum(lines: &[PricedLine]) -> Result<Money, MoneyError> {
    let currency = lines.first().map_or(Currency::EUR, |line| line.total.currency);
    lines.iter().try_fold(Money::zero(currency), |sum, line| sum.plus(line.total))
}

/// So many basis points of an amount, half to even.
fn share(of: Money, basis_points: u32) -> Result<Money, MoneyError> {
    let whole = i128::from(BASIS_POINTS);
    let product = i128::from(of.amount) * i128::from(basis_points);
    let (floor, rest) = (product.div_euclid(whole), product.rem_euclid(whole));
    let up = match (rest * 2).cmp(&whole) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => floor % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    let amount = i64::try_from(floor + i128::from(up)).map_err(|_| MoneyError::Overflow)?;
    Ok(Money::new(amount, of.currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(amount: i64) -> Money {
        Money::new(amount, Currency::EUR)
    }

    #[test]
    fn shares_round_half_to_even() {
        let cases = [(50, 100, 0), (150, 100, 2), (250, 100, 2), (251, 100, 3), (249, 100, 2), (1000, 1900, 190)];
        for (amount, basis_points, expected) in cases {
            assert_eq!(share(eur(amount), basis_points), Ok(eur(expected)), "{basis_points} bp of {amount}");
        }
        assert_eq!(share(eur(i64::MAX), BASIS_POINTS * 2), Err(MoneyError::Overflow));
    }
}
