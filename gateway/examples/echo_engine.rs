//! An engine of your own: it reads the event stream and answers every message of a customer over the API.
//! `NARU_URL=http://127.0.0.1:8080 NARU_API_KEY=naru_... cargo run -p naru-gateway --example echo_engine`

use std::error::Error;

use futures::StreamExt;
use reqwest::Client;
use serde_json::{Value, json};

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "a program outside the gateway brings its own client")]
async fn main() -> Result<(), Box<dyn Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let api = format!("{}/api/v1", std::env::var("NARU_URL")?.trim_end_matches('/'));
    let (key, http) = (std::env::var("NARU_API_KEY")?, Client::new());
    let mut last = String::new();
    loop {
        if let Err(error) = follow(&http, &api, &key, &mut last).await {
            eprintln!("{error}; connecting again");
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
}

/// Follows the stream until it breaks; `last` is where to go on, so that nothing is missed in between.
async fn follow(http: &Client, api: &str, key: &str, last: &mut String) -> Result<(), Box<dyn Error>> {
    let request = http.get(format!("{api}/events/stream")).bearer_auth(key).header("last-event-id", &*last);
    let mut stream = request.send().await?.error_for_status()?.bytes_stream();
    println!("following {api}");
    let mut read = Vec::new();
    while let Some(bytes) = stream.next().await {
        read.extend_from_slice(&bytes?);
        while let Some(end) = read.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = read.drain(..end + 2).collect();
            for line in String::from_utf8_lossy(&event).lines() {
                let Some(document) = line.strip_prefix("data:") else { continue };
                let event: Value = serde_json::from_str(document)?;
                answer(http, api, key, &event).await?;
                event["id"].as_str().unwrap_or_default().clone_into(last);
            }
        }
    }
    Ok(())
}

/// Says back what the customer said. The event's id as the key makes it once, however often the event is read.
async fn answer(http: &Client, api: &str, key: &str, event: &Value) -> Result<(), Box<dyn Error>> {
    if event["type"] != "message.received" {
        return Ok(());
    }
    let conversation = event["conversation_id"].as_str().unwrap_or_default();
    let text = event["data"]["message"]["text"].as_str().unwrap_or_default();
    let body = json!({"content": {"text": format!("메아리: {text}")}, "author": {"kind": "bot"}});
    let url = format!("{api}/conversations/{conversation}/messages");
    let once = event["id"].as_str().unwrap_or_default();
    let request = http.post(url).bearer_auth(key).header("idempotency-key", once).json(&body);
    println!("{} {conversation}", request.send().await?.status());
    Ok(())
}
