//! The webhook listener: finds the channel, verifies on the raw bytes, writes the journal, acknowledges.

mod body;
mod hook;
mod listen;
mod peer;
mod record;

pub use body::{BodyBudget, Held};
pub use hook::{Arrived, Refusals, receive, router, take};
pub use listen::serve;
pub use peer::peer;
