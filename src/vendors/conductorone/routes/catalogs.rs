//! `/api/v1/catalogs`: what may be asked for, who sees it, and to whom it is given by itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::Method;
use http::request::Parts;

use super::PAGE;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::apps::AppEntitlementRef;
use crate::vendors::conductorone::dto::entitlements::AppEntitlementView;
use crate::vendors::conductorone::dto::{
    BundleAutomation, BundleAutomationIn, BundleRunIn, CatalogAnswer, CatalogCreateIn, CatalogUpdateIn, EntriesIn,
    EntriesRemoveIn, EntriesUpdateIn, EntryAnswer, EntryIds, EntryIn, RequestCatalogView, VisibilityIn,
    VisibilityRemoveIn, entitlement_refs, masked,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{
    Change, ChangeEntries, ChangeVisibility, Create, Delete, DeleteBundleAutomation, Noun, Refusal, RemoveEntry,
    ResumeBundleAutomation, RunBundleAutomation, SetBundleAutomation, Update,
};
use crate::vendors::conductorone::model::{Catalog, Domain, EntitlementRef};
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, ListedWith, Paging, PathId, PathIds, Reply};

const CATALOGS: &str = "/api/v1/catalogs";
const CATALOG: &str = "/api/v1/catalogs/{id}";
const ENTRIES: &str = "/api/v1/catalogs/{catalog_id}/requestable_entries";
const ENTRY: &str = "/api/v1/catalogs/{catalog_id}/requestable_entries/{app_id}/{entitlement_id}";
const VISIBILITY: &str = "/api/v1/catalogs/{catalog_id}/visibility_bindings";
const AUTOMATION: &str = "/api/v1/catalogs/{request_catalog_id}/bundle_automation";

macro_rules! operation {
    ($method:literal) => {
        concat!("c1.api.requestcatalog.v1.RequestCatalogManagementService.", $method)
    };
}

/// The endpoints.
pub fn rows() -> Contents<Right> {
    let mut rows = catalogs();
    rows.extend(entries());
    rows.extend(visibility());
    rows.extend(automations());
    rows
}

fn catalogs() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, CATALOGS, operation!("List"), Right::Any, list)
            .doing("List catalogs")
            .query(&PAGE)
            .answers::<ListedWith<RequestCatalogView>>(200),
        Endpoint::new(Method::POST, CATALOGS, operation!("Create"), Right::Admin, create)
            .doing("Create a catalog")
            .reads::<CatalogCreateIn>()
            .answers::<CatalogAnswer>(200),
        Endpoint::new(Method::GET, CATALOG, operation!("Get"), Right::Any, get)
            .doing("Get a catalog")
            .answers::<CatalogAnswer>(200),
        Endpoint::new(Method::POST, CATALOG, operation!("Update"), Right::Admin, update)
            .doing("Change a catalog")
            .reads::<CatalogUpdateIn>()
            .answers::<CatalogAnswer>(200),
        Endpoint::new(Method::DELETE, CATALOG, operation!("Delete"), Right::Admin, delete)
            .doing("Delete a catalog")
            .reads_as::<Empty>("c1.api.requestcatalog.v1.RequestCatalogManagementServiceDeleteRequest")
            .answers::<Empty>(200),
    ]
}

fn entries() -> Contents<Right> {
    vec![
        Endpoint::new(
            Method::GET,
            "/api/v1/catalogs/{catalog_id}/requestable_entitlementIDs",
            operation!("ListAllEntitlementIdsPerApp"),
            Right::Any,
            list_ids,
        )
        .doing("List the ids of what may be asked for in a catalog")
        .answers::<EntryIds>(200),
        Endpoint::new(
            Method::GET,
            "/api/v1/catalogs/{catalog_id}/requestable_entitlements",
            operation!("ListEntitlementsPerCatalog"),
            Right::Any,
            list_entries,
        )
        .doing("List what may be asked for in a catalog")
        .query(&PAGE)
        .answers::<ListedWith<AppEntitlementView>>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/catalogs/{catalog_id}/requestable_entitlements/update",
            operation!("UpdateAppEntitlements"),
            Right::Admin,
            replace_entries,
        )
        .doing("Say anew what may be asked for in a catalog")
        .reads::<EntriesUpdateIn>()
        .answers::<Empty>(200),
        Endpoint::new(Method::POST, ENTRIES, operation!("AddAppEntitlements"), Right::Admin, add_entries)
            .doing("Let entitlements be asked for in a catalog")
            .reads::<EntriesIn>()
            .answers::<Empty>(200),
        Endpoint::new(Method::DELETE, ENTRIES, operation!("RemoveAppEntitlements"), Right::Admin, remove_entries)
            .doing("Take entitlements out of a catalog")
            .reads::<EntriesRemoveIn>()
            .answers::<Empty>(200),
        Endpoint::new(Method::GET, ENTRY, operation!("GetRequestableEntry"), Right::Any, get_entry)
            .doing("Whether an entitlement may be asked for in a catalog")
            .answers::<EntryAnswer>(200),
        Endpoint::new(Method::PUT, ENTRY, operation!("CreateRequestableEntry"), Right::Admin, put_entry)
            .doing("Let an entitlement be asked for in a catalog")
            .reads::<EntryIn>()
            .answers::<EntryAnswer>(200),
        Endpoint::new(Method::DELETE, ENTRY, operation!("DeleteRequestableEntry"), Right::Admin, delete_entry)
            .doing("Take an entitlement out of a catalog")
            .reads_as::<Empty>("c1.api.requestcatalog.v1.RequestCatalogManagementServiceDeleteRequestableEntryRequest")
            .answers::<Empty>(200),
    ]
}

fn visibility() -> Contents<Right> {
    vec![
        Endpoint::new(
            Method::GET,
            "/api/v1/catalogs/{catalog_id}/visibility_entitlements",
            operation!("ListEntitlementsForAccess"),
            Right::Any,
            list_access,
        )
        .doing("List whose holders see a catalog")
        .query(&PAGE)
        .answers::<ListedWith<AppEntitlementView>>(200),
        Endpoint::new(Method::POST, VISIBILITY, operation!("AddAccessEntitlements"), Right::Admin, add_access)
            .doing("Let the holders of entitlements see a catalog")
            .reads::<VisibilityIn>()
            .answers::<Empty>(200),
        Endpoint::new(Method::DELETE, VISIBILITY, operation!("RemoveAccessEntitlements"), Right::Admin, remove_access)
            .doing("Let the holders of entitlements see a catalog no more")
            .reads::<VisibilityRemoveIn>()
            .answers::<Empty>(200),
    ]
}

fn automations() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, AUTOMATION, operation!("GetBundleAutomation"), Right::Any, get_automation)
            .doing("To whom a catalog is given by itself")
            .answers::<BundleAutomation>(200),
        Endpoint::new(Method::POST, AUTOMATION, operation!("SetBundleAutomation"), Right::Admin, set_automation)
            .doing("Say to whom a catalog is given by itself")
            .reads::<BundleAutomationIn>()
            .answers::<BundleAutomation>(200),
        Endpoint::new(
            Method::DELETE,
            AUTOMATION,
            operation!("DeleteBundleAutomation"),
            Right::Admin,
            delete_automation,
        )
        .doing("Give a catalog to nobody by itself any more")
        .reads_as::<Empty>("c1.api.requestcatalog.v1.DeleteBundleAutomationRequest")
        .answers::<Empty>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/catalogs/{request_catalog_id}/bundle_automation/create",
            operation!("CreateBundleAutomation"),
            Right::Admin,
            create_automation,
        )
        .doing("Give a catalog to people by itself")
        .reads_as::<BundleAutomationIn>("c1.api.requestcatalog.v1.CreateBundleAutomationRequest")
        .answers::<BundleAutomation>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/catalogs/{request_catalog_id}/bundle_automation/resume",
            operation!("ResumePausedBundleAutomation"),
            Right::Admin,
            resume_automation,
        )
        .doing("Let an automation that stopped go on")
        .reads_as::<Empty>("c1.api.requestcatalog.v1.ResumePausedBundleAutomationRequest")
        .answers::<Empty>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/catalogs/{request_catalog_id}/bundle_automation/run",
            operation!("ForceRunBundleAutomation"),
            Right::Admin,
            run_automation,
        )
        .doing("Run an automation now")
        .reads::<BundleRunIn>()
        .answers::<Empty>(200),
    ]
}

async fn list(
    caller: Caller,
    sim: Sim<Domain>,
    page: Paging,
) -> Result<Reply<ListedWith<RequestCatalogView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let mut expand = view.expand(None);
    let rows = view.domain.catalogs.iter().filter(|row| row.deleted.is_none());
    let page = page.cut(rows, |row| row.id)?.map(|row| view.catalog(row, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

fn found<'w>(view: View<'w>, id: Id<Catalog>) -> Result<&'w Arc<Catalog>, Refusal> {
    view.domain.catalog(id).ok_or(Refusal::NoSuch(Noun::Catalog))
}

fn answer(view: View<'_>, id: Id<Catalog>, mask: Option<&ExpandMask>) -> Result<Reply<CatalogAnswer>, ApiError> {
    let row = view.domain.catalogs.get(&id).ok_or(Refusal::NoSuch(Noun::Catalog))?;
    let mut expand = view.expand(mask);
    let shown = view.catalog(row, &mut expand);
    Ok(Reply(CatalogAnswer { request_catalog_view: Some(shown), expanded: expand.finish() }))
}

async fn get(caller: Caller, sim: Sim<Domain>, PathId(id): PathId<Catalog>) -> Result<Reply<CatalogAnswer>, ApiError> {
    answer(View::of(sim.world(), &caller), id, Some(&ExpandMask::everything()))
}

async fn create(
    caller: Caller,
    sim: Sim<Domain>,
    Body(mut sent): Body<CatalogCreateIn>,
) -> Result<Reply<CatalogAnswer>, ApiError> {
    let mask = sent.expand_mask.take();
    let done = sim.apply(Create::<Catalog> { by: caller.user, settings: sent.into() }).await?;
    answer(View::of(&done.after, &caller), done.output, mask.as_ref())
}

async fn update(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<Catalog>,
    Body(sent): Body<CatalogUpdateIn>,
) -> Result<Reply<CatalogAnswer>, ApiError> {
    let done = sim.apply(Update { id, change: masked(sent.update_mask, sent.catalog) }).await?;
    answer(View::of(&done.after, &caller), id, sent.expand_mask.as_ref())
}

async fn delete(sim: Sim<Domain>, PathId(id): PathId<Catalog>, _: Body<Empty>) -> Result<Done, ApiError> {
    sim.apply(Delete { id }).await?;
    Ok(Done)
}

async fn list_ids(caller: Caller, sim: Sim<Domain>, PathId(id): PathId<Catalog>) -> Result<Reply<EntryIds>, ApiError> {
    let catalog = found(View::of(sim.world(), &caller), id)?;
    Ok(Reply(EntryIds { refs: catalog.entries.iter().map(|entry| (*entry).into()).collect() }))
}

async fn list_entries(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<Catalog>,
    page: Paging,
) -> Result<Reply<ListedWith<AppEntitlementView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    entitlements(view, &page, found(view, id)?.entries.iter().copied())
}

async fn list_access(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<Catalog>,
    page: Paging,
) -> Result<Reply<ListedWith<AppEntitlementView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    entitlements(view, &page, found(view, id)?.access.iter().copied())
}

fn entitlements(
    view: View<'_>,
    page: &Paging,
    refs: impl Iterator<Item = EntitlementRef>,
) -> Result<Reply<ListedWith<AppEntitlementView>>, ApiError> {
    let mut expand = view.expand(None);
    let rows = refs.filter_map(|at| view.domain.entitlement(at));
    let page = page.cut(rows, |row| row.at)?.map(|row| view.entitlement_view(row, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

/// What is said about a catalog.
struct Saying {
    sim: Sim<Domain>,
    asked: Asked,
    catalog: Id<Catalog>,
}

impl<S: Send + Sync> FromRequestParts<S> for Saying {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let PathId(catalog) = PathId::from_request_parts(parts, state).await?;
        let Ok(sim) = Sim::<Domain>::from_request_parts(parts, state).await;
        Ok(Self { sim, asked: Asked::of(parts), catalog })
    }
}

impl Saying {
    fn refs(&self, field: &str, sent: &[AppEntitlementRef]) -> Result<BTreeSet<EntitlementRef>, ApiError> {
        entitlement_refs(&self.asked, field, sent)
    }

    /// A list of which at least one must be there (contract, 16).
    fn some(&self, field: &str, sent: &[AppEntitlementRef]) -> Result<BTreeSet<EntitlementRef>, ApiError> {
        if sent.is_empty() {
            return Err(self.asked.missing(field, "value must contain at least 1 item(s)"));
        }
        self.refs(field, sent)
    }

    async fn entries(self, change: Change) -> Result<Done, ApiError> {
        self.sim.apply(ChangeEntries { catalog: self.catalog, change }).await?;
        Ok(Done)
    }

    async fn visibility(self, change: Change) -> Result<Done, ApiError> {
        self.sim.apply(ChangeVisibility { catalog: self.catalog, change }).await?;
        Ok(Done)
    }

    async fn automation(
        self,
        caller: &Caller,
        sent: BundleAutomationIn,
        new: bool,
    ) -> Result<Reply<BundleAutomation>, ApiError> {
        let (catalog, settings) = (self.catalog, sent.settings(&self.asked)?);
        let done = self.sim.apply(SetBundleAutomation { catalog, settings, new }).await?;
        automation(View::of(&done.after, caller), catalog)
    }
}

async fn add_entries(saying: Saying, Body(sent): Body<EntriesIn>) -> Result<Done, ApiError> {
    let added = saying.some("appEntitlements", &sent.app_entitlements)?;
    saying.entries(Change::Add(added)).await
}

async fn remove_entries(saying: Saying, Body(sent): Body<EntriesRemoveIn>) -> Result<Done, ApiError> {
    let removed = saying.refs("appEntitlements", &sent.app_entitlements)?;
    saying.entries(Change::Remove(removed)).await
}

async fn replace_entries(saying: Saying, Body(sent): Body<EntriesUpdateIn>) -> Result<Done, ApiError> {
    let all = saying.refs("appEntitlements", &sent.app_entitlements)?;
    saying.entries(Change::Replace(all)).await
}

async fn add_access(saying: Saying, Body(sent): Body<VisibilityIn>) -> Result<Done, ApiError> {
    let added = saying.some("accessEntitlements", &sent.access_entitlements)?;
    saying.visibility(Change::Add(added)).await
}

async fn remove_access(saying: Saying, Body(sent): Body<VisibilityRemoveIn>) -> Result<Done, ApiError> {
    let removed = saying.refs("accessEntitlements", &sent.access_entitlements)?;
    saying.visibility(Change::Remove(removed)).await
}

type EntryPath = PathIds<(Id<Catalog>, Id<crate::company::App>, Id<crate::company::Entitlement>)>;

async fn get_entry(
    caller: Caller,
    sim: Sim<Domain>,
    PathIds((catalog, app, id)): EntryPath,
) -> Result<Reply<EntryAnswer>, ApiError> {
    entry(View::of(sim.world(), &caller), catalog, EntitlementRef { app, id })
}

fn entry(view: View<'_>, catalog: Id<Catalog>, at: EntitlementRef) -> Result<Reply<EntryAnswer>, ApiError> {
    let catalog = found(view, catalog)?;
    let there = catalog.entries.contains(&at).then(|| view.entry(catalog, at));
    let requestable_entry = Some(there.ok_or(Refusal::NoSuch(Noun::Entry))?);
    Ok(Reply(EntryAnswer { requestable_entry }))
}

async fn put_entry(
    caller: Caller,
    sim: Sim<Domain>,
    PathIds((catalog, app, id)): EntryPath,
    _: Body<EntryIn>,
) -> Result<Reply<EntryAnswer>, ApiError> {
    let at = EntitlementRef { app, id };
    let done = sim.apply(ChangeEntries { catalog, change: Change::Add([at].into()) }).await?;
    entry(View::of(&done.after, &caller), catalog, at)
}

async fn delete_entry(
    sim: Sim<Domain>,
    PathIds((catalog, app, id)): EntryPath,
    _: Body<Empty>,
) -> Result<Done, ApiError> {
    sim.apply(RemoveEntry { catalog, entitlement: EntitlementRef { app, id } }).await?;
    Ok(Done)
}

async fn get_automation(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(catalog): PathId<Catalog>,
) -> Result<Reply<BundleAutomation>, ApiError> {
    automation(View::of(sim.world(), &caller), catalog)
}

fn automation(view: View<'_>, catalog: Id<Catalog>) -> Result<Reply<BundleAutomation>, ApiError> {
    let shown = view.bundle_automation(found(view, catalog)?);
    Ok(Reply(shown.ok_or(Refusal::NoSuch(Noun::BundleAutomation))?))
}

async fn set_automation(
    caller: Caller,
    saying: Saying,
    Body(sent): Body<BundleAutomationIn>,
) -> Result<Reply<BundleAutomation>, ApiError> {
    saying.automation(&caller, sent, false).await
}

async fn create_automation(
    caller: Caller,
    saying: Saying,
    Body(sent): Body<BundleAutomationIn>,
) -> Result<Reply<BundleAutomation>, ApiError> {
    saying.automation(&caller, sent, true).await
}

async fn delete_automation(
    sim: Sim<Domain>,
    PathId(catalog): PathId<Catalog>,
    _: Body<Empty>,
) -> Result<Done, ApiError> {
    sim.apply(DeleteBundleAutomation { catalog }).await?;
    Ok(Done)
}

async fn resume_automation(
    sim: Sim<Domain>,
    PathId(catalog): PathId<Catalog>,
    _: Body<Empty>,
) -> Result<Done, ApiError> {
    sim.apply(ResumeBundleAutomation { catalog }).await?;
    Ok(Done)
}

async fn run_automation(
    sim: Sim<Domain>,
    PathId(catalog): PathId<Catalog>,
    _: Body<BundleRunIn>,
) -> Result<Done, ApiError> {
    sim.apply(RunBundleAutomation { catalog }).await?;
    Ok(Done)
}
