//! What an admin enters for a Kakao channel.

use naru_core::adapter::{AccountSpec, FieldSpec, FieldType, Requirement, Words};

/// The values of `settings.flavour`.
const FLAVOURS: &[&str] = &["direct", "happytalk_v1", "happytalk_v3", "bizgo"];

/// Credentials and settings, in the order of the form.
pub(super) const ACCOUNT: AccountSpec = AccountSpec {
    credentials: &[
        FieldSpec {
            name: "sender_key",
            label: Words { ko: "발신 프로필 키", en: "Sender key" },
            help: Words {
                ko: "카카오 비즈니스 파트너센터나 딜러사 화면에 있는 40자리 발신 프로필 키입니다. 다른 키로 온 웹훅은 받지 않습니다.",
                en: "The 40 characters of the sender profile, from Kakao's partner centre or your dealer. Webhooks that name another key are refused.",
            },
            required: Requirement::Always,
            kind: FieldType::Text,
            default: None,
        },
        FieldSpec {
            name: "hub_key",
            label: Words { ko: "허브 파트너 키", en: "Hub partner key" },
            help: Words {
                ko: "카카오가 허브 파트너에게 준 키입니다. 주소 끝에 붙으며, 서버 IP도 카카오에 등록되어 있어야 합니다.",
                en: "Kakao's key for hub partners. It becomes part of the address; Kakao must also know this server's IP address.",
            },
            required: Requirement::When { setting: "flavour", values: &["direct"] },
            kind: FieldType::Text,
            default: None,
        },
        FieldSpec {
            name: "client_id",
            label: Words { ko: "HT-Client-Id", en: "HT-Client-Id" },
            help: Words {
                ko: "해피톡 개발자 센터에서 받은 클라이언트 ID입니다.",
                en: "The client id from Happytalk's developer centre.",
            },
            required: Requirement::When { setting: "flavour", values: &["happytalk_v1", "happytalk_v3"] },
            kind: FieldType::Text,
            default: None,
        },
        FieldSpec {
            name: "client_secret",
            label: Words { ko: "HT-Client-Secret", en: "HT-Client-Secret" },
            help: Words {
                ko: "해피톡 개발자 센터에서 받은 클라이언트 시크릿입니다.",
                en: "The client secret from Happytalk's developer centre.",
            },
            required: Requirement::When { setting: "flavour", values: &["happytalk_v1", "happytalk_v3"] },
            kind: FieldType::Text,
            default: None,
        },
        FieldSpec {
            name: "api_key",
            label: Words { ko: "API 키", en: "API key" },
            help: Words {
                ko: "비즈고 콘솔에서 발급한 API 키입니다. 콘솔에 서버 IP를 등록해야 합니다.",
                en: "The API key from Bizgo's console. The console must also know this server's IP address.",
            },
            required: Requirement::When { setting: "flavour", values: &["bizgo"] },
            kind: FieldType::Text,
            default: None,
        },
    ],
    settings: &[
        FieldSpec {
            name: "flavour",
            label: Words { ko: "연동 방식", en: "Connection" },
            help: Words {
                ko: "카카오에 직접 연결하는지(허브 파트너), 해피톡이나 비즈고를 거치는지 고릅니다.",
                en: "Whether you reach Kakao yourself (hub partner) or through Happytalk or Bizgo.",
            },
            required: Requirement::Optional,
            kind: FieldType::Choice(FLAVOURS),
            default: Some("direct"),
        },
        FieldSpec {
            name: "api_base",
            label: Words { ko: "API 주소", en: "API address" },
            help: Words {
                ko: "버전까지 적습니다. 비워 두면 연동 방식의 운영 주소를 씁니다. 시험 서버나 중계 서버를 쓸 때만 바꾸세요.",
                en: "With its version. Left empty, the production address of the connection is used; change it for a test server or a relay.",
            },
            required: Requirement::Optional,
            kind: FieldType::Url,
            default: None,
        },
        FieldSpec {
            name: "inbound_cidrs",
            label: Words { ko: "웹훅을 보내는 IP", en: "Webhook source addresses" },
            help: Words {
                ko: "한 줄에 하나씩, 예: 203.0.113.0/24. 비워 두면 IP를 확인하지 않습니다.",
                en: "One a line, e.g. 203.0.113.0/24. Left empty, the address is not checked.",
            },
            required: Requirement::Optional,
            kind: FieldType::List,
            default: None,
        },
    ],
};
