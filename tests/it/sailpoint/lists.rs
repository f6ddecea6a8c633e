//! Every list alike: each filterable field with each of its operators and with one that it does not
//! take, each sorter in both directions, and pages that join to the whole.

use serde_json::Value;

use super::caller::{Caller, code, entitlement, profile, query, role, source_app, workgroup};
use crate::common::Stage;

/// A field as filters and sorters name it, where it stands in a row, and its operators.
type Field = (&'static str, &'static str, &'static [&'static str]);

struct Collection {
    path: String,
    fields: Vec<Field>,
    sorters: Vec<(&'static str, &'static str)>,
}

const EQ: &[&str] = &["eq"];
const EQ_IN: &[&str] = &["eq", "in"];
const EQ_SW: &[&str] = &["eq", "sw"];
const EQ_IN_SW: &[&str] = &["eq", "in", "sw"];
const NAMES: &[&str] = &["eq", "in", "co", "sw"];
const TIMES: &[&str] = &["gt", "lt", "ge", "le"];

fn collections() -> Vec<Collection> {
    let plain = |path: &str, fields: &[Field], sorters: &[(&'static str, &'static str)]| Collection {
        path: path.to_owned(),
        fields: fields.to_vec(),
        sorters: sorters.to_vec(),
    };
    let dated = [("name", "/name"), ("created", "/created"), ("modified", "/modified")];
    let entitlement_fields: &[Field] = &[
        ("id", "/id", EQ_IN),
        ("name", "/name", EQ_IN_SW),
        ("type", "/sourceSchemaObjectType", EQ_IN),
        ("attribute", "/attribute", EQ_IN),
        ("value", "/value", EQ_IN_SW),
        ("source.id", "/source/id", EQ_IN),
        ("requestable", "/requestable", EQ),
        ("created", "/created", TIMES),
        ("modified", "/modified", TIMES),
        ("owner.id", "/owner/id", EQ_IN),
    ];
    let entitlement_sorters = [
        ("id", "/id"),
        ("name", "/name"),
        ("created", "/created"),
        ("modified", "/modified"),
        ("type", "/sourceSchemaObjectType"),
        ("attribute", "/attribute"),
        ("value", "/value"),
        ("source.id", "/source/id"),
        ("requestable", "/requestable"),
    ];
    let with_level = [entitlement_fields, &[("privilegeLevel.direct", "/privilegeLevel/direct", EQ)]].concat();
    let account_fields: &[Field] = &[
        ("id", "/id", EQ_IN_SW),
        ("identityId", "/identityId", EQ_IN_SW),
        ("name", "/name", EQ_IN_SW),
        ("nativeIdentity", "/nativeIdentity", EQ_IN_SW),
        ("hasEntitlements", "/hasEntitlements", EQ),
        ("sourceId", "/sourceId", EQ_IN_SW),
        ("uncorrelated", "/uncorrelated", EQ),
        ("origin", "/origin", EQ_IN),
        ("manuallyCorrelated", "/manuallyCorrelated", EQ),
        ("identity.name", "/identity/name", EQ_IN_SW),
        ("identity.identityState", "/identityState", EQ_IN),
        ("source.displayableName", "/sourceName", EQ_IN),
        ("source.authoritative", "/authoritative", EQ),
        ("source.connectionType", "/connectionType", EQ_IN),
        ("created", "/created", &["eq", "ge", "gt", "le", "lt"]),
        ("modified", "/modified", &["eq", "ge", "gt", "le", "lt"]),
    ];
    let account_sorters = [
        ("id", "/id"),
        ("name", "/name"),
        ("created", "/created"),
        ("modified", "/modified"),
        ("sourceId", "/sourceId"),
        ("identityId", "/identityId"),
        ("nativeIdentity", "/nativeIdentity"),
        ("uuid", "/uuid"),
        ("manuallyCorrelated", "/manuallyCorrelated"),
        ("entitlements", ""),
        ("origin", "/origin"),
        ("identity.name", "/identity/name"),
        ("identity.identityState", "/identityState"),
        ("identity.correlated", ""),
        ("source.displayableName", "/sourceName"),
        ("source.authoritative", "/authoritative"),
        ("source.connectionType", "/connectionType"),
    ];
    let app_fields: &[Field] = &[
        ("id", "/id", EQ_IN),
        ("name", "/name", NAMES),
        ("created", "/created", TIMES),
        ("modified", "/modified", TIMES),
        ("accountSource.id", "/accountSource/id", EQ_IN),
    ];
    let app_sorters = [
        ("id", "/id"),
        ("name", "/name"),
        ("created", "/created"),
        ("modified", "/modified"),
        ("owner.id", "/owner/id"),
        ("accountSource.id", "/accountSource/id"),
    ];
    vec![
        plain(
            "/v2025/identities",
            &[
                ("id", "/id", EQ_IN),
                ("name", "/name", EQ_SW),
                ("alias", "/alias", EQ_SW),
                ("firstname", "/attributes/firstname", EQ_SW),
                ("lastname", "/attributes/lastname", EQ_SW),
                ("email", "/emailAddress", EQ_SW),
                ("cloudStatus", "/identityStatus", EQ),
                ("processingState", "/processingState", EQ),
            ],
            &[("name", "/name"), ("alias", "/alias"), ("cloudStatus", "/identityStatus")],
        ),
        plain(
            "/v3/public-identities",
            &[("id", "/id", EQ_IN), ("alias", "/alias", EQ_SW), ("email", "/email", EQ_SW)],
            &[("name", "/name")],
        ),
        plain("/accounts/v1", account_fields, &account_sorters),
        plain(
            "/beta/accounts",
            &account_fields[..14],
            &[("hasEntitlements", "/hasEntitlements"), ("sourceOwner.name", "/sourceOwner/name")],
        ),
        plain("/beta/entitlements", entitlement_fields, &entitlement_sorters),
        plain("/entitlements/v1", &with_level, &entitlement_sorters),
        plain(
            "/v3/access-profiles",
            &[
                ("id", "/id", EQ_IN),
                ("name", "/name", EQ_SW),
                ("created", "/created", &["gt", "ge", "le"]),
                ("modified", "/modified", TIMES),
                ("owner.id", "/owner/id", EQ_IN),
                ("requestable", "/requestable", EQ),
                ("source.id", "/source/id", EQ_IN),
            ],
            &dated,
        ),
        plain(
            &format!("/v2024/access-profiles/{}/entitlements", profile("erp-buyer")),
            &[
                ("id", "/id", EQ_IN),
                ("name", "/name", EQ_SW),
                ("attribute", "/attribute", EQ_SW),
                ("value", "/value", EQ_SW),
                ("created", "/created", TIMES),
                ("modified", "/modified", TIMES),
                ("owner.id", "/owner/id", EQ_IN),
                ("source.id", "/source/id", EQ_IN),
            ],
            &[("name", "/name"), ("attribute", "/attribute"), ("value", "/value"), ("created", "/created")],
        ),
        plain(
            "/roles/v1",
            &[
                ("id", "/id", EQ_IN),
                ("name", "/name", EQ_SW),
                ("created", "/created", &["gt", "ge", "le"]),
                ("modified", "/modified", &["lt", "ge", "le"]),
                ("owner.id", "/owner/id", EQ_IN),
                ("requestable", "/requestable", EQ),
                ("dimensional", "/dimensional", EQ),
            ],
            &dated,
        ),
        plain("/v2026/source-apps", app_fields, &app_sorters),
        plain(
            "/beta/source-apps/all",
            &[
                app_fields[0],
                app_fields[1],
                app_fields[2],
                ("owner.id", "/owner/id", EQ_IN),
                ("enabled", "/enabled", EQ),
            ],
            &app_sorters,
        ),
        plain(
            &format!("/beta/source-apps/{}/access-profiles", source_app("finance-erp")),
            &[app_fields[0], ("name", "/name", EQ_IN), app_fields[2], app_fields[3]],
            &[],
        ),
        plain(
            "/v2024/workgroups",
            &[("id", "/id", EQ_IN_SW), ("name", "/name", &["eq", "sw", "in"])],
            &[
                ("name", "/name"),
                ("created", "/created"),
                ("modified", "/modified"),
                ("id", "/id"),
                ("description", "/description"),
            ],
        ),
        plain(
            &format!("/v2024/workgroups/{}/connections", workgroup("finance-controls")),
            &[],
            &[("name", "/object/name"), ("created", ""), ("modified", "")],
        ),
        plain(
            &format!("/v2024/workgroups/{}/members", workgroup("finance-controls")),
            &[],
            &[("name", "/name"), ("created", ""), ("modified", "")],
        ),
    ]
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{text}\""),
        other => other.to_string(),
    }
}

fn encoded(path: &str, pairs: &[(&str, &str)]) -> String {
    format!("{path}?{}", query(pairs))
}

/// The first row in which there is something at a pointer.
fn sample<'v>(rows: &'v [Value], pointer: &str) -> Option<(&'v Value, &'v Value)> {
    rows.iter().find_map(|row| Some((row, row.pointer(pointer).filter(|value| !value.is_null())?)))
}

async fn filters_are_as_listed(admin: &Caller<'_>, collection: &Collection) {
    let Collection { path, fields, .. } = collection;
    let rows = admin.list(path).await;
    for (field, pointer, ops) in fields {
        let (row, value) = sample(&rows, pointer).unwrap_or_else(|| panic!("{path} shows no {field}"));
        for op in *ops {
            let operand = if *op == "in" { format!("({})", written(value)) } else { written(value) };
            let filters = format!("{field} {op} {operand} and id eq {}", written(&row["id"]));
            let alone = format!("{field} {op} {operand}");
            admin.get(&encoded(path, &[("filters", &alone)])).await.status(200);
            let found = admin.list(&encoded(path, &[("filters", &filters)])).await.len();
            assert_eq!(found, usize::from(!matches!(*op, "gt" | "lt")), "{path} {filters}");
        }
        let illegal = ["eq", "ne", "gt", "sw", "co"].into_iter().find(|op| !ops.contains(op)).unwrap();
        let filters = format!("{field} {illegal} {}", written(value));
        let text = code(admin.get(&encoded(path, &[("filters", &filters)])).await, 400, "400.1.3");
        assert!(text.contains(field), "{text}");
    }
    code(admin.get(&encoded(path, &[("filters", "nickname eq \"x\"")])).await, 400, "400.1.3");
}

#[tokio::test]
async fn each_field_takes_its_operators_and_no_other() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    for collection in collections() {
        filters_are_as_listed(&admin, &collection).await;
    }
}

fn key(row: &Value, pointer: &str) -> Option<String> {
    match row.pointer(pointer)? {
        Value::Null => None,
        Value::String(text) => Some(text.to_lowercase()),
        other => Some(other.to_string()),
    }
}

#[tokio::test]
async fn each_sorter_sorts_both_ways() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    for Collection { path, sorters, .. } in collections() {
        for (sorter, pointer) in sorters {
            for descending in [false, true] {
                let sorters = format!("{}{sorter}", if descending { "-" } else { "" });
                let rows = admin.list(&encoded(&path, &[("sorters", &sorters)])).await;
                assert!(!rows.is_empty(), "{path}");
                let keys: Vec<_> = rows.iter().filter_map(|row| key(row, pointer)).collect();
                let in_order = keys.is_sorted_by(|left, right| if descending { left >= right } else { left <= right });
                assert!(pointer.is_empty() || in_order, "{path} by {sorters}: {keys:?}");
            }
        }
        code(admin.get(&encoded(&path, &[("sorters", "nickname")])).await, 400, "400.1.3");
    }
}

#[tokio::test]
async fn pages_join_to_the_whole_and_are_counted_when_asked() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let mut paths: Vec<_> = collections().into_iter().map(|collection| collection.path).collect();
    paths.push(format!("/v3/roles/{}/assigned-identities", role("buyer")));
    paths.push(format!("/v2024/entitlements/identities/{}/entitlements", super::person("mia.chen")));
    for path in paths {
        let all = admin.list(&path).await;
        let counted = admin.get(&encoded(&path, &[("limit", "0"), ("count", "true")])).await.status(200);
        let total: usize = counted.header("x-total-count").parse().unwrap();
        assert_eq!(counted.json(), serde_json::json!([]));
        assert!(total >= all.len(), "{path}");
        let half = all.len().div_ceil(2).to_string();
        let mut joined = admin.list(&encoded(&path, &[("limit", &half)])).await;
        joined.extend(admin.list(&encoded(&path, &[("limit", &half), ("offset", &half)])).await);
        joined.truncate(all.len());
        assert_eq!(joined, all, "{path}");
        let past = total.to_string();
        assert!(admin.list(&encoded(&path, &[("offset", &past)])).await.is_empty(), "{path}");
        for bad in [("limit", "251"), ("limit", "-1"), ("offset", "x"), ("count", "yes")] {
            code(admin.get(&encoded(&path, &[bad])).await, 400, "400.1.3");
        }
    }
}

#[tokio::test]
async fn what_no_row_shows_can_be_filtered_by_too() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    for (path, filters, finds) in [
        ("/v2025/identities", "correlated eq true and protected eq false", true),
        ("/v2025/identities", "protected eq true", false),
        ("/v3/public-identities", "firstname sw \"mi\" and lastname eq \"chen\"", true),
        ("/v3/accounts", "identity.correlated eq false", true),
        ("/v3/accounts", "recommendation.method isnull", true),
        ("/v2025/accounts", "recommendation.type isnull", true),
        ("/v3/accounts", "recommendation.method eq \"x\"", false),
        ("/v3/accounts", &format!("entitlements eq \"{}\"", entitlement("erp/ap-clerk")), true),
        ("/v2026/entitlements", "tags eq \"x\"", false),
    ] {
        let found = admin.list(&encoded(path, &[("filters", filters)])).await;
        assert_eq!(!found.is_empty(), finds, "{path} {filters}");
    }
}

#[tokio::test]
async fn lists_are_oldest_first_unless_sorted() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    for path in ["/v3/roles", "/v3/access-profiles", "/v2025/identities", "/v3/accounts", "/beta/entitlements"] {
        let rows = admin.list(path).await;
        let places: Vec<_> = rows.iter().map(|row| (row["created"].to_string(), row["id"].to_string())).collect();
        assert!(places.is_sorted(), "{path}");
    }
}

#[tokio::test]
async fn a_filter_by_id_finds_any_spelling_and_nothing_else() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    let id = entitlement("erp/vendor-pay");
    for (filters, found) in [
        (format!("id eq \"{id}\""), 1),
        (format!("id eq \"{}\"", id.to_uppercase()), 1),
        (format!("id in (\"{id}\", \"x\")"), 1),
        ("id eq \"x\"".to_owned(), 0),
        (format!("id eq \"{id}\" or value eq \"vendor-create\""), 2),
    ] {
        assert_eq!(
            admin.list(&encoded("/v2025/entitlements", &[("filters", &filters)])).await.len(),
            found,
            "{filters}"
        );
    }
}

#[tokio::test]
async fn nothing_is_in_a_segment() {
    let stage = Stage::new();
    let admin = stage.caller("ada.admin").await;
    for path in ["/v3/roles", "/v3/access-profiles", "/beta/entitlements"] {
        let segmented = [("for-segment-ids", "a"), ("include-unsegmented", "false")];
        assert!(admin.list(&encoded(path, &segmented)).await.is_empty());
        code(admin.get(&encoded(path, &segmented[1..])).await, 400, "400.1.3");
        assert!(!admin.list(&encoded(path, &segmented[..1])).await.is_empty());
    }
}
