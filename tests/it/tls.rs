//! Https over real sockets: who is trusted, which names hold, which protocols are spoken, and what links say.

use std::net::SocketAddr;
use std::path::PathBuf;

use http::{StatusCode, Version};
use reqwest::{Certificate, Client, Response};
use rolecall::http::Vendor;
use rolecall::vendors;

use super::common::Stage;
use super::socket::{Server, rolecall};

const LABEL: &str = "https";

fn start(more: &[&str]) -> Server {
    Server::start(&[&["--port", "0", "--tls", "--tls-port", "0"], more].concat())
}

/// The authority's certificate, fetched as somebody does who cannot trust it yet.
fn authority(server: &Server) -> String {
    let (status, text) = server.get("control plane", "/_rolecall/tls/ca.pem");
    assert_eq!(status, 200);
    assert!(text.contains("Content-Type: application/x-pem-file"), "{text}");
    text[text.find("-----BEGIN").unwrap()..].to_owned()
}

/// A client that trusts `pem` alone, and finds `host` where the server listens.
fn client(server: &Server, pem: &str, host: &str) -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let address: SocketAddr = server.address(LABEL).parse().unwrap();
    let trusted = Certificate::from_pem(pem.as_bytes()).unwrap();
    Client::builder().no_proxy().tls_certs_only([trusted]).resolve(host, address).build().unwrap()
}

async fn get(client: &Client, server: &Server, host: &str, path: &str) -> reqwest::Result<Response> {
    let port = server.address(LABEL).rsplit_once(':').unwrap().1.to_owned();
    client.get(format!("https://{host}:{port}{path}")).send().await
}

/// A host of the vendor's own, for the tenant `acme`.
fn hosts(vendor: &dyn Vendor) -> impl Iterator<Item = String> {
    vendor.hosts().iter().map(|pattern| pattern.replace("{tenant}", "acme"))
}

#[tokio::test]
async fn this_machines_names_hold_over_http_2() {
    let server = start(&[]);
    let pem = authority(&server);
    for host in ["localhost", "127.0.0.1"] {
        let answer = get(&client(&server, &pem, host), &server, host, "/_rolecall/ready").await.unwrap();
        assert_eq!((answer.status(), answer.version()), (StatusCode::OK, Version::HTTP_2), "{host}");
    }
}

#[tokio::test]
async fn http_1_is_spoken_to_those_who_know_nothing_else() {
    let server = start(&[]);
    let trusted = Certificate::from_pem(authority(&server).as_bytes()).unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().tls_certs_only([trusted]).http1_only().build().unwrap();
    let answer = get(&client, &server, "127.0.0.1", "/_rolecall/ready").await.unwrap();
    assert_eq!((answer.status(), answer.version()), (StatusCode::OK, Version::HTTP_11));
}

/// Over HTTP/2 the host comes as `:authority`, and names vendor and tenant as `Host` does.
#[tokio::test]
async fn every_vendor_lives_at_the_root_of_its_own_hosts() {
    let server = start(&[]);
    let pem = authority(&server);
    for vendor in vendors::all() {
        for host in hosts(&*vendor) {
            let client = client(&server, &pem, &host);
            let path = format!("/nothing-of-{}", vendor.name());
            let answer = get(&client, &server, &host, &path).await.unwrap();
            assert_eq!(answer.version(), Version::HTTP_2);
            let journal = get(&client, &server, &host, "/_rolecall/tenants/acme/journal").await.unwrap();
            let journal = journal.text().await.unwrap();
            assert!(journal.contains(&format!(r#""vendor":"{}""#, vendor.name())), "{host}: {journal}");
            assert!(journal.contains(&format!(r#""path":"{path}""#)), "{host}: {journal}");
        }
    }
}

#[tokio::test]
async fn a_name_that_is_not_ours_is_not_vouched_for() {
    let server = start(&[]);
    let pem = authority(&server);
    let stranger = "acme.example.org";
    assert!(get(&client(&server, &pem, stranger), &server, stranger, "/_rolecall/ready").await.is_err());
    let server = start(&["--tls-name", "rolecall,*.example.org"]);
    let pem = authority(&server);
    for host in ["rolecall", stranger] {
        let answer = get(&client(&server, &pem, host), &server, host, "/_rolecall/ready").await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn only_the_authority_of_this_server_is_trusted() {
    let (one, other) = (start(&[]), start(&[]));
    let stranger = client(&one, &authority(&other), "localhost");
    assert!(get(&stranger, &one, "localhost", "/_rolecall/ready").await.is_err());
}

#[tokio::test]
async fn a_kept_authority_outlives_the_server() {
    let folder = Folder::new("kept");
    let kept = ["--tls-dir", folder.path()];
    let first = start(&kept);
    let pem = authority(&first);
    drop(first);
    let second = start(&kept);
    assert_eq!(authority(&second), pem);
    let answer = get(&client(&second, &pem, "localhost"), &second, "localhost", "/_rolecall/ready").await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(std::fs::read_to_string(folder.0.join("ca.pem")).unwrap(), pem);

    let mut env = rolecall(&["env", "sailpoint", "--url", "https://127.0.0.1:4443", "--tls-dir", folder.path()]);
    let env = String::from_utf8(env.output().unwrap().stdout).unwrap();
    let trusted = format!("'{}'", folder.0.join("ca.pem").display());
    for line in [format!("export SSL_CERT_FILE={trusted}"), "export SAIL_BASE_URL='https://127.0.0.1:4443/".to_owned()]
    {
        assert!(env.contains(&line), "{env}");
    }
}

#[test]
fn a_folder_that_holds_something_else_is_refused() {
    let folder = Folder::new("else");
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.0.join("authority.pem"), "a shopping list").unwrap();
    let refused = rolecall(&["--port", "0", "--tls", "--tls-port", "0", "--tls-dir", folder.path()]).output().unwrap();
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("authority.pem holds no authority that can be used"), "{why}");
}

#[tokio::test]
async fn links_say_https_where_the_call_came_in_by_it() {
    let server = start(&[]);
    let client = client(&server, &authority(&server), "localhost");
    let port = server.address(LABEL).rsplit_once(':').unwrap().1.to_owned();
    let token = |text: String| text.split(r#""token":""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let minted = client
        .post(format!("https://localhost:{port}/_rolecall/tenants/mine/tokens"))
        .header("content-type", "application/json")
        .body(r#"{"vendor":"grip","person":"mia.chen"}"#);
    let token = token(minted.send().await.unwrap().text().await.unwrap());
    let alerts = format!("https://localhost:{port}/t/mine/grip/public/alerts");
    let alerts = client.get(alerts).bearer_auth(&token).send().await.unwrap().text().await.unwrap();
    assert!(alerts.contains(&format!("https://localhost:{port}/t/mine/grip/alerts/")), "{alerts}");
    assert!(!alerts.contains("http://"), "{alerts}");
}

#[tokio::test]
async fn without_tls_there_is_no_authority() {
    let reply = Stage::new().get("/_rolecall/tls/ca.pem").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert_eq!(reply.json()["error"]["code"], "not_found");
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rolecall-https-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }
    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
