//! Reads answers: the headers and the beginning of the body, and names without secrets for what went wrong.

use bytes::{Bytes, BytesMut};
use naru_core::adapter::Answer;
use naru_core::time::Millis;
use reqwest::Response;
use url::Url;

use super::CallError;
use super::guard::Forbidden;

/// Headers of an answer that may hold a secret and that no adapter reads.
const SECRET: [&str; 3] = ["set-cookie", "www-authenticate", "authorization"];

/// Reads an answer, its body up to `cap` bytes.
pub(super) async fn read(mut response: Response, cap: usize, at: Millis) -> Result<Answer, CallError> {
    let status = response.status().as_u16();
    let headers = headers(&response);
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| CallError::Lost(words(error)))? {
        let room = cap - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == cap {
            break;
        }
    }
    Ok(Answer { status, headers, body: Bytes::from(body), stored: None, at })
}

/// The headers that are readable text and no secret, names in lower case.
pub(super) fn headers(response: &Response) -> Vec<(String, String)> {
    let readable = response.headers().iter().filter(|(name, _)| !SECRET.contains(&name.as_str()));
    readable
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect()
}

/// The name that an answer gives to what it brings: `Content-Disposition`, else the last part of the path.
pub(super) fn suggested_name(response: &Response, url: &Url) -> Option<String> {
    let disposition = response.headers().get("content-disposition").and_then(|value| value.to_str().ok());
    disposition.and_then(disposition_name).or_else(|| {
        let last = url.path_segments()?.next_back()?;
        let name = urlencoding::decode(last).ok()?.into_owned();
        (!name.is_empty()).then_some(name)
    })
}

fn disposition_name(header: &str) -> Option<String> {
    let parameters = || header.split(';').skip(1).filter_map(|pair| pair.trim().split_once('='));
    let extended = parameters().find(|(key, _)| key.eq_ignore_ascii_case("filename*"));
    if let Some((_, value)) = extended {
        let encoded = value.trim_matches('"').rsplit("''").next()?;
        return urlencoding::decode(encoded).ok().map(std::borrow::Cow::into_owned);
    }
    let (_, value) = parameters().find(|(key, _)| key.eq_ignore_ascii_case("filename"))?;
    let name = value.trim().trim_matches('"');
    (!name.is_empty()).then(|| name.to_owned())
}

/// What went wrong, without the address: it may hold a key.
pub(super) fn words(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        let cause_words = cause.to_string();
        if !words.contains(&cause_words) {
            words = format!("{words}: {cause_words}");
        }
        source = cause.source();
    }
    words
}

/// The guard's refusal among the causes, where the resolver found that a name leads where it must not.
pub(super) fn forbidden_in(error: &reqwest::Error) -> Option<Forbidden> {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(forbidden) = cause.downcast_ref::<Forbidden>() {
            return Some(forbidden.clone());
        }
        source = cause.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::disposition_name;

    #[test]
    fn a_name_is_read_from_a_disposition() {
        let name = |header| disposition_name(header);
        assert_eq!(name("attachment; filename=\"a b.pdf\"").as_deref(), Some("a b.pdf"));
        assert_eq!(
            name("attachment; filename=x; filename*=UTF-8''%EB%82%98%EB%A3%A8.png").as_deref(),
            Some("나루.png")
        );
        assert_eq!(name("inline"), None);
    }
}
