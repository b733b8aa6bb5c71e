//! A small driver for Chromium over its debugging protocol: commands out, answers and events in, one page.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;

/// How long a page may take for anything; a condition that does not come true by then fails the test.
const PATIENCE: Duration = Duration::from_secs(20);

/// What Chromium is started with: no network of its own, no first-run pages, nothing shared with another run.
const FLAGS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--lang=ko",
    "--remote-debugging-port=0",
];

/// The path of a Chromium on this machine.
pub(crate) fn find() -> Option<std::path::PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(std::path::PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    named.into_iter().chain(usual.map(std::path::PathBuf::from)).find(|path| path.exists())
}

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Result<Value, String>>>>>;

/// A running Chromium with one page.
pub(crate) struct Page {
    child: Child,
    _profile: tempfile::TempDir,
    out: mpsc::UnboundedSender<String>,
    waiting: Waiting,
    count: AtomicU64,
    session: String,
    complaints: Arc<Mutex<Vec<String>>>,
}

impl Page {
    /// Starts Chromium with an empty page.
    pub(crate) async fn open(chromium: &std::path::Path) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut child = Command::new(chromium)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Chromium starts");
        let address = listening(&mut child).await;
        let (socket, _) =
            tokio_tungstenite::connect_async(address).await.expect("Chromium takes the connection");
        let (mut sink, mut stream) = socket.split();
        let (out, mut commands) = mpsc::unbounded_channel::<String>();
        tokio::spawn(async move {
            while let Some(command) = commands.recv().await {
                if sink.send(Message::text(command)).await.is_err() {
                    return;
                }
            }
        });
        let waiting = Waiting::default();
        let complaints = Arc::new(Mutex::new(Vec::new()));
        let (asked, heard) = (Arc::clone(&waiting), Arc::clone(&complaints));
        tokio::spawn(async move {
            while let Some(Ok(message)) = stream.next().await {
                if let Ok(value) = serde_json::from_str::<Value>(message.to_text().unwrap_or_default()) {
                    receive(value, &asked, &heard).await;
                }
            }
        });
        let mut page = Self {
            child,
            _profile: profile,
            out,
            waiting,
            count: AtomicU64::new(1),
            session: String::new(),
            complaints,
        };
        page.attach().await;
        page
    }

    async fn attach(&mut self) {
        let target = self.command("Target.createTarget", json!({ "url": "about:blank" })).await;
        let wanted = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = self.command("Target.attachToTarget", wanted).await;
        attached["sessionId"].as_str().expect("a session").clone_into(&mut self.session);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            self.command(domain, json!({})).await;
        }
    }

    /// Sends a command and waits for its answer.
    pub(crate) async fn command(&self, method: &str, params: Value) -> Value {
        let id = self.count.fetch_add(1, Ordering::SeqCst);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = self.session.as_str().into();
        }
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().await.insert(id, answer);
        self.out.send(message.to_string()).expect("Chromium is there");
        let answer = tokio::time::timeout(PATIENCE, answered).await;
        match answer {
            Ok(Ok(Ok(value))) => value,
            Ok(Ok(Err(error))) => panic!("{method} failed: {error}"),
            _ => panic!("{method} was not answered"),
        }
    }

    /// Makes the window that wide and high, in CSS pixels.
    pub(crate) async fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Shows the page as in the dark.
    pub(crate) async fn dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.command("Emulation.setEmulatedMedia", features).await;
    }

    /// Goes to an address.
    pub(crate) async fn goto(&self, url: &str) {
        self.command("Page.navigate", json!({ "url": url })).await;
    }

    /// The value of an expression; a promise is awaited.
    pub(crate) async fn eval(&self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.command("Runtime.evaluate", asked).await;
        assert!(answer["exceptionDetails"].is_null(), "{expression} threw {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is truthy; it is looked at anew with each frame that the page draws.
    pub(crate) async fn until(&self, expression: &str) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let asked = json!({ "expression": format!("Boolean({expression})"), "returnByValue": true });
            let answer = self.command("Runtime.evaluate", asked).await;
            if answer["result"]["value"] == true {
                return;
            }
            if tokio::time::Instant::now() > deadline {
                let text = self.eval("document.body.innerText.slice(0, 2000)").await;
                let heard = self.complaints.lock().await.join("\n");
                panic!("never came true: {expression}\n--- page ---\n{text}\n--- console ---\n{heard}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Presses what a selector finds, as a mouse would: what is covered or outside the window is not pressed.
    pub(crate) async fn press(&self, selector: &str) {
        self.press_found(&format!("document.querySelector({})", Value::from(selector))).await;
    }

    /// Presses what an expression finds, once it can be pressed: a list that is drawn anew meanwhile does no harm.
    pub(crate) async fn press_found(&self, found: &str) {
        let place = format!(
            "(() => {{ const it = {found}; if (!it || it.disabled) return null; \
             it.scrollIntoView({{block: 'center', inline: 'center'}}); \
             const box = it.getBoundingClientRect(); const x = box.x + box.width / 2, y = box.y + box.height / 2; \
             const top = document.elementFromPoint(x, y); \
             return box.width && (it === top || it.contains(top)) ? {{x, y}} : null; }})()"
        );
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let place = loop {
            let place = self.eval(&place).await;
            if place.is_object() {
                break place;
            }
            assert!(tokio::time::Instant::now() < deadline, "it never could be pressed: {found}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({ "type": kind, "x": place["x"], "y": place["y"], "button": "left", "clickCount": 1 });
            self.command("Input.dispatchMouseEvent", event).await;
        }
    }

    /// Types into what has the focus.
    pub(crate) async fn type_text(&self, text: &str) {
        self.command("Input.insertText", json!({ "text": text })).await;
    }

    /// Presses a key by its name.
    pub(crate) async fn key(&self, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            "Tab" => (9, ""),
            "Escape" => (27, ""),
            "ArrowDown" => (40, ""),
            other => panic!("the driver does not know the key {other}"),
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = text.into();
            }
            self.command("Input.dispatchKeyEvent", event).await;
        }
    }

    /// A picture of the window, as PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        use base64::Engine;
        let answer = self.command("Page.captureScreenshot", json!({ "format": "png" })).await;
        let data = answer["data"].as_str().expect("a picture");
        base64::engine::general_purpose::STANDARD.decode(data).expect("a picture in base64")
    }

    /// What the page's console said in anger since this was last asked: errors, refused policies, failed loads.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        std::mem::take(&mut *self.complaints.lock().await)
    }

    /// Ends Chromium.
    pub(crate) async fn close(mut self) {
        let _ = self.child.kill().await;
    }
}

async fn listening(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stderr.take().expect("stderr is piped")).lines();
    let address = tokio::time::timeout(PATIENCE, async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(address) = line.strip_prefix("DevTools listening on ") {
                return address.to_owned();
            }
        }
        panic!("Chromium ended without listening");
    })
    .await
    .expect("Chromium listens in time");
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    address
}

async fn receive(value: Value, waiting: &Waiting, complaints: &Mutex<Vec<String>>) {
    if let Some(id) = value["id"].as_u64() {
        if let Some(answer) = waiting.lock().await.remove(&id) {
            let result = if value["error"].is_null() {
                Ok(value["result"].clone())
            } else {
                Err(value["error"].to_string())
            };
            let _ = answer.send(result);
        }
        return;
    }
    let params = &value["params"];
    let complaint = match value["method"].as_str().unwrap_or_default() {
        "Runtime.exceptionThrown" => params["exceptionDetails"].to_string(),
        "Log.entryAdded" if params["entry"]["level"] == "error" => params["entry"].to_string(),
        "Runtime.consoleAPICalled" if params["type"] == "error" => params["args"].to_string(),
        _ => return,
    };
    complaints.lock().await.push(complaint);
}
