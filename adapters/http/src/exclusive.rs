//! A stream that is `Sync` because nobody can share it: hyper polls a body from one task, but warp's type asks for `Sync` all the same.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use futures_util::Stream;

/// Polled only through `&mut`, so the lock is never taken.
pub(crate) struct Exclusive<T>(Mutex<Pin<Box<dyn Stream<Item = T> + Send>>>);

impl<T> Exclusive<T> {
    pub(crate) fn new(stream: impl Stream<Item = T> + Send + 'static) -> Self {
        Self(Mutex::new(Box::pin(stream)))
    }
}

impl<T> Stream for Exclusive<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.get_mut().0.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll_next(cx)
    }
}
