//! What goes out, against a scripted platform on loopback, on every engine.

mod failures;
mod fake;
mod media;
mod order;
mod restart;
mod world;
