//! Every route, every role, every scope: who gets in.

use axum::body::Body;
use naru_gateway::api::guarded_routes;
use naru_gateway::auth::{Access, Resource, Role, Scope};

use crate::world::{World, story};

/// An id that nothing has.
const NOBODY: &str = "019aa4f0-0000-7000-8000-00000000ffff";

/// Every guarded route, with an id that nothing has.
fn routes() -> Vec<(String, String, Resource, Access)> {
    let all = guarded_routes().into_iter().map(|(method, path, resource)| {
        let access = if method == "GET" { Access::Read } else { Access::Write };
        let path = path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part });
        (method, path.collect::<Vec<_>>().join("/"), resource, access)
    });
    all.collect()
}

async fn status(world: &World, route: &(String, String, Resource, Access), headers: &[(&str, &str)]) -> u16 {
    let answer = world.send(&route.0, &route.1, headers, Body::from("{")).await;
    if (400..500).contains(&answer.status) {
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{} {}", route.0, route.1);
    }
    answer.status
}

#[test]
fn nobody_gets_in_without_credentials() {
    story(|world| async move {
        assert!(routes().len() > 25, "{}", routes().len());
        for route in routes() {
            for headers in [
                &[][..],
                &[("authorization", "Bearer naru_x_y")],
                &[("authorization", "Basic eDp5")],
                &[("cookie", "naru=abc")],
            ] {
                assert_eq!(status(&world, &route, headers).await, 401, "{} {} {headers:?}", route.0, route.1);
            }
        }
    });
}

#[test]
fn a_key_opens_what_its_scopes_name_and_nothing_else() {
    story(|world| async move {
        for resource in Resource::ALL {
            for access in [Access::Read, Access::Write] {
                let scope = Scope::One(*resource, access);
                let key = world.key(&[scope]).await;
                for route in routes() {
                    let status = status(&world, &route, &[("authorization", &key)]).await;
                    let expected = scope.covers(route.3, route.2);
                    assert_eq!(
                        status != 403,
                        expected,
                        "{} {} by {}: {status}",
                        route.0,
                        route.1,
                        scope.name()
                    );
                    assert_ne!(status, 401, "{} {}", route.0, route.1);
                }
            }
        }
    });
}

#[test]
fn a_role_opens_what_it_may_and_writing_needs_the_logins_token() {
    story(|world| async move {
        for role in Role::ALL {
            let (cookie, csrf) = world.login(role).await;
            for route in routes() {
                let headers = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
                let status_with = status(&world, &route, &headers).await;
                let expected = role.may(route.3, route.2);
                assert_eq!(
                    status_with != 403,
                    expected,
                    "{} {} by {}: {status_with}",
                    route.0,
                    route.1,
                    role.name()
                );
                if route.3 == Access::Write {
                    let forged = status(&world, &route, &headers[..1]).await;
                    assert_eq!(forged, 403, "{} {} without the token", route.0, route.1);
                }
            }
        }
    });
}

#[test]
fn what_is_not_there_is_404() {
    story(|world| async move {
        let with_id = routes().into_iter().filter(|route| route.1.contains(NOBODY));
        for route in with_id.filter(|route| route.0 == "GET") {
            let answer = world.get(&world.all, &route.1).await;
            answer.is_problem(404, "not-found");
        }
        for act in [
            "conversations/{}/close",
            "messages/{}/retry",
            "messages/{}/cancel",
            "deliveries/{}/retry",
            "deliveries/{}/skip",
            "contacts/{}/block",
            "channels/{}/pause",
            "channels/{}/check",
            "journal/{}/replay",
        ] {
            let path = format!("/api/v1/{}", act.replace("{}", NOBODY));
            world.post(&path, &serde_json::json!({})).await.is_problem(404, "not-found");
        }
        for path in ["/api/v1/nothing", "/api/v1/conversations/x/y/z"] {
            world.get(&world.all, path).await.is_problem(404, "not-found");
        }
        world.get(&world.all, "/api/v1/preview").await.is_problem(405, "method-not-allowed");
    });
}
