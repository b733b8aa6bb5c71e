//! The load: users who write one message after the other, and a core engine that answers. Whoever gets no answer asks
//! again with the same ids, as LINE and a careful client do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::task::JoinHandle;

use crate::child::{Address, Channel, Gateway, SECRET};

/// How many users write at once.
pub(crate) const USERS: usize = 8;

/// What was acknowledged: the webhooks' texts and the accepted answers' texts, by user.
#[derive(Default)]
pub(crate) struct Sent {
    pub webhooks: Vec<Vec<String>>,
    pub answers: Vec<Vec<String>>,
}

impl Sent {
    pub(crate) fn acknowledged(&self) -> usize {
        self.webhooks.iter().map(Vec::len).sum()
    }
}

pub(crate) fn user_id(user: usize) -> String {
    format!("U{user:032x}")
}

pub(crate) struct Traffic {
    stop: Arc<AtomicBool>,
    users: Vec<JoinHandle<(Vec<String>, Vec<String>)>>,
}

impl Traffic {
    pub(crate) fn start(gateway: &Gateway, channel: &Channel) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let users = (0..USERS).map(|user| {
            let (address, hook, stop) = (gateway.address.clone(), channel.hook.clone(), Arc::clone(&stop));
            tokio::spawn(async move { write(user, &address, &hook, &stop).await })
        });
        Self { users: users.collect(), stop }
    }

    pub(crate) async fn stop(self) -> Sent {
        self.stop.store(true, Ordering::SeqCst);
        let mut sent = Sent::default();
        for user in self.users {
            let (webhooks, answers) = user.await.unwrap();
            sent.webhooks.push(webhooks);
            sent.answers.push(answers);
        }
        sent
    }
}

async fn write(user: usize, address: &Address, hook: &str, stop: &AtomicBool) -> (Vec<String>, Vec<String>) {
    let (mut webhooks, mut answers) = (Vec::new(), Vec::new());
    let mut conversation = None;
    for number in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let text = format!("u{user}-{number}");
        until_acknowledged(address, hook, &webhook(user, number, &text)).await;
        webhooks.push(text);
        if conversation.is_none() {
            conversation = address.conversation_of(&user_id(user)).await;
        }
        if let (Some(id), 0) = (&conversation, number % 3) {
            let text = format!("answer-{user}-{number}");
            until_accepted(address, id, &text).await;
            answers.push(text);
        }
    }
    (webhooks, answers)
}

/// Every other user's events carry a reply token, so that both ways of answering are in the load. A token of zeros would
/// be the one of LINE's console, which is ignored.
fn webhook(user: usize, number: usize, text: &str) -> String {
    let mut event = json!({
        "type": "message", "mode": "active", "timestamp": 1_760_000_000_000_u64 + number as u64,
        "webhookEventId": format!("01K{user:03}{number:020}"),
        "deliveryContext": {"isRedelivery": false},
        "source": {"type": "user", "userId": user_id(user)},
        "message": {"id": format!("{}", 580_000_000_000_000_000_u64 + (user as u64) * 1_000_000 + number as u64), "type": "text", "text": text, "quoteToken": "q"},
    });
    if user.is_multiple_of(2) {
        event["replyToken"] = Value::String(format!("{:016x}{number:016x}", user + 1));
    }
    json!({"destination": "U8e742f61d673b39c7fff3cecb7536ef0", "events": [event]}).to_string()
}

fn sign(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

async fn until_acknowledged(address: &Address, hook: &str, body: &str) {
    let signature = sign(body);
    loop {
        let request = address.client.post(hook).header("x-line-signature", &signature).body(body.to_owned());
        if request.send().await.is_ok_and(|answer| answer.status() == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn until_accepted(address: &Address, conversation: &str, text: &str) {
    let url = format!("{}/api/v1/conversations/{conversation}/messages", address.base);
    loop {
        let request = address.client.post(&url).bearer_auth(&address.key).header("idempotency-key", text);
        let answer = request.json(&json!({"content": {"text": text}})).send().await;
        match answer {
            Ok(answer) if answer.status() == 202 => return,
            Ok(answer) if answer.status().is_client_error() => {
                panic!("an answer was refused: {}", answer.text().await.unwrap_or_default())
            }
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}
