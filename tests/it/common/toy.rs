//! The smallest vendor there can be: somebody asks for an entitlement, and after a while has it.
//! What holds for every vendor is tested with it, and it shows what a vendor has to bring along.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use rolecall::company::seed::{Mistakes, Seed};
use rolecall::company::{Account, Company, Entitlement, GrantId, Person, Reason, Strength};
use rolecall::http::{
    Credential, ExchangeId, Lasting, Minted, Operation, Refusal, Refused, Sealed, Sender, Sim, Vendor, Visit, json_or,
    kinds_of,
};
use rolecall::kernel::{AnyTable, Entity, Hop, Id, Lifecycle, Machine, Pace, Span, Table, Timers, Timestamp};
use rolecall::world::{
    AnyEstate, AuthMode, Call, Command, Cx, Draft, Estate, Head, Message, Outcome, StepError, StepLine, Tenant,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use strum::{IntoStaticStr, VariantNames};

pub const GIVE: Hop = Hop { name: "toy/give", pace: Pace::After(Span::hours(1)) };
pub const END: Hop = Hop { name: "toy/end", pace: Pace::After(Span::days(2)) };
pub const SPIN: Hop = Hop { name: "toy/spin", pace: Pace::AtOnce };
pub const RETRY: Hop = Hop { name: "toy/retry", pace: Pace::After(Span::seconds(5)) };

/// How often a watcher is told about a ticket before the toy gives up.
pub const ATTEMPTS_MAX: u32 = 3;
/// How long a watcher may take, by the wall.
pub const PATIENCE: Span = Span::seconds(1);
/// With what the toy proves to a watcher that it is the toy.
pub const WATCH_SECRET: &str = "toy-watch-secret";

// The model.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Asked,
    Given,
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Give,
    End,
}

impl Lifecycle for Status {
    type Move = Move;
    const MACHINE: &'static str = "ticket";
    const STATES: &'static [Self] = &[Self::Asked, Self::Given, Self::Ended];
    const MOVES: &'static [Move] = &[Move::Give, Move::End];
    fn on(self, by: Move) -> Option<Self> {
        match (self, by) {
            (Self::Asked, Move::Give) => Some(Self::Given),
            (Self::Asked | Self::Given, Move::End) => Some(Self::Ended),
            (Self::Given | Self::Ended, Move::Give) | (Self::Ended, Move::End) => None,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ticket {
    pub id: Id<Ticket>,
    pub grant: GrantId,
    pub status: Status,
    pub created: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TicketKey {
    Created(Timestamp),
}

impl Entity for Ticket {
    const TABLE: &'static str = "tickets";
    type Id = Id<Ticket>;
    type Key = TicketKey;
    fn id(&self) -> Id<Ticket> {
        self.id
    }
    fn keys(&self) -> Vec<TicketKey> {
        vec![TicketKey::Created(self.created)]
    }
}

/// Somebody who is told about tickets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Watcher {
    pub url: String,
}

impl Entity for Watcher {
    const TABLE: &'static str = "watchers";
    type Id = String;
    type Key = ();
    fn id(&self) -> String {
        self.url.clone()
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Timer {
    Give(Id<Ticket>),
    Tell { ticket: Id<Ticket>, url: String, attempt: u32 },
    End(Id<Ticket>),
    Break,
    Spin,
}

#[derive(Clone, Default)]
pub struct Shop {
    pub tickets: Table<Ticket>,
    pub watchers: Table<Watcher>,
    pub calls: Table<Call>,
    timers: Timers<Timer>,
}

/// What the toy is called.
pub const NAME: &str = "toy";

impl Estate for Shop {
    const VENDOR: &'static str = NAME;
    type Refusal = No;
    type Timer = Timer;
    fn tables(&self) -> Vec<&dyn AnyTable> {
        vec![&self.tickets, &self.watchers]
    }
    fn tables_mut(&mut self) -> Vec<&mut dyn AnyTable> {
        vec![&mut self.tickets, &mut self.watchers]
    }
    fn timers(&self) -> &Timers<Timer> {
        &self.timers
    }
    fn timers_mut(&mut self) -> &mut Timers<Timer> {
        &mut self.timers
    }
    fn perform(&mut self, timer: Timer, cx: &mut Cx<'_>) {
        // A ticket that ended meanwhile is no longer given.
        let _ = match timer {
            Timer::Give(ticket) => self.go(ticket, Move::Give, cx),
            Timer::End(ticket) => self.go(ticket, Move::End, cx),
            Timer::Tell { ticket, url, attempt } => {
                self.tell(cx, ticket, &url, attempt);
                Ok(())
            }
            Timer::Break => panic!("a toy breaks"),
            Timer::Spin => {
                cx.later(self, SPIN, Id::<()>::named("spinning"), Timer::Spin);
                Ok(())
            }
        };
    }

    fn calls(&self) -> Option<&Table<Call>> {
        Some(&self.calls)
    }
    fn calls_mut(&mut self) -> Option<&mut Table<Call>> {
        Some(&mut self.calls)
    }
    /// "end" ends the ticket, 410 ends the watching, "break" breaks, and anything but a 2xx is tried again.
    fn answered(&mut self, call: &Call, outcome: Outcome, cx: &mut Cx<'_>) {
        let (ticket, attempt) = (call.message.about.cast(), call.message.attempt);
        match outcome {
            Outcome::Answered { status: 200..=299, body } => match body.as_str() {
                "end" => drop(self.go(ticket, Move::End, cx)),
                "break" => panic!("a toy breaks"),
                _ => {}
            },
            Outcome::Answered { status: 410, .. } => drop(self.watchers.remove(&call.message.url)),
            _ if attempt < ATTEMPTS_MAX => {
                let url = call.message.url.clone();
                cx.later(self, RETRY, ticket, Timer::Tell { ticket, url, attempt: attempt + 1 });
            }
            _ => cx.emit("ticket.untold", ticket, Value::Null),
        }
    }
}

// The lifecycle.

#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "no-")]
pub enum No {
    SuchTicket,
    SuchAccess,
    Longer(Status),
    Wish,
}

/// What the toy refuses before anybody looks at its estate.
#[derive(Clone, Copy, Debug, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Wrong {
    Path,
    Method,
    Size,
    #[strum(to_string = "")]
    Ours,
}

/// Somebody asks that an account be given an entitlement.
#[derive(Clone, Copy, Debug)]
pub struct Ask(pub GrantId);

impl Command<Shop> for Ask {
    type Output = Id<Ticket>;
    fn apply(self, shop: &mut Shop, cx: &mut Cx<'_>) -> Result<Id<Ticket>, No> {
        let id = cx.id("toy/ticket");
        let (account, entitlement) = (self.0.account, self.0.entitlement);
        let account = cx.company.accounts().get(&account).ok_or(No::SuchAccess)?;
        let entitlement = cx.company.entitlements().get(&entitlement).ok_or(No::SuchAccess)?;
        if account.app != entitlement.app {
            return Err(No::SuchAccess);
        }
        let name = entitlement.name.clone();
        shop.tickets.put(Ticket { id, grant: self.0, status: Status::Asked, created: cx.now() });
        cx.emit("ticket.asked", id, json!({"entitlement": name}));
        let watchers: Vec<String> = shop.watchers.iter().map(|watcher| watcher.url.clone()).collect();
        for url in watchers {
            shop.tell(cx, id, &url, 1);
        }
        cx.later(shop, GIVE, id, Timer::Give(id));
        Ok(id)
    }
}

/// Somebody ends a ticket, whatever became of it.
#[derive(Clone, Copy, Debug)]
pub struct End(pub Id<Ticket>);

impl Command<Shop> for End {
    type Output = ();
    fn apply(self, shop: &mut Shop, cx: &mut Cx<'_>) -> Result<(), No> {
        shop.go(self.0, Move::End, cx)
    }
}

impl Shop {
    fn tell(&mut self, cx: &mut Cx<'_>, ticket: Id<Ticket>, url: &str, attempt: u32) {
        let message = Message {
            about: ticket.cast(),
            event: "ticket.asked".to_owned(),
            attempt,
            url: url.to_owned(),
            body: json!({"ticket": ticket, "link": format!("/tickets/{ticket}")}),
            patience: PATIENCE,
        };
        if cx.call(&mut self.calls, message).is_none() {
            cx.emit("ticket.untold", ticket, Value::Null);
        }
    }

    fn go(&mut self, id: Id<Ticket>, by: Move, cx: &mut Cx<'_>) -> Result<(), No> {
        let mut ticket = Ticket::clone(self.tickets.get(&id).ok_or(No::SuchTicket)?);
        ticket.status = cx.go(ticket.status, by).ok_or(No::Longer(ticket.status))?;
        let (grant, what) = (ticket.grant, id.hex());
        match by {
            Move::Give => {
                let reason = Reason {
                    by: Shop::VENDOR.into(),
                    what: what.into(),
                    strength: Strength::Asked,
                    since: cx.now(),
                    until: Some(cx.now() + Span::days(2)),
                };
                let Cx { company, chronicle, .. } = cx;
                company.give(chronicle, grant.account, grant.entitlement, reason).map_err(|_| No::SuchAccess)?;
                cx.emit("ticket.given", id, Value::Null);
                cx.later(self, END, id, Timer::End(id));
            }
            Move::End => {
                self.timers.cancel_about(id);
                let Cx { company, chronicle, .. } = cx;
                company.withdraw(chronicle, grant, Shop::VENDOR, &what);
                cx.emit("ticket.ended", id, Value::Null);
            }
        }
        self.tickets.put(ticket);
        Ok(())
    }
}

/// The first account of a person that lacks something, and what it lacks.
pub fn lacking(company: &Company, person: &str) -> GrantId {
    let lacks = |account: &Account| {
        let mut all = company.entitlements().iter().filter(|entitlement| entitlement.app == account.app);
        all.find(|entitlement| !company.grants().contains(&grant(account.id, entitlement.id)))
            .map(|entitlement| grant(account.id, entitlement.id))
    };
    company.accounts_of(Person::id_of(person)).find_map(|account| lacks(account)).unwrap()
}

fn grant(account: Id<Account>, entitlement: Id<Entitlement>) -> GrantId {
    GrantId { account, entitlement }
}

// The routes.

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let status = match self {
            Self::SuchTicket | Self::SuchAccess => StatusCode::NOT_FOUND,
            Self::Longer(_) => StatusCode::CONFLICT,
            Self::Wish => StatusCode::BAD_REQUEST,
        };
        (status, Extension(Refused::by(self)), format!("{self:?}")).into_response()
    }
}

async fn list(shop: Sim<Shop>) -> Response {
    let tickets: Vec<_> = shop.estate().tickets.iter().cloned().collect();
    let mut response = Json(tickets).into_response();
    response.extensions_mut().insert(Lasting(None));
    response
}

async fn show(shop: Sim<Shop>, Path(id): Path<Id<Ticket>>) -> Result<Response, No> {
    let ticket = shop.estate().tickets.get(&id).ok_or(No::SuchTicket)?;
    Ok(Json(json!({"ticket": **ticket, "self": format!("{}/tickets/{id}", shop.visit().base)})).into_response())
}

async fn ask(shop: Sim<Shop>, body: Bytes) -> Response {
    let Ok(Some(grant)) = json_or(&body, || None::<GrantId>) else { return No::Wish.into_response() };
    match shop.apply(Ask(grant)).await {
        Ok(done) => (StatusCode::CREATED, Json(json!({"id": done.output}))).into_response(),
        Err(no) => no.into_response(),
    }
}

async fn end(shop: Sim<Shop>, Path(id): Path<Id<Ticket>>) -> Result<StatusCode, No> {
    shop.apply(End(id)).await.map(|_| StatusCode::NO_CONTENT)
}

async fn echo(Query(query): Query<Vec<(String, String)>>, headers: HeaderMap, body: Bytes) -> Response {
    let path = headers.get("x-toy").and_then(|header| header.to_str().ok());
    Json(json!({"query": query, "header": path, "length": body.len()})).into_response()
}

async fn boom() -> Response {
    panic!("a toy breaks")
}

// The vendor.

#[derive(Clone, Copy, Default)]
pub struct Toy;

impl Vendor for Toy {
    fn name(&self) -> &'static str {
        Shop::VENDOR
    }
    fn title(&self) -> &'static str {
        "Toy Shop"
    }
    fn hosts(&self) -> &'static [&'static str] {
        &["{tenant}.toy.example"]
    }
    fn roots(&self) -> &'static [&'static str] {
        &["tickets", "toys/v1"]
    }
    fn tidy<'p>(&self, path: &'p str, _: &mut Extensions) -> Cow<'p, str> {
        match path.strip_prefix("/toys/v1/") {
            Some(rest) => Cow::Owned(format!("/{rest}")),
            None => Cow::Borrowed(path),
        }
    }
    fn routes(&self) -> Router {
        Router::new()
            .route("/tickets", get(list).post(ask))
            .route("/tickets/{id}", get(show).delete(end))
            .route("/echo", post(echo))
            .route("/boom", get(boom))
            .fallback(|visit: Extension<Visit>| async move { Toy.refuse(Refusal::NotFound, "", &visit.exchange) })
            .method_not_allowed_fallback(|visit: Extension<Visit>| async move {
                Toy.refuse(Refusal::MethodNotAllowed, "", &visit.exchange)
            })
    }
    fn operations(&self) -> Vec<Operation> {
        let operation = |id, method, path| Operation { id, method, path };
        vec![
            operation("listTickets", "GET", "/tickets"),
            operation("ask", "POST", "/tickets"),
            operation("getTicket", "GET", "/tickets/{id}"),
            operation("end", "DELETE", "/tickets/{id}"),
            operation("echo", "POST", "/echo"),
            operation("boom", "GET", "/boom"),
        ]
    }
    fn gaps(&self) -> &'static [&'static str] {
        &["everything that is no toy"]
    }
    fn document(&self) -> &'static str {
        r#"{"openapi":"3.1.0"}"#
    }
    fn tenant_of(&self, headers: &HeaderMap) -> Option<String> {
        let token = headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer toy.")?;
        token.split_once('.').map(|(tenant, _)| tenant.to_owned())
    }
    fn stamp(&self, exchange: &ExchangeId, headers: &mut HeaderMap) {
        if let Ok(number) = HeaderValue::from_str(&exchange.number.to_string()) {
            headers.insert("x-toy-number", number);
        }
    }
    fn refusals(&self) -> Vec<&'static str> {
        kinds_of(&[No::VARIANTS, Wrong::VARIANTS])
    }
    fn refuse(&self, refusal: Refusal, _: &str, _: &ExchangeId) -> Response {
        let (status, wrong) = match &refusal {
            Refusal::NotFound => (StatusCode::NOT_FOUND, Wrong::Path),
            Refusal::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, Wrong::Method),
            Refusal::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Wrong::Size),
            Refusal::NoTenant(_) => (StatusCode::NOT_FOUND, Wrong::Ours),
            Refusal::UnsupportedMediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, Wrong::Ours),
            Refusal::Malformed(_) => (StatusCode::BAD_REQUEST, Wrong::Ours),
            Refusal::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, Wrong::Ours),
            Refusal::Broken => (StatusCode::INTERNAL_SERVER_ERROR, Wrong::Ours),
            Refusal::Status(status) => (*status, Wrong::Ours),
        };
        (status, Extension(Refused::by(wrong)), Json(json!({"toy": format!("{refusal:?}")}))).into_response()
    }

    fn empty(&self) -> Box<dyn AnyEstate> {
        Box::new(Shop::default())
    }
    fn found(&self, draft: &mut Draft, seed: &Seed, mistakes: &mut Mistakes) {
        if seed.file("toy.json").is_some_and(|file| file != b"{}") {
            mistakes.note("toy.json", "file", "a toy needs nothing");
        }
        draft.found(Shop::default());
    }
    fn steps(&self) -> Vec<StepLine> {
        let parameters = vec![("person", "whose first account that lacks something asks for it")];
        vec![
            StepLine { step: "ask", does: "asks for something that a person lacks", parameters },
            StepLine { step: "end", does: "ends a ticket", parameters: vec![("ticket", "its id")] },
            StepLine { step: "watch", does: "tells somebody about tickets", parameters: vec![("url", "whom")] },
            StepLine { step: "break", does: "sets a timer that breaks in an hour", parameters: vec![] },
            StepLine { step: "spin", does: "sets a timer that sets itself again and again", parameters: vec![] },
        ]
    }
    fn perform(&self, draft: &mut Draft, step: Value) -> Result<Value, StepError> {
        #[derive(Deserialize)]
        #[serde(tag = "step", rename_all = "lowercase", deny_unknown_fields)]
        enum Step {
            Ask { person: String },
            End { ticket: Id<Ticket> },
            Watch { url: String },
            Break {},
            Spin {},
        }
        let step: Step = serde_json::from_value(step).map_err(|cause| StepError::Malformed(cause.to_string()))?;
        let refused = |no: No| StepError::Refused(json!(format!("{no:?}")));
        draft.on(|shop: &mut Shop, cx| match step {
            Step::Ask { person } => {
                let wanted = lacking(cx.company, &person);
                Ask(wanted).apply(shop, cx).map(|ticket| json!({"ticket": ticket})).map_err(refused)
            }
            Step::End { ticket } => End(ticket).apply(shop, cx).map(|()| Value::Null).map_err(refused),
            Step::Watch { url } => {
                shop.watchers.put(Watcher { url });
                Ok(Value::Null)
            }
            Step::Break {} => {
                let due = cx.now() + Span::hours(1);
                shop.timers.at(cx.chronicle, GIVE, due, Id::<()>::named("broken"), Timer::Break);
                Ok(Value::Null)
            }
            Step::Spin {} => {
                let due = cx.now() + Span::hours(1);
                shop.timers.at(cx.chronicle, SPIN, due, Id::<()>::named("spinning"), Timer::Spin);
                Ok(Value::Null)
            }
        })
    }
    fn machines(&self) -> Vec<Machine> {
        vec![Machine::of::<Status>()]
    }
    fn hops(&self) -> Vec<Hop> {
        vec![GIVE, END, SPIN, RETRY]
    }
    fn seal(&self, call: &Call, sender: &Sender<'_>) -> Sealed {
        let mut body = call.message.body.clone();
        let link = format!("{}{}", sender.base, body["link"].as_str().unwrap_or_default());
        body["link"] = link.into();
        let mut sealed = Sealed::json(&body);
        let secret = HeaderValue::from_str(&format!("Bearer {WATCH_SECRET}"));
        sealed.headers.insert("authorization", secret.unwrap_or_else(|_| unreachable!("it is ASCII")));
        sealed
    }

    fn credentials(&self, head: &Head) -> Vec<Credential> {
        let strict = head.world.settings().auth == AuthMode::Strict;
        let text = |text: &str| text.to_owned();
        let secret = if strict { "strict" } else { "lenient" };
        vec![Credential {
            name: text("the only one"),
            person: Some(text("ada.admin")),
            client_id: text("toy"),
            client_secret: text(secret),
        }]
    }
    fn mint(&self, tenant: &Tenant, head: &Head, person: Id<Person>) -> Option<Minted> {
        let person = head.world.company().people().get(&person).cloned()?;
        let token = format!("toy.{}.{}", tenant.name(), person.slug);
        let until = Duration::from_secs(3600).as_secs();
        person.is_present().then(|| Minted {
            header: format!("Authorization: Bearer {token}"),
            token,
            expires_in: i64::try_from(until).unwrap_or(i64::MAX),
        })
    }
    fn environment(&self, base: &str, credentials: &[Credential]) -> Vec<(&'static str, String)> {
        vec![("TOY_URL", base.to_owned()), ("TOY_SECRET", credentials[0].client_secret.clone())]
    }
}
