//! Rows 28 to 32: offboarding workflows.

use http::Method;

use super::{PAGE, view};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::grip::auth::Caller;
use crate::vendors::grip::dto::{
    OffboardedUserStatus, OffboardingIn, OffboardingStatus, OffboardingSummary, View, WorkflowId, WorkflowIn,
};
use crate::vendors::grip::error::ApiError;
use crate::vendors::grip::lifecycle::{
    Noun, OffboardUser, Refusal, StartOffboarding, StopOffboarding, person_by_mail, user,
};
use crate::vendors::grip::model::{Environment, Offboarded, Offboarding, OffboardingKey};
use crate::vendors::grip::query::Query;
use crate::vendors::grip::reply::{Body, Empty, List, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<()> {
    vec![
        Endpoint::new(Method::POST, "/public/workflows/offboarding/start", "startOffboarding", (), start)
            .doing("Take everything from users")
            .reads::<OffboardingIn>()
            .answers::<WorkflowId>(200),
        Endpoint::new(Method::GET, "/public/workflows/offboarding", "listOffboardingWorkflows", (), list)
            .doing("List offboarding workflows")
            .query(&PAGE)
            .answers_list::<OffboardingSummary>(200),
        Endpoint::new(
            Method::GET,
            "/public/workflows/offboarding/{workflow_id}/status",
            "getOffboardingStatus",
            (),
            status,
        )
        .doing("Get the status of an offboarding workflow")
        .answers::<OffboardingStatus>(200),
        Endpoint::new(
            Method::GET,
            "/public/workflows/offboarding/{workflow_id}/userStatus",
            "getOffboardedUserStatus",
            (),
            user_status,
        )
        .doing("Get the status of one user of an offboarding workflow")
        .query(&["userId"])
        .answers::<OffboardedUserStatus>(200),
        Endpoint::new(Method::POST, "/public/workflows/offboarding/stop", "stopOffboarding", (), stop)
            .doing("Stop an offboarding workflow")
            .reads::<WorkflowIn>()
            .answers_empty(200),
    ]
}

async fn start(
    caller: Caller,
    sim: Sim<Environment>,
    Body(body): Body<OffboardingIn>,
) -> Result<Reply<WorkflowId>, ApiError> {
    let users = body.users_to_offboard.unwrap_or_default().into_iter();
    let users =
        users.map(|user| OffboardUser { id: user.user_id, mail: user.user_email, inheritor: user.inheritor_mailbox });
    let command = StartOffboarding {
        by: caller.actor(),
        users: users.collect(),
        enhanced_mode: body.enable_enhanced_mode.unwrap_or(false),
        name: body.workflow_name,
    };
    let done = sim.apply(command).await?;
    Ok(Reply(WorkflowId { workflow_id: done.output.dashed() }))
}

/// The newest first.
async fn list(_: Caller, sim: Sim<Environment>, query: Query) -> Result<List<OffboardingSummary>, ApiError> {
    let (paging, view) = (query.paging()?, view(&sim));
    let all = view.env.offboardings.range(OffboardingKey::Sequence(0), OffboardingKey::Sequence(u64::MAX));
    let page = paging.cut(all.rev());
    Ok(List(page.map(|offboarding| view.offboarding_summary(offboarding)), paging))
}

async fn status(_: Caller, sim: Sim<Environment>, Name(id): Name) -> Result<Reply<OffboardingStatus>, ApiError> {
    let view = view(&sim);
    let found = find(&view, &id).ok_or(Refusal::NoSuch(Noun::Offboarding))?;
    Ok(Reply(view.offboarding(found)))
}

/// The path names the workflow; which user, the query says, or the path names the user and their
/// latest offboarding is meant (contract, 14).
async fn user_status(
    _: Caller,
    sim: Sim<Environment>,
    Name(id): Name,
    query: Query,
) -> Result<Reply<OffboardedUserStatus>, ApiError> {
    let view = view(&sim);
    let found = match find(&view, &id) {
        Some(offboarding) => selected(&view, offboarding, &query)?,
        None => latest(&view, &id)?,
    };
    Ok(Reply(view.offboarded(found)))
}

async fn stop(caller: Caller, sim: Sim<Environment>, Body(body): Body<WorkflowIn>) -> Result<Empty, ApiError> {
    sim.apply(StopOffboarding { by: caller.actor(), workflow: body.workflow_id }).await?;
    Ok(Empty)
}

fn find<'w>(view: &View<'w>, id: &str) -> Option<&'w Offboarding> {
    view.env.offboardings.get(&Id::from_dashed(id)?).map(|offboarding| &**offboarding)
}

fn selected<'w>(view: &View<'w>, offboarding: &'w Offboarding, query: &Query) -> Result<&'w Offboarded, Refusal> {
    let by_id = query.given("userId").map(|id| user(view.company, &id));
    let mail = query.given("userEmail").or_else(|| query.given("userMail"));
    let person = by_id.or_else(|| mail.map(|mail| person_by_mail(view.company, &mail))).transpose()?;
    let mut users = offboarding.users.iter();
    let found = match person {
        Some(person) => users.find(|user| user.user == person.id),
        None => users.next(),
    };
    found.ok_or(Refusal::NoSuch(Noun::User))
}

fn latest<'w>(view: &View<'w>, id: &str) -> Result<&'w Offboarded, Refusal> {
    let person = user(view.company, id).map_err(|_| Refusal::NoSuch(Noun::Offboarding))?.id;
    let (first, last) = (OffboardingKey::User(person, 0), OffboardingKey::User(person, u64::MAX));
    let latest = view.env.offboardings.range(first, last).next_back();
    let found = latest.and_then(|offboarding| offboarding.users.iter().find(|user| user.user == person));
    found.ok_or(Refusal::NoSuch(Noun::Offboarding))
}
