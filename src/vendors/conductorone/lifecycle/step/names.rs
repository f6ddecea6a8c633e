//! What steps name: people by slug, entitlements by path, tasks by number or by what they are about.

use std::sync::Arc;

use super::Act;
use crate::company::{App, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::Actor;
use crate::vendors::conductorone::lifecycle::tasks::{Acting, Wanted};
use crate::vendors::conductorone::model::{Domain, EntitlementRef, StepInstance, Task, TaskKey};
use crate::vendors::conductorone::wire::id;
use crate::world::{Cx, StepError};

/// What was found; otherwise a word about what there is not.
pub fn known<T>(found: Option<T>, kind: &str, name: &str) -> Result<T, StepError> {
    found.ok_or_else(|| StepError::Malformed(format!("there is no {kind} `{name}`")))
}

/// A person by their slug.
pub fn person(cx: &Cx<'_>, slug: &str) -> Result<Id<Person>, StepError> {
    known(cx.company.person_named(slug), "person", slug).map(|person| person.id)
}

/// A person with the roles that they have.
pub fn actor(domain: &Domain, cx: &Cx<'_>, slug: &str) -> Result<Actor, StepError> {
    let person = person(cx, slug)?;
    Ok(Actor { person, roles: domain.roles_of(person) })
}

/// What is written `APP/SLUG`.
pub fn entitlement(domain: &Domain, path: &str) -> Result<EntitlementRef, StepError> {
    let (app, slug) = path.split_once('/').ok_or_else(|| StepError::Malformed(format!("`{path}` is no APP/SLUG")))?;
    let app = App::id_of(app);
    let at = if slug == "access" {
        EntitlementRef::access(app)
    } else {
        EntitlementRef { app, id: crate::company::Entitlement::id_of(path) }
    };
    known(domain.entitlement(at).map(|row| row.at), "entitlement", path)
}

/// What is wanted, and for whom: whoever asks, unless somebody is named.
pub fn wanted(
    domain: &Domain,
    cx: &Cx<'_>,
    by: &Actor,
    target: Option<String>,
    path: &str,
) -> Result<Wanted, StepError> {
    let user = target.map_or(Ok(by.person), |slug| person(cx, &slug))?;
    Ok(Wanted { entitlement: entitlement(domain, path)?, user: Some(user), account: None })
}

/// A task: the one of a number, or the open one of a person about an entitlement.
pub fn which(
    domain: &Domain,
    cx: &Cx<'_>,
    target: Option<&str>,
    path: Option<&str>,
    number: Option<u64>,
) -> Result<Id<Task>, StepError> {
    if let Some(number) = number {
        let found = domain.tasks.ids_with(TaskKey::Number(number)).next().copied();
        return known(found, "task", &number.to_string());
    }
    let (Some(slug), Some(path)) = (target, path) else {
        return Err(StepError::Malformed("`task`, or `for` and `entitlement`, is required".into()));
    };
    let (subject, at) = (person(cx, slug)?, entitlement(domain, path)?);
    let open: Option<&Arc<Task>> = domain.tasks.with(TaskKey::OpenFor(at, Some(subject))).next();
    known(open.map(|task| task.id), "open task about", path)
}

impl Act {
    /// Who acts on which task, and what they say.
    pub fn on(self, domain: &Domain, cx: &Cx<'_>) -> Result<Acting, StepError> {
        let task = which(domain, cx, self.target.as_deref(), self.entitlement.as_deref(), self.task)?;
        Ok(Acting { task, by: actor(domain, cx, &self.by)?, comment: self.comment.unwrap_or_default() })
    }
}

/// The step that runs.
pub fn current(domain: &Domain, task: Id<Task>) -> Result<Id<StepInstance>, StepError> {
    let step = domain.tasks.get(&task).and_then(|task| task.current()).map(|step| step.id);
    known(step, "step running in task", &id::text(task))
}
