//! The OpenAPI document that is checked in is the one that is served.

use std::fs;
use std::path::Path;

use crate::world::story;

#[test]
fn the_checked_in_document_has_not_drifted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let made = naru_gateway::api::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/openapi.json has drifted: BLESS=1 cargo test -p naru-gateway --test api openapi"
    );
}

#[test]
fn it_is_served_to_everybody() {
    story(|world| async move {
        let answer = world.get("", "/api/v1/openapi.json").await;
        assert_eq!(answer.status, 200);
        assert!(answer.body["paths"]["/api/v1/conversations/{id}/messages"]["post"].is_object());
    });
}
