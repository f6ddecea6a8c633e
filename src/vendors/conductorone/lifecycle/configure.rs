//! What is made, changed and deleted by an administrator, all in the same way: webhooks, catalogs, connectors, forms,
//! providers, reviews.

use crate::company::Person;
use crate::kernel::{Entity, Id, Table, Timestamp};
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::wire::id::fresh;
use crate::world::{Command, Cx};

use super::{Noun, Refusal};

/// A row with settings that an administrator may change as a whole.
pub trait Configured: Entity<Id = Id<Self>> {
    /// What may be said about it.
    type Settings: Clone + PartialEq;
    /// What refusals call it.
    const NOUN: Noun;
    /// The stream of its ids.
    const STREAM: &'static str;

    /// Where its rows are.
    fn table(domain: &Domain) -> &Table<Self>;
    /// Where its rows are, to be changed.
    fn table_mut(domain: &mut Domain) -> &mut Table<Self>;
    /// What is said about it.
    fn settings(&self) -> &Self::Settings;
    /// Says something else about it.
    fn settle(&mut self, settings: Self::Settings, now: Timestamp);
    /// The row once it is deleted; `None` when nothing is left of it.
    fn deleted(self, now: Timestamp) -> Option<Self>;
    /// Whether it is deleted already.
    fn is_deleted(&self) -> bool {
        false
    }
    /// Whether these settings can be.
    ///
    /// # Errors
    /// Why not.
    fn check(settings: &Self::Settings, domain: &Domain, cx: &Cx<'_>) -> Result<(), Refusal>;
    /// What follows once something else is said about it, or it is deleted.
    fn settled(_: &mut Domain, _: &mut Cx<'_>, _: Id<Self>) {}
}

/// One that nothing but its settings makes.
pub trait MadeOfSettings: Configured {
    /// A new row.
    fn made(id: Id<Self>, settings: Self::Settings, by: Id<Person>, now: Timestamp) -> Self;
}

/// A row that is not deleted.
///
/// # Errors
/// When there is none.
pub fn row<T: Configured>(domain: &Domain, id: Id<T>) -> Result<T, Refusal> {
    let row = T::table(domain).get(&id).filter(|row| !row.is_deleted());
    row.map(|row| T::clone(row)).ok_or(Refusal::NoSuch(T::NOUN))
}

/// Make one.
pub struct Create<T: MadeOfSettings> {
    /// Who does.
    pub by: Id<Person>,
    /// What is said about it.
    pub settings: T::Settings,
}

impl<T: MadeOfSettings> Command<Domain> for Create<T> {
    type Output = Id<T>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<T>, Refusal> {
        T::check(&self.settings, domain, cx)?;
        let id = fresh(cx, T::STREAM);
        T::table_mut(domain).put(T::made(id, self.settings, self.by, cx.now()));
        Ok(id)
    }
}

/// Say something else about one: `change` is given what is said now.
pub struct Update<T, F> {
    /// Which.
    pub id: Id<T>,
    /// What to say instead.
    pub change: F,
}

impl<T: Configured, F> Command<Domain> for Update<T, F>
where
    F: FnOnce(&T::Settings) -> Result<T::Settings, Refusal>,
{
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let mut row = row(domain, self.id)?;
        let settings = (self.change)(row.settings())?;
        T::check(&settings, domain, cx)?;
        row.settle(settings, cx.now());
        T::table_mut(domain).put(row);
        T::settled(domain, cx, self.id);
        Ok(())
    }
}

/// Delete one.
pub struct Delete<T> {
    /// Which.
    pub id: Id<T>,
}

impl<T: Configured> Command<Domain> for Delete<T> {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let row = row(domain, self.id)?;
        match row.deleted(cx.now()) {
            Some(row) => T::table_mut(domain).put(row),
            None => drop(T::table_mut(domain).remove(&self.id)),
        }
        T::settled(domain, cx, self.id);
        Ok(())
    }
}
