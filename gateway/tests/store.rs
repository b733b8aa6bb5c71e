//! The store story: the same functions on every engine.

use bytes::Bytes;
use naru_gateway::store::rows::journal::JournalRow;
use naru_gateway::store::{StoreError, Wakes, Writer, migrations};
use naru_gateway::testing::on_every_engine;

fn row(number: usize) -> JournalRow {
    JournalRow {
        id: format!("{number:08}"),
        channel_id: "c".into(),
        platform: "line".into(),
        received_at: 1,
        method: "POST".into(),
        suffix: String::new(),
        query: String::new(),
        headers: "[]".into(),
        body: Bytes::from_static(b"\x00\xffraw"),
        body_ref: None,
        body_size: 5,
        verdict: "accepted",
        reason: None,
        status: 200,
        peer: "127.0.0.1".into(),
        visitor: None,
        trace_id: "t".into(),
    }
}

#[test]
fn the_schema_goes_up_once_and_refuses_a_newer_database() {
    on_every_engine(|test| async move {
        let again = migrations::up(&test.db).await.unwrap();
        assert_eq!(again.applied, again.known);
        test.db
            .write_once(|tx| Box::pin(tx.execute("INSERT INTO schema_version (version) VALUES (9999)")))
            .await
            .unwrap();
        assert!(matches!(migrations::up(&test.db).await, Err(StoreError::Newer { found: 9999, .. })));
    });
}

#[test]
fn journal_rows_of_any_number_are_stored_in_a_few_statements() {
    on_every_engine(|test| async move {
        let writer = Writer::start(&test.db, &Wakes::default());
        let rows = (0..700).map(|number| writer.journal(row(number)));
        for stored in futures::future::join_all(rows).await {
            stored.unwrap();
        }
        let mut tx = test.db.read().await.unwrap();
        assert_eq!(naru_gateway::store::rows::journal::pending(&mut tx, 1_000).await.unwrap().len(), 700);
    });
}

#[test]
fn a_failed_command_takes_back_only_its_own_writes() {
    on_every_engine(|test| async move {
        let writer = Writer::start(&test.db, &Wakes::default());
        let good = writer.run(|tx| {
            Box::pin(async move { tx.execute("INSERT INTO schema_version (version) VALUES (0)").await })
        });
        let bad = writer.run::<(), StoreError, _>(|tx| {
            Box::pin(async move {
                tx.execute("INSERT INTO schema_version (version) VALUES (-1)").await?;
                tx.execute("INSERT INTO no_such_table (a) VALUES (1)").await
            })
        });
        let panicking = writer.run::<(), StoreError, _>(|_| Box::pin(async { panic!("a bug") }));
        let (good, bad, panicking) = futures::join!(good, bad, panicking);
        good.unwrap();
        assert!(matches!(bad, Err(StoreError::Sql(_))));
        assert!(matches!(panicking, Err(StoreError::Stopped)));
        let mut tx = test.db.read().await.unwrap();
        let status = migrations::status(&mut tx).await.unwrap();
        assert_eq!(status.applied, status.known);
    });
}
