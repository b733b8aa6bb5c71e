//! From a stored webhook to the inbox, on both engines.

mod choices;
mod commands;
mod order;
mod poison;
mod replay;
mod sessions;
mod shown;
mod world;
