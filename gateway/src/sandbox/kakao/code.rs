//! What the played Kakao answers instead of "done": its own codes and exception names.

/// Why a call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unauthorized,
    Sender,
    Session,
    UserKey,
    Duplicate,
    Image,
    ImageSize,
    File,
    TooLong,
    Hub,
    ChatOff,
    Json,
    Message,
    Blocked,
}

impl Refusal {
    /// Kakao's number for it.
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Unauthorized => -500,
            Self::Sender => -501,
            Self::Session => -502,
            Self::UserKey => -503,
            Self::Duplicate => -504,
            Self::Image | Self::ImageSize | Self::File => -505,
            Self::TooLong => -506,
            Self::Hub => -507,
            Self::ChatOff => -508,
            Self::Json => -509,
            Self::Message => -510,
            Self::Blocked => -511,
        }
    }

    /// Kakao's name for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unauthorized => "UnauthorizedException",
            Self::Sender => "InvalidSenderException",
            Self::Session => "InvalidSessionException",
            Self::UserKey => "InvalidUserKeyException",
            Self::Duplicate => "DuplicateSerialNumberException",
            Self::Image => "InvalidImageException",
            Self::ImageSize => "InvalidImageSizeException",
            Self::File => "FailedToUploadFileException",
            Self::TooLong => "MessageLengthOverLimitException",
            Self::Hub => "InvalidHubPartnerException",
            Self::ChatOff => "InvalidProfileChatStatusException",
            Self::Json => "InvalidJsonException",
            Self::Message => "InvalidMessageException",
            Self::Blocked => "BlockedUserMessageException",
        }
    }

    /// Bizgo's code for it, where Bizgo refuses at once; `None` where only its later result tells.
    pub(super) fn bizgo(self) -> Option<&'static str> {
        match self {
            Self::Sender => Some("A502"),
            Self::UserKey => Some("A507"),
            Self::Image | Self::ImageSize | Self::File => Some("A213"),
            Self::TooLong | Self::Json | Self::Message => Some("A400"),
            Self::Session | Self::Duplicate | Self::ChatOff | Self::Blocked => None,
            Self::Unauthorized | Self::Hub => Some("A401"),
        }
    }
}
