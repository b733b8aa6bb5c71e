use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;
use naru_core::adapter::Body;
use naru_core::time::Millis;
use reqwest::dns::{Name, Resolve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::resolve::GuardedResolver;
use super::*;

/// Answers each lookup with the next list, the last one for ever.
struct Scripted {
    answers: Mutex<Vec<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Scripted {
    fn new(answers: &[&[[u8; 4]]]) -> Arc<Self> {
        let list = |list: &&[[u8; 4]]| list.iter().map(|ip| IpAddr::V4(Ipv4Addr::from(*ip))).collect();
        Arc::new(Self {
            answers: Mutex::new(answers.iter().rev().map(list).collect()),
            asked: AtomicUsize::new(0),
        })
    }
}

impl Lookup for Scripted {
    fn lookup(&self, _name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop().unwrap() } else { answers[0].clone() };
        Box::pin(async move { Ok(answer) })
    }
}

/// A server that answers every connection with these bytes and counts them.
async fn serve(answer: String) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = socket.read(&mut request).await;
                let _ = socket.write_all(answer.as_bytes()).await;
            });
        }
    });
    (address, count)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

fn clock() -> Clock {
    Clock::manual(Millis(0))
}

fn get(url: String) -> Signed {
    Signed { method: "GET".to_owned(), url, headers: Vec::new(), body: Body::Empty }
}

struct Folder {
    _folder: tempfile::TempDir,
    store: MediaStore,
}

fn folder() -> Folder {
    let folder = tempfile::tempdir().unwrap();
    let store = MediaStore::open(folder.path()).unwrap();
    Folder { _folder: folder, store }
}

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn ssrf_a_name_that_changes_its_mind_is_refused_when_it_turns_inward() {
    let lookup = Scripted::new(&[&[[93, 184, 216, 34]], &[[127, 0, 0, 1]]]);
    let resolver = GuardedResolver { lookup: lookup.clone(), reach: Reach::Public };
    let name = || Name::from_str("rebind.example").unwrap();
    let first: Vec<SocketAddr> = resolver.resolve(name()).await.ok().unwrap().collect();
    assert_eq!(first, [SocketAddr::from(([93, 184, 216, 34], 0))], "what was checked is what is called");
    assert_eq!(lookup.asked.load(Ordering::SeqCst), 1);
    let second = resolver.resolve(name()).await.err().unwrap();
    assert!(second.downcast_ref::<Forbidden>().is_some());
}

#[tokio::test]
async fn ssrf_a_name_that_leads_to_this_machine_gets_no_connection() {
    let (address, count) = serve(ok("secret")).await;
    let lookup = Scripted::new(&[&[[127, 0, 0, 1]]]);
    let egress = Egress::with_lookup(Reach::Public, clock(), lookup);
    let folder = folder();
    let sink = Sinking { store: &folder.store, limit: 100 };
    let url = format!("http://inward.example:{}/", address.port());
    let error = egress.fetch(&url, None, sink, SOON).await.unwrap_err();
    assert!(matches!(error, CallError::Forbidden(Forbidden::Network { .. })), "{error:?}");
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn ssrf_of_several_addresses_only_the_public_ones_are_handed_on() {
    let lookup = Scripted::new(&[&[[10, 0, 0, 1], [93, 184, 216, 34], [169, 254, 169, 254]]]);
    let resolver = GuardedResolver { lookup, reach: Reach::Public };
    let found = resolver.resolve(Name::from_str("mixed.example").unwrap()).await.ok().unwrap();
    assert_eq!(found.collect::<Vec<_>>(), [SocketAddr::from(([93, 184, 216, 34], 0))]);
}

#[tokio::test]
async fn ssrf_every_redirect_is_checked_like_the_first_address() {
    let egress = Egress::new(Reach::Private, clock());
    let folder = folder();
    let sink = || Sinking { store: &folder.store, limit: 100 };
    for to in ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"] {
        let (address, _) = serve(redirect(to)).await;
        let error = egress.fetch(&format!("http://{address}/"), None, sink(), SOON).await.unwrap_err();
        assert!(matches!(error, CallError::Forbidden(_)), "{to}: {error:?}");
    }
    let (elsewhere, count) = serve(ok("x")).await;
    let (address, _) = serve(redirect(&format!("http://localhost:{}/", elsewhere.port()))).await;
    let hosts = ["127.0.0.1".to_owned()];
    let error = egress.fetch(&format!("http://{address}/"), Some(&hosts), sink(), SOON).await.unwrap_err();
    assert!(matches!(error, CallError::Forbidden(Forbidden::Host { .. })), "{error:?}");
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_fetch_follows_a_good_redirect_and_a_call_follows_none() {
    let (last, _) = serve(ok("naru")).await;
    let (first, _) = serve(redirect(&format!("http://{last}/a%20b.txt"))).await;
    let egress = Egress::new(Reach::Private, clock());
    let folder = folder();
    let sink = Sinking { store: &folder.store, limit: 100 };
    let (blob, name) = egress.fetch(&format!("http://{first}/"), None, sink, SOON).await.unwrap();
    assert_eq!((blob.size, name.as_deref()), (4, Some("a b.txt")));
    let (answer, _) = egress.call(&get(format!("http://{first}/")), &[], None).await.unwrap();
    assert_eq!(answer.status, 302);
}

#[tokio::test]
async fn what_is_too_large_is_not_stored_told_or_not() {
    let egress = Egress::new(Reach::Private, clock());
    let folder = folder();
    let untold = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(101));
    for answer in [ok(&"x".repeat(101)), untold] {
        let (address, _) = serve(answer).await;
        let sink = Sinking { store: &folder.store, limit: 100 };
        let error = egress.fetch(&format!("http://{address}/"), None, sink, SOON).await.unwrap_err();
        assert_eq!(error, CallError::TooLarge { limit: 100 });
    }
}

#[tokio::test]
async fn an_answer_that_never_came_is_told_apart_from_a_request_that_never_left() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let egress = Egress::new(Reach::Private, clock());
    let not_sent = egress.call(&get(format!("http://{closed}/?key=CANARY")), &[], None).await.unwrap_err();
    assert!(matches!(not_sent, CallError::NotSent(_)), "{not_sent:?}");
    assert!(!not_sent.to_string().contains("CANARY"));
    let (address, _) = serve(String::new()).await;
    let lost = egress.call(&get(format!("http://{address}/?key=CANARY")), &[], None).await.unwrap_err();
    assert!(matches!(lost, CallError::Lost(_)), "{lost:?}");
    assert!(!lost.to_string().contains("CANARY"));
    let (address, _) = serve("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_owned()).await;
    let half = egress.call(&get(format!("http://{address}/")), &[], None).await.unwrap_err();
    assert!(matches!(half, CallError::Lost(_)), "{half:?}");
}
