//! Messages that carry what an administrator says, and updates of parts of it.

use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::wire::{Mask, Message};

/// A message that says what `S` says, among other things.
pub trait Says<S>: Message {
    /// What is said, as a message; nothing of what only the server knows.
    fn of(settings: &S) -> Self;
    /// What a message says.
    ///
    /// # Errors
    /// When a field can mean nothing.
    fn said(self) -> Result<S, Refusal>;
}

/// What is said once the fields of `mask` are as `new` has them.
pub fn masked<S, M: Says<S>>(mask: Mask, new: Option<M>) -> impl FnOnce(&S) -> Result<S, Refusal> {
    move |current| {
        let merged = mask.merge(&M::of(current), &new.unwrap_or_default());
        merged.map_err(|error| Refusal::Invalid("UpdateMask", error.to_string()))?.said()
    }
}
