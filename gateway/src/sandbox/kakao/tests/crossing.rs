//! The whole way over real connections: a customer's phone, the gateway, and the answer on the phone.

use std::future::Future;
use std::time::Duration;

use naru_core::adapter::Platform;
use tokio::net::TcpListener;

use super::*;
use crate::app::App;
use crate::auth::{Scope, keys};
use crate::demo::Client;
use crate::sandbox::Sandbox;
use crate::store::StoreError;
use crate::store::rows::api_key;
use crate::{ingress, run, testing};

static PLATFORMS: &[&Platform] = &[&PLATFORM];

/// A gateway with a played Kakao beside it.
struct Shore {
    app: App,
    client: Client,
    kakao: Arc<KakaoPhone>,
    sandbox: Arc<Sandbox>,
}

async fn listen(app: &App, router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener has an address");
    let (limits, shutdown, tasks) = (app.config.limits.clone(), app.shutdown.clone(), app.tasks.clone());
    app.tasks.spawn(async move { ingress::serve(listener, router, &limits, shutdown, tasks).await });
    format!("http://{address}")
}

async fn shore(test: &testing::TestDb, flavour: &str) -> Shore {
    let clock = Clock::system();
    let app = testing::app_at(test, PLATFORMS, clock.clone()).await;
    run::start_workers(&app);
    let router = run::routes(&app, Router::new());
    let made = keys::make(&app.ids, &app.clock, "test", &[Scope::parse("all").expect("a scope")]);
    let row = made.row;
    app.writer
        .run::<(), StoreError, _>(move |tx| Box::pin(async move { api_key::insert(tx, &row).await }))
        .await
        .expect("the key is stored");
    let client = Client::new(router.clone(), &made.text);
    let kakao = Arc::new(KakaoPhone::new(clock.clone()));
    assert!(kakao.set_flavour(flavour));
    let phone: Arc<dyn Phone> = Arc::clone(&kakao) as Arc<dyn Phone>;
    let sandbox = Arc::new(Sandbox::new(vec![phone], clock));
    let played = listen(&app, sandbox.api()).await;
    let account = kakao.account(&format!("{played}/kakao"));
    let channel = json!({"platform": "kakao", "name": "우리가게", "credentials": account.credentials, "settings": account.settings});
    let channel = client.post("/channels", &channel).await.expect("the channel is connected");
    let hook_url = channel["hook_url"].as_str().expect("a channel has a hook");
    let path = &hook_url[hook_url.find("/hooks/").expect("the hook's path")..];
    let gateway = listen(&app, router).await;
    sandbox.connect("kakao", &format!("{gateway}{path}"));
    app.tasks.spawn(Arc::clone(&sandbox).carry(app.shutdown.clone()));
    Shore { app, client, kakao, sandbox }
}

/// Waits until something is so, at most ten seconds.
async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    for _ in 0..500 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{what} did not come true within ten seconds");
}

impl Shore {
    async fn says(&self, text: &str) {
        let act = Act::Text { text: text.to_owned() };
        let told = self.sandbox.act("kakao", USER, &act).await.expect("the act is possible");
        assert!(told.iter().all(|told| told.status == 200), "{told:?}");
    }

    async fn conversation(&self) -> String {
        until("a conversation", || async {
            let list = self.client.get("/conversations").await.expect("a list");
            let first = list["items"].as_array()?.first()?;
            (first["unread"].as_u64()? > 0).then(|| first["id"].as_str().map(str::to_owned))?
        })
        .await
    }

    /// Sends a text and waits until its delivery has that state.
    async fn answers(&self, conversation: &str, text: &str, state: &str) {
        let path = format!("/conversations/{conversation}/messages");
        let sent =
            self.client.post(&path, &json!({"content": {"text": text}})).await.expect("it is accepted");
        let id = sent["id"].as_str().expect("a message has an id").to_owned();
        until(&format!("the state {state} of \"{text}\""), || async {
            let message = self.client.get(&format!("/messages/{id}")).await.expect("the message is there");
            (message["delivery"]["state"] == state).then_some(())
        })
        .await;
    }

    /// How often the customer got a text.
    fn got(&self, text: &str) -> usize {
        let taken = |call: &super::super::super::WireCall| {
            let code = call.answer.get("code").or_else(|| call.answer["data"].get("code"));
            code.is_some_and(|code| code == 0 || code == "0" || code == "A000")
                && call.body["message"] == text
        };
        self.kakao.tape().calls_of(USER).iter().filter(|call| taken(call)).count()
    }
}

fn on_shore<F, Fut>(flavour: &'static str, body: F)
where
    F: FnOnce(Shore) -> Fut,
    Fut: Future<Output = ()>,
{
    testing::runtime().block_on(async {
        let test = testing::sqlite().await;
        let shore = shore(&test, flavour).await;
        let app = shore.app.clone();
        body(shore).await;
        run::drain(&app).await;
    });
}

#[test]
fn a_customers_words_reach_the_inbox_and_the_answer_their_phone_in_every_flavour() {
    for flavour in FLAVOURS {
        on_shore(flavour, |shore| async move {
            shore.says("배송 언제 오나요?").await;
            let conversation = shore.conversation().await;
            shore.answers(&conversation, "오늘 도착해요.", "sent").await;
            assert_eq!(shore.got("오늘 도착해요."), 1, "{flavour}");
        });
    }
}

#[test]
fn a_lost_answer_brings_the_message_once_and_never_twice() {
    on_shore("direct", |shore| async move {
        shore.says("안녕하세요").await;
        let conversation = shore.conversation().await;
        // The notice that chats are kept goes before the first answer; it is not what gets lost here.
        shore.answers(&conversation, "잠시만요.", "sent").await;
        shore.kakao.troubles().set(Trouble::LostAnswer, 1);
        shore.answers(&conversation, "네, 안녕하세요.", "sent").await;
        assert_eq!(shore.got("네, 안녕하세요."), 1);
    });
}

#[test]
fn bizgos_later_result_settles_a_message_whose_answer_was_lost() {
    on_shore("bizgo", |shore| async move {
        shore.says("안녕하세요").await;
        let conversation = shore.conversation().await;
        // The notice that chats are kept goes before the first answer; it is not what gets lost here.
        shore.answers(&conversation, "잠시만요.", "sent").await;
        shore.kakao.troubles().set(Trouble::LostAnswer, 1);
        shore.answers(&conversation, "네, 안녕하세요.", "sent").await;
        assert_eq!(shore.got("네, 안녕하세요."), 1);
    });
}

#[test]
fn k25_a_doubtful_notice_holds_the_answer_back_only_until_its_result_comes() {
    on_shore("bizgo", |shore| async move {
        shore.says("안녕하세요").await;
        let conversation = shore.conversation().await;
        shore.kakao.troubles().set(Trouble::LostAnswer, 1);
        shore.answers(&conversation, "네, 안녕하세요.", "sent").await;
        let calls = shore.kakao.tape().calls_of(USER);
        assert!(calls[0].body["message"].as_str().is_some_and(|text| text.contains("365")), "{calls:?}");
        assert_eq!(calls.len(), 2, "{calls:?}");
    });
}

#[test]
fn ses09_an_ended_session_is_told_and_refused_before_any_call() {
    on_shore("happytalk_v3", |shore| async move {
        shore.says("안녕하세요").await;
        let conversation = shore.conversation().await;
        shore.says("!종료").await;
        until("the end of the session", || async {
            let document =
                shore.client.get(&format!("/conversations/{conversation}")).await.expect("it is there");
            (document["session"]["open"] == false).then_some(())
        })
        .await;
        let path = format!("/conversations/{conversation}/messages");
        let refused = shore.client.post(&path, &json!({"content": {"text": "잠깐만요"}})).await;
        assert_eq!(refused.err().map(|refused| refused.status.as_u16()), Some(409));
        assert_eq!(shore.got("잠깐만요"), 0);
    });
}
