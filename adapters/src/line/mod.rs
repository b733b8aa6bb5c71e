//! LINE Messaging API.
