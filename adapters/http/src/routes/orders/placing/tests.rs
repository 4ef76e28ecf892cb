use orderflow_domain::shared::Name;

use super::*;
use crate::problem::{Problem, Violations};

fn defaults() -> OrderDefaults {
    OrderDefaults {
        outlet: OutletId::new("demo").unwrap(),
        method: PaymentMethod::Card,
        token: Name::new("tok_visa").unwrap(),
        address: None,
    }
}

fn place(text: &str) -> Result<Placing, Problem> {
    let node = Node::parse(text.as_bytes())?;
    let checks = Checks::default();
    let placing = read(&node, &defaults(), &checks);
    checks.finish(placing)
}

fn purchase_of(text: &str) -> (Purchase, Contact) {
    match place(text) {
        Ok(Placing { wanted: Wanted::Purchase(purchase), contact }) => (purchase, contact),
        Ok(Placing { wanted: Wanted::Trade(_), .. }) => panic!("a trade"),
        Err(problem) => panic!("{problem:?}"),
    }
}

fn trade_of(text: &str) -> TradeTicket {
    match place(text) {
        Ok(Placing { wanted: Wanted::Trade(ticket), .. }) => ticket,
        Ok(Placing { wanted: Wanted::Purchase(_), .. }) => panic!("a purchase"),
        Err(problem) => panic!("{problem:?}"),
    }
}

fn errors(text: &str) -> Violations {
    match place(text) {
        Ok(_) => panic!("accepted: {text}"),
        Err(problem) => problem.errors().clone(),
    }
}

fn paths(text: &str) -> Vec<String> {
    errors(text).iter().map(|(path, _)| path.to_owned()).collect()
}

#[test]
fn items_alone_are_a_whole_order() {
    let (purchase, contact) = purchase_of(r#"{"items":[{"productId":"p1","quantity":2}]}"#);
    assert_eq!(purchase.outlet.as_str(), "demo");
    assert_eq!(purchase.token.as_str(), "tok_visa");
    assert_eq!(purchase.lines.len(), 1);
    assert!(contact.is_empty() && !purchase.addressed, "nothing personal to keep");
    let body = Node::parse(br#"{"items":[{"productId":"p1","quantity":2}]}"#).unwrap();
    let address = Some(Address { city: "Berlin".to_owned(), ..Address::default() });
    let placing = read(&body, &OrderDefaults { address: address.clone(), ..defaults() }, &Checks::default()).unwrap();
    assert_eq!(placing.contact.address, address);
}

#[test]
fn everything_can_be_said() {
    let (purchase, contact) = purchase_of(
        r#"{"kind":"purchase","outletId":"o2","items":[{"productId":"p1","quantity":1},{"productId":"p2","quantity":10000}],
            "fulfilment":{"type":"SHIPPING","address":{"name":"Ann","line1":"1 High St","postalCode":"1","city":"Slowtown","country":"GB"}},
            "payment":{"method":"WALLET","token":"tok_slow"},"expectedTotal":{"amount":100,"currency":"EUR"},"note":"ring twice"}"#,
    );
    assert_eq!((purchase.outlet.as_str(), purchase.method), ("o2", PaymentMethod::Wallet));
    assert_eq!(purchase.expected_total.unwrap().amount, 100);
    assert_eq!(contact.note.as_deref(), Some("ring twice"));
    assert_eq!(contact.address.unwrap().country.as_deref(), Some("GB"));
}

#[test]
fn all_violations_come_at_once() {
    let found = errors(
        r#"{"outletId":"a b","items":[{"productId":"p1","quantity":0},{"productId":"","quantity":10001,"x":1},{"quantity":"2"},7],
            "payment":{"method":"BEADS"},"expectedTotal":{"amount":-1,"currency":"eur"},"extra":true}"#,
    );
    let all: Vec<_> = found.iter().map(|(path, _)| path).collect();
    assert_eq!(
        all,
        [
            "expectedTotal.amount",
            "expectedTotal.currency",
            "extra",
            "items[0].quantity",
            "items[1].productId",
            "items[1].quantity",
            "items[1].x",
            "items[2].productId",
            "items[2].quantity",
            "items[3]",
            "outletId",
            "payment.method"
        ]
    );
    assert_eq!(found.get("items[0].quantity"), Some("must be at least 1"));
    assert_eq!(found.get("items[2].productId"), Some("is required, such as p1"));
}

#[test]
fn a_purchase_has_lines_and_not_too_many() {
    assert_eq!(errors("{}").get("items").unwrap(), "is required, such as [{\"productId\": \"p1\", \"quantity\": 2}]");
    assert_eq!(errors(r#"{"items":[]}"#).get("items"), Some("items must not be empty"));
    let lines = vec![r#"{"productId":"p1","quantity":1}"#; 200].join(",");
    let found = errors(&format!("{{\"items\":[{lines}]}}"));
    assert_eq!(found.get("items"), Some("must have at most 100 entries, not 200; send several"));
    assert_eq!(paths("[]"), ["body"]);
    assert_eq!(paths("\"x\""), ["body"]);
}

#[test]
fn what_is_not_there_yet_is_said_by_field() {
    let items = r#""items":[{"productId":"p1","quantity":1}]"#;
    assert_eq!(paths(&format!(r#"{{{items},"fulfilment":{{"type":"DELIVERY"}}}}"#)), ["fulfilment.type"]);
    assert_eq!(paths(&format!(r#"{{{items},"fulfilment":{{"addressId":"home"}}}}"#)), ["fulfilment.addressId"]);
    assert_eq!(paths(&format!(r#"{{{items},"payment":{{"method":"CASH"}}}}"#)), ["payment.method"]);
    assert_eq!(
        paths(&format!(r#"{{{items},"fulfilment":{{"address":{{"country":"Germany"}}}}}}"#)),
        ["fulfilment.address.city", "fulfilment.address.country"]
    );
}

#[test]
fn a_wrong_value_is_not_replaced_by_the_default() {
    let items = r#""items":[{"productId":"p1","quantity":1}]"#;
    assert_eq!(paths(&format!(r#"{{{items},"payment":"tok_visa"}}"#)), ["payment"]);
    assert_eq!(paths(&format!(r#"{{{items},"outletId":7}}"#)), ["outletId"]);
    assert_eq!(purchase_of(&format!(r#"{{{items},"outletId":null}}"#)).0.outlet.as_str(), "demo");
}

#[test]
fn trades_have_their_defaults() {
    let limit = trade_of(
        r#"{"kind":"trade","instrument":"ACME","side":"BUY","type":"LIMIT","price":"101.25","quantity":"10"}"#,
    );
    assert_eq!(limit.time_in_force, TimeInForce::Gtc);
    let market = trade_of(
        r#"{"kind":"trade","instrument":"ACME","side":"SELL","type":"MARKET","price":"nonsense","quantity":"10"}"#,
    );
    assert_eq!((market.time_in_force, market.price), (TimeInForce::Ioc, None));
}

#[test]
fn a_trade_without_kind_is_told_so() {
    let found = errors(r#"{"instrument":"ACME","side":"BUY","type":"LIMIT","price":"1","quantity":"10"}"#);
    assert!(found.get("kind").unwrap().contains("\"kind\": \"trade\""));
    assert_eq!(found.iter().count(), 1);
    assert_eq!(paths(r#"{"kind":"barter"}"#), ["kind"]);
}

#[test]
fn trades_are_checked() {
    let all = paths(r#"{"kind":"trade","side":"HOLD","type":"LIMIT","quantity":10,"items":[]}"#);
    assert_eq!(all, ["instrument", "items", "price", "quantity", "side"]);
    let gtc = r#"{"kind":"trade","instrument":"A","side":"BUY","type":"MARKET","quantity":"1","timeInForce":"GTC"}"#;
    assert_eq!(paths(gtc), ["timeInForce"]);
    for (price, message) in [
        ("\"0\"", "must be greater than 0"),
        ("\"-1\"", "must be greater than 0"),
        ("\"1e9\"", "must be a decimal such as \"101.25\""),
        ("\"99999999999\"", "must be at most 10000000000"),
        ("\"0.123456789\"", "must have at most 8 digits after the point"),
        ("101.25", "must be a decimal in quotes, such as \"101.25\""),
    ] {
        let body = format!(
            r#"{{"kind":"trade","instrument":"A","side":"BUY","type":"LIMIT","quantity":"1","price":{price}}}"#
        );
        assert_eq!(errors(&body).get("price"), Some(message), "{price}");
    }
}
