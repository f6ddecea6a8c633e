//! `/api/v1/directories`: applications that identities come from.

use http::Method;

use super::PAGE;
use crate::company::App;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::{DirectoryAnswer, DirectoryCreateIn, DirectoryUpdateIn, DirectoryView};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::ExpandMask;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{CreateDirectory, DeleteDirectory, Noun, Refusal, UpdateDirectory};
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, ListedWith, Paging, PathId, Reply};

const DIRECTORIES: &str = "/api/v1/directories";
const DIRECTORY: &str = "/api/v1/directories/{app_id}";

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, DIRECTORIES, "c1.api.directory.v1.DirectoryService.List", Right::Any, list)
            .doing("List directories")
            .query(&PAGE)
            .answers::<ListedWith<DirectoryView>>(200),
        Endpoint::new(Method::POST, DIRECTORIES, "c1.api.directory.v1.DirectoryService.Create", Right::Admin, create)
            .doing("Make an application a directory")
            .reads::<DirectoryCreateIn>()
            .answers::<DirectoryAnswer>(200),
        Endpoint::new(Method::GET, DIRECTORY, "c1.api.directory.v1.DirectoryService.Get", Right::Any, get)
            .doing("Get a directory")
            .answers::<DirectoryAnswer>(200),
        Endpoint::new(Method::PUT, DIRECTORY, "c1.api.directory.v1.DirectoryService.Update", Right::Admin, update)
            .doing("Change a directory")
            .reads::<DirectoryUpdateIn>()
            .answers::<DirectoryAnswer>(200),
        Endpoint::new(Method::DELETE, DIRECTORY, "c1.api.directory.v1.DirectoryService.Delete", Right::Admin, delete)
            .doing("Make an application no directory any more")
            .reads_as::<Empty>("c1.api.directory.v1.DirectoryServiceDeleteRequest")
            .answers::<Empty>(200),
    ]
}

async fn list(caller: Caller, sim: Sim<Domain>, page: Paging) -> Result<Reply<ListedWith<DirectoryView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let mut expand = view.expand(None);
    let page = page.cut(view.domain.directories.iter(), |row| row.app)?;
    let page = page.map(|row| view.directory_view(row, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

fn answer(view: View<'_>, app: Id<App>, mask: Option<&ExpandMask>) -> Result<Reply<DirectoryAnswer>, ApiError> {
    let row = view.domain.directories.get(&app).ok_or(Refusal::NoSuch(Noun::Directory))?;
    let mut expand = view.expand(mask);
    let shown = view.directory_view(row, &mut expand);
    Ok(Reply(DirectoryAnswer { directory_view: Some(shown), expanded: expand.finish() }))
}

async fn get(caller: Caller, sim: Sim<Domain>, PathId(app): PathId<App>) -> Result<Reply<DirectoryAnswer>, ApiError> {
    answer(View::of(sim.world(), &caller), app, Some(&ExpandMask::everything()))
}

async fn create(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Body(mut sent): Body<DirectoryCreateIn>,
) -> Result<Reply<DirectoryAnswer>, ApiError> {
    let (app, mask) = (asked.id("appId", &sent.app_id)?, sent.expand_mask.take());
    let done = sim.apply(CreateDirectory { app, settings: sent.settings() }).await?;
    answer(View::of(&done.after, &caller), app, mask.as_ref())
}

async fn update(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(app): PathId<App>,
    Body(mut sent): Body<DirectoryUpdateIn>,
) -> Result<Reply<DirectoryAnswer>, ApiError> {
    let mask = sent.expand_mask.take();
    let done = sim.apply(UpdateDirectory { app, settings: sent.settings() }).await?;
    answer(View::of(&done.after, &caller), app, mask.as_ref())
}

async fn delete(sim: Sim<Domain>, PathId(app): PathId<App>, _: Body<Empty>) -> Result<Done, ApiError> {
    sim.apply(DeleteDirectory { app }).await?;
    Ok(Done)
}
