//! The JWT that a channel proves itself with: RS256, by the private half of the key that is registered in LINE's console.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use naru_core::adapter::AccountError;
use naru_core::time::Millis;
use ring::error::KeyRejected;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, KeyPairComponents, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};

/// LINE takes assertions that end at most 30 minutes ahead; a clock may be a few minutes off.
const LIFE_S: i64 = 25 * 60;

/// A registered key.
pub(super) struct Signer {
    key: KeyPair,
    key_id: String,
}

impl Signer {
    /// Reads a private key as JWK, PKCS#8 PEM or PKCS#1 PEM.
    pub(super) fn read(key: &str, key_id: &str) -> Result<Self, AccountError> {
        let key = key.trim();
        let read = if key.starts_with('{') { from_jwk(key) } else { from_pem(key) };
        match read {
            Ok(key) => Ok(Self { key, key_id: key_id.trim().to_owned() }),
            Err(detail) => Err(AccountError { field: "private_key", detail }),
        }
    }

    /// The assertion that `channel_id` shows at `now`.
    pub(super) fn assertion(&self, channel_id: &str, now: Millis) -> String {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.key_id});
        let claims = json!({
            "iss": channel_id,
            "sub": channel_id,
            "aud": "https://api.line.me/",
            "exp": now.0 / 1_000 + LIFE_S,
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(&claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        // The chance only blinds the computation against timing; PKCS#1 v1.5 signatures are the same every time.
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .expect("a checked key signs, and the buffer has the modulus' length");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn from_jwk(text: &str) -> Result<KeyPair, String> {
    let jwk: Value =
        serde_json::from_str(text).map_err(|error| format!("expected a JWK, found broken JSON: {error}"))?;
    let number = |name: &str| {
        jwk[name]
            .as_str()
            .and_then(|value| URL_SAFE_NO_PAD.decode(value.trim_end_matches('=')).ok())
            .ok_or_else(|| {
                format!("expected a private RSA key as JWK, found none of its numbers under \"{name}\"")
            })
    };
    let components = KeyPairComponents {
        public_key: PublicKeyComponents { n: number("n")?, e: number("e")? },
        d: number("d")?,
        p: number("p")?,
        q: number("q")?,
        dP: number("dp")?,
        dQ: number("dq")?,
        qInv: number("qi")?,
    };
    KeyPair::from_components(&components).map_err(refused)
}

fn from_pem(text: &str) -> Result<KeyPair, String> {
    let kind = text.lines().next().unwrap_or_default().trim();
    let body: String = text.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(&body).map_err(|_| expected_key())?;
    let read = match kind {
        "-----BEGIN PRIVATE KEY-----" => KeyPair::from_pkcs8(&der),
        "-----BEGIN RSA PRIVATE KEY-----" => KeyPair::from_der(&der),
        _ => return Err(expected_key()),
    };
    read.map_err(refused)
}

fn refused(error: KeyRejected) -> String {
    format!("expected an RSA key of 2048 to 4096 bits, found one that is refused: {error}")
}

fn expected_key() -> String {
    "expected a JWK (JSON) or a PEM that begins with \"-----BEGIN PRIVATE KEY-----\", found something else"
        .to_owned()
}

#[cfg(test)]
mod tests;
