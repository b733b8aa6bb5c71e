//! What an admin enters for a LINE channel, and where LINE's console shows it.

use naru_core::adapter::{AccountSpec, FieldSpec, FieldType, Requirement, Words};

/// Credentials and settings, in the order of the form.
pub(super) const ACCOUNT: AccountSpec = AccountSpec {
    credentials: &[CHANNEL_SECRET, CHANNEL_ACCESS_TOKEN, CHANNEL_ID, PRIVATE_KEY, KEY_ID],
    settings: &[API_BASE, CONTENT_BASE],
};

const CHANNEL_SECRET: FieldSpec = FieldSpec {
    name: "channel_secret",
    label: Words { ko: "채널 시크릿", en: "Channel secret" },
    help: Words {
        ko: "LINE Developers 콘솔 → 프로바이더 → Messaging API 채널 → Basic settings 탭의 Channel secret입니다. 웹훅 서명을 확인하는 데 씁니다.",
        en: "LINE Developers Console → your provider → the Messaging API channel → Basic settings → Channel secret. It proves that webhooks come from LINE.",
    },
    required: Requirement::Always,
    kind: FieldType::Text,
    default: None,
};

const CHANNEL_ACCESS_TOKEN: FieldSpec = FieldSpec {
    name: "channel_access_token",
    label: Words { ko: "채널 액세스 토큰(장기)", en: "Channel access token (long-lived)" },
    help: Words {
        ko: "같은 채널의 Messaging API 탭 맨 아래 Channel access token에서 Issue를 눌러 받습니다. 대신 채널 ID를 적으면 15분짜리 토큰을 나루가 알아서 받습니다.",
        en: "Same channel → Messaging API → Channel access token (at the bottom) → Issue. Enter the channel ID instead and Naru fetches 15-minute tokens by itself.",
    },
    required: Requirement::Unless { credential: "channel_id" },
    kind: FieldType::Text,
    default: None,
};

const CHANNEL_ID: FieldSpec = FieldSpec {
    name: "channel_id",
    label: Words { ko: "채널 ID", en: "Channel ID" },
    help: Words {
        ko: "Basic settings 탭의 Channel ID(숫자)입니다. 장기 토큰을 쓰지 않을 때만 필요합니다.",
        en: "Basic settings → Channel ID (digits). Needed only without a long-lived token.",
    },
    required: Requirement::Unless { credential: "channel_access_token" },
    kind: FieldType::Text,
    default: None,
};

const PRIVATE_KEY: FieldSpec = FieldSpec {
    name: "private_key",
    label: Words { ko: "어서션 서명 키(개인 키)", en: "Assertion signing key (private)" },
    help: Words {
        ko: "Basic settings → Assertion Signing Key에 등록한 공개 키의 짝입니다. 콘솔이 준 JWK(JSON)나 PEM을 그대로 붙여 넣으세요. 비워 두면 채널 ID와 시크릿으로 토큰을 받습니다.",
        en: "The private half of the key under Basic settings → Assertion Signing Key, as the JWK (JSON) that the console gave you, or as PEM. Left empty, tokens are fetched by channel ID and secret.",
    },
    required: Requirement::Optional,
    kind: FieldType::LongText,
    default: None,
};

const KEY_ID: FieldSpec = FieldSpec {
    name: "key_id",
    label: Words { ko: "키 ID(kid)", en: "Key ID (kid)" },
    help: Words {
        ko: "공개 키를 등록한 뒤 Assertion Signing Key 옆에 나타나는 kid입니다. 어서션 서명 키를 쓸 때 필요합니다.",
        en: "The kid shown beside Assertion Signing Key once the public key is registered. Needed with a signing key.",
    },
    required: Requirement::Optional,
    kind: FieldType::Text,
    default: None,
};

const API_BASE: FieldSpec = FieldSpec {
    name: "api_base",
    label: Words { ko: "API 주소", en: "API address" },
    help: Words {
        ko: "시험 서버나 중계 서버를 쓸 때만 바꾸세요.",
        en: "Change it only for a test server or a relay.",
    },
    required: Requirement::Optional,
    kind: FieldType::Url,
    default: Some(super::API_BASE),
};

const CONTENT_BASE: FieldSpec = FieldSpec {
    name: "content_base",
    label: Words { ko: "콘텐츠 주소", en: "Content address" },
    help: Words {
        ko: "고객이 보낸 사진과 파일을 내려받는 주소입니다. 시험 서버나 중계 서버를 쓸 때만 바꾸세요.",
        en: "Where pictures and files from customers are fetched. Change it only for a test server or a relay.",
    },
    required: Requirement::Optional,
    kind: FieldType::Url,
    default: Some(super::CONTENT_BASE),
};
