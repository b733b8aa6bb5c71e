//! Loads everything that a plan's lanes need: one query per table.

use std::collections::BTreeSet;

use naru_core::content::{Content, Media};
use naru_core::event::What;

use super::super::plan::Plan;
use super::super::read::Webhook;
use super::lane::{account, named_message};
use crate::desk::{Work, people_of, stored_media};
use crate::store::rows::rows_of_json;
use crate::store::{Result, Tx};

/// `PostgreSQL` only: a lane that has no conversation yet has no row to lock, so that two nodes could both begin one.
const LOCK_LANES: &str = "SELECT count(pg_advisory_xact_lock(h)) AS n FROM (SELECT DISTINCT \
    hashtextextended((k.value ->> 0) || ' ' || (k.value ->> 1), 0) AS h \
    FROM jsonb_array_elements($1::jsonb) k(value) ORDER BY 1) AS lanes";

/// Takes the lanes of the webhooks until the transaction ends, where several nodes write.
pub(super) async fn lock_lanes(tx: &mut Tx, webhooks: &[Webhook]) -> Result<()> {
    if !tx.is_postgres() {
        return Ok(());
    }
    let lanes: BTreeSet<(&str, &str)> = webhooks
        .iter()
        .filter_map(|webhook| webhook.told.as_ref().ok())
        .flat_map(|told| told.events.iter().map(|event| (told.channel.row.id.as_str(), event.lane.as_str())))
        .collect();
    let lanes: Vec<_> = lanes.into_iter().collect();
    let _locked: Vec<(i64,)> = rows_of_json(tx, [LOCK_LANES, LOCK_LANES], &lanes).await?;
    Ok(())
}

/// Loads conversations, customers, and the messages, uploads and parts that the events name.
pub(super) async fn load(tx: &mut Tx, work: &mut Work, plan: &Plan) -> Result<()> {
    work.load_lanes(tx, &plan.keys()).await?;
    let mut people = BTreeSet::new();
    let mut named = Vec::new();
    let mut offered = BTreeSet::new();
    let mut uploads = BTreeSet::new();
    let mut echoes = BTreeSet::new();
    for ((channel, lane), planned) in plan.events() {
        let event = &planned.event;
        people.extend(event.sender.as_ref().map(|sender| (channel.as_str(), account(sender))));
        offered.extend(named_message(&event.what));
        match &event.what {
            What::Message(inbound) => uploads.extend(ids_of(&inbound.content)),
            What::Identified { member_id, .. } => {
                people.insert((channel.as_str(), member_id.as_str()));
            }
            What::Edited(edited) => named.push((channel.clone(), lane.clone(), edited.external_id.clone())),
            What::Unsent { external_id } => {
                named.push((channel.clone(), lane.clone(), external_id.clone()));
            }
            What::Echo(inbound) => {
                let external_id = inbound.external_id.as_ref();
                named.extend(external_id.map(|id| (channel.clone(), lane.clone(), id.clone())));
                echoes.extend(external_id.map(|id| (channel.as_str(), id.as_str())));
            }
            _ => {}
        }
    }
    let list = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>();
    people_of(tx, work, &people.into_iter().collect::<Vec<_>>()).await?;
    work.load_named(tx, &named).await?;
    work.load_offered(tx, &list(offered)).await?;
    work.load_media(tx, &list(uploads)).await?;
    work.load_parts(tx, &echoes.into_iter().collect::<Vec<_>>()).await
}

fn ids_of(content: &Content) -> Vec<String> {
    stored_media(content)
        .filter_map(|media| match media {
            Media::Stored(stored) => Some(stored.id.to_string()),
            _ => None,
        })
        .collect()
}
