//! Configuration, and documents that clients keep here (contract, 11 and 10).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::document::sound;
use super::{Fault, Missing, Refusal};
use crate::kernel::Id;
use crate::vendors::pingone::model::{ActorRef, ConfigEntry, Kept, Realm, Shelf};
use crate::world::{Command, Cx};

/// Puts a value in the place of a key's.
pub struct SetConfig {
    /// The key.
    pub key: String,
    /// What it says from now on.
    pub value: Map<String, Value>,
}

impl Command<Realm> for SetConfig {
    type Output = ();
    fn apply(self, realm: &mut Realm, _: &mut Cx<'_>) -> Result<(), Refusal> {
        let entry = realm.config.get(&self.key).ok_or_else(|| Refusal::NoConfigKey(self.key.clone()))?;
        let approver = self.value.get("defaultApprover").filter(|value| !value.is_null());
        if approver.is_some_and(|value| {
            !value.as_str().is_some_and(|text| text.starts_with("managed/") && ActorRef::read(text).is_some())
        }) {
            return Err(Refusal::NoApproverId);
        }
        let entry = ConfigEntry { value: self.value, ..ConfigEntry::clone(entry) };
        realm.config.put(entry);
        Ok(())
    }
}

impl Realm {
    /// What the configuration says about one thing.
    pub fn setting(&self, key: &str, name: &str) -> Option<&Value> {
        self.config.get(&key.to_owned())?.value.get(name)
    }

    /// Whether the configuration says yes.
    pub fn flag(&self, key: &str, name: &str) -> bool {
        self.setting(key, name) == Some(&Value::Bool(true))
    }

    /// The documents of one kind, in the order of creation.
    pub fn shelf(&self, shelf: Shelf) -> impl Iterator<Item = &Arc<Kept>> {
        self.kept.range((shelf, 0), (shelf, u64::MAX))
    }

    /// The documents of one kind, in the order of their ids.
    pub fn shelf_by_id(&self, shelf: Shelf) -> impl Iterator<Item = &Arc<Kept>> {
        self.kept.span((shelf, String::new())..).take_while(move |kept| kept.id.0 == shelf)
    }
}

/// Keeps a document, under an id of its own where it brings none that may stay.
pub struct Keep {
    /// Of which kind.
    pub shelf: Shelf,
    /// Under which id; a drawn one, where there is none.
    pub id: Option<String>,
    /// The document.
    pub document: Map<String, Value>,
}

impl Command<Realm> for Keep {
    type Output = String;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<String, Refusal> {
        let Self { shelf, id, mut document } = self;
        let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let missing = shelf.required().iter().filter(|name| text(name).is_empty());
        sound(missing.map(|name| Fault::required(*name)).collect())?;
        let name = text("name");
        let object_type = document.get("objectType").cloned();
        let same = |kept: &&Arc<Kept>| {
            kept.document.get("name").and_then(Value::as_str) == Some(&name)
                && (shelf != Shelf::Glossary || kept.document.get("objectType") == object_type.as_ref())
        };
        if shelf.names_once() && !name.is_empty() && realm.shelf(shelf).any(|kept| same(&kept)) {
            return Err(Refusal::SameName(shelf));
        }
        let id = id.unwrap_or_else(|| cx.id::<Kept>("pingone/kept").dashed());
        if realm.kept.contains(&(shelf, id.clone())) {
            return Err(Refusal::SameName(shelf));
        }
        document.insert("id".into(), id.clone().into());
        document.shift_remove("metadata");
        let (now, place) = (cx.now(), cx.tick());
        realm.kept.put(Kept { id: (shelf, id.clone()), document, created: now, changed: now, place });
        Ok(id)
    }
}

/// Puts a document in the place of another.
pub struct Rewrite {
    /// Of which kind.
    pub shelf: Shelf,
    /// Which.
    pub id: String,
    /// What is there from now on.
    pub document: Map<String, Value>,
}

impl Command<Realm> for Rewrite {
    type Output = ();
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let Self { shelf, id, mut document } = self;
        let kept = find_kept(realm, shelf, &id)?.clone();
        changeable(&kept)?;
        document.insert("id".into(), id.into());
        document.shift_remove("metadata");
        realm.kept.put(Kept { document, changed: cx.now(), ..kept });
        Ok(())
    }
}

/// Throws a document away.
pub struct Discard {
    /// Of which kind.
    pub shelf: Shelf,
    /// Which.
    pub id: String,
}

impl Command<Realm> for Discard {
    type Output = ();
    fn apply(self, realm: &mut Realm, _: &mut Cx<'_>) -> Result<(), Refusal> {
        let Self { shelf, id } = self;
        let found = find_kept(realm, shelf, &id);
        let kept = found.map_err(|why| if shelf == Shelf::Forms { Missing::FormToDelete(id).into() } else { why })?;
        changeable(kept)?;
        let id = kept.id.clone();
        realm.kept.remove(&id);
        Ok(())
    }
}

/// Whether a document may be changed: those that come with the product say that they are not `mutable`.
fn changeable(kept: &Kept) -> Result<(), Refusal> {
    let is_stock = kept.id.0 == Shelf::Workflows && kept.document.get("mutable") == Some(&Value::Bool(false));
    if is_stock { Err(Refusal::StockWorkflow(kept.id.1.clone())) } else { Ok(()) }
}

/// The document of this kind and id.
pub fn find_kept<'r>(realm: &'r Realm, shelf: Shelf, id: &str) -> Result<&'r Kept, Refusal> {
    let kept = realm.kept.get(&(shelf, id.to_owned()));
    kept.map(|kept| &**kept).ok_or_else(|| Missing::kept(shelf, id).into())
}

/// The id of a document that a seed names.
pub fn kept_id(shelf: Shelf, name: &str) -> String {
    Id::<Kept>::named(&format!("pingone/kept/{shelf:?}/{name}")).dashed()
}
