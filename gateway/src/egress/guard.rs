//! Which addresses may be called: public ones only, unless development allows private networks.
//!
//! A guard in the resolver alone is a hole, because addresses written as numbers never reach it. So the address is
//! checked as it is written (here), and every address that a name resolves to is checked again (`resolve.rs`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// How far calls may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Only the public internet.
    Public,
    /// Private networks and this very machine too: for development and the demo.
    Private,
}

/// What a call is for; it decides whether plain `http` will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A call with credentials: `https`, unless private networks are allowed.
    Api,
    /// Bytes that need no credentials. Kakao serves its media by plain `http`.
    Fetch,
}

/// Why an address is not called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// It cannot be read.
    #[error("expected an http or https address, found one that cannot be read")]
    Unreadable,
    /// It is of another kind.
    #[error("expected {expected}, found {found}")]
    Scheme {
        /// What may be called.
        expected: &'static str,
        /// The scheme that was found.
        found: String,
    },
    /// It carries a name and password.
    #[error("expected an address without a user name and password")]
    UserInfo,
    /// It lies where we must not reach.
    #[error("{host} is {what}, which may not be called")]
    Network {
        /// The host as it was written.
        host: String,
        /// Which network it lies in.
        what: &'static str,
    },
    /// It is none of the hosts that serve this channel's media.
    #[error("{host} is none of the hosts that serve this channel's media")]
    Host {
        /// The host as it was written.
        host: String,
    },
}

/// Reads an address and checks it as far as it can be checked before names are resolved. Numbers in any spelling
/// (`0x7f.1`, `2130706433`, `[::ffff:127.0.0.1]`) are the addresses that they mean.
pub fn check(address: &str, purpose: Purpose, reach: Reach) -> Result<Url, Forbidden> {
    let url = Url::parse(address).map_err(|_| Forbidden::Unreadable)?;
    let (allowed, expected) = match (purpose, reach) {
        (Purpose::Api, Reach::Public) => (matches!(url.scheme(), "https"), "an https address"),
        _ => (matches!(url.scheme(), "http" | "https"), "an http or https address"),
    };
    if !allowed {
        return Err(Forbidden::Scheme { expected, found: url.scheme().to_owned() });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Forbidden::UserInfo);
    }
    let literal = match url.host() {
        None => return Err(Forbidden::Unreadable),
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
    };
    if let Some(what) = literal.and_then(|address| forbidden(address, reach)) {
        return Err(Forbidden::Network { host: url.host_str().unwrap_or_default().to_owned(), what });
    }
    Ok(url)
}

/// The forbidden network that an address lies in; `None` where it may be called.
pub fn forbidden(address: IpAddr, reach: Reach) -> Option<&'static str> {
    let (what, private) = match address.to_canonical() {
        IpAddr::V4(v4) => network_v4(v4)?,
        IpAddr::V6(v6) => network_v6(v6)?,
    };
    (reach == Reach::Public || !private).then_some(what)
}

/// The special network of an address, and whether it counts as private.
fn network_v4(address: Ipv4Addr) -> Option<(&'static str, bool)> {
    Some(match address.octets() {
        [0, ..] => ("\"this network\" (0.0.0.0/8)", false),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => ("a private network", true),
        [127, ..] => ("this machine (127.0.0.0/8)", true),
        [100, 64..=127, ..] => ("a carrier's own network (100.64.0.0/10)", true),
        [169, 254, ..] => ("link-local (169.254.0.0/16)", false),
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [192, 88, 99, _] => ("reserved", false),
        [198, 18 | 19, ..] => ("reserved for benchmarks (198.18.0.0/15)", false),
        [224..=239, ..] => ("multicast", false),
        [240..=255, ..] => ("reserved (240.0.0.0/4)", false),
        _ => return None,
    })
}

fn network_v6(address: Ipv6Addr) -> Option<(&'static str, bool)> {
    Some(match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => ("this machine (::1)", true),
        // Unspecified and IPv4-compatible; mapped addresses were turned into IPv4 before.
        [0, 0, 0, 0, 0, 0, ..] => ("reserved (::/96)", false),
        [0x0064, 0xff9b, ..] => ("a translation into IPv4 (64:ff9b::/16)", false),
        [0x0100, ..] => ("reserved (100::/16)", false),
        [0x2002, ..] => ("6to4 (2002::/16)", false),
        [0x2001, 0..=0x01ff, ..] => ("reserved (2001::/23)", false),
        [0x2001, 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => ("reserved for documents", false),
        [0xfc00..=0xfdff, ..] => ("a private network (fc00::/7)", true),
        [0xfe80..=0xfebf, ..] => ("link-local (fe80::/10)", false),
        [0xfec0..=0xfeff, ..] => ("site-local (fec0::/10)", false),
        [0xff00..=0xffff, ..] => ("multicast", false),
        // Only 2000::/3 is given out as public addresses.
        [0x2000..=0x3fff, ..] => return None,
        _ => ("not a public address", false),
    })
}

/// Whether `host` is one of `hosts` or lies below one of them (`kakaocdn.net` covers `dn.kakaocdn.net`).
pub fn is_among(host: &str, hosts: &[String]) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    hosts.iter().any(|allowed| {
        let allowed = allowed.to_ascii_lowercase();
        host == allowed || host.strip_suffix(&allowed).is_some_and(|head| head.ends_with('.'))
    })
}

#[cfg(test)]
mod tests;
