//! Whom a list of requests is about: `requested-for`, `requested-by` and `regarding-identity`
//! (contract, sections 3.4 and 7.11).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::sailpoint::auth::{Absent, Caller, Whose};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::model::{FIRST, Item, ItemKey, LAST, Org, Request, RequestKey};
use crate::vendors::sailpoint::reply::Query;

/// Whom a list of requests is about.
#[derive(Clone, Copy, Debug)]
pub enum Regarding {
    /// Everybody, or those for whom and by whom it was requested, as far as they are named.
    Each {
        /// For whom.
        requested_for: Option<Whose>,
        /// By whom.
        requested_by: Option<Whose>,
    },
    /// The one for whom or by whom it was requested.
    Either(Whose),
}

impl Regarding {
    /// What the parameters say. Who is no administrator and names nobody gets their own, unless
    /// `named` says that they named somebody in another way.
    ///
    /// # Errors
    /// 400 for parameters that exclude each other, 403 for somebody else's requests.
    pub fn read(caller: &Caller, query: &Query, named: bool) -> Result<Self, ApiError> {
        let whose = |name: &str| {
            let value = query.get(name);
            value.map(|value| caller.scope_of(Some(value), Absent::Own)).transpose().map(Option::flatten)
        };
        let (requested_for, requested_by) = (whose("requested-for")?, whose("requested-by")?);
        match whose("regarding-identity")? {
            Some(_) if requested_for.is_some() || requested_by.is_some() => Err(ApiError::Regarding),
            Some(whose) => Ok(Self::Either(whose)),
            None if named || requested_for.is_some() || requested_by.is_some() => {
                Ok(Self::Each { requested_for, requested_by })
            }
            None => Ok(match caller.scope_of(None, Absent::Own)? {
                Some(own) => Self::Either(own),
                None => Self::Each { requested_for, requested_by },
            }),
        }
    }

    /// The requested items that it means, in the order in which they were made.
    pub fn items<'o>(self, org: &'o Org) -> impl Iterator<Item = &'o Arc<Item>> {
        let requested_for = |person| org.items.range(ItemKey::For(person, FIRST), ItemKey::For(person, LAST));
        let requested_by = |person| org.items.range(ItemKey::By(person, FIRST), ItemKey::By(person, LAST));
        let rows: Box<dyn Iterator<Item = &Arc<Item>> + 'o> = match self.pinned() {
            Pinned::Nobody => Box::new(std::iter::empty()),
            Pinned::For(person) => Box::new(requested_for(person)),
            Pinned::By(person) => Box::new(requested_by(person)),
            Pinned::Either(person) => {
                let rows = requested_for(person).chain(requested_by(person));
                let rows: BTreeMap<_, _> = rows.map(|item| ((item.created, item.id), item)).collect();
                Box::new(rows.into_values())
            }
            Pinned::Everybody => Box::new(org.items.range(ItemKey::Created(FIRST), ItemKey::Created(LAST))),
        };
        rows.filter(move |item| self.concerns(item.requested_for, item.requester))
    }

    /// The requests that it means, in the order in which they were made.
    pub fn requests<'o>(self, org: &'o Org) -> impl Iterator<Item = &'o Arc<Request>> {
        let requested_for = |person| org.requests.range(RequestKey::For(person, FIRST), RequestKey::For(person, LAST));
        let requested_by = |person| org.requests.range(RequestKey::By(person, FIRST), RequestKey::By(person, LAST));
        let rows: Box<dyn Iterator<Item = &Arc<Request>> + 'o> = match self.pinned() {
            Pinned::Nobody => Box::new(std::iter::empty()),
            Pinned::For(person) => Box::new(requested_for(person)),
            Pinned::By(person) => Box::new(requested_by(person)),
            Pinned::Either(person) => {
                let rows = requested_for(person).chain(requested_by(person));
                let rows: BTreeMap<_, _> = rows.map(|request| ((request.created, request.id), request)).collect();
                Box::new(rows.into_values())
            }
            Pinned::Everybody => Box::new(org.requests.range(RequestKey::Created(FIRST), RequestKey::Created(LAST))),
        };
        rows.filter(move |request| self.concerns(request.requested_for, request.requester))
    }

    fn concerns(self, target: Id<Person>, requester: Option<Id<Person>>) -> bool {
        let asked = |whose: Whose| requester.is_some_and(|requester| whose.is(requester));
        match self {
            Self::Each { requested_for, requested_by } => {
                requested_for.is_none_or(|whose| whose.is(target)) && requested_by.is_none_or(asked)
            }
            Self::Either(whose) => whose.is(target) || asked(whose),
        }
    }

    /// The index that holds the fewest rows besides those that it means.
    fn pinned(self) -> Pinned {
        match self {
            Self::Each { requested_for: Some(Whose::Known(person)), .. } => Pinned::For(person),
            Self::Each { requested_for: None, requested_by: Some(Whose::Known(person)) } => Pinned::By(person),
            Self::Each { requested_for: None, requested_by: None } => Pinned::Everybody,
            Self::Each { .. } | Self::Either(Whose::Nobody) => Pinned::Nobody,
            Self::Either(Whose::Known(person)) => Pinned::Either(person),
        }
    }
}

enum Pinned {
    Everybody,
    For(Id<Person>),
    By(Id<Person>),
    Either(Id<Person>),
    Nobody,
}
