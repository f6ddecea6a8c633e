//! What holds for every vendor, whatever it emulates.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use rolecall::app::Founding;
use rolecall::company::Person;
use rolecall::http::{ExchangeId, Operation, Operations, Refusal, Vendor};
use serde_json::{Value, json};

use crate::common::toy::Toy;
use crate::common::{Stage, founding, quiet_seed};

/// Every vendor on a stage of its own story, and the toy.
fn stages() -> [Stage; 2] {
    [Stage::new(), Stage::toy()]
}

fn vendors() -> Vec<Box<dyn Vendor>> {
    let mut vendors = rolecall::vendors::all();
    vendors.push(Box::new(Toy));
    vendors
}

#[test]
fn names_are_labels_and_each_has_its_own() {
    let vendors = vendors();
    let names: BTreeSet<_> = vendors.iter().map(|vendor| vendor.name()).collect();
    assert_eq!(names.len(), vendors.len());
    for vendor in vendors {
        assert!(vendor.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
        assert_eq!(vendor.empty().vendor(), vendor.name());
        assert!(vendor.hosts().iter().all(|pattern| pattern.starts_with("{tenant}.")), "{}", vendor.name());
        let hops = vendor.hops();
        assert!(hops.iter().all(|hop| hop.name.starts_with(&format!("{}/", vendor.name()))), "{}", vendor.name());
    }
}

#[test]
fn operations_have_names_of_their_own_and_paths_that_do_not_collide() {
    for vendor in vendors() {
        let operations = vendor.operations();
        let ids: BTreeSet<_> = operations.iter().map(|operation| operation.id).collect();
        assert_eq!(ids.len(), operations.len(), "{}", vendor.name());
        let by_path = operations
            .iter()
            .map(|operation| (Method::from_bytes(operation.method.as_bytes()).unwrap(), operation.path, operation.id));
        Operations::new(by_path);
    }
}

#[test]
fn every_refusal_of_the_rim_has_a_status_of_its_kind() {
    let refusals = [
        (Refusal::NotFound, 404),
        (Refusal::MethodNotAllowed, 405),
        (Refusal::BodyTooLarge, 413),
        (Refusal::UnsupportedMediaType, 415),
        (Refusal::Malformed("nonsense".into()), 400),
        (Refusal::RateLimited(std::time::Duration::from_secs(3)), 429),
        (Refusal::Broken, 500),
        (Refusal::Status(StatusCode::UNAUTHORIZED), 401),
        (Refusal::Status(StatusCode::FORBIDDEN), 403),
        (Refusal::Status(StatusCode::TOO_MANY_REQUESTS), 429),
        (Refusal::Status(StatusCode::BAD_GATEWAY), 502),
        (Refusal::Status(StatusCode::from_u16(599).unwrap()), 599),
    ];
    for vendor in vendors() {
        for (refusal, expected) in &refusals {
            let response = vendor.refuse(refusal.clone(), "/", &ExchangeId::of(1, 1));
            // A gRPC gateway has no word for a wrong method but that nobody implements it.
            let is_gateways = *refusal == Refusal::MethodNotAllowed && response.status().as_u16() == 501;
            assert!(response.status().as_u16() == *expected || is_gateways, "{}: {refusal:?}", vendor.name());
        }
    }
}

#[tokio::test]
async fn an_unknown_path_is_refused_by_the_vendor_and_not_by_the_rim() {
    for stage in stages() {
        for vendor in stage.app.site().vendors() {
            let reply = stage.get(&format!("/{}/there/is/no/such/path", vendor.name())).await;
            assert!(reply.status.is_client_error(), "{}: {}", vendor.name(), reply.status);
            assert!(reply.json().get("vendors").is_none(), "{}: {}", vendor.name(), reply.text());
        }
    }
}

#[test]
fn kinds_of_refusal_have_names_of_their_own() {
    for vendor in vendors() {
        let kinds = vendor.refusals();
        let names: BTreeSet<_> = kinds.iter().collect();
        assert!(!names.is_empty() && names.len() == kinds.len(), "{}: {kinds:?}", vendor.name());
        let is_kebab = |name: &str| name.split('-').all(|word| !word.is_empty() && word.bytes().all(is_plain));
        assert!(kinds.iter().all(|name| is_kebab(name)), "{}: {kinds:?}", vendor.name());
    }
}

fn is_plain(letter: u8) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit()
}

#[tokio::test]
async fn every_refusal_counts_as_one_of_the_kinds_that_its_vendor_lists() {
    for stage in stages() {
        let tenant = stage.app.site().tenants().get_or_fork("default").unwrap();
        for vendor in stage.app.site().vendors() {
            let kinds = vendor.refusals();
            let counted = || {
                let answers = stage.app.site().answers(&tenant);
                kinds.iter().map(|kind| answers.refusals(vendor.name(), kind)).sum::<u64>()
            };
            let minted = vendor.mint(&tenant, &tenant.head(), Person::id_of("ada.admin")).unwrap().header;
            let (name, value) = minted.split_once(": ").unwrap();
            let mut refused = 0;
            for Operation { id, method, path } in vendor.operations() {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                let path = format!("/{}{}", vendor.name(), nothing_at(path));
                let before = counted();
                let reply = stage.call(method, &path).header(name, value).json(json!({"no": "thing"})).await;
                if reply.status.is_client_error() {
                    refused += 1;
                    assert!(counted() > before, "{}: {id}: {}", vendor.name(), reply.text());
                }
            }
            assert!(refused > 1, "{} refused nothing", vendor.name());
        }
    }
}

/// A path whose parameters name nothing that there is.
fn nothing_at(path: &str) -> String {
    let segment = |segment: &str| match segment.starts_with('{') {
        true => "0d6ff9a1-0000-4000-8000-000000000000".to_owned(),
        false => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn the_founded_world_comes_back_from_its_export() {
    for stage in stages() {
        let export = stage.get("/_rolecall/tenants/one/export").await.status(200);
        stage.post("/_rolecall/tenants/two/import").body(export.body.clone()).await.status(200);
        let mut copy = stage.get("/_rolecall/tenants/two/export").await.status(200).json();
        let mut original: Value = export.json();
        // An import is a commit of its own.
        copy["revision"].take();
        original["revision"].take();
        assert!(copy == original);
    }
}

#[tokio::test]
async fn tables_are_consistent_after_the_story() {
    for stage in stages() {
        let world = stage.app.site().tenants().base();
        let estates = world.estates().flat_map(|(_, estate)| estate.tables());
        for table in world.company().tables().into_iter().chain(estates) {
            assert!(table.is_consistent(), "{}", table.name());
        }
    }
}

#[tokio::test]
async fn a_month_passes_and_nothing_breaks() {
    for stage in stages() {
        let month = json!({"by": "P30D"});
        let advanced = stage.post("/_rolecall/tenants/one/clock/advance").json(month).await.status(200).json();
        assert_eq!(advanced["stoppedEarly"], false);
        assert!(!advanced.to_string().contains("timer.broke"), "{advanced}");
    }
}

#[test]
fn a_story_line_that_cannot_be_played_is_named() {
    let refused = |story: &str| {
        let founding = Founding { seed: quiet_seed().with("story.json", story), ..founding() };
        let wall = std::sync::Arc::new(rolecall::kernel::OsWall);
        rolecall::app::App::found(&founding, vec![Box::new(Toy)], wall).err().unwrap().to_string()
    };
    let story = r#"{"story": [
        {"at": "PT0S", "vendor": "toy", "step": {"step": "ask", "person": "mia.chen"}},
        {"at": "-P1D", "vendor": "toy", "step": {"step": "end", "ticket": "00000000-0000-4000-8000-000000000000"}}]}"#;
    let message = refused(story);
    assert!(message.contains("story.json: line 2: toy at -P1D: refused: \"SuchTicket\""), "{message}");
    let message = refused(r#"{"story": [{"at": "P1D", "vendor": "toyy", "step": {}}]}"#);
    assert!(message.contains("line 1: P1D lies in the future"), "{message}");
    assert!(message.contains("line 1: there is no vendor `toyy`; did you mean `toy`?"), "{message}");
}

#[tokio::test]
async fn the_story_is_played_on_the_virtual_clock() {
    let story = r#"{"story": [
        {"at": "-PT30M", "vendor": "toy", "step": {"step": "ask", "person": "mia.chen"}},
        {"at": "-PT2H", "vendor": "toy", "step": {"step": "ask", "person": "raj.patel"}}]}"#;
    let founding = Founding { seed: quiet_seed().with("story.json", story), ..founding() };
    let stage = Stage::of(founding, vec![Box::new(Toy)]);
    let tickets = stage.get("/tickets").await.json();
    let mut shown: Vec<_> = tickets.as_array().unwrap().iter().map(|row| (&row["created"], &row["status"])).collect();
    shown.sort_by_key(|(created, _)| created.to_string());
    let expected = [("2026-01-05T07:00:00.000000Z", "given"), ("2026-01-05T08:30:00.000000Z", "asked")];
    assert_eq!(
        shown,
        expected
            .map(|(created, status)| (json!(created), json!(status)))
            .iter()
            .map(|(a, b)| (a, b))
            .collect::<Vec<_>>()
    );
}
