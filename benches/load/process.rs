//! Servers as child processes, and what the kernel says about them.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Error, Result, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// The ticks in which Linux counts processor time.
const TICK: Duration = Duration::from_millis(10);

/// A server that ends with this value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    _output: Option<BufReader<ChildStdout>>,
}

impl Server {
    /// Starts `rolecall serve` on a free port, and waits until it says that it is ready.
    pub fn rolecall(arguments: &[&str]) -> Result<Self> {
        let mut command = on_its_own_core(rolecall());
        command.args(["serve", "--port", "0", "--clock", "frozen", "--log", "warn"]).args(arguments);
        Self::announced(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?)
    }

    /// Starts `rolecall serve` on `port` and waits for nothing.
    pub fn rolecall_at(port: u16) -> Result<Self> {
        let mut command = on_its_own_core(rolecall());
        command.args(["serve", "--clock", "frozen", "--log", "warn", "--port", &port.to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        Ok(Self { child, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), _output: None })
    }

    /// Starts this very program again as the bare server, which answers with `plan`.
    pub fn bare(plan: &str) -> Result<Self> {
        let mut command = on_its_own_core(std::env::current_exe()?);
        let mut child = command.arg(super::BARE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(plan.as_bytes())?;
        }
        Self::announced(child)
    }

    fn announced(mut child: Child) -> Result<Self> {
        let output = child.stdout.take().ok_or_else(|| Error::other("no output"))?;
        let mut server = Self { child, address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), _output: None };
        let mut output = BufReader::new(output);
        let mut line = String::new();
        while output.read_line(&mut line)? > 0 && line.trim_end() != "Ready." {
            if let Some(address) = line.split_once("http://").and_then(|(_, rest)| rest.split(['/', '\n']).next()) {
                server.address = address.parse().map_err(Error::other)?;
            }
            line.clear();
        }
        if server.address.port() == 0 {
            return Err(Error::other("the server ended before it was ready"));
        }
        server._output = Some(output);
        Ok(server)
    }

    /// Processor time that it took so far, all threads together.
    pub fn processor_time(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
        let ticks: u32 = fields.filter_map(|field| field.parse::<u32>().ok()).sum();
        Ok(TICK * ticks)
    }

    /// Resident memory in MiB.
    pub fn resident(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        kib.map(|kib| kib / 1024.0).ok_or_else(|| Error::other("no VmRSS"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens on now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Keeps this process off the servers' core. Answers whether `taskset` could do it.
pub fn take_a_core() -> bool {
    let taskset = Command::new("taskset").args(["-cp", "0", &std::process::id().to_string()]).output();
    taskset.is_ok_and(|output| output.status.success())
}

fn rolecall() -> OsString {
    std::env::var_os("LOAD_ROLECALL").unwrap_or_else(|| env!("CARGO_BIN_EXE_rolecall").into())
}

fn on_its_own_core(program: impl Into<OsString>) -> Command {
    let program = program.into();
    if std::env::var_os(super::SHARED_CORES).is_some() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "1"]).arg(program);
    command
}
