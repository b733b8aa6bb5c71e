//! One module per aggregate: its SQL, its rows, its functions.

pub mod api_key;
pub mod channel;
pub mod journal;
pub mod operator;
