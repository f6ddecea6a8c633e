//! Alerts: raised and moved by steps, read in two versions (contract, 8 and 12).

use serde_json::{Value, json};

use super::{Scene, saas, user};

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|alert| alert["alertId"].as_str().unwrap()).collect()
}

async fn raised() -> Scene {
    let scene = Scene::new();
    scene
        .step(json!({"step": "raise-alert", "policy": "vendor-breach", "app": "otter",
        "uniqueFields": {"more_info_url": "https://status.example", "incident_type": ["data_breach"]}}))
        .await;
    scene.step(json!({"step": "raise-alert", "policy": "dangling-access", "person": "megan.zamora"})).await;
    let low = json!({"step": "raise-alert", "policy": "unmanaged-app", "app": "deepl", "severity": "Low"});
    assert_eq!(scene.step(low).await, json!({"alertId": "3"}));
    scene
}

#[tokio::test]
async fn the_second_version_adds_four_fields() {
    let scene = raised().await;
    let (one, two) = (scene.read("/public/alerts/1").await, scene.read("/public/v2/alerts/1").await);
    assert_eq!(one["uniqueFieldsData"]["incident_type"], json!(["data_breach"]));
    assert_eq!(
        one["relatedEntity"],
        json!({"id": saas("otter"), "name": "Otter", "email": null, "entityType": "saas_application"})
    );
    assert_eq!(one["alertType"], "Security Incident Detected");
    let mut rest = two.clone();
    let added = ["alertName", "policyReadableId", "mitigationDescription", "relatedEntityId"];
    let added = added.map(|field| rest.as_object_mut().unwrap().shift_remove(field).unwrap());
    assert_eq!(rest, one);
    assert_eq!((added[1].clone(), added[3].clone()), (json!(11), json!(saas("otter"))));
    assert_eq!(scene.read("/public/v2/alerts").await[2], two);
}

#[tokio::test]
async fn all_filters_must_hold() {
    let scene = raised().await;
    let megan = user("megan.zamora");
    let table = [
        ("".to_owned(), vec!["3", "2", "1"]),
        ("alert_severity=0".into(), vec!["3", "2", "1"]),
        ("alert_severity=4".into(), vec!["1"]),
        ("alertSeverity=low".into(), vec!["3"]),
        ("alert-type=dangling%20access%20detected".into(), vec!["2"]),
        ("category=SAAS".into(), vec!["3"]),
        ("related_entity_type=saas_application".into(), vec!["3", "1"]),
        ("related_entity_type=saas_application&alert_severity=1".into(), vec!["3"]),
        (format!("related_entity_id={megan}"), vec!["2"]),
        ("category=unheard-of".into(), vec![]),
    ];
    for (query, expected) in table {
        for version in ["", "v2/"] {
            assert_eq!(ids(&scene.read(&format!("/public/{version}alerts?{query}")).await), expected, "{query}");
        }
    }
    let page = scene.get("/public/alerts?limit=2").await.status(200);
    assert_eq!((page.header("next"), page.header("prev")), ("2", "0"));
}

#[tokio::test]
async fn an_alert_moves_and_comes_back() {
    let scene = raised().await;
    let mut before = scene.read("/public/alerts/1").await["updatedAt"].clone();
    for (by_move, status) in [
        ("begin", "in_progress"),
        ("resolve", "resolved"),
        ("reopen", "open"),
        ("dismiss", "dismissed"),
        ("reopen", "open"),
        ("begin", "in_progress"),
        ("dismiss", "dismissed"),
    ] {
        scene.advance("PT1M").await;
        let moved = scene.step(json!({"step": "move-alert", "alert": 1, "move": by_move})).await;
        assert_eq!(moved, json!({"status": status}));
        let shown = scene.read("/public/alerts/1").await;
        assert_eq!(shown["status"], status);
        assert_ne!(shown["updatedAt"], before);
        before = shown["updatedAt"].clone();
        assert_eq!(scene.newest(1).await, ["alert.status_changed"]);
    }
    scene.try_step(json!({"step": "move-alert", "alert": 1, "move": "resolve"})).await.status(409);
}
