//! Which accounts could have what is asked for (contract, section 11.3, `AccountsSelection…`).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use crate::company::{Account, AccountStatus, App, Person};
use crate::kernel::Id;
use crate::vendors::sailpoint::lifecycle::Found;
use crate::vendors::sailpoint::model::{Object, ObjectKind};

/// `AccountsSelectionResponse`.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountsSelectionResponse {
    pub identities: Vec<IdentityAccountSelections>,
}

/// `IdentityAccountSelections`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityAccountSelections {
    pub requested_items: Vec<RequestedItemAccountSelections>,
    /// Whether somebody has to choose: there is an item that more than one account could have.
    pub accounts_selection_required: bool,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: String,
    pub name: Option<String>,
}

/// `RequestedItemAccountSelections`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestedItemAccountSelections {
    pub description: Option<String>,
    pub accounts_selection_blocked: bool,
    pub accounts_selection_blocked_reason: Option<&'static str>,
    #[serde(rename = "type")]
    pub kind: ObjectKind,
    pub id: String,
    pub name: String,
    pub sources: Vec<SourceAccountSelections>,
}

/// `SourceAccountSelections`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceAccountSelections {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: String,
    pub name: Option<String>,
    pub accounts: Vec<AccountInfoRef>,
}

/// `AccountInfoRef`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountInfoRef {
    /// The source's own unique id; none here.
    pub uuid: Option<String>,
    pub native_identity: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: String,
    pub name: String,
}

impl View<'_> {
    /// The accounts of one identity that could have each of these.
    pub fn selections(&self, person: Id<Person>, wanted: &[Found]) -> IdentityAccountSelections {
        let items: Vec<_> = wanted.iter().map(|found| self.item_selections(person, found)).collect();
        let is_open = |item: &RequestedItemAccountSelections| {
            !item.accounts_selection_blocked && item.sources.iter().any(|source| source.accounts.len() > 1)
        };
        IdentityAccountSelections {
            accounts_selection_required: items.iter().any(is_open),
            requested_items: items,
            kind: "IDENTITY",
            id: person.hex(),
            name: self.person_name(person),
        }
    }

    fn item_selections(&self, person: Id<Person>, found: &Found) -> RequestedItemAccountSelections {
        let object = found.object;
        let is_blocked = object.kind == ObjectKind::AccessProfile && self.org.has(self.company, person, object);
        RequestedItemAccountSelections {
            description: self.name_and_description(object).map(|(_, description)| description),
            accounts_selection_blocked: is_blocked,
            accounts_selection_blocked_reason: is_blocked.then_some("ACCESS_PROFILE_ALREADY_ASSIGNED_TO_AN_ACCOUNT"),
            kind: object.kind,
            id: object.id.hex(),
            name: found.name.clone(),
            sources: self.sources_of(object).into_iter().map(|app| self.source_selections(person, app)).collect(),
        }
    }

    /// The sources that an object's entitlements belong to, by name.
    fn sources_of(&self, object: Object) -> Vec<Id<App>> {
        let brought = self.org.brings(object).into_iter();
        let apps = brought.filter_map(|id| Some(self.company.entitlements().get(&id)?.app));
        let named = apps.filter_map(|id| Some((self.company.apps().get(&id)?.name.as_str(), id)));
        named.collect::<BTreeMap<_, _>>().into_values().collect()
    }

    fn source_selections(&self, person: Id<Person>, app: Id<App>) -> SourceAccountSelections {
        let accounts = self.company.accounts_of(person);
        let accounts = accounts.filter(|account| account.app == app && account.status != AccountStatus::Closed);
        SourceAccountSelections {
            kind: "SOURCE",
            id: app.hex(),
            name: self.company.apps().get(&app).map(|app| app.name.clone()),
            accounts: accounts.map(|account| selectable(account)).collect(),
        }
    }
}

fn selectable(account: &Account) -> AccountInfoRef {
    AccountInfoRef {
        uuid: None,
        native_identity: account.user_name.to_string(),
        kind: "ACCOUNT",
        id: account.id.hex(),
        name: account.user_name.to_string(),
    }
}
