//! The venue: one book has one writer, and comes back as it was.

use orderflow_application::Aggregate;
use orderflow_application::cache::Held;
use orderflow_domain::ordering::Status;
use orderflow_domain::ports::EventStore;
use orderflow_domain::shared::*;
use orderflow_domain::venue::{Book, VenueOrder};

use crate::world::{World, customer, limit, staff, trade};

fn acme() -> Symbol {
    Symbol::new("ACME").unwrap()
}

/// The book as the whole log has it.
async fn replayed(world: &World) -> Book {
    let mut book = Book::default();
    for recorded in world.store_events(&Book::stream(&acme())).await {
        let orderflow_domain::event::Event::Venue(event) = &recorded.event else { panic!("{recorded:?}") };
        book.apply(event, recorded.envelope.at);
    }
    book
}

#[tokio::test]
async fn a_book_from_its_snapshot_and_what_followed_is_the_book_of_the_whole_log() {
    let mut world = World::new().await;
    let prices = ["9.98", "9.99", "10.00", "10.01", "10.02"];
    for number in 0..900_usize {
        let side = if number % 2 == 0 { Side::Buy } else { Side::Sell };
        let quantity = format!("{}", 1 + number % 7);
        world.place(limit(side, prices[number * 7 % 5], &quantity), customer(number as u128 % 9), None).await;
        if number % 100 == 0 {
            world.run().await;
        }
        if number % 450 == 449 {
            world.crash();
        }
    }
    world.run().await;
    let stream = Book::stream(&acme());
    let snapshot = world.store.snapshot(&stream, Book::FOLD).await.unwrap().unwrap();
    let held = Held::load(&*world.store, world.engine.plans(), &stream).await.unwrap();
    assert!(snapshot.version < held.version, "something followed it");
    let Aggregate::Book(book) = held.state else { panic!("a book") };
    let replayed = replayed(&world).await;
    assert!(replayed.resting_orders() > 0 && replayed.trades() > 100);
    assert_eq!(serde_json::to_value(&*book).unwrap(), serde_json::to_value(&replayed).unwrap());

    // What rests is what the orders say, after one more crash.
    world.crash();
    let sweep = world.place(limit(Side::Sell, "0.01", "100000"), customer(77), None).await;
    world.run().await;
    let bids: Quantity =
        replayed.queue(Side::Buy).fold(Decimal::ZERO, |sum, resting| sum.checked_add(resting.remaining).unwrap());
    assert_eq!(world.order(sweep).await.filled_quantity(), bids);
}

#[tokio::test]
async fn a_halted_instrument_takes_no_new_orders_and_keeps_what_rests() {
    let mut world = World::new().await;
    let resting = world.place(limit(Side::Buy, "10", "5"), customer(1), None).await;
    world.run().await;
    world.engine.halt_instrument(&acme(), &staff(), None).await.unwrap();
    let refused = world.place(limit(Side::Sell, "10", "5"), customer(2), None).await;
    world.run().await;
    assert_eq!(
        (world.status(refused).await, world.reason(refused).await),
        (Status::Failed, Some(Reason::MarketClosed))
    );
    assert_eq!(world.status(resting).await, Status::Executing);
    world.engine.resume_instrument(&acme(), &staff(), None).await.unwrap();
    let taken = world.place(limit(Side::Sell, "10", "5"), customer(2), None).await;
    world.run().await;
    assert_eq!((world.status(taken).await, world.status(resting).await), (Status::Executed, Status::Executed));
}

#[tokio::test]
async fn a_customers_own_orders_do_not_trade_with_each_other() {
    let mut world = World::new().await;
    let older = world.place(limit(Side::Buy, "10", "5"), customer(1), None).await;
    let newer = world.place(limit(Side::Sell, "10", "5"), customer(1), None).await;
    world.run().await;
    assert_eq!(world.status(older).await, Status::Executing);
    assert_eq!((world.status(newer).await, world.reason(newer).await), (Status::Cancelled, Some(Reason::SelfTrade)));
}

#[tokio::test]
async fn immediate_or_cancel_keeps_what_it_got_and_fill_or_kill_gets_all_or_nothing() {
    let mut world = World::new().await;
    world.place(limit(Side::Sell, "10", "3"), customer(1), None).await;
    let kill = trade(Side::Buy, TradeType::Limit, Some("10"), "5", TimeInForce::Fok);
    let killed = world.place(kill, customer(2), None).await;
    let ioc = trade(Side::Buy, TradeType::Limit, Some("10"), "5", TimeInForce::Ioc);
    let short = world.place(ioc, customer(2), None).await;
    let market = trade(Side::Buy, TradeType::Market, None, "5", TimeInForce::Ioc);
    let nothing = world.place(market, customer(2), None).await;
    world.run().await;
    let seen = async |id| (world.status(id).await, world.reason(id).await, world.order(id).await.filled_quantity());
    let pieces = |text: &str| text.parse::<Quantity>().unwrap();
    assert_eq!(seen(killed).await, (Status::Failed, Some(Reason::Killed), pieces("0")));
    assert_eq!(seen(short).await, (Status::Cancelled, Some(Reason::Killed), pieces("3")));
    assert_eq!(seen(nothing).await, (Status::Failed, Some(Reason::NoLiquidity), pieces("0")));
}

#[tokio::test]
async fn makers_hear_of_their_trades_in_order_also_in_one_batch() {
    let mut world = World::new().await;
    let mut makers = Vec::new();
    for number in 0..4 {
        makers.push(world.place(limit(Side::Sell, "10", "2"), customer(10 + number), None).await);
    }
    let taker = world.place(limit(Side::Buy, "10", "7"), customer(1), None).await;
    let last = world.place(limit(Side::Buy, "10", "1"), customer(1), None).await;
    world.run().await;
    for id in makers.iter().chain([&taker, &last]) {
        assert_eq!(world.status(*id).await, Status::Executed);
    }
    let kinds: Vec<_> = world
        .events(&VenueOrder::stream(makers[3]))
        .await
        .iter()
        .map(|event| event.event_type().to_string().split(".v").next().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["venue.admitted", "venue.accepted", "venue.traded", "venue.traded", "venue.filled"]);
    let numbers: Vec<_> = world.order(taker).await.fills().iter().map(|fill| fill.trade.to_string()).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
}

#[tokio::test]
async fn an_unknown_instrument_is_refused() {
    let mut world = World::new().await;
    let orderflow_domain::ordering::event::Wanted::Trade(ticket) = limit(Side::Buy, "1", "1") else {
        panic!("a trade")
    };
    let ticket = TradeTicket { instrument: Symbol::new("NONE").unwrap(), ..ticket };
    let id = world.place(orderflow_domain::ordering::event::Wanted::Trade(ticket), customer(1), None).await;
    world.run().await;
    assert_eq!((world.status(id).await, world.reason(id).await), (Status::Failed, Some(Reason::UnknownInstrument)));
}
