//! The bench on which the phones lie: who plays what for which channel, and the way of a webhook to the gateway.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use naru_core::time::Millis;
use serde::Serialize;
use tokio::net::TcpStream;
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::CancellationToken;

use super::{Act, Hook, Phone};
use crate::clock::Clock;

/// A played platform and the channel that it plays for.
struct Seat {
    phone: Arc<dyn Phone>,
    /// `http://127.0.0.1:8080/hooks/line/KEY`, once there is a channel.
    hook_url: Mutex<Option<String>>,
    last: Mutex<Option<Hook>>,
}

/// What the gateway answered to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The status.
    pub status: u16,
    /// Milliseconds from the first byte sent to the answer's head.
    pub ms: u64,
}

/// Why a webhook could not be posted, or an act not be done.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Nobody plays that platform.
    #[error("nobody plays {0}")]
    Nobody(String),
    /// The customer cannot do that now.
    #[error("{0}")]
    Impossible(String),
    /// No channel is connected to it.
    #[error("no channel is connected to the played platform")]
    NotConnected,
    /// There is no webhook yet that could be sent again.
    #[error("no webhook was sent yet")]
    NoneYet,
    /// The gateway did not answer.
    #[error("the gateway did not answer: {0}")]
    Unreachable(String),
}

/// The played platforms and the webhooks that they send.
pub struct Sandbox {
    seats: BTreeMap<&'static str, Seat>,
    clock: Clock,
}

impl Sandbox {
    /// A bench with these phones on it.
    pub fn new(phones: Vec<Arc<dyn Phone>>, clock: Clock) -> Self {
        let seat = |phone: Arc<dyn Phone>| {
            let seat = Seat { hook_url: Mutex::default(), last: Mutex::default(), phone };
            (seat.phone.platform(), seat)
        };
        Self { seats: phones.into_iter().map(seat).collect(), clock }
    }

    /// Everybody who is played.
    pub fn phones(&self) -> impl Iterator<Item = &Arc<dyn Phone>> {
        self.seats.values().map(|seat| &seat.phone)
    }

    /// Who plays that platform.
    pub fn phone(&self, platform: &str) -> Option<&Arc<dyn Phone>> {
        self.seats.get(platform).map(|seat| &seat.phone)
    }

    /// The APIs of all played platforms, each below its name.
    pub fn api(&self) -> axum::Router {
        self.seats.iter().fold(axum::Router::new(), |all, (name, seat)| {
            all.nest(&format!("/{name}"), Arc::clone(&seat.phone).api())
        })
    }

    /// From now on that platform's webhooks go there.
    pub fn connect(&self, platform: &str, hook_url: &str) {
        if let Some(seat) = self.seats.get(platform) {
            *seat.hook_url.lock().unwrap_or_else(PoisonError::into_inner) = Some(hook_url.to_owned());
        }
    }

    fn seat(&self, platform: &str) -> Result<&Seat, BenchError> {
        self.seats.get(platform).ok_or_else(|| BenchError::Nobody(platform.to_owned()))
    }

    /// A customer does something; the platform posts what it has to post.
    pub async fn act(&self, platform: &str, customer: &str, act: &Act) -> Result<Vec<Told>, BenchError> {
        let seat = self.seat(platform)?;
        let hooks = seat.phone.act(customer, act, self.clock.now()).map_err(BenchError::Impossible)?;
        let mut told = Vec::new();
        for hook in hooks {
            told.push(self.post(seat, &hook).await?);
            *seat.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(hook);
        }
        Ok(told)
    }

    /// Posts what the platforms have to say of themselves (an ended session, a dealer's result), until `end`.
    pub async fn carry(self: Arc<Self>, end: CancellationToken) {
        let mut changes = stream::select_all(self.seats.values().map(|seat| {
            let name = seat.phone.platform();
            WatchStream::new(seat.phone.tape().watch()).map(move |_| name).boxed()
        }));
        while let Some(Some(name)) = end.run_until_cancelled(changes.next()).await {
            if let Some(seat) = self.seats.get(name) {
                self.carry_pending(seat).await;
            }
        }
    }

    async fn carry_pending(&self, seat: &Seat) {
        for hook in seat.phone.pending() {
            if let Err(error) = self.post(seat, &hook).await {
                tracing::warn!(platform = seat.phone.platform(), %error, "a played webhook was lost");
            }
        }
    }

    /// The last webhook comes again, so many times.
    pub async fn again(&self, platform: &str, times: usize) -> Result<Vec<Told>, BenchError> {
        let seat = self.seat(platform)?;
        let hook = last_of(seat)?;
        let mut told = Vec::new();
        for _ in 0..times {
            told.push(self.post(seat, &seat.phone.redeliver(&hook)).await?);
        }
        Ok(told)
    }

    /// The last webhook comes from a forger.
    pub async fn forge(&self, platform: &str) -> Result<Told, BenchError> {
        let seat = self.seat(platform)?;
        let forged = seat.phone.forge(last_of(seat)?);
        self.post(seat, &forged).await
    }

    async fn post(&self, seat: &Seat, hook: &Hook) -> Result<Told, BenchError> {
        let base = seat.hook_url.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let base = base.ok_or(BenchError::NotConnected)?;
        let began = self.clock.instant();
        let url = format!("{base}{}", hook.suffix);
        let status = post(&url, hook).await.map_err(|error| BenchError::Unreachable(error.to_string()))?;
        let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(Told { status, ms })
    }

    /// The time, for the pages.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }
}

fn last_of(seat: &Seat) -> Result<Hook, BenchError> {
    seat.last.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(BenchError::NoneYet)
}

/// Posts like a platform would: over a connection of its own, plain, to loopback.
async fn post(url: &str, hook: &Hook) -> anyhow::Result<u16> {
    let uri: http::Uri = url.parse()?;
    let authority = uri.authority().ok_or_else(|| anyhow::anyhow!("{url} names no host"))?;
    let address = format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80));
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driving = tokio::spawn(connection);
    let mut request = http::Request::post(uri.path()).header(http::header::HOST, authority.as_str());
    for (name, value) in &hook.headers {
        request = request.header(name, value);
    }
    let response = sender.send_request(request.body(Full::<Bytes>::new(hook.body.clone()))?).await?;
    let status = response.status().as_u16();
    response.into_body().collect().await?;
    drop(sender);
    driving.abort();
    Ok(status)
}
