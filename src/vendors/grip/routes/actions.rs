//! Rows 16 to 22: access revocations and justification requests.

use http::Method;

use super::view;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::grip::auth::Caller;
use crate::vendors::grip::dto::{
    AccessRevocationStatus, ActionId, ActionIn, CancelJustificationIn, JustificationStatus, RequestId,
    SendJustificationIn, StartRevocationIn, View,
};
use crate::vendors::grip::error::ApiError;
use crate::vendors::grip::lifecycle::{CancelRequest, Noun, Refusal, SendRequest, StartRevocation, StopRevocation};
use crate::vendors::grip::model::{Environment, Justification};
use crate::vendors::grip::reply::{Body, Empty, Name, Reply};

/// The endpoints.
pub fn rows() -> Contents<()> {
    vec![
        Endpoint::new(
            Method::POST,
            "/public/actions/accessRevocation/employee/start",
            "startAccessRevocation",
            (),
            start_revocation,
        )
        .doing("Take a user's access to SaaS applications away")
        .reads::<StartRevocationIn>()
        .answers::<ActionId>(200),
        Endpoint::new(
            Method::GET,
            "/public/actions/accessRevocation/employee/{action_id}/status",
            "getAccessRevocationStatus",
            (),
            revocation_status,
        )
        .doing("Get the status of an access revocation")
        .answers::<AccessRevocationStatus>(200),
        Endpoint::new(
            Method::POST,
            "/public/actions/accessRevocation/employee/stop",
            "cancelAccessRevocation",
            (),
            stop_revocation,
        )
        .doing("Stop an access revocation")
        .reads::<ActionIn>()
        .answers_empty(200),
        Endpoint::new(Method::POST, "/public/actions/justification/send", "sendJustificationRequest", (), send)
            .doing("Ask a user why they use a SaaS application")
            .reads::<SendJustificationIn>()
            .answers::<RequestId>(200),
        Endpoint::new(
            Method::GET,
            "/public/actions/justification/{request_id}/status",
            "getJustificationRequestStatus",
            (),
            request_status,
        )
        .doing("Get the status of a justification request")
        .answers::<JustificationStatus>(200),
        Endpoint::new(
            Method::GET,
            "/public/actions/justification/{request_id}/link",
            "getJustificationRequestLink",
            (),
            request_link,
        )
        .doing("Get the link where a justification request is answered")
        .answers::<String>(200),
        Endpoint::new(
            Method::POST,
            "/public/actions/justification/cancel",
            "cancelJustificationRequest",
            (),
            cancel_request,
        )
        .doing("Take a justification request back")
        .reads::<CancelJustificationIn>()
        .answers::<RequestId>(200),
    ]
}

async fn start_revocation(
    caller: Caller,
    sim: Sim<Environment>,
    Body(body): Body<StartRevocationIn>,
) -> Result<Reply<ActionId>, ApiError> {
    let command = StartRevocation {
        by: caller.actor(),
        user: body.user_id,
        saas: body.saas_ids,
        inheritor: body.inheritor_mailbox,
        manager: body.manager_approval_email,
        run: None,
    };
    let done = sim.apply(command).await?;
    Ok(Reply(ActionId { action_id: done.output.dashed() }))
}

async fn revocation_status(
    _: Caller,
    sim: Sim<Environment>,
    Name(id): Name,
) -> Result<Reply<AccessRevocationStatus>, ApiError> {
    let view = view(&sim);
    let found = Id::from_dashed(&id).and_then(|id| view.env.revocations.get(&id));
    let found = found.ok_or(Refusal::NoSuch(Noun::Revocation))?;
    Ok(Reply(view.revocation(found)))
}

async fn stop_revocation(caller: Caller, sim: Sim<Environment>, Body(body): Body<ActionIn>) -> Result<Empty, ApiError> {
    sim.apply(StopRevocation { by: caller.actor(), action: body.action_id }).await?;
    Ok(Empty)
}

async fn send(
    caller: Caller,
    sim: Sim<Environment>,
    Body(body): Body<SendJustificationIn>,
) -> Result<Reply<RequestId>, ApiError> {
    let command = SendRequest {
        by: caller.actor(),
        user: body.user_id,
        user_mail: body.user_email,
        saas: body.saas_application_id,
        platform: body.communication_platform,
        run: None,
    };
    let done = sim.apply(command).await?;
    Ok(Reply(RequestId { request_id: done.output.dashed() }))
}

async fn request_status(
    _: Caller,
    sim: Sim<Environment>,
    Name(id): Name,
) -> Result<Reply<JustificationStatus>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.justification(request(&view, &id)?)))
}

/// A bare JSON string; of a request that has ended, too.
async fn request_link(_: Caller, sim: Sim<Environment>, Name(id): Name) -> Result<Reply<String>, ApiError> {
    let view = view(&sim);
    Ok(Reply(view.link(request(&view, &id)?)))
}

async fn cancel_request(
    caller: Caller,
    sim: Sim<Environment>,
    Body(body): Body<CancelJustificationIn>,
) -> Result<Reply<RequestId>, ApiError> {
    let done = sim.apply(CancelRequest { by: caller.actor(), request: body.request_id }).await?;
    Ok(Reply(RequestId { request_id: done.output.dashed() }))
}

fn request<'w>(view: &View<'w>, id: &str) -> Result<&'w Justification, Refusal> {
    let found = Id::from_dashed(id).and_then(|id| view.env.justifications.get(&id));
    found.map(|request| &**request).ok_or(Refusal::NoSuch(Noun::Justification))
}
