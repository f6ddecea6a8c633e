//! `/api/v1/apps/{src_app_id}/{src_app_entitlement_id}/bindings/…`: entitlements that bring others with them.

use http::Method;

use crate::company::{App, Entitlement};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::proxies::{CreateProxyRequest, ProxyResponse};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{Bind, Noun, Refusal, Unbind};
use crate::vendors::conductorone::model::{Domain, EntitlementRef, ProxyId};
use crate::vendors::conductorone::wire::{Body, Done, Empty, PathIds, Reply};

const BINDING: &str =
    "/api/v1/apps/{src_app_id}/{src_app_entitlement_id}/bindings/{dst_app_id}/{dst_app_entitlement_id}";

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, BINDING, "c1.api.app.v1.AppEntitlementsProxy.Get", Right::Any, get)
            .doing("Whether an entitlement brings another with it")
            .answers::<ProxyResponse>(200),
        Endpoint::new(Method::POST, BINDING, "c1.api.app.v1.AppEntitlementsProxy.Create", Right::Own, create)
            .doing("Let an entitlement bring another with it")
            .reads::<CreateProxyRequest>()
            .answers::<ProxyResponse>(200),
        Endpoint::new(Method::DELETE, BINDING, "c1.api.app.v1.AppEntitlementsProxy.Delete", Right::Own, delete)
            .doing("Let an entitlement bring another with it no longer")
            .reads_as::<Empty>("c1.api.app.v1.DeleteAppEntitlementProxyRequest")
            .answers::<Empty>(200),
    ]
}

type Named = PathIds<(Id<App>, Id<Entitlement>, Id<App>, Id<Entitlement>)>;

fn between(PathIds((src_app, src, dst_app, dst)): Named) -> ProxyId {
    let (source, destination) = (EntitlementRef { app: src_app, id: src }, EntitlementRef { app: dst_app, id: dst });
    ProxyId { source, destination }
}

fn answer(view: View<'_>, id: ProxyId, mask: Option<&ExpandMask>) -> Result<Reply<ProxyResponse>, ApiError> {
    let proxy = view.domain.proxies.get(&id).ok_or(Refusal::NoSuch(Noun::Proxy))?;
    let mut expand = view.expand(mask);
    let app_proxy_entitlement_view = Some(view.proxy_view(proxy, &mut expand));
    Ok(Reply(ProxyResponse { app_proxy_entitlement_view, expanded: expand.finish() }))
}

async fn get(caller: Caller, sim: Sim<Domain>, path: Named) -> Result<Reply<ProxyResponse>, ApiError> {
    answer(View::of(sim.world(), &caller), between(path), Some(&ExpandMask::everything()))
}

async fn create(
    caller: Caller,
    sim: Sim<Domain>,
    path: Named,
    Body(sent): Body<CreateProxyRequest>,
) -> Result<Reply<ProxyResponse>, ApiError> {
    let id = between(path);
    let done = sim.apply(Bind { id }).await?;
    answer(View::of(&done.after, &caller), id, sent.expand_mask.as_ref())
}

async fn delete(sim: Sim<Domain>, path: Named, _: Body<Empty>) -> Result<Done, ApiError> {
    sim.apply(Unbind { id: between(path) }).await?;
    Ok(Done)
}
