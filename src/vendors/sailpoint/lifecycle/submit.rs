//! Asking for access: the rows that an admitted request makes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::rules::{self, Asked};
use super::{Refusal, check};
use crate::company::Person;
use crate::kernel::{Id, Timestamp};
use crate::vendors::sailpoint::model::{
    Comment, Item, ItemKey, Object, ObjectKind, Org, Request, RequestKind, Requestability,
};
use crate::world::{Command, Cx};

/// Ask for access, or for its end.
pub struct RequestAccess {
    /// Who asks.
    pub by: Id<Person>,
    /// What is asked.
    pub kind: RequestKind,
    /// For whom, and what for each of them.
    pub targets: Vec<Target>,
    /// Whether it was asked in the flat form, everything for everybody.
    pub is_flat: bool,
    /// What the client says about it.
    pub client_metadata: Option<BTreeMap<String, String>>,
}

/// One identity, and what is asked for it.
#[derive(Clone, Debug)]
pub struct Target {
    /// The identity, as it was sent.
    pub identity: String,
    /// Whether it is said to be a machine's.
    pub is_machine: bool,
    /// What is asked.
    pub items: Vec<Wanted>,
}

/// One thing that is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What kind of thing it is.
    pub kind: ObjectKind,
    /// Its id, as it was sent.
    pub id: String,
    /// Why.
    pub comment: Option<String>,
    /// What the client says about it.
    pub client_metadata: Option<BTreeMap<String, String>>,
    /// When the access is to begin.
    pub start_date: Option<Timestamp>,
    /// When it is to end.
    pub remove_date: Option<Timestamp>,
    /// The accounts that are to have it; empty means any.
    pub accounts: Vec<WantedAccount>,
}

/// An account that is to have what is asked for.
#[derive(Clone, Debug)]
pub struct WantedAccount {
    /// The source that it is in, as it was sent.
    pub source: Option<String>,
    /// Its name there.
    pub native_identity: String,
}

/// What became of a request, by identity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Submitted {
    /// What was taken up.
    pub new: Vec<Tracking>,
    /// What is in flight already.
    pub existing: Vec<Tracking>,
}

/// What was asked for one identity, and where it can be followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracking {
    /// For whom.
    pub requested_for: Id<Person>,
    /// What.
    pub objects: Vec<Object>,
    /// The access requests.
    pub requests: Vec<Id<Request>>,
}

impl Command<Org> for RequestAccess {
    type Output = Submitted;
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<Submitted, Refusal> {
        let asked = rules::check(org, cx.company, cx.now(), &self)?;
        let mut submitted = Submitted::default();
        for (person, items) in asked {
            self.submit(org, cx, person, items, &mut submitted);
        }
        Ok(submitted)
    }
}

impl RequestAccess {
    /// Makes one person's request and its items, and sets each item off. What is in flight already
    /// is reported and not asked for again; what is named twice is asked for once.
    fn submit(&self, org: &mut Org, cx: &mut Cx<'_>, person: Id<Person>, asked: Vec<Asked>, submitted: &mut Submitted) {
        let (mut known, mut fresh) = (Vec::<(Object, Id<Request>)>::new(), Vec::<Asked>::new());
        for asked in asked {
            match org.items.with(ItemKey::InFlight(person, asked.object)).next() {
                Some(item) => known.push((asked.object, item.request)),
                None if fresh.iter().any(|earlier| earlier.object == asked.object) => {}
                None => fresh.push(asked),
            }
        }
        if !known.is_empty() {
            let (objects, mut requests): (Vec<_>, Vec<_>) = known.into_iter().unzip();
            requests.dedup();
            submitted.existing.push(Tracking { requested_for: person, objects, requests });
        }
        if fresh.is_empty() {
            return;
        }
        let (id, now): (Id<Request>, _) = (cx.id("sailpoint/request"), cx.now());
        org.requests.put(Request {
            client_metadata: self.client_metadata.clone(),
            ..Request::of(id, person, Some(self.by), self.kind, now)
        });
        cx.emit("request.submitted", id, json!({"for": person, "by": self.by}));
        let objects = fresh.iter().map(|asked| asked.object).collect();
        submitted.new.push(Tracking { requested_for: person, objects, requests: vec![id] });
        let items: Vec<Item> = fresh
            .into_iter()
            .enumerate()
            .map(|(place, asked)| self.item(org, cx, (id, place), person, asked))
            .collect();
        let made: Vec<Id<Item>> = items.iter().map(|item| item.id).collect();
        items.into_iter().for_each(|item| org.items.put(item));
        for item in made {
            check::begin(org, cx, item);
        }
    }

    fn item(
        &self,
        org: &Org,
        cx: &mut Cx<'_>,
        place: (Id<Request>, usize),
        person: Id<Person>,
        Asked { object, wanted, rules, accounts }: Asked,
    ) -> Item {
        let now = cx.now();
        let assignment = org.assignment(person, object);
        let comment = wanted.comment.filter(|text| !text.is_empty());
        let comment = comment.map(|text| Comment { text: text.into(), created: now, author: Some(self.by) });
        let Requestability { reauthorization_required, max_permitted_access_duration: max_duration, .. } = rules;
        let (chain, denial_comments_required) = match self.kind {
            RequestKind::RevokeAccess => (rules.revocation_approvals, rules.revocation_denial_comments_required),
            RequestKind::GrantAccess | RequestKind::ModifyAccess => (rules.approvals, rules.denial_comments_required),
        };
        Item {
            requester: Some(self.by),
            comment,
            client_metadata: wanted.client_metadata.or_else(|| self.client_metadata.clone()),
            start_date: wanted.start_date,
            remove_date: wanted.remove_date,
            current_remove_date: assignment.and_then(|assignment| assignment.until),
            current_start_date: assignment.map(|assignment| assignment.since),
            accounts,
            chain,
            settings: Arc::new(org.config().approvals),
            denial_comments_required,
            reauthorization_required,
            max_duration,
            ..Item::of(place, cx.id("sailpoint/item"), person, self.kind, object, now)
        }
    }
}
