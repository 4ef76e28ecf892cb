use std::time::Duration;

use orderflow_domain::ordering::Status;
use orderflow_domain::shared::{Address, Contact, OrderId, StepKind, Version};
use uuid::Uuid;

use crate::projections::scene::{ANN, BOB, Scene, authorised, purchase, staff};
use crate::{Access, QueryError};

#[tokio::test]
async fn what_is_not_yours_is_not_there() {
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 2)])).await;
    let nowhere = OrderId(Uuid::from_u128(1));
    let (ann, bob) = (Access::Customer(ANN), Access::Customer(BOB));
    let engine = &scene.engine;
    assert!(engine.order(order, &ann, None).await.is_ok());
    assert!(engine.order(order, &staff(), None).await.is_ok());
    for (order, access) in [(order, &bob), (nowhere, &bob), (nowhere, &staff())] {
        assert_eq!(engine.order(order, access, None).await, Err(QueryError::NotFound));
        assert_eq!(engine.timeline(order, access, Version::EMPTY, 10).await, Err(QueryError::NotFound));
        assert_eq!(engine.changes(order, access, Version::EMPTY).await.err(), Some(QueryError::NotFound));
    }
}

#[tokio::test]
async fn an_order_as_it_was() {
    let scene = Scene::new();
    let before = scene.engine.now();
    let order = scene.place(ANN, purchase(&[("p1", 2)])).await;
    let placed = scene.engine.now();
    scene.reserve(order, &[("p1", 2)]).await;
    let reserved = scene.engine.now();
    scene.succeed(order, StepKind::AuthorisePayment, authorised(2500)).await;
    let at = async |moment| scene.engine.order(order, &staff(), Some(moment)).await;
    assert_eq!(at(before).await, Err(QueryError::NotFound));
    assert_eq!(at(placed).await.unwrap().status, Status::Created);
    let (then, now) = (at(reserved).await.unwrap(), scene.engine.order(order, &staff(), None).await.unwrap());
    assert_eq!((then.status, now.status), (Status::Validated, Status::SentToExecutor));
    assert!(then.version < now.version);
    assert_eq!(at(reserved - jiff::SignedDuration::from_micros(1)).await.unwrap().status, Status::Created);
    scene.clock.advance(Duration::from_secs(60));
    assert_eq!(at(scene.engine.now()).await.unwrap(), now);
}

#[tokio::test]
async fn personal_data_is_in_the_order_alone() {
    let scene = Scene::new();
    let address = Address { name: Some("Ann Example".to_owned()), city: "Paris".to_owned(), ..Address::default() };
    let contact = Contact { address: Some(address.clone()), email: None, note: Some("ring twice".to_owned()) };
    let order = scene.place_with(ANN, purchase(&[("p1", 2)]), contact).await;
    scene.show().await;
    let whole = scene.engine.order(order, &staff(), None).await.unwrap();
    assert_eq!(whole.note.as_deref(), Some("ring twice"));
    assert_eq!(whole.fulfilment.unwrap().address, Some(address));
    let listed = super::orders::all(&scene).await;
    let text = serde_json::to_string(&listed).unwrap();
    assert!(!text.contains("Ann Example") && !text.contains("ring twice"), "{text}");
}

#[tokio::test]
async fn a_timeline_goes_on_where_it_ended() {
    let scene = Scene::new();
    let order = scene.place(ANN, purchase(&[("p1", 2)])).await;
    scene.deliver(order).await;
    let read = async |after, limit| scene.engine.timeline(order, &staff(), Version(after), limit).await;
    let whole = read(0, 100).await.unwrap();
    let versions: Vec<_> = whole.iter().map(|entry| entry.version.0).collect();
    assert_eq!(versions, (1..=whole.len() as u64).collect::<Vec<_>>());
    let first = read(0, 5).await.unwrap();
    let rest = read(5, 100).await.unwrap();
    assert_eq!([first, rest].concat(), whole);
    assert_eq!(read(whole.len() as u64, 10).await, Ok(Vec::new()));
    for limit in [0, 101] {
        assert!(matches!(read(0, limit).await, Err(QueryError::Invalid { field: "limit", .. })));
    }
}
