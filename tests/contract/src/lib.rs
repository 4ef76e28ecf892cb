//! The suites that every adapter of a port has to pass. An adapter is whatever passes them: what they do not say, nobody may rely on.
//!
//! A suite is a macro that makes one test per case from a factory: [`event_store_suite`], [`view_store_suite`], [`publisher_suite`].

#![warn(missing_docs)]

pub mod event_store;
pub mod publisher;
pub mod samples;
pub mod view_store;

use std::future::Future;
use std::time::Duration;

/// Runs a case on a runtime of its own with several workers; one that hangs fails.
///
/// # Panics
/// If the case panics or does not end.
pub fn run(case: impl Future<Output = ()>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("a runtime");
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(120), case).await.expect("the case hangs") });
}

/// One test per case.
#[doc(hidden)]
#[macro_export]
macro_rules! cases {
    ($factory:expr; $($module:ident::$suite:ident { $($case:ident,)* })*) => {
        $(mod $suite {
            use super::*;
            $(#[test] fn $case() {
                $crate::run(async { $crate::$module::$suite::$case(&$factory).await; });
            })*
        })*
    };
}

/// The contract of `EventStore`; takes an expression that makes an [`event_store::Factory`].
#[macro_export]
macro_rules! event_store_suite {
    ($factory:expr) => {
        $crate::cases! { $factory;
            event_store::streams {
                events_come_back_as_they_were_committed,
                a_stream_that_moved_on_is_a_conflict,
                a_version_can_be_expected_without_events,
                several_streams_in_one_unit,
                a_unit_that_contradicts_itself_is_malformed,
                snapshots_carry_the_version_of_their_fold,
            }
            event_store::claims {
                the_same_request_gets_the_first_receipt,
                another_request_under_the_key_is_a_mismatch,
                principal_and_operation_are_part_of_the_key,
                a_refused_unit_leaves_no_claim,
                claims_are_listed_in_the_order_of_their_keys,
                a_claim_speaks_before_a_conflict,
                one_of_many_at_once_takes_the_claim,
            }
            event_store::checkpoints {
                a_checkpoint_moves_from_where_it_stands,
                one_of_many_moves_the_checkpoint,
                a_moved_checkpoint_stops_the_whole_unit,
            }
            event_store::work {
                rows_are_written_under_their_version,
                a_lease_is_held_by_its_token,
                a_row_that_is_made_again_begins_above_the_one_before,
                rows_are_written_over_whatever_is_there,
                a_row_may_never_be_due,
                due_rows_come_longest_due_first,
                rows_are_listed_in_the_order_of_their_keys,
            }
            event_store::log {
                neighbours_of_a_refused_unit_go_on,
                positions_are_gapless_under_concurrent_conflicting_writers,
                a_tail_reader_sees_each_event_once_and_in_order,
                waiting_ends_when_the_log_grows,
                a_page_of_the_log_has_at_most_its_limit,
            }
            event_store::again {
                a_unit_submitted_again_is_in_already,
                a_unit_submitted_twice_at_once_is_in_once,
                a_checkpoint_alone_submitted_again_is_in_already,
                all_is_there_after_reopening,
            }
        }
    };
}

/// The contract of `ViewStore`; takes an expression that makes a [`view_store::Factory`].
#[macro_export]
macro_rules! view_store_suite {
    ($factory:expr) => {
        $crate::cases! { $factory;
            view_store::documents {
                documents_are_put_and_removed,
                the_checkpoint_guards_every_write,
                another_version_starts_empty,
                what_was_not_declared_is_malformed,
                views_are_there_after_reopening,
            }
            view_store::queries {
                filters_hold_together,
                terms_are_found_whole_or_by_their_beginning,
                pages_follow_each_other_both_ways,
                pages_by_key_and_with_skips,
            }
            view_store::twins {
                a_twin_is_swapped_in_when_it_has_caught_up,
                a_twin_is_not_seen_before_its_swap,
            }
        }
    };
}

/// The contract of `EventPublisher`; takes an expression that makes a [`publisher::Factory`].
#[macro_export]
macro_rules! publisher_suite {
    ($factory:expr) => {
        $crate::cases! { $factory;
            publisher::cases {
                nothing_to_publish_is_acknowledged,
                events_are_acknowledged_from_the_front_and_arrive_in_order,
            }
        }
    };
}
