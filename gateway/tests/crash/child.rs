//! The gateway as a process of its own, which is killed without warning.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::traffic::Sent;

/// LINE's published example secret.
pub(crate) const SECRET: &str = "8c570fa6dd201bb328f1c1eac23a96d8";
/// How long the gateway may take to work off what waits.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where webhooks and API calls go.
#[derive(Clone)]
pub(crate) struct Address {
    pub base: String,
    pub key: String,
    pub client: reqwest::Client,
}

/// The gateway's process, its folder and the way to it.
pub(crate) struct Gateway {
    pub address: Address,
    folder: tempfile::TempDir,
    child: Option<Child>,
}

/// A channel's hook.
pub(crate) struct Channel {
    pub hook: String,
}

impl Gateway {
    pub(crate) fn prepare(_platform: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "listen = \"127.0.0.1:{port}\"\ndata_dir = \"{}\"\n[egress]\nallow_private_network = true\n",
            folder.path().join("data").display()
        );
        std::fs::write(folder.path().join("naru.toml"), config).unwrap();
        let key = Command::new(env!("CARGO_BIN_EXE_naru"))
            .args(["admin", "api-key", "create", "--name", "crash", "--scope", "all"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let key = String::from_utf8(key.stdout).unwrap().lines().last().unwrap().to_owned();
        let address = Address { base: format!("http://127.0.0.1:{port}"), key, client: client() };
        Self { address, folder, child: None }
    }

    /// Starts the process and waits until it answers.
    pub(crate) async fn start(&mut self) {
        let child = Command::new(env!("CARGO_BIN_EXE_naru"))
            .arg("serve")
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        let health = format!("{}/healthz", self.address.base);
        for _ in 0..2_000 {
            if self.address.client.get(&health).send().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the gateway did not answer within 20 s of its start");
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub(crate) async fn connect_line(&self, base: &str) -> Channel {
        let body = json!({
            "platform": "line", "name": "crash",
            "credentials": {"channel_secret": SECRET, "channel_access_token": "token-of-the-crash-test"},
            "settings": {"api_base": base},
        });
        let created = self.post("/api/v1/channels", &body).await;
        Channel { hook: created["hook_url"].as_str().expect("a channel has a hook").to_owned() }
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.address.client.post(format!("{}{path}", self.address.base));
        request.bearer_auth(&self.address.key).json(body).send().await.unwrap().json().await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.address.client.get(format!("{}{path}", self.address.base));
        request.bearer_auth(&self.address.key).send().await.unwrap().json().await.unwrap()
    }

    /// Waits until everything that was taken is worked and every delivery has ended.
    pub(crate) async fn settle(&self, sent: &Sent) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let mut open = 0;
            for state in ["queued", "sending"] {
                let page = self.get(&format!("/api/v1/deliveries?limit=1&state={state}")).await;
                open += page["items"].as_array().unwrap().len();
            }
            let pending = self.get("/api/v1/journal?limit=1&state=pending").await;
            if open == 0 && pending["items"].as_array().unwrap().is_empty() {
                return;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "work is left after {} webhooks",
                sent.acknowledged()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What a user wrote, by the order of the conversation.
    pub(crate) async fn inbound_texts(&self, user: &str) -> Vec<String> {
        let Some(id) = self.address.conversation_of(user).await else { return Vec::new() };
        let mut texts = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("/api/v1/conversations/{id}/messages?limit=200{cursor}")).await;
            let items = page["items"].as_array().unwrap();
            let inbound = items.iter().filter(|item| item["direction"] == "in");
            texts.extend(inbound.map(|item| item["text"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return texts,
            }
        }
    }
}

impl Address {
    /// The id of a user's conversation, once there is one; `None` also while the gateway is down.
    pub(crate) async fn conversation_of(&self, user: &str) -> Option<String> {
        let request = self.client.get(format!("{}/api/v1/conversations?q={user}", self.base));
        let page: Value = request.bearer_auth(&self.key).send().await.ok()?.json().await.ok()?;
        Some(page["items"].as_array()?.first()?["id"].as_str()?.to_owned())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.kill();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test plays the platform and the API's client, not the gateway"
)]
fn client() -> reqwest::Client {
    naru_gateway::run::install_tls();
    reqwest::Client::builder().timeout(Duration::from_secs(10)).no_proxy().build().unwrap()
}
