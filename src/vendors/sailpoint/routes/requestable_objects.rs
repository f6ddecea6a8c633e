//! `/requestable-objects` and `/revocable-objects`

use axum::Json;
use http::Method;

use super::{ANY, LIST, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::query::{Case, Filter};
use crate::vendors::sailpoint::auth::{Absent, Caller, Whose};
use crate::vendors::sailpoint::dto::{
    IdentityEntitlementDetails, ListedObject, RequestStatus, RequestableObject, View,
};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::{EVERYWHERE, YEARLY};
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::{ObjectKind, Org};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{List, Query, read_id};

const SCOPES: &[&str] = &["idn:requestable-objects:read"];

/// The endpoints.
pub fn rows() -> Contents<Access> {
    vec![
        Endpoint::new(
            Method::GET,
            "/requestable-objects",
            "listRequestableObjects",
            access(EVERYWHERE, SCOPES, ANY),
            requestable,
        )
        .doing("List the roles and access profiles that can be asked for")
        .query(&["identity-id", "types", "term", "statuses"])
        .query(&LIST)
        .answers_list::<RequestableObject>(200),
        Endpoint::new(
            Method::GET,
            "/revocable-objects",
            "getEntitlementDetailsForIdentity",
            access(YEARLY, SCOPES, ANY),
            revocable,
        )
        .doing("What could be revoked of an entitlement that an identity holds")
        .query(&["identityId", "entitlementId"])
        .answers::<IdentityEntitlementDetails>(200),
    ]
}

/// `GET /requestable-objects`
pub async fn requestable(sim: Sim<Org>, caller: Caller, query: Query) -> Result<List<RequestableObject>, ApiError> {
    let mut list = query.list(&listings::REQUESTABLE_OBJECTS)?;
    let absent = if sim.estate().switches().owner_id_required { Absent::Refused } else { Absent::Own };
    let whose = caller.scope_of(query.get("identity-id"), absent)?;
    let kinds = words(&query, "types", |word| match word {
        "ROLE" => Some(ObjectKind::Role),
        "ACCESS_PROFILE" => Some(ObjectKind::AccessProfile),
        _ => None,
    })?;
    let statuses = words(&query, "statuses", RequestStatus::from_word)?;
    if !statuses.is_empty() && query.get("identity-id").is_none() {
        return Err(ApiError::Missing("identity-id"));
    }
    let view = View::of(sim.world(), query.family);
    let person = match whose {
        None => None,
        Some(Whose::Known(person)) if view.company.people().contains(&person) => Some(person),
        Some(_) => return Ok(List(list.window.cut(std::iter::empty(), list.count))),
    };
    let term = query.get("term").filter(|term| !term.is_empty());
    if term.is_some() {
        list.filter = Filter::All;
    }
    let matches = |object: &ListedObject<'_>| {
        let says =
            |term: &str| [object.name, object.description].into_iter().any(|text| Case::Ignored.contains(text, term));
        (kinds.is_empty() || kinds.contains(&object.object.kind))
            && (statuses.is_empty() || object.status.is_some_and(|(status, _)| statuses.contains(&status)))
            && term.is_none_or(says)
    };
    let page = list.page(view.requestable(person).filter(matches), |object| object.object.id);
    Ok(List(page.map(|object| view.requestable_object(&object))))
}

fn words<T>(query: &Query, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, ApiError> {
    let words = query.listed(name).into_iter();
    words.map(|word| read(&word).ok_or_else(|| ApiError::bad_value(name))).collect()
}

/// `GET /revocable-objects`: the vendor publishes path parameters that the path does not have, so
/// they are read from the query (contract, 6.3).
pub async fn revocable(
    sim: Sim<Org>,
    caller: Caller,
    query: Query,
) -> Result<Json<IdentityEntitlementDetails>, ApiError> {
    let parameter = |name: &'static str| query.get(name).ok_or(ApiError::Missing(name));
    let (identity, entitlement) = (parameter("identityId")?, parameter("entitlementId")?);
    let whose = caller.scope_of(Some(identity), Absent::Own)?;
    let (Some(Whose::Known(person)), Some(entitlement)) = (whose, read_id(entitlement)) else {
        return Err(ApiError::NotFound);
    };
    View::of(sim.world(), query.family).revocable(person, entitlement).map(Json).ok_or(ApiError::NotFound)
}
