//! The address behind a connection, when trusted proxies stand between.

use std::net::{IpAddr, SocketAddr};

use axum::extract::connect_info::ConnectInfo;
use http::HeaderMap;
use http::request::Parts;

use crate::config::Network;

/// The address that a request comes from: the connection's own, or, while that is a trusted proxy's, the one before it
/// in `X-Forwarded-For`, read from its end. What an untrusted address says of others is never believed.
pub fn peer(trusted: &[Network], parts: &Parts) -> Option<IpAddr> {
    let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
    Some(behind(trusted, &parts.headers, connection))
}

fn behind(trusted: &[Network], headers: &HeaderMap, connection: IpAddr) -> IpAddr {
    let told: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .collect();
    let mut address = connection;
    for before in told.iter().rev() {
        if !trusted.iter().any(|network| network.contains(address)) {
            break;
        }
        match before.parse() {
            Ok(parsed) => address = parsed,
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(connection: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        behind(&trusted, &headers, connection.parse().unwrap()).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(from("198.51.100.7", &["203.0.113.9"], &[]), "198.51.100.7");
        assert_eq!(from("198.51.100.7", &["203.0.113.9"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(from("10.0.0.2", &["203.0.113.9"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn the_list_is_read_from_its_end() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(from("10.0.0.2", &["192.0.2.1, 203.0.113.9, 10.0.0.3"], &trusted), "203.0.113.9");
        assert_eq!(from("10.0.0.2", &["192.0.2.1", "203.0.113.9"], &trusted), "203.0.113.9");
        assert_eq!(from("10.0.0.2", &["203.0.113.9, nonsense"], &trusted), "10.0.0.2");
        assert_eq!(from("10.0.0.2", &[], &trusted), "10.0.0.2");
    }
}
