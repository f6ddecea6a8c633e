//! What the receiver of a webhook answers, at once or later (contract, 12.2).

use serde_json::Value;

use super::dto::policies::steps;
use super::dto::{WebhookDecision, field_id};
use super::error::ApiError;
use super::lifecycle::Refusal;
use super::model::Decision;
use super::wire::{Asked, Json, from_body};

/// The only version of the answer that there is.
const VERSION: &str = "v1";

/// Reads an answer; an empty one is [`Decision::None`].
///
/// # Errors
/// Why it is no decision.
pub fn decision(body: &str) -> Result<Decision, Refusal> {
    let (sent, _) = from_body::<WebhookDecision>(body).map_err(unfit)?;
    meant(sent)
}

/// What an answer means.
///
/// # Errors
/// Why it is no decision.
pub fn meant(sent: WebhookDecision) -> Result<Decision, Refusal> {
    if !sent.version.is_empty() && sent.version != VERSION {
        return Err(unfit(format!("version must be {VERSION:?}")));
    }
    if let Some(approve) = sent.approve {
        return Ok(Decision::Approve { comment: approve.comment });
    }
    if let Some(deny) = sent.deny {
        return Ok(Decision::Deny { comment: deny.comment });
    }
    if let Some(reassign) = sent.reassign {
        let people = reassign.new_step_user_ids.iter();
        let to = people.map(|text| field_id("Decision.NewStepUserIds", text)).collect::<Result<Vec<_>, _>>()?;
        return Ok(Decision::Reassign { to: to.into_iter().flatten().collect(), comment: reassign.comment });
    }
    if let Some(replace) = sent.replace_policy {
        let steps = steps(&Asked("Decision".into()), &replace.policy_steps);
        let steps = steps.map_err(|refused: ApiError| unfit(refused.message().into_owned()))?;
        return Ok(Decision::ReplacePolicy { steps, comment: replace.comment });
    }
    if let Some(Json(complete)) = sent.complete {
        return Ok(Decision::Complete { comment: said(&complete, &["comment"]) });
    }
    if let Some(Json(errored)) = sent.errored {
        let why = said(&errored, &["description", "message", "error", "comment"]);
        return Ok(Decision::Errored { why: if why.is_empty() { "the receiver could not do it".into() } else { why } });
    }
    Ok(Decision::None)
}

fn unfit(why: String) -> Refusal {
    Refusal::Invalid("Decision", why)
}

/// The first of these fields that says something. [assumed]
fn said(value: &Value, fields: &[&str]) -> String {
    let texts = fields.iter().filter_map(|field| value[*field].as_str());
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_arm_is_read_and_two_at_once_are_none() {
        let comment = || "so".to_owned();
        for (body, expected) in [
            ("", Ok(Decision::None)),
            (r#"{"version":"v1"}"#, Ok(Decision::None)),
            (r#"{"version":"v1","approve":{"comment":"so"}}"#, Ok(Decision::Approve { comment: comment() })),
            (r#"{"deny":{"comment":"so"}}"#, Ok(Decision::Deny { comment: comment() })),
            (r#"{"complete":{}}"#, Ok(Decision::Complete { comment: String::new() })),
            (r#"{"errored":{"description":"so"}}"#, Ok(Decision::Errored { why: comment() })),
            (r#"{"approve":{},"deny":{}}"#, Err("oneof")),
            (r#"{"version":"v2","approve":{}}"#, Err("version")),
            (r#"{"reassign":{"newStepUserIds":["x"]}}"#, Err("regex")),
            (r#"{"replacePolicy":{"policySteps":[{}]}}"#, Err("nil")),
            (r#"{"accept":{}}"#, Err("unknown field")),
            ("no json", Err("syntax")),
        ] {
            match (decision(body), expected) {
                (Ok(read), Ok(expected)) => assert_eq!(read, expected, "{body}"),
                (Err(why), Err(expected)) => assert!(why.to_string().contains(expected), "{body}: {why}"),
                (read, expected) => panic!("{body}: {read:?}, not {expected:?}"),
            }
        }
    }
}
