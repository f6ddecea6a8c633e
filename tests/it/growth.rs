//! A grown company is as sound as a seeded one, and the same in every run.

use std::collections::BTreeMap;

use rolecall::company::grow::Growth;
use rolecall::company::seed::Seed;
use rolecall::company::{Company, Tally};

use crate::common::opening;
use crate::common::tiny::tiny_seed;

fn grown(seed: &Seed, growth: Growth) -> Company {
    let mut company = Company::load(seed, opening()).unwrap();
    growth.grow(&mut company, opening());
    company
}

fn bytes(company: &Company) -> Vec<String> {
    company.tables().into_iter().flat_map(|table| table.export()).map(|row| row.to_string()).collect()
}

fn assert_sound(company: &Company) {
    for table in company.tables() {
        assert!(table.is_consistent(), "{}", table.name());
    }
    let recounted = Tally::recount(company.accounts().iter(), |account| company.grants_of(account).count());
    let kept: BTreeMap<_, _> = company.tallies().iter().map(|tally| (tally.of, Tally::clone(tally))).collect();
    assert_eq!(kept, recounted);
    for grant in company.grants().iter() {
        let account = company.accounts().get(&grant.id.account).unwrap();
        assert_eq!(company.entitlements().get(&grant.id.entitlement).unwrap().app, account.app);
    }
    for account in company.accounts().iter() {
        assert!(account.person.is_none_or(|person| company.people().contains(&person)));
    }
    for person in company.people().iter() {
        let steps = std::iter::successors(person.manager, |manager| company.people().get(manager).unwrap().manager);
        assert!(steps.take(100).count() < 100, "{} reports in a circle", person.slug);
    }
}

#[test]
fn it_grows_to_as_many_people_and_grants_as_asked_for() {
    let seed = Seed::embedded();
    let people = grown(&seed, Growth { people: Some(2_000), grants: None });
    assert_eq!(people.people().len(), 2_000);
    assert!(people.grants().len() > 14_000);
    assert_sound(&people);
    let both = grown(&seed, Growth { people: Some(1_000), grants: Some(12_000) });
    assert_eq!(both.people().len(), 1_000);
    assert!((12_000..12_100).contains(&both.grants().len()), "{}", both.grants().len());
    assert_sound(&both);
    let grants = grown(&seed, Growth { people: None, grants: Some(20_000) });
    assert!((20_000..20_100).contains(&grants.grants().len()), "{}", grants.grants().len());
    assert!(grants.people().len() < 1_500, "{}", grants.people().len());
    assert_sound(&grants);
}

#[test]
fn teams_stay_of_a_plausible_size() {
    let company = grown(&Seed::embedded(), Growth { people: Some(10_000), grants: Some(1) });
    let largest = company.people().iter().map(|person| company.reports(person.id).count()).max();
    assert!(largest < Some(60), "{largest:?}");
}

#[test]
fn it_is_the_same_in_every_run_and_growing_further_keeps_everybody() {
    let seed = Seed::embedded();
    let one = grown(&seed, Growth { people: Some(600), grants: None });
    let two = grown(&seed, Growth { people: Some(600), grants: None });
    assert!(bytes(&one) == bytes(&two));
    let further = grown(&seed, Growth { people: Some(700), grants: None });
    for person in one.people().iter() {
        assert_eq!(further.people().get(&person.id), Some(person));
    }
}

#[test]
fn a_seed_is_left_alone_when_it_is_large_enough_or_has_nothing_to_cast() {
    let tiny = tiny_seed();
    let unchanged = bytes(&grown(&tiny, Growth::default()));
    assert!(bytes(&grown(&tiny, Growth { people: Some(2), grants: Some(1) })) == unchanged);
    let bare = tiny.with("grants.json", r#"{"apps": []}"#);
    assert_eq!(grown(&bare, Growth { people: None, grants: Some(10) }).people().len(), 3);
    assert_eq!(grown(&bare, Growth { people: Some(10), grants: Some(10) }).people().len(), 10);
}
