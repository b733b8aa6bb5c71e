//! Sets the demo up, runs it, and leaves nothing behind.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use naru_core::adapter::{Platform, Secret};
use naru_core::time::DAY;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{Client, Demo, crossing, seed};
use crate::app::App;
use crate::auth::operators::{self, NewOperator};
use crate::auth::{Role, Scope, keys, sessions};
use crate::clock::{Clock, random};
use crate::config::{Config, Flag, Sources, load};
use crate::sandbox::{KakaoPhone, LinePhone, Phone, Sandbox};
use crate::store::StoreError;
use crate::store::rows::{api_key, operator};
use crate::{console, ingress, run as gateway};

/// Who logs in.
pub(super) const EMAIL: &str = "demo@naru.local";

/// What is asked of a demo.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen.
    pub listen: SocketAddr,
    /// A data folder that is kept; a temporary one without it.
    pub data: Option<PathBuf>,
}

/// A demo that runs.
pub struct Stage {
    /// The gateway.
    pub app: App,
    /// The played platforms and the key.
    pub demo: Arc<Demo>,
    /// The password of [`EMAIL`].
    pub password: String,
    /// The address of the link that logs in.
    pub login: String,
    folder: Option<TempDir>,
    serving: tokio::task::JoinHandle<()>,
}

/// Runs a demo until Ctrl-C; prints what one needs to know.
pub async fn run(options: Options, platforms: &'static [&'static Platform]) -> anyhow::Result<()> {
    let stage = Stage::open(options, platforms).await?;
    println!("{}", stage.banner());
    stage.app.tasks.spawn(crossing::tell(stage.app.clone()));
    tokio::spawn(gateway::watch_signals(stage.app.shutdown.clone()));
    stage.app.shutdown.cancelled().await;
    stage.close().await;
    println!("\n끝났습니다. 실제로 쓰려면: docs/start.ko.md · Ended. For real use: docs/start.en.md");
    Ok(())
}

impl Stage {
    /// Sets everything up: the gateway, the played platforms, the channels, the past three days.
    pub async fn open(options: Options, platforms: &'static [&'static Platform]) -> anyhow::Result<Self> {
        let listener = gateway::bind(options.listen).await?;
        let address = listener.local_addr().context("the listener has an address")?;
        let folder = match &options.data {
            Some(_) => None,
            None => Some(tempfile::Builder::new().prefix("naru-demo-").tempdir()?),
        };
        let kept = folder.as_ref().map(|folder| folder.path().to_owned());
        let data = kept.or(options.data).unwrap_or_default();
        let clock = Clock::shifted(0);
        let app = gateway::open(&configuration(address, &data)?, platforms, clock.clone()).await?;
        let known = operator::count(&mut app.db.read().await?).await? > 0;
        if !known {
            clock.advance(-seed::PAST);
        }
        let (password, login_id) = admit(&app).await?;
        let api_key = key(&app).await?;
        let (demo, serving) = play(&app, listener, api_key).await?;
        gateway::start_workers(&app);
        if !known {
            seed::seed(&app, &demo, &clock).await?;
        }
        let login = login_link(&app, login_id).await?;
        Ok(Self { app, demo, password, login, folder, serving })
    }

    /// What the demo prints when it is ready.
    pub fn banner(&self) -> String {
        let base = &self.app.public_url;
        let data = match &self.folder {
            Some(_) => "data in a temporary folder, removed on Ctrl-C".to_owned(),
            None => format!("data in {}", self.app.data_dir.display()),
        };
        format!(
            "Naru demo · nothing leaves this machine · {data}\n  1 Inbox    {}    (or {EMAIL} / {})\n  2 Phones   {base}/sandbox\n  3 API key  {}\nTry: open 2, write on the Kakao phone, answer in 1.",
            self.login, self.password, self.demo.api_key
        )
    }

    /// Ends it; a temporary folder is gone afterwards.
    pub async fn close(self) {
        self.app.shutdown.cancel();
        let _ = self.serving.await;
        gateway::drain(&self.app).await;
        if let Some(folder) = self.folder
            && let Err(error) = folder.close()
        {
            tracing::warn!(%error, "the temporary folder could not be removed");
        }
    }
}

/// The built-in defaults, and what makes a demo of them; no file and no environment is read.
fn configuration(listen: SocketAddr, data: &std::path::Path) -> anyhow::Result<Config> {
    let flag = |key, value: String| Flag { name: "naru demo", key, value };
    let flags = vec![
        flag("listen", listen.to_string()),
        flag("data_dir", data.display().to_string()),
        flag("public_url", format!("http://{listen}")),
        flag("egress.allow_private_network", "true".to_owned()),
    ];
    let sources = Sources { flags, ..Sources::default() };
    match load(&sources) {
        Ok(loaded) => Ok(loaded.config),
        Err(error) => bail!(error.0.join("; ")),
    }
}

/// A password that is easily typed: 12 letters and digits without lookalikes.
fn password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    random::<12>().iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

/// Adds the people who answer, or gives the known one a new password. Returns the password and the first one's id.
async fn admit(app: &App) -> anyhow::Result<(String, String)> {
    let password = password();
    let person = |email: &str, name: &str, role| NewOperator {
        email: email.to_owned(),
        name: name.to_owned(),
        password: Secret::new(&*password),
        role,
        language: "ko".to_owned(),
    };
    let first = operators::prepare(&app.ids, &app.clock, person(EMAIL, "김매니저", Role::Admin)).await?;
    let mut second = first.clone();
    second.id = app.ids.next::<naru_core::ids::OperatorId>(app.clock.now()).to_string();
    (second.email, second.name) = ("agent@naru.local".to_owned(), "이상담".to_owned());
    Role::Agent.name().clone_into(&mut second.role);
    let clock = app.clock.clone();
    let id = app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                if let Some(known) = operator::by_email(tx, EMAIL).await? {
                    operator::set_password(tx, &known.id, &first.password, clock.now().0).await?;
                    return Ok(known.id);
                }
                operator::insert(tx, &first).await?;
                operator::insert(tx, &second).await?;
                Ok::<_, StoreError>(first.id)
            })
        })
        .await?;
    Ok((password, id))
}

async fn key(app: &App) -> anyhow::Result<String> {
    let made = keys::make(&app.ids, &app.clock, "demo", &[Scope::All]);
    let row = made.row;
    app.writer
        .run(move |tx| Box::pin(async move { api_key::insert(tx, &row).await }))
        .await
        .map_err(|error: StoreError| error)?;
    Ok(made.text)
}

async fn login_link(app: &App, operator_id: String) -> anyhow::Result<String> {
    let clock = app.clock.clone();
    let token = app
        .writer
        .run(move |tx| {
            Box::pin(async move { sessions::make_link(tx, &clock, Some(&operator_id), DAY).await })
        })
        .await
        .map_err(|error: StoreError| error)?;
    Ok(format!("{}/login?t={token}", app.public_url))
}

/// Starts the played platforms, connects a channel to each, and opens the doors.
async fn play(
    app: &App,
    listener: TcpListener,
    api_key: String,
) -> anyhow::Result<(Arc<Demo>, tokio::task::JoinHandle<()>)> {
    let phones: Vec<Arc<dyn Phone>> =
        vec![Arc::new(KakaoPhone::new(app.clock.clone())), Arc::new(LinePhone::new(app.clock.clone()))];
    let sandbox = Arc::new(Sandbox::new(phones, app.clock.clone()));
    let loopback = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let played_at = format!("http://{}", loopback.local_addr()?);
    let (limits, end, tasks) = (app.config.limits.clone(), app.shutdown.clone(), app.tasks.clone());
    let api = sandbox.api();
    app.tasks.spawn(async move { ingress::serve(loopback, api, &limits, end, tasks).await });
    app.tasks.spawn(Arc::clone(&sandbox).carry(app.shutdown.clone()));

    let client = Client::new(gateway::machine_routes(app), &api_key);
    let channels = connect(&client, &sandbox, &played_at).await?;
    app.reload_channels().await?;
    let demo = Arc::new(Demo { api_key, sandbox, played_at, client, channels });
    let router = gateway::machine_routes(app).merge(console::router(app, Some(Arc::clone(&demo))));
    let (limits, end, tasks) = (app.config.limits.clone(), app.shutdown.clone(), app.tasks.clone());
    let serving = tokio::spawn(async move { ingress::serve(listener, router, &limits, end, tasks).await });
    Ok((demo, serving))
}

/// One channel each; those of an earlier run are pointed at the new addresses.
async fn connect(
    client: &Client,
    sandbox: &Sandbox,
    played_at: &str,
) -> anyhow::Result<BTreeMap<String, String>> {
    let known = client.get("/channels").await?;
    let mut channels = BTreeMap::new();
    for phone in sandbox.phones() {
        let platform = phone.platform();
        let account = phone.account(&format!("{played_at}/{platform}"));
        let body = json!({ "credentials": account.credentials, "settings": account.settings });
        let channel = open_channel(client, &known, platform, body).await?;
        sandbox.connect(platform, channel["hook_url"].as_str().unwrap_or_default());
        channels.insert(platform.to_owned(), channel["id"].as_str().unwrap_or_default().to_owned());
    }
    let webchat = json!({
        "credentials": { "member_secret": crate::clock::token::<24>() },
        "settings": { "greeting_ko": "무엇을 도와드릴까요?", "greeting_en": "How can we help?",
            "hours_ko": "평일 9시–18시", "hours_en": "Weekdays 9–18", "color": "#0b6670" },
    });
    let channel = open_channel(client, &known, "webchat", webchat).await?;
    channels.insert("webchat".to_owned(), channel["id"].as_str().unwrap_or_default().to_owned());
    Ok(channels)
}

async fn open_channel(
    client: &Client,
    known: &Value,
    platform: &str,
    mut body: Value,
) -> anyhow::Result<Value> {
    let items = known["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    if let Some(id) =
        items.iter().find(|item| item["platform"] == platform).and_then(|item| item["id"].as_str())
    {
        return Ok(client.patch(&format!("/channels/{id}"), &body).await?);
    }
    body["platform"] = platform.into();
    body["name"] = match platform {
        "kakao" => "우리가게 카카오톡",
        "line" => "우리가게 LINE",
        _ => "우리가게 웹 채팅",
    }
    .into();
    Ok(client.post("/channels", &body).await?)
}
