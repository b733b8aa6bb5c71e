//! Media: served to whoever knows the token, fetched from where the platform holds them.

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use naru_core::content::{Block, Content, Media, MediaBlock, PlatformMedia, RemoteMedia, StoredMedia};
use naru_core::ids::MediaId;
use naru_gateway::media;
use naru_gateway::store::rows::media::{self as rows, MediaRow};
use naru_gateway::store::rows::message;
use naru_gateway::store::{StoreError, Topic};
use naru_gateway::testing::on_every_engine;
use serde_json::json;
use tower::ServiceExt;

use super::fake::Reply;
use super::world::World;

async fn stored(world: &World, name: &str, bytes: &'static [u8]) -> MediaRow {
    let stream = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(bytes))]);
    media::store_stream(&world.app, stream, name, 1 << 20, None).await.unwrap()
}

async fn get(world: &World, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    media::router(&world.app).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

fn header<'r>(response: &'r Response<Body>, name: &str) -> &'r str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

async fn body(response: Response<Body>) -> Bytes {
    to_bytes(response.into_body(), 1 << 24).await.unwrap()
}

#[test]
fn a_file_is_served_as_a_download_that_no_browser_runs() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let page = stored(&world, "../\u{202e}보증서.html", b"<html><script>alert(1)</script>").await;
        assert_eq!(page.name, "보증서.html");
        let response = get(&world, &format!("/m/{}/x", page.token), &[]).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-type"), "application/octet-stream");
        assert!(header(&response, "content-disposition").starts_with("attachment; filename*=UTF-8''%EB"));
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert!(header(&response, "content-security-policy").contains("sandbox"));
        assert_eq!(&body(response).await[..], b"<html><script>alert(1)</script>");
        let guess = get(&world, "/m/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/x", &[]).await;
        assert_eq!(guess.status(), StatusCode::NOT_FOUND);
        assert!(page.token.len() >= 32);
    });
}

#[test]
fn a_broken_download_goes_on_where_it_stopped() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let file = stored(&world, "a.pdf", b"%PDF-0123456789").await;
        let path = format!("/m/{}/a.pdf", file.token);
        let part = get(&world, &path, &[("range", "bytes=5-")]).await;
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(header(&part, "content-range"), "bytes 5-14/15");
        assert_eq!(&body(part).await[..], b"0123456789");
        let beyond = get(&world, &path, &[("range", "bytes=15-")]).await;
        assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
        let whole = get(&world, &path, &[]).await;
        let known = header(&whole, "etag").to_owned();
        let again = get(&world, &path, &[("if-none-match", &known)]).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    });
}

/// A message from a customer that shows this medium, which is to be fetched.
async fn pending(world: &World, channel: &str, source: Media) -> MediaRow {
    let conversation = world.conversation(channel, "U1").await;
    let message_id = world.say(&conversation, "사진").await;
    let now = world.app.clock.now();
    let id: MediaId = world.app.ids.next(now);
    let shown = StoredMedia { id, state: None, reason: None, mime: None, size: None };
    let content = Content::block(Block::Image(MediaBlock::of(Media::Stored(shown))));
    let row = MediaRow {
        id: id.to_string(),
        token: naru_gateway::clock::token::<24>(),
        sha256: None,
        name: "image".into(),
        mime: None,
        size: None,
        width: None,
        height: None,
        duration_ms: None,
        state: "pending".into(),
        reason: None,
        source: Some(serde_json::to_string(&source).unwrap()),
        channel_id: Some(channel.into()),
        conversation_id: Some(conversation),
        message_id: Some(message_id.clone()),
        tries: 0,
        next_at: Some(now.0),
        trace_id: None,
        created_at: now.0,
    };
    let new = row.clone();
    world
        .app
        .writer
        .run::<(), StoreError, _>(move |tx| {
            Box::pin(async move {
                let mut known = message::get(tx, &message_id).await?.expect("the message is there");
                known.content = serde_json::to_string(&content).expect("content is JSON");
                message::put(tx, &[known]).await?;
                rows::put(tx, &[new]).await
            })
        })
        .await
        .unwrap();
    row
}

async fn now_as(world: &World, id: &str) -> MediaRow {
    rows::get(&mut world.app.db.read().await.unwrap(), id).await.unwrap().unwrap()
}

#[test]
fn a_video_that_line_still_prepares_is_waited_for_and_then_told() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let line = world.line().await;
        let status = |word: &str| Reply::Json(200, None, json!({"status": word}));
        world.fake.then("/transcoding", [status("processing"), status("succeeded")]);
        world.fake.then(
            "/content",
            [
                Reply::Json(202, None, json!({})),
                Reply::Json(202, None, json!({})),
                Reply::Json(200, None, json!({"these": "bytes"})),
            ],
        );
        let source = Media::Platform(PlatformMedia { reference: "325708".into() });
        let row = pending(&world, &line, source).await;
        media::start(&world.app);
        world.eventually("it is tried", || async { now_as(&world, &row.id).await.tries == 1 }).await;
        world.app.clock.advance(6_000);
        world.app.wakes.wake(Topic::Media);
        world.eventually("it is there", || async { now_as(&world, &row.id).await.state == "ready" }).await;
        let ready = now_as(&world, &row.id).await;
        assert_eq!((ready.mime.as_deref(), ready.size), (Some("text/plain"), Some(17)));
        assert!(world.news().await.contains(&"message.media_ready".to_owned()));
        let mut tx = world.app.db.read().await.unwrap();
        let shown = message::get(&mut tx, ready.message_id.as_deref().unwrap()).await.unwrap().unwrap();
        assert!(shown.content.contains(r#""state":"ready""#), "{}", shown.content);
        drop(tx);
        world.stop().await;
    });
}

#[test]
fn ssrf_a_medium_on_a_host_that_is_not_the_platforms_is_not_fetched() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let kakao = world.kakao().await;
        let port = world.fake.base.rsplit(':').next().unwrap().to_owned();
        let source = Media::Remote(RemoteMedia { url: format!("http://localhost:{port}/secret") });
        let row = pending(&world, &kakao, source).await;
        media::start(&world.app);
        world
            .eventually("it is given up", || async { now_as(&world, &row.id).await.state == "failed" })
            .await;
        let failed = now_as(&world, &row.id).await;
        assert!(failed.reason.unwrap().contains("none of the hosts"), "the reason says why");
        assert!(world.fake.asked("/secret").is_empty());
        world.stop().await;
    });
}

/// The most memory that this process has held so far, in KiB; `None` where the system does not tell.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn a_large_medium_streams_through_flat_memory() {
    naru_gateway::testing::runtime().block_on(async {
        const CHUNKS: usize = 96;
        let world = World::new(&naru_gateway::testing::sqlite().await).await;
        let chunk = Bytes::from(vec![b'x'; 1 << 20]);
        let before = peak();
        let stream = futures::stream::iter((0..CHUNKS).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
        let row = media::store_stream(&world.app, stream, "large.txt", 1 << 30, None).await.unwrap();
        assert_eq!(row.size, i64::try_from(CHUNKS << 20).ok());
        let response = get(&world, &format!("/m/{}/large.txt", row.token), &[]).await;
        let mut body = response.into_body();
        let mut seen = 0;
        while let Some(frame) = http_body_util::BodyExt::frame(&mut body).await {
            seen += frame.unwrap().into_data().map_or(0, |data| data.len());
        }
        assert_eq!(seen, CHUNKS << 20);
        if let (Some(before), Some(after)) = (before, peak()) {
            assert!(after - before < 48 << 10, "{} KiB more for a medium of {CHUNKS} MiB", after - before);
        }
    });
}
