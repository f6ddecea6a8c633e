//! `/auth/v1/step-up/{id}`: the page of ours that stands in the provider's place (contract, 12.3). Opening it changes
//! nothing; its button does.

use axum::response::Html;
use http::Method;
use serde_json::json;

use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{Noun, Refusal, SettleStepUp};
use crate::vendors::conductorone::model::{Domain, StepUpState, StepUpTransaction};
use crate::vendors::conductorone::wire::{PathId, id};

const PAGE: &str = "/auth/v1/step-up/{id}";

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, PAGE, "rolecall.stepUp", Right::Open, show)
            .doing("Where a user proves who they are")
            .answers_empty(200),
        Endpoint::new(Method::POST, PAGE, "rolecall.proveStepUp", Right::Open, prove)
            .doing("Prove who one is")
            .answers_empty(200),
    ]
}

async fn show(sim: Sim<Domain>, PathId(id): PathId<StepUpTransaction>) -> Result<Html<String>, ApiError> {
    let row = sim.estate().step_up_transactions.get(&id).ok_or(Refusal::NoSuch(Noun::StepUpTransaction))?;
    let button = match row.state {
        StepUpState::Pending => r#"<form method="post"><button>It is me</button></form>"#,
        StepUpState::Verified => "<p>Done. You can close this page.</p>",
        StepUpState::Error => "<p>It is too late. Please start again.</p>",
    };
    Ok(page(button))
}

async fn prove(sim: Sim<Domain>, PathId(id): PathId<StepUpTransaction>) -> Result<Html<String>, ApiError> {
    let user = sim.estate().step_up_transactions.get(&id).ok_or(Refusal::NoSuch(Noun::StepUpTransaction))?.user;
    sim.apply(SettleStepUp { id, result: Ok(json!({"sub": id::text(user)})) }).await?;
    Ok(page("<p>Done. You can close this page.</p>"))
}

fn page(content: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Step up</title><h1>Prove who you are</h1>{content}</html>"
    ))
}
