//! Media: the bytes in a store by their hash, what is known of them in rows, and the public addresses of both.

mod store;

pub use store::{Blob, MediaStore, StoreFailure};
