//! `/api/v1/policies`: policies, and the expressions in them.

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::cel::{self, Scene};
use crate::vendors::conductorone::dto::policies::{
    CreatePolicyRequest, EditorValidateRequest, EditorValidateResponse, Policy, PolicyAnswer,
    TestAccountProvisionPolicyRequest, TestAccountProvisionPolicyResponse, UpdatePolicyRequest, draft, merged,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{CreatePolicy, DeletePolicy, Noun, Refusal, UpdatePolicy};
use crate::vendors::conductorone::model::{self, Domain};
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, Listed, Paging, PathId, Reply};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, "/api/v1/policies", "c1.api.policy.v1.Policies.List", Right::Any, list)
            .doing("List policies")
            .answers::<Listed<Policy>>(200),
        Endpoint::new(Method::POST, "/api/v1/policies", "c1.api.policy.v1.Policies.Create", Right::Admin, create)
            .doing("Make a policy")
            .reads::<CreatePolicyRequest>()
            .answers::<PolicyAnswer>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/policies/test-account-provision-policy",
            "c1.api.policy.v1.AccountProvisionPolicyTest.Test",
            Right::Any,
            test,
        )
        .doing("Try an expression about the caller")
        .reads::<TestAccountProvisionPolicyRequest>()
        .answers::<TestAccountProvisionPolicyResponse>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/policies/validate/cel",
            "c1.api.policy.v1.PolicyValidate.ValidateCEL",
            Right::Any,
            validate,
        )
        .doing("Say what is wrong with an expression")
        .reads::<EditorValidateRequest>()
        .answers::<EditorValidateResponse>(200),
        Endpoint::new(
            Method::DELETE,
            "/api/v1/policies/{id}",
            "c1.api.policy.v1.Policies.Delete",
            Right::Admin,
            delete,
        )
        .doing("Delete a policy")
        .reads_as::<Empty>("c1.api.policy.v1.DeletePolicyRequest")
        .answers::<Empty>(200),
        Endpoint::new(Method::GET, "/api/v1/policies/{id}", "c1.api.policy.v1.Policies.Get", Right::Any, get)
            .doing("Get a policy")
            .answers::<PolicyAnswer>(200),
        Endpoint::new(Method::POST, "/api/v1/policies/{id}", "c1.api.policy.v1.Policies.Update", Right::Admin, update)
            .doing("Change a policy")
            .reads::<UpdatePolicyRequest>()
            .answers::<PolicyAnswer>(200),
    ]
}

async fn list(_: Caller, sim: Sim<Domain>, page: Paging) -> Result<Reply<Listed<Policy>>, ApiError> {
    let by_name = sim.estate().policies_by_name().filter(|policy| policy.deleted.is_none());
    let page = page.cut(by_name, |policy| (policy.display_name.to_lowercase(), policy.id))?;
    Ok(Reply(page.map(|policy| Policy::from(&**policy)).into()))
}

async fn create(
    _: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Body(body): Body<CreatePolicyRequest>,
) -> Result<Reply<PolicyAnswer>, ApiError> {
    let done = sim.apply(CreatePolicy(draft(&asked, &body.into())?)).await?;
    answer(done.after.estate(), done.output)
}

async fn get(_: Caller, sim: Sim<Domain>, PathId(id): PathId<model::Policy>) -> Result<Reply<PolicyAnswer>, ApiError> {
    answer(sim.estate(), id)
}

async fn update(
    _: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    PathId(id): PathId<model::Policy>,
    Body(body): Body<UpdatePolicyRequest>,
) -> Result<Reply<PolicyAnswer>, ApiError> {
    let old = sim.estate().policies.get(&id).ok_or(Refusal::NoSuch(Noun::Policy))?;
    let (policy, annotations) = merged(&asked, old, body)?;
    let done = sim.apply(UpdatePolicy { policy: id, draft: draft(&asked, &policy)?, annotations }).await?;
    answer(done.after.estate(), done.output)
}

async fn delete(_: Caller, sim: Sim<Domain>, PathId(id): PathId<model::Policy>) -> Result<Done, ApiError> {
    sim.apply(DeletePolicy(id)).await?;
    Ok(Done)
}

async fn validate(_: Caller, Body(body): Body<EditorValidateRequest>) -> Reply<EditorValidateResponse> {
    Reply(EditorValidateResponse { markers: cel::check(&body.text).into_iter().map(Into::into).collect() })
}

/// The expression sees the caller as its subject: the request names nobody [assumed].
async fn test(
    caller: Caller,
    sim: Sim<Domain>,
    Body(body): Body<TestAccountProvisionPolicyRequest>,
) -> Result<Reply<TestAccountProvisionPolicyResponse>, ApiError> {
    let scene = Scene::about(sim.estate(), sim.world().company(), sim.hour(), Some(caller.user));
    let (kind, value) = cel::value_of(&body.cel, &scene).map_err(ApiError::Cel)?;
    Ok(Reply(TestAccountProvisionPolicyResponse { kind, value }))
}

fn answer(domain: &Domain, id: Id<model::Policy>) -> Result<Reply<PolicyAnswer>, ApiError> {
    let policy = domain.policies.get(&id).ok_or(Refusal::NoSuch(Noun::Policy))?;
    Ok(Reply(PolicyAnswer { policy: Some((&**policy).into()) }))
}
