//! Taps and typed answers arrive as choices.

use naru_core::content::{Content, Text, read_content};
use naru_core::desk::Draft;
use naru_core::downgrade::{Menu, Part, PartBody, ReplyButton, choices};
use naru_core::ids::MessageId;
use naru_core::message::AuthorKind;
use naru_gateway::desk::commands::{self, Origin};
use naru_gateway::documents::ChoiceDoc;
use serde_json::json;

use crate::world::{World, line_event, line_text, story};

fn menu() -> Content {
    read_content(&json!({"blocks": [{"type": "text", "spans": [{"text": "무엇을 도와드릴까요?"}]},
        {"type": "replies", "replies": [{"label": "배송", "value": "ship"}, {"label": "환불", "value": "refund"}]}]}))
    .unwrap()
}

/// A message with a menu, sent as a numbered list.
async fn offer(world: &World, conversation: &str) -> MessageId {
    let (app, id) = (world.app.clone(), conversation.to_owned());
    world
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let draft = Draft::out(AuthorKind::Manager, menu());
                let applied = commands::write(tx, &app, &id, draft, &Origin::default()).await?;
                let message: MessageId = applied.message.unwrap().id.parse().unwrap();
                let option = |n: usize, label: &str, value: &str| ReplyButton {
                    label: label.to_owned(),
                    value: value.to_owned(),
                    payload: choices::payload(Some(message), n),
                };
                let options = vec![option(0, "배송", "ship"), option(1, "환불", "refund")];
                let mut part = Part::of("/blocks/1", PartBody::Text(Text::default()));
                part.menu = Some(Menu { first: 1, options });
                commands::parts_sent(tx, &id, message, "d1", &[part], app.clock.now()).await?;
                Ok::<_, commands::CommandError>(message)
            })
        })
        .await
        .unwrap()
}

/// Something without a menu is sent afterwards.
async fn say(world: &World, conversation: &str) {
    let (app, id) = (world.app.clone(), conversation.to_owned());
    world
        .app
        .writer
        .run(move |tx| {
            Box::pin(async move {
                let draft = Draft::out(AuthorKind::Manager, Content::text("잠시만요"));
                let applied = commands::write(tx, &app, &id, draft, &Origin::default()).await?;
                let message: MessageId = applied.message.unwrap().id.parse().unwrap();
                let part = Part::of("/blocks/0", PartBody::Text(Text::default()));
                commands::parts_sent(tx, &id, message, "d2", &[part], app.clock.now()).await?;
                Ok::<_, commands::CommandError>(())
            })
        })
        .await
        .unwrap();
}

async fn greeted(world: &World) -> (String, MessageId) {
    world.line(&[line_text("U1", 1, "안녕")]).await;
    world.drain().await;
    let id = world.conversations(&world.line).await.remove(0).id;
    let message = offer(world, &id).await;
    (id, message)
}

async fn last_choice(world: &World, id: &str) -> Option<ChoiceDoc> {
    world.messages(id).await.into_iter().rfind(|message| message.direction == "in").unwrap().choice
}

fn refund(message: MessageId) -> ChoiceDoc {
    ChoiceDoc { label: "환불".into(), value: "refund".into(), message_id: Some(message.to_string()) }
}

#[test]
fn a_typed_number_chooses_from_the_last_menu_only() {
    story(|world| async move {
        let (id, message) = greeted(&world).await;
        for (n, words) in ["2", "２", "2번"].into_iter().enumerate() {
            world.line(&[line_text("U1", 10 + u32::try_from(n).unwrap(), words)]).await;
            world.drain().await;
            assert_eq!(last_choice(&world, &id).await, Some(refund(message)), "{words}");
        }
        say(&world, &id).await;
        world.line(&[line_text("U1", 20, "2")]).await;
        world.drain().await;
        assert_eq!(last_choice(&world, &id).await, None);
        world.line(&[line_text("U1", 21, "환불")]).await;
        world.drain().await;
        assert_eq!(last_choice(&world, &id).await, Some(refund(message)), "a label still counts");
        world.line(&[line_text("U1", 22, "3")]).await;
        world.drain().await;
        assert_eq!(last_choice(&world, &id).await, None);
    });
}

#[test]
fn a_tap_becomes_a_message_with_its_choice() {
    story(|world| async move {
        let (id, message) = greeted(&world).await;
        say(&world, &id).await;
        let data = choices::payload(Some(message), 1);
        world.line(&[line_event("U1", 30, json!({"type": "postback", "postback": {"data": data}}))]).await;
        world.drain().await;
        let last = world.messages(&id).await.into_iter().rfind(|m| m.direction == "in").unwrap();
        assert_eq!((last.text.as_str(), last.choice), ("환불", Some(refund(message))));
        assert!(world.news_kinds().await.contains(&"postback".to_owned()));
    });
}

#[test]
fn a_foreign_button_keeps_its_value() {
    story(|world| async move {
        let (id, _) = greeted(&world).await;
        let postback = json!({"type": "postback", "postback": {"data": "action=book&id=7"}});
        world.line(&[line_event("U1", 30, postback)]).await;
        world.drain().await;
        let choice = last_choice(&world, &id).await.unwrap();
        assert_eq!((choice.value.as_str(), choice.message_id), ("action=book&id=7", None));
    });
}

#[test]
fn kakaos_own_button_tells_its_payload_beside_the_words() {
    story(|world| async move {
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.drain().await;
        let id = world.conversations(&world.kakao).await.remove(0).id;
        let message = offer(&world, &id).await;
        let extra = choices::payload(Some(message), 1);
        world.kakao_posts("Q1", "1", 5, json!({"type": "text", "contents": ["환불"], "extra": extra})).await;
        world.drain().await;
        assert_eq!(last_choice(&world, &id).await, Some(refund(message)));
    });
}

#[test]
fn a_choice_in_the_web_chat_counts_only_if_it_was_offered() {
    story(|world| async move {
        let hello = json!({"visitor_token": "t", "client_id": "1", "content": {"text": "안녕"}});
        world.post(&world.webchat, "message", Some("v1"), &hello).await;
        world.drain().await;
        let id = world.conversations(&world.webchat).await.remove(0).id;
        let message = offer(&world, &id).await;
        let choose = |client: &str, value: &str| json!({"visitor_token": "t", "client_id": client, "message_id": message.to_string(), "value": value});
        world.post(&world.webchat, "choice", Some("v1"), &choose("2", "refund")).await;
        world.drain().await;
        assert_eq!(last_choice(&world, &id).await, Some(refund(message)));
        world.post(&world.webchat, "choice", Some("v1"), &choose("3", "invented")).await;
        world.drain().await;
        assert_eq!(last_choice(&world, &id).await.unwrap().message_id, None);
    });
}
