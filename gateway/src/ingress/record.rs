//! A request as a journal row: what is kept, and what is masked.

use http::HeaderMap;
use naru_core::adapter::{Refused, Request};
use naru_core::ids::{JournalId, TraceId};
use naru_core::time::Millis;

use crate::channels::Channel;
use crate::store::rows::journal::JournalRow;

/// Headers whose values are credentials; a signature over the body is none.
const SECRET_HEADERS: &[&str] =
    &["authorization", "cookie", "proxy-authorization", "x-api-key", "ht-client-secret", "x-auth-token"];

/// So much of a refused body is kept: enough to see what it was.
const REFUSED_BODY: usize = 1 << 10;

/// The row of an accepted request.
pub(super) fn accepted(
    channel: &Channel,
    request: &Request,
    id: JournalId,
    trace: TraceId,
    now: Millis,
) -> JournalRow {
    JournalRow {
        id: id.to_string(),
        channel_id: channel.row.id.clone(),
        platform: channel.row.platform.clone(),
        received_at: now.0,
        method: request.method.to_string(),
        suffix: request.suffix.clone(),
        query: request.query.clone(),
        headers: headers(&request.headers),
        body_size: i64::try_from(request.body.len()).unwrap_or(i64::MAX),
        body: request.body.clone(),
        body_ref: None,
        verdict: "accepted",
        reason: None,
        status: 200,
        peer: request.peer.map(|peer| peer.to_string()).unwrap_or_default(),
        visitor: request.visitor.clone(),
        trace_id: trace.to_string(),
    }
}

/// The row of a refused request: the beginning of its body, and why.
pub(super) fn refused(
    channel: &Channel,
    request: &Request,
    id: JournalId,
    trace: TraceId,
    now: Millis,
    refused: &Refused,
) -> JournalRow {
    let mut row = accepted(channel, request, id, trace, now);
    row.body = request.body.slice(..request.body.len().min(REFUSED_BODY));
    row.verdict = "refused";
    row.reason = Some(refused.reason.clone());
    row.status = i64::from(refused.status.as_u16());
    row
}

fn headers(headers: &HeaderMap) -> String {
    let pairs: Vec<(&str, String)> = headers
        .iter()
        .map(|(name, value)| {
            let shown = if SECRET_HEADERS.contains(&name.as_str()) {
                "…".to_owned()
            } else {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            (name.as_str(), shown)
        })
        .collect();
    serde_json::to_string(&pairs).expect("pairs of text are JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_headers_are_masked_and_signatures_are_kept() {
        let mut map = HeaderMap::new();
        map.insert("authorization", "Bearer CANARY".parse().unwrap());
        map.insert("x-line-signature", "abc=".parse().unwrap());
        let text = headers(&map);
        assert!(!text.contains("CANARY"));
        assert!(text.contains(r#"["x-line-signature","abc="]"#));
    }
}
