//! The only HTTP client: guarded against forged addresses, with deadlines and size caps, and without redirects.
//!
//! Redirects are never followed for calls with credentials; fetches follow at most three, each checked like the first.
//! Proxies of the environment are not used: a proxy would resolve names behind our back. Addresses and headers with
//! credentials are never logged and never part of an error.

mod answer;
mod body;
pub mod guard;
mod resolve;
#[cfg(test)]
mod tests;

pub use body::Attachment;
pub use guard::{Forbidden, Purpose, Reach};
pub use resolve::{Lookup, SystemLookup};

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::StreamExt;
use naru_core::adapter::{Answer, Signed};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response};

use crate::clock::Clock;
use crate::media::{Blob, MediaStore};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a platform may be silent in the midst of an answer.
const READ: Duration = Duration::from_secs(20);
/// How long an ordinary call may take in all.
const CALL: Duration = Duration::from_secs(30);
/// How long a call that carries or brings media may take in all.
const LONG_CALL: Duration = Duration::from_mins(10);
/// How much of an answer is kept, in bytes.
const ANSWER: usize = 1 << 20;
/// How many redirects a fetch follows.
const REDIRECTS: usize = 3;

/// How a call ended without an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The address may not be called; nothing left.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No connection came about; nothing left.
    #[error("no connection: {0}")]
    NotSent(String),
    /// The request left, or may have left, and no whole answer came.
    #[error("no answer: {0}")]
    Lost(String),
    /// There is more than may be fetched.
    #[error("expected at most {limit} bytes, found more")]
    TooLarge {
        /// The largest allowed length.
        limit: u64,
    },
    /// A medium that the call carries, or brings, cannot be read or stored.
    #[error("media: {0}")]
    Media(String),
    /// The address answered otherwise than with 200.
    #[error("expected status 200, found {0}")]
    Status(u16),
}

/// The only HTTP client. Cheap to clone.
#[derive(Clone)]
pub struct Egress {
    parts: Arc<Client>,
}

struct Client {
    reach: Reach,
    lookup: Arc<dyn Lookup>,
    clock: Clock,
    client: OnceLock<reqwest::Client>,
}

/// What a media-bringing answer is stored by.
pub struct Sinking<'a> {
    /// Where to.
    pub store: &'a MediaStore,
    /// The largest allowed length in bytes.
    pub limit: u64,
}

impl Egress {
    /// A client that reaches as far as `reach` says.
    pub fn new(reach: Reach, clock: Clock) -> Self {
        Self::with_lookup(reach, clock, Arc::new(SystemLookup))
    }

    /// The same with another way to resolve names, for tests.
    pub fn with_lookup(reach: Reach, clock: Clock, lookup: Arc<dyn Lookup>) -> Self {
        Self { parts: Arc::new(Client { reach, lookup, clock, client: OnceLock::new() }) }
    }

    /// How far it reaches.
    pub fn reach(&self) -> Reach {
        self.parts.reach
    }

    /// Makes a signed call once and returns the platform's answer, whatever its status. The body is cut at 1 MiB.
    pub async fn call(
        &self,
        signed: &Signed,
        media: &[Attachment],
        sink: Option<Sinking<'_>>,
    ) -> Result<(Answer, Option<Blob>), CallError> {
        let url = guard::check(&signed.url, Purpose::Api, self.parts.reach)?;
        let method = Method::from_bytes(signed.method.as_bytes())
            .map_err(|_| CallError::NotSent("the method cannot be read".to_owned()))?;
        let long = sink.is_some() || !media.is_empty();
        let mut request = self.client().request(method, url).timeout(if long { LONG_CALL } else { CALL });
        for (name, value) in &signed.headers {
            request = request.header(name, value);
        }
        let request = body::put(request, &signed.body, media).await?;
        let response = send(request).await?;
        match sink {
            Some(sink) if response.status() == 200 => self.sunk(response, sink).await,
            _ => Ok((answer::read(response, ANSWER, self.parts.clock.now()).await?, None)),
        }
    }

    async fn sunk(&self, response: Response, sink: Sinking<'_>) -> Result<(Answer, Option<Blob>), CallError> {
        let headers = answer::headers(&response);
        let blob = store(response, sink).await?;
        let body = bytes::Bytes::new();
        Ok((Answer { status: 200, headers, body, stored: None, at: self.parts.clock.now() }, Some(blob)))
    }

    /// Fetches what lies at an address, without credentials, into the media store. `hosts` are the only ones that may
    /// be asked, redirects included; `None` where an author named the address. The second value is the name that the
    /// address or its answer suggests.
    pub async fn fetch(
        &self,
        address: &str,
        hosts: Option<&[String]>,
        sink: Sinking<'_>,
        total: Duration,
    ) -> Result<(Blob, Option<String>), CallError> {
        let work = async {
            let (response, url) = self.open(address, hosts, total).await?;
            let name = answer::suggested_name(&response, &url);
            Ok((store(response, sink).await?, name))
        };
        within(total, work).await
    }

    /// Fetches at most `limit` bytes of words, from `hosts` alone; what is longer is cut.
    pub async fn fetch_text(
        &self,
        address: &str,
        hosts: &[String],
        limit: usize,
        total: Duration,
    ) -> Result<String, CallError> {
        let work = async {
            let (response, _) = self.open(address, Some(hosts), total).await?;
            let answer = answer::read(response, limit, self.parts.clock.now()).await?;
            Ok(String::from_utf8_lossy(&answer.body).into_owned())
        };
        within(total, work).await
    }

    /// Opens an address, following redirects that may be followed, until something lies there.
    async fn open(
        &self,
        address: &str,
        hosts: Option<&[String]>,
        total: Duration,
    ) -> Result<(Response, url::Url), CallError> {
        let mut url = self.fetchable(address, hosts)?;
        for _ in 0..=REDIRECTS {
            let response = send(self.client().get(url.clone()).timeout(total)).await?;
            let status = response.status();
            if status == 200 {
                return Ok((response, url));
            }
            let to = response.headers().get("location").filter(|_| status.is_redirection());
            let to = to.and_then(|to| url.join(to.to_str().ok()?).ok());
            url = self.fetchable(to.ok_or(CallError::Status(status.as_u16()))?.as_str(), hosts)?;
        }
        Err(CallError::Lost(format!("more than {REDIRECTS} redirects")))
    }

    fn fetchable(&self, address: &str, hosts: Option<&[String]>) -> Result<url::Url, CallError> {
        let url = guard::check(address, Purpose::Fetch, self.parts.reach)?;
        let host = url.host_str().unwrap_or_default();
        match hosts {
            Some(hosts) if !guard::is_among(host, hosts) => {
                Err(Forbidden::Host { host: host.to_owned() }.into())
            }
            _ => Ok(url),
        }
    }

    /// The client, made at the first call, so that a gateway that never calls has none.
    fn client(&self) -> &reqwest::Client {
        self.parts.client.get_or_init(|| build(&self.parts))
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the guarded client that the ban points to")]
fn build(parts: &Client) -> reqwest::Client {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let resolver = resolve::GuardedResolver { lookup: Arc::clone(&parts.lookup), reach: parts.reach };
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(resolver)
        .no_proxy()
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(CONNECT)
        .read_timeout(READ)
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(32)
        .tcp_nodelay(true)
        .user_agent(concat!("naru/", env!("CARGO_PKG_VERSION")))
        .build()
        .expect("a client of fixed options is built")
}

async fn within<T>(
    total: Duration,
    work: impl Future<Output = Result<T, CallError>>,
) -> Result<T, CallError> {
    let late = |_| Err(CallError::Lost("it took too long".to_owned()));
    tokio::time::timeout(total, work).await.unwrap_or_else(late)
}

/// Sends a request. What did not leave is told apart from what may have left.
async fn send(request: RequestBuilder) -> Result<Response, CallError> {
    request.send().await.map_err(|error| {
        let forbidden = answer::forbidden_in(&error);
        let left = !(error.is_connect() || error.is_builder() || error.is_dns());
        let words = answer::words(error);
        match forbidden {
            Some(forbidden) => CallError::Forbidden(forbidden),
            None if left => CallError::Lost(words),
            None => CallError::NotSent(words),
        }
    })
}

async fn store(response: Response, sink: Sinking<'_>) -> Result<Blob, CallError> {
    if response.content_length().is_some_and(|length| length > sink.limit) {
        return Err(CallError::TooLarge { limit: sink.limit });
    }
    let bytes =
        response.bytes_stream().map(|chunk| chunk.map_err(|error| CallError::Lost(answer::words(error))));
    sink.store.store_stream(bytes, sink.limit).await.map_err(|error| match error {
        crate::media::StoreFailure::Source(error) => error,
        crate::media::StoreFailure::TooLarge { limit } => CallError::TooLarge { limit },
        crate::media::StoreFailure::Disk(error) => CallError::Media(error.to_string()),
    })
}
