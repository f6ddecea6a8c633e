//! Workflow runs, and two answers that say little.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{View, instant};
use crate::vendors::grip::lifecycle::word;
use crate::vendors::grip::model::{ActionDone, Run};

/// The id of an offboarding.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowId {
    pub workflow_id: String,
}

/// A sentence.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    pub message: &'static str,
}

/// Runs by the identifier that the caller wrote.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowRunIds {
    pub workflow_run_ids: BTreeMap<String, String>,
}

/// Where a run stands. `createdAt`, not `startedAt`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowRunStatus {
    pub status: String,
    /// Null while it runs, then one sentence.
    pub status_details: Option<String>,
    pub created_at: String,
    pub completed_at: Option<String>,
    pub actions: Vec<WorkflowAction>,
}

/// One action of a run.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowAction {
    pub action_name: String,
    pub status: String,
    /// Where what it made can be followed; null when it made nothing.
    pub self_url: Option<String>,
}

impl View<'_> {
    /// A run.
    pub fn run(&self, run: &Run) -> WorkflowRunStatus {
        WorkflowRunStatus {
            status: word(&run.state),
            status_details: run.details.clone(),
            created_at: instant(run.created),
            completed_at: run.completed.map(instant),
            actions: run.actions.iter().map(|action| self.action(action)).collect(),
        }
    }

    fn action(&self, action: &ActionDone) -> WorkflowAction {
        let actions = format!("{}/public/actions", self.base);
        let revocation =
            action.revocation.map(|id| format!("{actions}/accessRevocation/employee/{}/status", id.dashed()));
        let justification = action.justification.map(|id| format!("{actions}/justification/{}/status", id.dashed()));
        WorkflowAction {
            action_name: action.name.clone(),
            status: word(&action.state),
            self_url: revocation.or(justification),
        }
    }
}
