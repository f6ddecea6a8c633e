//! Which users a search finds.

use std::sync::Arc;

use super::{ByName, among, any_among, mentions};
use crate::company::{AccountStatus, App, Person, PersonKey};
use crate::kernel::Id;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::users::{
    DelegateStatus, SearchUsersRequest, UserOrigin, user_status, user_type,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::model::{Role, UserKey};
use crate::vendors::conductorone::wire::{Asked, id};

/// Every user, by name. The system's own is not among them [assumed].
pub fn all<'w>(view: View<'w>) -> impl Iterator<Item = &'w Arc<Person>> {
    view.company.people().range(PersonKey::Name(String::new()), PersonKey::Name(char::MAX.to_string()))
}

/// Where a user stands in a list.
pub fn place(person: &Person) -> ByName {
    (person.name().to_lowercase(), id::text(person.id))
}

/// The users that a search finds.
///
/// # Errors
/// 400 when an id is not written like one.
pub fn found<'w>(
    view: View<'w>,
    asked: &Asked,
    search: &'w SearchUsersRequest,
) -> Result<impl Iterator<Item = &'w Arc<Person>>, ApiError> {
    let refs: Vec<String> = search.refs.iter().map(|user| user.id.clone()).collect();
    let refs: Vec<Id<Person>> = asked.ids("refs", &refs)?;
    let ids: Vec<Id<Person>> = asked.ids("ids", &search.ids)?;
    let unwanted: Vec<Id<Person>> = asked.ids("excludeIds", &search.exclude_ids)?;
    let managers: Vec<Id<Person>> = asked.ids("managerIds", &search.manager_ids)?;
    let delegates: Vec<Id<Person>> = asked.ids("delegatedUserIds", &search.delegated_user_ids)?;
    let roles: Vec<Id<Role>> = asked.ids("roleIds", &search.role_ids)?;
    let sources: Vec<Id<App>> = asked.ids("sourceAppIds", &search.source_app_ids)?;
    Ok(all(view).filter(move |person| {
        let row = view.domain.users.get(&person.id);
        let delegate = row.and_then(|row| row.delegate());
        let mails = || std::iter::once(&person.mail).chain(&person.aliases);
        let department = view.company.profile().departments.iter().find(|known| known.slug == person.department);
        let department = department.map_or_else(|| person.department.clone(), |known| known.name.clone());
        let has_role = || view.domain.roles_of(person.id).into_iter().any(|role| roles.contains(&role.id()));
        let is_known_to = |app: &Id<App>| {
            let mut accounts = view.company.accounts_of(person.id);
            accounts.any(|account| account.app == *app && account.status != AccountStatus::Closed)
        };
        let does_tasks = || view.domain.users.with(UserKey::Delegate(person.id)).next().is_some();
        (search.query.is_empty()
            || mentions(&person.name(), &search.query)
            || mentions(&person.slug, &search.query)
            || mails().any(|mail| mentions(mail, &search.query)))
            && (search.email.is_empty() || mails().any(|mail| mail.eq_ignore_ascii_case(&search.email)))
            && among(&refs, &person.id)
            && among(&ids, &person.id)
            && !unwanted.contains(&person.id)
            && any_among(&managers, person.manager.as_slice())
            && any_among(&delegates, delegate.as_slice())
            && among(&search.departments, &department)
            && among(&search.job_titles, &person.title)
            && among(&search.user_statuses, &user_status(person))
            && among(&search.origins, &UserOrigin::Directory)
            && !search.exclude_origins.contains(&UserOrigin::Directory)
            && !search.exclude_types.contains(&user_type(person.kind))
            && (roles.is_empty() || has_role())
            && (sources.is_empty() || sources.iter().any(is_known_to))
            && (!search.is_delegate || does_tasks())
            && match search.delegate_status {
                DelegateStatus::Unspecified => true,
                DelegateStatus::HasDelegate => delegate.is_some(),
                DelegateStatus::NoDelegate => delegate.is_none(),
            }
    }))
}
