//! The four spellings of the consult API: Kakao's own, and those of two dealers.

use naru_core::adapter::AccountError;

/// Who stands between us and Kakao, and which of the two APIs they speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// A hub partner talks to Kakao, classic API.
    Direct,
    /// Happytalk, classic API.
    HappytalkV1,
    /// Happytalk, bubble API.
    HappytalkV3,
    /// Bizgo, bubble API in camelCase with later results.
    Bizgo,
}

impl Flavour {
    /// The flavour that `settings.flavour` names; the first one where it is not set.
    pub(super) fn read(name: Option<&str>) -> Result<Self, AccountError> {
        match name {
            None | Some("direct") => Ok(Self::Direct),
            Some("happytalk_v1") => Ok(Self::HappytalkV1),
            Some("happytalk_v3") => Ok(Self::HappytalkV3),
            Some("bizgo") => Ok(Self::Bizgo),
            Some(other) => Err(AccountError {
                field: "flavour",
                detail: format!("is one of direct, happytalk_v1, happytalk_v3, bizgo, found \"{other}\""),
            }),
        }
    }

    /// The production address, version included.
    pub(super) fn api_base(self) -> &'static str {
        match self {
            Self::Direct => "https://bzc-api.kakao.com/v1",
            Self::HappytalkV1 => "https://kakao-api.happytalk.io/v1",
            Self::HappytalkV3 => "https://kakao-api.happytalk.io/kakaoWebhook/v3/bzc",
            Self::Bizgo => "https://mars.ibapi.kr/api/comm/v1",
        }
    }
}
