//! Scans, and what they found (contract, 4.3 and 5.4).

use serde_json::{Map, Value, json};

use super::{View, offset};
use crate::kernel::Id;
use crate::vendors::pingone::model::{Access, Found, Rule, Scan, ScanResult, ScanTarget};

impl View<'_> {
    /// A scan.
    pub fn scan(&self, scan: &Scan) -> Value {
        let named = |id: String| json!({"id": id, "name": scan.name});
        let (policy, rule, target) = match scan.target {
            ScanTarget::Policy(policy) => (named(policy.dashed()), Value::Null, "policy"),
            ScanTarget::PolicyRule(rule) => (Value::Null, named(rule.dashed()), "policyRule"),
            ScanTarget::User(_) => (Value::Null, Value::Null, "user"),
        };
        json!({
            "id": scan.id.dashed(),
            "policy": policy,
            "policyRule": rule,
            "isSimulation": scan.simulation,
            "status": scan.state,
            "startDate": offset(scan.started),
            "completionDate": scan.completed.map(offset),
            "scanTarget": target,
            "results": scan.results.iter().map(|result| self.scan_result(result)).collect::<Vec<_>>(),
        })
    }

    fn scan_result(&self, result: &ScanResult) -> Value {
        json!({
            "numViolations": result.violations,
            "policyRule": {"id": result.rule.dashed(), "name": result.rule_name},
            "violations": result.found.iter().map(|found| self.found(found)).collect::<Vec<_>>(),
        })
    }

    fn found(&self, found: &Found) -> Value {
        let grants = distinct(&found.composite_ids);
        json!({
            "id": found.violation.map(|violation| violation.dashed()),
            "user": self.subject(found.user),
            "compositeIds": found.composite_ids,
            "violatingAccess": self.grants(grants.into_iter()),
        })
    }

    /// The scan of one user, and the rules that are violated.
    pub fn user_scan(&self, scan: &Scan, violated: &[Id<Rule>]) -> Value {
        let rules = violated.iter().filter_map(|rule| self.realm.rules.get(rule));
        let result: Vec<Value> = rules.map(|rule| self.rule(rule, false)).collect();
        let mut shown = self.scan(scan);
        shown["result"] = result.into();
        shown
    }

    /// Grants by their ids; one that nothing is left of shows its id alone.
    pub fn grants<'i>(&self, ids: impl Iterator<Item = &'i str>) -> Vec<Value> {
        let grant = |id: &str| {
            let bare =
                || Value::Object(Map::from_iter([("id", id), ("compositeId", id)].map(|(k, v)| (k.into(), v.into()))));
            Access::of_composite_id(id).and_then(|access| self.grant(access)).unwrap_or_else(bare)
        };
        ids.map(grant).collect()
    }
}

fn distinct(sets: &[Vec<String>]) -> Vec<&str> {
    let mut seen = std::collections::BTreeSet::new();
    sets.iter().flatten().map(String::as_str).filter(|id| seen.insert(*id)).collect()
}
