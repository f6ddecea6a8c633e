use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

fn holds(filter: &Filter, document: &Json) -> bool {
    filter.holds(document, Case::Ignored)
}

fn number(value: i32) -> Literal {
    Literal::Number(f64::from(value))
}

#[test]
fn each_comparison_holds_where_it_should() {
    let document = json!({"name": "Mia Chen", "age": 41, "active": true, "none": null, "tags": ["a", "B"], "boss": {}});
    let text = Literal::from;
    let cases = [
        ("name", Op::Eq, text("mia chen"), true),
        ("name", Op::Ne, text("mia chen"), false),
        ("name", Op::Gt, text("mia"), true),
        ("name", Op::Ge, text("MIA CHEN"), true),
        ("name", Op::Lt, text("mia"), false),
        ("name", Op::Le, text("Zoe"), true),
        ("name", Op::Contains, text("a C"), true),
        ("name", Op::StartsWith, text("MIA"), true),
        ("name", Op::EndsWith, text("hen"), true),
        ("name", Op::EndsWith, text("he"), false),
        ("age", Op::Eq, number(41), true),
        ("age", Op::Gt, number(41), false),
        ("age", Op::Ge, number(41), true),
        ("age", Op::Eq, text("41"), false),
        ("age", Op::Ne, text("41"), true),
        ("age", Op::Lt, text("50"), false),
        ("age", Op::StartsWith, text("4"), false),
        ("active", Op::Eq, Literal::Bool(true), true),
        ("active", Op::Ne, Literal::Bool(true), false),
        ("none", Op::Eq, text(""), false),
        ("none", Op::Ne, text("x"), false),
        ("none", Op::Eq, Literal::Null, true),
        ("none", Op::Ne, Literal::Null, false),
        ("absent", Op::Eq, Literal::Null, true),
        ("absent", Op::Ne, text("x"), false),
        ("name", Op::Eq, Literal::Null, false),
        ("name", Op::Ne, Literal::Null, true),
        ("name", Op::Lt, Literal::Null, false),
        ("tags", Op::Eq, text("b"), true),
        ("tags", Op::Ne, text("b"), true),
        ("boss", Op::Ne, Literal::Null, true),
        ("boss", Op::Eq, text(""), false),
    ];
    for (path, op, value, expected) in cases {
        let filter = Filter::test(path, op, value);
        assert_eq!(holds(&filter, &document), expected, "{filter:?}");
    }
}

#[test]
fn one_element_must_satisfy_all_of_any() {
    let document = json!({"steps": [{"who": "mia", "done": true}, {"who": "ben", "done": false}]});
    let step = |who: &str, done| {
        let parts = vec![Filter::test("who", Op::Eq, who), Filter::test("done", Op::Eq, Literal::Bool(done))];
        Filter::Any { path: "steps".into(), filter: Box::new(Filter::And(parts)) }
    };
    assert!(holds(&step("mia", true), &document));
    assert!(!holds(&step("mia", false), &document));
    assert!(!holds(&step("mia", true), &json!({"steps": []})));
}

#[test]
fn a_conjunction_pins_what_it_fixes() {
    let eq = |path: &str, value: &str| Filter::test(path, Op::Eq, value);
    let list = Filter::In { path: "id".into(), values: vec!["a".into(), "b".into()] };
    let narrow = Filter::all_of(vec![list.clone(), Filter::all_of(vec![eq("x", "1"), eq("id", "b")])]);
    assert_eq!(narrow.pins("id"), Some(&"b".into()));
    assert_eq!(narrow.pins("x"), Some(&"1".into()));
    assert_eq!(narrow.pins("y"), None);
    assert_eq!(list.pins("id"), None);
    assert_eq!(list.pins_any("id"), Some(["a".into(), "b".into()].as_slice()));
    assert_eq!(Filter::any_of(vec![eq("id", "a")]).pins("id"), Some(&"a".into()));
    for loose in [
        Filter::All,
        Filter::Or(vec![eq("id", "a"), eq("id", "b")]),
        Filter::Not(Box::new(eq("id", "a"))),
        Filter::test("id", Op::Ne, "a"),
        Filter::test("id", Op::Eq, Literal::Null),
        Filter::Present("id".into()),
        Filter::Any { path: "list".into(), filter: Box::new(eq("id", "a")) },
    ] {
        assert_eq!(loose.pins_any("id"), None, "{loose:?}");
    }
}

#[test]
fn nothing_to_join_is_all_and_one_part_is_itself() {
    assert_eq!(Filter::all_of(vec![]), Filter::All);
    assert_eq!(Filter::all_of(vec![Filter::All]), Filter::All);
    assert!(!holds(&Filter::any_of(vec![]), &json!({})));
    assert_eq!(Filter::Not(Box::new(Filter::all_of(vec![Filter::All, Filter::All]))).depth(), 3);
}

/// The evaluator once more, slow and plain: all values in a list, all texts in lower case.
fn naive(filter: &Filter, document: &Json) -> bool {
    let values = |path: &str| -> Vec<Json> {
        match &document[path] {
            Json::Null => vec![],
            Json::Array(many) => many.iter().filter(|value| !value.is_null()).cloned().collect(),
            one => vec![one.clone()],
        }
    };
    match filter {
        Filter::All => true,
        Filter::And(parts) => !parts.iter().any(|part| !naive(part, document)),
        Filter::Or(parts) => parts.iter().filter(|part| naive(part, document)).count() > 0,
        Filter::Not(inner) => !naive(inner, document),
        Filter::Any { path, filter } => values(path).iter().any(|element| naive(filter, element)),
        Filter::Present(path) => !values(path).is_empty(),
        Filter::In { path, values: list } => {
            list.iter().any(|value| naive(&Filter::test(path, Op::Eq, value.clone()), document))
        }
        Filter::Test { path, op, value } => values(path).iter().any(|shown| match (shown, value) {
            (Json::String(shown), Literal::Text(value)) => {
                let (shown, value) = (shown.to_lowercase(), value.to_lowercase());
                match op {
                    Op::Contains => shown.contains(&value),
                    Op::StartsWith => shown.starts_with(&value),
                    Op::EndsWith => shown.ends_with(&value),
                    _ => ordered(*op, shown.cmp(&value)),
                }
            }
            (Json::Number(shown), Literal::Number(value)) => {
                shown.as_f64().and_then(|shown| shown.partial_cmp(value)).is_some_and(|order| ordered(*op, order))
            }
            (Json::Bool(shown), Literal::Bool(value)) => ordered(*op, shown.cmp(value)),
            _ => *op == Op::Ne,
        }),
    }
}

fn ordered(op: Op, order: Ordering) -> bool {
    match op {
        Op::Eq => order == Ordering::Equal,
        Op::Ne => order != Ordering::Equal,
        Op::Gt => order == Ordering::Greater,
        Op::Ge => order != Ordering::Less,
        Op::Lt => order == Ordering::Less,
        Op::Le => order != Ordering::Greater,
        Op::Contains | Op::StartsWith | Op::EndsWith => false,
    }
}

fn scalars() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (0..4).prop_map(Json::from),
        word().prop_map(Json::from)
    ]
}

fn word() -> impl Strategy<Value = String> {
    "[aAbB]{0,3}"
}

fn path() -> impl Strategy<Value = String> {
    "[xyz]"
}

fn documents() -> impl Strategy<Value = Json> {
    let field = prop_oneof![
        4 => scalars(),
        1 => prop::collection::vec(scalars(), 0..4).prop_map(Json::from),
        1 => prop::collection::vec(scalars().prop_map(|x| json!({ "x": x })), 0..3).prop_map(Json::from),
    ];
    prop::collection::btree_map(path(), field, 0..4).prop_map(Json::from_iter)
}

fn literals() -> impl Strategy<Value = Literal> {
    prop_oneof![any::<bool>().prop_map(Literal::Bool), (0..4).prop_map(number), word().prop_map(Literal::Text)]
}

fn ops() -> impl Strategy<Value = Op> {
    use Op::{Contains, EndsWith, Eq, Ge, Gt, Le, Lt, Ne, StartsWith};
    prop::sample::select(vec![Eq, Ne, Gt, Ge, Lt, Le, Contains, StartsWith, EndsWith])
}

fn filters() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        6 => (path(), ops(), literals()).prop_map(|(path, op, value)| Filter::Test { path, op, value }),
        1 => Just(Filter::All),
        1 => path().prop_map(Filter::Present),
        1 => (path(), prop::collection::vec(literals(), 0..3)).prop_map(|(path, values)| Filter::In { path, values }),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let parts = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            parts.clone().prop_map(Filter::And),
            parts.prop_map(Filter::Or),
            inner.clone().prop_map(|inner| Filter::Not(Box::new(inner))),
            (path(), inner).prop_map(|(path, inner)| Filter::Any { path, filter: Box::new(inner) }),
        ]
    })
}

fn not(filter: &Filter) -> Filter {
    Filter::Not(Box::new(filter.clone()))
}

proptest! {
    #[test]
    fn the_evaluator_agrees_with_the_naive_one(filter in filters(), document in documents()) {
        prop_assert_eq!(holds(&filter, &document), naive(&filter, &document));
    }

    #[test]
    fn de_morgan(parts in prop::collection::vec(filters(), 0..4), document in documents()) {
        let negated: Vec<_> = parts.iter().map(not).collect();
        let (both, either) = (Filter::And(parts.clone()), Filter::Or(parts));
        prop_assert_eq!(holds(&not(&both), &document), holds(&Filter::Or(negated.clone()), &document));
        prop_assert_eq!(holds(&not(&either), &document), holds(&Filter::And(negated), &document));
    }

    #[test]
    fn what_is_pinned_is_there(filter in filters(), document in documents(), path in path()) {
        if let Some(values) = filter.pins_any(&path) && holds(&filter, &document) {
            let pinned = Filter::In { path: path.clone(), values: values.to_vec() };
            prop_assert!(holds(&pinned, &document));
        }
    }
}
