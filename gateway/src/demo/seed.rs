//! Plays the stories of the past three days through the gateway, with a clock that goes from then to now.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Context;
use naru_core::time::DAY;
use serde_json::{Value, json};

use super::story::{Beat, PAUSE, STORIES, Story};
use super::visitor::Visitor;
use super::{Client, Demo};
use crate::app::App;
use crate::clock::Clock;
use crate::sandbox::Act;
use crate::store::Topic;
use crate::store::rows::quiet;

/// How far back the stories reach.
pub(super) const PAST: i64 = 3 * DAY;

/// How long a beat may take to go through; a demo on a slow machine is better than none.
const PATIENCE: Duration = Duration::from_secs(10);

struct Seeder<'a> {
    app: &'a App,
    demo: &'a Demo,
    clock: &'a Clock,
    visitors: HashMap<usize, Visitor>,
    webchat_hook: String,
}

/// Plays every story; afterwards the clock is the machine's.
pub(super) async fn seed(app: &App, demo: &Demo, clock: &Clock) -> anyhow::Result<()> {
    let webchat = demo.channels.get("webchat").context("the web chat is connected")?;
    let channel = demo.client.get(&format!("/channels/{webchat}")).await?;
    let webchat_hook = channel["hook_url"].as_str().context("a channel has a hook")?.to_owned();
    let mut seeder = Seeder { app, demo, clock, visitors: HashMap::new(), webchat_hook };
    // The clock was set back by `PAST` when the gateway was opened; `now` is what it will show at the end.
    let now = clock.now() + PAST;
    for story in &STORIES {
        let begins = now - story.ago;
        clock.advance((begins.0 - clock.now().0).max(0));
        if let Err(error) = seeder.play(story).await {
            // A demo that lacks a part of its past is better than none.
            tracing::error!(platform = story.platform, "a story broke off: {error:#}");
        }
    }
    clock.advance(now.0 - clock.now().0);
    Ok(())
}

impl Seeder<'_> {
    async fn play(&mut self, story: &Story) -> anyhow::Result<()> {
        for beat in story.beats {
            if let Beat::Later(ms) = beat {
                self.clock.advance(*ms);
                continue;
            }
            self.beat(story, beat).await.with_context(|| format!("{beat:?}"))?;
            self.settle().await?;
            self.clock.advance(PAUSE);
        }
        Ok(())
    }

    async fn beat(&mut self, story: &Story, beat: &Beat) -> anyhow::Result<()> {
        match beat {
            Beat::Says(text) | Beat::Chooses(text) => self.says(story, text).await,
            Beat::Enters(page) => self.enters(story, page).await,
            Beat::Again => self.again(story).await,
            Beat::Answers(words) => self.answer(story, json!({ "markdown": words })).await,
            Beat::Asks(words, replies) => {
                let replies: Vec<Value> =
                    replies.iter().map(|(label, value)| json!({ "label": label, "value": value })).collect();
                let text = json!({ "type": "text", "spans": [{ "text": words }] });
                self.answer(story, json!({ "blocks": [text, { "type": "replies", "replies": replies }] }))
                    .await
            }
            Beat::Leaves => self.act(story, Act::Leave).await,
            Beat::LeavesUnheard => self.leaves_unheard(story),
            Beat::Closes => {
                let id = self.conversation(story).await?;
                self.client().post(&format!("/conversations/{id}/close"), &json!({})).await?;
                Ok(())
            }
            Beat::Later(_) => Ok(()),
        }
    }

    fn client(&self) -> &Client {
        &self.demo.client
    }

    fn customer(&self, story: &Story) -> anyhow::Result<String> {
        let phone = self.demo.sandbox.phone(story.platform).context("the platform is played")?;
        let customers = phone.customers();
        Ok(customers.get(story.customer).context("the platform has that many customers")?.id.clone())
    }

    async fn act(&self, story: &Story, act: Act) -> anyhow::Result<()> {
        let customer = self.customer(story)?;
        self.demo.sandbox.act(story.platform, &customer, &act).await?;
        Ok(())
    }

    async fn visitor(&mut self, story: &Story) -> anyhow::Result<&Visitor> {
        const NAMES: [&str; 3] = ["박서준", "한지우", "오예린"];
        if !self.visitors.contains_key(&story.customer) {
            let profile = json!({ "name": NAMES[story.customer % NAMES.len()] });
            let visitor = Visitor::arrive(&self.webchat_hook, "https://shop.example/", &profile).await?;
            self.visitors.insert(story.customer, visitor);
        }
        self.visitors.get(&story.customer).context("the visitor has arrived")
    }

    async fn says(&mut self, story: &Story, text: &str) -> anyhow::Result<()> {
        if story.platform == "webchat" {
            return self.visitor(story).await?.says(text).await;
        }
        self.act(story, Act::Text { text: text.to_owned() }).await
    }

    async fn enters(&mut self, story: &Story, page: &str) -> anyhow::Result<()> {
        if story.platform == "webchat" {
            return self.visitor(story).await?.start(page).await;
        }
        self.act(story, Act::Enter { reference: Some(page.to_owned()).filter(|page| !page.is_empty()) }).await
    }

    async fn again(&self, story: &Story) -> anyhow::Result<()> {
        if story.platform != "webchat" {
            self.demo.sandbox.again(story.platform, 2).await?;
        }
        Ok(())
    }

    /// The platform knows that the session is over; its webhook stays in a drawer.
    fn leaves_unheard(&self, story: &Story) -> anyhow::Result<()> {
        let customer = self.customer(story)?;
        let phone = self.demo.sandbox.phone(story.platform).context("the platform is played")?;
        phone.act(&customer, &Act::Leave, self.clock.now()).map_err(anyhow::Error::msg)?;
        Ok(())
    }

    async fn answer(&self, story: &Story, content: Value) -> anyhow::Result<()> {
        let id = self.conversation(story).await?;
        self.client().post(&format!("/conversations/{id}/messages"), &json!({ "content": content })).await?;
        Ok(())
    }

    /// The newest conversation on the story's channel: stories do not overlap.
    async fn conversation(&self, story: &Story) -> anyhow::Result<String> {
        let channel = &self.demo.channels[story.platform];
        let page = self.client().get(&format!("/conversations?channel_id={channel}&limit=1")).await?;
        page["items"][0]["id"].as_str().map(str::to_owned).context("the conversation has begun")
    }

    /// Waits until everything that came in was applied and everything that goes out has left or waits for its time.
    async fn settle(&self) -> anyhow::Result<()> {
        let settled = async {
            loop {
                let touched = self.app.wakes.watch(Topic::Events);
                tokio::pin!(touched);
                touched.as_mut().enable();
                if quiet::is_quiet(&mut self.app.db.read().await?, self.app.clock.now().0).await? {
                    return anyhow::Ok(());
                }
                // Not every step towards quiet tells of itself.
                let _ = tokio::time::timeout(Duration::from_millis(10), touched).await;
            }
        };
        tokio::time::timeout(PATIENCE, settled).await.context("the demo's past takes too long to settle")?
    }
}
