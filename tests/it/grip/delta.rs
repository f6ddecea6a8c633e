//! What a delta-syncing client needs (contract, 15): whoever re-reads a roster only when one of the
//! watched fields moved never misses a change of it.
//!
//! A roster is who is in it, and each one's account. The vendor's times have a second's precision,
//! so steps lie at least a second apart, as they do when a client polls.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rolecall::company::{Account, App, Company, EntitlementKey, NewAccount, Person, Reason, SignIn, Strength};
use rolecall::kernel::{Chronicle, Id};
use rolecall::world::Cause;
use serde_json::{Value, json};

use super::{Scene, block_on, saas, user};

const STEPS: usize = 1_000;
const APPS: [&str; 6] = ["sql-finance", "backup", "trello", "crowdstrike", "tax-engine", "jenkins"];
const WATCHED: [&str; 5] =
    ["numberOfUsers", "numberOfOnboardedUsers", "numberOfOffboardedUsers", "latestEventTime", "lastKnownUsage"];

#[derive(Clone, Debug)]
enum Change {
    Open(usize, usize),
    Use(usize, usize),
    Disable(usize, usize),
    Close(usize, usize),
    Give(usize, usize, usize),
    Take(usize, usize),
    Revoke(usize, usize),
    Nothing,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let (app, some) = (0..APPS.len(), 0..1000_usize);
    let change = prop_oneof![
        (app.clone(), some.clone()).prop_map(|(app, some)| Change::Open(app, some)),
        (app.clone(), some.clone()).prop_map(|(app, some)| Change::Use(app, some)),
        (app.clone(), some.clone()).prop_map(|(app, some)| Change::Disable(app, some)),
        (app.clone(), some.clone()).prop_map(|(app, some)| Change::Close(app, some)),
        (app.clone(), some.clone(), some.clone()).prop_map(|(app, some, other)| Change::Give(app, some, other)),
        (app.clone(), some.clone()).prop_map(|(app, some)| Change::Take(app, some)),
        (app, some).prop_map(|(app, some)| Change::Revoke(app, some)),
        Just(Change::Nothing),
    ];
    prop::collection::vec(change, STEPS)
}

/// A client with a memory.
#[derive(Default)]
struct Client {
    watched: BTreeMap<String, Vec<Value>>,
    rosters: BTreeMap<String, Value>,
    read: usize,
}

impl Client {
    async fn sync(&mut self, scene: &Scene) {
        for app in APPS.map(saas) {
            let data = scene.read(&format!("/public/saas/{app}")).await["gripData"].clone();
            let watched: Vec<Value> = WATCHED.iter().map(|field| data[field].clone()).collect();
            if self.watched.get(&app) != Some(&watched) {
                self.watched.insert(app.clone(), watched);
                self.rosters.insert(app, Value::Null);
            }
        }
        let stale: Vec<String> =
            self.rosters.iter().filter(|(_, roster)| roster.is_null()).map(|(app, _)| app.clone()).collect();
        for app in stale {
            self.read += 1;
            let roster = roster(scene, &app).await;
            self.rosters.insert(app, roster);
        }
    }
}

async fn roster(scene: &Scene, app: &str) -> Value {
    let entries = scene.read(&format!("/public/saas/{app}/users")).await;
    entries.as_array().unwrap().iter().map(|entry| json!([entry["user"]["id"], entry["saasUser"]])).collect()
}

fn nth(company: &Company, app: &str, place: usize) -> Option<Id<Account>> {
    let app = App::id_of(app);
    let open = company.accounts().with(rolecall::company::AccountKey::App(app));
    let open: Vec<_> = open.filter(|account| account.status != rolecall::company::AccountStatus::Closed).collect();
    (!open.is_empty()).then(|| open[place % open.len()].id)
}

fn change(company: &mut Company, log: &mut Chronicle, change: &Change) {
    let done = match *change {
        Change::Open(app, place) => {
            let people: Vec<Id<Person>> = company.people().iter().map(|person| person.id).collect();
            let person = (place % 9 != 0).then(|| people[place % people.len()]);
            let new = NewAccount {
                app: App::id_of(APPS[app]),
                person,
                user_name: format!("u{place}"),
                mail: None,
                sign_in: if place % 2 == 0 { SignIn::Sso } else { SignIn::Password },
            };
            company.open_account(log, new).map(drop)
        }
        Change::Use(app, place) => nth(company, APPS[app], place).map_or(Ok(()), |id| company.use_account(log, id)),
        Change::Disable(app, place) => {
            nth(company, APPS[app], place).map_or(Ok(()), |id| company.disable_account(log, id))
        }
        Change::Close(app, place) => {
            nth(company, APPS[app], place).map_or(Ok(()), |id| company.close_account(log, id, "test"))
        }
        Change::Give(app, place, what) => {
            let entitlements = company.entitlements().with(EntitlementKey::App(App::id_of(APPS[app])));
            let entitlements: Vec<_> = entitlements.map(|entitlement| entitlement.id).collect();
            let reason = Reason {
                by: "test".into(),
                what: "test".into(),
                strength: Strength::Asked,
                since: log.now(),
                until: None,
            };
            let given = nth(company, APPS[app], place).zip(entitlements.get(what % entitlements.len().max(1)).copied());
            given.map_or(Ok(()), |(account, what)| company.give(log, account, what, reason).map(drop))
        }
        Change::Take(app, place) => {
            let grant =
                nth(company, APPS[app], place).and_then(|id| company.grants_of(id).next().map(|grant| grant.id));
            if let Some(grant) = grant {
                company.take(log, grant, "test");
            }
            Ok(())
        }
        Change::Revoke(..) | Change::Nothing => Ok(()),
    };
    assert_eq!(done, Ok(()));
}

#[test]
fn a_client_that_watches_five_fields_misses_nothing() {
    let mut runner =
        TestRunner::new(Config { cases: 1, failure_persistence: None, max_shrink_iters: 0, ..Config::default() });
    let scene = Scene::new();
    let ran = runner.run(&changes(), |changes| {
        block_on(async {
            scene.pace("grip/revoke", json!("atOnce")).await;
            let mut client = Client::default();
            client.sync(&scene).await;
            for one in &changes {
                scene.advance("PT1S").await;
                let touched = match *one {
                    Change::Revoke(app, place) => {
                        let world = scene.tenant().read();
                        let person = nth(world.company(), APPS[app], place)
                            .and_then(|id| world.company().accounts().get(&id)?.person)
                            .map_or_else(|| user("raj.patel"), |person| person.dashed());
                        let body =
                            json!({"userId": person, "saasIds": [saas(APPS[app])], "inheritorMailbox": "a@b.example"});
                        scene.post("/public/actions/accessRevocation/employee/start", body).await.status(200);
                        app
                    }
                    Change::Open(app, _)
                    | Change::Use(app, _)
                    | Change::Disable(app, _)
                    | Change::Close(app, _)
                    | Change::Give(app, ..)
                    | Change::Take(app, _) => {
                        let tenant = scene.tenant();
                        let made = tenant.change(Cause::Operator("test"), |draft| {
                            draft.on_company(|company, log| change(company, log, one));
                            Ok::<(), ()>(())
                        });
                        made.await.map_err(|()| TestCaseError::fail("refused")).map(|_| app)?
                    }
                    Change::Nothing => 0,
                };
                client.sync(&scene).await;
                let app = saas(APPS[touched]);
                prop_assert_eq!(&client.rosters[&app], &roster(&scene, &app).await, "{:?}", one);
            }
            for slug in APPS {
                let app = saas(slug);
                let now = roster(&scene, &app).await;
                prop_assert_eq!(&client.rosters[&app], &now, "{}", slug);
                let data = scene.grip_data(slug).await;
                let capped = data["numberOfUsers"].as_u64().map(|count| count.min(200));
                prop_assert_eq!(capped, Some(now.as_array().unwrap().len() as u64));
            }
            prop_assert!(client.read < STEPS + APPS.len(), "it did not simply read everything");
            Ok(())
        })
    });
    if let Err(failure) = ran {
        panic!("{failure}");
    }
}
