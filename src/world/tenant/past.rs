//! What was before: revisions as far back as they are remembered, and snapshots by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Cause, Head, SNAPSHOTS_MAX, Tenant};
use crate::world::World;

/// Why a snapshot cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// There is none of this name.
    #[error("there is no snapshot `{0}`")]
    Unknown(String),
    /// The tenant holds as many as it may.
    #[error("a tenant holds at most {SNAPSHOTS_MAX} snapshots")]
    TooMany,
}

impl Tenant {
    /// The world of a revision, as far back as commits are remembered.
    ///
    /// # Errors
    /// The oldest revision that is remembered.
    pub fn at(&self, revision: u64) -> Result<Arc<World>, u64> {
        let commits = self.commits.lock();
        let known = commits.iter().rev().map(|commit| &commit.world).find(|world| world.revision == revision);
        let head = self.read();
        if let Some(world) = known.or_else(|| (head.revision == revision).then_some(&head)) {
            return Ok(Arc::clone(world));
        }
        let is_whole = commits.front().is_none_or(|commit| commit.revision == self.origin.revision + 1);
        match (is_whole, commits.front()) {
            (true, _) if revision == self.origin.revision => Ok(Arc::clone(&self.origin)),
            (true, _) => Err(self.origin.revision),
            (false, oldest) => Err(oldest.map_or(head.revision, |commit| commit.revision)),
        }
    }

    /// The world as it was so many revisions before `head`, or the oldest one that is remembered.
    pub fn past(&self, head: &Head, back: u64) -> Arc<World> {
        let head = &head.world;
        let wanted = head.revision.saturating_sub(back);
        let found = self.at(wanted).or_else(|oldest| self.at(oldest.max(wanted)));
        found.unwrap_or_else(|_| Arc::clone(head))
    }

    /// Keeps the published world under a name.
    ///
    /// # Errors
    /// When the tenant holds as many snapshots as it may.
    pub async fn snapshot(&self, name: &str) -> Result<Arc<World>, SnapshotError> {
        let world = self.look().await.standing();
        let mut snapshots = self.snapshots.lock();
        if snapshots.len() >= SNAPSHOTS_MAX && !snapshots.contains_key(name) {
            return Err(SnapshotError::TooMany);
        }
        snapshots.insert(name.to_owned(), Arc::clone(&world));
        Ok(world)
    }

    /// The snapshots, by name.
    pub fn snapshots(&self) -> BTreeMap<String, Arc<World>> {
        self.snapshots.lock().clone()
    }

    /// Forgets a snapshot.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn forget_snapshot(&self, name: &str) -> Result<(), SnapshotError> {
        let gone = self.snapshots.lock().remove(name);
        gone.map(drop).ok_or_else(|| SnapshotError::Unknown(name.to_owned()))
    }

    /// Goes back to a snapshot. Time stands where it stood then; a running clock runs on from there.
    ///
    /// # Errors
    /// When there is none of this name.
    pub async fn restore(&self, name: &str) -> Result<Arc<World>, SnapshotError> {
        let world = self.snapshots.lock().get(name).cloned();
        let world = world.ok_or_else(|| SnapshotError::Unknown(name.to_owned()))?;
        Ok(self.replace(world, Cause::Operator("restore")).await)
    }

    /// Goes back to the world it began with.
    pub async fn reset(&self) -> Arc<World> {
        self.replace(Arc::clone(&self.origin), Cause::Operator("reset")).await
    }
}
