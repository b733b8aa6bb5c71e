//! Media: the bytes in a store by their hash, what is known of them in rows, and the public addresses of both.

mod describe;
mod duration;
mod facts;
mod fetch;
mod preview;
mod range;
mod serve;
mod store;
mod upload;

pub use describe::{Described, clean_name, describe, ready_row, sniff};
pub use facts::{facts, facts_in};
pub use fetch::{fetch_text, hosts_of, start};
pub use serve::{content, router};
pub use store::{Blob, MediaStore, StoreFailure};
pub use upload::{UploadError, name_or, resolve, store_stream};
