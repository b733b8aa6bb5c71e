//! The widget's files and pages.

use std::path::Path;

use http::{StatusCode, header};
use http_body_util::BodyExt;

use super::{SITE, in_a_shop};
use crate::webchat::assets::ASSETS;

#[test]
fn the_widget_stays_within_30_kilobytes_compressed() {
    let sum: usize = ASSETS.iter().map(|asset| asset.gzip.len()).sum();
    assert!(sum < 30 * 1024, "the widget's files are {sum} bytes compressed");
}

#[test]
fn every_file_of_the_folder_is_served() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/webchat/static");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut served: Vec<&str> = ASSETS.iter().map(|asset| asset.name).collect();
    found.sort();
    served.sort_unstable();
    assert_eq!(found, served);
}

#[test]
fn no_script_makes_markup_or_code_from_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/webchat/static");
    for asset in ASSETS.iter() {
        let text = std::fs::read_to_string(folder.join(asset.name)).unwrap();
        for banned in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"]
        {
            assert!(!text.contains(banned), "{} uses {banned}", asset.name);
        }
    }
}

#[test]
fn a_file_comes_compressed_and_is_not_sent_again_while_it_is_the_same() {
    in_a_shop(|shop| async move {
        let first = shop.get("/widget.js", &[("accept-encoding", "br, gzip")]).await;
        assert_eq!(first.headers()[header::CONTENT_ENCODING], "gzip");
        assert_eq!(first.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        let again = shop.get("/widget.js", &[("if-none-match", &tag)]).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let plain = shop.get("/widget/static/app.css", &[]).await;
        assert!(plain.headers().get(header::CONTENT_ENCODING).is_none());
        assert_eq!(shop.get("/widget/static/../mod.rs", &[]).await.status(), StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_page_has_no_inline_code_and_stands_only_in_allowed_sites() {
    in_a_shop(|shop| async move {
        let response = shop.get(&format!("/widget/{}", shop.key), &[]).await;
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.contains("script-src 'self';") && policy.contains("style-src 'self';"), "{policy}");
        assert!(policy.ends_with(&format!("frame-ancestors 'self' {SITE}")), "{policy}");
        let html = response.into_body().collect().await.unwrap().to_bytes();
        let html = String::from_utf8(html.to_vec()).unwrap();
        assert!(html.contains("data-name=\"우리 &#34;가게&#34;\""), "{html}");
        assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains(" onload="));
        assert_eq!(html.matches("<script").count(), 1);
        assert_eq!(shop.get("/widget/nobody", &[]).await.status(), StatusCode::NOT_FOUND);
    });
}
