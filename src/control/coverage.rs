//! What a test suite has exercised of what is emulated, and what it never touched.
//!
//! Five things are counted, for every vendor alike: operations called; answers that the vendor's
//! document names (operation and status); operations that refused at all; errors, the kinds of
//! refusal that were met; and transitions of lifecycles taken. What there is comes from the
//! vendor's operations, document, refusals and machines; what was done, from the rim's and the
//! tenants' own counters.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::markup::escaped;
use crate::http::{Answers, Operation, Vendor};
use crate::kernel::Edge;
use crate::world::TakenEdges;

/// What was exercised, of all vendors.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// How much of everything that is counted, in percent.
    pub percent: f64,
    /// By vendor.
    pub vendors: Vec<VendorCoverage>,
}

/// What was exercised of one vendor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VendorCoverage {
    /// Its name.
    pub vendor: &'static str,
    /// How much of everything that is counted, in percent.
    pub percent: f64,
    /// Each of the things that are counted.
    pub parts: Vec<Part>,
}

/// One of the things that are counted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// `operations`: those called. `answers`: statuses of operations that the vendor's document names. `refusals`:
    /// operations that refused at least once. `errors`: kinds of refusal that were met, whichever operation met them.
    /// `transitions`: edges of lifecycles that were taken.
    pub part: &'static str,
    /// How many were exercised.
    pub exercised: usize,
    /// How many there are.
    pub total: usize,
    /// One by one.
    pub lines: Vec<Line>,
}

/// One thing that can be exercised.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// What it is.
    pub name: String,
    /// How often it was.
    pub times: u64,
}

impl Coverage {
    /// What `answers` and `taken` exercise of these vendors.
    pub fn of<'v>(vendors: impl Iterator<Item = &'v dyn Vendor>, answers: &Answers, taken: &TakenEdges) -> Self {
        let vendors: Vec<_> = vendors.map(|vendor| VendorCoverage::of(vendor, answers, taken)).collect();
        Self { percent: percent(vendors.iter().flat_map(|vendor| &vendor.parts)), vendors }
    }

    /// As JUnit reports tests: what was exercised passes, what was not fails.
    pub fn junit(&self) -> String {
        let parts =
            || self.vendors.iter().flat_map(|vendor| vendor.parts.iter().map(move |part| (vendor.vendor, part)));
        let (total, missed) = parts()
            .fold((0, 0), |(total, missed), (_, part)| (total + part.total, missed + part.total - part.exercised));
        let mut text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rolecall coverage\" tests=\"{total}\" failures=\"{missed}\">\n"
        );
        for (vendor, Part { part, exercised, total, lines }) in parts() {
            let missed = total - exercised;
            let suite = format!("{vendor} {part}");
            let _ = writeln!(text, "  <testsuite name=\"{suite}\" tests=\"{total}\" failures=\"{missed}\">");
            for Line { name, times } in lines {
                let name = escaped(name);
                let _ = match times {
                    0 => writeln!(
                        text,
                        "    <testcase classname=\"{suite}\" name=\"{name}\"><failure message=\"never exercised\"/></testcase>"
                    ),
                    _ => writeln!(text, "    <testcase classname=\"{suite}\" name=\"{name}\"/>"),
                };
            }
            text.push_str("  </testsuite>\n");
        }
        text.push_str("</testsuites>\n");
        text
    }

    /// As a page for people.
    pub fn page(&self) -> String {
        let mut body = format!("<h1>{:.1} % exercised</h1>\n", self.percent);
        for vendor in &self.vendors {
            let _ = writeln!(body, "<h2>{} <small>{:.1} %</small></h2>", vendor.vendor, vendor.percent);
            for Part { part, exercised, total, lines } in &vendor.parts {
                let _ = writeln!(body, "<details><summary>{part}: {exercised} of {total}</summary>\n<table>");
                for Line { name, times } in lines {
                    let class = if *times == 0 { " class=\"missed\"" } else { "" };
                    let _ = writeln!(body, "<tr{class}><td>{}</td><td>{times}</td></tr>", escaped(name));
                }
                body.push_str("</table></details>\n");
            }
        }
        PAGE.replace("{body}", &body)
    }
}

const PAGE: &str = include_str!("coverage.html");

impl VendorCoverage {
    fn of(vendor: &dyn Vendor, answers: &Answers, taken: &TakenEdges) -> Self {
        let times = |operation: &Operation, counts: &dyn Fn(u16) -> bool| {
            let statuses = answers.statuses(vendor.name(), operation.id).filter(|(status, _)| counts(*status));
            statuses.map(|(_, times)| times).sum()
        };
        let operations = vendor.operations();
        let documented = documented(vendor.document());
        let by_operation = |counts: fn(u16) -> bool| {
            let line =
                move |operation: &Operation| Line { name: operation.id.to_owned(), times: times(operation, &counts) };
            operations.iter().map(line).collect()
        };
        let answered = operations.iter().flat_map(|operation| {
            let named = documented.get(operation.id).into_iter().flatten();
            named.map(|status| Line {
                name: format!("{} {status}", operation.id),
                times: times(operation, &|answered| answered == *status),
            })
        });
        let kinds = vendor.refusals().into_iter();
        let errors = kinds.map(|kind| Line { name: kind.to_owned(), times: answers.refusals(vendor.name(), kind) });
        let took = taken.get(vendor.name());
        let crossed = |edge: &Edge| took.and_then(|took| took.get(edge)).copied().unwrap_or_default();
        let machines = vendor.machines();
        let transitions = machines.iter().flat_map(|machine| &machine.edges).map(|edge| Line {
            name: format!("{}: {} --{}-> {}", edge.machine, edge.from, edge.by, edge.to),
            times: crossed(edge),
        });
        let parts = vec![
            Part::of("operations", by_operation(|_| true)),
            Part::of("answers", answered.collect()),
            Part::of("refusals", by_operation(|status| status >= 400)),
            Part::of("errors", errors.collect()),
            Part::of("transitions", transitions.collect()),
        ];
        Self { vendor: vendor.name(), percent: percent(parts.iter()), parts }
    }
}

impl Part {
    fn of(part: &'static str, lines: Vec<Line>) -> Self {
        Self { part, exercised: lines.iter().filter(|line| line.times > 0).count(), total: lines.len(), lines }
    }
}

fn percent<'p>(parts: impl Iterator<Item = &'p Part>) -> f64 {
    let (exercised, total) =
        parts.fold((0, 0), |(exercised, total), part| (exercised + part.exercised, total + part.total));
    #[expect(clippy::cast_precision_loss, reason = "thousands of lines, not quadrillions")]
    if total == 0 { 100.0 } else { 100.0 * exercised as f64 / total as f64 }
}

/// The statuses that a document names, by operation.
fn documented(document: &str) -> BTreeMap<String, Vec<u16>> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let paths = document["paths"].as_object().into_iter().flat_map(|paths| paths.values());
    let operations = paths.filter_map(Value::as_object).flat_map(|path| path.values());
    let named = operations.filter_map(|operation| {
        let statuses = operation["responses"].as_object()?.keys().filter_map(|status| status.parse().ok());
        Some((operation["operationId"].as_str()?.to_owned(), statuses.collect()))
    });
    named.collect()
}
