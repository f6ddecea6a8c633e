//! Who may call (contract, 3).

use http::Method;

use super::{Scene, TOKEN};

const LIST: &str = "/public/saas?limit=1";

#[tokio::test]
async fn the_vendors_header_carries_the_raw_token() {
    let scene = Scene::new();
    let reply = scene.bare(Method::GET, LIST).header("Access-Token", TOKEN).await.status(200);
    assert!(reply.headers.get("x-rolecall-warning").is_none());
    assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
    let minted = scene.stage.app.site().vendor("grip").unwrap();
    let person = rolecall::company::Person::id_of("mia.chen");
    let minted = minted.mint(&scene.tenant(), &scene.tenant().head(), person).unwrap();
    assert_eq!(minted.header, format!("access-token: {}", minted.token));
    scene.strict().await;
    scene.bare(Method::GET, LIST).header("access-token", &minted.token).await.status(200);
    let (named, _) = minted.token.split_at(minted.token.len() - 1);
    scene.bare(Method::GET, LIST).header("access-token", named).await.status(401);
}

#[tokio::test]
async fn lenient_mode_takes_what_the_vendor_would_not_and_says_so() {
    let scene = Scene::new();
    let by_bearer = scene.bare(Method::GET, LIST).bearer(TOKEN).await.status(200);
    assert_eq!(by_bearer.header("x-rolecall-warning"), "bearer-not-accepted-by-vendor");
    let unknown = scene.bare(Method::GET, LIST).header("access-token", "whatever").await.status(200);
    assert_eq!(unknown.header("x-rolecall-warning"), "unknown-token-accepted");
    let both = scene.bare(Method::GET, LIST).bearer("whatever").await.status(200);
    assert_eq!(both.header("x-rolecall-warning"), "bearer-not-accepted-by-vendor, unknown-token-accepted");
    let remembered = scene.bare(Method::GET, LIST).header("access-token", TOKEN).await.status(200);
    assert!(remembered.headers.get("x-rolecall-warning").is_none());
}

#[tokio::test]
async fn strict_mode_and_no_token_are_refused() {
    let scene = Scene::new();
    for mode in ["lenient", "strict"] {
        if mode == "strict" {
            scene.strict().await;
            scene.bare(Method::GET, LIST).bearer(TOKEN).await.status(401);
            scene.bare(Method::GET, LIST).header("access-token", "whatever").await.status(401);
        }
        let refused = scene.bare(Method::GET, LIST).await.status(401).json();
        assert_eq!(refused, serde_json::json!({"statusCode": 401, "message": "Unauthorized", "error": "Unauthorized"}));
        scene.bare(Method::GET, LIST).header("x-api-key", TOKEN).await.status(401);
        scene.bare(Method::GET, LIST).header("authorization", "Basic YTpi").await.status(401);
        scene.bare(Method::GET, LIST).header("access-token", "").await.status(401);
        scene.get(LIST).await.status(200);
    }
}
