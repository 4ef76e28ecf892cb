//! One order's parcels: booked with a carrier, handed over, delivered; or cancelled, as long as the carrier does not have them.
//!
//! The hand-over is the order's pivot. Whether a cancel was in time only the carrier knows, so its answer settles the race: `Cancelled` or `Shipped`,
//! never both. Nothing is rejected here: what is asked is answered on the stream, and asking again gives no events.

pub mod event;

mod shipment;

pub use shipment::Shipment;

#[cfg(test)]
mod tests;
