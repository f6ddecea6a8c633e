//! Showing a part of a document: the members that some paths lead to, in the document's own order.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::row::splits;

/// The part of `document` that `paths` lead to. Paths are read as the rows of this engine read them: `.` and `/` separate,
/// the longest name that an object has wins, and lists are walked through. What no path leads to is left out, and so is
/// an object in which nothing was found.
pub fn project(document: &Json, paths: &[&str]) -> Json {
    part(document, paths).unwrap_or_else(|| Json::Object(Map::new()))
}

fn part(document: &Json, paths: &[&str]) -> Option<Json> {
    if paths.contains(&"") {
        return Some(document.clone());
    }
    match document {
        Json::Object(members) => {
            let mut inside: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for path in paths {
                if let Some((name, rest)) = step(members, path) {
                    inside.entry(name).or_default().push(rest);
                }
            }
            let shown = members.iter().filter_map(|(name, member)| {
                let rests = inside.get(name.as_str())?;
                Some((name.clone(), part(member, rests)?))
            });
            let shown: Map<String, Json> = shown.collect();
            (!shown.is_empty()).then_some(Json::Object(shown))
        }
        Json::Array(elements) => Some(elements.iter().filter_map(|element| part(element, paths)).collect()),
        _ => None,
    }
}

fn step<'p>(members: &Map<String, Json>, path: &'p str) -> Option<(&'p str, &'p str)> {
    let named = |path: &'p str| splits(path).find(|(name, _)| members.contains_key(*name));
    named(path).or_else(|| named(path.strip_prefix(['.', '/'])?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_asked_for_comes_back_in_the_documents_order() {
        let document = json!({
            "id": 1, "name": "a", "decision": {"status": "open", "actors": {"active": [{"id": "x", "sn": "y"}, {"sn": "z"}]}},
            "descriptor": {"idx": {"/entitlement": {"displayName": "Pay"}}}, "a.b": 2, "a": {"b": 3}, "none": null, "tags": [],
        });
        let table = [
            (vec!["id"], json!({"id": 1})),
            (vec!["name", "id"], json!({"id": 1, "name": "a"})),
            (vec!["/name"], json!({"name": "a"})),
            (vec!["missing"], json!({})),
            (vec!["decision.missing"], json!({})),
            (vec!["decision/status"], json!({"decision": {"status": "open"}})),
            (vec!["decision.status", "decision"], document["decision"].clone().into_named("decision")),
            (vec!["decision.actors.active.id"], json!({"decision": {"actors": {"active": [{"id": "x"}]}}})),
            (
                vec!["descriptor.idx./entitlement.displayName"],
                json!({"descriptor": {"idx": {"/entitlement": {"displayName": "Pay"}}}}),
            ),
            (vec!["a.b"], json!({"a.b": 2})),
            (vec!["none"], json!({"none": null})),
            (vec!["tags"], json!({"tags": []})),
            (vec!["name.x"], json!({})),
            (vec![], json!({})),
        ];
        for (paths, expected) in table {
            let shown = project(&document, &paths);
            assert_eq!(shown, expected, "{paths:?}");
            let order = |json: &Json| json.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
            assert_eq!(order(&shown), order(&expected), "{paths:?}");
        }
    }

    trait IntoNamed {
        fn into_named(self, name: &str) -> Json;
    }

    impl IntoNamed for Json {
        fn into_named(self, name: &str) -> Json {
            Json::Object([(name.to_owned(), self)].into_iter().collect())
        }
    }
}
