//! Puts an account's credentials on a call. Stored calls hold neither the sender key nor the dealer's keys.

use naru_core::adapter::{Account, AccountError, Body, Call, FormField, Signed, Target};
use serde_json::Value;

use super::flavour::Flavour;

/// The object that Bizgo's centre calls nest their fields in.
const NESTED: &str = "cstalk";

/// What a call is signed with.
pub(super) struct Credentials {
    sender_key: String,
    dealer: Dealer,
}

/// What the dealer, or Kakao itself, wants to see.
enum Dealer {
    /// A key in the path.
    Hub { key: String },
    /// Two headers.
    Happytalk { client_id: String, client_secret: String },
    /// One header.
    Bizgo { api_key: String },
}

impl Credentials {
    /// Reads the credentials of the flavour; fails on a missing one.
    pub(super) fn read(account: &Account, flavour: Flavour) -> Result<Self, AccountError> {
        let take = |name| account.credential(name).map(|secret| secret.expose().trim().to_owned());
        let dealer = match flavour {
            Flavour::Direct => Dealer::Hub { key: take("hub_key")? },
            Flavour::HappytalkV1 | Flavour::HappytalkV3 => {
                Dealer::Happytalk { client_id: take("client_id")?, client_secret: take("client_secret")? }
            }
            Flavour::Bizgo => Dealer::Bizgo { api_key: take("api_key")? },
        };
        Ok(Self { sender_key: take("sender_key")?, dealer })
    }

    /// The sender key, to be used and not kept.
    pub(super) fn sender_key(&self) -> &str {
        &self.sender_key
    }

    /// Signs a call to the API below `base`; a call to elsewhere gets no credentials.
    pub(super) fn sign(&self, call: &Call, base: &str) -> Signed {
        let mut signed = Signed::plain(call);
        let Target::Http(target) = &call.target else { return signed };
        let Some(path) = target.url.strip_prefix(base).filter(|path| path.starts_with('/')) else {
            return signed;
        };
        signed.body = self.named(signed.body);
        match &self.dealer {
            Dealer::Hub { key } => {
                signed.url = format!("{base}/{}{path}", urlencoding::encode(key));
                signed
            }
            Dealer::Happytalk { client_id, client_secret } => {
                signed.header("HT-Client-Id", client_id).header("HT-Client-Secret", client_secret)
            }
            Dealer::Bizgo { api_key } => signed.header("Authorization", api_key),
        }
    }

    /// The same body with the sender key in it.
    fn named(&self, body: Body) -> Body {
        let name = match self.dealer {
            Dealer::Bizgo { .. } => "senderKey",
            Dealer::Hub { .. } | Dealer::Happytalk { .. } => "sender_key",
        };
        match body {
            Body::Json(Value::Object(mut fields)) => {
                let nested = fields.get_mut(NESTED).and_then(Value::as_object_mut);
                let key = Value::String(self.sender_key.clone());
                match nested {
                    Some(nested) => nested.insert(name.to_owned(), key),
                    None => fields.insert(name.to_owned(), key),
                };
                Body::Json(Value::Object(fields))
            }
            Body::Multipart(mut fields) => {
                let field = FormField::Text { name: name.to_owned(), value: self.sender_key.clone() };
                fields.insert(0, field);
                Body::Multipart(fields)
            }
            other => other,
        }
    }
}
