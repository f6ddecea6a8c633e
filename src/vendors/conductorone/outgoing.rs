//! What goes out to a webhook: the body, and the headers by which its receiver knows us (contract, 12.2).

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use jsonwebtoken::{Algorithm, Header};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::auth::{Caller, signing_key};
use super::dto::tasks::Mask;
use super::dto::{PayloadApproval, PayloadProvision, PayloadTest, View};
use super::lifecycle::callback_path;
use super::model::{CallSource, Domain, WebhookInstance, system_user};
use super::wire::{Any, id};
use crate::http::{Sealed, Sender};
use crate::kernel::{Id, Span};
use crate::world::Call;

/// How long a token counts that says who calls.
const TOKEN_LIFETIME: Span = Span::minutes(2);

/// What a token says about the call that it comes with.
#[derive(Serialize)]
struct Claims {
    iss: String,
    aud: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
    /// The method.
    htm: &'static str,
    /// The address.
    htu: String,
    /// The hash of the body.
    htb_s256: String,
    /// What kind of token it is: that of a webhook.
    c1typ: &'static str,
}

/// A call as it goes over the wire.
pub fn seal(call: &Call, sender: &Sender<'_>) -> Sealed {
    let domain: &Domain = sender.world.estate();
    let Some(instance) = domain.webhook_instances.get(&call.message.about.cast()) else {
        return Sealed::plain(call);
    };
    let callback = format!("{}{}", sender.base, callback_path(instance));
    let body = json!({
        "version": "v1",
        "webhookId": id::text(instance.webhook),
        "event": call.message.event,
        "callbackUrl": callback,
        "payload": payload(instance, sender),
    });
    let mut sealed = Sealed::json(&body);
    let digest = Sha256::digest(&sealed.body);
    sign(&mut sealed.headers, call, sender, &URL_SAFE_NO_PAD.encode(digest));
    let digest = format!("sha-256=:{}:", STANDARD.encode(digest));
    let ours = [
        ("content-digest", digest.as_str()),
        ("webhook-version", "v1"),
        ("webhook-id", &id::text(instance.webhook)),
        ("webhook-event", &call.message.event),
        ("webhook-callback-url", &callback),
    ];
    for (name, value) in ours {
        if let Ok(value) = HeaderValue::from_str(value) {
            sealed.headers.insert(HeaderName::from_static(name), value);
        }
    }
    sealed
}

/// Without a token when it cannot be signed, which no input brings about.
fn sign(headers: &mut HeaderMap, call: &Call, sender: &Sender<'_>, body_hash: &str) {
    let now = sender.wall.as_seconds();
    let jti: Id<Claims> = Id::named(&format!("conductorone/webhook-token/{}/{}", call.id, sender.wall.as_micros()));
    let claims = Claims {
        iss: format!("https://{}.conductor.one", sender.tenant),
        aud: call.message.url.clone(),
        iat: now,
        nbf: now,
        exp: now + TOKEN_LIFETIME.as_seconds(),
        jti: id::text(jti),
        htm: "POST",
        htu: call.message.url.clone(),
        htb_s256: body_hash.to_owned(),
        c1typ: "wh",
    };
    let token = signing_key(sender.world, sender.tenant).and_then(|(key, kid)| {
        let header = Header { kid: Some(kid), ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, &claims, &key).ok()
    });
    if let Some(value) = token.and_then(|token| HeaderValue::from_str(&format!("bearer {token}")).ok()) {
        headers.insert(header::AUTHORIZATION, value);
    }
}

/// What the call is about: the task as it stands when the call goes out, with all that it names.
fn payload(instance: &WebhookInstance, sender: &Sender<'_>) -> Any {
    // Nobody in particular: a receiver may do nothing to the task but answer.
    let nobody =
        Caller { client: String::new(), user: system_user(), roles: BTreeSet::new(), until: None, warning: None };
    let view = View::of(sender.world, &nobody);
    let shown = |task| {
        let task = view.domain.tasks.get(&task);
        let answer = task.map(|task| view.task_answer(task, Mask::Everything)).unwrap_or_default();
        (answer.task_view, answer.expanded)
    };
    match instance.source {
        CallSource::Test => Any::of(&PayloadTest {}),
        CallSource::ApprovalStep { task, .. } => {
            let (task_view, expanded) = shown(task);
            Any::of(&PayloadApproval { task_view, expanded })
        }
        CallSource::ProvisionStep { task, .. } => {
            let (task_view, expanded) = shown(task);
            Any::of(&PayloadProvision { task_view, expanded })
        }
    }
}
