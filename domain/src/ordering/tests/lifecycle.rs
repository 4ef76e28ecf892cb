//! Each row of the transition table.

use super::super::event::{
    CancelRejected, CancelRequested, Cancelled, Executed, Executing, Failed, Filled, NoteAdded, OrderEvent, Rated,
    SentToExecutor, StepAwaited, Validated,
};
use super::super::lifecycle::{ROWS, row, transition};
use super::super::{IllegalTransition, Rejection, Status};
use super::harness::{CUSTOMER, Given, name};
use crate::shared::{Actor, Failure, Fill, Price, Quantity, Reason, StepKind, Timestamp};

const CREATED: Status = Status::Created;

fn failure() -> Failure {
    Failure::definitive(Reason::OutOfStock, "no")
}

/// One event of each kind that can be made up easily; the others are those of whole runs.
fn samples() -> Vec<OrderEvent> {
    let by = Actor::Customer(CUSTOMER);
    let fill = Fill {
        trade: name("t1"),
        price: Price::whole(1).unwrap(),
        quantity: Quantity::whole(1).unwrap(),
        at: Timestamp::UNIX_EPOCH,
    };
    vec![
        Validated {}.into(),
        SentToExecutor {}.into(),
        Executing {}.into(),
        Executed {}.into(),
        Filled { fill }.into(),
        CancelRequested { by: by.clone(), reason: Reason::CancelRequested, comment: None }.into(),
        CancelRejected { code: name("TOO_LATE_TO_CANCEL") }.into(),
        Cancelled { failure: failure(), by: by.clone() }.into(),
        Failed { failure: failure(), by }.into(),
        StepAwaited { step: StepKind::Deliver, watch: Timestamp::UNIX_EPOCH }.into(),
        Rated { order: Some(5), outlet: None, courier: None }.into(),
        NoteAdded { text: "n".to_owned() }.into(),
    ]
}

#[test]
fn every_event_has_a_row_with_its_reason() {
    assert_eq!(ROWS.len(), OrderEvent::TYPES.len());
    for (index, row) in ROWS.iter().enumerate() {
        assert!(row.why.len() > 10, "{}", row.event);
        assert!(ROWS[..index].iter().all(|other| other.event != row.event));
    }
}

#[test]
fn a_row_says_where_an_event_is_legal_and_where_it_leads() {
    for event in samples() {
        let row = row(&event);
        for status in Status::ALL {
            let expected = if row.from.contains(status) {
                Ok(row.to.or(Some(*status)))
            } else {
                Err(IllegalTransition { status: Some(*status), event: event.event_type().name })
            };
            assert_eq!(transition(Some(*status), &event), expected);
        }
        assert!(transition(None, &event).is_err(), "nothing happens before an order is placed");
    }
}

#[test]
fn the_statuses_follow_each_other_and_final_ones_stay() {
    let legal = |from: Status, event: OrderEvent| transition(Some(from), &event).ok().flatten();
    assert_eq!(legal(CREATED, Validated {}.into()), Some(Status::Validated));
    assert_eq!(legal(Status::Validated, SentToExecutor {}.into()), Some(Status::SentToExecutor));
    assert_eq!(legal(Status::SentToExecutor, Executing {}.into()), Some(Status::Executing));
    assert_eq!(legal(Status::Executing, Executed {}.into()), Some(Status::Executed));
    assert_eq!(legal(CREATED, Executed {}.into()), None);
    assert_eq!(legal(Status::Validated, Validated {}.into()), None);
    for end in Status::ALL.iter().filter(|status| status.is_final()) {
        for event in samples() {
            assert_eq!(legal(*end, event).unwrap_or(*end), *end, "nothing leaves {end}");
        }
    }
}

#[test]
fn an_illegal_transition_names_state_and_event() {
    let error = transition(Some(Status::Executed), &Validated {}.into()).unwrap_err();
    assert_eq!(error.to_string(), "order.validated is illegal while the order is EXECUTED");
    let error = transition(None, &Executed {}.into()).unwrap_err();
    assert_eq!(error.to_string(), "order.executed is illegal while the order is not placed");
    assert_eq!(Rejection::from(error).code(), "ILLEGAL_TRANSITION");
}

#[test]
fn a_placed_order_is_created() {
    let given = Given::parcel();
    assert_eq!((given.order.status(), given.order.is_final()), (CREATED, false));
    assert_eq!((given.order.customer(), given.order.created_at()), (Some(CUSTOMER), Some(given.now)));
}
