//! What people do while customers write.

use naru_core::content::Content;
use naru_core::desk::{ClosedBy, Draft};
use naru_core::message::AuthorKind;
use naru_gateway::desk::commands::{self, CommandError, Origin};
use naru_gateway::pipeline;

use crate::world::{line_text, story};

#[test]
fn a_managers_commands_during_a_burst_are_never_overwritten() {
    story(|world| async move {
        world.line(&[line_text("U1", 0, "0")]).await;
        world.drain().await;
        let id = world.conversations(&world.line).await.remove(0).id;
        let burst = async {
            for n in 1..=60 {
                world.line(&[line_text("U1", n, &n.to_string())]).await;
                if n % 7 == 0 {
                    pipeline::drain(&world.app).await.unwrap();
                }
            }
            pipeline::drain(&world.app).await.unwrap();
        };
        let manager = async {
            for n in 0..30 {
                let (app, id) = (world.app.clone(), id.clone());
                let text = format!("답장 {n}");
                world
                    .app
                    .writer
                    .run(move |tx| {
                        Box::pin(async move {
                            let draft = Draft::out(AuthorKind::Manager, Content::text(text));
                            commands::write(tx, &app, &id, draft, &Origin::default()).await.map(drop)
                        })
                    })
                    .await
                    .unwrap();
            }
        };
        futures::join!(burst, manager);
        let messages = world.messages(&id).await;
        assert_eq!(messages.len(), 91);
        assert!(messages.iter().map(|message| message.seq).eq(1..=91), "every number exactly once");
        let replies: Vec<String> =
            messages.iter().filter(|m| m.direction == "out").map(|m| m.text.clone()).collect();
        assert_eq!(replies, (0..30).map(|n| format!("답장 {n}")).collect::<Vec<_>>());
        let conversation = world.conversations(&world.line).await.remove(0);
        assert_eq!(conversation.control, "human");
        assert_eq!(conversation.last_message.unwrap().seq, 91);
    });
}

#[test]
fn reading_and_closing_say_so() {
    story(|world| async move {
        world.line(&[line_text("U1", 1, "안녕")]).await;
        world.drain().await;
        let conversation = world.conversations(&world.line).await.remove(0);
        assert_eq!((conversation.unread, conversation.state.as_str()), (1, "open"));
        let (app, id) = (world.app.clone(), conversation.id.clone());
        let (read, closed) = world
            .app
            .writer
            .run(move |tx| {
                Box::pin(async move {
                    let read = commands::read(tx, &app, &id, &Origin::default()).await?;
                    let closed = commands::close(tx, &app, &id, ClosedBy::Api, &Origin::default()).await?;
                    Ok::<_, CommandError>((read, closed))
                })
            })
            .await
            .unwrap();
        assert_eq!(read.unread, 0);
        assert_eq!((closed.state.as_str(), closed.closed_by.as_deref()), ("closed", Some("api")));
        let kinds = world.news_kinds().await;
        assert!(kinds.contains(&"conversation.read".to_owned()));
        assert!(kinds.contains(&"conversation.closed".to_owned()));
    });
}

#[test]
fn blocking_ends_kakaos_session_and_tells_the_platform() {
    story(|world| async move {
        world.kakao_says("Q1", "1", 0, "안녕").await;
        world.drain().await;
        let conversation = world.conversations(&world.kakao).await.remove(0);
        let (app, contact) = (world.app.clone(), conversation.contact.id.clone());
        world
            .app
            .writer
            .run(move |tx| {
                Box::pin(async move { commands::block(tx, &app, &contact, true, &Origin::default()).await })
            })
            .await
            .unwrap();
        let blocked = world.conversations(&world.kakao).await.remove(0);
        assert!(blocked.contact.blocked && !blocked.session.open);
        assert!(world.deliveries().await.iter().any(|row| row.kind == "block" && row.state == "queued"));
        assert!(world.news_kinds().await.contains(&"identity.blocked".to_owned()));
    });
}

#[test]
fn a_command_for_nobody_says_so() {
    story(|world| async move {
        let app = world.app.clone();
        let missing: Result<_, CommandError> = world
            .app
            .writer
            .run(move |tx| {
                Box::pin(
                    async move { commands::read(tx, &app, "nobody", &Origin::default()).await.map(drop) },
                )
            })
            .await;
        assert!(matches!(missing, Err(CommandError::NotFound("conversation"))));
    });
}
