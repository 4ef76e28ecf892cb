//! Reads the body of an order that is to be placed: a purchase or a trade.

use orderflow_domain::ordering::event::{Fulfilment, Purchase, Wanted};
use orderflow_domain::shared::limits::{MAX_LINE_QUANTITY, MAX_LINES};
use orderflow_domain::shared::{
    Address, Contact, ItemId, OrderLine, OutletId, PaymentMethod, PaymentToken, Side, Symbol, TimeInForce, TradeTicket,
    TradeType,
};

use crate::json::{Checks, Node, Object};

/// What a purchase that says nothing of it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderDefaults {
    /// Who sells.
    pub outlet: OutletId,
    /// How it is paid.
    pub method: PaymentMethod,
    /// With what.
    pub token: PaymentToken,
    /// Where it goes; if none, wherever the carrier's default is.
    pub address: Option<Address>,
}

/// An order as it was asked for.
pub(super) struct Placing {
    pub(super) wanted: Wanted,
    pub(super) contact: Contact,
}

#[derive(Clone, Copy)]
enum Kind {
    Purchase,
    Trade,
}

const PURCHASE: &[&str] = &["kind", "outletId", "items", "fulfilment", "payment", "expectedTotal", "note"];
const TRADE: &[&str] = &["kind", "instrument", "side", "type", "price", "quantity", "timeInForce", "note"];

/// Reads it; what is wrong with it has been noted.
pub(super) fn read(body: &Node<'_>, defaults: &OrderDefaults, checks: &Checks) -> Option<Placing> {
    let object = Object::root(body, checks)?;
    match kind(object)? {
        Kind::Purchase => purchase(object, defaults),
        Kind::Trade => trade(object),
    }
}

fn kind(object: Object<'_, '_>) -> Option<Kind> {
    if object.get("kind").is_some() {
        return object.word("kind", &[("purchase", Kind::Purchase), ("trade", Kind::Trade)]);
    }
    if !object.has("items") && ["instrument", "side", "timeInForce"].iter().any(|name| object.has(name)) {
        object.note("kind", "is required for a trade: send \"kind\": \"trade\"; without it an order is a purchase");
        return Some(Kind::Trade);
    }
    Some(Kind::Purchase)
}

fn purchase(object: Object<'_, '_>, defaults: &OrderDefaults) -> Option<Placing> {
    object.only(PURCHASE);
    let outlet = read_or(object, "outletId", |name| object.parsed::<OutletId>(name), || defaults.outlet.clone());
    let lines = object.list("items", MAX_LINES, line);
    let lines = object.required("items", lines, "[{\"productId\": \"p1\", \"quantity\": 2}]");
    let address = read_or(
        object,
        "fulfilment",
        |name| object.nested(name, |it| fulfilment(it, defaults)),
        || defaults.address.clone(),
    );
    let payment = read_or(
        object,
        "payment",
        |name| object.nested(name, |it| payment(it, defaults)),
        || (defaults.method, defaults.token.clone()),
    );
    let expected_total = object.money("expectedTotal", 0);
    let note = object.text("note");
    let (method, token) = payment?;
    let purchase = Purchase {
        outlet: outlet?,
        lines: lines?.into(),
        method,
        token,
        fulfilment: Fulfilment::Shipping,
        addressed: address.as_ref()?.is_some(),
        expected_total,
    };
    let contact = Contact { address: address?, email: None, note };
    Some(Placing { wanted: Wanted::Purchase(purchase), contact })
}

/// The default stands in for what is absent, never for what is wrong.
fn read_or<T>(
    object: Object<'_, '_>,
    name: &str,
    read: impl FnOnce(&str) -> Option<T>,
    default: impl FnOnce() -> T,
) -> Option<T> {
    if object.get(name).is_some() { read(name) } else { Some(default()) }
}

fn line(object: Object<'_, '_>) -> Option<OrderLine> {
    object.only(&["productId", "quantity"]);
    let item = object.required("productId", object.parsed::<ItemId>("productId"), "p1");
    let quantity = object.required("quantity", object.count("quantity", 1, MAX_LINE_QUANTITY), "1");
    Some(OrderLine { item: item?, quantity: quantity?, asked_price: None })
}

fn fulfilment(object: Object<'_, '_>, defaults: &OrderDefaults) -> Option<Option<Address>> {
    object.only(&["type", "address", "addressId"]);
    let kinds = [("SHIPPING", Fulfilment::Shipping), ("DELIVERY", Fulfilment::Delivery)];
    let kind = read_or(object, "type", |name| object.word(name, &kinds), || Fulfilment::Shipping);
    if kind == Some(Fulfilment::Delivery) {
        object.note("type", "DELIVERY is not available here: there are no couriers yet; use SHIPPING");
    }
    if object.get("addressId").is_some() {
        object.note("addressId", "there is no address book here yet; send the address itself as fulfilment.address");
    }
    read_or(object, "address", |name| object.nested(name, address).map(Some), || defaults.address.clone())
}

fn address(object: Object<'_, '_>) -> Option<Address> {
    object.only(&["name", "line1", "line2", "postalCode", "city", "country"]);
    let country = object.string("country");
    if country.is_some_and(|code| code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase())) {
        object.note("country", "must be a two-letter ISO 3166 code such as DE");
    }
    Some(Address {
        name: object.text("name"),
        line1: object.text("line1"),
        line2: object.text("line2"),
        postal_code: object.text("postalCode"),
        city: object.required("city", object.text("city"), "Berlin")?,
        country: country.map(str::to_owned),
    })
}

fn payment(object: Object<'_, '_>, defaults: &OrderDefaults) -> Option<(PaymentMethod, PaymentToken)> {
    object.only(&["method", "token"]);
    let methods = [
        ("CARD", PaymentMethod::Card),
        ("UPI", PaymentMethod::Upi),
        ("WALLET", PaymentMethod::Wallet),
        ("CASH", PaymentMethod::Cash),
    ];
    let method = read_or(object, "method", |name| object.word(name, &methods), || defaults.method);
    if method == Some(PaymentMethod::Cash) {
        object.note("method", "CASH is paid to a courier, and carriers take none: use CARD, UPI or WALLET");
    }
    let token = read_or(object, "token", |name| object.name(name), || defaults.token.clone());
    Some((method?, token?))
}

fn trade(object: Object<'_, '_>) -> Option<Placing> {
    object.only(TRADE);
    let instrument = object.required("instrument", object.parsed::<Symbol>("instrument"), "ACME");
    let sides = [("BUY", Side::Buy), ("SELL", Side::Sell)];
    let side = object.required("side", object.word("side", &sides), "BUY");
    let kinds = [("MARKET", TradeType::Market), ("LIMIT", TradeType::Limit)];
    let kind = object.required("type", object.word("type", &kinds), "LIMIT");
    let quantity = object.required("quantity", object.decimal("quantity"), "\"10\"");
    let price = match kind {
        Some(TradeType::Limit) => {
            let price = object.decimal("price");
            object.required("price", price, "\"101.25\", for a LIMIT order")
        }
        // The price of a MARKET order means nothing and is not looked at.
        Some(TradeType::Market) | None => None,
    };
    let time_in_force = time_in_force(object, kind);
    let note = object.text("note");
    let kind = kind?;
    if kind == TradeType::Limit && price.is_none() {
        return None;
    }
    let ticket = TradeTicket {
        instrument: instrument?,
        side: side?,
        kind,
        price,
        quantity: quantity?,
        time_in_force: time_in_force?,
    };
    let contact = Contact { address: None, email: None, note };
    Some(Placing { wanted: Wanted::Trade(ticket), contact })
}

fn time_in_force(object: Object<'_, '_>, kind: Option<TradeType>) -> Option<TimeInForce> {
    let words = [("GTC", TimeInForce::Gtc), ("IOC", TimeInForce::Ioc), ("FOK", TimeInForce::Fok)];
    let default = || if kind == Some(TradeType::Market) { TimeInForce::Ioc } else { TimeInForce::Gtc };
    let given = read_or(object, "timeInForce", |name| object.word(name, &words), default);
    if kind == Some(TradeType::Market) && given == Some(TimeInForce::Gtc) {
        object.note("timeInForce", "GTC is for LIMIT orders: a MARKET order never rests, so use IOC or FOK");
    }
    given
}

#[cfg(test)]
mod tests;
