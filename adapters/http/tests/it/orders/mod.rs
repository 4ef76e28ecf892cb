mod afterwards;
mod cancel;
mod events;
mod list;
mod place;
mod show;

/// Another customer than the one of `dev`.
pub(crate) const OTHER: (&str, &str) = ("x-customer-id", "0190a5b0-0000-7000-8000-000000000007");
