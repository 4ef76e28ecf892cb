//! What clients send. All that is wrong with a request is told at once; fields that nobody knows are not looked at.

use std::collections::BTreeMap;

use orderflow_application::{IdempotencyKey, PlaceOrder};
use orderflow_domain::ordering::event::{Fulfilment, Purchase, Wanted};
use orderflow_domain::shared::limits::{MAX_KEY, MAX_LINE_QUANTITY, MAX_LINES, MAX_TEXT};
use orderflow_domain::shared::{
    Actor, Contact, Currency, CustomerId, Decimal, ItemId, Money, OrderLine, OutletId, PaymentMethod, PaymentToken,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Who all orders of this service belong to.
const CUSTOMER: CustomerId = CustomerId(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002));
/// One cent, in the units of a decimal.
const CENT: i64 = 1_000_000;

/// What is wrong, by field.
pub(crate) type Errors = BTreeMap<String, String>;

/// Reads the order that a body asks for.
pub(crate) fn order(body: &[u8], key: Option<&str>) -> Result<PlaceOrder, Errors> {
    let told = |field: &str, message: &str| Err(Errors::from([(field.to_owned(), message.to_owned())]));
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return told("body", "body must be a JSON object");
    };
    let mut errors = Errors::new();
    let lines = lines(fields.get("items"), &mut errors);
    let email = match fields.get("customerEmail") {
        None | Some(Value::Null) => None,
        Some(Value::String(email)) if email.contains('@') && email.chars().count() <= MAX_TEXT => Some(email.clone()),
        Some(_) => {
            errors.insert("customerEmail".to_owned(), "customerEmail must be an e-mail address".to_owned());
            None
        }
    };
    if key.is_some_and(|key| !(1..=MAX_KEY).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic())) {
        errors.insert("Idempotency-Key".to_owned(), format!("must be 1 to {MAX_KEY} visible ASCII characters"));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let purchase = Purchase {
        outlet: OutletId::part("order-service"),
        lines: lines.into(),
        method: PaymentMethod::Card,
        token: PaymentToken::part("tok_visa"),
        fulfilment: Fulfilment::Shipping,
        addressed: false,
        expected_total: None,
    };
    let (wanted, contact) = (Wanted::Purchase(purchase), Contact { email, ..Contact::default() });
    // Plain values, of which JSON can always be made.
    let fingerprint = Sha256::digest(serde_json::to_vec(&(&wanted, &contact)).unwrap_or_default()).into();
    let key = key.map(|key| IdempotencyKey { key: key.into(), fingerprint });
    Ok(PlaceOrder {
        actor: Actor::Customer(CUSTOMER),
        customer: CUSTOMER,
        wanted,
        plan: None,
        contact,
        key,
        trace: None,
    })
}

fn lines(items: Option<&Value>, errors: &mut Errors) -> Vec<OrderLine> {
    let items = match items {
        Some(Value::Array(items)) if (1..=MAX_LINES).contains(&items.len()) => items,
        Some(Value::Array(items)) if items.is_empty() => {
            errors.insert("items".to_owned(), "items must not be empty".to_owned());
            return Vec::new();
        }
        Some(Value::Array(_)) => {
            errors.insert("items".to_owned(), format!("items must be at most {MAX_LINES}"));
            return Vec::new();
        }
        None | Some(Value::Null) => {
            errors.insert("items".to_owned(), "items must not be empty".to_owned());
            return Vec::new();
        }
        Some(_) => {
            errors.insert("items".to_owned(), "items must be an array".to_owned());
            return Vec::new();
        }
    };
    items.iter().enumerate().filter_map(|(index, item)| line(index, item, errors)).collect()
}

fn line(index: usize, item: &Value, errors: &mut Errors) -> Option<OrderLine> {
    let mut wrong = |field: &str, message: String| {
        errors.insert(format!("items[{index}].{field}"), format!("{field} {message}"));
    };
    let id = match item.get("productId") {
        None | Some(Value::Null) => {
            wrong("productId", "must not be blank".to_owned());
            None
        }
        Some(Value::String(id)) => ItemId::new(id).map_err(|error| wrong("productId", error.to_string())).ok(),
        Some(_) => {
            wrong("productId", "must be a string".to_owned());
            None
        }
    };
    let quantity = item.get("quantity").and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok());
    let quantity = quantity.filter(|count| (1..=MAX_LINE_QUANTITY).contains(count));
    if quantity.is_none() {
        wrong("quantity", format!("must be a whole number from 1 to {MAX_LINE_QUANTITY}"));
    }
    let asked_price = match item.get("price") {
        None | Some(Value::Null) => None,
        Some(price) => match cents(price) {
            Some(cents) => Some(Money::new(cents, Currency::EUR)),
            None => {
                wrong("price", "must be an amount in euros such as 12.50".to_owned());
                None
            }
        },
    };
    Some(OrderLine { item: id?, quantity: quantity?, asked_price })
}

/// Read from the digits as they were sent: no float comes near money.
fn cents(price: &Value) -> Option<i64> {
    let text = match price {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let units = text.parse::<Decimal>().ok()?.units();
    (units >= 0 && units % CENT == 0).then_some(units / CENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact() {
        for (sent, read) in [("12.5", Some(1_250)), ("0.1", Some(10)), ("\"19.99\"", Some(1_999)), ("7", Some(700))] {
            assert_eq!(cents(&serde_json::from_str(sent).unwrap()), read, "{sent}");
        }
        for sent in ["-1", "0.001", "true", "\"x\"", "1e99"] {
            assert_eq!(cents(&serde_json::from_str(sent).unwrap()), None, "{sent}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let body = br#"{"items":[{"productId":"p1","quantity":0},{"quantity":1,"price":"x"}],"customerEmail":7}"#;
        let errors = order(body, Some("")).unwrap_err();
        let fields: Vec<_> = errors.keys().map(String::as_str).collect();
        let expected =
            ["Idempotency-Key", "customerEmail", "items[0].quantity", "items[1].price", "items[1].productId"];
        assert_eq!(fields, expected);
        assert_eq!(order(b"[]", None).unwrap_err()["body"], "body must be a JSON object");
        assert_eq!(order(b"{}", None).unwrap_err()["items"], "items must not be empty");
        assert_eq!(order(br#"{"items":"p1"}"#, None).unwrap_err()["items"], "items must be an array");
        let errors = order(br#"{"items":[{"productId":7,"quantity":"2"}]}"#, None).unwrap_err();
        assert_eq!(errors["items[0].productId"], "productId must be a string");
        assert_eq!(errors["items[0].quantity"], "quantity must be a whole number from 1 to 10000");
    }
}
