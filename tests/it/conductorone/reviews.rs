//! Access reviews: from draft to end, by request, by step and by date (contract, 12.1).

use std::collections::BTreeMap;

use rolecall::kernel::Span;
use serde_json::{Value, json};

use super::{ADMIN, Scene, column, refused, text};

/// Who runs access reviews.
const RUNS: &str = "rosalind.keane";
const REVIEW: &str = "/api/v1/access_review";
const TEMPLATE: &str = "/api/v1/access_review_template";

impl Scene {
    /// An instant so long from now.
    fn after(&self, span: Span) -> String {
        (self.tenant().read().hour() + span).to_seconds_text()
    }
    async fn certify_policy(&self, name: &str) -> String {
        text(&self.search("policies", json!({"displayName": name})).await["list"][0]["id"])
    }
    /// A draft about one entitlement, decided by the seeded policy of reviews.
    async fn draft(&self, app: &str, entitlement: &str) -> String {
        let (owner, policy) = (self.user(RUNS).await, self.certify_policy("Quarterly review").await);
        let body = json!({"displayName": "Spring", "ownerIds": [owner], "policyId": policy});
        let made = self.post(RUNS, REVIEW, body).await.status(200).json();
        let review = &made["accessReview"]["accessReview"];
        assert_eq!(review["state"], "ACCESS_REVIEW_STATE_DRAFT");
        let id = text(&review["id"]);
        let scope = json!({"entitlements": [{"appId": app, "appEntitlementId": entitlement}]});
        self.post(RUNS, &format!("{REVIEW}/{id}/scope_and_entitlements"), scope).await.status(200);
        id
    }
    async fn lead(&self, id: &str, state: &str) -> crate::common::Reply {
        let state = format!("ACCESS_REVIEW_STATE_{state}");
        let body = json!({"accessReview": {"state": state}, "updateMask": "state"});
        self.post(RUNS, &format!("{REVIEW}/{id}"), body).await
    }
    async fn review(&self, id: &str) -> Value {
        self.read(&format!("{REVIEW}/{id}")).await["accessReview"]["accessReview"].clone()
    }
    async fn tasks_of(&self, id: &str) -> Vec<Value> {
        let found = self.search("tasks", json!({"accessReviewIds": [id], "pageSize": 100})).await;
        found["list"].as_array().unwrap().iter().map(|row| row["task"].clone()).collect()
    }
    /// Decides a task, whoever was to do it.
    async fn decide(&self, task: &Value, action: &str) {
        let me = self.user(ADMIN).await;
        self.act(ADMIN, task, "reassign", json!({"newStepUserIds": [me]})).await.status(200);
        let task = self.task(ADMIN, &text(&task["id"])).await;
        self.act(ADMIN, &task, action, json!({})).await.status(200);
    }
    async fn holders(&self, app: &str, entitlement: &str) -> Vec<String> {
        let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}/grants?page_size=100");
        column(&self.read(&path).await["list"], "/appUserId")
    }
}

#[tokio::test]
async fn what_is_not_kept_goes_and_the_review_ends_with_its_last_task() {
    let scene = Scene::new();
    let (app, entitlement) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let holders = scene.holders(&app, &entitlement).await;
    assert!(holders.len() > 1);
    let id = scene.draft(&app, &entitlement).await;
    let review = scene.review(&id).await;
    assert_eq!(review["expectedTicketCount"], json!(holders.len()), "as many as would be opened now");
    assert_eq!((&review["scopingVersion"], review.get("startedAt")), (&json!("2"), None));
    let scope = scene.read(&format!("{REVIEW}/{id}/scope_and_entitlements")).await;
    assert_eq!(scope["list"][0]["accessReviewEntitlement"]["appEntitlementId"], entitlement);
    assert_eq!(scope["list"][0]["appPath"], "$.expanded[0]");

    let opened = scene.lead(&id, "OPEN").await.status(200).json();
    assert_eq!(opened["accessReview"]["accessReview"]["state"], "ACCESS_REVIEW_STATE_OPEN");
    assert!(opened["accessReview"]["accessReview"]["startedAt"].is_string());
    let tasks = scene.tasks_of(&id).await;
    assert_eq!(tasks.len(), holders.len());
    for task in &tasks {
        let certify = &task["type"]["certify"];
        assert_eq!((&certify["accessReviewId"], &certify["appEntitlementId"]), (&json!(id), &json!(entitlement)));
        assert_eq!(task["origin"], "TASK_ORIGIN_ACCESS_REVIEW");
        assert_eq!(task["policy"]["policy"]["displayName"], "Quarterly review");
    }
    scene.decide(&tasks[0], "deny").await;
    let denied = scene.task(ADMIN, &text(&tasks[0]["id"])).await;
    assert_eq!(denied["type"]["certify"]["outcome"], "CERTIFY_OUTCOME_DECERTIFIED");
    let gone = text(&tasks[0]["type"]["certify"]["appUserId"]);
    assert!(!scene.holders(&app, &entitlement).await.contains(&gone), "the policy takes it at once");
    let revokes = scene.search("tasks", json!({"taskTypes": [{"revoke": {}}], "appUserSubjectIds": [gone]})).await;
    let source = &revokes["list"][0]["task"]["type"]["revoke"]["source"]["review"];
    assert_eq!((&source["accessReviewId"], &source["certTicketId"]), (&json!(id), &denied["id"]));

    for task in &tasks[1..] {
        assert_eq!(scene.review(&id).await["state"], "ACCESS_REVIEW_STATE_OPEN");
        scene.decide(task, "approve").await;
    }
    let review = scene.review(&id).await;
    assert_eq!(review["state"], "ACCESS_REVIEW_STATE_CLOSED");
    assert!(review["closedAt"].is_string());
    assert_eq!(scene.holders(&app, &entitlement).await.len(), holders.len() - 1);
    refused(&scene.lead(&id, "OPEN").await, 400, 9, "access review is closed");
}

#[tokio::test]
async fn what_nobody_reviewed_in_time_follows_the_reviews_decision() {
    for (decision, outcome, held) in [
        ("revoked", "CERTIFY_OUTCOME_DECERTIFIED", false),
        ("skip", "CERTIFY_OUTCOME_CANCELLED", true),
        ("noAction", "CERTIFY_OUTCOME_UNSPECIFIED", true),
    ] {
        let scene = Scene::new();
        let (app, entitlement) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
        let before = scene.holders(&app, &entitlement).await;
        let step = json!({"step": "review", "by": RUNS, "name": "Spring", "entitlements": ["erp/vendor-create"],
            "lasting": "P7D", "decision": decision});
        let made = scene.step(step).await;
        assert_eq!(made["tasks"], json!(before.len()));
        let id = text(&made["reviewId"]);
        assert_eq!(scene.review(&id).await["displayName"], "Spring");
        let policy = &scene.tasks_of(&id).await[0]["policy"]["policy"];
        assert_eq!(policy["systemBuiltin"], true, "nobody named another");
        scene.advance("P6D").await;
        assert_eq!(scene.review(&id).await["state"], "ACCESS_REVIEW_STATE_OPEN");
        scene.advance("P2D").await;
        assert_eq!(scene.review(&id).await["state"], "ACCESS_REVIEW_STATE_CLOSED");
        for task in scene.tasks_of(&id).await {
            assert_eq!(task["type"]["certify"]["outcome"], outcome, "{decision}");
            assert_eq!(task["state"] == "TASK_STATE_OPEN", decision == "noAction");
        }
        assert_eq!(!scene.holders(&app, &entitlement).await.is_empty(), held, "{decision}");
    }
}

#[tokio::test]
async fn nobody_is_asked_about_access_that_is_gone_where_the_review_says_so() {
    for resolves in [true, false] {
        let scene = Scene::new();
        let (app, entitlement) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
        let id = scene.draft(&app, &entitlement).await;
        let body = json!({"accessReview": {"autoResolve": resolves, "autoCloseDecision": "CLOSE_DECISION_REVOKED"},
            "updateMask": "autoResolve,autoCloseDecision"});
        let said = scene.post(RUNS, &format!("{REVIEW}/{id}"), body).await.status(200).json();
        assert_eq!(said["accessReview"]["accessReview"]["autoResolve"], resolves);
        scene.lead(&id, "OPEN").await.status(200);
        let outcomes = async || {
            let tasks = scene.tasks_of(&id).await;
            let outcome = |task: &Value| text(&task["type"]["certify"]["outcome"]).replace("CERTIFY_OUTCOME_", "");
            tasks.iter().map(|task| (text(&task["userId"]), outcome(task))).collect::<BTreeMap<_, _>>()
        };
        let (raj, george) = (scene.user("raj.patel").await, scene.user("george.adeyemi").await);
        let expected = |gone: &str| if resolves { gone.to_owned() } else { "UNSPECIFIED".to_owned() };

        scene
            .step(json!({"step": "revoke", "by": ADMIN, "for": "raj.patel", "entitlement": "erp/vendor-create"}))
            .await;
        assert_eq!(outcomes().await[&raj], expected("CANCELLED"), "what it takes itself, it knows");

        // Another vendor takes it, which is found out by looking.
        scene.taken_elsewhere("george.adeyemi", "erp/vendor-create").await;
        assert_eq!(outcomes().await[&george], "UNSPECIFIED");
        scene.advance("P1D").await;
        assert_eq!(outcomes().await[&george], expected("CANCELLED"));

        let is_left = |(who, outcome): &(String, String)| {
            outcome == "UNSPECIFIED" && !["", &raj, &george].contains(&who.as_str())
        };
        let (last, _) = outcomes().await.into_iter().find(is_left).unwrap();
        let slug = scene.slug(&last).await;
        scene.taken_elsewhere(&slug, "erp/vendor-create").await;
        scene.lead(&id, "CLOSED").await.status(200);
        let ended = outcomes().await;
        assert_eq!(ended[&last], if resolves { "CANCELLED" } else { "DECERTIFIED" });
        assert!(ended.values().any(|outcome| outcome == "DECERTIFIED"), "the others follow the review's decision");
    }
}

#[tokio::test]
async fn a_review_waits_for_its_date_and_is_deleted_with_its_tasks() {
    let scene = Scene::new();
    let (app, entitlement) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let id = scene.draft(&app, &entitlement).await;
    let path = format!("{REVIEW}/{id}");
    let starts = json!({"accessReview": {"autoStartCampaign": true, "scheduledStartDate": scene.after(Span::days(3))},
        "updateMask": "autoStartCampaign,scheduledStartDate"});
    let waits = scene.post(RUNS, &path, starts).await.status(200).json();
    assert_eq!(waits["accessReview"]["accessReview"]["state"], "ACCESS_REVIEW_STATE_PENDING");
    let never = json!({"accessReview": {}, "updateMask": "scheduled_start_date"});
    let draft = scene.post(RUNS, &path, never).await.status(200).json();
    assert_eq!(draft["accessReview"]["accessReview"]["state"], "ACCESS_REVIEW_STATE_DRAFT");
    let again = json!({"accessReview": {"scheduledStartDate": scene.after(Span::days(3))}});
    scene.post(RUNS, &path, again).await.status(200);
    scene.advance("P4D").await;
    assert_eq!(scene.review(&id).await["state"], "ACCESS_REVIEW_STATE_OPEN");
    let tasks = scene.tasks_of(&id).await;
    assert!(!tasks.is_empty());

    scene.post(RUNS, &format!("{path}/report"), json!({"format": "ACCESS_REVIEW_REPORT_FORMAT_CSV"})).await.status(200);
    let reports = scene.read(&format!("{path}/report")).await;
    assert_eq!(reports["list"][0]["format"], "ACCESS_REVIEW_REPORT_FORMAT_CSV");
    assert_eq!(reports["list"][0]["state"], "REPORT_STATE_OK");

    assert!(column(&scene.read("/api/v1/access_reviews").await["list"], "/accessReview/id").contains(&id));
    scene.delete(RUNS, &path).await.status(200);
    let ended = scene.task(ADMIN, &text(&tasks[0]["id"])).await;
    assert_eq!(ended["type"]["certify"]["outcome"], "CERTIFY_OUTCOME_CANCELLED");
    assert!(!column(&scene.read("/api/v1/access_reviews").await["list"], "/accessReview/id").contains(&id));
    assert_eq!(scene.review(&id).await["state"], "ACCESS_REVIEW_STATE_DELETED");
    refused(&scene.delete(RUNS, &path).await, 404, 5, "not found");
}

#[tokio::test]
async fn only_what_the_filter_lets_through_is_reviewed() {
    let scene = Scene::new();
    let (app, entitlement) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let id = scene.draft(&app, &entitlement).await;
    let (raj, mia) = (scene.user("raj.patel").await, scene.user("mia.chen").await);
    let expected = async |scope: Value| {
        let body = json!({"accessReview": {"scopeV2": scope}, "updateMask": "scopeV2"});
        let review = scene.post(RUNS, &format!("{REVIEW}/{id}"), body).await.status(200).json();
        review["accessReview"]["accessReview"]["expectedTicketCount"].as_i64().unwrap()
    };
    let all = expected(json!({"allUsers": {}})).await;
    assert_eq!(expected(json!({"selectedUsers": {"userIds": [raj]}})).await, 1);
    let reports = expected(json!({"userCriteria": {"managerUserIds": [mia]}})).await;
    assert!((1..all).contains(&reports));
    assert_eq!(expected(json!({"celExpression": {"expression": "subject.email.startsWith('raj.')"}})).await, 1);
    assert_eq!(expected(json!({"grantsByCriteria": {"typeFilter": "GRANT_FILTER_TYPE_TEMPORARY"}})).await, 0);
    assert_eq!(expected(json!({"grantsByCriteria": {"daysSinceAdded": "1576800000s"}})).await, 0);
    let unused = async |days: u32| {
        expected(json!({"grantsByCriteria": {"daysSinceLastUsed": format!("{}s", days * 86_400)}})).await
    };
    assert_eq!((unused(0).await, unused(10_000).await), (all, 0));
    assert!((1..all).contains(&unused(100).await), "some accounts have lain idle");
    let grants = scene.read(&format!("/api/v1/apps/{app}/entitlements/{entitlement}/grants?page_size=100")).await;
    let nobodys = grants["list"].as_array().unwrap().iter().filter(|row| row.get("user").is_none()).count();
    assert_eq!(expected(json!({"accountCriteria": {"noAccountOwner": true}})).await, i64::try_from(nobodys).unwrap());
    let service = json!({"accountCriteria": {"accountTypes": ["APP_USER_TYPE_SERVICE_ACCOUNT"]}});
    assert_eq!(expected(service).await, 0);
    let broken =
        json!({"accessReview": {"scopeV2": {"celExpression": {"expression": "1 +"}}}, "updateMask": "scopeV2"});
    refused(&scene.post(RUNS, &format!("{REVIEW}/{id}"), broken).await, 400, 3, "invalid CelExpression: ");

    let types = scene.read(&format!("/api/v1/apps/{app}/resource_types")).await;
    let kind = text(&types["list"][0]["appResourceType"]["id"]);
    let by_type = json!({"resourceTypeSelections": [{"appId": app, "resourceTypeId": kind}]});
    scene.post(RUNS, &format!("{REVIEW}/{id}/scope_by_resource_type"), by_type).await.status(200);
    let whole = json!({"accessReview": {"singleApp": {"appId": app}, "scopeV2": {"allUsers": {}}},
        "updateMask": "singleApp,scopeV2"});
    let whole = scene.post(RUNS, &format!("{REVIEW}/{id}"), whole).await.status(200).json();
    assert!(whole["accessReview"]["accessReview"]["expectedTicketCount"].as_i64().unwrap() > all);
}

#[tokio::test]
async fn reviews_are_made_from_a_template_as_often_as_it_says() {
    let scene = Scene::new();
    let (app, entitlement) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let policy = scene.certify_policy("Quarterly review").await;
    let rule = json!({"frequency": "FREQUENCY_MONTHLY", "interval": 1, "startDate": scene.after(Span::days(1)),
        "occurrences": 2});
    let body = json!({"displayName": "Monthly", "policyId": policy, "autoStartCampaign": true, "autoCloseCampaign": true,
        "accessReviewDuration": "604800s", "isCampaignScheduleEnabled": true, "recurrenceRule": rule});
    let made = scene.post(RUNS, TEMPLATE, body).await.status(200).json();
    let template = &made["accessReviewTemplate"];
    assert_eq!(template["nextScheduledCampaignAt"], template["recurrenceRule"]["startDate"]);
    let id = text(&template["id"]);
    let path = format!("{TEMPLATE}/{id}");
    let scope = json!({"entitlements": [{"appId": app, "appEntitlementId": entitlement}], "scope": {"allUsers": {}}});
    scene.post(RUNS, &format!("{path}/scope_and_entitlements"), scope).await.status(200);
    let scope = scene.read(&format!("{path}/scope_and_entitlements")).await;
    assert_eq!(scope["list"][0]["accessReviewTemplateEntitlement"]["accessReviewTemplateId"], id);
    assert_eq!(scope["scope"]["allUsers"], json!({}));

    scene.advance("P2D").await;
    let reviews = scene.read("/api/v1/access_reviews").await;
    let review = &reviews["list"][0]["accessReview"];
    assert_eq!((&review["accessReviewTemplateId"], &review["displayName"]), (&json!(id), &json!("Monthly")));
    assert_eq!(review["state"], "ACCESS_REVIEW_STATE_OPEN");
    assert!(review["completionDate"].is_string());
    scene.advance("P7D").await;
    assert_eq!(scene.review(&text(&review["id"])).await["state"], "ACCESS_REVIEW_STATE_CLOSED", "after its week");
    scene.advance("P70D").await;
    let reviews = scene.read("/api/v1/access_reviews").await;
    assert_eq!(reviews["list"].as_array().unwrap().len(), 2, "not oftener than twice");
    let template = scene.read(&path).await["accessReviewTemplate"].clone();
    assert_eq!((&template["occurrences"], template.get("nextScheduledCampaignAt")), (&json!(2), None));

    let renamed = json!({"accessReviewTemplate": {"displayName": "Seldom"}, "updateMask": "displayName"});
    let renamed = scene.post(RUNS, &path, renamed).await.status(200).json();
    assert_eq!(renamed["accessReviewTemplate"]["displayName"], "Seldom");
    assert_eq!(renamed["accessReviewTemplate"]["accessReviewDuration"], "604800s", "and everything else as it was");
    let kinds = scene.read(&format!("/api/v1/apps/{app}/resource_types")).await;
    let kind = &kinds["list"][0]["appResourceType"]["id"];
    let by_type = json!({"resourceTypeSelections": [{"appId": app, "resourceTypeId": kind}]});
    scene.post(RUNS, &format!("{path}/scope_by_resource_type"), by_type).await.status(200);
    scene.delete(RUNS, &path).await.status(200);
    assert!(scene.read(&path).await["accessReviewTemplate"]["deletedAt"].is_string());
    refused(&scene.delete(RUNS, &path).await, 404, 5, "not found");
}

#[tokio::test]
async fn bad_reviews_are_refused_and_change_nothing() {
    let scene = Scene::new();
    let (app, entitlement) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let (owner, nothing) = (scene.user(RUNS).await, "0".repeat(27));
    let grants = text(&scene.search("policies", json!({"policyTypes": ["POLICY_TYPE_GRANT"]})).await["list"][0]["id"]);
    let before = scene.tenant().read();
    for (body, status, code, sentence) in [
        (json!({"displayName": "x"}), 400, 3, "invalid OwnerIds: value must contain at least 1 item(s)"),
        (json!({"ownerIds": [owner]}), 400, 3, "invalid DisplayName: "),
        (json!({"displayName": "x", "ownerIds": [nothing]}), 404, 5, "not found"),
        (
            json!({"displayName": "x", "ownerIds": ["x"]}),
            400,
            3,
            "invalid AccessReviewServiceCreateRequest.OwnerIds[0]: ",
        ),
        (json!({"displayName": "x", "ownerIds": [owner], "policyId": nothing}), 404, 5, "not found"),
        (
            json!({"displayName": "x", "ownerIds": [owner], "policyId": grants}),
            400,
            3,
            "invalid PolicyId: policy must be",
        ),
        (json!({"displayName": "x", "ownerIds": [owner], "duplicateFrom": nothing}), 404, 5, "not found"),
    ] {
        refused(&scene.post(RUNS, REVIEW, body).await, status, code, sentence);
    }
    let body = json!({"displayName": "x", "ownerIds": [owner]});
    refused(&scene.post("raj.patel", REVIEW, body).await, 403, 7, "permission denied");
    assert!(std::sync::Arc::ptr_eq(&before, &scene.tenant().read()), "the very same world");

    let id = scene.draft(&app, &entitlement).await;
    let scope = format!("{REVIEW}/{id}/scope_and_entitlements");
    let unknown = json!({"entitlements": [{"appId": app, "appEntitlementId": nothing}]});
    refused(&scene.post(RUNS, &scope, unknown).await, 404, 5, "not found");
    refused(&scene.lead(&id, "CLOSED").await, 400, 9, "access review is a draft");
    refused(&scene.lead(&id, "DELETED").await, 400, 9, "access review is a draft");
    refused(&scene.lead(&nothing, "OPEN").await, 404, 5, "not found");
    scene.lead(&id, "REVIEW").await.status(200);
    scene.lead(&id, "OPEN").await.status(200);
    let late = json!({"entitlements": []});
    refused(&scene.post(RUNS, &scope, late).await, 400, 9, "access review is open");
    let like = json!({"displayName": "Again", "ownerIds": [owner], "duplicateFrom": id});
    let like = scene.post(RUNS, REVIEW, like).await.status(200).json();
    let like = text(&like["accessReview"]["accessReview"]["id"]);
    let scope = scene.read(&format!("{REVIEW}/{like}/scope_and_entitlements")).await;
    assert_eq!(scope["list"][0]["accessReviewEntitlement"]["appEntitlementId"], entitlement);
    let rule = json!({"displayName": "x", "isCampaignScheduleEnabled": true, "recurrenceRule": {}});
    refused(&scene.post(RUNS, TEMPLATE, rule).await, 400, 3, "invalid RecurrenceRule.Frequency: ");
}
