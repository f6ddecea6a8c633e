//! Rows 10 to 15: users, their rosters and labels.

use http::Method;

use super::{PAGE, view};
use crate::company::Account;
use crate::http::{Contents, Endpoint, Sim};
use crate::query::Page;
use crate::vendors::grip::assumed::{LABEL_ADDED, LABEL_REMOVED};
use crate::vendors::grip::auth::Caller;
use crate::vendors::grip::dto::{LabelIn, Message, SaasForUser, User, UserIdResult};
use crate::vendors::grip::error::ApiError;
use crate::vendors::grip::lifecycle::{AddLabel, Labelled, RemoveLabel, person_by_mail, user};
use crate::vendors::grip::model::Environment;
use crate::vendors::grip::query::Query;
use crate::vendors::grip::reply::{Body, List, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<()> {
    vec![
        Endpoint::new(Method::GET, "/public/users", "listUsers", (), list)
            .doing("List users")
            .query(&["next", "offset", "limit"])
            .answers_list::<User>(200),
        Endpoint::new(Method::GET, "/public/users/{user_id}", "getUser", (), get)
            .doing("Get a user")
            .answers::<User>(200),
        Endpoint::new(Method::GET, "/public/users/{user_mail}/id", "getUserId", (), id)
            .doing("Get the id of whoever has an address")
            .answers::<UserIdResult>(200),
        Endpoint::new(Method::GET, "/public/users/{user_id}/saas", "getSaasForUser", (), saas)
            .doing("List the SaaS applications of a user")
            .query(&PAGE)
            .answers_list::<SaasForUser>(200),
        Endpoint::new(Method::POST, "/public/users/{user_id}/label", "addUserLabel", (), add_label)
            .doing("Put a label on a user")
            .reads::<LabelIn>()
            .answers::<Message>(200),
        Endpoint::new(Method::DELETE, "/public/users/{user_id}/label", "deleteUserLabel", (), remove_label)
            .doing("Take a label off a user")
            .query(&["label"])
            .reads::<LabelIn>()
            .answers::<Message>(200),
    ]
}

async fn list(_: Caller, sim: Sim<Environment>, query: Query) -> Result<List<User>, ApiError> {
    let (paging, view) = (query.paging_of_users()?, view(&sim));
    let mut people: Vec<_> = view.company.people().iter().collect();
    people.sort_by_key(|person| (person.created, person.id));
    let page = paging.cut(people.into_iter());
    Ok(List(page.map(|person| view.user(person)), paging))
}

async fn get(_: Caller, sim: Sim<Environment>, Name(id): Name) -> Result<Reply<User>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.user(&*user(view.company, &id)?)))
}

async fn id(_: Caller, sim: Sim<Environment>, Name(mail): Name) -> Result<Reply<UserIdResult>, ApiError> {
    let person = person_by_mail(view(&sim).company, &mail)?;
    Ok(Reply(UserIdResult { user_id: person.id.dashed() }))
}

/// The roster in the order in which its entries were made.
async fn saas(_: Caller, sim: Sim<Environment>, Name(id): Name, query: Query) -> Result<List<SaasForUser>, ApiError> {
    let (paging, view) = (query.paging()?, view(&sim));
    let person = user(view.company, &id)?;
    let accounts = view.company.accounts_of(person.id);
    let mut accounts: Vec<_> = accounts.filter(|account| view.env.saas.contains(&account.app)).collect();
    accounts.sort_by_key(|account| (account.created, account.id));
    let page = paging.cut(accounts.into_iter());
    let entry = |account: &&std::sync::Arc<Account>| {
        Some(SaasForUser { saas: view.saas(account.app)?, saas_user: view.saas_user(account)? })
    };
    let items = page.items.iter().filter_map(entry).collect();
    Ok(List(Page { items, total: None, more: page.more }, paging))
}

async fn add_label(
    caller: Caller,
    sim: Sim<Environment>,
    Name(id): Name,
    Body(body): Body<LabelIn>,
) -> Result<Reply<Message>, ApiError> {
    sim.apply(AddLabel { by: caller.actor(), on: Labelled::User(id), label: body.label }).await?;
    Ok(Reply(Message { message: LABEL_ADDED }))
}

/// Some proxies drop the body of a DELETE, so the query is read, too.
async fn remove_label(
    caller: Caller,
    sim: Sim<Environment>,
    Name(id): Name,
    query: Query,
    Body(body): Body<LabelIn>,
) -> Result<Reply<Message>, ApiError> {
    let label = body.label.or_else(|| query.given("label"));
    sim.apply(RemoveLabel { by: caller.actor(), on: Labelled::User(id), label }).await?;
    Ok(Reply(Message { message: LABEL_REMOVED }))
}
