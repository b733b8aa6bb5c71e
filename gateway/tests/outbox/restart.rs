//! What a process that died in the midst leaves to the next one.

use naru_core::content::{Block, Content, Media, MediaBlock, StoredMedia};
use naru_gateway::media;
use naru_gateway::outbox::SendOptions;
use naru_gateway::testing::{self, on_every_engine};

use super::fake::Reply;
use super::world::World;

fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(600, 300).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn picture(world: &World) -> Content {
    let bytes = futures::stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from(png()))]);
    let row = media::store_stream(&world.app, bytes, "사진.png", 100_000, None).await.unwrap();
    assert_eq!((row.mime.as_deref(), row.width, row.height), (Some("image/png"), Some(600), Some(300)));
    let id = row.id.parse().unwrap();
    let stored = StoredMedia { id, state: None, reason: None, mime: None, size: None };
    Content::block(Block::Image(MediaBlock::of(Media::Stored(stored))))
}

#[test]
fn a_recorded_upload_is_not_repeated_after_a_crash() {
    on_every_engine(|test| async move {
        let world = World::new(&test).await;
        let kakao = world.kakao().await;
        let conversation = world.conversation(&kakao, "K1").await;
        let content = picture(&world).await;
        world.fake.then("/write", [Reply::Hangs]);
        let message = world.send(&conversation, content, SendOptions::default()).await;
        world.start();
        world
            .eventually("the bubble is being written", || async { world.fake.asked("/write").len() == 1 })
            .await;
        let upload = &world.fake.asked("/upload")[0];
        let png = png();
        assert!(upload.body.windows(png.len()).any(|bytes| bytes == png), "the bytes are in the upload");
        // The first process hangs for ever, as a dead one does; the next one finds its rows.
        let next = World { app: testing::app_again(&world.app).await, fake: world.fake.clone() };
        next.start();
        next.until(&message, "sent").await;
        assert_eq!(next.fake.asked("/upload").len(), 1, "the upload's answer was recorded");
        let writes = next.fake.asked("/write");
        assert_eq!(writes.len(), 2, "nobody knows whether the first bubble was written");
        assert_eq!(writes[0].body, writes[1].body, "the same serial number lets Kakao know it again");
        let outcomes: Vec<_> =
            next.calls(&message).await.into_iter().filter_map(|call| call.outcome).collect();
        assert_eq!(outcomes, ["answered", "lost", "answered"]);
    });
}
