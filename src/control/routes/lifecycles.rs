//! Every lifecycle of every vendor, as data and as pictures.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::header;

use crate::control::dto::{LifecycleLine, LifecyclesDto};
use crate::control::extract::{Json, Path};
use crate::control::{Plane, Refusal, picture};
use crate::http::served;
use crate::kernel::Machine;

served!(Plane: list, page, show);

/// The lifecycles, with where their pictures are.
#[utoipa::path(get, path = "/_rolecall/lifecycles", tag = "lifecycles", operation_id = "listLifecycles",
    responses((status = 200, body = LifecyclesDto)))]
async fn list(State(plane): State<Plane>) -> Json<LifecyclesDto> {
    let lines = plane
        .site
        .vendors()
        .flat_map(|vendor| vendor.machines().into_iter().map(|machine| LifecycleLine::of(vendor.name(), machine)));
    Json(LifecyclesDto { lifecycles: lines.collect() })
}

/// All pictures on one page.
#[utoipa::path(get, path = "/_rolecall/lifecycles.html", tag = "lifecycles", operation_id = "drawLifecycles",
    responses((status = 200, body = String, content_type = "text/html")))]
async fn page(State(plane): State<Plane>) -> Html<String> {
    let mut body = String::from("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Lifecycles</title>\n");
    for vendor in plane.site.vendors() {
        body.push_str(&format!("<h1>{}</h1>\n", vendor.title()));
        for machine in vendor.machines() {
            body.push_str(&format!("<h2>{}</h2>\n{}", machine.name, picture::svg(&machine)));
        }
    }
    Html(body + "</html>\n")
}

/// One lifecycle, drawn: `approval.svg`, or as Mermaid: `approval.mmd`. Blanks in a name are dashes.
#[utoipa::path(get, path = "/_rolecall/lifecycles/{vendor}/{picture}", tag = "lifecycles", operation_id = "drawLifecycle",
    responses((status = 200, body = String, content_type = "image/svg+xml")))]
async fn show(State(plane): State<Plane>, Path((vendor, file)): Path<(String, String)>) -> Result<Response, Refusal> {
    let machines = plane.vendor(&vendor)?.machines();
    let (name, form) = file.rsplit_once('.').unwrap_or((&file, "svg"));
    let known: Vec<String> = machines.iter().map(Machine::file_name).collect();
    let place = known.iter().position(|known| known == name);
    let unknown = || Refusal::no_such("lifecycle", name, known.iter().map(String::as_str));
    let machine = &machines[place.ok_or_else(unknown)?];
    match form {
        "svg" => Ok(([(header::CONTENT_TYPE, "image/svg+xml")], picture::svg(machine)).into_response()),
        "mmd" => Ok(machine.mermaid().into_response()),
        _ => Err(Refusal::Malformed("a lifecycle is drawn as `.svg` or written as `.mmd`".to_owned())),
    }
}
