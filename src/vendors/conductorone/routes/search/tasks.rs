//! `POST /api/v1/search/tasks`.

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::tasks::{TaskSearchRequest, TaskView};
use crate::vendors::conductorone::dto::{Object, View};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::Expander;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::tasks::is_visible;
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::query::tasks::TaskFilter;
use crate::vendors::conductorone::wire::{Asked, ListedWith, Reply, Search};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(
            Method::POST,
            "/api/v1/search/tasks",
            "c1.api.task.v1.TaskSearchService.Search",
            Right::Any,
            search,
        )
        .doing("Search tasks")
        .reads::<TaskSearchRequest>()
        .answers::<ListedWith<TaskView>>(200),
    ]
}

async fn search(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    search: Search<TaskSearchRequest>,
) -> Result<Reply<ListedWith<TaskView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let mask = search.message.expand_mask.clone();
    let filter = TaskFilter::read(&asked, search.message)?;
    let (actor, now) = (caller.actor(), sim.hour());
    let meant = view
        .domain
        .tasks
        .iter()
        .filter(|task| is_visible(task, &actor) && filter.matches(view.domain, view.company, now, task));
    let mut placed: Vec<_> = meant.map(|task| (filter.place(view.domain, view.company, task), task)).collect();
    placed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let page = search.page.cut(placed.into_iter(), |(place, _)| place.clone())?;
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(mask.as_ref(), render);
    let page = page.map(|(_, task)| view.task_view(task, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}
