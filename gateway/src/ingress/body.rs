//! Reads a request's body under a size cap, a deadline and one budget of memory for all requests.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body must be there by then.
const BODY_DEADLINE: Duration = Duration::from_secs(5);

const UNIT: usize = 1 << 10;

/// The memory that bodies may hold, shared by all requests.
#[derive(Clone)]
pub struct BodyBudget(Arc<Semaphore>);

/// A body, and its share of the budget for as long as it is held.
pub struct Held {
    /// The bytes.
    pub bytes: Bytes,
    _share: OwnedSemaphorePermit,
}

impl BodyBudget {
    /// A budget of so many bytes.
    pub fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes / UNIT)))
    }

    /// Reads a body of at most `max` bytes: 413 over it, 408 past the deadline, 503 when the budget is used up, 400
    /// when the connection breaks.
    pub async fn read(&self, body: Body, announced: Option<usize>, max: usize) -> Result<Held, StatusCode> {
        if announced.is_some_and(|length| length > max) {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let expected = announced.unwrap_or(max).div_ceil(UNIT).max(1);
        let permits = u32::try_from(expected).map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        let share = Arc::clone(&self.0)
            .try_acquire_many_owned(permits)
            .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        let bytes = tokio::time::timeout(BODY_DEADLINE, collect(body, announced, max))
            .await
            .map_err(|_| StatusCode::REQUEST_TIMEOUT)??;
        Ok(Held { bytes, _share: share })
    }
}

async fn collect(mut body: Body, announced: Option<usize>, max: usize) -> Result<Bytes, StatusCode> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| StatusCode::BAD_REQUEST)?;
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.len() > max {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if whole.is_empty() && announced == Some(data.len()) {
            // The usual webhook comes in one piece: no copy.
            return Ok(data);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}
