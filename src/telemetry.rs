//! The log and the metrics of the process. Only the binary starts them; the library speaks to
//! nobody in particular.

use std::io::IsTerminal;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::Serve;

/// Bounds of the histograms, in seconds.
const BUCKETS: [f64; 10] = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.025, 0.1, 1.0];
/// How often what was measured is put into its buckets; until then every measurement is kept.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts the log on standard error, and counting.
///
/// # Errors
/// When the filter cannot be read, or somebody has started them before.
pub fn start(config: &Serve) -> Result<PrometheusHandle, Box<dyn std::error::Error + Send + Sync>> {
    let filter = EnvFilter::try_new(&config.log)?;
    let is_terminal = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_terminal);
    match config.log_format.as_str() {
        "json" => log.json().try_init()?,
        _ => log.try_init()?,
    }
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?;
    Ok(builder.install_recorder()?)
}

/// Tidies the metrics up every now and then, for ever.
pub async fn upkeep(metrics: PrometheusHandle) {
    let mut every = tokio::time::interval(UPKEEP);
    loop {
        every.tick().await;
        metrics.run_upkeep();
    }
}
