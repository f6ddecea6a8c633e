use serde_json::json;

use super::*;

/// Every value that `path` shows, as debug text.
fn shown(document: &Json, path: &str) -> Vec<String> {
    let mut all = Vec::new();
    document.visit(path, &mut |value| {
        all.push(format!("{value:?}"));
        false
    });
    all
}

#[test]
fn a_document_shows_what_a_path_reaches() {
    let document = json!({
        "name": "Mia",
        "age": 41,
        "manager": {"id": "m1", "active": true, "title": null},
        "phases": [{"name": "one", "tags": ["a", "b"]}, {"name": "two", "tags": []}, {}],
        "idx": {"/entitlement": {"displayName": "Admins"}, "a.b": 1, "a": {"b": 2, "c": 3}},
        "grid": [[1], [2, 3]],
    });
    let cases = [
        ("name", r#"["Text(\"Mia\")"]"#),
        ("age", r#"["Number(41.0)"]"#),
        ("manager", r#"["Object"]"#),
        ("manager.id", r#"["Text(\"m1\")"]"#),
        ("manager/id", r#"["Text(\"m1\")"]"#),
        ("/manager/id", r#"["Text(\"m1\")"]"#),
        ("manager.title", r#"["Null"]"#),
        ("manager.title.more", "[]"),
        ("manager.absent", "[]"),
        ("absent", "[]"),
        ("name.more", "[]"),
        ("phases.name", r#"["Text(\"one\")", "Text(\"two\")"]"#),
        ("phases.tags", r#"["Text(\"a\")", "Text(\"b\")"]"#),
        ("idx./entitlement.displayName", r#"["Text(\"Admins\")"]"#),
        ("idx.a.b", r#"["Number(1.0)"]"#),
        ("idx.a.c", r#"["Number(3.0)"]"#),
        ("grid", r#"["Number(1.0)", "Number(2.0)", "Number(3.0)"]"#),
        ("", r#"["Object"]"#),
    ];
    for (path, expected) in cases {
        assert_eq!(format!("{:?}", shown(&document, path)), expected, "{path}");
    }
}

#[test]
fn a_visit_stops_when_told() {
    let mut seen = 0;
    let stopped = json!({"x": [1, 2, 3]}).visit("x", &mut |_| {
        seen += 1;
        seen == 2
    });
    assert_eq!((stopped, seen), (true, 2));
}

#[test]
fn case_counts_only_where_asked() {
    let (exact, ignored) = (Case::Exact, Case::Ignored);
    assert_eq!(exact.compare("Mia", "mia"), Ordering::Less);
    assert_eq!(ignored.compare("Mia", "mIA"), Ordering::Equal);
    assert_eq!(ignored.compare("mia", "Mib"), Ordering::Less);
    assert!(ignored.starts_with("ÅNGSTRÖM", "ång") && !exact.starts_with("ÅNGSTRÖM", "ång"));
    assert!(ignored.ends_with("ÅNGSTRÖM", "öm") && !exact.ends_with("ÅNGSTRÖM", "öm"));
    assert!(ignored.contains("ÅNGSTRÖM", "gStR") && !exact.contains("ÅNGSTRÖM", "gStR"));
    assert!(ignored.starts_with("ΟΔΟΣ ΟΔΟΣ", "οδοσ"));
    assert!(!ignored.contains("ab", "abc") && !ignored.starts_with("", "a") && ignored.contains("", ""));
    assert_eq!(ignored.fold("ÅbC"), "åbc");
}

#[test]
fn an_instant_is_also_its_rfc_3339_text() {
    let when = instant("2023-02-05T11:59:27.214+01:00").map(Value::Instant).unwrap();
    assert_eq!(when, Value::Instant(1_675_594_767_214_000));
    assert!(when.as_text(|text| text == "2023-02-05T10:59:27.214Z"));
    assert_eq!(when.compare(&Literal::from("2023-02-05T10:59:27.214Z"), Case::Exact), Some(Ordering::Equal));
    assert_eq!(Value::Text("2024-01-01T00:00:00Z").compare(&Literal::Instant(0), Case::Exact), Some(Ordering::Greater));
    assert_eq!(Value::Text("banana").compare(&Literal::Instant(0), Case::Exact), None);
}
