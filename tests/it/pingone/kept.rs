//! Documents that clients keep: forms, events, workflows, and what is said about those that are not there (contract, 7).

use http::Method;
use serde_json::{Value, json};

use super::Scene;
use super::duties::refused;

#[tokio::test]
async fn every_kind_is_kept_read_changed_and_thrown_away() {
    let scene = Scene::new();
    let families = [
        ("/event", json!({"name": "Joiner", "entityType": "user", "mutationType": "create"}), "searchAfterKey"),
        ("/requestForms", json!({"name": "Ask for a phone", "form": {"fields": []}}), "totalCount"),
        ("/requestFormAssignments", json!({"formId": "f", "objectId": "workflow/w/node/n"}), "totalCount"),
        ("/workflow", json!({"id": "ownWorkflow", "name": "ownWorkflow", "steps": []}), "totalCount"),
        ("/requestTypes", json!({"id": "ownType", "displayName": "Own"}), "totalCount"),
        ("/certification/template", json!({"name": "Quarter"}), "searchAfterKey"),
    ];
    for (path, document, first) in families {
        let made = scene.post(&format!("{path}?_action=create"), document.clone()).await.status(200).json();
        for (name, value) in document.as_object().unwrap() {
            assert_eq!(made[name], *value, "{path}");
        }
        let list = scene.get(&format!("{path}?_pageSize=1000")).await.status(200).json();
        let keys: Vec<&String> = list.as_object().unwrap().keys().collect();
        let expected: &[&str] = if first == "totalCount" {
            &["totalCount", "resultCount", "result"]
        } else {
            &["result", "searchAfterKey", "totalCount", "resultCount"]
        };
        assert_eq!(keys, expected, "{path}");
        assert!(list["result"].as_array().unwrap().iter().any(|row| row["id"] == made["id"]), "{path}");
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        assert_eq!(scene.get(&one).await.status(200).json(), made);
        let mut other = document.clone();
        other["more"] = json!([1]);
        let changed = scene.iga(Method::PUT, &one, other).await.status(200).json();
        assert_eq!((&changed["id"], &changed["more"]), (&made["id"], &json!([1])), "{path}");
        scene.iga(Method::DELETE, &one, json!({})).await.status(200);
        assert_eq!(scene.get(&one).await.status.as_u16(), 404, "{path}");
        scene.post(&format!("{path}?_action=explode"), document).await.status(400);
    }
    for (path, missing) in [("/event", "name"), ("/requestForms", "name")] {
        refused(scene.post(path, json!({})).await, 400, json!([format!("{missing} is required.")]));
    }
    let both = json!(["formId is required.", "objectId is required."]);
    refused(scene.post("/requestFormAssignments", json!({})).await, 400, both);
    assert_eq!(scene.post("/event?_action=process", json!({})).await.status(200).json(), json!({}));
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_words_of_its_kind() {
    let scene = Scene::new();
    refused(scene.get("/event/nothing").await, 404, json!("Cannot find event with id: nothing"));
    refused(scene.get("/workflow/nothing").await, 404, json!("Workflow with id: nothing was not found"));
    refused(scene.get("/certification/template/nothing").await, 404, json!("Cannot find template with id nothing."));
    refused(scene.get("/requestTypes/nothing").await, 404, json!("Request Type Id doesn't exist"));
    let form = scene.get("/requestForms/nothing").await.status(404);
    assert_eq!(form.text(), "Object not found with ID: nothing");
    assert_eq!(form.header("content-type"), "text/plain; charset=utf-8");
    let gone = scene.iga(Method::DELETE, "/requestForms/nothing", json!({})).await;
    refused(gone, 404, json!("Request Form nothing doesn't exist"));
}

#[tokio::test]
async fn workflows_are_shown_in_two_places_and_the_stock_ones_stay() {
    let scene = Scene::new();
    let all = scene.get("/workflow?_queryString=&_pageSize=10000&_pagedResultsOffset=0").await.status(200).json();
    let ids: Vec<&str> = all["result"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"BasicViolationProcess") && ids.contains(&"BasicEntitlementGrant"), "{ids:?}");
    // Older clients begin at 1.
    let older = scene.get("/workflow?_queryString=&_pageSize=10000&_pagedResultsOffset=1").await.status(200).json();
    assert_eq!(older, all);
    let stock = "/workflow/BasicViolationProcess";
    let shown = scene.get(stock).await.status(200).json();
    assert_eq!((&shown["mutable"], &shown["type"]), (&json!(false), &json!("bpmn")));
    let text = json!("Workflow with id: BasicViolationProcess cannot be modified.");
    refused(scene.iga(Method::PUT, stock, json!({"name": "x"})).await, 400, text.clone());
    refused(scene.iga(Method::DELETE, stock, json!({})).await, 400, text);

    let definitions = "/auto/orchestration/definition";
    let made = scene.call(Method::PUT, &format!("{definitions}/own")).json(json!({"name": "own", "steps": []}));
    assert_eq!(made.await.status(201).json()["id"], "own");
    let again = scene.call(Method::PUT, &format!("{definitions}/own")).json(json!({"name": "own", "steps": [1]}));
    assert_eq!(again.await.status(200).json()["steps"], json!([1]));
    scene.call(Method::POST, definitions).json(json!({"id": "second", "name": "second"})).await.status(201);
    assert_eq!(scene.read(&format!("{definitions}/second")).await["name"], "second");
    assert_eq!(scene.get("/workflow/own").await.status(200).json()["steps"], json!([1]));
    let listed = scene.read(&format!("{definitions}?_pageSize=1000")).await;
    assert_eq!(listed["totalCount"], all["totalCount"].as_u64().unwrap() + 2);
    let missing = scene.call(Method::GET, &format!("{definitions}/nothing")).await.status(404).json();
    let expected = json!({"code": 404, "reason": "Not Found", "message": "Workflow with id: nothing was not found"});
    assert_eq!(missing, expected);
    let nonsense = scene.call(Method::POST, definitions).body("nonsense").await.status(400).json();
    assert_eq!((&nonsense["code"], &nonsense["reason"]), (&json!(400), &json!("Bad Request")));
}

#[tokio::test]
async fn an_application_says_which_attributes_it_has() {
    let scene = Scene::new();
    let app = scene.get("/application?_pageSize=1").await.status(200).json()["result"][0].clone();
    let id = app["id"].as_str().unwrap();
    for kind in app["application"]["objectTypes"].as_array().unwrap() {
        let name = kind["name"].as_str().unwrap();
        let schema = scene.get(&format!("/application/{id}/{name}/schema")).await.status(200).json();
        assert!(schema["properties"]["id"].is_object(), "{name}");
    }
    let text = Value::from("Object type with id: dragon does not exist.");
    refused(scene.get(&format!("/application/{id}/dragon/schema")).await, 404, text);
}
