//! What the engine needs from the outside, as traits: few, small, each with at least two adapters that pass one contract suite
//! (`tests/contract`).

mod clock;
mod commit;
mod effects;
mod publisher;
mod store;
mod views;
mod work;

pub use clock::{Clock, Ids};
pub use commit::{
    CheckpointMove, Claim, ClaimKey, CommitError, Committed, Fingerprint, NewEvent, ReaderId, Receipt, UnitOfWork,
};
pub use effects::{
    Carrier, EffectError, EffectKey, Participant, PaymentAction, PaymentAnswer, PaymentCall, PaymentGateway,
    ShipAction, ShipAnswer, ShipCall, TaskCall,
};
pub use publisher::{EventPublisher, PublishError};
pub use store::{Checkpoint, EventStore, Snapshot, StoreError};
pub use views::{
    Document, DocumentChange, FieldKind, FieldSpec, Filter, IndexValue, Order, Page, PageToken, Query, ViewCommit,
    ViewError, ViewSpec, ViewStore,
};
pub use work::{WorkChange, WorkKey, WorkKind, WorkRow};
