//! What an admin enters for a web chat, and the two proofs that rest on it: the member's hash and the page's origin.

use hmac::{Hmac, KeyInit, Mac};
use naru_core::adapter::{
    Account, AccountError, AccountSpec, Adapter, AdapterIdentity, FieldSpec, FieldType, Request, Requirement,
    Secret, Words,
};
use serde_json::Value;
use sha2::Sha256;

/// The credential that members' hashes are made with.
pub const MEMBER_SECRET: &str = "member_secret";

/// The setting that lists the pages on which this chat may stand.
pub const ALLOWED_ORIGINS: &str = "allowed_origins";

pub(super) const SPEC: AccountSpec = AccountSpec {
    credentials: &[FieldSpec {
        name: MEMBER_SECRET,
        label: Words { ko: "회원 비밀 키", en: "Member secret" },
        help: Words {
            ko: "서버에서 회원 해시(HMAC-SHA256)를 만들 때 쓰는 값입니다. 비워 두면 모두 비회원입니다.",
            en: "Your server makes members' hashes (HMAC-SHA256) with it. Without it everyone is a guest.",
        },
        required: Requirement::Optional,
        kind: FieldType::Text,
        default: None,
    }],
    settings: &[
        FieldSpec {
            name: ALLOWED_ORIGINS,
            label: Words { ko: "채팅을 띄울 사이트", en: "Sites that may show the chat" },
            help: Words {
                ko: "한 줄에 하나씩, 예: https://shop.example. `*`는 모든 사이트입니다.",
                en: "One per line, e.g. https://shop.example. `*` means every site.",
            },
            required: Requirement::Optional,
            kind: FieldType::List,
            default: None,
        },
        text("greeting_ko", "인사말 (한국어)", "Greeting (Korean)"),
        text("greeting_en", "인사말 (영어)", "Greeting (English)"),
        text("hours_ko", "운영 시간 안내 (한국어)", "Operating hours (Korean)"),
        text("hours_en", "운영 시간 안내 (영어)", "Operating hours (English)"),
        FieldSpec {
            name: "color",
            label: Words { ko: "대표 색", en: "Brand colour" },
            help: Words { ko: "예: #0b6bcb", en: "E.g. #0b6bcb" },
            required: Requirement::Optional,
            kind: FieldType::Text,
            default: Some("#0b6bcb"),
        },
        FieldSpec {
            name: "position",
            label: Words { ko: "버튼 위치", en: "Launcher's corner" },
            help: Words { ko: "화면 아래 왼쪽 또는 오른쪽", en: "Bottom left or bottom right" },
            required: Requirement::Optional,
            kind: FieldType::Choice(&["right", "left"]),
            default: Some("right"),
        },
    ],
};

const fn text(name: &'static str, ko: &'static str, en: &'static str) -> FieldSpec {
    FieldSpec {
        name,
        label: Words { ko, en },
        help: Words { ko: "채팅 첫 화면에 보입니다.", en: "Shown on the chat's first screen." },
        required: Requirement::Optional,
        kind: FieldType::Text,
        default: None,
    }
}

/// One web chat.
pub(super) struct WebChat {
    /// The member secret now, then those that were replaced less than 24 h ago.
    secrets: Vec<Secret>,
    origins: Vec<String>,
}

pub(super) fn open(account: &Account) -> Result<Box<dyn Adapter>, AccountError> {
    let previous = account.previous.get(MEMBER_SECRET).into_iter().flatten();
    let secrets = account
        .credentials
        .get(MEMBER_SECRET)
        .into_iter()
        .chain(previous)
        .filter(|secret| !secret.expose().is_empty())
        .cloned()
        .collect();
    let color = account.setting("color");
    if color.is_some_and(|color| !is_color(color)) {
        return Err(AccountError { field: "color", detail: "expected # and six hex digits".to_owned() });
    }
    Ok(Box::new(WebChat { secrets, origins: origins(account)? }))
}

fn is_color(color: &str) -> bool {
    color.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn origins(account: &Account) -> Result<Vec<String>, AccountError> {
    let wrong = |detail: String| AccountError { field: ALLOWED_ORIGINS, detail };
    let listed = match account.settings.get(ALLOWED_ORIGINS) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(listed)) => listed,
        Some(other) => return Err(wrong(format!("expected a list of origins, found {other}"))),
    };
    let read = |value: &Value| {
        let text = value.as_str().map(str::trim).unwrap_or_default();
        if text == "*" {
            return Ok(text.to_owned());
        }
        canonical(text).ok_or_else(|| {
            wrong(format!("expected origins such as https://shop.example without a path, found {value}"))
        })
    };
    listed.iter().map(read).collect()
}

/// An origin in the one spelling that browsers send: lower case, no default port, no path.
fn canonical(origin: &str) -> Option<String> {
    let url = url::Url::parse(origin).ok()?;
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    (matches!(url.scheme(), "http" | "https") && bare && url.username().is_empty())
        .then(|| url.origin().ascii_serialization())
}

/// Whether a page of `origin` may talk to a channel whose `settings.allowed_origins` are `allowed`.
pub fn origin_allowed(allowed: &[String], origin: &str) -> bool {
    allowed
        .iter()
        .any(|entry| entry == "*" || canonical(entry).is_some_and(|entry| Some(entry) == canonical(origin)))
}

/// Whether `hash` is the lower-case hex HMAC-SHA256 of `member_id` under `secret`; compared in constant time.
pub fn is_member(secret: &Secret, member_id: &str, hash: &str) -> bool {
    if secret.expose().is_empty() || member_id.is_empty() {
        return false;
    }
    let Some(claimed) = unhex(hash) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else { return false };
    mac.update(member_id.as_bytes());
    mac.verify_slice(&claimed).is_ok()
}

fn unhex(hash: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = hash.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

impl WebChat {
    /// Whether the claim to be a member is proven.
    pub(super) fn proves(&self, member_id: &str, hash: Option<&str>) -> bool {
        hash.is_some_and(|hash| self.secrets.iter().any(|secret| is_member(secret, member_id, hash)))
    }

    /// Whether a request from a page of `origin` is welcome: our own page, or one of the channel's sites.
    pub(super) fn allows(&self, origin: &str, request: &Request) -> bool {
        let own = canonical(origin);
        let asked = |host: &str| {
            own.as_deref()
                .and_then(|own| own.split_once("://"))
                .is_some_and(|(_, found)| found.eq_ignore_ascii_case(host))
        };
        let published = url::Url::parse(&request.url).ok().map(|url| url.origin().ascii_serialization());
        request.header("host").is_some_and(asked)
            || (own.is_some() && own == published)
            || origin_allowed(&self.origins, origin)
    }

    /// A web chat has no account elsewhere, so that all of them have the same identity.
    pub(super) fn identity(&self) -> AdapterIdentity {
        let mut remarks = Vec::new();
        if self.origins.is_empty() {
            remarks.push(
                "no site is listed in allowed_origins: only our own pages can show this chat".to_owned(),
            );
        }
        if self.secrets.is_empty() {
            remarks.push("no member_secret is set: every visitor is a guest".to_owned());
        }
        AdapterIdentity { id: "webchat".to_owned(), name: "Web chat".to_owned(), remarks }
    }
}
