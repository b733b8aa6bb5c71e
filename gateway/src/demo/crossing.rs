//! One calm line per crossing: `kakao in → #13 · 3 ms`.

use std::io::Write;

use crate::app::App;
use crate::store::rows::event::{self, DomainEventRow};
use crate::store::{Result, Topic};

/// How many events are read at a time.
const CHUNK: i64 = 100;

/// Prints what goes in and out until the end.
pub(super) async fn tell(app: App) {
    let Ok(mut position) = head(&app).await else { return };
    loop {
        let touched = app.wakes.watch(Topic::Events);
        tokio::pin!(touched);
        touched.as_mut().enable();
        match fresh(&app, position).await {
            Ok(rows) => {
                for row in rows {
                    position = row.position;
                    if let Some(line) = line(&app, &row).await {
                        // A terminal that went away ends the lines, not the demo.
                        let _ = writeln!(std::io::stdout(), "{line}");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the crossings cannot be read"),
        }
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = touched => {}
        }
    }
}

async fn head(app: &App) -> Result<i64> {
    event::head(&mut app.db.read().await?).await
}

async fn fresh(app: &App, position: i64) -> Result<Vec<DomainEventRow>> {
    event::after(&mut app.db.read().await?, position, None, None, CHUNK).await
}

async fn line(app: &App, row: &DomainEventRow) -> Option<String> {
    let words = match row.r#type.as_str() {
        "message.received" => "in →",
        "delivery.sent" => "out ✓",
        "delivery.failed" => "out ✗",
        _ => return None,
    };
    let channel = app.channels.find(row.channel_id.as_deref()?)?;
    let number = number(app, row.conversation_id.as_deref()?).await.ok()?;
    let ms = app.clock.now().0 - row.received_at;
    Some(format!("{} {words} #{number} · {ms} ms", channel.platform.name))
}

/// A conversation's number: how many were begun up to it.
async fn number(app: &App, id: &str) -> Result<i64> {
    crate::store::rows::conversation::number(&mut app.db.read().await?, id).await
}
