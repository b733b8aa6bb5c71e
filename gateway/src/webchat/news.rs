//! What a visitor is shown of what becomes of their conversation: that it was read, that it ended.

use naru_core::desk::News;
use naru_core::ids::EventId;
use naru_core::time::Millis;
use serde_json::json;

use crate::app::App;
use crate::channels::Channel;
use crate::store::Topic;
use crate::store::rows::frame::NewFrame;

/// The frame by which a visitor sees this news; `None` for news that is none of theirs, and on any other platform. The
/// desk stores it in the transaction of the change itself.
pub(crate) fn frame_of(
    app: &App,
    channel: &Channel,
    visitor: &str,
    conversation_id: &str,
    news: &News,
    now: Millis,
) -> Option<NewFrame> {
    if channel.platform.name != "webchat" {
        return None;
    }
    let kind = match news {
        News::Closed { .. } => "closed",
        News::Opened => "opened",
        News::SeenByUs => "read",
        _ => return None,
    };
    Some(NewFrame {
        channel_id: channel.row.id.clone(),
        external_id: visitor.to_owned(),
        kind: kind.to_owned(),
        key: app.ids.next::<EventId>(now).to_string(),
        message_id: None,
        body: json!({ "type": kind, "conversation_id": conversation_id }).to_string(),
        created_at: now.0,
    })
}

/// Lets every open stream look again when the desk has stored frames. Ends with `app.shutdown`.
pub async fn follow(app: App) {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = app.wakes.wait(Topic::Frames) => app.streams.look_again(),
        }
    }
}
