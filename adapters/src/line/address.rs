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

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn every_part_of_an_address_is_encoded_once() {
        let cases = [
            (
                "https://example.com/도움말?q=가#위",
                "https://example.com/%EB%8F%84%EC%9B%80%EB%A7%90?q=%EA%B0%80#%EC%9C%84",
            ),
            ("https://한글.example/", "https://xn--bj0bj06e.example/"),
            ("https://example.com/a%20b?x=%EA%B0%80", "https://example.com/a%20b?x=%EA%B0%80"),
            ("https://example.com/100%?a=5%zz", "https://example.com/100%25?a=5%25zz"),
            ("https://example.com/?q={a|b}[0]^`", "https://example.com/?q=%7Ba%7Cb%7D%5B0%5D%5E%60"),
            ("http://[::1]:8080/m/1.jpg", "http://[::1]:8080/m/1.jpg"),
            ("no address", "no address"),
        ];
        for (address, encoded) in cases {
            assert_eq!(encode(address), encoded);
            assert_eq!(encode(encoded), encoded, "encoding twice changes nothing");
        }
    }
}
