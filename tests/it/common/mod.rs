//! The language that the tests speak: a stage on which the whole application plays in-process,
//! through the real router, on a frozen clock.

pub mod recorder;
mod refusals;
pub mod subscriber;
pub mod tiny;
pub mod toy;

use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use parking_lot::Mutex;
use rolecall::app::{App, Founding};
use rolecall::company::grow::Growth;
use rolecall::company::seed::Seed;
use rolecall::http::Vendor;
use rolecall::kernel::{Clock, ManualWall, Span, Timestamp, Wall as _};
use rolecall::world::{Settings, World};
use serde_json::Value;
use tower::ServiceExt;

use self::toy::Toy;

/// The hour at which every stage opens.
pub fn opening() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

/// What a stage is founded on, unless a test says otherwise.
pub fn founding() -> Founding {
    Founding {
        seed: Seed::embedded(),
        opening: opening(),
        settings: Settings::default(),
        clock: Clock::Frozen,
        growth: Growth::default(),
        max_tenants: 16,
        journal_exchanges: rolecall::http::journal::EXCHANGES_MAX,
        public_url: None,
    }
}

/// The company inside the binary with nobody's story, which the toy could not play.
pub fn quiet_seed() -> Seed {
    Seed::embedded().with("story.json", r#"{"story": []}"#)
}

/// The world of a founding, which most tests share: founding costs more than most tests do, and a
/// copy is a pointer.
fn founded(founding: &Founding, vendors: &[Box<dyn Vendor>]) -> World {
    static KNOWN: Mutex<Vec<(Founding, Vec<&'static str>, World)>> = Mutex::new(Vec::new());
    let names: Vec<&'static str> = vendors.iter().map(|vendor| vendor.name()).collect();
    let mut known = KNOWN.lock();
    if let Some((.., world)) = known.iter().find(|(other, of, _)| *of == names && other == founding) {
        return world.clone();
    }
    let world = founding.world(vendors).unwrap();
    known.push((founding.clone(), names, world.clone()));
    world
}

/// The whole application, in-process.
pub struct Stage {
    pub app: App,
    pub wall: Arc<ManualWall>,
    router: Router,
}

impl Stage {
    /// Every vendor that there is.
    pub fn new() -> Self {
        Self::of(founding(), rolecall::vendors::all())
    }

    /// The toy alone.
    pub fn toy() -> Self {
        Self::of(Founding { seed: quiet_seed(), ..founding() }, vec![Box::new(Toy)])
    }

    pub fn of(founding: Founding, vendors: Vec<Box<dyn Vendor>>) -> Self {
        let wall = Arc::new(ManualWall::at(opening() + Span::days(100)));
        let world = founded(&founding, &vendors);
        let app = App::over(world, &founding, vendors, wall.clone()).unwrap();
        Self::playing(app, wall)
    }

    /// An application that a test has changed.
    pub fn playing(app: App, wall: Arc<ManualWall>) -> Self {
        Self { router: app.router(), app, wall }
    }

    /// The hour on the wall.
    pub fn wall_now(&self) -> Timestamp {
        self.wall.now()
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }
    pub fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }
    pub fn put(&self, path: &str) -> Call<'_> {
        self.call(Method::PUT, path)
    }
    pub fn patch(&self, path: &str) -> Call<'_> {
        self.call(Method::PATCH, path)
    }
    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        Call { stage: self, request }
    }
}

/// A request that is sent when it is awaited.
pub struct Call<'s> {
    stage: &'s Stage,
    request: Request<Body>,
}

impl Call<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap();
        self.request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        self
    }
    pub fn tenant(self, name: &str) -> Self {
        self.header("x-rolecall-tenant", name)
    }
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }
    pub fn json(self, body: impl Into<Value>) -> Self {
        self.header("content-type", "application/json").body(body.into().to_string())
    }
    pub fn form(self, pairs: &[(&str, &str)]) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded")
            .body(serde_urlencoded::to_string(pairs).unwrap())
    }
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, extension: T) -> Self {
        self.request.extensions_mut().insert(extension);
        self
    }

    async fn send(self) -> Reply {
        let (parts, body) = self.request.into_parts();
        let asked = recorder::Asked::of(&self.stage.app, &parts);
        let vendor = refusals::asked(&self.stage.app, &parts);
        let request = Request::from_parts(parts, body);
        let response = self.stage.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        vendor.into_iter().for_each(|vendor| refusals::check(&self.stage.app, vendor, &parts));
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let reply = Reply { status: parts.status, headers: parts.headers, body };
        if let Some(asked) = asked {
            asked.record(&reply);
        }
        reply
    }
}

impl<'s> IntoFuture for Call<'s> {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send + 's>>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    /// Asserts the status.
    #[track_caller]
    pub fn status(self, expected: u16) -> Self {
        assert_eq!(self.status.as_u16(), expected, "{}", self.text());
        self
    }
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|cause| panic!("{cause}: {}", self.text()))
    }
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().unwrap()
    }
}
