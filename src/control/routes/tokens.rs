//! Tokens for anybody, and the credentials of the seed.

use std::sync::Arc;

use axum::extract::State;

use crate::company::{Company, Person};
use crate::control::dto::{CredentialsDto, NewToken, TokenDto};
use crate::control::extract::{Json, Of};
use crate::control::{Plane, Refusal};
use crate::http::served;

served!(Plane: mint, ready_made);

/// A token with which one calls a vendor as that person.
#[utoipa::path(post, path = "/_rolecall/tenants/{tenant}/tokens", tag = "tokens", operation_id = "mintToken",
    request_body = NewToken, responses((status = 200, body = TokenDto)))]
async fn mint(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Json(new): Json<NewToken>,
) -> Result<Json<TokenDto>, Refusal> {
    let vendor = plane.vendor(&new.vendor)?;
    let head = tenant.look().await;
    let person = person_in(head.world.company(), &new.person)?;
    let minted = vendor.mint(&tenant, &head, person.id);
    let minted = minted.ok_or_else(|| Refusal::Conflict(format!("{} cannot use {}", person.slug, vendor.name())))?;
    Ok(Json(minted.into()))
}

/// The ready-made credentials of every vendor.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/credentials", tag = "tokens", operation_id = "listCredentials",
    responses((status = 200, body = CredentialsDto)))]
async fn ready_made(State(plane): State<Plane>, Of(tenant): Of) -> Json<CredentialsDto> {
    let head = tenant.head();
    let credentials = plane.site.vendors().map(|vendor| (vendor.name(), vendor.credentials(&head))).collect();
    Json(CredentialsDto { credentials })
}

fn person_in<'c>(company: &'c Company, name: &str) -> Result<&'c Arc<Person>, Refusal> {
    let by_name = company.person_named(name).or_else(|| company.person_with_mail(name));
    let found = by_name.or_else(|| company.people().get(&name.parse().ok()?));
    found.ok_or_else(|| Refusal::no_such("person", name, company.people().iter().map(|person| person.slug.as_str())))
}
