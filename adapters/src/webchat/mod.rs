//! The web chat: our own channel, on which everything is native.
