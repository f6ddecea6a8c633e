use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::query::{Case, Literal, Untyped};

/// A grant that the conditions of rules are asked about.
fn grant() -> Value {
    json!({
        "id": "a1b2",
        "item": {"type": "entitlementGrant"},
        "user": {"id": "6a3e0c51-0000-4000-8000-000000000001", "userName": "mia.chen", "sn": "Chen"},
        "descriptor": {"idx": {"/entitlement": {"displayName": "Pay Invoices"}, "/account": {"displayName": "mchen"}}},
        "glossary": {"idx": {"/entitlement": {"requestable": true, "riskLevel": 3, "owners": ["ada", "Robin"]}}},
        "assignment": {"id": "system_Finance___GROUP___pay", "name": null},
        "relationship": {"temporalConstraints": []},
        "decision": {"startDate": "2024-05-23T20:55:02+00:00", "status": "in-progress"},
        "code": "0042",
        "share": 0.5,
    })
}

fn node(operator: &str, name: &str, value: Value) -> Value {
    json!({"operator": operator, "operand": {"targetName": name, "targetValue": value}})
}

fn holds(node: &Value) -> Result<bool, TargetError> {
    Ok(parse(node)?.holds(&grant(), Case::Ignored))
}

#[test]
fn what_a_comparison_holds_of() {
    const NAME: &str = "descriptor.idx./entitlement.displayName";
    const START: &str = "decision.startDate";
    let table = [
        ("EQUALS", NAME, json!("Pay Invoices"), true),
        ("EQUALS", NAME, json!("pay invoices"), true),
        ("EQUALS", NAME, json!("Pay"), false),
        ("EQUALS", NAME, json!(""), false),
        ("EQUALS", "descriptor/idx//entitlement/displayName", json!("PAY INVOICES"), true),
        ("EQUALS", "user.userName", json!("mia.chen"), true),
        ("EQUALS", "user.id", json!("6A3E0C51-0000-4000-8000-000000000001"), true),
        ("EQUALS", "glossary.idx./entitlement.requestable", json!(true), true),
        ("EQUALS", "glossary.idx./entitlement.requestable", json!("true"), true),
        ("EQUALS", "glossary.idx./entitlement.requestable", json!("True"), true),
        ("EQUALS", "glossary.idx./entitlement.requestable", json!(false), false),
        ("EQUALS", "glossary.idx./entitlement.requestable", json!("yes"), false),
        ("EQUALS", "glossary.idx./entitlement.riskLevel", json!(3), true),
        ("EQUALS", "glossary.idx./entitlement.riskLevel", json!("3"), true),
        ("EQUALS", "glossary.idx./entitlement.riskLevel", json!(3.0), true),
        ("EQUALS", "glossary.idx./entitlement.riskLevel", json!("three"), false),
        ("EQUALS", "glossary.idx./entitlement.riskLevel", json!(4), false),
        ("EQUALS", "glossary.idx./entitlement.owners", json!("ROBIN"), true),
        ("EQUALS", "glossary.idx./entitlement.owners", json!("eve"), false),
        ("EQUALS", "share", json!(0.5), true),
        ("EQUALS", "share", json!("0.5"), true),
        ("EQUALS", "code", json!("0042"), true),
        ("EQUALS", "code", json!(42), false),
        ("EQUALS", "item", json!("entitlementGrant"), false),
        ("EQUALS", "missing", json!("x"), false),
        ("EQUALS", "missing", json!(""), false),
        ("EQUALS", "missing", json!(false), false),
        ("EQUALS", "missing", json!(null), true),
        ("EQUALS", "assignment.name", json!(null), true),
        ("EQUALS", "assignment.id", json!(null), false),
        ("CONTAINS", NAME, json!("invoice"), true),
        ("CONTAINS", NAME, json!("y i"), true),
        ("CONTAINS", NAME, json!("yi"), false),
        ("CONTAINS", NAME, json!(""), true),
        ("CONTAINS", "glossary.idx./entitlement.owners", json!("bin"), true),
        ("CONTAINS", "glossary.idx./entitlement.riskLevel", json!("3"), false),
        ("CONTAINS", "glossary.idx./entitlement.requestable", json!("ru"), false),
        ("CONTAINS", "code", json!(42), true),
        ("CONTAINS", "missing", json!("x"), false),
        ("CONTAINS", "missing", json!(""), false),
        ("CONTAINS", NAME, json!(null), false),
        ("STARTS_WITH", NAME, json!("PAY"), true),
        ("STARTS_WITH", NAME, json!("invoices"), false),
        ("STARTS_WITH", NAME, json!("pay invoices and more"), false),
        ("STARTS_WITH", "user.sn", json!("ch"), true),
        ("STARTS_WITH", START, json!("2024-05"), true),
        ("STARTS_WITH", "missing", json!("x"), false),
        ("ENDS_WITH", NAME, json!("INVOICES"), true),
        ("ENDS_WITH", NAME, json!("pay"), false),
        ("ENDS_WITH", "assignment.id", json!("___pay"), true),
        ("ENDS_WITH", "missing", json!("x"), false),
        ("GT", "glossary.idx./entitlement.riskLevel", json!(2), true),
        ("GT", "glossary.idx./entitlement.riskLevel", json!(3), false),
        ("GT", "glossary.idx./entitlement.riskLevel", json!("2"), true),
        ("GT", "glossary.idx./entitlement.riskLevel", json!(29), false),
        ("GT", START, json!("2024-05-23"), true),
        ("GT", START, json!("2024-05-23T20:55:02Z"), false),
        ("GT", START, json!("2024-05-23T23:00:00+03:00"), true),
        ("GT", "user.sn", json!("Cheb"), true),
        ("GT", "code", json!(9), true),
        ("GT", "missing", json!(0), false),
        ("GTE", "glossary.idx./entitlement.riskLevel", json!(3), true),
        ("GTE", START, json!("2024-05-23T20:55:02Z"), true),
        ("GTE", START, json!("2024-05-24"), false),
        ("GTE", "user.sn", json!("CHEN"), true),
        ("GTE", "missing", json!(0), false),
        ("LT", "glossary.idx./entitlement.riskLevel", json!(3.5), true),
        ("LT", "glossary.idx./entitlement.riskLevel", json!(3), false),
        ("LT", START, json!("2024-05-24"), true),
        ("LT", START, json!("2024-05-23T22:55:02+02:00"), false),
        ("LT", "user.sn", json!("d"), true),
        ("LT", "missing", json!(9), false),
        ("LTE", "glossary.idx./entitlement.riskLevel", json!(3), true),
        ("LTE", "glossary.idx./entitlement.riskLevel", json!(-3), false),
        ("LTE", START, json!("2024-05-23T22:55:02+02:00"), true),
        ("LTE", START, json!("2024-05-23"), false),
        ("LTE", "share", json!("0.50"), true),
        ("LTE", "missing", json!(9), false),
        ("GT", NAME, json!(null), false),
        ("LTE", NAME, json!(null), false),
        ("EXISTS", NAME, json!(null), true),
        ("EXISTS", NAME, json!("whatever"), true),
        ("EXISTS", "item", json!(null), true),
        ("EXISTS", "assignment.name", json!(null), false),
        ("EXISTS", "relationship.temporalConstraints", json!(null), false),
        ("EXISTS", "missing.deeper", json!(null), false),
        ("IN", "item.type", json!(["roleMembership", "ENTITLEMENTGRANT"]), true),
        ("IN", "item.type", json!(["roleMembership"]), false),
        ("IN", "item.type", json!([]), false),
        ("IN", "glossary.idx./entitlement.riskLevel", json!([1, "3"]), true),
        ("IN", "glossary.idx./entitlement.owners", json!(["x", "ada"]), true),
        ("IN", "glossary.idx./entitlement.requestable", json!([true]), true),
        ("IN", "missing", json!(["x", null]), false),
    ];
    for (operator, name, value, expected) in table.clone() {
        let node = node(operator, name, value);
        assert_eq!(holds(&node), Ok(expected), "{node}");
    }
    // Each of them again under a negation, and as one of two.
    for (operator, name, value, expected) in table {
        let node = node(operator, name, value);
        assert_eq!(holds(&json!({"operator": "NOT", "operand": [node]})), Ok(!expected), "not {node}");
        let both = json!({"operator": "AND", "operand": [node, {"operator": "ALL", "operand": []}]});
        assert_eq!(holds(&both), Ok(expected), "{both}");
    }
}

#[test]
fn what_a_junction_holds_of() {
    let (yes, no) = (node("EQUALS", "id", json!("A1B2")), node("EQUALS", "id", json!("x")));
    let table = [
        (json!({"operator": "ALL", "operand": []}), true),
        (json!({"operator": "ALL"}), true),
        (json!({"operator": "ALL", "operand": [no]}), true),
        (json!({"operator": "AND", "operand": []}), true),
        (json!({"operator": "OR", "operand": []}), false),
        (json!({"operator": "NOT", "operand": []}), true),
        (json!({"operator": "AND", "operand": [yes]}), true),
        (json!({"operator": "AND", "operand": [yes, no]}), false),
        (json!({"operator": "AND", "operand": [yes, yes, yes]}), true),
        (json!({"operator": "OR", "operand": [no]}), false),
        (json!({"operator": "OR", "operand": [no, yes]}), true),
        (json!({"operator": "OR", "operand": [no, no]}), false),
        (json!({"operator": "NOT", "operand": [yes]}), false),
        (json!({"operator": "NOT", "operand": [no]}), true),
        (json!({"operator": "NOT", "operand": [no, yes]}), false),
        (json!({"operator": "NOT", "operand": [no, no]}), true),
        (json!({"operator": "NOT", "operand": yes}), false),
        (json!({"operator": "NOT", "operand": no}), true),
        (json!({"operator": "NOT", "operand": {"targetName": "id", "targetValue": "x"}}), true),
        // A lone object below a junction.
        (json!({"operator": "AND", "operand": {"targetName": "id", "targetValue": "a1b2"}}), true),
        (json!({"operator": "AND", "operand": {"targetName": "id", "targetValue": "x"}}), false),
        (json!({"operator": "OR", "operand": {"targetName": "id", "targetValue": "a1b2"}}), true),
        (json!({"operator": "OR", "operand": {"targetName": "id", "targetValue": "x"}}), false),
        (json!({"operator": "AND", "operand": yes}), true),
        (json!({"operator": "OR", "operand": no}), false),
        // Nodes without an operator.
        (json!({"operand": [yes, no]}), false),
        (json!({"operand": [yes, yes]}), true),
        (json!({"operand": []}), true),
        (json!({"operator": null, "operand": [yes, no]}), false),
        (json!({"targetName": "id", "targetValue": "a1b2"}), true),
        (json!({"operator": "OR", "operand": [{"targetName": "id", "targetValue": "a1b2"}, no]}), true),
        (json!({}), true),
        (json!(null), true),
        // Nested, and with the `type` of a rule's condition.
        (json!({"operator": "AND", "operand": [{"operator": "OR", "operand": [no, yes]}, yes]}), true),
        (json!({"operator": "AND", "operand": [{"operator": "OR", "operand": [no, no]}, yes]}), false),
        (json!({"operator": "OR", "operand": [{"operator": "AND", "operand": [yes, no]}, no]}), false),
        (json!({"operator": "NOT", "operand": [{"operator": "AND", "operand": [yes, no]}]}), true),
        (json!({"operator": "NOT", "operand": [{"operator": "NOT", "operand": [yes]}]}), true),
        (json!({"type": ["entitlementGrant"], "operator": "AND", "operand": [yes]}), true),
        (
            json!({"type": ["entitlementGrant"], "operator": "EQUALS", "operand": {"targetName": "id", "targetValue": "x"}}),
            false,
        ),
    ];
    for (node, expected) in table {
        assert_eq!(holds(&node), Ok(expected), "{node}");
    }
}

#[test]
fn what_is_no_target_filter() {
    let operator = |text: &str| TargetError::Operator(text.to_owned());
    let operand = |text: &str| TargetError::Operand(text.to_owned());
    let bad_node = |text: &str| TargetError::Node(text.to_owned());
    let table = [
        (json!({"operator": "XOR", "operand": []}), operator("XOR")),
        (json!({"operator": "and", "operand": []}), operator("and")),
        (json!({"operator": "equals", "operand": {"targetName": "a", "targetValue": 1}}), operator("equals")),
        (json!({"operator": "NOT_EQUALS", "operand": {"targetName": "a", "targetValue": 1}}), operator("NOT_EQUALS")),
        (json!({"operator": "eq", "operand": {"targetName": "a", "targetValue": 1}}), operator("eq")),
        (json!({"operator": "", "operand": []}), operator("")),
        (json!({"operator": "EQUALS ", "operand": {}}), operator("EQUALS ")),
        (json!({"operator": 5, "operand": []}), operator("5")),
        (json!({"operator": ["AND"], "operand": []}), operator("[\"AND\"]")),
        (json!({"operator": {}, "operand": []}), operator("{}")),
        (json!({"operator": true}), operator("true")),
        (json!({"operator": "AND"}), operand("AND")),
        (json!({"operator": "AND", "operand": null}), operand("AND")),
        (json!({"operator": "AND", "operand": "x"}), operand("AND")),
        (json!({"operator": "OR", "operand": 5}), operand("OR")),
        (json!({"operator": "NOT"}), operand("NOT")),
        (json!({"operator": "NOT", "operand": true}), operand("NOT")),
        (json!({"operator": "EQUALS"}), operand("EQUALS")),
        (json!({"operator": "EQUALS", "operand": []}), operand("EQUALS")),
        (json!({"operator": "EQUALS", "operand": [{"targetName": "a", "targetValue": 1}]}), operand("EQUALS")),
        (json!({"operator": "EQUALS", "operand": {"targetName": "a"}}), operand("EQUALS")),
        (json!({"operator": "EQUALS", "operand": {"targetValue": "a"}}), operand("EQUALS")),
        (json!({"operator": "EQUALS", "operand": {"targetName": "", "targetValue": 1}}), operand("EQUALS")),
        (json!({"operator": "EQUALS", "operand": {"targetName": 5, "targetValue": 1}}), operand("EQUALS")),
        (json!({"operator": "EQUALS", "operand": {"targetName": "a", "targetValue": [1]}}), operand("EQUALS")),
        (json!({"operator": "EQUALS", "operand": {"targetName": "a", "targetValue": {}}}), operand("EQUALS")),
        (json!({"operator": "CONTAINS", "operand": {"targetName": "a"}}), operand("CONTAINS")),
        (json!({"operator": "STARTS_WITH", "operand": "a"}), operand("STARTS_WITH")),
        (json!({"operator": "ENDS_WITH", "operand": {}}), operand("ENDS_WITH")),
        (json!({"operator": "GT", "operand": {"targetName": "a", "targetValue": []}}), operand("GT")),
        (json!({"operator": "GTE", "operand": null}), operand("GTE")),
        (json!({"operator": "LT", "operand": {"name": "a", "value": 1}}), operand("LT")),
        (json!({"operator": "LTE", "operand": 1}), operand("LTE")),
        (json!({"operator": "EXISTS"}), operand("EXISTS")),
        (json!({"operator": "EXISTS", "operand": {}}), operand("EXISTS")),
        (json!({"operator": "EXISTS", "operand": "a"}), operand("EXISTS")),
        (json!({"operator": "IN", "operand": {"targetName": "a", "targetValue": "b"}}), operand("IN")),
        (json!({"operator": "IN", "operand": {"targetName": "a"}}), operand("IN")),
        (json!({"operator": "IN", "operand": {"targetName": "a", "targetValue": [[1]]}}), operand("IN")),
        (json!({"operator": "IN", "operand": ["a"]}), operand("IN")),
        (json!("x"), bad_node("\"x\"")),
        (json!(5), bad_node("5")),
        (json!(true), bad_node("true")),
        (json!([]), bad_node("[]")),
        (
            json!({"operand": {"targetName": "a", "targetValue": 1}}),
            bad_node("{\"operand\":{\"targetName\":\"a\",\"targetValue\":1}}"),
        ),
        (json!({"name": "a"}), bad_node("{\"name\":\"a\"}")),
        (json!({"operator": "AND", "operand": ["x"]}), bad_node("\"x\"")),
        (json!({"operator": "AND", "operand": [[]]}), bad_node("[]")),
        (json!({"operator": "OR", "operand": [{"operator": "NO"}]}), operator("NO")),
        (json!({"operator": "NOT", "operand": [{"operator": "IN"}]}), operand("IN")),
        (json!({"operator": "NOT", "operand": {"operator": "MAYBE"}}), operator("MAYBE")),
    ];
    for (node, expected) in table {
        assert_eq!(parse(&node), Err(expected), "{node}");
    }
    assert_eq!(operator("X").to_string(), "Invalid target filter operator: X");
}

#[test]
fn a_body_may_hold_one() {
    let node = node("EQUALS", "id", json!("x"));
    let literal = Literal::Untyped(Untyped::new("x"));
    let only = Filter::Test { path: "id".into(), op: Op::Eq, value: literal };
    let table = [
        (json!(null), Ok(Filter::All)),
        (json!({}), Ok(Filter::All)),
        (json!({"targetFilter": null}), Ok(Filter::All)),
        (json!({"targetFilter": {}}), Ok(Filter::All)),
        (json!({"targetFilter": node, "more": 1}), Ok(only)),
        (json!({"targetFilter": "x"}), Err(TargetError::Node("\"x\"".into()))),
        (json!([]), Err(TargetError::Node("[]".into()))),
        (json!("x"), Err(TargetError::Node("\"x\"".into()))),
    ];
    for (body, expected) in table {
        assert_eq!(of_body(&body), expected, "{body}");
    }
}

#[test]
fn nesting_is_bounded() {
    let nested = |levels: usize| {
        (0..levels)
            .fold(node("EXISTS", "a", json!(null)), |inner, _| json!({"operator": "NOT", "operand": [inner, inner]}))
    };
    let chain = |levels: usize| {
        (0..levels)
            .fold(node("EXISTS", "a", json!(null)), |inner, _| json!({"operator": "NOT", "operand": [inner, {}]}))
    };
    assert_eq!(parse(&nested(8)).map(|filter| filter.depth()), Ok(17));
    let deepest = parse(&chain(MAX_NESTING)).map(|filter| filter.depth());
    assert!(deepest.as_ref().is_ok_and(|depth| *depth <= MAX_DEPTH && *depth > MAX_NESTING), "{deepest:?}");
    assert_eq!(parse(&chain(MAX_NESTING + 1)), Err(TargetError::TooDeep));
}

/// As the contract words it, over plain JSON of one level, with nothing of the engine.
fn naive(node: &Value, row: &Value) -> bool {
    let operand = &node["operand"];
    let parts = || operand.as_array().into_iter().flatten();
    let found = &row[operand["targetName"].as_str().unwrap_or_default()];
    let wanted = &operand["targetValue"];
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned).to_lowercase();
    let (left, right) = (text(found), text(wanted));
    let related = |related: fn(&str, &str) -> bool| found.is_string() && !wanted.is_null() && related(&left, &right);
    let order = || {
        let numbers = left.parse::<f64>().ok().zip(right.parse::<f64>().ok());
        let order = numbers.map_or_else(|| left.cmp(&right), |(left, right)| left.total_cmp(&right));
        (!found.is_null() && !wanted.is_null()).then_some(order)
    };
    match node["operator"].as_str().unwrap_or_default() {
        "AND" => parts().all(|part| naive(part, row)),
        "OR" => parts().any(|part| naive(part, row)),
        "NOT" => !parts().any(|part| naive(part, row)),
        "EQUALS" => left == right && found.is_null() == wanted.is_null(),
        "CONTAINS" => related(|text, part| text.contains(part)),
        "STARTS_WITH" => related(|text, part| text.starts_with(part)),
        "ENDS_WITH" => related(|text, part| text.ends_with(part)),
        "GT" => order().is_some_and(|order| order.is_gt()),
        "GTE" => order().is_some_and(|order| order.is_ge()),
        "LT" => order().is_some_and(|order| order.is_lt()),
        "LTE" => order().is_some_and(|order| order.is_le()),
        "EXISTS" => !found.is_null(),
        "IN" => {
            let mut wanted = wanted.as_array().into_iter().flatten();
            !found.is_null() && wanted.any(|wanted| !wanted.is_null() && text(wanted) == left)
        }
        _ => true,
    }
}

fn singles() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..30_i64).prop_map(Value::from),
        "[aAb1 ]{0,3}".prop_map(Value::from),
    ]
}

fn nodes() -> impl Strategy<Value = Value> {
    let operators = vec!["EQUALS", "CONTAINS", "STARTS_WITH", "ENDS_WITH", "GT", "GTE", "LT", "LTE", "EXISTS"];
    let one = (prop::sample::select(operators), "[abc]", singles());
    let many = ("[abc]", prop::collection::vec(singles(), 0..3));
    let leaf = prop_oneof![
        8 => one.prop_map(|(operator, name, value)| node(operator, &name, value)),
        1 => many.prop_map(|(name, values)| node("IN", &name, Value::from(values))),
        1 => Just(json!({"operator": "ALL", "operand": []})),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let junction = prop::sample::select(vec!["AND", "OR", "NOT"]);
        (junction, prop::collection::vec(inner, 0..4))
            .prop_map(|(operator, operand)| json!({"operator": operator, "operand": operand}))
    })
}

proptest! {
    #[test]
    fn a_node_means_what_a_naive_reader_makes_of_it(
        node in nodes(),
        row in prop::collection::btree_map("[abc]", singles(), 0..4),
    ) {
        let row = Value::Object(row.into_iter().collect());
        let filter = parse(&node).map_err(|error| TestCaseError::fail(format!("{node}: {error}")))?;
        prop_assert_eq!(filter.holds(&row, Case::Ignored), naive(&node, &row), "{} of {}", node, row);
    }
}
