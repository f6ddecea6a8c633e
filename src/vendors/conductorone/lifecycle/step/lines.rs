//! The steps, as the control plane lists them.

use super::Step;
use crate::world::StepLine;

const BY: (&str, &str) = ("by", "slug of the person who does it");
const FOR: (&str, &str) = ("for", "slug of the person the task is about");
const ENTITLEMENT: (&str, &str) = ("entitlement", "APP/SLUG, or APP/access");
const TASK: (&str, &str) = ("task", "the task's number, instead of `for` and `entitlement`");
const COMMENT: (&str, &str) = ("comment", "what they say");

impl Step {
    /// Every step, as the control plane lists them.
    pub fn lines() -> Vec<StepLine> {
        let line = |step, does, parameters: &[(&'static str, &'static str)]| StepLine {
            step,
            does,
            parameters: parameters.to_vec(),
        };
        let lasting = ("lasting", "how long the access is to last, as an ISO 8601 duration");
        vec![
            line(
                "request",
                "ask for access",
                &[BY, FOR, ENTITLEMENT, COMMENT, lasting, ("emergency", "true when something burns")],
            ),
            line("revoke", "ask for the end of access", &[BY, FOR, ENTITLEMENT, COMMENT]),
            line("offboard", "take everything from somebody", &[BY, ("person", "slug of who leaves"), COMMENT]),
            line(
                "request-action",
                "ask a connector for an action of its own",
                &[BY, ("action", "its name or its id"), COMMENT],
            ),
            line("approve", "approve what waits", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line("deny", "deny what waits", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line(
                "reassign",
                "hand what waits to somebody else",
                &[BY, FOR, ENTITLEMENT, TASK, ("to", "slugs of the new approvers"), COMMENT],
            ),
            line(
                "fill-in",
                "fill in the form that waits",
                &[BY, FOR, ENTITLEMENT, TASK, ("data", "an object: the answers by the names of their fields")],
            ),
            line("comment", "say something about a task", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line("close", "close a task without a decision", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line("escalate", "make a request an emergency", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line("skip-step", "pass over the step that runs", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line("restart", "begin anew with the same policy", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line("reset", "choose the policy anew", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line("retry-provisioning", "start a failed provisioning again", &[BY, FOR, ENTITLEMENT, TASK, COMMENT]),
            line("process", "look at once at what waits", &[BY, FOR, ENTITLEMENT, TASK]),
            line(
                "settle-provisioning",
                "finish, fail or cancel the provisioning that runs",
                &[
                    FOR,
                    ENTITLEMENT,
                    TASK,
                    ("outcome", "done, failed or cancelled"),
                    ("by", "slug of who did it; the system when absent"),
                    ("message", "why it failed"),
                ],
            ),
            line(
                "fail-connector",
                "write down that a connector fails",
                &[
                    ("target", "APP or APP/SLUG"),
                    ("message", "what it says; null forgets what was written"),
                    ("fallsBack", "true when the owners of the application do it by hand then"),
                ],
            ),
            line(
                "slow-connector",
                "write down how long a connector takes",
                &[("target", "APP or APP/SLUG"), ("lasting", "an ISO 8601 duration; null forgets what was written")],
            ),
            line(
                "answer-webhook",
                "answer the call about a task that is out, as though the webhook had",
                &[
                    FOR,
                    ENTITLEMENT,
                    TASK,
                    ("status", "of the answer: 202 promises a decision"),
                    ("body", "the decision"),
                ],
            ),
            line(
                "settle-step-up",
                "settle the newest proof of who approves that somebody has begun",
                &[("person", "slug of who approves"), ("verified", "whether they could prove it")],
            ),
            line(
                "approve-login",
                "let a device in that waits, as a person",
                &[("userCode", "what the device shows to its user"), ("person", "slug of the person")],
            ),
            line("deny-login", "turn a device away that waits", &[("userCode", "what the device shows to its user")]),
            line(
                "review",
                "have access reviewed: make an access review and start it",
                &[
                    BY,
                    ("name", "what it is called"),
                    ("entitlements", "what is reviewed, each as APP/SLUG or APP/access"),
                    ("policy", "name of the policy that decides its tasks"),
                    ("lasting", "how long until it is over, as an ISO 8601 duration"),
                    ("decision", "what becomes of what nobody reviewed then: revoked, skip or noAction"),
                ],
            ),
            line("start-review", "start an access review", &[("review", "its name, or its id on the wire")]),
            line(
                "switch",
                "set decisions that the vendor's material leaves open",
                &[("switches", "all of them; those left out take their defaults")],
            ),
        ]
    }
}
