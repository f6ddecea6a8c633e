//! What every vendor's front shares: finding the tenant, the journal, time passing, answers that
//! are remembered. It knows a vendor only through [`Vendor`], and words no refusal itself.

mod address;
mod bearer;
mod body;
mod credential;
mod credentials;
mod document;
mod endpoint;
mod exercised;
pub mod faults;
mod fold;
mod front_door;
pub mod journal;
mod limit;
mod line;
mod memo;
mod meters;
mod mounted;
mod operations;
mod record;
pub mod recording;
mod refused;
mod seal;
mod served;
mod sim;
mod site;
mod vendor;
mod visit;

pub use address::{Bound, Collision};
pub use bearer::{KnownTokens, bearer};
pub use body::{MalformedBody, json_or, query_pairs};
pub use credential::{Credential, Minted};
#[cfg(debug_assertions)]
pub use document::document;
pub use endpoint::{Contents, Endpoint};
pub use exercised::Answers;
pub use fold::from_folded;
pub use front_door::{BODY_MAX, FrontDoor, Numbered, Peer, Secured};
pub use journal::{Exchange, Journal};
pub use limit::Limit;
pub use line::{End, Line, Lined};
pub use memo::Lasting;
pub use operations::{Operation, Operations};
pub use refused::{Refused, kinds_of};
pub use seal::{Sealed, Sender};
pub use served::filter_of;
pub(crate) use served::served;
pub use sim::Sim;
pub use site::Site;
pub use vendor::{Refusal, Vendor};
pub use visit::{ExchangeId, Noted, Visit};
