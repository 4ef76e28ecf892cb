use orderflow_domain::event::Event;
use orderflow_domain::shared::{ItemId, OrderId, Symbol};
use orderflow_domain::venue::Book;
use orderflow_domain::venue::event::{BookRemoved, InstrumentHalted, VenueEvent};
use uuid::Uuid;

use crate::projections::scene::{Scene, acme, demo, operator};
use crate::{Paging, QueryError, StockQuery};

#[tokio::test]
async fn the_book_is_current_whatever_the_views_show() {
    let scene = Scene::new();
    scene.trade_acme().await;
    insta::assert_json_snapshot!("book", scene.engine.book(&acme(), 10).await.unwrap());
    insta::assert_json_snapshot!("tape", scene.engine.trades(&acme(), 10).await.unwrap());
    assert_eq!(scene.engine.book(&acme(), 1).await.unwrap().bids.len(), 1);
    let events: [VenueEvent; 2] =
        [BookRemoved { order: OrderId(Uuid::from_u128(2)) }.into(), InstrumentHalted { by: operator() }.into()];
    scene.record(Book::stream(&acme()), events.into_iter().map(Event::Venue).collect()).await;
    let book = scene.engine.book(&acme(), 10).await.unwrap();
    assert_eq!(book.bids.iter().map(|level| level.price.to_string()).collect::<Vec<_>>(), ["101.25"]);
    assert!(book.halted && scene.engine.instrument(&acme()).await.unwrap().halted);
}

#[tokio::test]
async fn an_instrument_that_nobody_listed_is_not_there_until_it_is() {
    let scene = Scene::new();
    let globex = Symbol::new("GLOBEX").unwrap();
    for symbol in [&globex, &acme()] {
        assert_eq!(scene.engine.book(symbol, 10).await, Err(QueryError::NotFound));
        assert_eq!(scene.engine.trades(symbol, 10).await, Err(QueryError::NotFound));
        assert_eq!(scene.engine.instrument(symbol).await, Err(QueryError::NotFound));
    }
    scene.trade_acme().await;
    assert!(scene.engine.book(&acme(), 10).await.is_ok());
    assert!(matches!(scene.engine.book(&acme(), 0).await, Err(QueryError::Invalid { field: "depth", .. })));
    assert!(matches!(scene.engine.trades(&acme(), 101).await, Err(QueryError::Invalid { field: "limit", .. })));
}

#[tokio::test]
async fn instruments_are_listed() {
    let scene = Scene::new();
    scene.trade_acme().await;
    scene.show().await;
    let listed = scene.engine.instruments(Paging::first(10)).await.unwrap();
    assert_eq!(listed.items, [scene.engine.instrument(&acme()).await.unwrap()]);
    insta::assert_json_snapshot!("instruments", listed.items);
}

#[tokio::test]
async fn stock_shows_what_is_held_and_what_is_left() {
    let scene = Scene::new();
    scene.list_item("p2", "Filter papers", 50).await;
    scene.list_item("p1", "Espresso beans", 100).await;
    scene.hold("p1", 3).await;
    scene.show().await;
    let stock = async |q: Option<&str>| {
        let query = StockQuery { outlet: demo(), q: q.map(str::to_owned), paging: Paging::first(10) };
        scene.engine.stock(query).await.unwrap().items
    };
    insta::assert_json_snapshot!("stock", stock(None).await);
    let ids = |items: Vec<crate::views::StockView>| -> Vec<String> {
        items.iter().map(|item| item.product_id.to_string()).collect()
    };
    assert_eq!(ids(stock(Some("PAPER")).await), ["p2"]);
    assert_eq!(ids(stock(Some("p")).await), ["p1", "p2"]);
    let (p1, other) = (ItemId::new("p1").unwrap(), ItemId::new("other").unwrap());
    assert_eq!(scene.engine.stock_item(&demo(), &p1).await.unwrap().available, 97);
    assert_eq!(scene.engine.stock_item(&demo(), &other).await, Err(QueryError::NotFound));
}
