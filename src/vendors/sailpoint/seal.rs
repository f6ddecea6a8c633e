//! How a call to a subscriber goes out (contract, 9.2): the callback address completed, and the
//! credentials that its subscription holds. There is no signature.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, header};
use serde_json::Value;

use super::model::{Invocation, Org, Proof};
use crate::http::{Sealed, Sender};
use crate::kernel::Id;
use crate::world::Call;

/// A call as it goes over the wire.
pub fn seal(call: &Call, sender: &Sender<'_>) -> Sealed {
    let mut body = call.message.body.clone();
    if let Some(Value::String(link)) = body.pointer_mut("/_metadata/callbackURL") {
        link.insert_str(0, sender.base);
    }
    let mut sealed = Sealed::json(&body);
    let org: &Org = sender.world.estate();
    let invocation: Id<Invocation> = call.message.about.cast();
    let subscription = org.invocations.get(&invocation).and_then(|row| org.subscriptions.get(&row.subscription));
    let header = match subscription.and_then(|subscription| subscription.http.as_ref()).map(|http| &http.proof) {
        Some(Proof::Basic { user_name, password }) => {
            format!("Basic {}", STANDARD.encode(format!("{user_name}:{password}")))
        }
        Some(Proof::Bearer(token)) => format!("Bearer {token}"),
        Some(Proof::None) | None => return sealed,
    };
    // Whoever stored a secret that no header can carry is called without it, and will say so.
    if let Ok(value) = HeaderValue::from_str(&header) {
        sealed.headers.insert(header::AUTHORIZATION, value);
    }
    sealed
}
