use orderflow_application::{CancelOrder, CommandError, PlaceError, PlaceOrder};
use orderflow_domain::ordering::event::{Fulfilment, Purchase, Wanted};
use orderflow_domain::ordering::{PaymentState, Status};
use orderflow_domain::shared::{Actor, Contact, Reason, Side};

use crate::world::{World, all, customer, key, limit, purchase, purchase_at, staff};

#[tokio::test]
async fn a_purchase_is_carried_out() {
    let mut world = World::new().await;
    let id = world.place(purchase("p1", 2), customer(1), key("k1", 1)).await;
    world.run().await;
    let order = world.order(id).await;
    assert_eq!((order.status(), order.payment_state()), (Status::Executed, PaymentState::Captured));
    assert_eq!(world.gateway.charged(id).amount, 2500);
    assert_eq!(world.carrier.shipped(id), 1);
}

#[tokio::test]
async fn the_same_key_is_the_same_order() {
    let mut world = World::new().await;
    let first = world.place(purchase("p1", 1), customer(1), key("k1", 1)).await;
    world.run().await;
    assert_eq!(world.place(purchase("p1", 1), customer(1), key("k1", 1)).await, first);
    assert_ne!(world.place(purchase("p1", 1), customer(2), key("k1", 1)).await, first, "another customer's key");
}

#[tokio::test]
async fn what_nobody_here_carries_out_is_not_taken() {
    let world = World::new().await;
    let Wanted::Purchase(purchase) = purchase("p1", 1) else { panic!("a purchase") };
    let wanted = Wanted::Purchase(Purchase { fulfilment: Fulfilment::Delivery, ..purchase });
    let place = PlaceOrder {
        actor: Actor::Customer(customer(1)),
        customer: customer(1),
        wanted,
        plan: None,
        contact: Contact::default(),
        key: key("k", 1),
        trace: None,
    };
    let refused = world.engine.place(place).await.unwrap_err();
    assert_eq!(refused, PlaceError::UnknownPlan("local-delivery-v1".to_owned()));
    world.place(purchase_at("demo", "p1", 1), customer(1), key("k", 1)).await;
}

#[tokio::test]
async fn two_trades_that_match_are_executed() {
    let mut world = World::new().await;
    let buy = world.place(limit(Side::Buy, "101.25", "10"), customer(1), key("b", 1)).await;
    world.run().await;
    assert_eq!(world.order(buy).await.status(), Status::Executing, "it rests");
    let sell = world.place(limit(Side::Sell, "101.00", "10"), customer(2), key("s", 1)).await;
    world.run().await;
    for id in [buy, sell] {
        let order = world.order(id).await;
        assert_eq!((order.status(), order.average_price()), (Status::Executed, Some("101.25".parse().unwrap())));
    }
}

#[tokio::test]
async fn what_is_out_of_stock_fails_and_holds_nothing() {
    let mut world = World::new().await;
    let id = world.place(purchase("p1", 11), customer(1), key("k", 1)).await;
    world.run().await;
    let order = world.order(id).await;
    assert_eq!(order.status(), Status::Failed);
    assert_eq!(order.ending().map(|(failure, _)| failure.reason.clone()), Some(Reason::OutOfStock));
    let other = world.place(purchase("p1", 10), customer(1), key("k2", 1)).await;
    world.run().await;
    assert_eq!(world.order(other).await.status(), Status::Executed, "all ten are still there");
}

#[tokio::test]
async fn a_resting_order_is_cancelled_and_a_finished_one_is_not() {
    let mut world = World::new().await;
    let id = world.place(limit(Side::Buy, "99", "5"), customer(1), key("b", 1)).await;
    world.run().await;
    let by = Actor::Customer(customer(1));
    let cancel = CancelOrder { order: id, access: all(), by, comment: None, key: None };
    world.engine.cancel(cancel.clone()).await.unwrap();
    world.run().await;
    assert_eq!(world.order(id).await.status(), Status::Cancelled);

    let done = world.place(purchase("p1", 1), customer(1), key("p", 1)).await;
    world.run().await;
    let refused = world.engine.cancel(CancelOrder { order: done, by: staff(), ..cancel }).await.unwrap_err();
    assert!(matches!(refused, CommandError::Rejected(rejection) if rejection.code() == "TOO_LATE_TO_CANCEL"));
}
