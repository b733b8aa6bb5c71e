//! One module per aggregate: its SQL, its rows, its functions.

pub mod channel;
pub mod journal;
