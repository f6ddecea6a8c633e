//! Why a task refuses what somebody wants of it; the sentences that live clients have seen are the vendor's
//! (contract, 7.3 and 8.12).

use strum::{IntoStaticStr, VariantNames};

use crate::kernel::Id;
use crate::vendors::conductorone::model::Task;

/// Why a task, or its opening, is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "task-")]
pub enum TaskRefusal {
    /// Nothing but comments and restarts is done to a closed task.
    #[error("task is closed")]
    Closed,
    /// The step named is one of this task's older ones.
    #[error("this action is no longer available: the request has advanced to a new approval step")]
    StaleStep,
    /// The step named is none of this task's.
    #[error("policy step not found")]
    NoSuchStep,
    /// The caller cannot do this now.
    #[error("action not permitted")]
    NotPermitted,
    /// The caller cannot see the task.
    #[error("permission denied")]
    NotVisible,
    /// The step asks for proof of who approves.
    #[error("step-up authentication is required")]
    StepUpRequired,
    /// The proof is none, or somebody else's, or for something else.
    #[error("step-up transaction is not valid for this approval")]
    StepUpInvalid,
    /// The step asks for a reason.
    #[error("a reason is required to {0} this task")]
    ReasonRequired(&'static str),
    /// A comment that says nothing.
    #[error("comment is required")]
    EmptyComment,
    /// Nobody named to hand the step to.
    #[error("at least one user is required to reassign this task")]
    NoReassignee,
    /// Somebody to whom the step cannot go.
    #[error("user cannot be assigned to this task")]
    BadReassignee,
    /// The same is being asked for already.
    #[error("duplicate ticket found")]
    Duplicate(Id<Task>),
    /// Nobody named for whom it is.
    #[error("user_id is required")]
    UserRequired,
    /// The account named is not the user's.
    #[error("appUserId and identityUserId cannot both be set")]
    BothUsers,
    /// The caller may not ask for this user.
    #[error("user is not allowed to create a request for this user")]
    NotForThisUser,
    /// In no catalog that the user sees.
    #[error("target user is not allowed to request that resource")]
    NotRequestable,
    /// No time at all, or a negative one.
    #[error("grant duration must be positive")]
    NoDuration,
    /// Longer than the entitlement is given at most; in seconds.
    #[error("grant duration must be less than or equal to max provision time ({0}s)")]
    TooLong(i64),
    /// Too late for another duration.
    #[error("cannot update grant duration for a ticket in a provision step")]
    DurationWhileProvisioning,
    /// A form that was filled in wrongly.
    #[error("{0}")]
    BadData(String),
}
