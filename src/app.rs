//! The composition root: the company, every vendor over it, the story so far, and one service that
//! answers for all of them. The binary and the tests build the same value here.

use std::sync::{Arc, OnceLock, Weak};

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::company::grow::Growth;
use crate::company::seed::{Mistakes, Seed};
use crate::company::story;
use crate::company::{Company, Person};
use crate::control::{self, Plane};
use crate::http::recording::{Beginning, Deed, FORMAT, Scribe};
use crate::http::{Collision, FrontDoor, Site, Vendor};
use crate::kernel::{Clock, Span, Timestamp, Wall};
use crate::webhooks::Webhooks;
use crate::world::{Chore, Draft, Hands, Order, Settings, StepError, Tenants, World};

pub use crate::control::{ConfigLine, Guard, PREFIX};

/// What a process is founded on.
#[derive(Clone, Debug, PartialEq)]
pub struct Founding {
    /// The company's files.
    pub seed: Seed,
    /// The hour at which the world opens; dates in the seed are relative to it.
    pub opening: Timestamp,
    /// The switches of every tenant.
    pub settings: Settings,
    /// How every tenant's hour follows the wall.
    pub clock: Clock,
    /// How far the company is grown beyond its seed.
    pub growth: Growth,
    /// How many tenants there may be at a time.
    pub max_tenants: usize,
    /// How many exchanges each tenant's journal holds; none for 0.
    pub journal_exchanges: usize,
    /// What stands in links instead of the address that the client called.
    pub public_url: Option<String>,
}

impl Founding {
    /// The world that every tenant begins with: the company, each vendor's estate, and the story played
    /// on the virtual clock up to the opening.
    ///
    /// # Errors
    /// Every mistake in the seed, or the story line that was refused.
    pub fn world(&self, vendors: &[Box<dyn Vendor>]) -> Result<World, Mistakes> {
        let Self { seed, opening, .. } = self;
        let mut mistakes = Mistakes::default();
        let mut company = Company::load(seed, *opening)?;
        self.growth.grow(&mut company, *opening);
        let story = story::read(seed, &mut mistakes);
        let known = || vendors.iter().map(|vendor| vendor.name());
        for line in story.iter().filter(|line| !known().any(|name| name == line.vendor)) {
            mistakes.unknown(story::FILE, line.place(), "vendor", &line.vendor, known());
        }
        let beginning = *opening + story.first().map_or(Span::ZERO, |line| line.at);
        let mut draft = World::founded(company, beginning, self.settings).draft(beginning);
        for vendor in vendors {
            vendor.found(&mut draft, seed, &mut mistakes);
        }
        let mut draft = mistakes.or(draft)?;
        for line in &story {
            draft.pass_to(*opening + line.at);
            for vendor in vendors.iter().filter(|vendor| vendor.name() == line.vendor) {
                if let Err(why) = vendor.perform(&mut draft, line.step.clone()) {
                    let mut refused = Mistakes::default();
                    refused.note(story::FILE, line.place(), format!("{} at {}: {why}", line.vendor, line.at));
                    return Err(refused);
                }
            }
        }
        draft.pass_to(*opening);
        draft.set_clock(self.clock);
        Ok(draft.close().world)
    }
}

/// Why there is no world.
#[derive(Debug, thiserror::Error)]
pub enum FoundingError {
    /// The seed is wrong, or its story is impossible.
    #[error("the seed cannot be used:\n{0}")]
    Seed(#[from] Mistakes),
    /// Two vendors claim the same paths.
    #[error(transparent)]
    Collision(#[from] Collision),
}

/// A founded process: cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The plane under `/_rolecall`.
    pub plane: Plane,
}

impl App {
    /// Founds the world and puts every vendor's front before it.
    ///
    /// # Errors
    /// Every mistake in the seed, the story line that was refused, or two vendors' collision.
    pub fn found(
        founding: &Founding,
        vendors: Vec<Box<dyn Vendor>>,
        wall: Arc<dyn Wall>,
    ) -> Result<Self, FoundingError> {
        let world = founding.world(&vendors)?;
        Ok(Self::over(world, founding, vendors, wall)?)
    }

    /// Puts every vendor's front before a world that [`Founding::world`] made for the same vendors.
    ///
    /// # Errors
    /// When two vendors claim the same paths.
    pub fn over(
        world: World,
        founding: &Founding,
        vendors: Vec<Box<dyn Vendor>>,
        wall: Arc<dyn Wall>,
    ) -> Result<Self, Collision> {
        Self::ordered(world, founding, vendors, Order::free(wall))
    }

    /// The same, where moments come in an order of somebody's choosing.
    ///
    /// # Errors
    /// As [`App::over`].
    pub fn ordered(
        world: World,
        founding: &Founding,
        vendors: Vec<Box<dyn Vendor>>,
        order: Order,
    ) -> Result<Self, Collision> {
        let crew = Arc::new(Crew::default());
        let tenants = Tenants::over(world.handed(crew.clone()), order, founding.max_tenants);
        let site = Site::new(vendors, tenants, founding.public_url.clone())?;
        let site = Arc::new(site.journalling(founding.journal_exchanges));
        crew.site.get_or_init(|| Arc::downgrade(&site));
        Ok(Self { plane: Plane::over(site) })
    }

    /// From now on everything that happens is noted there; `home` stands in links where nobody called.
    pub fn record(&self, founding: &Founding, home: String, scribe: Arc<dyn Scribe>) {
        scribe.note(Deed::Begin(Box::new(Beginning {
            format: FORMAT.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: founding.seed.digest(),
            opening: founding.opening,
            settings: founding.settings,
            clock: founding.clock,
            people: founding.growth.people,
            grants: founding.growth.grants,
            max_tenants: founding.max_tenants,
            public_url: founding.public_url.clone(),
            home,
        })));
        self.site().record(scribe);
    }

    /// The tenants, the vendors, and what the rim keeps about them.
    pub fn site(&self) -> &Arc<Site> {
        &self.plane.site
    }

    /// The plane under `/_rolecall` alone.
    pub fn control(&self) -> Router {
        control::router(self.plane.clone())
    }

    /// The one service that answers every request.
    pub fn router(&self) -> Router {
        let lobby = Lobby::default();
        lobby.open(self);
        lobby.router()
    }
}

/// Lets autopilots act through the vendors. Worlds hold it, and the site holds the worlds.
#[derive(Default)]
struct Crew {
    site: OnceLock<Weak<Site>>,
}

impl Crew {
    fn site(&self) -> Option<Arc<Site>> {
        self.site.get()?.upgrade()
    }
}

impl Hands for Crew {
    fn chores(&self, world: &World) -> Vec<Chore> {
        let site = self.site();
        site.iter().flat_map(|site| site.vendors()).flat_map(|vendor| vendor.chores(world)).collect()
    }
    fn wish(&self, world: &World, person: &Person, draw: f64) -> Option<(&'static str, Value)> {
        let site = self.site()?;
        // The draw chooses the vendor, and what is left of it among what the vendor has.
        let able: Vec<_> = site.vendors().filter(|vendor| vendor.wish(world, person, draw).is_some()).collect();
        let scaled = draw * able.len() as f64;
        let vendor = able.get(scaled as usize).or(able.last())?;
        Some((vendor.name(), vendor.wish(world, person, scaled.fract())?))
    }
    fn act(&self, draft: &mut Draft, vendor: &str, step: Value) -> Result<Value, StepError> {
        let gone = || StepError::Malformed(format!("there is no vendor `{vendor}`"));
        let site = self.site().ok_or_else(gone)?;
        site.vendor(vendor).ok_or_else(gone)?.perform(draft, step)
    }
}

/// A service that stands before its [`App`] does, and says so meanwhile.
#[derive(Clone, Default)]
pub struct Lobby {
    rooms: Arc<OnceLock<Rooms>>,
}

struct Rooms {
    door: FrontDoor,
    webhooks: Arc<Webhooks>,
    control: Router,
}

impl Lobby {
    /// From now on `app` answers. The first one stays.
    pub fn open(&self, app: &App) {
        self.rooms.get_or_init(|| Rooms {
            door: FrontDoor::new(Arc::clone(app.site())),
            webhooks: Arc::clone(&app.plane.webhooks),
            control: app.control(),
        });
    }

    /// The service.
    pub fn router(&self) -> Router {
        Router::new().fallback(receive).with_state(self.clone())
    }
}

async fn receive(State(lobby): State<Lobby>, request: Request) -> Response {
    let Some(rooms) = lobby.rooms.get() else { return control::starting(request.uri().path()) };
    rooms.webhooks.listen();
    if is_control(request.uri().path()) {
        return rooms.control.clone().oneshot(request).await.into_response();
    }
    match rooms.door.answer(request).await {
        Ok(response) => response,
        Err(request) => nobody_home(rooms.door.site(), request.uri().path()),
    }
}

fn is_control(path: &str) -> bool {
    path.strip_prefix(control::PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The answer where no vendor lives: a directory at the root, elsewhere a refusal that holds one.
fn nobody_home(site: &Site, path: &str) -> Response {
    let vendor = |vendor: &dyn Vendor| {
        json!({"name": vendor.name(), "title": vendor.title(), "prefix": format!("/{}", vendor.name()),
            "roots": vendor.roots().iter().map(|root| format!("/{root}")).collect::<Vec<_>>()})
    };
    let vendors: Vec<Value> = site.vendors().map(vendor).collect();
    if path == "/" {
        let index = json!({"name": "rolecall", "version": env!("CARGO_PKG_VERSION"), "vendors": vendors,
            "control": control::PREFIX, "controlDocument": format!("{}/openapi.json", control::PREFIX)});
        return Json(index).into_response();
    }
    let message = format!("no vendor lives at {path}; each has a prefix and roots of its own");
    let refusal = json!({"error": {"code": "not_found", "message": message}, "vendors": vendors});
    (StatusCode::NOT_FOUND, Json(refusal)).into_response()
}
