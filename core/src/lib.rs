//! The model and the rules of Naru, pure: what a message is, what a platform can show of it, what a conversation does
//! when something happens. Nothing here does I/O, reads a clock or draws a random number.
//!
//! The way of a message in: an [`adapter::Adapter`] reads a webhook into [`event::Event`]s, [`session`] keeps the
//! platform's clock, [`desk`] decides what the conversation does. The way out: [`downgrade::fit`] turns
//! [`content::Content`] into [`downgrade::Part`]s and a report, the adapter draws the parts as calls.
//!
//! To add a content block, see [`content`]; to add a platform, see the registry of the adapters' crate.

pub mod adapter;
pub mod capabilities;
pub mod content;
pub mod desk;
pub mod downgrade;
pub mod event;
pub mod ids;
pub mod message;
pub mod session;
pub mod settings;
pub mod texts;
pub mod time;
