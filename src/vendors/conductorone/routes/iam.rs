//! `/api/v1/iam/…`: roles and personal clients (contract, 4, 12.4). A personal client is its owner's alone.

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::{Caller, key_of};
use crate::vendors::conductorone::dto::iam::{
    ClientResponse, CreateClientRequest, CreateClientResponse, PersonalClient, Role, RoleResponse,
    SearchClientsRequest, UpdateClientRequest, UpdateRoleRequest, client, ranges, renamed, role, scoped,
    updated_client,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{CreateClient, DeleteClient, EditClient, RenameRole, own_client};
use crate::vendors::conductorone::model::{ApiClient, ClientKey, Domain, Role as Row};
use crate::vendors::conductorone::query::mentions;
use crate::vendors::conductorone::routes::PAGE;
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, Listed, Paging, PathId, Reply, Search, id};
use crate::world::World;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    const CLIENTS: &str = "/api/v1/iam/personal_clients";
    const CLIENT: &str = "/api/v1/iam/personal_clients/{id}";
    const SEARCH: &str = "/api/v1/search/iam/personal_clients";
    vec![
        Endpoint::new(Method::GET, CLIENTS, "c1.api.iam.v1.PersonalClientService.List", Right::Any, clients)
            .doing("List the caller's credentials")
            .answers::<Listed<PersonalClient>>(200),
        Endpoint::new(Method::POST, CLIENTS, "c1.api.iam.v1.PersonalClientService.Create", Right::Any, create_client)
            .doing("Make a credential for the caller; its secret is shown for once")
            .reads::<CreateClientRequest>()
            .answers::<CreateClientResponse>(200),
        Endpoint::new(Method::GET, CLIENT, "c1.api.iam.v1.PersonalClientService.Get", Right::Any, get_client)
            .doing("Read one of the caller's credentials")
            .answers::<ClientResponse>(200),
        Endpoint::new(Method::POST, CLIENT, "c1.api.iam.v1.PersonalClientService.Update", Right::Any, update_client)
            .doing("Change one of the caller's credentials")
            .reads::<UpdateClientRequest>()
            .answers::<ClientResponse>(200),
        Endpoint::new(Method::DELETE, CLIENT, "c1.api.iam.v1.PersonalClientService.Delete", Right::Any, delete_client)
            .doing("Throw one of the caller's credentials away")
            .reads_as::<Empty>("c1.api.iam.v1.PersonalClientServiceDeleteRequest")
            .answers::<Empty>(200),
        Endpoint::new(
            Method::POST,
            SEARCH,
            "c1.api.iam.v1.PersonalClientSearchService.Search",
            Right::Any,
            search_clients,
        )
        .doing("Find credentials: the caller's, or anybody's for super admins")
        .reads::<SearchClientsRequest>()
        .answers::<Listed<PersonalClient>>(200),
        Endpoint::new(Method::GET, "/api/v1/iam/roles", "c1.api.iam.v1.Roles.List", Right::Any, roles)
            .doing("List roles")
            .query(&PAGE)
            .answers::<Listed<Role>>(200),
        Endpoint::new(Method::GET, "/api/v1/iam/roles/{role_id}", "c1.api.iam.v1.Roles.Get", Right::Any, get_role)
            .doing("Read a role")
            .answers::<RoleResponse>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/iam/roles/{role_id}",
            "c1.api.iam.v1.Roles.Update",
            Right::Admin,
            update_role,
        )
        .doing("Call a role otherwise")
        .reads::<UpdateRoleRequest>()
        .answers::<RoleResponse>(200),
    ]
}

fn host(sim: &Sim<Domain>) -> String {
    let base = &sim.visit().base;
    let rest = base.split_once("://").map_or(&**base, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default().to_owned()
}

/// `GET …/personal_clients`.
pub async fn clients(
    sim: Sim<Domain>,
    caller: Caller,
    page: Paging,
) -> Result<Reply<Listed<PersonalClient>>, ApiError> {
    let host = host(&sim);
    let rows = sim.estate().clients.with(ClientKey::User(caller.user)).filter(|row| row.deleted.is_none());
    let page = page.cut(rows, |row| id::text(row.id))?;
    Ok(Reply(page.map(|row| client(row, &host)).into()))
}

/// `POST …/personal_clients`.
pub async fn create_client(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    Body(new): Body<CreateClientRequest>,
) -> Result<Reply<CreateClientResponse>, ApiError> {
    ranges(&asked, &new.allow_source_cidr)?;
    let command = CreateClient {
        user: caller.user,
        scoped_roles: scoped(&asked, &new.scoped_roles)?,
        display_name: new.display_name,
        allow_source_cidr: new.allow_source_cidr,
        lasting: new.expires.map(|lasting| lasting.0),
        key: key_of,
    };
    let done = sim.apply(command).await?;
    let row = own_client(done.after.estate(), caller.user, done.output.id)?;
    let client = Some(client(row, &host(&sim)));
    Ok(Reply(CreateClientResponse { client, client_secret: done.output.secret }))
}

fn shown(
    sim: &Sim<Domain>,
    world: &World,
    caller: &Caller,
    id: Id<ApiClient>,
) -> Result<Reply<ClientResponse>, ApiError> {
    let row = own_client(world.estate(), caller.user, id)?;
    Ok(Reply(ClientResponse { client: Some(client(row, &host(sim))) }))
}

/// `GET …/personal_clients/{id}`.
pub async fn get_client(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(id): PathId<ApiClient>,
) -> Result<Reply<ClientResponse>, ApiError> {
    shown(&sim, sim.world(), &caller, id)
}

/// `POST …/personal_clients/{id}`.
pub async fn update_client(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(id): PathId<ApiClient>,
    asked: Asked,
    Body(body): Body<UpdateClientRequest>,
) -> Result<Reply<ClientResponse>, ApiError> {
    let (new, mask) = (body.client.unwrap_or_default(), body.update_mask.unwrap_or_default());
    let edit = move |row: &ApiClient| updated_client(&asked, row, &new, &mask);
    let done = sim.apply(EditClient { id, user: caller.user, edit }).await?;
    shown(&sim, &done.after, &caller, id)
}

/// `DELETE …/personal_clients/{id}`.
pub async fn delete_client(sim: Sim<Domain>, caller: Caller, PathId(id): PathId<ApiClient>) -> Result<Done, ApiError> {
    sim.apply(DeleteClient { id, user: caller.user }).await?;
    Ok(Done)
}

/// `POST /api/v1/search/iam/personal_clients`.
pub async fn search_clients(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<SearchClientsRequest>,
) -> Result<Reply<Listed<PersonalClient>>, ApiError> {
    let users: Vec<String> = search.message.users.iter().map(|user| user.id.clone()).collect();
    let users = asked.ids("users", &users)?;
    let (host, query) = (host(&sim), &search.message.query);
    let rows = sim.estate().clients.iter().filter(|row| {
        row.deleted.is_none()
            && (caller.reads_all() || row.user == caller.user)
            && (users.is_empty() || users.contains(&row.user))
            && (mentions(&row.display_name, query) || mentions(&row.name, query))
    });
    let page = search.page.cut(rows, |row| id::text(row.id))?;
    Ok(Reply(page.map(|row| client(row, &host)).into()))
}

/// `GET /api/v1/iam/roles`.
pub async fn roles(sim: Sim<Domain>, page: Paging) -> Result<Reply<Listed<Role>>, ApiError> {
    let mut rows: Vec<_> = sim.estate().roles.iter().map(|row| (row.display_name.to_lowercase(), row)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    let page = page.cut(rows.into_iter(), |(name, row)| (name.clone(), id::text(row.name.id())))?;
    Ok(Reply(page.map(|(_, row)| role(row)).into()))
}

fn shown_role(world: &World, id: Id<Row>) -> Result<Reply<RoleResponse>, ApiError> {
    let domain: &Domain = world.estate();
    let row = domain.roles.get(&id).ok_or(ApiError::NotFound)?;
    Ok(Reply(RoleResponse { role: Some(role(row)) }))
}

/// `GET /api/v1/iam/roles/{role_id}`.
pub async fn get_role(sim: Sim<Domain>, PathId(id): PathId<Row>) -> Result<Reply<RoleResponse>, ApiError> {
    shown_role(sim.world(), id)
}

/// `POST /api/v1/iam/roles/{role_id}`.
pub async fn update_role(
    sim: Sim<Domain>,
    PathId(id): PathId<Row>,
    Body(body): Body<UpdateRoleRequest>,
) -> Result<Reply<RoleResponse>, ApiError> {
    let (new, mask) = (body.role.unwrap_or_default(), body.update_mask.unwrap_or_default());
    let edit = move |row: &Row| renamed(row, &new, &mask);
    let done = sim.apply(RenameRole { id, edit }).await?;
    shown_role(&done.after, id)
}
