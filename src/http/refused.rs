//! Why answers are refusals: kinds, by the names that the vendors' own enums give their variants.
//!
//! `strum`'s `IntoStaticStr` says which kind a refusal is, `VariantNames` which there are. A variant that is named `""`,
//! and so has no more of a name than its enum's prefix, is no kind: it wraps refusals that have names of their own, or no
//! call can bring it about.

use std::collections::BTreeSet;

/// In a response's extensions, never on the wire: the kinds of refusal that it tells of. There are several where an
/// answer names each fault of its input, or refuses items one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused(BTreeSet<&'static str>);

impl Refused {
    /// By a single refusal.
    pub fn by(refusal: impl Into<&'static str>) -> Self {
        [refusal].into_iter().collect()
    }

    /// The kinds, each once.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().copied()
    }
}

impl<R: Into<&'static str>> FromIterator<R> for Refused {
    fn from_iter<I: IntoIterator<Item = R>>(refusals: I) -> Self {
        Self(kinds(refusals.into_iter().map(Into::into)).collect())
    }
}

/// The kinds among the `VARIANTS` of a vendor's enums, for [`super::Vendor::refusals`]; a name that two of them share is
/// one kind.
pub fn kinds_of(enums: &[&[&'static str]]) -> Vec<&'static str> {
    kinds(enums.iter().copied().flatten().copied()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn kinds(names: impl Iterator<Item = &'static str>) -> impl Iterator<Item = &'static str> {
    names.filter(|name| !name.is_empty() && !name.ends_with('-'))
}
