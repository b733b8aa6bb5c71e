//! The baseline: bare hyper that answers 200 after an HMAC-SHA256 check of the body, and does nothing else.

use std::convert::Infallible;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use sha2::Sha256;
use tokio::net::TcpListener;

/// LINE's published example secret.
pub(crate) const SECRET: &str = "8c570fa6dd201bb328f1c1eac23a96d8";

/// Starts the server on a free port.
pub(crate) async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
            tokio::spawn(connection);
        }
    });
    address
}

async fn answer(request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let sent = head.headers.get("x-line-signature").and_then(|value| STANDARD.decode(value).ok());
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(&body);
    let is_right = sent.is_some_and(|sent| mac.verify_slice(&sent).is_ok());
    let mut response = Response::new(Empty::new());
    *response.status_mut() = if is_right { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
    Ok(response)
}
