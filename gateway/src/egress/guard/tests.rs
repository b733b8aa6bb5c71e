use super::*;

fn refused(address: &str) -> bool {
    check(address, Purpose::Fetch, Reach::Public).is_err()
}

#[test]
fn ssrf_addresses_of_every_spelling_are_refused() {
    let table = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://0/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://192.0.0.8/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://198.51.100.7/",
        "http://203.0.113.9/",
        "http://192.88.99.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://240.0.0.1/",
        "http://[::]/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::a00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001::1]/",
        "http://[2001:db8::1]/",
        "http://[fc00::1]/",
        "http://[fd12:3456::1]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[4000::1]/",
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://example.com/",
        "javascript:alert(1)",
        "http://user:password@example.com/",
        "not an address",
        "",
    ];
    let passed: Vec<_> = table.into_iter().filter(|address| !refused(address)).collect();
    assert!(passed.is_empty(), "these passed: {passed:?}");
}

#[test]
fn public_addresses_pass() {
    for address in [
        "https://api.line.me/v2/bot/info",
        "http://dn-m.talk.kakao.com/talkm/a",
        "https://8.8.8.8/",
        "https://172.32.0.1/",
        "https://100.128.0.1/",
        "https://[2606:4700::1111]/",
    ] {
        assert!(!refused(address), "{address}");
    }
}

#[test]
fn credentials_travel_by_https_only() {
    assert!(check("http://api.line.me/", Purpose::Api, Reach::Public).is_err());
    assert!(check("https://api.line.me/", Purpose::Api, Reach::Public).is_ok());
    assert!(check("http://127.0.0.1:9/", Purpose::Api, Reach::Private).is_ok());
}

#[test]
fn development_reaches_private_networks_and_nothing_else() {
    let open = |address| check(address, Purpose::Fetch, Reach::Private).is_ok();
    assert!(open("http://127.0.0.1:8080/") && open("http://10.0.0.1/") && open("http://[::1]/"));
    assert!(!open("http://169.254.169.254/") && !open("http://224.0.0.1/") && !open("http://0.0.0.0/"));
    assert!(!open("file:///etc/passwd"));
}

#[test]
fn media_hosts_are_suffixes_at_a_dot() {
    let hosts = ["kakaocdn.net".to_owned(), "api-data.line.me".to_owned()];
    assert!(is_among("dn.kakaocdn.net", &hosts) && is_among("KAKAOCDN.net.", &hosts));
    assert!(!is_among("evilkakaocdn.net", &hosts) && !is_among("kakaocdn.net.evil.com", &hosts));
    assert!(!is_among("line.me", &hosts));
}
