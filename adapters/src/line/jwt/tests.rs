//! Assertions are checked with the public half of the same key, as LINE does.

use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use super::*;

/// An invented key, used nowhere else: the one of `fixtures/line/jobs/token-by-signing-key`.
const ACCOUNT: &str = include_str!("../../../../fixtures/line/jobs/token-by-signing-key/account.json");
/// The same key in another spelling.
const ACCOUNT_PEM: &str =
    include_str!("../../../../fixtures/line/jobs/token-by-signing-key-as-pem/account.json");

const NOW: Millis = Millis(1_795_237_200_000);

fn key(account: &str) -> String {
    let account: Value = serde_json::from_str(account).expect("the fixture is JSON");
    account["credentials"]["private_key"].as_str().expect("the fixture has a key").to_owned()
}

fn refusal(key: &str) -> String {
    match Signer::read(key, "kid-1") {
        Ok(_) => panic!("the key was taken: {key}"),
        Err(error) => {
            assert_eq!(error.field, "private_key");
            error.detail
        }
    }
}

#[test]
fn an_assertion_says_who_asks_and_is_signed_by_the_registered_key() {
    let signer = Signer::read(&key(ACCOUNT), " kid-1 ").expect("the key is sound");
    let assertion = signer.assertion("1234567890", NOW);
    let (message, signature) = assertion.rsplit_once('.').expect("three parts");
    let (header, claims) = message.split_once('.').expect("three parts");
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
    };
    assert_eq!(read(header), json!({"alg": "RS256", "typ": "JWT", "kid": "kid-1"}));
    let exp = read(claims)["exp"].as_i64().expect("a time");
    assert!((1..=30 * 60).contains(&(exp - NOW.0 / 1_000)), "LINE takes at most 30 minutes, found {exp}");
    assert_eq!(
        read(claims),
        json!({"iss": "1234567890", "sub": "1234567890", "aud": "https://api.line.me/", "exp": exp})
    );
    let public = signer.key.public().as_ref().to_vec();
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
    let verifier = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
    assert_eq!(verifier.verify(message.as_bytes(), &signature), Ok(()));
    assert!(verifier.verify(format!("{message}x").as_bytes(), &signature).is_err());
}

#[test]
fn a_key_is_the_same_in_every_spelling() {
    let jwk = Signer::read(&key(ACCOUNT), "k").expect("a JWK is taken").assertion("1", NOW);
    let pem = Signer::read(&key(ACCOUNT_PEM), "k").expect("a PEM is taken").assertion("1", NOW);
    assert_eq!(jwk, pem);
}

#[test]
fn what_is_no_private_key_is_refused_by_what_is_missing() {
    assert!(refusal("{").contains("broken JSON"), "{}", refusal("{"));
    assert!(refusal(r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#).contains("\"d\""));
    assert!(refusal("hello").contains("BEGIN PRIVATE KEY"));
    assert!(
        refusal("-----BEGIN PUBLIC KEY-----\nAQAB\n-----END PUBLIC KEY-----").contains("BEGIN PRIVATE KEY")
    );
    assert!(refusal("-----BEGIN PRIVATE KEY-----\nAQAB\n-----END PRIVATE KEY-----").contains("2048"));
}

#[test]
fn a_refusal_never_shows_the_key() {
    let broken = key(ACCOUNT).replace("\"p\"", "\"pp\"");
    let jwk: Value = serde_json::from_str(&key(ACCOUNT)).expect("a JWK");
    assert!(!refusal(&broken).contains(jwk["d"].as_str().expect("the private exponent")));
}
