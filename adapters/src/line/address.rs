//! Addresses inside request bodies must be percent-encoded UTF-8, from the domain to the fragment.

use std::fmt::Write;

use url::{Position, Url};

/// The address in the spelling that LINE takes. What is no address stays as it is: LINE then says so itself.
pub(super) fn encode(address: &str) -> String {
    let Ok(url) = Url::parse(address) else { return address.to_owned() };
    let (head, tail) = (&url[..Position::BeforePath], &url[Position::BeforePath..]);
    let mut encoded = head.to_owned();
    for (position, byte) in tail.bytes().enumerate() {
        // The WHATWG rules that `Url` follows leave these as they are; RFC 3986, which LINE checks, does not.
        let loose =
            matches!(byte, b'{' | b'}' | b'|' | b'\\' | b'^' | b'`' | b'[' | b']' | b'"' | b'<' | b'>');
        if loose || byte == b'%' && !is_escape(&tail.as_bytes()[position..]) {
            write!(encoded, "%{byte:02X}").expect("a string takes everything");
        } else {
            encoded.push(char::from(byte));
        }
    }
    encoded
}

fn is_escape(bytes: &[u8]) -> bool {
    bytes.get(1..3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}
