//! Listening: the ports, the background settler, the start-up lines, and an end within a second.

use std::future::{Future, Ready, ready};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::middleware::AddExtension;
use axum::{Extension, Router};
use axum_server::Handle;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower::Layer;

use crate::app::{App, ConfigLine, FoundingError, Guard, Lobby, PREFIX};
use crate::config::Serve;
use crate::http::recording::File;
use crate::http::{Bound, Line, Lined, Peer, Secured, Site, Vendor};
use crate::kernel::{OsWall, Wall};
use crate::telemetry;
use crate::tls::{self, Identity, TlsError};
use crate::webhooks::Webhooks;
use crate::world::{DEFAULT_TENANT, Sheet};

/// How long requests that are being answered may take once the end has come.
const GRACE: Duration = Duration::from_millis(800);
/// The shortest time between two looks at the clocks of all tenants.
const TICK: Duration = Duration::from_millis(1);

/// Why the server did not come up.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Bind(SocketAddr, io::Error),
    /// The control plane would be open to strangers.
    #[error(
        "the control plane would be open to everybody: pass --control-token TOKEN, or --open-control if you mean it"
    )]
    Exposed,
    /// A port was asked for on behalf of a vendor that does not exist.
    #[error("there is no vendor `{0}` to listen for; there are {1}")]
    NoVendor(String, String),
    /// There is nothing to prove ourselves with over https.
    #[error("https cannot be served: {0}")]
    Tls(#[from] TlsError),
    /// The seed folder cannot be read.
    #[error("the seed cannot be read: {0}")]
    Seed(io::Error),
    /// The journal cannot be written.
    #[error("the journal cannot be written: {0}")]
    Journal(io::Error),
    /// There is no world to serve.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// A thread of ours went down.
    #[error("founding the world broke; the log says where")]
    Broken,
    /// Standard output is gone, or signals cannot be listened for.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Serves `vendors` until a signal comes. Start-up lines go to `out`, the last of them `Ready.`
///
/// # Errors
/// When it cannot come up.
pub async fn serve(
    config: &Serve,
    lines: Vec<ConfigLine>,
    vendors: Vec<Box<dyn Vendor>>,
    metrics: Option<PrometheusHandle>,
    out: &mut impl Write,
) -> Result<(), ServeError> {
    if config.is_exposed() && config.control_token.is_none() && !config.open_control {
        return Err(ServeError::Exposed);
    }
    let wall = OsWall;
    let identity = identity(config, &vendors, &wall)?;
    let ports = Ports::open(config, &vendors).await?;
    let handle = Handle::new();
    let signal = signal()?;
    tokio::pin!(signal);

    let lobby = Lobby::default();
    let addresses = ports.addresses();
    let mut serving = ports.serve(&lobby.router(), &handle, identity.as_ref())?;
    let founding = config.founding(wall.now()).map_err(ServeError::Seed)?;
    let journal = config.journal.as_deref().map(|path| File::create(path).map(Arc::new)).transpose();
    let journal = journal.map_err(ServeError::Journal)?;
    let founded =
        tokio::task::spawn_blocking(move || App::found(&founding, vendors, Arc::new(wall)).map(|app| (app, founding)));
    let (mut app, founding) = tokio::select! {
        founded = founded => founded.map_err(|_| ServeError::Broken)??,
        () = &mut signal => return Ok(()),
    };
    app.plane.guard = config.control_token.as_deref().map(Guard::new);
    app.plane.config = lines.into();
    app.plane.metrics = metrics.clone();
    app.plane.authority = identity.map(|identity| identity.authority);
    app.plane.webhooks = Webhooks::over(Arc::clone(app.site()), config.webhook_policy());
    app.site().settle_at(home(config, &addresses));
    if let Some(journal) = &journal {
        app.record(&founding, home(config, &addresses), journal.clone());
    }
    app.plane.webhooks.listen();
    lobby.open(&app);

    let settler = tokio::spawn(settle(Arc::clone(app.site())));
    let upkeep = metrics.map(|metrics| tokio::spawn(telemetry::upkeep(metrics)));
    announce(config, &addresses, app.site(), out)?;
    signal.await;
    tracing::info!("stopping");
    handle.graceful_shutdown(Some(GRACE));
    let drained = timeout(GRACE, async { while serving.join_next().await.is_some() {} });
    if drained.await.is_err() {
        tracing::warn!("some requests were cut off");
    }
    settler.abort();
    upkeep.inspect(tokio::task::JoinHandle::abort);
    journal.inspect(|journal| journal.end());
    Ok(())
}

/// What https is served with, where it is.
fn identity(config: &Serve, vendors: &[Box<dyn Vendor>], wall: &impl Wall) -> Result<Option<Identity>, TlsError> {
    if !config.tls {
        return Ok(None);
    }
    let mut names = tls::names(vendors.iter().flat_map(|vendor| vendor.hosts()).copied());
    names.extend(config.tls_name.iter().cloned());
    if !config.bind.is_unspecified() && !config.bind.is_loopback() {
        names.push(config.bind.to_string());
    }
    Identity::new(config.tls_dir.as_deref(), names, wall.now()).map(Some)
}

/// What a port is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    /// Every vendor.
    All,
    /// Every vendor, over https.
    Secured,
    /// One vendor.
    Of(&'static str),
}

/// The ports, open but not answering yet.
struct Ports(Vec<(Door, TcpListener, SocketAddr)>);

impl Ports {
    async fn open(config: &Serve, vendors: &[Box<dyn Vendor>]) -> Result<Self, ServeError> {
        let mut wanted = vec![(Door::All, SocketAddr::new(config.bind, config.port))];
        if config.tls {
            wanted.push((Door::Secured, SocketAddr::new(config.bind, config.tls_port)));
        }
        for (name, address) in &config.listen {
            let mut known = vendors.iter().map(|vendor| vendor.name());
            let Some(vendor) = known.clone().find(|known| known == name) else {
                let known: Vec<_> = known.by_ref().collect();
                return Err(ServeError::NoVendor(name.clone(), known.join(", ")));
            };
            wanted.push((Door::Of(vendor), *address));
        }
        let mut ports = Vec::new();
        for (door, address) in wanted {
            let refused = |cause| ServeError::Bind(address, cause);
            let listener = TcpListener::bind(address).await.map_err(refused)?;
            let bound = listener.local_addr().map_err(refused)?;
            ports.push((door, listener, bound));
        }
        Ok(Self(ports))
    }

    fn addresses(&self) -> Vec<(Door, SocketAddr)> {
        self.0.iter().map(|(door, _, address)| (*door, *address)).collect()
    }

    /// Header names go out as `X-Total-Count` does from the vendors' own front ends: some clients
    /// hand headers on in a map that minds their case.
    fn serve(
        self,
        router: &Router,
        handle: &Handle<SocketAddr>,
        identity: Option<&Identity>,
    ) -> io::Result<JoinSet<io::Result<()>>> {
        let mut serving = JoinSet::new();
        for (door, listener, _) in self.0 {
            let plain = axum_server::from_tcp(listener.into_std()?)?;
            let mut plain = plain.acceptor(Lines).handle(handle.clone());
            plain.http_builder().http1().title_case_headers(true);
            let router = router.clone();
            match (door, identity) {
                (Door::Secured, Some(identity)) => {
                    let config = RustlsConfig::from_config(Arc::clone(&identity.config));
                    let secured = plain.map(|inner| RustlsAcceptor::new(config).acceptor(inner));
                    serving.spawn(secured.serve(router.layer(Extension(Secured)).into_make_service()))
                }
                (Door::Of(vendor), _) => {
                    serving.spawn(plain.serve(router.layer(Extension(Bound(vendor))).into_make_service()))
                }
                (Door::All | Door::Secured, _) => serving.spawn(plain.serve(router.into_make_service())),
            };
        }
        Ok(serving)
    }
}

/// Accepts connections that a fault can end, that send each answer at once, and whose requests say where they come from.
#[derive(Clone, Copy, Debug)]
struct Lines;

impl<S> Accept<TcpStream, S> for Lines {
    type Stream = Lined;
    type Service = AddExtension<AddExtension<S, Peer>, Line>;
    type Future = Ready<io::Result<(Lined, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let peer = stream.set_nodelay(true).and_then(|()| stream.peer_addr());
        ready(peer.map(|peer| {
            let (stream, line) = Lined::over(stream);
            (stream, Extension(line).layer(Extension(Peer(peer)).layer(service)))
        }))
    }
}

/// Lets due time pass in every tenant though nobody calls. The one task that waits for time.
async fn settle(site: Arc<Site>) {
    loop {
        match site.settle().await {
            Some(wait) => drop(timeout(wait.max(TICK), site.tenants().stirred()).await),
            None => site.tenants().stirred().await,
        }
    }
}

fn announce(config: &Serve, addresses: &[(Door, SocketAddr)], site: &Site, out: &mut impl Write) -> io::Result<()> {
    let head = site.tenants().base();
    writeln!(out, "Rolecall {}: {} at {}", env!("CARGO_PKG_VERSION"), head.company().profile().name, head.hour())?;
    writeln!(out)?;
    let at = |wanted| addresses.iter().find(|(door, _)| *door == wanted).map(|(_, address)| *address);
    let shared = home(config, addresses);
    for vendor in site.vendors() {
        writeln!(out, "{:<14} {shared}/{}", vendor.name(), vendor.name())?;
    }
    for (door, address) in addresses {
        if let Door::Of(vendor) = door {
            writeln!(out, "{vendor:<14} {} (a port of its own)", origin(config, *address))?;
        }
    }
    writeln!(out, "{:<14} {shared}{PREFIX}", "control plane")?;
    if let Some(address) = at(Door::Secured) {
        let trusted = format!("clients trust {shared}{PREFIX}/tls/{}", tls::CERTIFICATE_FILE);
        writeln!(out, "{:<14} https://{} ({trusted})", "https", reached(address))?;
    }
    announce_credentials(site, out)?;
    writeln!(out, "Ready.")?;
    out.flush()
}

/// The longest secret that the start-up lines show, in bytes; a private key would fill the screen.
const SECRET_SHOWN: usize = 64;

fn announce_credentials(site: &Site, out: &mut impl Write) -> io::Result<()> {
    let sheet = Sheet::default();
    let Ok(tenant) = sheet.over(|| site.tenants().get_or_fork(DEFAULT_TENANT)) else { return Ok(()) };
    site.note_time(tenant.name(), &sheet);
    let head = tenant.head();
    for vendor in site.vendors() {
        writeln!(out)?;
        for credential in vendor.credentials(&head) {
            let whose = credential.person.as_deref().unwrap_or("nobody");
            let (name, id) = (&credential.name, &credential.client_id);
            let secret = match credential.client_secret.as_str() {
                key if key.len() > SECRET_SHOWN => "(a key: see `rolecall env`, or the tenant's credentials)",
                secret => secret,
            };
            writeln!(out, "{:<14} {name} ({whose}): {id} {secret}", vendor.name())?;
        }
    }
    Ok(())
}

/// Where the port for everybody is reached.
fn home(config: &Serve, addresses: &[(Door, SocketAddr)]) -> String {
    let shared = addresses.iter().find(|(door, _)| *door == Door::All);
    shared.map(|(_, address)| origin(config, *address)).unwrap_or_default()
}

fn origin(config: &Serve, address: SocketAddr) -> String {
    match &config.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{}", reached(address)),
    }
}

/// Where this machine reaches what listens at `address`.
fn reached(address: SocketAddr) -> String {
    if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() }
}

/// Resolves when the process is asked to end.
#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves when the process is asked to end.
#[cfg(not(unix))]
fn signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
