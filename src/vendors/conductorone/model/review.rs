//! Access reviews: whoever answers for access says again whether it should be (contract, 12.1).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AppUserType, EntitlementRef, Policy, ResourceType};
use crate::company::{AccountStatus, App, Person, PersonStatus};
use crate::kernel::{Entity, Id, Lifecycle, Span, Timestamp};

/// How many reports one review keeps; the oldest go first. [assumed]
pub const REPORTS_MAX: usize = 100;

/// Where a review stands. The vendor's states for copies and resets, which only its own screens lead to, are passed
/// through in no time and have no place here.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReviewState {
    /// It is being written.
    Draft,
    /// It waits for the hour at which it starts by itself.
    Pending,
    /// What is to be reviewed is gathered.
    Preparing,
    /// It is ready to be looked at once more.
    Review,
    /// Its tasks are being opened.
    Starting,
    /// It is under way.
    Open,
    /// It is over.
    Closed,
    /// It is being deleted.
    Deleting,
    /// It is gone.
    Deleted,
}

impl fmt::Display for ReviewState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "a draft",
            Self::Pending => "pending",
            Self::Preparing => "being prepared",
            Self::Review => "in review",
            Self::Starting => "starting",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Deleting => "being deleted",
            Self::Deleted => "deleted",
        })
    }
}

/// What happens to a review.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ReviewMove {
    /// It is to start at an hour.
    Schedule,
    /// It is not to start by itself any more.
    Unschedule,
    /// Somebody wants it ready.
    Prepare,
    /// All is gathered.
    Prepared,
    /// It is started.
    Start,
    /// Its tasks are open.
    Started,
    /// Its last task is closed, or its time is over.
    Close,
    /// Somebody deletes it.
    Delete,
    /// Nothing of it is left open.
    Gone,
}

impl Lifecycle for ReviewState {
    type Move = ReviewMove;
    const MACHINE: &'static str = "access review";
    const STATES: &'static [Self] = &[
        Self::Draft,
        Self::Pending,
        Self::Preparing,
        Self::Review,
        Self::Starting,
        Self::Open,
        Self::Closed,
        Self::Deleting,
        Self::Deleted,
    ];
    const MOVES: &'static [ReviewMove] = &[
        ReviewMove::Schedule,
        ReviewMove::Unschedule,
        ReviewMove::Prepare,
        ReviewMove::Prepared,
        ReviewMove::Start,
        ReviewMove::Started,
        ReviewMove::Close,
        ReviewMove::Delete,
        ReviewMove::Gone,
    ];
    fn on(self, event: ReviewMove) -> Option<Self> {
        match (self, event) {
            (Self::Draft, ReviewMove::Schedule) => Some(Self::Pending),
            (Self::Pending, ReviewMove::Unschedule) => Some(Self::Draft),
            (Self::Draft | Self::Pending, ReviewMove::Prepare) => Some(Self::Preparing),
            (Self::Preparing, ReviewMove::Prepared) => Some(Self::Review),
            (Self::Review, ReviewMove::Start) => Some(Self::Starting),
            (Self::Starting, ReviewMove::Started) => Some(Self::Open),
            (Self::Open, ReviewMove::Close) => Some(Self::Closed),
            (Self::Deleting, ReviewMove::Gone) => Some(Self::Deleted),
            (Self::Deleting | Self::Deleted, _) => None,
            (_, ReviewMove::Delete) => Some(Self::Deleting),
            _ => None,
        }
    }
}

/// What becomes of what nobody reviewed in time.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CloseDecision {
    /// Nobody said.
    #[default]
    Unspecified,
    /// It is taken away.
    Revoked,
    /// Its task is closed without an outcome for the access.
    Skip,
    /// Its task stays open.
    NoAction,
}

/// A kind of resources, and the application that it is of.
pub type TypeInApp = (Id<App>, Id<ResourceType>);

/// What is to be reviewed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReviewScope {
    /// These entitlements, and under which policy where it is not the review's own.
    pub entitlements: BTreeMap<String, ScopedEntitlement>,
    /// Everything about these kinds of resources.
    pub resource_types: BTreeSet<TypeInApp>,
}

/// Which of the grants in scope are reviewed: those that fit everything said; what is empty fits all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReviewFilter {
    /// Of these people.
    pub users: BTreeSet<Id<Person>>,
    /// Of people whom these manage.
    pub managers: BTreeSet<Id<Person>>,
    /// Of people who hold one of these.
    pub holders: BTreeSet<EntitlementRef>,
    /// Of people who are so.
    pub user_statuses: Vec<PersonStatus>,
    /// Of people of whom this holds.
    pub user_condition: Option<String>,
    /// Under accounts of these kinds.
    pub account_kinds: BTreeSet<AppUserType>,
    /// Under accounts that are so.
    pub account_statuses: Vec<AccountStatus>,
    /// Under accounts that are nobody's.
    pub nobodys: bool,
    /// Those that end by themselves, or those that do not.
    pub ends: Option<bool>,
    /// Those that have lasted so long.
    pub older_than: Option<Span>,
    /// Under accounts that nobody has used for so long.
    pub unused_for: Option<Span>,
    /// Those that began not before.
    pub from: Option<Timestamp>,
    /// Those that began before.
    pub until: Option<Timestamp>,
}

/// An entitlement that is to be reviewed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScopedEntitlement {
    /// Which.
    pub at: EntitlementRef,
    /// Since when it is to be.
    pub since: Timestamp,
}

impl ReviewScope {
    /// The scope of these entitlements alone.
    pub fn of(entitlements: impl IntoIterator<Item = EntitlementRef>, now: Timestamp) -> Self {
        let keyed = |at: EntitlementRef| (format!("{}/{}", at.app, at.id), ScopedEntitlement { at, since: now });
        Self { entitlements: entitlements.into_iter().map(keyed).collect(), ..Self::default() }
    }
}

/// What an administrator says about a review, or about all that are made from a template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReviewSettings {
    /// What it is called.
    pub display_name: String,
    /// Decides its tasks.
    pub policy: Option<Id<Policy>>,
    /// Whether policies of what is reviewed go before its own.
    pub uses_policy_override: bool,
    /// Whether it starts by itself.
    pub starts_by_itself: bool,
    /// When it does.
    pub starts: Option<Timestamp>,
    /// Whether it ends by itself.
    pub closes_by_itself: bool,
    /// When it ought to be over.
    pub completion: Option<Timestamp>,
    /// What becomes of what nobody reviewed then.
    pub close_decision: CloseDecision,
    /// Whether a report is written when it is over.
    pub reports_by_itself: bool,
    /// Whether nobody is asked any more about access that is gone.
    pub resolves_by_itself: bool,
    /// Everything in these applications is in scope, whatever else is.
    pub apps: BTreeSet<Id<App>>,
    /// These entitlements are.
    pub entitlements: BTreeSet<EntitlementRef>,
    /// "Access" of every application is.
    pub all_access: bool,
    /// Which of the grants in scope are reviewed.
    pub filter: ReviewFilter,
    /// Everything else that is said: the vendor's message, as it came.
    pub document: Value,
}

/// How often something happens.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Every {
    /// So many days.
    Days(u32),
    /// So many months of the calendar.
    Months(u32),
}

/// When reviews are made from a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recurrence {
    /// How often.
    pub every: Every,
    /// When for the first time.
    pub start: Timestamp,
    /// Not after that.
    pub end: Option<Timestamp>,
    /// Not oftener than that.
    pub times: Option<u32>,
}

impl Recurrence {
    /// When it happens after so many times; `None` once it is over, or beyond the calendar.
    pub fn at(&self, happened: u32) -> Option<Timestamp> {
        if self.times.is_some_and(|times| happened >= times) {
            return None;
        }
        let span = match self.every {
            Every::Days(days) => jiff::Span::new().try_days(i64::from(days) * i64::from(happened)),
            Every::Months(months) => jiff::Span::new().try_months(i64::from(months) * i64::from(happened)),
        };
        let start = jiff::Timestamp::from_microsecond(self.start.as_micros()).ok()?;
        let at = start.to_zoned(jiff::tz::TimeZone::UTC).checked_add(span.ok()?).ok()?;
        let at = Timestamp::from_micros(at.timestamp().as_microsecond());
        self.end.is_none_or(|end| at <= end).then_some(at)
    }
}

/// What an administrator says about a template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TemplateSettings {
    /// What reviews made from it say. Their dates follow from the day on which they are made.
    pub review: ReviewSettings,
    /// How long they last.
    pub lasting: Option<Span>,
    /// When they are made by themselves.
    pub recurrence: Option<Recurrence>,
    /// Everything else that is said: the vendor's message, as it came.
    pub document: Value,
}

/// How a report is written.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReportFormat {
    /// Nobody said.
    Unspecified,
    /// As a workbook.
    Xlsx,
    /// As a document for programs.
    Json,
    /// As a table of text.
    Csv,
}

/// A report about a review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewReport {
    /// Which.
    pub id: Id<ReviewReport>,
    /// How it is written.
    pub format: ReportFormat,
    /// When it was asked for; it is ready at once.
    pub created: Timestamp,
}

/// An access review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessReview {
    /// Which.
    pub id: Id<AccessReview>,
    /// What an administrator said.
    pub settings: ReviewSettings,
    /// What is to be reviewed.
    pub scope: ReviewScope,
    /// How often that changed.
    pub scoping_version: i64,
    /// Who answers for it.
    pub owners: Vec<Id<Person>>,
    /// The template that it was made from.
    pub template: Option<Id<ReviewTemplate>>,
    /// Where it stands.
    pub state: ReviewState,
    /// Reports about it, the oldest first.
    pub reports: Vec<ReviewReport>,
    /// Who made it.
    pub created_by: Id<Person>,
    /// When it was started.
    pub started: Option<Timestamp>,
    /// When it was over.
    pub closed: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

impl Entity for AccessReview {
    const TABLE: &'static str = "accessReviews";
    type Id = Id<AccessReview>;
    type Key = ();
    fn id(&self) -> Id<AccessReview> {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// What reviews are made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewTemplate {
    /// Which.
    pub id: Id<ReviewTemplate>,
    /// What an administrator said.
    pub settings: TemplateSettings,
    /// What is to be reviewed.
    pub scope: ReviewScope,
    /// Who answers for reviews made from it.
    pub owners: Vec<Id<Person>>,
    /// Who made it.
    pub created_by: Id<Person>,
    /// How many reviews were made from it.
    pub occurrences: u32,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

impl Entity for ReviewTemplate {
    const TABLE: &'static str = "accessReviewTemplates";
    type Id = Id<ReviewTemplate>;
    type Key = ();
    fn id(&self) -> Id<ReviewTemplate> {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}
