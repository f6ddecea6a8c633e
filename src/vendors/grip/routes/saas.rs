//! Rows 1 to 9: applications, their rosters, labels, contacts and sanctions.

use http::Method;

use super::{PAGE, view};
use crate::company::{Account, AccountKey, AppKey};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::grip::auth::Caller;
use crate::vendors::grip::dto::{ContactIn, LabelIn, Saas, SaasUser, SanctionIn, UserForSaas};
use crate::vendors::grip::error::ApiError;
use crate::vendors::grip::lifecycle::{
    AddLabel, Labelled, Noun, Refusal, RemoveLabel, SetPrimaryContact, SetSanction, app,
};
use crate::vendors::grip::model::{Environment, SaasKey};
use crate::vendors::grip::query::Query;
use crate::vendors::grip::reply::{Body, Empty, List, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<()> {
    vec![
        Endpoint::new(Method::GET, "/public/saas", "listSaas", (), list)
            .doing("List SaaS applications")
            .query(&PAGE)
            .answers_list::<Saas>(200),
        Endpoint::new(Method::GET, "/public/saas/{saas_id}", "getSaas", (), get)
            .doing("Get a SaaS application")
            .answers::<Saas>(200),
        Endpoint::new(Method::GET, "/public/saas/{saas_name}/id", "getSaasId", (), ids)
            .doing("Get the ids of the SaaS applications of a name")
            .answers_list::<String>(200),
        Endpoint::new(Method::GET, "/public/saas/{saas_id}/users", "getUsersForSaas", (), users)
            .doing("List the users of a SaaS application")
            .query(&PAGE)
            .answers_list::<UserForSaas>(200),
        Endpoint::new(Method::GET, "/public/saasUser/{saas_app_user_id}", "getSaasUser", (), saas_user)
            .doing("Get a user's account in a SaaS application")
            .answers::<SaasUser>(200),
        Endpoint::new(Method::POST, "/public/saas/{saas_id}/label", "createLabel", (), add_label)
            .doing("Put a label on a SaaS application")
            .reads::<LabelIn>()
            .answers_empty(200),
        Endpoint::new(Method::DELETE, "/public/saas/{saas_id}/label", "deleteLabel", (), remove_label)
            .doing("Take a label off a SaaS application")
            .query(&["label"])
            .reads::<LabelIn>()
            .answers_empty(200),
        Endpoint::new(
            Method::POST,
            "/public/saas/{saas_id}/update-primary-contact",
            "updatePrimaryContact",
            (),
            primary_contact,
        )
        .doing("Set whom to ask about a SaaS application")
        .query(&["user_id"])
        .answers_empty(200),
        Endpoint::new(Method::POST, "/public/saas/{saas_id}/sanction_status", "updateSanctionStatus", (), sanction)
            .doing("Set the sanction state of a SaaS application")
            .query(&["new_sanction_state", "comment", "user_email"])
            .answers_empty(200),
    ]
}

async fn list(_: Caller, sim: Sim<Environment>, query: Query) -> Result<List<Saas>, ApiError> {
    let (paging, view) = (query.paging()?, view(&sim));
    let places = view.env.saas.places(SaasKey::Place(0), SaasKey::Place(u32::MAX)).map(|(_, app)| *app);
    let page = paging.cut(places);
    let items = page.items.iter().filter_map(|app| view.saas(*app)).collect();
    Ok(List(crate::query::Page { items, total: None, more: page.more }, paging))
}

async fn get(_: Caller, sim: Sim<Environment>, Name(id): Name) -> Result<Reply<Saas>, ApiError> {
    let view = view(&sim);
    let found = app(view.env, view.company, &id)?;
    view.saas(found.id).map(Reply).ok_or_else(|| Refusal::NoSuch(Noun::Saas).into())
}

/// Whole names, in any case; none fitting is no error.
async fn ids(_: Caller, sim: Sim<Environment>, Name(name): Name) -> Reply<Vec<String>> {
    let view = view(&sim);
    let fitting = view.company.apps().with(AppKey::Name(name.to_lowercase()));
    Reply(fitting.filter(|app| view.env.saas.contains(&app.id)).map(|app| app.id.dashed()).collect())
}

/// The roster in the order in which its entries were made.
async fn users(_: Caller, sim: Sim<Environment>, Name(id): Name, query: Query) -> Result<List<UserForSaas>, ApiError> {
    let (paging, view) = (query.paging()?, view(&sim));
    let app = app(view.env, view.company, &id)?.id;
    let accounts = view.company.accounts().with(AccountKey::App(app));
    let mut accounts: Vec<_> = accounts.filter(|account| account.person.is_some()).collect();
    accounts.sort_by_key(|account| (account.created, account.id));
    let page = paging.cut(accounts.into_iter());
    let entry = |account: &&std::sync::Arc<Account>| {
        let user = view.user(view.company.people().get(&account.person?)?);
        Some(UserForSaas { user, saas_user: view.saas_user(account)? })
    };
    let items = page.items.iter().filter_map(entry).collect();
    Ok(List(crate::query::Page { items, total: None, more: page.more }, paging))
}

async fn saas_user(_: Caller, sim: Sim<Environment>, Name(id): Name) -> Result<Reply<SaasUser>, ApiError> {
    let view = view(&sim);
    let account = Id::from_dashed(&id).and_then(|id| view.company.accounts().get(&id));
    let account = account.filter(|account| view.env.saas.contains(&account.app));
    let found = account.and_then(|account| view.saas_user(account));
    found.map(Reply).ok_or_else(|| Refusal::NoSuch(Noun::SaasUser).into())
}

async fn add_label(
    caller: Caller,
    sim: Sim<Environment>,
    Name(id): Name,
    Body(body): Body<LabelIn>,
) -> Result<Empty, ApiError> {
    sim.apply(AddLabel { by: caller.actor(), on: Labelled::Saas(id), label: body.label }).await?;
    Ok(Empty)
}

/// Some proxies drop the body of a DELETE, so the query is read, too.
async fn remove_label(
    caller: Caller,
    sim: Sim<Environment>,
    Name(id): Name,
    query: Query,
    Body(body): Body<LabelIn>,
) -> Result<Empty, ApiError> {
    let label = body.label.or_else(|| query.given("label"));
    sim.apply(RemoveLabel { by: caller.actor(), on: Labelled::Saas(id), label }).await?;
    Ok(Empty)
}

async fn primary_contact(
    caller: Caller,
    sim: Sim<Environment>,
    Name(app): Name,
    query: Query,
    Body(body): Body<ContactIn>,
) -> Result<Empty, ApiError> {
    let user = query.given("user_id").or(body.user_id);
    sim.apply(SetPrimaryContact { by: caller.actor(), app, user }).await?;
    Ok(Empty)
}

async fn sanction(
    caller: Caller,
    sim: Sim<Environment>,
    Name(app): Name,
    query: Query,
    Body(body): Body<SanctionIn>,
) -> Result<Empty, ApiError> {
    let state = query.given("new_sanction_state").or(body.new_sanction_state);
    let comment = query.given("comment").or(body.comment);
    let user_mail = query.given("user_email").or(body.user_email);
    sim.apply(SetSanction { by: caller.actor(), app, state, comment, user_mail }).await?;
    Ok(Empty)
}
