//! What can be wrong with an input: a sentence each (contract, 2.6 and 7).

use std::borrow::Cow;

use strum::{IntoStaticStr, VariantNames};

/// A field by its name, as clients write it.
type Name = Cow<'static, str>;

/// A fault of an input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "invalid-")]
pub enum Fault {
    /// A field is absent or blank.
    #[error("{0} is required.")]
    Required(Name),
    /// A field is of another type, and which it must be of.
    #[error("{0} must be {1}.")]
    Type(Name, &'static str),
    /// A field says none of the words that it may say.
    #[error("{0} must be {1}.")]
    Word(&'static str, &'static str),
    /// No date.
    #[error("{0} must be a valid date.")]
    Date(Name),
    /// A date that has passed.
    #[error("{0} must be in the future.")]
    Past(&'static str),
    /// An end that does not lie behind its start.
    #[error("endDate must be after startDate.")]
    EndsBeforeStart,
    /// An exception that ends too late.
    #[error("{0} exceeds the maximum exception duration of {1} days.")]
    TooLate(&'static str, i64),
    /// A list is longer than it may be.
    #[error("{0} must not have more than {1} entries.")]
    TooMany(&'static str, usize),
    /// A number that must not be negative.
    #[error("{0} must be a non-negative integer.")]
    Negative(&'static str),
    /// A number beyond what it can be.
    #[error("{0} must be between 0 and {1}.")]
    Range(&'static str, i64),
    /// There is one of this name already.
    #[error("Name must be different from the existing {0}.")]
    NameTaken(&'static str),
    /// There is one of this id already.
    #[error("Id must be different from the existing {0}.")]
    IdTaken(&'static str),
    /// A field stays as it is.
    #[error("{0} cannot be modified.")]
    Fixed(String),
    /// What a field names does not exist: what it would be, and its id.
    #[error("{0} with id: {1} does not exist.")]
    Reference(&'static str, String),
    /// What a field would give or take does not exist.
    #[error("{0} does not exist: {1}")]
    NoTarget(String, String),
    /// Nobody who can act on a violation.
    #[error("{0} is not a valid actor.")]
    NoActor(String),
    /// No way in which the rule lets a violation be put right.
    #[error("{0} is not a valid remediation option.")]
    NoOption(String),
    /// No grant that is part of a violation.
    #[error("{0} is not a violating grant.")]
    NotViolating(String),
    /// No kind of access.
    #[error("{0} is not a valid access type.")]
    NoAccessType(String),
    /// Nothing that can be searched.
    #[error("{0} is not a valid entityPath.")]
    NoEntity(String),
    /// Somebody in their own place.
    #[error("A user cannot be their own proxy.")]
    OwnProxy,
    /// Somebody in nobody's place.
    #[error("User with id: {0} is not a proxy.")]
    NoProxy(String),
}

impl Fault {
    /// A field is absent or blank.
    pub fn required(field: impl Into<Name>) -> Self {
        Self::Required(field.into())
    }
    /// A field is not `a string`, or whatever it must be.
    pub fn type_of(field: impl Into<Name>, wanted: &'static str) -> Self {
        Self::Type(field.into(), wanted)
    }
    /// A field is no date.
    pub fn date(field: impl Into<Name>) -> Self {
        Self::Date(field.into())
    }
}
