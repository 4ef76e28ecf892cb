//! Money: whatever the gateway says, loses or never says, the log and the gateway agree at the end.

use std::time::Duration;

use orderflow_application::StepAction;
use orderflow_domain::ordering::{PaymentState, Resolution, Status};
use orderflow_domain::payment::Payment;
use orderflow_domain::shared::{Reason, StepKind, StreamId};
use orderflow_gateways::scripted::Say;

use crate::world::{Setup, World, staff};

const WAYS: [fn() -> Setup; 2] = [Setup::near, Setup::remote];

/// An order of one piece whose calls to the gateway get these words.
async fn with(
    setup: fn() -> Setup,
    words: impl IntoIterator<Item = Say>,
) -> (World, orderflow_domain::shared::OrderId) {
    let mut world = setup().world().await;
    let id = world.buy("p1", 1).await;
    world.gateway.plan(id, words);
    world.run().await;
    (world, id)
}

#[tokio::test]
async fn a_declined_order_fails_and_releases_its_stock() {
    for setup in WAYS {
        let (world, id) = with(setup, [Say::Refuse]).await;
        assert_eq!(world.assert_true(id, 0).await, Status::Failed);
        assert_eq!(world.reason(id).await, Some(Reason::Declined));
        assert_eq!(world.stock("demo", "p1").await, (10, 0));
        world.assert_settled().await;
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_whether_it_was_charged_or_not() {
    for setup in WAYS {
        for lost in [Say::LoseAnswer, Say::LoseCall, Say::NotSent] {
            for step in 0..2 {
                let words = std::iter::repeat_n(Say::Answer, step).chain([lost.clone(), lost.clone()]);
                let (mut world, id) = with(setup, words).await;
                world.run_for(Duration::from_secs(30)).await;
                assert_eq!(world.assert_true(id, 1_250).await, Status::Executed, "{lost:?} at {step}");
                assert_eq!(world.count(&Payment::stream(id), "payment.authorised").await, 1);
                assert_eq!(world.count(&Payment::stream(id), "payment.captured").await, 1);
                world.assert_settled().await;
            }
        }
    }
}

#[tokio::test]
async fn a_cancel_while_the_answer_is_lost_leaves_no_money_behind() {
    for setup in WAYS {
        for lost in [Say::LoseAnswer, Say::LoseCall, Say::NotSent] {
            // The last word says that nothing was sent; an earlier try may have been, so that is not believed.
            let (mut world, id) = with(setup, [lost.clone(), Say::NotSent, Say::NotSent]).await;
            world.cancel(id).await.unwrap();
            world.run_for(Duration::from_secs(60)).await;
            assert_eq!(world.assert_true(id, 0).await, Status::Cancelled, "{lost:?}");
            assert_eq!(world.stock("demo", "p1").await, (10, 0));
            world.assert_settled().await;
        }
    }
}

#[tokio::test]
async fn what_the_customer_confirms_goes_on() {
    for setup in WAYS {
        let (mut world, id) = with(setup, [Say::AskCustomer]).await;
        world.run_for(Duration::from_secs(60)).await;
        let order = world.order(id).await;
        assert_eq!((order.status(), order.payment_state()), (Status::Validated, PaymentState::ActionRequired));
        assert!(order.action_url().is_some());
        world.gateway.confirm(id);
        world.run_for(Duration::from_secs(10)).await;
        assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
        world.assert_settled().await;
    }
}

#[tokio::test]
async fn what_the_customer_never_confirms_is_abandoned_after_the_participants_patience() {
    for setup in WAYS {
        let (mut world, id) = with(setup, [Say::AskCustomer]).await;
        world.run_for(Duration::from_secs(14 * 60)).await;
        assert_eq!(world.status(id).await, Status::Validated);
        assert_eq!(world.stock("demo", "p1").await, (10, 1));
        // The timer survives the restart.
        world.crash();
        world.run_for(Duration::from_secs(2 * 60)).await;
        assert_eq!(world.assert_true(id, 0).await, Status::Cancelled);
        assert_eq!(world.reason(id).await, Some(Reason::PaymentAbandoned));
        assert_eq!(world.stock("demo", "p1").await, (10, 0));
        world.gateway.confirm(id);
        assert_eq!(world.gateway.held(id).amount, 0, "too late to confirm");
        world.assert_settled().await;
    }
}

#[tokio::test]
async fn a_capture_that_is_refused_once_is_made_later() {
    for setup in WAYS {
        let (mut world, id) = with(setup, [Say::Answer, Say::Refuse]).await;
        world.run_for(Duration::from_secs(30)).await;
        assert_eq!(world.assert_true(id, 1_250).await, Status::Executed);
        assert_eq!(world.count(&Payment::stream(id), "payment.capture_failed").await, 1, "an alarm");
        world.assert_settled().await;
    }
}

#[tokio::test]
async fn a_capture_that_is_refused_for_ever_alarms_until_an_operator_writes_it_off() {
    for setup in WAYS {
        let words = std::iter::once(Say::Answer).chain(std::iter::repeat_n(Say::Refuse, 10_000));
        let (mut world, id) = with(setup, words).await;
        world.run_for(Duration::from_secs(20 * 60)).await;
        assert_eq!(world.status(id).await, Status::Executing);
        assert!(world.count(&StreamId::order(id), "order.step_overdue").await > 0, "people are told");
        let action = StepAction::Resolve { reason: "the bank is gone".into(), resolution: Resolution::WrittenOff };
        world.engine.settle_step(id, StepKind::CapturePayment, action, &staff(), None).await.unwrap();
        world.run().await;
        let order = world.order(id).await;
        assert_eq!(order.status(), Status::Executed);
        assert_eq!((order.ledger().written_off(), world.gateway.charged(id).amount), (1_250, 0));
    }
}

#[tokio::test]
async fn a_refund_goes_back_once() {
    for setup in WAYS {
        let (mut world, id) = with(setup, []).await;
        for (lost, amount) in [(Say::LoseAnswer, 250), (Say::LoseCall, 1_000)] {
            world.gateway.plan(id, [lost]);
            let refund = orderflow_application::RefundOrder {
                order: id,
                access: crate::world::all(),
                by: staff(),
                amount: orderflow_domain::shared::Money::new(amount, orderflow_domain::shared::Currency::EUR),
                reason: "broken".into(),
                key: None,
            };
            world.engine.refund(refund).await.unwrap();
            world.run_for(Duration::from_secs(20)).await;
        }
        let order = world.order(id).await;
        assert_eq!((order.status(), order.payment_state()), (Status::Executed, PaymentState::Refunded));
        assert_eq!(world.gateway.charged(id).amount, 0);
        world.assert_settled().await;
    }
}

#[tokio::test]
async fn a_gateway_that_can_not_be_reached_fails_the_order_only_if_nothing_was_ever_sent() {
    for setup in WAYS {
        let down = || std::iter::repeat_n(Say::NotSent, 10_000);
        let (mut world, id) = with(setup, down()).await;
        world.run_for(Duration::from_secs(20 * 60)).await;
        assert_eq!(world.assert_true(id, 0).await, Status::Failed);
        assert_eq!(world.reason(id).await, Some(Reason::GatewayUnavailable));
        assert_eq!(world.stock("demo", "p1").await, (10, 0));
        world.assert_settled().await;

        let (mut world, id) = with(setup, std::iter::once(Say::LoseAnswer).chain(down())).await;
        world.run_for(Duration::from_secs(20 * 60)).await;
        assert_eq!(world.status(id).await, Status::Validated, "it may have been charged, and it was");
        assert_eq!(world.gateway.held(id).amount, 1_250);

        let (mut world, id) = with(setup, down()).await;
        world.cancel(id).await.unwrap();
        world.run_for(Duration::from_secs(10)).await;
        assert_eq!(world.assert_true(id, 0).await, Status::Cancelled, "nothing was sent, so nothing is to be undone");
        world.assert_settled().await;
    }
}
