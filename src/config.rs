//! Every flag and `ROLECALL_*` variable.

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{BoolishValueParser, PossibleValuesParser, TypedValueParser};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::app::{ConfigLine, Founding};
use crate::company::grow::Growth;
use crate::company::seed::Seed;
use crate::http::journal::EXCHANGES_MAX;
use crate::kernel::{Clock, Timestamp};
use crate::webhooks::{Deny, Policy};
use crate::world::{AuthMode, Settings, TokenClock};

/// What the process was asked to do.
#[derive(Debug, Parser)]
#[command(name = "rolecall", version, about, args_conflicts_with_subcommands = true)]
pub struct Config {
    /// What to do; serving when absent.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

/// What the process can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer requests until told to stop (the default)
    Serve(Box<Serve>),
    /// Print variables that point a vendor's own clients here, for `eval`
    Env(Env),
    /// List every operation of every vendor: method, path, operationId
    Routes,
    /// Ask a running server whether it is ready; the exit code answers
    Healthcheck(Healthcheck),
    /// Say what a test suite has exercised of a running server; the exit code answers
    Coverage(Coverage),
    /// Work with seed data
    #[command(subcommand)]
    Seed(SeedCommand),
    /// Do once more what a journal keeps, and name the first byte that differs; the exit code answers
    Replay(Replay),
    /// Carry a tenant's world from a running server to a file, and back
    #[command(subcommand)]
    Snapshot(SnapshotCommand),
}

/// What to replay.
#[derive(Debug, Args)]
pub struct Replay {
    /// The file that `--journal` has written
    pub file: PathBuf,
    /// The seed folder that the server was started with
    #[arg(long, env = "ROLECALL_SEED", value_name = "DIR")]
    pub seed: Option<PathBuf>,
}

/// What can be done with the worlds of a running server.
#[derive(Debug, Subcommand)]
pub enum SnapshotCommand {
    /// Write a tenant's world to a file
    Save {
        /// The file
        file: PathBuf,
        /// The world that the tenant keeps under this name, instead of the present one
        #[arg(long, value_name = "NAME")]
        snapshot: Option<String>,
        /// Whose world
        #[command(flatten)]
        remote: Remote,
    },
    /// Put the world of a file in the place of a tenant's
    Load {
        /// The file
        file: PathBuf,
        /// Whose world
        #[command(flatten)]
        remote: Remote,
    },
    /// List the worlds that a tenant keeps
    List {
        /// Whose world
        #[command(flatten)]
        remote: Remote,
    },
}

/// A tenant of a running server.
#[derive(Debug, Args)]
pub struct Remote {
    /// Where the server is reached
    #[arg(long, env = "ROLECALL_URL", default_value_t = format!("http://127.0.0.1:{PORT}"))]
    pub url: String,
    /// The tenant
    #[arg(long, env = "ROLECALL_TENANT", default_value = "default")]
    pub tenant: String,
    /// Bearer token that guards the control plane
    #[arg(long, env = "ROLECALL_CONTROL_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub control_token: Option<String>,
}

/// What can be done with seed data.
#[derive(Debug, Subcommand)]
pub enum SeedCommand {
    /// Name every mistake in a seed folder
    Check {
        /// The folder
        dir: PathBuf,
    },
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Port for all vendors; 0 takes a free one
    #[arg(long, env = "ROLECALL_PORT", default_value_t = PORT)]
    pub port: u16,
    /// Address to listen on
    #[arg(long, env = "ROLECALL_BIND", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// A port of its own for one vendor; may be repeated
    #[arg(long, env = "ROLECALL_LISTEN", value_name = "VENDOR=ADDR", value_delimiter = ',', value_parser = own_port)]
    pub listen: Vec<(String, SocketAddr)>,
    /// Serve https beside http, by a certificate authority of our own
    #[arg(long, env = "ROLECALL_TLS", value_parser = BoolishValueParser::new())]
    pub tls: bool,
    /// Port for https; 0 takes a free one
    #[arg(long, env = "ROLECALL_TLS_PORT", default_value_t = TLS_PORT)]
    pub tls_port: u16,
    /// Folder that keeps the authority, made when there is none; without it every start makes its own
    #[arg(long, env = "ROLECALL_TLS_DIR", value_name = "DIR")]
    pub tls_dir: Option<PathBuf>,
    /// A name or address besides loopback and the vendors' hosts under which https is called; may be repeated
    #[arg(long, env = "ROLECALL_TLS_NAME", value_name = "NAME", value_delimiter = ',')]
    pub tls_name: Vec<String>,
    /// Folder with another company instead of the embedded one
    #[arg(long, env = "ROLECALL_SEED", value_name = "DIR")]
    pub seed: Option<PathBuf>,
    /// Grow the company to so many people
    #[arg(long, env = "ROLECALL_PEOPLE", value_name = "N")]
    pub people: Option<usize>,
    /// Grow the company to so many grants
    #[arg(long, env = "ROLECALL_GRANTS", value_name = "N")]
    pub grants: Option<usize>,
    /// The hour at which every tenant opens; now when absent
    #[arg(long, env = "ROLECALL_START", value_name = "RFC3339")]
    pub start: Option<Timestamp>,
    /// How time passes: `frozen`, `running`, or so many times as fast as the wall
    #[arg(long, env = "ROLECALL_CLOCK", default_value = "running", value_name = "frozen|running|RATE", value_parser = clock)]
    pub clock: Clock,
    /// Which credentials are taken: any at all, or only those of the seed and tokens issued here
    #[arg(long, env = "ROLECALL_AUTH", default_value = "lenient", value_parser = auth())]
    pub auth: AuthMode,
    /// Whether the vendors' rate limits hold
    #[arg(long, env = "ROLECALL_RATE_LIMITS", value_parser = BoolishValueParser::new())]
    pub rate_limits: bool,
    /// Whose clock ends a token: the tenant's, or the wall's
    #[arg(long, env = "ROLECALL_TOKEN_CLOCK", default_value = "virtual", value_parser = token_clock())]
    pub token_clock: TokenClock,
    /// How many tenants there may be at a time
    #[arg(long, env = "ROLECALL_MAX_TENANTS", default_value_t = 512, value_name = "N")]
    pub max_tenants: usize,
    /// Bearer token that guards the control plane; needed beyond loopback
    #[arg(long, env = "ROLECALL_CONTROL_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub control_token: Option<String>,
    /// Leave the control plane unguarded even beyond loopback
    #[arg(long, env = "ROLECALL_OPEN_CONTROL", value_parser = BoolishValueParser::new())]
    pub open_control: bool,
    /// How many exchanges each tenant's journal holds; 0 keeps none
    #[arg(long, env = "ROLECALL_JOURNAL_EXCHANGES", default_value_t = EXCHANGES_MAX, value_name = "N")]
    pub journal_exchanges: usize,
    /// File that keeps everything that happens, to be replayed; it holds credentials as they were sent
    #[arg(long, env = "ROLECALL_JOURNAL", value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// What stands in links instead of the address that the client called
    #[arg(long, env = "ROLECALL_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// A network, address or host that webhooks and event triggers may not call; may be repeated
    #[arg(long, env = "ROLECALL_WEBHOOK_DENY", value_name = "NET|HOST", value_delimiter = ',')]
    pub webhook_deny: Vec<Deny>,
    /// The longest that a subscriber may take to answer, in seconds of the wall; as the vendor says when absent
    #[arg(long, env = "ROLECALL_WEBHOOK_PATIENCE", value_name = "SECONDS")]
    pub webhook_patience: Option<u64>,
    /// Call subscribers over TLS whoever signed their certificates
    #[arg(long, env = "ROLECALL_WEBHOOK_ANY_CERTIFICATE", value_parser = BoolishValueParser::new())]
    pub webhook_any_certificate: bool,
    /// What to log, as a tracing filter
    #[arg(long, env = "ROLECALL_LOG", default_value = "warn,rolecall=info", value_name = "FILTER")]
    pub log: String,
    /// How to log
    #[arg(long, env = "ROLECALL_LOG_FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub log_format: String,
}

/// For whom to print variables.
#[derive(Debug, Args)]
pub struct Env {
    /// The vendor
    pub vendor: String,
    /// Where the server is reached
    #[arg(long, env = "ROLECALL_URL", default_value_t = format!("http://127.0.0.1:{PORT}"))]
    pub url: String,
    /// A tenant other than the default one
    #[arg(long, env = "ROLECALL_TENANT")]
    pub tenant: Option<String>,
    /// The seed folder that the server was started with
    #[arg(long, env = "ROLECALL_SEED", value_name = "DIR")]
    pub seed: Option<PathBuf>,
    /// The folder that keeps the server's certificate authority: clients are told to trust it
    #[arg(long, env = "ROLECALL_TLS_DIR", value_name = "DIR")]
    pub tls_dir: Option<PathBuf>,
}

/// Whose coverage to show, and how.
#[derive(Debug, Args)]
pub struct Coverage {
    /// Where the server is reached
    #[arg(long, env = "ROLECALL_URL", default_value_t = format!("http://127.0.0.1:{PORT}"))]
    pub url: String,
    /// One tenant; all of them together when absent
    #[arg(long, env = "ROLECALL_TENANT")]
    pub tenant: Option<String>,
    /// One vendor; all of them when absent
    #[arg(long)]
    pub vendor: Option<String>,
    /// How to write it
    #[arg(long, default_value = "text", value_parser = ["text", "json", "junit", "html"])]
    pub format: String,
    /// Fail when less than so many percent were exercised
    #[arg(long, value_name = "PERCENT")]
    pub fail_under: Option<f64>,
    /// The token that guards the control plane
    #[arg(long, env = "ROLECALL_CONTROL_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub control_token: Option<String>,
}

/// Which server to ask.
#[derive(Debug, Args)]
pub struct Healthcheck {
    /// Its port
    #[arg(long, env = "ROLECALL_PORT", default_value_t = PORT)]
    pub port: u16,
    /// The address that it listens on
    #[arg(long, env = "ROLECALL_BIND", default_value = "127.0.0.1")]
    pub bind: IpAddr,
}

const PORT: u16 = 4420;
const TLS_PORT: u16 = 4443;
/// Arguments whose values are nobody's business.
const SECRETS: [&str; 1] = ["control_token"];

impl Config {
    /// Reads arguments and environment, and says where each of the server's values comes from.
    ///
    /// # Errors
    /// What clap has to say about them, help included.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<(Self, Vec<ConfigLine>), clap::Error> {
        let matches = Self::command().try_get_matches_from(arguments)?;
        let serving = matches.subcommand_matches("serve").unwrap_or(&matches);
        let lines = config_lines(serving);
        Ok((Self::from_arg_matches(&matches)?, lines))
    }

    /// What to do.
    pub fn into_command(self) -> Command {
        self.command.unwrap_or(Command::Serve(Box::new(self.serve)))
    }
}

impl Serve {
    /// What to found; `now` when nothing says at which hour.
    ///
    /// # Errors
    /// When the seed folder cannot be read.
    pub fn founding(&self, now: Timestamp) -> std::io::Result<Founding> {
        Ok(Founding {
            seed: seed(self.seed.as_ref())?,
            opening: self.start.unwrap_or(now.floor_second()),
            settings: Settings { auth: self.auth, token_clock: self.token_clock, rate_limits: self.rate_limits },
            clock: self.clock,
            growth: Growth { people: self.people, grants: self.grants },
            max_tenants: self.max_tenants,
            journal_exchanges: self.journal_exchanges,
            public_url: self.public_url.clone(),
        })
    }

    /// How calls to subscribers go out.
    pub fn webhook_policy(&self) -> Policy {
        Policy {
            denied: self.webhook_deny.iter().cloned().collect(),
            patience: self.webhook_patience.map(Duration::from_secs),
            any_certificate: self.webhook_any_certificate,
        }
    }

    /// Whether anybody but this machine can reach the server.
    pub fn is_exposed(&self) -> bool {
        !self.bind.is_loopback() || self.listen.iter().any(|(_, address)| !address.ip().is_loopback())
    }
}

/// The seed of a folder, or the embedded one.
///
/// # Errors
/// When the folder cannot be read.
pub fn seed(dir: Option<&PathBuf>) -> std::io::Result<Seed> {
    dir.map_or_else(|| Ok(Seed::embedded()), |dir| Seed::from_dir(dir))
}

fn config_lines(matches: &ArgMatches) -> Vec<ConfigLine> {
    let command = Serve::augment_args(clap::Command::new("serve"));
    let line = |argument: &clap::Arg| {
        let id = argument.get_id().as_str();
        let shown = |value: &std::ffi::OsStr| value.to_string_lossy().into_owned();
        let values = matches.get_raw(id).map(|values| values.map(shown).collect::<Vec<_>>().join(","));
        ConfigLine {
            name: argument.get_long().unwrap_or(id).to_owned(),
            variable: argument.get_env().map(shown).unwrap_or_default(),
            value: values.map(|value| if SECRETS.contains(&id) { "***".to_owned() } else { value }),
            source: match matches.value_source(id) {
                Some(ValueSource::CommandLine) => "flag",
                Some(ValueSource::EnvVariable) => "environment",
                _ => "default",
            },
        }
    };
    command.get_arguments().map(line).collect()
}

fn own_port(text: &str) -> Result<(String, SocketAddr), String> {
    let (vendor, address) = text.split_once('=').ok_or("write it as VENDOR=ADDRESS:PORT")?;
    let address = address.parse().map_err(|_| format!("`{address}` is not an address and a port"))?;
    Ok((vendor.to_owned(), address))
}

fn clock(text: &str) -> Result<Clock, String> {
    match text {
        "frozen" => Ok(Clock::Frozen),
        "running" => Ok(Clock::at_rate(1.0)),
        rate => match rate.parse::<f64>() {
            Ok(rate) if rate > 0.0 && rate <= Clock::RATE_MAX => Ok(Clock::at_rate(rate)),
            _ => Err(format!("a rate lies between 0 and {}", Clock::RATE_MAX)),
        },
    }
}

fn auth() -> impl TypedValueParser<Value = AuthMode> {
    PossibleValuesParser::new(["lenient", "strict"]).map(|mode| match mode.as_str() {
        "strict" => AuthMode::Strict,
        _ => AuthMode::Lenient,
    })
}

fn token_clock() -> impl TypedValueParser<Value = TokenClock> {
    PossibleValuesParser::new(["virtual", "wall"]).map(|clock| match clock.as_str() {
        "wall" => TokenClock::Wall,
        _ => TokenClock::Virtual,
    })
}
