//! The walk: what somebody does who has never seen Naru, from the screen alone.

use std::path::{Path, PathBuf};

use naru_gateway::demo::{Options, Stage};
use serde_json::Value;

use super::cdp::{Page, find};

/// One way to walk: a language and a width.
#[derive(Clone, Copy)]
struct Way {
    language: &'static str,
    width: u32,
}

impl Way {
    fn narrow(self) -> bool {
        self.width < 700
    }

    /// The words in the way's language.
    fn words(self, ko: &'static str, en: &'static str) -> &'static str {
        if self.language == "ko" { ko } else { en }
    }
}

/// A walker: a demo of its own and a browser of its own.
struct Walker {
    page: Page,
    stage: Stage,
    way: Way,
}

fn text(words: &str) -> String {
    Value::from(words).to_string()
}

fn shows(selector: &str, words: &str) -> String {
    format!(
        "[...document.querySelectorAll({})].some((it) => it.innerText.includes({}))",
        text(selector),
        text(words)
    )
}

impl Walker {
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.stage.app.public_url)
    }

    async fn go(&self, path: &str, ready: &str) {
        self.page.goto(&self.at(path)).await;
        let wanted = format!(
            "location.pathname === {} && document.documentElement.dataset.ready === {}",
            text(path),
            text(ready)
        );
        self.page.until(&wanted).await;
    }

    async fn sees(&self, selector: &str, words: &str) {
        self.page.until(&shows(selector, words)).await;
    }

    async fn takes_picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("NARU_TEST_PICTURES") else { return };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in a workspace");
        let folder: PathBuf = root.join(folder);
        std::fs::create_dir_all(&folder).expect("the folder of the pictures");
        let file = format!("{name}-{}-{}.png", self.way.language, self.way.width);
        std::fs::write(folder.join(file), self.page.picture().await).expect("a picture is written");
    }

    /// Nothing on the page is wider than the window, and the console has nothing to complain of.
    async fn is_sound(&self, place: &str) {
        let wide = self.page.eval("document.documentElement.scrollWidth - innerWidth").await;
        assert!(wide.as_i64().unwrap_or(0) <= 0, "{place} is {wide} pixels too wide at {}", self.way.width);
        let heard = self.page.complaints().await;
        assert!(heard.is_empty(), "{place}: {heard:?}");
    }

    /// The id of the newest conversation on a platform.
    async fn newest(&self, platform: &str) -> String {
        let channel = &self.stage.demo.channels[platform];
        let page = self.stage.demo.client.get(&format!("/conversations?channel_id={channel}&limit=1")).await;
        page.expect("a list")["items"][0]["id"].as_str().expect("a conversation").to_owned()
    }

    async fn writes_on_phone(&self, platform: &str, words: &str) {
        let field = format!("[data-platform={platform}] input[name=words]");
        self.page.press(&field).await;
        self.page.type_text(words).await;
        self.page.key("Enter").await;
        self.sees(&format!("[data-platform={platform}] .mine"), words).await;
    }

    async fn presses_words(&self, within: &str, words: &str) {
        let found = format!(
            "[...document.querySelectorAll({})].find((it) => it.innerText.trim().startsWith({}))",
            text(within),
            text(words)
        );
        self.page.press_found(&found).await;
    }
}

async fn walk(way: Way) {
    let Some(chromium) = find() else {
        let required = std::env::var("NARU_TEST_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|name| name == "chromium"), "there is no Chromium here");
        eprintln!("skipped: there is no Chromium here");
        return;
    };
    let listen = "127.0.0.1:0".parse().expect("an address");
    let stage = Stage::open(Options { listen, data: None }, naru_adapters::PLATFORMS).await.expect("a demo");
    let page = Page::open(&chromium).await;
    page.size(way.width, if way.narrow() { 740 } else { 800 }).await;
    let walker = Walker { page, stage, way };
    log_in(&walker).await;
    write_as_customer(&walker).await;
    answer(&walker).await;
    tap(&walker).await;
    leave_the_room(&walker).await;
    break_line(&walker).await;
    inspect(&walker).await;
    look_at_the_other_pages(&walker).await;
    connect_a_real_channel(&walker).await;
    walker.page.close().await;
    walker.stage.close().await;
}

/// 1:00. The link logs in; twelve conversations, nothing empty, the three steps can be closed.
async fn log_in(walker: &Walker) {
    walker.page.goto(&walker.stage.login).await;
    walker.page.until("document.documentElement.dataset.ready === 'inbox'").await;
    walker.go_language().await;
    walker.page.until("Number(document.getElementById('rows').dataset.loaded) === 12").await;
    walker.sees("#rows .chip", walker.way.words("실패", "Failed")).await;
    walker.sees("#rows .chip", walker.way.words("종료", "Closed")).await;
    walker.sees("#rows .chip", walker.way.words("봇", "Bot")).await;
    walker.takes_picture("inbox").await;
    walker.page.press("#dismiss").await;
    walker.page.until("!document.getElementById('steps')").await;
    walker.page.dark(true).await;
    walker.takes_picture("inbox-dark").await;
    walker.page.dark(false).await;
    walker.is_sound("the inbox").await;
}

impl Walker {
    async fn go_language(&self) {
        self.page.goto(&self.at(&format!("/?lang={}", self.way.language))).await;
        let wanted = format!(
            "document.documentElement.lang === {} && document.documentElement.dataset.ready === 'inbox'",
            text(self.way.language)
        );
        self.page.until(&wanted).await;
    }
}

/// 1:30. The customer writes on the Kakao phone.
async fn write_as_customer(walker: &Walker) {
    walker.go("/sandbox", "phones").await;
    walker.sees("[data-platform=kakao] .said", "365").await;
    walker.writes_on_phone("kakao", "환불하고 싶어요").await;
    walker.sees("[data-platform=kakao] .said-back", "200").await;
    walker.page.eval("scrollTo(0, 0)").await;
    walker.takes_picture("phones").await;
    walker.is_sound("the phones").await;
}

/// 2:30. The example, the preview in both ways, and what arrives.
async fn answer(walker: &Walker) {
    let id = walker.newest("kakao").await;
    walker.go(&format!("/conversations/{id}"), "inbox").await;
    walker.sees("#messages .message.in", "환불하고 싶어요").await;
    walker.sees("#facts", walker.way.words("세션 열림", "Session open")).await;
    walker.page.press("#example").await;
    walker.page.until("document.querySelectorAll('#pieces .piece').length === 3").await;
    if walker.way.narrow() {
        walker.page.press("[data-side=open]").await;
    }
    walker.sees(".rendition[data-platform=kakao] .changes", "D01").await;
    walker.sees(".rendition[data-platform=kakao] .changes", "D03").await;
    walker.takes_picture("answer").await;
    walker
        .presses_words(
            ".rendition[data-platform=kakao] .segments button",
            walker.way.words("네이티브", "Native"),
        )
        .await;
    walker
        .sees(".rendition[data-platform=kakao] .stacked", walker.way.words("배송 조회", "Track parcel"))
        .await;
    if walker.way.narrow() {
        walker.page.press(".side [data-side='']").await;
    }
    walker.is_sound("the composer").await;
    walker.page.press("#send").await;
    walker.sees("#messages .message.out .state", walker.way.words("보냄", "Sent")).await;
    walker.sees("#messages .message.out summary", walker.way.words("바뀐 것", "changes")).await;
}

/// 4:00. A tap on the phone is a choice in the inbox.
async fn tap(walker: &Walker) {
    walker.go("/sandbox", "phones").await;
    let refund = walker.way.words("환불", "Refund");
    walker.sees("[data-platform=kakao] .said", "https://shop.example/orders/1024").await;
    walker.presses_words("[data-platform=kakao] button.tap", refund).await;
    walker.sees("[data-platform=kakao] .said-back", "200").await;
    let id = walker.newest("kakao").await;
    walker.go(&format!("/conversations/{id}"), "inbox").await;
    walker.sees("#messages .choice", refund).await;
    walker.takes_picture("choice").await;
}

/// 5:00. The customer leaves: the composer is locked, and says why.
async fn leave_the_room(walker: &Walker) {
    walker.go("/sandbox", "phones").await;
    walker
        .presses_words(
            "[data-platform=kakao] .controls button",
            walker.way.words("방 나가기", "Leave the room"),
        )
        .await;
    walker.sees("[data-platform=kakao] .sys", walker.way.words("종료", "ended")).await;
    let id = walker.newest("kakao").await;
    walker.go(&format!("/conversations/{id}"), "inbox").await;
    walker
        .page
        .until("!document.getElementById('locked').hidden && document.getElementById('composer').hidden")
        .await;
    walker.takes_picture("locked").await;
}

/// 5:00. LINE is rate limited, then sends; a webhook comes three times more; a forged one is refused.
async fn break_line(walker: &Walker) {
    walker.go("/sandbox", "phones").await;
    walker.writes_on_phone("line", "교환 될까요?").await;
    walker
        .presses_words(
            "[data-platform=line] .controls button",
            walker.way.words("마지막 웹훅", "Last webhook"),
        )
        .await;
    walker.sees("[data-platform=line] .said-back", "200").await;
    walker
        .presses_words("[data-platform=line] .controls button", walker.way.words("요청 제한", "Rate limit"))
        .await;
    walker.page.until("document.querySelector('[data-platform=line] .controls [aria-pressed=true]')").await;
    let id = walker.newest("line").await;
    walker.go(&format!("/conversations/{id}"), "inbox").await;
    walker
        .sees("#messages .message.in .chip", walker.way.words("중복 3건 무시", "3 duplicates ignored"))
        .await;
    walker.page.press("#words").await;
    walker.page.type_text("네, 됩니다.").await;
    walker.page.key("Enter").await;
    walker.sees("#messages .message.out", "네, 됩니다.").await;
    walker.page.until("document.querySelector('#messages [data-next]')").await;
    walker.takes_picture("retry").await;
    walker.sees("#messages .message.out:last-child .state", walker.way.words("보냄", "Sent")).await;
    walker.go("/sandbox", "phones").await;
    walker.sees("[data-platform=line] .said", "네, 됩니다.").await;
    walker
        .presses_words("[data-platform=line] .controls button", walker.way.words("서명 위조", "Forge"))
        .await;
    walker.sees("[data-platform=line] .said-back", "401").await;
}

/// 7:00. The inspector says what was refused, and replays what was not.
async fn inspect(walker: &Walker) {
    walker.go("/journal", "journal").await;
    walker.page.until("document.querySelector('#rows tr[data-verdict=refused]')").await;
    walker.sees("#rows tr[data-verdict=refused]", "401").await;
    walker.takes_picture("journal").await;
    walker.is_sound("the list of webhooks").await;
    walker.page.press("#rows tr[data-verdict=accepted] a").await;
    walker.page.until("document.documentElement.dataset.ready === 'journal-row'").await;
    walker.page.until("document.getElementById('body')?.textContent.length > 20").await;
    walker.page.press("#dryrun").await;
    walker.page.until("!document.getElementById('replayed').hidden").await;
    walker.takes_picture("webhook").await;
    walker.is_sound("a webhook").await;
}

/// 7:30. Deliveries and the page for programs.
async fn look_at_the_other_pages(walker: &Walker) {
    walker.go("/deliveries", "deliveries").await;
    walker.page.until("Number(document.getElementById('rows').dataset.loaded) > 5").await;
    walker.is_sound("the list of deliveries").await;
    walker.page.press("#rows a").await;
    walker.page.until("document.documentElement.dataset.ready === 'delivery'").await;
    walker.page.until("document.querySelectorAll('#parts .card').length > 1").await;
    walker.takes_picture("delivery").await;
    walker.is_sound("a delivery").await;
    walker.go("/developers", "developers").await;
    walker.sees("#curl", &walker.stage.demo.api_key).await;
    walker.takes_picture("developers").await;
    walker.is_sound("the page for programs").await;
}

/// 8:30. A channel of one's own: four steps, a form, a check that says what is wrong, a wait for the first webhook.
async fn connect_a_real_channel(walker: &Walker) {
    walker.go("/channels", "shell").await;
    walker.is_sound("the channels").await;
    walker.go("/channels/new/line", "channel").await;
    walker.page.until("document.querySelectorAll('ol.stack > li').length === 4").await;
    walker.takes_picture("channel-new").await;
    walker.is_sound("a new channel").await;
    walker.page.press("#f-credentials-channel_secret").await;
    walker.page.type_text("0123456789abcdef0123456789abcdef").await;
    walker.page.press("#f-credentials-channel_access_token").await;
    walker.page.type_text("not-the-right-token").await;
    let played = format!("{}/line", walker.stage.demo.played_at);
    walker.page.eval(&format!("document.querySelector('details').open = true, document.getElementById('f-settings-api_base').value = {}", text(&played))).await;
    walker.page.press("#channelform button.primary").await;
    walker
        .page
        .until("document.getElementById('golive') && document.documentElement.dataset.ready === 'channel'")
        .await;
    walker.sees("#golive", walker.way.words("첫 웹훅을 기다리는 중", "Waiting for the first webhook")).await;
    walker.page.press("#check").await;
    walker.sees("#checked", "401").await;
    walker.takes_picture("channel").await;
    walker.is_sound("a channel").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_ten_minutes_in_korean_at_a_desk() {
    walk(Way { language: "ko", width: 1280 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_ten_minutes_in_english_on_a_phone() {
    walk(Way { language: "en", width: 360 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_ten_minutes_in_english_at_a_desk() {
    walk(Way { language: "en", width: 1280 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_ten_minutes_in_korean_on_a_phone() {
    walk(Way { language: "ko", width: 360 }).await;
}
