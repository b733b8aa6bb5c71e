//! The web chat: the widget's pages, its hooks, and the stream that brings frames to a visitor's browser.

mod streams;

pub use streams::Streams;
