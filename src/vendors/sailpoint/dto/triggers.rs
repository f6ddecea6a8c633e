//! Event triggers, their subscriptions and invocations (contract, section 11.7).

use json_patch::Patch;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::patch::patched;
use super::payloads::{AccessRequestPostApproval, AccessRequestPreApproval, ProvisioningCompleted};
use super::{View, instant, millis};
use crate::kernel::{Id, Span, Timestamp};
use crate::query::{Row, Value as Shown};
use crate::vendors::sailpoint::lifecycle::{CompleteInvocation, Refusal, StartTest, Subscribe, finds, word};
use crate::vendors::sailpoint::model::{
    Dispatch, HttpTarget, Invocation, Proof, Subscription, SubscriptionKind, Trigger,
};
use crate::vendors::sailpoint::reply::read_id;

/// `Trigger`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TriggerDto {
    pub id: &'static str,
    pub name: &'static str,
    /// `REQUEST_RESPONSE` or `FIRE_AND_FORGET`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub description: &'static str,
    /// A JSON schema, as text.
    pub input_schema: String,
    #[schema(value_type = Object)]
    pub example_input: Value,
    /// A JSON schema, as text; null when nothing is asked.
    pub output_schema: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub example_output: Option<Value>,
}

/// `AccessRequestSubmittedResponse`.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents what a subscriber answers")]
pub struct AccessRequestSubmittedResponse {
    approved: bool,
    comment: String,
    /// Who decided, in the subscriber's words.
    approver: String,
}

/// `AccessRequestDynamicApprovalResponse`.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents what a subscriber answers")]
pub struct AccessRequestDynamicApprovalResponse {
    id: String,
    name: String,
    /// `IDENTITY` or `GOVERNANCE_GROUP`.
    #[schema(rename = "type")]
    kind: String,
}

impl TriggerDto {
    /// A trigger, with examples of what it tells and takes.
    pub fn of(trigger: Trigger) -> Self {
        let (description, input_schema, output) = match trigger {
            Trigger::Submitted => (
                "Asks whether a submitted access request may go on to its approvals.",
                schema::<AccessRequestPreApproval>(),
                Some((
                    schema::<AccessRequestSubmittedResponse>(),
                    json!({"approved": false, "comment": "Not before the audit is over.", "approver": "audit.bot"}),
                )),
            ),
            Trigger::DynamicApprover => (
                "Asks who shall approve an access request besides those who are configured.",
                schema::<AccessRequestPreApproval>(),
                Some((
                    schema::<AccessRequestDynamicApprovalResponse>(),
                    json!({"id": EXAMPLE_ID, "name": "Mia Chen", "type": "IDENTITY"}),
                )),
            ),
            Trigger::Decided => {
                ("Tells that an access request was approved or denied.", schema::<AccessRequestPostApproval>(), None)
            }
            Trigger::Provisioned => {
                ("Tells that the provisioning of an access request has ended.", schema::<ProvisioningCompleted>(), None)
            }
        };
        let (output_schema, example_output) = output.unzip();
        Self {
            id: trigger.id(),
            name: trigger.name(),
            kind: if trigger.asks() { "REQUEST_RESPONSE" } else { "FIRE_AND_FORGET" },
            description,
            input_schema,
            example_input: example(trigger),
            output_schema,
            example_output,
        }
    }
}

const EXAMPLE_ID: &str = "2c91808b6ef1d43e016efba0ce470904";

/// What a test tells when it is given nothing to tell.
fn example(trigger: Trigger) -> Value {
    let person = |name: &str| json!({"type": "IDENTITY", "id": EXAMPLE_ID, "name": name});
    let item = json!({"id": EXAMPLE_ID, "name": "Engineering", "description": "The repositories", "type": "ROLE",
        "operation": "Add", "comment": null});
    match trigger {
        Trigger::Submitted | Trigger::DynamicApprover => json!({"accessRequestId": EXAMPLE_ID,
            "requestedFor": [person("Ed Okafor")], "requestedItems": [item], "requestedBy": person("Mia Chen")}),
        Trigger::Decided => {
            let mut decided = item;
            decided["clientMetadata"] = Value::Null;
            decided["approvalInfo"] = json!([{"approvalComment": null, "approvalDecision": "APPROVED",
                "approverName": "mia.chen", "approver": person("Mia Chen")}]);
            json!({"accessRequestId": EXAMPLE_ID, "requestedFor": [person("Ed Okafor")],
                "requestedItemsStatus": [decided], "requestedBy": person("Mia Chen")})
        }
        Trigger::Provisioned => json!({"trackingNumber": EXAMPLE_ID, "sources": "Directory", "action": "AppRequest",
            "errors": null, "warnings": null, "recipient": person("Ed Okafor"), "requester": person("Mia Chen"),
            "accountRequests": [{"source": {"type": "SOURCE", "id": EXAMPLE_ID, "name": "Directory"},
                "accountId": "ed.okafor", "accountOperation": "Modify", "provisioningResult": "SUCCESS",
                "provisioningTarget": "Directory", "ticketId": null,
                "attributeRequests": [{"attributeName": "memberOf", "attributeValue": "engineering",
                    "operation": "Add"}]}]}),
    }
}

/// The JSON schema of a shape, whole.
fn schema<T: ToSchema>() -> String {
    let mut parts: Vec<(String, RefOr<Schema>)> = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut parts);
    let part = |(name, part): (String, RefOr<Schema>)| Some((name, serde_json::to_value(part).ok()?));
    let definitions: Map<String, Value> = parts.into_iter().filter_map(part).collect();
    let whole = json!({"definitions": definitions, "$ref": format!("#/definitions/{}", T::name())});
    whole.to_string().replace("#/components/schemas/", "#/definitions/")
}

/// What triggers can be filtered and sorted by.
impl Row for TriggerDto {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Shown<'_>) -> bool) -> bool {
        match path {
            "id" => each(Shown::Text(self.id)),
            "name" => each(Shown::Text(self.name)),
            _ => false,
        }
    }
}

/// `HttpConfig`. Secrets never go out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HttpConfig {
    pub url: Option<String>,
    pub http_dispatch_mode: Option<Dispatch>,
    /// `NO_AUTH`, `BASIC_AUTH` or `BEARER_TOKEN`.
    #[serde(default)]
    pub http_authentication_type: Option<String>,
    #[serde(default)]
    pub basic_auth_config: Option<BasicAuthConfig>,
    #[serde(default)]
    pub bearer_token_auth_config: Option<BearerTokenAuthConfig>,
}

/// `BasicAuthConfig`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BasicAuthConfig {
    pub user_name: Option<String>,
    /// Null in answers.
    #[serde(default)]
    pub password: Option<String>,
}

/// `BearerTokenAuthConfig`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BearerTokenAuthConfig {
    /// Null in answers.
    #[serde(default)]
    pub bearer_token: Option<String>,
}

/// `EventBridgeConfig`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventBridgeConfig {
    pub aws_account: Option<String>,
    pub aws_region: Option<String>,
}

/// `Subscription`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionDto {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub trigger_id: &'static str,
    pub trigger_name: &'static str,
    #[serde(rename = "type")]
    pub kind: SubscriptionKind,
    /// An ISO 8601 duration.
    pub response_deadline: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_config: Option<HttpConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_bridge_config: Option<EventBridgeConfig>,
    pub enabled: bool,
    pub filter: Option<String>,
}

/// `SubscriptionPostRequest` and `SubscriptionPutRequest`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionIn {
    pub name: Option<String>,
    pub description: Option<String>,
    pub trigger_id: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub response_deadline: Option<String>,
    pub http_config: Option<HttpConfig>,
    pub event_bridge_config: Option<EventBridgeConfig>,
    pub enabled: Option<bool>,
    pub filter: Option<String>,
}

/// What a patch may change (contract, 9.4).
const PATCHABLE: [&str; 8] =
    ["name", "description", "enabled", "type", "filter", "responseDeadline", "httpConfig", "eventBridgeConfig"];

impl SubscriptionIn {
    /// The command that this asks for.
    ///
    /// # Errors
    /// What is missing, unknown or out of range.
    pub fn into_command(self) -> Result<Subscribe, Refusal> {
        let trigger = self.trigger_id.as_deref().ok_or(Refusal::Missing("triggerId"))?;
        let trigger = Trigger::from_id(trigger).ok_or(Refusal::IllegalValue("triggerId"))?;
        if self.name.is_none() {
            return Err(Refusal::Missing("name"));
        }
        if self.kind.is_none() {
            return Err(Refusal::Missing("type"));
        }
        let blank = Subscription {
            id: Id::from_bytes([0; 16]),
            name: String::new(),
            description: None,
            trigger,
            kind: SubscriptionKind::Http,
            response_deadline: Subscription::RESPONSE_DEADLINE,
            http: None,
            event_bridge: None,
            enabled: true,
            filter: None,
            created: Timestamp::from_micros(0),
        };
        Ok(Subscribe { subscription: self.over(&blank)? })
    }

    /// What `before` becomes when this is put in its place: what is absent is at its default, but
    /// for a name, and for secrets, which nobody can read back to send them again.
    ///
    /// # Errors
    /// What is unknown or out of range, and another trigger.
    pub fn over(self, before: &Subscription) -> Result<Subscription, Refusal> {
        if self.trigger_id.is_some_and(|id| id != before.trigger.id()) {
            return Err(Refusal::Immutable("triggerId".to_owned()));
        }
        let kind = |kind: String| read_word(&kind).ok_or(Refusal::IllegalValue("type"));
        let deadline = |text: String| text.parse::<Span>().map_err(|_| Refusal::IllegalValue("responseDeadline"));
        let http = self.http_config.map(|config| config.over(before.http.as_ref())).transpose()?;
        Ok(Subscription {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            description: self.description,
            kind: self.kind.map(kind).transpose()?.unwrap_or(before.kind),
            response_deadline: self
                .response_deadline
                .map(deadline)
                .transpose()?
                .unwrap_or(Subscription::RESPONSE_DEADLINE),
            http,
            event_bridge: self.event_bridge_config.map(EventBridgeConfig::read).transpose()?,
            enabled: self.enabled.unwrap_or(true),
            filter: self.filter.filter(|filter| !filter.trim().is_empty()),
            ..before.clone()
        })
    }
}

impl HttpConfig {
    fn over(self, before: Option<&HttpTarget>) -> Result<HttpTarget, Refusal> {
        let basic = self.basic_auth_config;
        let bearer = self.bearer_token_auth_config.and_then(|config| config.bearer_token);
        let proof = match self.http_authentication_type.as_deref() {
            None | Some("NO_AUTH") => Proof::None,
            Some("BASIC_AUTH") => {
                let config = basic.ok_or(Refusal::Missing("basicAuthConfig"))?;
                let known = match before.map(|before| &before.proof) {
                    Some(Proof::Basic { password, .. }) => Some(password.clone()),
                    _ => None,
                };
                let user_name = config.user_name.ok_or(Refusal::Missing("userName"))?;
                let password = config.password.or(known).ok_or(Refusal::Missing("password"))?;
                Proof::Basic { user_name, password }
            }
            Some("BEARER_TOKEN") => {
                let known = match before.map(|before| &before.proof) {
                    Some(Proof::Bearer(token)) => Some(token.clone()),
                    _ => None,
                };
                Proof::Bearer(bearer.or(known).ok_or(Refusal::Missing("bearerToken"))?)
            }
            Some(_) => return Err(Refusal::IllegalValue("httpAuthenticationType")),
        };
        Ok(HttpTarget {
            url: self.url.filter(|url| !url.trim().is_empty()).ok_or(Refusal::Missing("url"))?,
            dispatch: self.http_dispatch_mode.ok_or(Refusal::Missing("httpDispatchMode"))?,
            proof,
        })
    }
}

impl EventBridgeConfig {
    fn read(self) -> Result<(String, String), Refusal> {
        let account = self.aws_account.ok_or(Refusal::Missing("awsAccount"))?;
        Ok((account, self.aws_region.ok_or(Refusal::Missing("awsRegion"))?))
    }
}

fn read_word(kind: &str) -> Option<SubscriptionKind> {
    let all = [
        SubscriptionKind::Http,
        SubscriptionKind::Eventbridge,
        SubscriptionKind::Inline,
        SubscriptionKind::Script,
        SubscriptionKind::Workflow,
    ];
    all.into_iter().find(|known| word(known) == kind)
}

impl View<'_> {
    /// A subscription, its secrets left out.
    pub fn subscription(&self, subscription: &Subscription) -> SubscriptionDto {
        let Subscription { id, trigger, event_bridge, .. } = subscription;
        SubscriptionDto {
            id: id.dashed(),
            name: subscription.name.clone(),
            description: subscription.description.clone(),
            trigger_id: trigger.id(),
            trigger_name: trigger.name(),
            kind: subscription.kind,
            response_deadline: subscription.response_deadline.to_string(),
            http_config: subscription.http.as_ref().map(http_config),
            event_bridge_config: event_bridge
                .clone()
                .map(|(account, region)| EventBridgeConfig { aws_account: Some(account), aws_region: Some(region) }),
            enabled: subscription.enabled,
            filter: subscription.filter.clone(),
        }
    }

    /// A subscription as it is after a patch.
    ///
    /// # Errors
    /// When the patch does not apply, or touches what cannot be changed.
    pub fn patched_subscription(&self, before: &Subscription, patch: &Patch) -> Result<Subscription, Refusal> {
        let wanted: SubscriptionIn = patched(&self.subscription(before), patch, &PATCHABLE)?;
        wanted.over(before)
    }

    /// One line of the list of invocations.
    pub fn invocation_status(&self, invocation: &Invocation) -> InvocationStatus {
        let is_over = invocation.completed.is_some();
        let error = invocation.error.as_ref();
        InvocationStatus {
            id: invocation.id.dashed(),
            trigger_id: invocation.trigger.id(),
            subscription_name: invocation.subscription_name.clone(),
            subscription_id: invocation.subscription.dashed(),
            kind: if invocation.request.is_none() { "TEST" } else { "REAL_TIME" },
            created: instant(invocation.created),
            completed: invocation.completed.map(instant),
            start_invocation_input: StartInvocationInput {
                trigger_id: invocation.trigger.id(),
                input: invocation.input.clone(),
                content_json: invocation.content.clone().unwrap_or_else(|| json!({})),
            },
            complete_invocation_input: is_over.then(|| CompleteInvocationInput {
                localized_error: error.map(|error| LocalizedMessage { locale: "en-US", message: error.clone() }),
                output: invocation.output.clone(),
            }),
        }
    }

    /// What a test started.
    pub fn started_test(&self, invocation: &Invocation) -> InvocationDto {
        InvocationDto {
            id: invocation.id.dashed(),
            trigger_id: invocation.trigger.id(),
            secret: invocation.secret.dashed(),
            content_json: invocation.content.clone().unwrap_or_else(|| json!({})),
        }
    }
}

fn http_config(target: &HttpTarget) -> HttpConfig {
    let (kind, basic_auth_config) = match &target.proof {
        Proof::None => ("NO_AUTH", None),
        Proof::Basic { user_name, .. } => {
            ("BASIC_AUTH", Some(BasicAuthConfig { user_name: Some(user_name.clone()), password: None }))
        }
        Proof::Bearer(_) => ("BEARER_TOKEN", None),
    };
    HttpConfig {
        url: Some(target.url.clone()),
        http_dispatch_mode: Some(target.dispatch),
        http_authentication_type: Some(kind.to_owned()),
        basic_auth_config,
        bearer_token_auth_config: None,
    }
}

/// What subscriptions can be filtered and sorted by.
impl Row for Subscription {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Shown<'_>) -> bool) -> bool {
        match path {
            "id" => each(Shown::Text(&self.id.dashed())),
            "triggerId" => each(Shown::Text(self.trigger.id())),
            "triggerName" => each(Shown::Text(self.trigger.name())),
            "type" => each(Shown::Text(&word(&self.kind))),
            "created" => each(millis(self.created)),
            _ => false,
        }
    }
}

/// `InvocationStatus`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvocationStatus {
    pub id: String,
    pub trigger_id: &'static str,
    pub subscription_name: String,
    pub subscription_id: String,
    /// `TEST` or `REAL_TIME`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<String>,
    pub start_invocation_input: StartInvocationInput,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete_invocation_input: Option<CompleteInvocationInput>,
}

/// `StartInvocationInput`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartInvocationInput {
    pub trigger_id: &'static str,
    #[schema(value_type = Object)]
    pub input: Value,
    #[schema(value_type = Object)]
    pub content_json: Value,
}

/// `CompleteInvocationInput`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompleteInvocationInput {
    pub localized_error: Option<LocalizedMessage>,
    #[schema(value_type = Option<Object>)]
    pub output: Option<Value>,
}

/// `LocalizedMessage`.
#[derive(Debug, Serialize, ToSchema)]
pub struct LocalizedMessage {
    pub locale: &'static str,
    pub message: String,
}

/// What invocations can be filtered and sorted by.
impl Row for Invocation {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Shown<'_>) -> bool) -> bool {
        match path {
            "triggerId" => each(Shown::Text(self.trigger.id())),
            "subscriptionId" => each(Shown::Text(&self.subscription.dashed())),
            "subscriptionName" => each(Shown::Text(&self.subscription_name)),
            "created" => each(millis(self.created)),
            "completed" => self.completed.is_some_and(|at| each(millis(at))),
            _ => false,
        }
    }
}

/// `Invocation`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvocationDto {
    pub id: String,
    pub trigger_id: &'static str,
    pub secret: String,
    #[schema(value_type = Object)]
    pub content_json: Value,
}

/// `TestInvocation`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestInvocation {
    pub trigger_id: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub input: Option<Map<String, Value>>,
    #[schema(value_type = Option<Object>)]
    pub content_json: Option<Map<String, Value>>,
    pub subscription_ids: Option<Vec<String>>,
}

impl TestInvocation {
    /// The command that this asks for.
    ///
    /// # Errors
    /// What is missing.
    pub fn into_command(self) -> Result<StartTest, Refusal> {
        let trigger = self.trigger_id.ok_or(Refusal::Missing("triggerId"))?;
        let trigger = Trigger::from_id(&trigger).ok_or(Refusal::IllegalValue("triggerId"))?;
        let content = self.content_json.ok_or(Refusal::Missing("contentJson"))?;
        let ids = self.subscription_ids.unwrap_or_default();
        let known = |id: String| read_id(&id).ok_or(Refusal::NoReference("subscription", id));
        Ok(StartTest {
            trigger,
            input: self.input.map_or_else(|| example(trigger), Value::Object),
            content: Value::Object(content),
            subscriptions: ids.into_iter().map(known).collect::<Result<_, _>>()?,
        })
    }
}

/// `CompleteInvocation`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CompleteInvocationIn {
    pub secret: Option<String>,
    pub error: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub output: Option<Value>,
}

impl CompleteInvocationIn {
    /// The command that this asks for, of the invocation that the path names.
    pub fn into_command(self, invocation: &str) -> CompleteInvocation {
        CompleteInvocation {
            invocation: read_id(invocation),
            secret: self.secret.unwrap_or_default(),
            output: self.output,
            error: self.error,
        }
    }
}

/// `ValidateFilterInputDto`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ValidateFilterIn {
    #[schema(value_type = Option<Object>)]
    pub input: Option<Value>,
    pub filter: Option<String>,
}

/// `ValidateFilterOutputDto`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidateFilterOut {
    pub is_valid: bool,
    #[serde(rename = "isValidJSONPath")]
    pub is_valid_json_path: bool,
    pub is_path_exist: bool,
}

impl ValidateFilterIn {
    /// Whether the filter is one, and whether it finds something.
    ///
    /// # Errors
    /// What is missing.
    pub fn judge(self) -> Result<ValidateFilterOut, Refusal> {
        let input = self.input.ok_or(Refusal::Missing("input"))?;
        let filter = self.filter.ok_or(Refusal::Missing("filter"))?;
        let found = finds(&filter, &input);
        let (is_valid_json_path, is_path_exist) = (found.is_ok(), found.unwrap_or(false));
        Ok(ValidateFilterOut { is_valid: is_valid_json_path && is_path_exist, is_valid_json_path, is_path_exist })
    }
}
