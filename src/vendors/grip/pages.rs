//! The page behind a justification link: a person reads the question and answers it, without
//! JavaScript and without a token, since the link is in their mail.
//!
//! Opening it is the one GET that changes something; a HEAD, as link previews send, is none.

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Extension, Router};
use http::{HeaderValue, Method, StatusCode, header};

use super::dto::View;
use super::error::status_of;
use super::lifecycle::{AnswerRequest, Noun, OpenRequest, Refusal};
use super::model::{Environment, Justification, JustificationState};
use super::paths::JUSTIFICATION_PAGE;
use super::reply::Name;
use crate::http::{Refused, Sim, query_pairs};
use crate::kernel::Id;
use crate::world::World;

const LAYOUT: &str = include_str!("pages/layout.html");
const FORM: &str = include_str!("pages/form.html");

/// The page's routes.
pub fn router() -> Router {
    Router::new().route(JUSTIFICATION_PAGE, on(MethodFilter::GET, open).on(MethodFilter::POST, answer))
}

async fn open(method: Method, sim: Sim<Environment>, Name(id): Name) -> Response {
    let Some(id) = Id::from_dashed(&id).filter(|id| sim.estate().justifications.contains(id)) else {
        return nothing_here();
    };
    let opened = match method {
        Method::HEAD => None,
        // One that was opened before, or has ended, is shown as it is.
        _ => sim.apply(OpenRequest(id)).await.ok(),
    };
    let world = opened.map_or_else(|| sim.world().clone(), |done| done.after);
    show(&world, id, StatusCode::OK, None)
}

async fn answer(sim: Sim<Environment>, Name(id): Name, body: Bytes) -> Response {
    let Some(id) = Id::from_dashed(&id).filter(|id| sim.estate().justifications.contains(id)) else {
        return nothing_here();
    };
    let form = String::from_utf8_lossy(&body).into_owned();
    let pairs = query_pairs(&form);
    let field = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref());
    let command = AnswerRequest {
        request: id,
        justification: field("justification").unwrap_or_default().to_owned(),
        still_in_use: field("stillInUse").is_some_and(|value| matches!(value, "yes" | "true" | "on")),
    };
    match sim.apply(command).await {
        Ok(done) => show(&done.after, id, StatusCode::OK, None),
        Err(refusal) => {
            let status = status_of(&refusal);
            let problem = "Please say why you use this application.";
            let problem = Some(problem).filter(|_| status == StatusCode::BAD_REQUEST);
            (Extension(Refused::by(&refusal)), show(sim.world(), id, status, problem)).into_response()
        }
    }
}

/// The form of an open request, or what became of it.
fn show(world: &World, id: Id<Justification>, status: StatusCode, problem: Option<&str>) -> Response {
    let view = View::of(world, "");
    let Some(request) = view.env.justifications.get(&id) else { return nothing_here() };
    let shown = view.justification(request);
    let thanks = |text: &str| format!("<p role=\"status\">{text}</p>");
    let body = match request.state {
        JustificationState::Sent | JustificationState::Opened => {
            let problem = problem.map(|text| format!("<p class=\"problem\" role=\"alert\" id=\"problem\">{text}</p>"));
            FORM.replace("{{problem}}", &problem.unwrap_or_default())
        }
        JustificationState::Answered => thanks("Thank you. Your answer has been recorded."),
        JustificationState::Expired => thanks("This request has expired. No answer is needed any more."),
        JustificationState::Cancelled => thanks("This request was cancelled. No answer is needed any more."),
    };
    let name = shown.recipient_name.unwrap_or_default();
    let body = body.replace("{{name}}", &escaped(&name)).replace("{{app}}", &escaped(&shown.saas_name));
    page(status, &format!("Why do you use {}?", escaped(&shown.saas_name)), &body)
}

fn nothing_here() -> Response {
    let text = "<p>There is no such request. Check the link in your message.</p>";
    let refused = Refused::by(Refusal::NoSuch(Noun::Justification));
    (Extension(refused), page(StatusCode::NOT_FOUND, "Request not found", text)).into_response()
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let page = LAYOUT.replace("{{title}}", title).replace("{{body}}", body);
    let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"),
    );
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
