//! Lists answer the same whether an index, what is known of a row, or the whole row answers their filter.

use http::Method;
use serde_json::{Value, json};

use super::Scene;
use super::duties::{IGA, rule};

async fn found(scene: &Scene, path: &str, filter: &str) -> Value {
    let filter = filter.replace(' ', "+").replace('"', "%22");
    scene.get(&format!("{path}_pageSize=10000&_queryFilter={filter}")).await.status(200).json()
}

/// The text at a dotted path.
fn at<'v>(row: &'v Value, path: &str) -> Option<&'v str> {
    path.split('.').try_fold(row, |row, segment| row.get(segment))?.as_str()
}

/// For each list, paths that are answered without rendering, or by an index; a row found by one of its own texts has to be
/// among those that really show it.
#[tokio::test]
async fn what_is_known_without_rendering_is_what_is_shown() {
    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    let (policy, rule_id) = ("Purchase", scene.violation(&id).await["policyRuleId"].as_str().unwrap().to_owned());
    scene.make_policy(policy, &[&rule_id]).await;
    let lists: [(&str, &[&str]); 10] = [
        ("/policy?", &["id", "name"]),
        ("/policy/rule?", &["id", "name"]),
        (
            "/violation?",
            &["id", "policyRuleId", "policyRule.id", "policyRule.name", "user.id", "user.userName", "decision.status"],
        ),
        ("/user?", &["id", "userName", "givenName", "sn", "mail", "cn", "accountStatus"]),
        ("/account?", &["id", "account.id", "user.id", "application.id", "account.accountUserId"]),
        ("/grants?grantType=entitlement&", &["id", "compositeId", "item.type", "user.id"]),
        ("/grants?grantType=account&", &["id", "compositeId", "item.type", "user.id"]),
        ("/entitlement?", &["id"]),
        ("/catalog?", &["id", "item.type"]),
        ("/requestTypes?", &["id"]),
    ];
    for (path, known) in lists {
        let all = scene.get(&format!("{path}_pageSize=10000")).await.status(200).json();
        let rows = all["result"].as_array().unwrap();
        assert!(!rows.is_empty(), "{path}");
        for name in known {
            let row = rows.iter().rev().find(|row| at(row, name).is_some()).unwrap_or_else(|| panic!("{path} {name}"));
            let text = at(row, name).unwrap();
            let answer = found(&scene, path, &format!("{name} eq \"{text}\"")).await;
            let shown: Vec<&str> =
                answer["result"].as_array().unwrap().iter().filter_map(|row| at(row, "id")).collect();
            // Whoever really shows it, among all that are shown.
            let really = rows.iter().filter(|row| at(row, name).is_some_and(|shown| shown.eq_ignore_ascii_case(text)));
            let really: Vec<&str> = really.filter_map(|row| at(row, "id")).collect();
            assert_eq!(shown, really, "{path} {name}");
            assert!(shown.contains(&at(row, "id").unwrap()), "{path} {name}");
            let slashed = format!("/{}", name.replace('.', "/"));
            let again = found(&scene, path, &format!("{slashed} eq \"{}\"", text.to_uppercase())).await;
            assert_eq!(again["result"], answer["result"], "{path} {slashed}");
        }
        let ids: Vec<&str> = rows.iter().map(|row| at(row, "id").unwrap()).collect();
        if path != "/requestTypes?" {
            assert!(ids.is_sorted(), "{path}");
        }
    }
}

#[tokio::test]
async fn pages_lead_through_all_grants_in_the_order_of_their_ids() {
    let scene = Scene::new();
    let first = scene.get("/grants?_pageSize=300").await.status(200).json();
    let total = first["totalCount"].as_u64().unwrap();
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let page = scene.get(&format!("/grants?_pageSize=300&_searchAfter={after}")).await.status(200).json();
        ids.extend(page["result"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        let Some(last) = page["searchAfterKey"][0].as_str() else { break };
        after = last.to_owned();
    }
    assert_eq!(ids.len() as u64, total);
    assert!(ids.is_sorted_by(|one, other| one < other));
}

#[tokio::test]
async fn the_directory_finds_users_without_writing_them_down() {
    let scene = Scene::new();
    for (filter, expected) in [
        ("userName eq \"mia.chen\"", 1),
        ("/userName eq \"MIA.CHEN\"", 1),
        ("sn eq \"Chen\" and givenName sw \"mi\"", 1),
        ("mail co \"mia.chen@\"", 1),
        ("userName eq \"nobody\"", 0),
    ] {
        let filter = filter.replace(' ', "+").replace('"', "%22");
        let all = scene.read(&format!("/openidm/managed/alpha_user?_queryFilter={filter}")).await;
        assert_eq!(all["resultCount"], expected, "{filter}");
    }
}

#[tokio::test]
async fn a_person_sees_no_more_of_requests_than_is_theirs() {
    let scene = Scene::new();
    let none = scene.call_as("raj.patel", Method::GET, &format!("{IGA}/requests")).await.status(200).json();
    assert_eq!(none, json!({"result": [], "searchAfterKey": null, "totalCount": 0, "resultCount": 0}));
}
