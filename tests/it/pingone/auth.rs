//! Sections 1.2 and 1.3: how tokens are had, and what they open.

use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rolecall::kernel::{Id, Span};
use rolecall::world::Head;
use serde_json::{Value, json};

use super::{Scene, user};
use crate::common::Reply;

const ROOT: &str = "/am/oauth2/access_token";
const ALPHA: &str = "/am/oauth2/realms/root/realms/alpha/access_token";
const BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

struct Account {
    id: String,
    key: EncodingKey,
}

/// The seed's service account, with its key as it is handed out.
fn account(scene: &Scene) -> Account {
    let head: Head = scene.tenant().head();
    let vendors = rolecall::vendors::all();
    let vendor = vendors.iter().find(|vendor| vendor.name() == "pingone").unwrap();
    let credential = vendor.credentials(&head).remove(0);
    let jwk: Value = serde_json::from_str(&credential.client_secret).unwrap();
    Account { id: credential.client_id, key: private_key(&jwk) }
}

/// PKCS #1, put together from the numbers of a JSON Web Key.
fn private_key(jwk: &Value) -> EncodingKey {
    use base64::Engine;
    let number = |name: &str| {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
        let padded = if bytes[0] >= 0x80 { [&[0], bytes.as_slice()].concat() } else { bytes };
        der(2, &padded)
    };
    let numbers: Vec<u8> = ["n", "e", "d", "p", "q", "dp", "dq", "qi"].iter().flat_map(|name| number(name)).collect();
    EncodingKey::from_rsa_der(&der(0x30, &[vec![2, 1, 0], numbers].concat()))
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match content.len() {
        short @ 0..0x80 => vec![short as u8],
        long @ 0x80..0x100 => vec![0x81, long as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [vec![tag], length, content.to_vec()].concat()
}

impl Account {
    fn claims(&self, scene: &Scene) -> Value {
        let exp = (scene.stage.wall_now() + Span::minutes(3)).as_seconds();
        let aud = "http://127.0.0.1:8080:8080/am/oauth2/access_token";
        json!({"iss": self.id, "sub": self.id, "aud": aud, "exp": exp, "jti": "once"})
    }

    fn sign(&self, claims: &Value) -> String {
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), claims, &self.key).unwrap()
    }

    async fn ask(&self, scene: &Scene, path: &str, claims: &Value, scope: &str) -> Reply {
        let assertion = self.sign(claims);
        let form =
            [("grant_type", BEARER), ("client_id", "service-account"), ("assertion", &assertion), ("scope", scope)];
        scene.bare(Method::POST, path).form(&form).await
    }
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

#[tokio::test]
async fn a_service_account_gets_a_token_that_opens_what_its_scopes_say() {
    let scene = Scene::new();
    scene.strict().await;
    let account = account(&scene);
    let answer = account.ask(&scene, ROOT, &account.claims(&scene), "fr:idm:* fr:idc:esv:read").await.status(200);
    let keys: Vec<String> = answer.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["access_token", "scope", "token_type", "expires_in"]);
    let answer = answer.json();
    assert_eq!((&answer["scope"], &answer["expires_in"]), (&json!("fr:idm:* fr:idc:esv:read"), &json!(899)));
    assert_eq!(answer["token_type"], "Bearer");
    let token = answer["access_token"].as_str().unwrap();
    scene.bare(Method::GET, "/environment/info").bearer(token).await.status(200);
    let refused = scene.bare(Method::GET, "/iga/governance/policy/x").bearer(token).await.status(403);
    assert_eq!(refused.json(), json!({"message": "Forbidden"}));
    // An end on the tenant's clock.
    scene.advance("PT900S").await;
    let ended = scene.bare(Method::GET, "/environment/info").bearer(token).await.status(401);
    assert_eq!(ended.json(), json!({"code": 401, "reason": "Unauthorized", "message": "Access Denied"}));
}

#[tokio::test]
async fn scopes_that_an_account_lacks_are_listed_for_clients_to_drop() {
    let scene = Scene::new();
    let account = account(&scene);
    let asked = "fr:am:* fr:idc:ws:admin fr:iga:* fr:idc:proxy-connect:*";
    let refused = account.ask(&scene, ROOT, &account.claims(&scene), asked).await.status(400);
    let text = r#"{"error_description":"Unsupported scope for service account: fr:idc:ws:admin,fr:idc:proxy-connect:*","error":"invalid_scope"}"#;
    assert_eq!(refused.text(), text);
    let all = account.ask(&scene, ALPHA, &with(account.claims(&scene), "aud", json!(format!("x{ALPHA}"))), "").await;
    assert!(all.status(200).json()["scope"].as_str().unwrap().contains("fr:iga:*"));
}

#[tokio::test]
async fn an_assertion_that_does_not_convince_is_refused() {
    let scene = Scene::new();
    let account = account(&scene);
    let (claims, now) = (account.claims(&scene), scene.stage.wall_now());
    let wrong = [
        with(claims.clone(), "aud", json!("http://127.0.0.1:8080/am/oauth2/authorize")),
        with(claims.clone(), "aud", json!([])),
        with(claims.clone(), "aud", json!(format!("http://x{ALPHA}"))),
        with(claims.clone(), "exp", json!(now.as_seconds())),
        with(claims.clone(), "exp", json!((now + Span::minutes(16)).as_seconds())),
        with(claims.clone(), "exp", json!(null)),
        with(claims.clone(), "sub", json!("another")),
        with(claims.clone(), "iss", json!(Id::<()>::named("nobody").dashed())),
        with(claims.clone(), "iss", json!("nobody")),
    ];
    for claims in wrong {
        let refused = account.ask(&scene, ROOT, &claims, "fr:idm:*").await;
        assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (400, &json!("invalid_grant")), "{claims}");
    }
    let forged = account.sign(&claims);
    let forged = format!("{}.{}", forged.rsplit_once('.').unwrap().0, "AAAA");
    let symmetric = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(b"key"));
    for assertion in [forged, symmetric.unwrap(), "no.jwt".into(), "x".into()] {
        let form = [("grant_type", BEARER), ("client_id", "service-account"), ("assertion", &assertion)];
        let refused = scene.bare(Method::POST, ROOT).form(&form).await.status(400).json();
        assert_eq!(refused["error"], "invalid_grant");
    }
    let array = with(claims, "aud", json!(["elsewhere", "https://tenant/am/oauth2/access_token"]));
    account.ask(&scene, ROOT, &array, "fr:idm:*").await.status(200);
}

#[tokio::test]
async fn a_client_proves_itself_by_header_or_form() {
    let scene = Scene::new();
    let credentials = ("grant_type", "client_credentials");
    // sim-client:sim-secret
    let basic = scene.bare(Method::POST, ALPHA).header("authorization", "Basic c2ltLWNsaWVudDpzaW0tc2VjcmV0");
    let answer = basic.form(&[credentials, ("scope", "fr:idm:* fr:iga:*")]).await.status(200).json();
    assert_eq!((&answer["scope"], &answer["expires_in"]), (&json!("fr:idm:* fr:iga:*"), &json!(3599)));
    for path in [ROOT, ALPHA, "/am/oauth2/alpha/access_token", "/am/oauth2/realms/alpha/access_token"] {
        let form = [credentials, ("client_id", "sim-client"), ("client_secret", "sim-secret")];
        let answer = scene.bare(Method::POST, path).form(&form).await.status(200).json();
        assert_eq!(answer["scope"], "fr:idm:* fr:iga:* fr:am:* fr:idc:esv:*");
    }
    let refusals = [
        (
            vec![credentials, ("client_id", "sim-client"), ("client_secret", "x")],
            401,
            "invalid_client",
            "Client authentication failed",
        ),
        (
            vec![credentials, ("client_id", "x"), ("client_secret", "sim-secret")],
            401,
            "invalid_client",
            "Client authentication failed",
        ),
        (vec![credentials, ("client_id", "sim-client")], 401, "invalid_client", "Client authentication failed"),
        (vec![credentials], 400, "invalid_request", "Missing parameter, 'client_id'"),
        (vec![("client_id", "sim-client")], 400, "invalid_request", "Missing parameter, 'grant_type'"),
        (vec![("grant_type", "password")], 400, "unsupported_grant_type", "Grant type is not supported: password"),
        (
            vec![("grant_type", BEARER), ("client_id", "service-account")],
            400,
            "invalid_request",
            "Missing parameter, 'assertion'",
        ),
        (
            vec![
                credentials,
                ("client_id", "sim-reader"),
                ("client_secret", "sim-reader-secret"),
                ("scope", "fr:idm:* fr:iga:*"),
            ],
            400,
            "invalid_scope",
            "Unknown/invalid scope(s): [fr:iga:*]",
        ),
    ];
    for (form, status, error, description) in refusals {
        let refused = scene.bare(Method::POST, ALPHA).form(&form).await.status(status);
        assert_eq!(refused.text(), json!({"error_description": description, "error": error}).to_string());
    }
}

#[tokio::test]
async fn a_user_is_asserted_by_a_client() {
    let scene = Scene::new();
    let exp = (scene.stage.wall_now() + Span::minutes(3)).as_seconds();
    let account = account(&scene);
    let secret = EncodingKey::from_secret(b"sim-secret");
    let assert = |sub: &str, aud: &str| json!({"iss": "davinci", "sub": sub, "aud": aud, "exp": exp});
    let by_secret = |claims: &Value| jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &secret).unwrap();
    let ask = |path: &str, assertion: String| {
        let form = [("grant_type", BEARER), ("assertion", &assertion)];
        scene.bare(Method::POST, path).header("authorization", "Basic c2ltLWNsaWVudDpzaW0tc2VjcmV0").form(&form)
    };
    for sub in ["mia.chen".to_owned(), user("mia.chen")] {
        let answer = ask(ALPHA, by_secret(&assert(&sub, ALPHA))).await.status(200).json();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        // Mia is no administrator.
        scene.bare(Method::GET, "/iga/governance/policy/x").bearer(&token).await.status(403);
        scene.bare(Method::GET, "/environment/info").bearer(&token).await.status(403);
    }
    let answer = ask(ALPHA, account.sign(&assert("ada.admin", ALPHA))).await.status(200).json();
    scene
        .bare(Method::GET, "/iga/governance/policy/x")
        .bearer(answer["access_token"].as_str().unwrap())
        .await
        .status(404);
    let wrong = [
        (ALPHA, by_secret(&assert("nobody", ALPHA))),
        (ROOT, by_secret(&assert("mia.chen", ROOT))),
        (ALPHA, by_secret(&assert("mia.chen", ROOT))),
    ];
    for (path, assertion) in wrong {
        assert_eq!(ask(path, assertion).await.status(400).json()["error"], "invalid_grant");
    }
}

#[tokio::test]
async fn who_is_unknown_is_an_administrator_or_nobody() {
    let scene = Scene::new();
    let lenient = scene.bare(Method::GET, "/environment/info").bearer("whatever").await.status(200);
    assert!(!lenient.header("x-rolecall-warning").is_empty());
    let missing = scene.bare(Method::GET, "/environment/info").await.status(401);
    assert_eq!(missing.json()["message"], "Access Denied");
    scene.strict().await;
    scene.bare(Method::GET, "/environment/info").bearer("whatever").await.status(401);
    let missing = scene.bare(Method::GET, "/iga/governance/policy/x").bearer("whatever").await.status(401);
    assert_eq!(missing.json(), json!({"message": "Unauthorized"}));
    // What a client asks before it has a token.
    for path in ["/am/json/serverinfo/*", "/am/json/realms/root/serverinfo/version"] {
        scene.bare(Method::GET, path).await.status(200);
    }
}

#[tokio::test]
async fn the_journal_names_who_called() {
    let scene = Scene::new();
    let account = account(&scene);
    let machine = account.ask(&scene, ROOT, &account.claims(&scene), "fr:iga:*").await.status(200).json();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "sim-client"),
        ("client_secret", "sim-secret"),
        ("scope", "fr:iga:*"),
    ];
    let client = scene.bare(Method::POST, ALPHA).form(&form).await.status(200).json();
    let tokens = [
        (machine["access_token"].as_str().unwrap().to_owned(), "rolecall-automation"),
        (client["access_token"].as_str().unwrap().to_owned(), "sim-client"),
        (scene.token("ada.admin"), "ada.admin"),
        ("whatever".to_owned(), "client"),
    ];
    for (token, name) in tokens {
        scene.bare(Method::GET, "/iga/governance/policy").bearer(&token).await.status(200);
        let journal = scene.stage.get("/_rolecall/tenants/default/journal").await.status(200).json();
        let exchanges = journal["exchanges"].as_array().unwrap();
        let last = exchanges.iter().max_by_key(|exchange| exchange["number"].as_u64()).unwrap();
        assert_eq!(last["caller"], name);
    }
}
