//! Meeting a tenant: the published world, with due time passed.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Cause, INSTANTS_MAX, Tenant};
use crate::kernel::Timestamp;
use crate::world::World;
use crate::world::moment::Look;

/// A tenant was forgotten before whoever had found it could look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten;

/// The published world and the hour at which a reader met it.
#[derive(Clone)]
pub struct Head {
    /// The world.
    pub world: Arc<World>,
    /// The hour, which on a running clock is later than the last commit's.
    pub hour: Timestamp,
}

impl Head {
    pub(super) fn at(world: Arc<World>, wall: Timestamp) -> Self {
        let hour = world.clock.hour(world.hour, wall);
        Self { world, hour }
    }

    fn is_due(&self) -> bool {
        self.world.next_due.is_some_and(|due| due <= self.hour)
    }

    /// The world standing at that hour, so that whoever keeps it keeps the time that passed since
    /// the last commit, too. The very same world when none passed.
    pub fn standing(&self) -> Arc<World> {
        if self.world.hour == self.hour {
            return Arc::clone(&self.world);
        }
        Arc::new(World { hour: self.hour, ..World::clone(&self.world) })
    }
}

impl Tenant {
    /// Looks at the published world, after everything that is due by now has happened.
    pub async fn look(&self) -> Head {
        let Ok(head) = self.look_unless(|| Ok::<_, Infallible>(())).await;
        head
    }

    /// The first look of whoever has found this tenant: a request's arrival.
    ///
    /// # Errors
    /// When it was forgotten in between: nobody finds it any more, so nobody may have found it.
    pub async fn look_if_known(&self) -> Result<Head, Forgotten> {
        let is_known = || if self.forgotten.load(Ordering::Relaxed) { Err(Forgotten) } else { Ok(()) };
        self.look_unless(is_known).await
    }

    async fn look_unless<G>(&self, is_open: impl Fn() -> Result<(), G>) -> Result<Head, G> {
        let first = self.order.wall().now();
        let mut instants = 0;
        loop {
            let wall = self.order.awaited().await.unwrap_or(first);
            {
                let published = self.head.read();
                is_open()?;
                let head = Head::at(Arc::clone(&published), wall);
                if !head.is_due() || instants == INSTANTS_MAX {
                    self.order.note(Look::Looked, wall, head.world.revision, None);
                    self.used.store(wall.as_micros(), Ordering::Relaxed);
                    return Ok(head);
                }
            }
            let _turn = self.turn.lock().await;
            // Somebody else may have let it happen meanwhile.
            if let Some(made) = self.due(wall) {
                self.publish_unless(&is_open, Cause::Timer, made, wall)?;
                instants += 1;
            }
        }
    }

    /// Lets everything happen that is due by now, unless it is forgotten. Cheap when nothing is.
    ///
    /// # Errors
    /// When it was forgotten.
    pub async fn settle(&self) -> Result<(), Forgotten> {
        if Head::at(self.read(), self.order.wall().now()).is_due() {
            self.look_if_known().await?;
        }
        Ok(())
    }

    /// From `note` on nobody finds it any more; whoever has looked at it goes on with it.
    pub(in crate::world) fn close(&self, note: impl FnOnce(u64)) {
        let published = self.head.write();
        self.forgotten.store(true, Ordering::Relaxed);
        note(published.revision);
    }

    /// When the wall will have brought the next timer, on a running clock.
    pub fn wait(&self) -> Option<std::time::Duration> {
        let world = self.read();
        world.clock.wait(world.next_due?, self.order.wall().now())
    }
}
