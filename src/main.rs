//! The `rolecall` binary: reads its configuration, starts the log, and serves or answers.

use std::io::stdout;
use std::process::ExitCode;
use std::time::Duration;

use rolecall::cli::{self, Failure};
use rolecall::config::{Command, Config, Serve};
use rolecall::{serve, telemetry, vendors};

/// How long a thread that still works may hold up the end.
const LAST_GRACE: Duration = Duration::from_millis(50);

fn main() -> ExitCode {
    let (config, lines) = match Config::read(std::env::args_os()) {
        Ok(read) => read,
        Err(why) => why.exit(),
    };
    let vendors = vendors::all();
    let done = match config.into_command() {
        Command::Serve(config) => serving(&config, lines),
        Command::Env(env) => cli::env(&env, vendors, &mut stdout()),
        Command::Routes => cli::routes(&vendors, &mut stdout()).map_err(Failure::from),
        Command::Healthcheck(server) => cli::healthcheck(&server),
        Command::Coverage(coverage) => cli::coverage(&coverage, &mut stdout()),
        Command::Snapshot(command) => cli::snapshot(&command, &mut stdout()),
        Command::Replay(replay) => cli::replay(&replay, vendors, &mut stdout()),
        Command::Seed(command) => cli::seed_command(&command, vendors, &mut stdout()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("rolecall: {why}");
            ExitCode::FAILURE
        }
    }
}

fn serving(config: &Serve, lines: Vec<rolecall::app::ConfigLine>) -> Result<(), Failure> {
    let metrics = telemetry::start(config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(serve::serve(config, lines, vendors::all(), Some(metrics), &mut stdout()));
    runtime.shutdown_timeout(LAST_GRACE);
    Ok(served?)
}
