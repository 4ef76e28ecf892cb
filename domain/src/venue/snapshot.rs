//! How a book is written down. Rows instead of objects, and prices once per level: a book may hold a million orders.

use std::collections::VecDeque;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ladder::{Resting, rank};
use super::{Book, Instrument, Print, wide};
use crate::shared::{CustomerId, OrderId, Price, Quantity, Side, Timestamp};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instrument: Option<Instrument>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    halted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_price: Option<Price>,
    trades: u64,
    arrivals: u64,
    bids: Vec<StoredLevel>,
    asks: Vec<StoredLevel>,
    tape: VecDeque<StoredPrint>,
}

/// Price, and what rests there in the order of its arrival.
#[derive(Serialize, Deserialize)]
struct StoredLevel(Price, Vec<Row>);

/// Arrival, order, customer, remaining, filled, notional.
#[derive(Serialize, Deserialize)]
struct Row(u64, OrderId, CustomerId, Quantity, Quantity, #[serde(with = "wide")] i128);

/// Number, price, quantity, side, time.
#[derive(Serialize, Deserialize)]
struct StoredPrint(u64, Price, Quantity, Side, Timestamp);

fn store_side(book: &Book, side: Side) -> Vec<StoredLevel> {
    let mut levels: Vec<StoredLevel> = Vec::new();
    for ((_, arrival), resting) in book.side(side).queue() {
        let Resting { order, customer, price, remaining, filled, notional } = *resting;
        let row = Row(*arrival, order, customer, remaining, filled, notional);
        match levels.last_mut() {
            Some(StoredLevel(at, rows)) if *at == price => rows.push(row),
            Some(_) | None => levels.push(StoredLevel(price, vec![row])),
        }
    }
    levels
}

fn restore_side(book: &mut Book, side: Side, levels: Vec<StoredLevel>) {
    for StoredLevel(price, rows) in levels {
        for Row(arrival, order, customer, remaining, filled, notional) in rows {
            let resting = Resting { order, customer, price, remaining, filled, notional };
            book.put(side, (rank(side, price), arrival), resting);
        }
    }
}

impl Serialize for Book {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let print = |print: &Print| StoredPrint(print.number, print.price, print.quantity, print.side, print.at);
        Stored {
            instrument: self.instrument.clone(),
            halted: self.halted,
            last_price: self.last_price,
            trades: self.trades,
            arrivals: self.arrivals,
            bids: store_side(self, Side::Buy),
            asks: store_side(self, Side::Sell),
            tape: self.tape.iter().map(print).collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Book {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let print = |StoredPrint(number, price, quantity, side, at)| Print { number, price, quantity, side, at };
        let mut book = Self {
            instrument: stored.instrument,
            halted: stored.halted,
            last_price: stored.last_price,
            trades: stored.trades,
            arrivals: stored.arrivals,
            tape: stored.tape.into_iter().map(print).collect(),
            ..Self::default()
        };
        restore_side(&mut book, Side::Buy, stored.bids);
        restore_side(&mut book, Side::Sell, stored.asks);
        Ok(book)
    }
}
