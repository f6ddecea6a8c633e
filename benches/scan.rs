//! What a scan for violations costs, and how the cost grows with people, grants and rules.
//!
//! `cargo bench --bench scan`. Each scan is a simulation through the vendor's own endpoint, waited for, so it is all that
//! a client waits for but the socket.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be laid has nothing to measure")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use http::{Request, StatusCode, header};
use rolecall::app::{App, Founding};
use rolecall::company::GrantKey;
use rolecall::company::grow::Growth;
use rolecall::company::seed::Seed;
use rolecall::kernel::{Clock, ManualWall, Timestamp};
use rolecall::vendors;
use rolecall::world::Settings;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// Entitlements that more people hold than one in so many are nobody's idea of a conflict.
const COMMON: usize = 20;

/// A company of some size, and policies of so many rules over pairs of what its people hold.
struct Stage {
    router: Router,
    runtime: Runtime,
    names: Vec<String>,
}

impl Stage {
    fn of(people: usize, grants: usize) -> Self {
        let opening: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
        let founding = Founding {
            seed: Seed::embedded().with("story.json", r#"{"story": []}"#),
            opening,
            settings: Settings::default(),
            clock: Clock::Frozen,
            growth: Growth { people: Some(people), grants: Some(grants) },
            max_tenants: 4,
            journal_exchanges: 0,
            public_url: None,
        };
        let app = App::found(&founding, vendors::all(), Arc::new(ManualWall::at(opening))).unwrap();
        let world = app.site().tenants().base();
        let company = world.company();
        let held = |id| company.grants().ids_with(GrantKey::Entitlement(id)).count();
        let mut held: Vec<(usize, String)> =
            company.entitlements().iter().map(|entitlement| (held(entitlement.id), entitlement.name.clone())).collect();
        held.retain(|(holders, _)| holders * COMMON < people);
        held.sort_unstable_by(|one, other| other.cmp(one));
        let names = held.into_iter().map(|(_, name)| name).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Self { router: app.router(), runtime, names }
    }

    fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.runtime.block_on(async {
            let request = Request::post(format!("/pingone/iga/governance{path}"))
                .header(header::AUTHORIZATION, "Bearer bench")
                .body(Body::from(body.to_string()))
                .unwrap();
            let answer = self.router.clone().oneshot(request).await.unwrap();
            let status = answer.status();
            let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            (status, serde_json::from_slice(&body).unwrap())
        })
    }

    /// A policy of so many rules, each over two of the entitlements that most people hold.
    fn policy(&self, rules: usize) -> String {
        let condition = |name: &String| {
            let is = json!({"targetName": "entitlement.displayName", "targetValue": name});
            json!({"type": ["entitlementGrant"], "operator": "OR", "operand": [{"operator": "EQUALS", "operand": is}]})
        };
        let rule = |place: usize| {
            let rule = json!({
                "name": format!("{rules} rules, number {place}"),
                "active": true,
                "policyRuleOwner": {"id": "nobody"},
                "violationOwner": {"id": "nobody"},
                "violationOwnerType": "user",
                "scanTypes": {"preventative": true, "detective": true},
                "decisionOptions": {"exception": true, "allow": true, "remediate": true},
                "maxExceptionDuration": 90,
                "remediation": {"schemas": ["grantRemoval"]},
                "userFilter": {"operator": "ALL", "operand": []},
                "ruleDefinition": [condition(&self.names[place]), condition(&self.names[place + 1])],
            });
            let (status, made) = self.post("/policy/rule?_action=create", &rule);
            assert_eq!(status, StatusCode::CREATED, "{made}");
            made["id"].clone()
        };
        let ids: Vec<Value> = (0..rules).map(rule).collect();
        let policy = json!({"name": format!("{rules} rules"), "policyOwner": {}, "policyRuleIds": ids});
        let (status, made) = self.post("/policy?_action=create", &policy);
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    fn scan(&self, policy: &str) -> u64 {
        let (status, scan) =
            self.post(&format!("/policy/{policy}/scan?simulate=true&waitForCompletion=true"), &json!({}));
        assert_eq!(status, StatusCode::OK, "{scan}");
        scan["results"].as_array().unwrap().iter().filter_map(|result| result["numViolations"].as_u64()).sum()
    }
}

/// (people, grants, rules): the last is the size that is promised, the others change one thing each.
const SIZES: [(usize, usize, usize); 6] = [
    (10_000, 100_000, 20),
    (30_000, 300_000, 20),
    (100_000, 600_000, 20),
    (100_000, 1_000_000, 1),
    (100_000, 1_000_000, 5),
    (100_000, 1_000_000, 20),
];

fn scans(c: &mut Criterion) {
    let mut group = c.benchmark_group("scan");
    group.sample_size(10);
    let mut standing: Option<((usize, usize), Stage)> = None;
    for (people, grants, rules) in SIZES {
        let stage = match standing.take().filter(|(size, _)| *size == (people, grants)) {
            Some((_, stage)) => stage,
            None => Stage::of(people, grants),
        };
        let policy = stage.policy(rules);
        let found = stage.scan(&policy);
        let name = format!("{people} people, {grants} grants, {rules} rules, {found} hits");
        group.bench_function(BenchmarkId::from_parameter(name), |b| b.iter(|| stage.scan(&policy)));
        standing = Some(((people, grants), stage));
    }
    group.finish();
}

criterion_group!(benches, scans);
criterion_main!(benches);
