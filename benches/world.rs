//! What the core costs without sockets: rows, commits, forks, time, and one page of a vendor's.
//!
//! `cargo bench --bench world`. The load harness beside this says what of it a client notices.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be laid has nothing to measure")]

use std::hint::black_box;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http::{Request, StatusCode, header};
use rolecall::app::{App, Founding};
use rolecall::company::PersonStatus;
use rolecall::company::grow::Growth;
use rolecall::company::seed::Seed;
use rolecall::kernel::{Clock, Entity, ManualWall, Pace, Span, Table, Timestamp};
use rolecall::vendors;
use rolecall::world::{Cause, Settings, Tenant, World};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

const ROWS: u32 = 100_000;
const APPROVALS: usize = 1_000;
const ADMIN: &str = "ada.admin";
const PAGE: &str = "/v3/access-request-approvals/pending?limit=50";

#[derive(Clone, Serialize, Deserialize)]
struct Note {
    id: u32,
    colour: u32,
    size: u32,
}

impl Entity for Note {
    const TABLE: &'static str = "notes";
    type Id = u32;
    type Key = (u8, u32);
    fn id(&self) -> u32 {
        self.id
    }
    fn keys(&self) -> Vec<(u8, u32)> {
        vec![(0, self.colour), (1, self.size)]
    }
}

/// The embedded company, with approvals that wait in its default tenant.
struct Stage {
    app: App,
    tenant: Arc<Tenant>,
    runtime: Runtime,
    /// Steps that approve one approval each.
    decisions: Vec<Value>,
}

impl Stage {
    fn set() -> Self {
        let opening: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
        let founding = Founding {
            seed: Seed::embedded(),
            opening,
            settings: Settings::default(),
            clock: Clock::Frozen,
            growth: Growth::default(),
            max_tenants: 1_000_000,
            journal_exchanges: 0,
            public_url: None,
        };
        let app = App::found(&founding, vendors::all(), Arc::new(ManualWall::at(opening))).unwrap();
        let tenant = app.site().tenants().get_or_fork("default").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut stage = Self { app, tenant, runtime, decisions: Vec::new() };
        assert!(stage.step(&stage.tenant, json!({"step": "set-approval-rules", "rules": {}})));
        stage.ask_for_access();
        stage
    }

    /// Does a step of SailPoint's; says whether it was taken.
    fn step(&self, tenant: &Tenant, step: Value) -> bool {
        let vendor = self.app.site().vendor("sailpoint").unwrap();
        let change = tenant.change(Cause::Operator("bench"), |draft| vendor.perform(draft, step));
        self.runtime.block_on(change).is_ok()
    }

    fn ask_for_access(&mut self) {
        const OBJECTS: [&str; 4] = [
            "access-profile/erp-ap-clerk",
            "access-profile/erp-ap-release",
            "role/accounts-payable-clerk",
            "role/vendor-payment-run",
        ];
        let world = self.tenant.read();
        let people = world.company().people().iter().filter(|person| person.status == PersonStatus::Active);
        for (person, object) in people.flat_map(|person| OBJECTS.map(|object| (&person.slug, object))) {
            let wish = json!({"step": "request", "by": ADMIN, "for": person, "objects": [object], "comment": "bench"});
            let decision = json!({"step": "approve", "by": ADMIN, "for": person, "object": object});
            if self.step(&self.tenant, wish) && self.step(&self.fork(self.tenant.read()), decision.clone()) {
                self.decisions.push(decision);
            }
            if self.decisions.len() == APPROVALS {
                return;
            }
        }
    }

    /// A tenant that nobody else knows.
    fn fork(&self, world: Arc<World>) -> Tenant {
        Tenant::new("fork", world, Arc::new(ManualWall::at(self.tenant.hour())))
    }

    /// A world with one timer due at each of so many instants.
    fn with_timers(&self) -> Arc<World> {
        let tenant = self.fork(self.tenant.read());
        let change = tenant.change(Cause::Operator("bench"), |draft| {
            let mut paces = draft.world().paces().clone();
            paces.set("sailpoint/provision", Pace::After(Span::days(2)));
            draft.set_paces(paces);
            Ok::<_, ()>(())
        });
        assert!(self.runtime.block_on(change).is_ok());
        // Each is decided until nobody else is asked.
        let mut decisions = self.decisions.iter().cycle();
        while tenant.read().timers().count() < APPROVALS {
            tenant.advance(Span::seconds(1));
            self.step(&tenant, decisions.next().unwrap().clone());
        }
        tenant.read()
    }
}

fn table(c: &mut Criterion) {
    let note = |id| Note { id, colour: id % 97, size: id % 1_009 };
    let table: Table<Note> = (0..ROWS).map(note).collect();
    let mut ids = (0..ROWS).map(|step| step * 7_919 % ROWS).cycle();
    c.bench_function("table put, 100,000 rows", |b| {
        b.iter_batched_ref(
            || (table.clone(), ids.next().unwrap()),
            |(table, id)| table.put(Note { colour: 98, ..note(*id) }),
            BatchSize::SmallInput,
        );
    });
}

fn tenant(c: &mut Criterion) {
    let stage = Stage::set();
    let prepared = stage.tenant.read();
    let mut decisions = stage.decisions.iter().cycle();
    c.bench_function("approve, command to commit", |b| {
        b.iter_batched(
            || (stage.fork(Arc::clone(&prepared)), decisions.next().unwrap().clone()),
            |(tenant, decision)| {
                assert!(stage.step(&tenant, decision));
                tenant
            },
            BatchSize::SmallInput,
        );
    });
    let tenants = stage.app.site().tenants();
    c.bench_function("fork of a tenant", |b| {
        b.iter_batched(
            || drop(tenants.remove("forked")),
            |()| tenants.create("forked", Arc::clone(&prepared)).unwrap(),
            BatchSize::PerIteration,
        );
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    c.bench_function("snapshot", |b| b.iter(|| black_box(runtime.block_on(stage.tenant.snapshot("bench")).unwrap())));
    let timers = stage.with_timers();
    c.bench_function("advance by 30 days over 1,000 instants", |b| {
        b.iter_batched(
            || stage.fork(Arc::clone(&timers)),
            |tenant| {
                let advanced = tenant.advance(Span::days(30));
                assert!(advanced.instants >= APPROVALS);
                (tenant, advanced)
            },
            BatchSize::PerIteration,
        );
    });
}

fn page(c: &mut Criterion) {
    let stage = Stage::set();
    let router = stage.app.router();
    c.bench_function("page of 50 pending approvals, remembered", |b| b.iter(|| read(&stage, &router)));
    c.bench_function("page of 50 pending approvals, made anew", |b| {
        b.iter_batched(
            || {
                let change = stage.tenant.change(Cause::Operator("bench"), |_| Ok::<_, ()>(()));
                assert!(stage.runtime.block_on(change).is_ok());
            },
            |()| read(&stage, &router),
            BatchSize::PerIteration,
        );
    });
}

/// Any token acts as an administrator here.
fn read(stage: &Stage, router: &Router) -> usize {
    stage.runtime.block_on(async {
        let request = Request::get(PAGE).header(header::AUTHORIZATION, "Bearer bench").body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        to_bytes(answer.into_body(), usize::MAX).await.unwrap().len()
    })
}

criterion_group!(benches, table, tenant, page);
criterion_main!(benches);
