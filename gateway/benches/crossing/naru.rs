//! The gateway under load: a LINE channel over a fresh database, as much of its work as is measured, and its books.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use http::{Request, StatusCode};
use http_body_util::Full;
use naru_core::adapter::Secret;
use naru_core::content::Content;
use naru_core::desk::Draft;
use naru_core::message::AuthorKind;
use naru_gateway::app::App;
use naru_gateway::auth::{Scope, keys};
use naru_gateway::channels::manage;
use naru_gateway::clock::Clock;
use naru_gateway::events::{self, Filter};
use naru_gateway::outbox::{self, Acceptance, Idempotency, SendOptions};
use naru_gateway::store::rows::conversation::{self, ListQuery};
use naru_gateway::store::rows::{api_key, channel};
use naru_gateway::testing::{self, TestDb};
use naru_gateway::{ingress, run};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::bare::SECRET;
use crate::line::{ECHO, FakeLine};
use crate::load::{Connection, next_serial, webhook};

/// How many answers the engine writes at once.
const ENGINE: usize = 64;
/// How long lies between two sends of the API's client.
const SEND_EVERY: Duration = Duration::from_millis(10);

/// A database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// How much of its work the gateway does meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// It takes webhooks and does nothing else: the durable acknowledgement alone.
    Acknowledge,
    /// It takes webhooks as fast as they come and works them off behind: a burst.
    Burst,
    /// Each webhook becomes a message, an engine answers it, the answer is delivered.
    Crossing,
}

impl Engine {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Sqlite, Self::Postgres].into_iter().find(|engine| engine.to_string() == text)
    }
}

impl Work {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Acknowledge, Self::Burst, Self::Crossing].into_iter().find(|work| work.to_string() == text)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Acknowledge => "ack",
            Self::Burst => "burst",
            Self::Crossing => "crossing",
        })
    }
}

/// Those of the engines that this machine has.
pub(crate) async fn engines(wanted: &[Engine]) -> Vec<Engine> {
    let mut found = Vec::new();
    for engine in wanted {
        if database(*engine).await.is_some() {
            found.push(*engine);
        } else {
            println!("PostgreSQL's programs are not on this machine: its rows are left out");
        }
    }
    found
}

async fn database(engine: Engine) -> Option<TestDb> {
    match engine {
        Engine::Sqlite => Some(testing::sqlite().await),
        Engine::Postgres => testing::durable_postgres().await,
    }
}

/// A running gateway with one LINE channel.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    pub(crate) path: String,
    app: App,
    work: Work,
    key: String,
    line: Arc<FakeLine>,
    stop_sends: Arc<AtomicBool>,
    _db: TestDb,
}

/// What the database says at the end.
pub(crate) struct Books {
    /// Webhooks that are stored.
    pub(crate) stored: i64,
    /// Webhooks that wait to be worked, and deliveries that have not ended.
    pub(crate) backlog: i64,
    /// Messages of customers in their conversations.
    pub(crate) received: i64,
    /// Replies that came twice.
    pub(crate) twice: u64,
    /// Messages that the platform has.
    pub(crate) arrived: u64,
}

impl Gateway {
    /// Opens a gateway over a fresh database and starts what `work` needs.
    pub(crate) async fn open(engine: Engine, work: Work, line: &Arc<FakeLine>) -> Self {
        let db = database(engine).await.expect("an engine that was found is there");
        let app = testing::app_at(&db, naru_adapters::PLATFORMS, Clock::system()).await;
        let path = connect(&app, &line.base()).await;
        let key = keys::make(&app.ids, &app.clock, "benchmark", &[Scope::All]);
        let row = key.row;
        app.db
            .write_once(|tx| Box::pin(async move { api_key::insert(tx, &row).await }))
            .await
            .expect("a fresh database takes a key");
        let listener = run::bind("127.0.0.1:0".parse().expect("loopback is an address")).await;
        let listener = listener.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (routes, limits) = (run::machine_routes(&app), app.config.limits.clone());
        let (shutdown, tasks) = (app.shutdown.clone(), app.tasks.clone());
        tokio::spawn(async move { ingress::serve(listener, routes, &limits, shutdown, tasks).await });
        if work != Work::Acknowledge {
            run::start_workers(&app);
        }
        if work == Work::Crossing {
            app.tasks.spawn(answer_everything(app.clone()));
        }
        let (line, stop_sends) = (Arc::clone(line), Arc::default());
        Self { address, path, app, work, key: key.text, line, stop_sends, _db: db }
    }

    /// A program that writes to one customer over the API meanwhile; only where deliveries leave at all.
    pub(crate) async fn customer_of_the_api(&self, line: &FakeLine) -> Option<ApiClient> {
        if self.work != Work::Crossing {
            return None;
        }
        let serial = next_serial();
        let reply = line.expect(serial);
        let mut connection = Connection::open(self.address).await;
        let status = connection.post(&self.path, webhook(serial, u64::MAX)).await;
        assert_eq!(status, StatusCode::OK, "the gateway takes a webhook");
        let reply = tokio::time::timeout(Duration::from_secs(30), reply).await;
        assert!(matches!(reply, Ok(Ok(()))), "the first webhook is answered within 30 s");
        let query = ListQuery { limit: 1, ..ListQuery::default() };
        let mut tx = self.app.db.read().await.expect("an open database reads");
        let rows = conversation::list(&mut tx, &query).await.expect("conversations can be listed");
        let id = &rows.first().expect("the customer has a conversation").id;
        Some(ApiClient {
            connection,
            path: format!("/api/v1/conversations/{id}/messages"),
            key: format!("Bearer {}", self.key),
            stop: Arc::clone(&self.stop_sends),
        })
    }

    /// Lets the API's client end.
    pub(crate) fn stop_sends(&self) {
        self.stop_sends.store(true, Ordering::SeqCst);
    }

    /// Reads the books and ends the gateway.
    pub(crate) async fn close(self) -> Books {
        let db = &self.app.db;
        let waiting = "SELECT (SELECT COUNT(*) FROM journal_state) + \
            (SELECT COUNT(*) FROM delivery WHERE state IN ('queued', 'sending', 'held', 'unknown'))";
        let books = Books {
            stored: testing::number(db, "SELECT COUNT(*) FROM journal WHERE verdict = 'accepted'").await,
            backlog: testing::number(db, waiting).await,
            received: testing::number(db, "SELECT COUNT(*) FROM message WHERE direction = 'in'").await,
            twice: self.line.twice(),
            arrived: self.line.arrived(),
        };
        run::drain(&self.app).await;
        let _ = std::fs::remove_dir_all(&self.app.data_dir);
        books
    }
}

async fn connect(app: &App, line: &str) -> String {
    let platform = app.platforms.iter().find(|platform| platform.name == "line");
    let platform = platform.expect("LINE is in the registry");
    let bases = ["api_base", "content_base"];
    let settings: Map<String, Value> = bases.into_iter().map(|name| (name.to_owned(), json!(line))).collect();
    let row = manage::new_row(app, platform, "benchmark", &settings);
    let secrets = [("channel_secret", SECRET), ("channel_access_token", "token-of-the-benchmark")];
    let credentials: manage::Credentials =
        secrets.into_iter().map(|(name, value)| (name.to_owned(), Secret::new(value))).collect();
    let (inner, path) = (app.clone(), format!("/hooks/line/{}", row.hook_key));
    app.db
        .write_once(|tx| {
            Box::pin(async move {
                channel::insert(tx, &row).await?;
                manage::put_credentials(tx, &inner, &row.id, &credentials).await
            })
        })
        .await
        .expect("a fresh database takes a channel");
    app.reload_channels().await.expect("a channel that was stored can be read");
    path
}

/// The core engine: reads the event stream and answers every message with its number.
async fn answer_everything(app: App) {
    let news = events::stream(&app, 0, Filter::default());
    news.for_each_concurrent(ENGINE, |event| {
        let app = app.clone();
        async move {
            let Ok(event) = event else { return };
            if event.r#type != "message.received" {
                return;
            }
            let text = event.data["message"]["text"].as_str().unwrap_or_default();
            let Some(serial) = text.strip_prefix('n').and_then(|rest| rest.get(..12)) else { return };
            let content = Content::text(format!("{ECHO}{serial}"));
            let idempotency = Idempotency {
                owner: "engine".to_owned(),
                key: event.id.clone(),
                request_hash: serial.to_owned(),
            };
            let acceptance = Acceptance {
                conversation_id: event.conversation_id.unwrap_or_default(),
                draft: Draft::out(AuthorKind::Bot, content),
                options: SendOptions::default(),
                idempotency: Some(idempotency),
                media: BTreeMap::new(),
            };
            if let Err(error) = outbox::accept(&app, acceptance).await {
                eprintln!("an answer was not accepted: {error}");
            }
        }
    })
    .await;
}

/// A program that writes to one customer over the API.
pub(crate) struct ApiClient {
    connection: Connection,
    path: String,
    key: String,
    stop: Arc<AtomicBool>,
}

impl ApiClient {
    /// Sends one message after the other; how long each took, in microseconds, ascending.
    pub(crate) async fn send_until_stopped(mut self) -> Vec<u32> {
        let mut latencies = Vec::new();
        for number in 0.. {
            if self.stop.load(Ordering::SeqCst) {
                break;
            }
            let started = Instant::now();
            let status = self.send(number).await;
            assert_eq!(status, StatusCode::ACCEPTED, "the API takes a message");
            latencies.push(u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX));
            tokio::time::sleep(SEND_EVERY).await;
        }
        latencies.sort_unstable();
        latencies
    }

    async fn send(&mut self, number: u64) -> StatusCode {
        let body = json!({"content": {"text": format!("news {number}")}}).to_string();
        let request = Request::post(&self.path)
            .header("host", "127.0.0.1")
            .header("authorization", &self.key)
            .header("idempotency-key", format!("news-{number}"))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body)))
            .expect("a request of fixed parts is well-formed");
        self.connection.send(request).await
    }
}
