//! Scans: who violates which rule, as found at one time.

use serde::{Deserialize, Serialize};

use super::{Policy, Rule, Violation};
use crate::company::Person;
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// Where a scan stands (contract, 4.3).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScanState {
    InProgress,
    Complete,
    Failed,
}

/// What may happen to a scan.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ScanMove {
    /// It has looked at everybody.
    Finish,
    /// What it was to scan is gone.
    Fail,
}

impl Lifecycle for ScanState {
    type Move = ScanMove;
    const MACHINE: &'static str = "policy scan";
    const STATES: &'static [Self] = &[Self::InProgress, Self::Complete, Self::Failed];
    const MOVES: &'static [ScanMove] = &[ScanMove::Finish, ScanMove::Fail];

    fn on(self, by: ScanMove) -> Option<Self> {
        match (self, by) {
            (Self::InProgress, ScanMove::Finish) => Some(Self::Complete),
            (Self::InProgress, ScanMove::Fail) => Some(Self::Failed),
            (Self::Complete | Self::Failed, _) => None,
        }
    }
}

/// What is scanned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ScanTarget {
    /// Everybody, by the rules of a policy.
    Policy(Id<Policy>),
    /// Everybody, by one rule.
    PolicyRule(Id<Rule>),
    /// One user.
    User(Id<Person>),
}

/// Somebody who violates a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The violation; none in a simulation.
    pub violation: Option<Id<Violation>>,
    /// Who.
    pub user: Id<Person>,
    /// Per condition of the rule, the grants that met it.
    pub composite_ids: Vec<Vec<String>>,
}

/// What a scan found about one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScanResult {
    /// Which rule.
    pub rule: Id<Rule>,
    /// What it was called.
    pub rule_name: String,
    /// How many violate it.
    pub violations: usize,
    /// The first of them.
    pub found: Vec<Found>,
}

/// A scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// Drawn.
    pub id: Id<Scan>,
    /// What is scanned.
    pub target: ScanTarget,
    /// What the policy or the rule was called.
    pub name: String,
    /// Whether it changes nothing.
    pub simulation: bool,
    /// Where it stands.
    pub state: ScanState,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// What it found, rule by rule.
    pub results: Vec<ScanResult>,
    /// Its place in the order in which scans were begun.
    pub sequence: u64,
}

impl Entity for Scan {
    const TABLE: &'static str = "scans";
    type Id = Id<Scan>;
    /// The order in which scans were begun.
    type Key = u64;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<u64> {
        vec![self.sequence]
    }
}
