//! What the played LINE remembers, and what it answers. Pure: the moment is an argument.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use naru_core::time::{DAY, MINUTE, Millis, SECOND};
use serde_json::{Value, json};

use super::{ACCESS_TOKEN, BOT, CHANNEL_ID, CHANNEL_SECRET, check};

/// A customer who has befriended the bot.
pub(super) struct Friend {
    pub(super) name: String,
    pub(super) language: String,
    pub(super) blocked: bool,
    /// The customer's messages, oldest first.
    pub(super) messages: Vec<String>,
}

/// A reply token that a webhook carried.
pub(super) struct ReplyToken {
    pub(super) customer: String,
    /// When its webhook was made.
    pub(super) event_at: Millis,
    /// When its webhook was delivered last; it is good for a minute from then.
    pub(super) delivered_at: Millis,
    pub(super) used: bool,
}

/// What a customer sent that has bytes.
pub(super) struct Content {
    pub(super) mime: String,
    pub(super) bytes: Bytes,
    /// How often it is asked for in vain before it is prepared.
    pub(super) preparing: u32,
    /// Whether its customer took it back.
    pub(super) gone: bool,
}

/// A push that carried a retry key.
struct Accepted {
    request: String,
    sent: Value,
    at: Millis,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) body: Value,
    /// The id of the request that a retry key belongs to.
    pub(super) accepted_request: Option<String>,
    /// Whose phone it concerns; empty where it is nobody's.
    pub(super) customer: String,
}

impl Said {
    pub(super) fn of(status: u16, body: Value) -> Self {
        Self { status, body, accepted_request: None, customer: String::new() }
    }

    pub(super) fn refused(status: u16, message: &str) -> Self {
        Self::of(status, json!({ "message": message }))
    }

    pub(super) fn for_customer(self, customer: &str) -> Self {
        Self { customer: customer.to_owned(), ..self }
    }
}

/// Everything that the played LINE remembers.
pub(super) struct World {
    pub(super) friends: BTreeMap<String, Friend>,
    pub(super) replies: BTreeMap<String, ReplyToken>,
    pub(super) contents: BTreeMap<String, Content>,
    /// Read tokens by customer.
    pub(super) read_tokens: BTreeMap<String, String>,
    /// How many messages may be pushed this month.
    pub(super) quota: Option<u64>,
    /// Whether that number counts as reached whatever was pushed.
    pub(super) quota_is_used_up: bool,
    pub(super) endpoint: Option<String>,
    used: u64,
    retries: BTreeMap<String, Accepted>,
    quotable: BTreeSet<String>,
    tokens: BTreeMap<String, Millis>,
    count: u64,
}

impl World {
    /// A world with these customers: id, name, language.
    pub(super) fn new(customers: &[(&str, &str, &str)]) -> Self {
        let friend = |&(id, name, language): &(&str, &str, &str)| {
            let (name, language) = (name.to_owned(), language.to_owned());
            (id.to_owned(), Friend { name, language, blocked: false, messages: Vec::new() })
        };
        Self {
            friends: customers.iter().map(friend).collect(),
            replies: BTreeMap::new(),
            contents: BTreeMap::new(),
            read_tokens: BTreeMap::new(),
            quota: None,
            quota_is_used_up: false,
            endpoint: None,
            used: 0,
            retries: BTreeMap::new(),
            quotable: BTreeSet::new(),
            tokens: BTreeMap::new(),
            count: 0,
        }
    }

    /// Counts up; what ids and tokens are made of.
    pub(super) fn count(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// The id of a message: digits beyond 2^53.
    pub(super) fn message_id(&mut self, at: Millis) -> String {
        format!("{:013}{:05}", at.0, self.count() % 100_000)
    }

    /// A token that quotes a message later.
    pub(super) fn quote_token(&mut self) -> String {
        let token = format!("q{:08x}-sandbox", self.count());
        self.quotable.insert(token.clone());
        token
    }

    /// Whether a bearer token is good at `at`.
    pub(super) fn knows_token(&self, token: &str, at: Millis) -> bool {
        token == ACCESS_TOKEN || self.tokens.get(token).is_some_and(|until| at < *until)
    }

    /// `POST /v2/bot/message/reply`.
    pub(super) fn reply(&mut self, body: &Value, has_retry_key: bool, at: Millis) -> Said {
        if has_retry_key {
            return Said::refused(400, "X-Line-Retry-Key is not supported for this API");
        }
        let token = body["replyToken"].as_str().unwrap_or_default();
        let customer = self.replies.get(token).map(|token| token.customer.clone()).unwrap_or_default();
        if let Some(refusal) = self.refusal(body) {
            return refusal.for_customer(&customer);
        }
        match self.replies.get_mut(token) {
            Some(token) if !token.used && at.since(token.delivered_at) <= MINUTE => token.used = true,
            _ => return Said::refused(400, "Invalid reply token").for_customer(&customer),
        }
        let sent = self.sent(&body["messages"], at);
        Said::of(200, json!({ "sentMessages": sent })).for_customer(&customer)
    }

    /// `POST /v2/bot/message/push`.
    pub(super) fn push(&mut self, body: &Value, retry_key: Option<&str>, request: &str, at: Millis) -> Said {
        let to = body["to"].as_str().unwrap_or_default();
        if let Some(key) = retry_key {
            if key.parse::<uuid::Uuid>().is_err() {
                return Said::refused(400, "Invalid X-Line-Retry-Key").for_customer(to);
            }
            if let Some(said) = self.repeated(key, at) {
                return said.for_customer(to);
            }
        }
        if let Some(refusal) = self.refusal(body) {
            return refusal.for_customer(to);
        }
        let Some(friend) = self.friends.get(to) else {
            return Said::refused(400, "Failed to send messages");
        };
        // LINE says 200 to a push that nobody sees; it is on nobody's phone, and it does not count.
        let seen = !friend.blocked;
        let used_up = self.quota_is_used_up || self.quota.is_some_and(|limit| self.used >= limit);
        if seen && used_up {
            return Said::refused(429, "You have reached your monthly limit.").for_customer(to);
        }
        self.used += u64::from(seen);
        let sent = self.sent(&body["messages"], at);
        if let Some(key) = retry_key {
            let accepted = Accepted { request: request.to_owned(), sent: sent.clone(), at };
            self.retries.insert(key.to_ascii_lowercase(), accepted);
        }
        Said::of(200, json!({ "sentMessages": sent })).for_customer(if seen { to } else { "" })
    }

    /// What a retry key that was taken within 24 hours is answered.
    fn repeated(&self, key: &str, at: Millis) -> Option<Said> {
        let accepted =
            self.retries.get(&key.to_ascii_lowercase()).filter(|accepted| at.since(accepted.at) < DAY)?;
        let body = json!({"message": "The retry key is already accepted", "sentMessages": accepted.sent});
        Some(Said { accepted_request: Some(accepted.request.clone()), ..Said::of(409, body) })
    }

    /// Why a body cannot be sent.
    pub(super) fn refusal(&self, body: &Value) -> Option<Said> {
        let to = body["to"].as_str();
        let mut faults = check::messages(&body["messages"], to.is_none_or(|to| to.starts_with('U')));
        for (index, message) in body["messages"].as_array().into_iter().flatten().enumerate() {
            if message["quoteToken"].as_str().is_some_and(|token| !self.quotable.contains(token)) {
                faults.add(format!("messages[{index}].quoteToken"), "Invalid quote token");
            }
        }
        faults.answer().map(|body| Said::of(400, body))
    }

    /// Ids for messages that were taken; those that can be quoted have a token.
    fn sent(&mut self, messages: &Value, at: Millis) -> Value {
        let count = messages.as_array().map_or(0, Vec::len);
        (0..count).map(|_| json!({"id": self.message_id(at), "quoteToken": self.quote_token()})).collect()
    }

    /// `GET /v2/bot/profile/{userId}`.
    pub(super) fn profile(&self, user: &str) -> Said {
        match self.friends.get(user) {
            Some(friend) if !friend.blocked => Said::of(
                200,
                json!({"userId": user, "displayName": friend.name, "language": friend.language}),
            ),
            _ => Said::refused(404, "Not found"),
        }
    }

    /// `GET /v2/bot/info`.
    pub(super) fn info() -> Said {
        Said::of(
            200,
            json!({
                "userId": BOT, "basicId": "@naru-sandbox", "displayName": "나루 상점",
                "chatMode": "chat", "markAsReadMode": "manual",
            }),
        )
    }

    /// `GET` and `PUT /v2/bot/channel/webhook/endpoint`.
    pub(super) fn endpoint(&mut self, set: Option<&Value>) -> Said {
        if let Some(body) = set {
            let address = body["endpoint"].as_str().unwrap_or_default();
            if address.len() > 500 || url::Url::parse(address).is_err() {
                return Said::refused(400, "Invalid webhook endpoint URL");
            }
            self.endpoint = Some(address.to_owned());
            return Said::of(200, json!({}));
        }
        match &self.endpoint {
            Some(endpoint) => Said::of(200, json!({"endpoint": endpoint, "active": true})),
            None => Said::refused(404, "Webhook endpoint not found"),
        }
    }

    /// `POST /v2/bot/chat/markAsRead`.
    pub(super) fn mark_read(&self, body: &Value) -> Said {
        match body["markAsReadToken"].as_str().and_then(|token| self.read_tokens.get(token)) {
            Some(customer) => Said::of(200, json!({})).for_customer(customer),
            None => Said::refused(400, "Invalid markAsReadToken. Please check the token."),
        }
    }

    /// `POST /v2/bot/chat/loading/start`.
    pub(super) fn loading(&self, body: &Value) -> Said {
        let seconds = body.get("loadingSeconds").map_or(Some(20), Value::as_u64);
        let chat = body["chatId"].as_str().unwrap_or_default();
        match seconds {
            Some(seconds) if (5..=60).contains(&seconds) && seconds % 5 == 0 => {}
            _ => return Said::refused(400, "The property, 'loadingSeconds', must be 5 to 60 in steps of 5"),
        }
        if self.friends.contains_key(chat) {
            Said::of(202, json!({})).for_customer(chat)
        } else {
            Said::refused(400, "The property, 'chatId', must be the user ID of a one-on-one chat")
        }
    }

    /// `GET /v2/bot/message/quota` and `.../consumption`.
    pub(super) fn quota(&self) -> Said {
        Said::of(
            200,
            self.quota
                .map_or_else(|| json!({"type": "none"}), |value| json!({"type": "limited", "value": value})),
        )
    }

    /// `GET /v2/bot/message/quota/consumption`.
    pub(super) fn consumption(&self) -> Said {
        Said::of(200, json!({ "totalUsage": self.used }))
    }

    /// `POST /oauth2/v3/token`: by the channel's secret, or by an assertion that names the channel.
    pub(super) fn token(&mut self, form: &BTreeMap<String, String>, at: Millis) -> Said {
        const LIFE_S: i64 = 899;
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let by_secret = field("client_id") == CHANNEL_ID && field("client_secret") == CHANNEL_SECRET;
        let by_assertion = field("client_assertion_type")
            == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            && is_assertion(field("client_assertion"), at);
        if field("grant_type") != "client_credentials" || !(by_secret || by_assertion) {
            let body =
                json!({"error": "invalid_client", "error_description": "client authentication failed"});
            return Said::of(400, body);
        }
        let token = format!("sandbox-stateless-{:08x}", self.count());
        self.tokens.insert(token.clone(), at + LIFE_S * SECOND);
        Said::of(200, json!({"token_type": "Bearer", "access_token": token, "expires_in": LIFE_S}))
    }
}

/// Whether an assertion claims what LINE wants. No key is registered here, so its signature is not looked at.
fn is_assertion(assertion: &str, at: Millis) -> bool {
    let parts: Vec<_> = assertion.split('.').collect();
    let [_, claims, _] = parts[..] else { return false };
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
    let ahead = claims["exp"].as_i64().map(|end| end - at.0 / 1_000);
    claims["iss"] == CHANNEL_ID
        && claims["sub"] == CHANNEL_ID
        && claims["aud"] == "https://api.line.me/"
        && ahead.is_some_and(|ahead| (1..=30 * 60).contains(&ahead))
}
