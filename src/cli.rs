//! The subcommands that answer and leave.

mod replay;
mod snapshot;

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::app::{App, Founding};
use crate::company::grow::Growth;
use crate::company::seed::Seed;
use crate::config::{Coverage, Env, Healthcheck, SeedCommand, seed};
use crate::http::Vendor;
use crate::kernel::{Clock, OsWall, Wall};
use crate::tls::CERTIFICATE_FILE;
use crate::webhooks;
use crate::world::{DEFAULT_TENANT, Settings};

/// What names the authorities that a client trusts: for Go, OpenSSL and curl; for Python's `requests`; for Node.
const TRUSTED_FILE: [&str; 3] = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];
pub use replay::replay;
pub use snapshot::snapshot;

/// How long a server may take to say that it is ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why a subcommand has no answer.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Prints variables that point a vendor's own clients here.
///
/// # Errors
/// When there is no such vendor, the seed is wrong, or nobody reads.
pub fn env(env: &Env, vendors: Vec<Box<dyn Vendor>>, out: &mut impl Write) -> Result<(), Failure> {
    let app = found(seed(env.seed.as_ref())?, vendors)?;
    let site = app.site();
    let known = || site.vendors().map(|vendor| vendor.name()).collect::<Vec<_>>().join(", ");
    let vendor =
        site.vendor(&env.vendor).ok_or_else(|| format!("no vendor `{}`; there are {}", env.vendor, known()))?;
    let url = env.url.trim_end_matches('/');
    let base = match &env.tenant {
        Some(tenant) => format!("{url}/t/{tenant}/{}", vendor.name()),
        None => format!("{url}/{}", vendor.name()),
    };
    let head = site.tenants().get_or_fork(DEFAULT_TENANT)?.head();
    let trusted = env.tls_dir.as_ref().filter(|_| url.starts_with("https://")).map(std::path::absolute).transpose()?;
    let trusted = trusted.map(|folder| folder.join(CERTIFICATE_FILE).display().to_string());
    let trust = trusted.iter().flat_map(|file| TRUSTED_FILE.map(|name| (name, file.clone())));
    for (name, value) in vendor.environment(&base, &vendor.credentials(&head)).into_iter().chain(trust) {
        writeln!(out, "export {name}='{}'", value.replace('\'', r"'\''"))?;
    }
    Ok(())
}

/// Lists every operation of every vendor.
///
/// # Errors
/// When nobody reads.
pub fn routes(vendors: &[Box<dyn Vendor>], out: &mut impl Write) -> io::Result<()> {
    for vendor in vendors {
        for operation in vendor.operations() {
            writeln!(out, "{:<14} {:<7} {:<60} {}", vendor.name(), operation.method, operation.path, operation.id)?;
        }
    }
    Ok(())
}

/// Asks a running server whether it is ready.
///
/// # Errors
/// When it does not answer, or is not.
pub fn healthcheck(server: &Healthcheck) -> Result<(), Failure> {
    let ip = if server.bind.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { server.bind };
    let mut stream = TcpStream::connect_timeout(&SocketAddr::new(ip, server.port), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /_rolecall/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(64 << 10).read_to_string(&mut answer)?;
    match answer.split(' ').nth(1) {
        Some("200") => Ok(()),
        status => Err(format!("it answers {}", status.unwrap_or("nothing")).into()),
    }
}

/// Says what a test suite has exercised of a running server.
///
/// # Errors
/// When the server does not answer, or less was exercised than was asked for.
pub fn coverage(coverage: &Coverage, out: &mut impl Write) -> Result<(), Failure> {
    let url = coverage.url.trim_end_matches('/');
    let path = match &coverage.tenant {
        Some(tenant) => format!("{url}/_rolecall/tenants/{tenant}/coverage"),
        None => format!("{url}/_rolecall/coverage"),
    };
    let report: Value = serde_json::from_str(&fetched(&path, coverage.control_token.as_deref())?)?;
    let vendors = report["vendors"].as_array().into_iter().flatten();
    let vendors: Vec<_> =
        vendors.filter(|row| coverage.vendor.as_ref().is_none_or(|vendor| row["vendor"] == vendor.as_str())).collect();
    let percent = match (&coverage.vendor, vendors.as_slice()) {
        (None, _) => report["percent"].as_f64(),
        (Some(_), [only]) => only["percent"].as_f64(),
        (Some(vendor), _) => return Err(format!("there is no vendor `{vendor}`").into()),
    };
    match coverage.format.as_str() {
        "text" => {
            for row in vendors {
                let name = row["vendor"].as_str().unwrap_or_default();
                for part in row["parts"].as_array().into_iter().flatten() {
                    let (what, done, total) =
                        (part["part"].as_str().unwrap_or_default(), &part["exercised"], &part["total"]);
                    writeln!(out, "{name:<14} {what:<12} {done:>5} of {total}")?;
                }
            }
        }
        "json" => writeln!(out, "{report}")?,
        format => write!(out, "{}", fetched(&format!("{path}?format={format}"), coverage.control_token.as_deref())?)?,
    }
    let percent = percent.ok_or("the server's answer says nothing about coverage")?;
    match coverage.fail_under.filter(|least| percent < *least) {
        Some(least) => Err(format!("{percent:.1} % were exercised, and {least} % are asked for").into()),
        None => Ok(()),
    }
}

/// What a server answers to a `GET`.
fn fetched(url: &str, token: Option<&str>) -> Result<String, Failure> {
    let client = webhooks::client(&webhooks::Policy::default())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let request = client.get(url);
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        Ok(request.send().await?.error_for_status()?.text().await?)
    })
}

/// Names every mistake in a seed folder.
///
/// # Errors
/// The mistakes, when there are any.
pub fn seed_command(command: &SeedCommand, vendors: Vec<Box<dyn Vendor>>, out: &mut impl Write) -> Result<(), Failure> {
    let SeedCommand::Check { dir } = command;
    let app = found(Seed::from_dir(dir)?, vendors)?;
    let company = app.site().tenants().base().company();
    let (people, apps, grants) = (company.people().len(), company.apps().len(), company.grants().len());
    writeln!(out, "{}: {people} people, {apps} applications, {grants} grants, no mistakes", dir.display())?;
    Ok(())
}

fn found(seed: Seed, vendors: Vec<Box<dyn Vendor>>) -> Result<App, Failure> {
    let wall = OsWall;
    let founding = Founding {
        seed,
        opening: wall.now().floor_second(),
        settings: Settings::default(),
        clock: Clock::Frozen,
        growth: Growth::default(),
        max_tenants: 1,
        journal_exchanges: 0,
        public_url: None,
    };
    Ok(App::found(&founding, vendors, Arc::new(wall))?)
}
