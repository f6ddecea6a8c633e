//! The plane's wire shapes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::company::Person;
use crate::http::faults::FaultLine;
use crate::http::journal::{Claim, Pattern, Statuses, Verdict};
use crate::http::{Credential, Minted, Operation, Vendor};
use crate::kernel::{Clock, Edge, Event, Machine, Pace, Span, TimerLine, Timestamp};
use crate::webhooks::Delivery;
use crate::world::{
    Activity, Advanced, AuthMode, Autopilot, Call, Cause, Commit, Head, Message, Outcome, PlanLine, Rule, Settings,
    StepLine, Tenant, TokenClock, World,
};

/// A refusal.
#[derive(Serialize, ToSchema)]
pub struct ErrorDto {
    /// What was refused.
    pub error: ErrorBody,
}

/// What was refused, and why.
#[derive(Serialize, ToSchema)]
pub struct ErrorBody {
    /// A word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

/// Whether the process is well.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`, `ready` or `starting`.
    pub status: &'static str,
}

/// One line of the effective configuration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfigLine {
    /// The flag, without its dashes.
    pub name: String,
    /// The environment variable that says the same.
    pub variable: String,
    /// Its value, secrets masked; `null` when it is not set.
    pub value: Option<String>,
    /// Where the value comes from: `flag`, `environment` or `default`.
    pub source: &'static str,
}

/// The effective configuration.
#[derive(Serialize, ToSchema)]
pub struct ConfigDto {
    /// Every flag.
    pub config: Vec<ConfigLine>,
}

/// The vendors.
#[derive(Serialize, ToSchema)]
pub struct VendorsDto {
    /// One by one.
    pub vendors: Vec<VendorDto>,
}

/// One emulated vendor.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VendorDto {
    name: &'static str,
    title: &'static str,
    /// The path under which it is mounted.
    prefix: String,
    /// Host names of the real service that reach it, too.
    hosts: &'static [&'static str],
    /// First segments of paths that reach it without any prefix.
    roots: &'static [&'static str],
    /// Every operation that is emulated.
    #[schema(value_type = Vec<Object>)]
    operations: Vec<Operation>,
    /// Every lifecycle.
    lifecycles: Vec<LifecycleDto>,
    /// Every asynchronous hop, with its usual pace.
    #[schema(value_type = BTreeMap<String, String>)]
    hops: BTreeMap<&'static str, PaceDto>,
}

impl VendorDto {
    /// What a vendor says about itself.
    pub fn of(vendor: &dyn Vendor) -> Self {
        Self {
            name: vendor.name(),
            title: vendor.title(),
            prefix: format!("/{}", vendor.name()),
            hosts: vendor.hosts(),
            roots: vendor.roots(),
            operations: vendor.operations(),
            lifecycles: vendor.machines().into_iter().map(LifecycleDto::of).collect(),
            hops: vendor.hops().into_iter().map(|hop| (hop.name, PaceDto(hop.pace))).collect(),
        }
    }
}

/// A lifecycle as data and as a picture.
#[derive(Serialize, ToSchema)]
pub struct LifecycleDto {
    /// States and transitions.
    #[schema(value_type = Object)]
    #[serde(flatten)]
    machine: Machine,
    /// A Mermaid state diagram.
    mermaid: String,
}

impl LifecycleDto {
    fn of(machine: Machine) -> Self {
        Self { mermaid: machine.mermaid(), machine }
    }
}

/// The tenants.
#[derive(Serialize, ToSchema)]
pub struct TenantsDto {
    /// By name.
    pub tenants: Vec<TenantDto>,
}

/// One tenant.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TenantDto {
    name: String,
    /// What hour it is there.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// How many commits led there.
    revision: u64,
    /// The names of its snapshots.
    snapshots: Vec<String>,
    /// Whether it stays when there are too many tenants.
    kept: bool,
    /// When somebody last asked for it, by the wall.
    #[schema(value_type = String, format = DateTime)]
    last_used: Timestamp,
}

impl TenantDto {
    /// How a tenant stands.
    pub fn of(tenant: &Tenant) -> Self {
        let Head { world, hour } = tenant.head();
        Self {
            name: tenant.name().to_string(),
            now: hour,
            revision: world.revision(),
            snapshots: tenant.snapshots().into_keys().collect(),
            kept: !tenant.is_forgettable(),
            last_used: tenant.last_used(),
        }
    }
}

/// A tenant to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTenant {
    /// Its name: 1 to 64 letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// What it begins with; the base world when absent.
    #[serde(default)]
    pub from: Option<Origin>,
}

/// The world that a new tenant begins with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// A tenant's.
    pub tenant: String,
    /// One that the tenant keeps under this name, instead of the published one.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// An older one that is remembered, instead of the published one.
    #[serde(default)]
    pub revision: Option<u64>,
}

/// A fork to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFork {
    /// The new tenant's name.
    pub name: String,
    /// A snapshot to begin with, instead of the published world.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// A revision to begin with, instead of the published world.
    #[serde(default)]
    pub revision: Option<u64>,
}

/// Which of a tenant's worlds; the published one when nothing is said.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WhichWorld {
    /// The one that the tenant keeps under this name.
    pub snapshot: Option<String>,
    /// The one of this revision, as far back as they are remembered.
    pub revision: Option<u64>,
}

/// The revisions that are remembered.
#[derive(Serialize, ToSchema)]
pub struct RevisionsDto {
    /// The oldest first.
    pub revisions: Vec<RevisionDto>,
}

/// A revision, and what made it.
#[derive(Serialize, ToSchema)]
pub struct RevisionDto {
    /// The revision.
    revision: u64,
    /// The hour at which it was made.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What made it.
    #[schema(value_type = Object)]
    cause: Cause,
    /// The number of the exchange that made it; `null` when no request did, or the journal has forgotten it.
    exchange: Option<u64>,
    /// The vendor's name for what that exchange was about.
    operation: Option<&'static str>,
    /// The names of the events, in order.
    events: Vec<&'static str>,
}

impl RevisionDto {
    /// A commit, and the exchange that made it.
    pub fn of(commit: &Commit, made_by: Option<(u64, Option<&'static str>)>) -> Self {
        Self {
            revision: commit.revision,
            at: commit.at,
            cause: commit.cause.clone(),
            exchange: made_by.map(|(number, _)| number),
            operation: made_by.and_then(|(_, operation)| operation),
            events: commit.events.iter().map(|event| event.name).collect(),
        }
    }
}

/// The snapshots of a tenant.
#[derive(Serialize, ToSchema)]
pub struct SnapshotsDto {
    /// By name.
    pub snapshots: Vec<SnapshotDto>,
}

/// One snapshot.
#[derive(Serialize, ToSchema)]
pub struct SnapshotDto {
    name: String,
    /// The hour that it keeps.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// The revision that it keeps.
    revision: u64,
}

impl SnapshotDto {
    /// What a snapshot keeps.
    pub fn of(name: &str, world: &World) -> Self {
        Self { name: name.to_owned(), now: world.hour(), revision: world.revision() }
    }
}

/// A snapshot to be taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSnapshot {
    /// Its name; one of the same name is replaced.
    pub name: String,
}

/// Whether time passes by itself.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClockMode {
    /// Only when somebody moves it.
    Frozen,
    /// With the wall, so many times as fast.
    Running,
}

/// A tenant's clock.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockDto {
    /// What hour it is.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    mode: ClockMode,
    /// Virtual seconds per second of the wall; `null` when frozen.
    rate: Option<f64>,
    /// When the next timer is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_timer: Option<Timestamp>,
    /// The wall's time.
    #[schema(value_type = String, format = DateTime)]
    wall: Timestamp,
}

impl ClockDto {
    /// How a tenant's clock stands.
    pub fn of(tenant: &Tenant) -> Self {
        let Head { world, hour } = tenant.head();
        let (mode, rate) = match world.clock() {
            Clock::Frozen => (ClockMode::Frozen, None),
            Clock::Running { rate, .. } => (ClockMode::Running, Some(rate)),
        };
        Self { now: hour, mode, rate, next_timer: world.next_due(), wall: tenant.wall().now() }
    }
}

/// How time shall pass.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClock {
    /// Whether it passes by itself.
    pub mode: ClockMode,
    /// How fast; 1 when absent.
    #[serde(default)]
    pub rate: Option<f64>,
}

/// An hour to stand at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetHour {
    /// The hour, not before now.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
}

/// A stretch of time to let pass: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    /// How much, as an ISO 8601 duration such as `P1DT2H`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub by: Option<Span>,
    /// Until when.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
}

/// Where time went.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdvancedDto {
    /// The hour before.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The hour now.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// What fired, in order; the first thousand instants.
    fired: Vec<CommitDto>,
    /// How many instants fired.
    instants: usize,
    /// Whether a bound ended it before its target; ask again to go on.
    stopped_early: bool,
}

impl AdvancedDto {
    /// What an advance did.
    pub fn of(advanced: &Advanced) -> Self {
        Self {
            from: advanced.from,
            to: advanced.to,
            fired: advanced.fired.iter().map(|commit| CommitDto::of(commit)).collect(),
            instants: advanced.instants,
            stopped_early: advanced.stopped_early,
        }
    }
}

/// One published change.
#[derive(Serialize, ToSchema)]
pub struct CommitDto {
    /// The revision that it made.
    revision: u64,
    /// The hour at which it was made.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What happened, in order.
    #[schema(value_type = Vec<Object>)]
    events: std::sync::Arc<[Event]>,
    /// The lifecycle transitions taken, in order.
    #[schema(value_type = Vec<Object>)]
    edges: Vec<Edge>,
}

impl CommitDto {
    /// What a commit changed.
    pub fn of(commit: &Commit) -> Self {
        Self {
            revision: commit.revision,
            at: commit.at,
            events: std::sync::Arc::clone(&commit.events),
            edges: commit.edges.clone(),
        }
    }
}

/// A page's place.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// How many to skip.
    #[serde(default)]
    pub offset: usize,
    /// How many to show, at most 1000.
    #[serde(default = "hundred")]
    pub limit: usize,
}

fn hundred() -> usize {
    100
}

/// The timers of a tenant.
#[derive(Serialize, ToSchema)]
pub struct TimersDto {
    /// By vendor, the first one set first.
    pub timers: Vec<TimerDto>,
    /// How many there are.
    pub total: usize,
}

/// One timer.
#[derive(Serialize, ToSchema)]
pub struct TimerDto {
    /// The vendor in whose estate it waits.
    pub vendor: &'static str,
    /// The timer; its `due` is `null` while it is held.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub timer: TimerLine,
}

/// A pace on the wire: `atOnce`, `held`, or an ISO 8601 duration.
#[derive(Clone, Copy)]
pub struct PaceDto(pub Pace);

impl Serialize for PaceDto {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Pace::AtOnce => serializer.serialize_str("atOnce"),
            Pace::Held => serializer.serialize_str("held"),
            Pace::After(span) => serializer.collect_str(&span),
        }
    }
}

impl<'de> Deserialize<'de> for PaceDto {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let refused = || serde::de::Error::custom(format!("`{text}` is none of `atOnce`, `held`, and a duration"));
        Ok(Self(match text.as_str() {
            "atOnce" => Pace::AtOnce,
            "held" => Pace::Held,
            span => Pace::After(span.parse().ok().filter(|span: &Span| !span.is_negative()).ok_or_else(refused)?),
        }))
    }
}

/// Switches to be turned; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsPatch {
    /// Which credentials are taken: `lenient` or `strict`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub auth: Option<AuthMode>,
    /// Whose clock ends a token: `virtual` or `wall`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub token_clock: Option<TokenClock>,
    /// Whether the vendors' rate limits hold.
    #[serde(default)]
    pub rate_limits: Option<bool>,
}

impl SettingsPatch {
    /// The settings with the switches turned.
    pub fn over(self, settings: Settings) -> Settings {
        Settings {
            auth: self.auth.unwrap_or(settings.auth),
            token_clock: self.token_clock.unwrap_or(settings.token_clock),
            rate_limits: self.rate_limits.unwrap_or(settings.rate_limits),
        }
    }
}

/// Which people to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PeopleQuery {
    /// Words that all stand in the name, slug, mail address, title or department, in any case.
    #[serde(default)]
    pub q: String,
    /// How many to skip.
    #[serde(default)]
    pub offset: usize,
    /// How many to show, at most 1000.
    #[serde(default = "hundred")]
    pub limit: usize,
}

/// People whom one may act as.
#[derive(Serialize, ToSchema)]
pub struct PeopleDto {
    /// By name.
    pub people: Vec<PersonDto>,
    /// How many fit.
    pub total: usize,
}

/// Somebody who works here.
#[derive(Serialize, ToSchema)]
pub struct PersonDto {
    id: String,
    /// What tokens are minted for.
    slug: String,
    name: String,
    mail: String,
    title: String,
    department: String,
    #[schema(value_type = String)]
    kind: crate::company::PersonKind,
    #[schema(value_type = String)]
    status: crate::company::PersonStatus,
    /// The slug of whom they report to.
    manager: Option<String>,
}

impl PersonDto {
    /// Somebody, with their manager looked up in `world`.
    pub fn of(person: &Person, world: &World) -> Self {
        let manager = person.manager.and_then(|manager| world.company().people().get(&manager));
        Self {
            id: person.id.hex(),
            slug: person.slug.clone(),
            name: person.name(),
            mail: person.mail.clone(),
            title: person.title.clone(),
            department: person.department.clone(),
            kind: person.kind,
            status: person.status,
            manager: manager.map(|manager| manager.slug.clone()),
        }
    }
}

/// Whose token to mint.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// The vendor that shall take it.
    pub vendor: String,
    /// A slug, a mail address or an id.
    pub person: String,
}

/// A token.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenDto {
    /// The token as clients send it.
    token: String,
    /// The header that carries it, in full.
    header: String,
    /// Seconds until it ends.
    expires_in: i64,
}

impl From<Minted> for TokenDto {
    fn from(minted: Minted) -> Self {
        let Minted { token, header, expires_in } = minted;
        Self { token, header, expires_in }
    }
}

/// The ready-made credentials.
#[derive(Serialize, ToSchema)]
pub struct CredentialsDto {
    /// By vendor.
    #[schema(value_type = BTreeMap<String, Vec<Object>>)]
    pub credentials: BTreeMap<&'static str, Vec<Credential>>,
}

/// Which events to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// Those after this sequence number.
    #[serde(default)]
    pub after: u64,
    /// How many to show, at most 1000.
    #[serde(default = "hundred")]
    pub limit: usize,
}

/// A page of events.
#[derive(Serialize, ToSchema)]
pub struct EventsDto {
    /// The oldest first.
    pub events: Vec<EventDto>,
    /// Whether none in between has been forgotten already.
    pub complete: bool,
}

/// Something that happened.
#[derive(Clone, Serialize, ToSchema)]
pub struct EventDto {
    /// What happened; its `sequence` is its place in all that ever happened in this world.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub event: Event,
    /// The revision that it led to.
    pub revision: u64,
    /// What made it happen.
    #[schema(value_type = Object)]
    pub cause: Cause,
}

impl EventDto {
    /// The events of a commit.
    pub fn all_of(commit: &Commit) -> impl Iterator<Item = Self> {
        let line =
            |event: &Event| Self { event: event.clone(), revision: commit.revision, cause: commit.cause.clone() };
        commit.events.iter().map(line)
    }
}

/// Which exchanges to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct JournalQuery {
    /// The vendor that answered.
    pub vendor: Option<String>,
    /// The vendor's name for the operation.
    pub operation: Option<String>,
    /// Who called: the slug of a person, or the name of a client.
    pub caller: Option<String>,
    /// The status of the answer, such as `403` or `4xx`; `none` when nothing reached the client.
    #[param(value_type = Option<String>)]
    pub status: Option<Statuses>,
    /// The method of the request.
    pub method: Option<String>,
    /// Something that stands in the path.
    pub path: Option<String>,
    /// A command that was performed, or refused.
    pub command: Option<String>,
    /// An event that a command led to.
    pub event: Option<String>,
    /// The effect of a fault that it met; `any` for whatever fault.
    pub fault: Option<String>,
    /// Not before this hour of the tenant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Before this hour of the tenant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Something that stands in the address, in a header or in a body, in any case.
    pub text: Option<String>,
    /// Those after this number, the first ones; the last ones when absent.
    pub after: Option<u64>,
    /// How many to show, at most 1000.
    #[serde(default = "hundred")]
    pub limit: usize,
}

/// Exchanges, the oldest first.
#[derive(Serialize, ToSchema)]
pub struct JournalDto {
    /// One by one.
    pub exchanges: Vec<Value>,
    /// How many fit.
    pub total: usize,
    /// Whether none has been forgotten for want of room.
    pub complete: bool,
}

impl From<JournalQuery> for Pattern {
    fn from(query: JournalQuery) -> Self {
        let JournalQuery { vendor, operation, caller, status, method, path, command, .. } = query;
        let JournalQuery { event, fault, since, until, text, .. } = query;
        Self { vendor, operation, caller, method, path, status, command, event, fault, since, until, text }
    }
}

/// What a suite claims.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// All of them must hold.
    pub claims: Vec<Claim>,
}

/// What became of the claims.
#[derive(Serialize, ToSchema)]
pub struct VerdictsDto {
    /// Whether all of them hold.
    pub holds: bool,
    /// The first that does not hold, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorBody>,
    /// One for each claim.
    pub verdicts: Vec<Verdict>,
    /// Whether no exchange has been forgotten for want of room.
    pub complete: bool,
}

impl VerdictsDto {
    /// The verdicts, and the first failure in a sentence.
    pub fn of(verdicts: Vec<Verdict>, complete: bool) -> Self {
        let failed = verdicts.iter().zip(1..).find(|(verdict, _)| !verdict.holds);
        let error = failed.map(|(verdict, number)| {
            let name = verdict.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
            let because = verdict.because.as_deref().unwrap_or_default();
            let near = verdict.nearest.as_ref();
            let near = near.map(|near| format!("; nearest is exchange {}: {}", near.number, near.differs.join(", ")));
            let message = format!("claim {number}{name} does not hold: {because}{}", near.unwrap_or_default());
            ErrorBody { code: "claim_failed", message }
        });
        Self { holds: error.is_none(), error, verdicts, complete }
    }
}

/// The faults of a tenant.
#[derive(Serialize, ToSchema)]
pub struct FaultsDto {
    /// In the order in which they are considered.
    pub faults: Vec<FaultLine>,
}

/// Which deliveries to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeliveriesQuery {
    /// The vendor on whose behalf they went out.
    pub vendor: Option<String>,
    /// What was told, in the vendor's word for it.
    pub event: Option<String>,
    /// Something that stands in the subscriber's address.
    pub url: Option<String>,
    /// The status of the subscriber's answer.
    pub status: Option<u16>,
    /// Those after this number, the first ones; the last ones when absent.
    pub after: Option<u64>,
    /// How many to show, at most 1000.
    #[serde(default = "hundred")]
    pub limit: usize,
}

impl DeliveriesQuery {
    /// Whether a delivery is asked for.
    pub fn fits(&self, delivery: &Delivery) -> bool {
        let status = if let Outcome::Answered { status, .. } = delivery.outcome { Some(status) } else { None };
        let message = &delivery.call.message;
        self.vendor.as_ref().is_none_or(|vendor| vendor == delivery.vendor)
            && self.event.as_ref().is_none_or(|event| *event == message.event)
            && self.url.as_ref().is_none_or(|url| message.url.contains(url.as_str()))
            && self.status.is_none_or(|wanted| status == Some(wanted))
            && self.after.is_none_or(|after| delivery.number > after)
    }
}

/// Calls out of a tenant.
#[derive(Serialize, ToSchema)]
pub struct DeliveriesDto {
    /// What waits for an answer.
    pub waiting: Vec<PendingCallDto>,
    /// What went out, the oldest first.
    pub deliveries: Vec<Value>,
}

/// A call that waits for its answer.
#[derive(Serialize, ToSchema)]
pub struct PendingCallDto {
    vendor: &'static str,
    /// Its number in all that ever happened in this world.
    call: u64,
    /// What is told, in the vendor's word for it.
    event: String,
    /// Whom it goes to.
    url: String,
    /// Which attempt it is, from 1.
    attempt: u32,
    /// The hour at which it was made.
    #[schema(value_type = String, format = DateTime)]
    made: Timestamp,
}

impl PendingCallDto {
    /// A call of this vendor.
    pub fn of(vendor: &'static str, call: &Call) -> Self {
        let Message { event, url, attempt, .. } = call.message.clone();
        Self { vendor, call: call.id, event, url, attempt, made: call.at }
    }
}

/// Whether anybody is being called.
#[derive(Serialize, ToSchema)]
pub struct SettledDto {
    /// Whether all have answered or are late.
    pub settled: bool,
    /// How many have not.
    pub waiting: usize,
}

/// How coverage is written.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CoverageFormat {
    /// As JSON.
    #[default]
    Json,
    /// As JUnit reports tests.
    Junit,
    /// As a page.
    Html,
}

/// How coverage shall be written.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CoverageQuery {
    /// `json`, `junit` or `html`.
    #[serde(default)]
    #[param(inline)]
    pub format: CoverageFormat,
}

/// The lifecycles of all vendors.
#[derive(Serialize, ToSchema)]
pub struct LifecyclesDto {
    /// By vendor.
    pub lifecycles: Vec<LifecycleLine>,
}

/// A lifecycle, and where its picture is.
#[derive(Serialize, ToSchema)]
pub struct LifecycleLine {
    vendor: &'static str,
    /// The path of its picture.
    svg: String,
    #[serde(flatten)]
    lifecycle: LifecycleDto,
}

impl LifecycleLine {
    /// A machine of this vendor.
    pub fn of(vendor: &'static str, machine: Machine) -> Self {
        let svg = format!("/_rolecall/lifecycles/{vendor}/{}.svg", machine.file_name());
        Self { vendor, svg, lifecycle: LifecycleDto::of(machine) }
    }
}

/// Who shall act by themselves: ready-made habits, or rules of one's own.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAutopilot {
    /// `inhabited`.
    #[serde(default)]
    pub habits: Option<String>,
    /// Who settles what waits for them, after how long and how; the first rule that fits holds.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub rules: Vec<Rule>,
    /// Joiners, movers, leavers and new requests, on an average day.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub activity: Option<Activity>,
}

/// What happens by itself.
#[derive(Serialize, ToSchema)]
pub struct AutopilotDto {
    /// Who settles what.
    #[schema(value_type = Vec<Object>)]
    rules: Vec<Rule>,
    /// What goes on besides, on an average day.
    #[schema(value_type = Object)]
    activity: Activity,
    /// What will happen, in order; the next hundred.
    #[schema(value_type = Vec<Object>)]
    plans: Vec<PlanLine>,
}

impl AutopilotDto {
    /// What an autopilot was told, and what it will do.
    pub fn of(autopilot: &Autopilot) -> Self {
        let habits = autopilot.habits();
        Self {
            rules: habits.rules.clone(),
            activity: habits.activity,
            plans: autopilot.plans().take(hundred()).collect(),
        }
    }
}

/// What may be done besides calling the APIs.
#[derive(Serialize, ToSchema)]
pub struct StepsDto {
    /// By vendor.
    #[schema(value_type = BTreeMap<String, Vec<Object>>)]
    pub steps: BTreeMap<&'static str, Vec<StepLine>>,
}

/// A step to be done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStep {
    /// The vendor in whose product it happens.
    pub vendor: String,
    /// The name of the step as `step`, and its parameters.
    #[schema(value_type = Object)]
    pub step: Value,
}

/// What a step did.
#[derive(Serialize, ToSchema)]
pub struct StepDone {
    /// What the vendor says about it.
    #[schema(value_type = Object)]
    pub result: Value,
    /// The published change.
    #[serde(flatten)]
    pub commit: CommitDto,
}
