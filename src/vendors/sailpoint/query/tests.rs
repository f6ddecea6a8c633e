use serde_json::json;

use super::listings::*;
use super::*;

const FAMILIES: [Family; 6] = [Family::V3, Family::Beta, Family::V2024, Family::V2025, Family::V2026, Family::Service];

fn filtered(listing: &Listing, family: Family, filters: &str) -> Result<Filter, QueryError> {
    parse(listing, family, &RawPaging { filters: Some(filters), ..RawPaging::default() }).map(|query| query.filter)
}

fn refusal(result: Result<impl std::fmt::Debug, QueryError>) -> String {
    result.map_or_else(|error| error.to_string(), |accepted| format!("accepted {accepted:?}"))
}

#[test]
fn a_filter_gets_the_types_of_its_fields() {
    let instant = |text| Literal::Instant(instant(text).unwrap());
    let cases = [
        (&ROLES, "requestable eq false", Filter::test("requestable", Op::Eq, Literal::Bool(false))),
        (&ROLES, r#"requestable eq "true""#, Filter::test("requestable", Op::Eq, Literal::Bool(true))),
        (&ROLES, "name eq true", Filter::test("name", Op::Eq, "true")),
        (&ROLES, "name eq 5", Filter::test("name", Op::Eq, "5")),
        (&ROLES, "name eq 2023-02-05T10:59:27Z", Filter::test("name", Op::Eq, "2023-02-05T10:59:27Z")),
        (
            &ROLES,
            "created ge 2023-02-05T10:59:27.214Z",
            Filter::test("created", Op::Ge, instant("2023-02-05T10:59:27.214Z")),
        ),
        (
            &ROLES,
            r#"created ge "2023-02-05T11:59:27.214+01:00""#,
            Filter::test("created", Op::Ge, instant("2023-02-05T10:59:27.214Z")),
        ),
        (&COMPLETED_APPROVALS, "modified sw 2023-02", Filter::test("modified", Op::StartsWith, "2023-02")),
        (&COMPLETED_APPROVALS, r#"id isnull"#, Filter::Not(Box::new(Filter::Present("id".into())))),
        (
            &PENDING_APPROVALS,
            r#"id in ("a", b)"#,
            Filter::In { path: "id".into(), values: vec!["a".into(), "b".into()] },
        ),
        (
            &IDENTITIES,
            r#"id eq "a" or correlated eq false"#,
            Filter::Or(vec![Filter::test("id", Op::Eq, "a"), Filter::test("correlated", Op::Eq, Literal::Bool(false))]),
        ),
        (&ROLES, "not name sw a", Filter::Not(Box::new(Filter::test("name", Op::StartsWith, "a")))),
        (&ROLES, "  ", Filter::All),
    ];
    for (listing, filters, expected) in cases {
        assert_eq!(filtered(listing, Family::V3, filters), Ok(expected), "{filters}");
    }
}

const WIDE: Listing =
    Listing { filterable: &[Field { name: "tags", ops: &Operator::ALL, kind: Kind::Text }], ..UNFILTERED };

#[test]
fn operators_that_no_endpoint_lists_work_too() {
    let tag = |value: &str| Filter::test("tags", Op::Eq, value);
    let cases = [
        ("tags ca (a, b)", Filter::And(vec![tag("a"), tag("b")])),
        ("tags ca (a)", tag("a")),
        ("pr tags", Filter::Present("tags".into())),
    ];
    for (filters, expected) in cases {
        assert_eq!(filtered(&WIDE, Family::V3, filters), Ok(expected), "{filters}");
    }
}

#[test]
fn the_deepest_filter_stays_within_the_bound_of_the_engine() {
    let open = "tags pr or tags pr and not (".repeat(30);
    let filters = format!("{open}tags pr or tags pr and not tags isnull{}", ")".repeat(30));
    let depth = filtered(&WIDE, Family::V3, &filters).map(|filter| filter.depth());
    assert_eq!(depth, Ok(95));
    assert!(depth.is_ok_and(|depth| depth <= crate::query::MAX_DEPTH));
}

#[test]
fn what_an_endpoint_does_not_offer_is_refused() {
    let cases = [
        (&ROLES, "nickname eq x", r#"Field "nickname" cannot be used in filters."#),
        (&ROLES, "Name eq x", r#"Field "Name" cannot be used in filters."#),
        (&ROLES, "name co x", r#"Operator "co" cannot be used with field "name" in filters."#),
        (&ROLES, "pr name", r#"Operator "pr" cannot be used with field "name" in filters."#),
        (&ROLES, "name eq x or id sw y", r#"Operator "sw" cannot be used with field "id" in filters."#),
        (&ROLES, "not (name eq x and dim eq y)", r#"Field "dim" cannot be used in filters."#),
        (&ROLES, "created ge banana", r#"Value "banana" of field "created" is not a date-time."#),
        (&ROLES, "created ge 2023-02-05", r#"Value "2023-02-05" of field "created" is not a date-time."#),
        (&ROLES, "requestable eq 5", r#"Value "5" of field "requestable" is not true or false."#),
        (&ROLES, "requestable eq TRUE", r#"Value "TRUE" of field "requestable" is not true or false."#),
        (&ROLES, "requestable eq null", r#"Value "null" of field "requestable" is not true or false."#),
        (&ACCESS_PROFILES, "not name eq x", r#"Operator "not" cannot be used in these filters."#),
        (&WORKGROUP_MEMBERS, "id eq x", r#"Field "id" cannot be used in filters."#),
        (&ROLES, "name eq", "The filter is malformed at position 8: expected a value, found the end."),
    ];
    for (listing, filters, sentence) in cases {
        assert_eq!(refusal(filtered(listing, Family::V3, filters)), sentence, "{filters}");
    }
}

#[test]
fn families_differ_where_the_vendor_says_so() {
    use Family::{Beta, Service, V3, V2024, V2025, V2026};
    let cases: [(&Listing, &str, &[Family]); 11] = [
        (&ACCESS_PROFILES, "not name eq x", &[Beta]),
        (&ACCESS_PROFILES, "name eq x and id eq y or id eq z", &FAMILIES),
        (&ACCESS_REQUEST_STATUS, r#"accessRequestId in ("x")"#, &FAMILIES),
        (&PENDING_APPROVALS, "accessRequestId eq x", &FAMILIES),
        (&ACCOUNTS, "recommendation.type eq x", &[V2025]),
        (&ACCOUNTS, "recommendation.method isnull", &FAMILIES),
        (&ACCOUNTS, "created lt 2023-02-05T10:59:27Z", &[V3, V2024, V2025, V2026, Service]),
        (&ACCOUNTS, "created le 2023-02-05T10:59:27Z", &FAMILIES),
        (&ACCOUNT_ACTIVITIES, "type gt x", &[Beta]),
        (&ACCOUNT_ACTIVITIES, "type ge x", &FAMILIES),
        (&ENTITLEMENTS, "tags eq x", &[V2026, Service]),
    ];
    for (listing, filters, families) in cases {
        let accepted = FAMILIES.map(|family| filtered(listing, family, filters).is_ok());
        assert_eq!(accepted, FAMILIES.map(|family| families.contains(&family)), "{filters}");
    }
}

fn sorted(listing: &Listing, family: Family, sorters: &str) -> Result<Vec<(String, bool)>, QueryError> {
    let query = parse(listing, family, &RawPaging { sorters: Some(sorters), ..RawPaging::default() })?;
    Ok(query.order.into_iter().map(|key| (key.path, key.descending)).collect())
}

#[test]
fn sorters_are_listed_names() {
    let keys = |keys: &[(&str, bool)]| keys.iter().map(|(path, descending)| (path.to_string(), *descending)).collect();
    let good: [(&str, &[(&str, bool)]); 6] = [
        ("", &[]),
        (" ", &[]),
        ("name", &[("name", false)]),
        ("-created,name", &[("created", true), ("name", false)]),
        ("name , -modified", &[("name", false), ("modified", true)]),
        (" name,-created,modified ", &[("name", false), ("created", true), ("modified", false)]),
    ];
    for (sorters, expected) in good {
        assert_eq!(sorted(&ROLES, Family::V3, sorters), Ok(keys(expected)), "{sorters}");
    }
    let bad = [
        ("id", "id"),
        ("Name", "Name"),
        ("name,", ""),
        (",", ""),
        ("-", ""),
        ("name,,created", ""),
        ("--name", "-name"),
        ("+name", "+name"),
        ("- name", " name"),
        ("name desc", "name desc"),
        ("name;created", "name;created"),
    ];
    for (sorters, culprit) in bad {
        let sentence = format!("Field \"{culprit}\" cannot be used in sorters.");
        assert_eq!(refusal(sorted(&ROLES, Family::V3, sorters)), sentence, "{sorters}");
    }
}

#[test]
fn sorters_differ_by_family_too() {
    let families = |listing, name| FAMILIES.map(|family| sorted(listing, family, name).is_ok());
    assert_eq!(families(&ACCOUNTS, "sourceOwner.name"), [false, true, false, false, false, false]);
    assert_eq!(families(&ACCOUNTS, "hasEntitlements"), [false, true, false, false, false, false]);
}

#[test]
fn limit_offset_and_count() {
    let query = |limit, offset, count| {
        let raw = RawPaging { limit, offset, count, ..RawPaging::default() };
        refusal(parse(&ROLES, Family::V3, &raw).map(|query| (query.window.limit, query.window.offset, query.count)))
    };
    let limit = |given| format!(r#"Value of "limit" must be a whole number from 0 to 50, not "{given}"."#);
    let offset = |given| format!(r#"Value of "offset" must be a whole number from 0, not "{given}"."#);
    let count = |given| format!(r#"Value of "count" must be true or false, not "{given}"."#);
    assert_eq!(query(None, None, None), "accepted (50, 0, false)");
    assert_eq!(query(Some("0"), Some("7"), Some("true")), "accepted (0, 7, true)");
    assert_eq!(query(Some("50"), Some("4294967295"), Some("false")), "accepted (50, 4294967295, false)");
    for given in ["51", "250", "-1", "ten", "1.5", "", " 5", "99999999999999999999"] {
        assert_eq!(query(Some(given), None, None), limit(given));
    }
    for given in ["-1", "x", "", "1e3", "99999999999999999999"] {
        assert_eq!(query(None, Some(given), None), offset(given));
    }
    for given in ["1", "TRUE", "yes", ""] {
        assert_eq!(query(None, None, Some(given)), count(given));
    }
}

#[test]
fn a_page_is_filtered_sorted_counted_and_cut() {
    let rows: Vec<_> = [("1", "mia"), ("2", "Ben"), ("3", "ada"), ("4", "Bea"), ("5", "BEN")]
        .map(|(id, name)| json!({"id": id, "name": name}))
        .into();
    let page = |filters, sorters, limit, count| {
        let raw = RawPaging { filters, sorters, limit, offset: Some("1"), count };
        let query = parse(&SOURCE_APPS, Family::Service, &raw).unwrap();
        let page = query.page(rows.iter(), |row| row["id"].to_string());
        (page.items.iter().filter_map(|row| row["id"].as_str()).collect::<String>(), page.total, page.more)
    };
    assert_eq!(page(None, None, None, None), ("2345".into(), None, false));
    assert_eq!(page(Some("name sw be"), None, Some("1"), Some("true")), ("4".into(), Some(3), true));
    assert_eq!(page(Some("name sw be"), Some("name"), None, None), ("25".into(), None, false));
    assert_eq!(page(Some("not name sw be"), Some("-name"), Some("0"), None), (String::new(), None, true));
}

fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
    query.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

#[test]
fn lists_come_in_three_spellings() {
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[], ""),
        (&[("types", "ROLE")], "ROLE"),
        (&[("types", "ROLE,ACCESS_PROFILE")], "ROLE ACCESS_PROFILE"),
        (&[("types", "ROLE"), ("x", "y"), ("types", "ACCESS_PROFILE")], "ROLE ACCESS_PROFILE"),
        (&[("types[]", "ROLE"), ("types[]", "ACCESS_PROFILE")], "ROLE ACCESS_PROFILE"),
        (&[("types", " ROLE , ACCESS_PROFILE,")], "ROLE ACCESS_PROFILE"),
        (&[("types", "")], ""),
        (&[("type", "ROLE"), ("Types", "ROLE")], ""),
    ];
    for (query, expected) in cases {
        assert_eq!(listed(&pairs(query), "types").join(" "), expected, "{query:?}");
    }
}

#[test]
fn the_first_of_a_repeated_parameter_counts() {
    let pairs = pairs(&[("limit", "5"), ("count", "true"), ("limit", "9"), ("sorters", "name")]);
    let raw = RawPaging::from_pairs(&pairs);
    assert_eq!((raw.limit, raw.count, raw.sorters), (Some("5"), Some("true"), Some("name")));
    assert_eq!((raw.filters, raw.offset), (None, None));
}
