//! Catalogs that are given to people by themselves: who becomes a member gets what is in them, who is one no more loses
//! it (contract, 11, 15).

use std::collections::BTreeSet;

use super::catalogs::known;
use super::configure::row;
use super::membership::{Given, RUN_MAX, Rule, matched};
use super::{CATALOG_AUTOMATION, Noun, Refusal, Timer, condition};
use crate::company::Person;
use crate::kernel::{Id, Pace};
use crate::vendors::conductorone::model::{
    Breaker, BundleAutomation, BundleRule, BundleRun, BundleSettings, Catalog, CatalogKey, Domain, Enrollment,
    EntitlementRef, Origin, Unenrollment, UnenrollmentPolicy,
};
use crate::world::{Command, Cx};

/// From which share of lost members on an automation stops, where nobody says, in percent. [assumed]
const THRESHOLD: i64 = 30;
/// Below how many members a share says nothing. [assumed]
const SMALL: usize = 10;

/// Give a catalog to people by itself.
pub struct SetBundleAutomation {
    /// Which catalog.
    pub catalog: Id<Catalog>,
    /// To whom, and how.
    pub settings: BundleSettings,
    /// Refused when it is given by itself already.
    pub new: bool,
}

impl Command<Domain> for SetBundleAutomation {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let mut catalog = row(domain, self.catalog)?;
        match &self.settings.rule {
            Some(BundleRule::Cel(expression)) => condition("Cel", expression)?,
            Some(BundleRule::Entitlements(entitlements)) => known(domain, entitlements)?,
            None => {}
        }
        if !(0..=100).contains(&self.settings.removed_members_threshold_percent) {
            let what = "value must be inside range [0, 100]";
            return Err(Refusal::Invalid("RemovedMembersThresholdPercent", what.into()));
        }
        let now = cx.now();
        catalog.automation = Some(match catalog.automation {
            Some(_) if self.new => return Err(Refusal::Exists(Noun::BundleAutomation)),
            Some(automation) => BundleAutomation { settings: self.settings, updated: now, ..automation },
            None => BundleAutomation {
                settings: self.settings,
                last_run: None,
                error: String::new(),
                matched: 0,
                members: BTreeSet::new(),
                breaker: None,
                created: now,
                updated: now,
            },
        });
        let (id, enabled) = (catalog.id, catalog.automation.as_ref().is_some_and(|it| it.settings.enabled));
        domain.catalogs.put(catalog);
        domain.timers.cancel_about(id);
        if enabled {
            run(domain, cx, id);
        }
        Ok(())
    }
}

/// Give a catalog to nobody by itself any more. Who has it keeps it.
pub struct DeleteBundleAutomation {
    /// Which catalog.
    pub catalog: Id<Catalog>,
}

impl Command<Domain> for DeleteBundleAutomation {
    type Output = ();
    fn apply(self, domain: &mut Domain, _: &mut Cx<'_>) -> Result<(), Refusal> {
        let mut catalog = row(domain, self.catalog)?;
        catalog.automation.take().ok_or(Refusal::NoSuch(Noun::BundleAutomation))?;
        domain.timers.cancel_about(catalog.id);
        domain.catalogs.put(catalog);
        Ok(())
    }
}

/// Let an automation that stopped go on.
pub struct ResumeBundleAutomation {
    /// Which catalog.
    pub catalog: Id<Catalog>,
}

impl Command<Domain> for ResumeBundleAutomation {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let mut catalog = row(domain, self.catalog)?;
        let automation = catalog.automation.as_mut().ok_or(Refusal::NoSuch(Noun::BundleAutomation))?;
        let stopped = automation.breaker.is_some_and(|(_, state)| state == Breaker::Triggered);
        if stopped {
            automation.breaker = Some((cx.now(), Breaker::Bypass));
        }
        let id = catalog.id;
        domain.catalogs.put(catalog);
        if stopped {
            run(domain, cx, id);
        }
        Ok(())
    }
}

/// Run an automation now, whether it runs by itself or not.
pub struct RunBundleAutomation {
    /// Which catalog.
    pub catalog: Id<Catalog>,
}

impl Command<Domain> for RunBundleAutomation {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let catalog = row::<Catalog>(domain, self.catalog)?;
        catalog.automation.ok_or(Refusal::NoSuch(Noun::BundleAutomation))?;
        run(domain, cx, self.catalog);
        Ok(())
    }
}

/// Runs an automation, and sets when it runs next.
pub fn run(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<Catalog>) {
    let Some(mut catalog) = domain.catalog(id).map(|catalog| Catalog::clone(catalog)) else { return };
    let Some(mut automation) = catalog.automation.take() else { return };
    let found = match &automation.settings.rule {
        Some(BundleRule::Cel(text)) => matched(domain, cx.company, cx.now(), &Rule::Cel(text)),
        Some(BundleRule::Entitlements(any)) => matched(domain, cx.company, cx.now(), &Rule::Holding(any)),
        None => Ok(BTreeSet::new()),
    };
    let (status, error) = match found {
        Err(error) => (BundleRun::Failure, error),
        Ok(people) => {
            automation.matched = i64::try_from(people.len()).unwrap_or(i64::MAX);
            let gone: Vec<_> = automation.members.difference(&people).copied().take(RUN_MAX).collect();
            if takes_too_much(&automation, gone.len()) {
                automation.breaker = Some((cx.now(), Breaker::Triggered));
                (BundleRun::WaitingForApproval, String::new())
            } else {
                automation.breaker = None;
                automation.members.extend(&people);
                automation.members.retain(|member| !gone.contains(member));
                follow(domain, cx, &catalog, &automation, &gone);
                (BundleRun::Success, String::new())
            }
        }
    };
    (automation.last_run, automation.error) = (Some((cx.now(), status)), error);
    let enabled = automation.settings.enabled;
    catalog.automation = Some(automation);
    domain.catalogs.put(catalog);
    domain.timers.cancel_about(id);
    // One that runs at once whenever it has run would run for ever.
    if enabled && cx.pace(CATALOG_AUTOMATION) != Pace::AtOnce {
        cx.later(domain, CATALOG_AUTOMATION, id, Timer::CatalogAutomation(id));
    }
}

/// Whether so many members would be lost that somebody has to look first.
fn takes_too_much(automation: &BundleAutomation, gone: usize) -> bool {
    let settings = &automation.settings;
    let bypassed = automation.breaker.is_some_and(|(_, state)| state == Breaker::Bypass);
    let members = automation.members.len();
    if settings.disable_circuit_breaker || bypassed || (members < SMALL && !settings.enforce_on_small_profiles) {
        return false;
    }
    let percent = match settings.removed_members_threshold_percent {
        0 => THRESHOLD,
        percent => percent,
    };
    gone > 0 && gone * 100 >= members * usize::try_from(percent).unwrap_or(usize::MAX)
}

/// Gives to members what they lack, and takes from those who are none any more.
fn follow(domain: &mut Domain, cx: &mut Cx<'_>, catalog: &Catalog, automation: &BundleAutomation, gone: &[Id<Person>]) {
    let (settings, why) = (&catalog.settings, catalog.settings.display_name.as_str());
    let enforced = settings.enrollment_behavior == Enrollment::Enforce;
    let by_policy = automation.settings.create_tasks || enforced;
    for at in &catalog.entries {
        let given = Given { at: *at, origin: Origin::ProfileMembershipAutomation, why, by_policy };
        for member in automation.members.iter().take(RUN_MAX) {
            given.to(domain, cx, *member);
        }
    }
    if matches!(settings.unenrollment_behavior, Unenrollment::Unspecified | Unenrollment::LeaveAsIs) {
        return;
    }
    let by_policy = settings.unenrollment_entitlement_behavior == UnenrollmentPolicy::Enforce;
    let all = settings.unenrollment_behavior == Unenrollment::RevokeAll;
    for at in &catalog.entries {
        let given = Given { at: *at, origin: Origin::ProfileMembershipAutomation, why, by_policy };
        for person in gone {
            if !is_given_elsewhere(domain, catalog.id, *at, *person) {
                given.no_more_to(domain, cx, *person, all);
            }
        }
    }
}

/// Whether another catalog gives somebody the same.
fn is_given_elsewhere(domain: &Domain, but: Id<Catalog>, at: EntitlementRef, person: Id<Person>) -> bool {
    let mut others = domain.catalogs.with(CatalogKey::Entry(at)).filter(|catalog| catalog.id != but);
    others.any(|catalog| catalog.automation.as_ref().is_some_and(|it| it.members.contains(&person)))
}
