use proptest::prelude::{
    BoxedStrategy, Just, Strategy, TestCaseError, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use serde_json::{Value as Json, json};

use super::{Expected, MAX_NESTING, SyntaxError, WORD_MAX, parse};
use crate::query::{Case, MAX_DEPTH};

/// Something of everything that filters are asked about.
fn document() -> Json {
    json!({
        "id": "6a3e0c51-0000-4000-8000-000000000001",
        "name": "Vendor \"AP\" Payments",
        "description": "",
        "active": true,
        "riskScore": 75,
        "weight": -1.5,
        "code": "0042",
        "empty": null,
        "nothing": [],
        "when": "2024-05-23T20:55:02+00:00",
        "metadata": {"createdDate": "2024-05-23T20:55:02.123456789Z"},
        "workflow": {"id": "BasicViolationProcess", "type": "bpmn"},
        "tags": ["red", "Green"],
        "scores": [3, 30],
        "decision": {
            "status": "in-progress",
            "phases": [
                {"name": "violationTask-df7f65b04ec3", "status": "in-progress", "decision": null},
                {"name": "fulfillmentTask-000000000000", "status": "complete", "decision": "allow"},
            ],
        },
        "descriptor": {"idx": {"/entitlement": {"displayName": "Pay invoices"}}},
        "a.b": "dotted",
        "a": {"b": "nested", "c": "deep"},
        "with space": 1,
        "true": "odd",
    })
}

fn holds(text: &str) -> Result<bool, SyntaxError> {
    Ok(parse(text)?.holds(&document(), Case::Ignored))
}

#[test]
fn what_holds_of_a_document() {
    let table = [
        // Literals.
        ("true", true),
        ("TRUE", true),
        (" true ", true),
        ("false", false),
        ("!false", true),
        ("! true", false),
        ("(true)", true),
        // Equality: case does not count, numbers and truth values are their text.
        ("name eq \"Vendor \\\"AP\\\" Payments\"", true),
        ("name eq 'vendor \"ap\" payments'", true),
        ("name eq \"Vendor\"", false),
        ("name EQ 'Vendor \"AP\" Payments'", true),
        ("id eq '6A3E0C51-0000-4000-8000-000000000001'", true),
        ("active eq true", true),
        ("active eq TRUE", true),
        ("active eq \"true\"", true),
        ("active eq false", false),
        ("active eq 1", false),
        ("riskScore eq 75", true),
        ("riskScore eq 75.0", true),
        ("riskScore eq 7.5e1", true),
        ("riskScore eq \"75\"", true),
        ("riskScore eq 76", false),
        ("weight eq -1.5", true),
        ("code eq \"0042\"", true),
        ("code eq 42", false),
        ("description eq \"\"", true),
        ("when eq \"2024-05-23T20:55:02+00:00\"", true),
        ("when eq \"2024-05-23T20:55:02Z\"", false),
        ("missing eq \"x\"", false),
        ("missing eq \"\"", false),
        ("!(missing eq \"x\")", true),
        ("!missing eq \"x\"", true),
        ("workflow eq \"BasicViolationProcess\"", false),
        // Null is what is absent.
        ("empty eq null", true),
        ("missing eq null", true),
        ("name eq null", false),
        ("name eq NULL", false),
        ("name eq \"null\"", false),
        ("empty eq \"null\"", false),
        ("nothing eq null", true),
        // Parts of texts.
        ("name co \"ap\"", true),
        ("name co \"VENDOR\"", true),
        ("name co \"zz\"", false),
        ("name sw \"vend\"", true),
        ("name sw \"ap\"", false),
        ("name ew \"MENTS\"", true),
        ("name ew \"vendor\"", false),
        ("name CO 'ap'", true),
        ("riskScore co 5", false),
        ("active sw \"t\"", false),
        ("missing co \"x\"", false),
        ("tags co \"ree\"", true),
        ("metadata.createdDate sw \"2024-05\"", true),
        ("missing sw null", false),
        ("name co null", false),
        // An empty part asks whether the field exists.
        ("name co \"\"", true),
        ("description co \"\"", true),
        ("riskScore co \"\"", true),
        ("workflow co ''", true),
        ("missing co \"\"", false),
        ("empty co \"\"", false),
        ("nothing co \"\"", false),
        ("riskScore sw \"\"", true),
        ("missing ew \"\"", false),
        // Presence.
        ("name pr", true),
        ("name PR", true),
        ("description pr", true),
        ("workflow pr", true),
        ("active pr", true),
        ("empty pr", false),
        ("missing pr", false),
        ("nothing pr", false),
        ("tags pr", true),
        ("decision.phases.decision pr", true),
        // Order: in time, by number, as text.
        ("riskScore gt 9", true),
        ("riskScore gt 75", false),
        ("riskScore ge 75", true),
        ("riskScore lt 100", true),
        ("riskScore le 74.9", false),
        ("riskScore gt \"9\"", true),
        ("weight lt -1", true),
        ("weight gt -2e0", true),
        ("code gt \"9\"", true),
        ("code lt \"43\"", true),
        ("name gt \"vendo\"", true),
        ("name lt \"W\"", true),
        ("name ge \"VENDOR \\\"AP\\\" PAYMENTS\"", true),
        ("when gt \"2024-05-23\"", true),
        ("when lt \"2024-05-24\"", true),
        ("when le \"2024-05-23T22:55:02+02:00\"", true),
        ("when ge \"2024-05-23T22:55:02+02:00\"", true),
        ("when gt \"2024-05-23T20:55:01.999Z\"", true),
        ("when lt \"2024-05-23T20:55:02.001Z\"", true),
        ("metadata/createdDate gt \"2024-05-23T20:55:02.123455Z\"", true),
        ("metadata/createdDate lt \"2024-05-23T20:55:02.123457Z\"", true),
        ("missing lt \"x\"", false),
        ("missing ge \"x\"", false),
        ("!missing ge \"x\"", true),
        ("name gt null", false),
        ("active gt false", true),
        ("scores gt 20", true),
        ("scores lt 2", false),
        // Lists to choose from.
        ("riskScore in 75", true),
        ("riskScore in (1, 75)", true),
        ("riskScore in (1,2)", false),
        ("name in ('x', 'VENDOR \"AP\" PAYMENTS')", true),
        ("workflow.id in '[\"a\",\"BasicViolationProcess\"]'", true),
        ("riskScore in \"[1, 75]\"", true),
        ("riskScore in \"[]\"", false),
        ("name in '[{\"a\":1}]'", false),
        ("tags IN (\"green\")", true),
        ("missing in (\"x\", null)", false),
        // Paths.
        ("workflow.id eq \"BasicViolationProcess\"", true),
        ("workflow/id eq \"BasicViolationProcess\"", true),
        ("/workflow/id eq \"BasicViolationProcess\"", true),
        ("/name pr", true),
        ("descriptor.idx./entitlement.displayName eq \"pay invoices\"", true),
        ("descriptor/idx//entitlement/displayName eq \"pay invoices\"", true),
        ("descriptor.idx.entitlement.displayName pr", false),
        ("a.b eq \"dotted\"", true),
        ("a/b eq \"nested\"", true),
        ("a.c eq \"deep\"", true),
        ("with%20space eq 1", true),
        ("workflow%2Fid eq \"BasicViolationProcess\"", true),
        ("tags eq \"GREEN\"", true),
        ("tags eq \"blue\"", false),
        ("decision.phases.name eq \"violationTask-df7f65b04ec3\"", true),
        ("decision.phases.status eq \"complete\"", true),
        ("decision.phases.0.status eq \"complete\"", false),
        ("name.x pr", false),
        ("true.x pr", false),
        // One element satisfies all.
        ("decision/phases[name sw \"violation\" and status eq \"in-progress\"]", true),
        ("decision/phases[name sw \"violation\" and status eq \"complete\"]", false),
        ("decision.phases[decision pr]", true),
        ("decision.phases [ !(decision pr) ]", true),
        ("decision.phases[true]", true),
        ("decision.phases[false]", false),
        ("decision[phases[status eq \"complete\"]]", true),
        ("missing[true]", false),
        ("!missing[true]", true),
        ("nothing[true]", false),
        ("workflow[id pr and type eq \"bpmn\"]", true),
        ("decision.phases[status eq \"x\" or name ew \"0\"] and active eq true", true),
        // Junctions: and binds closer than or, ! closest.
        ("true or false and false", true),
        ("(true or false) and false", false),
        ("false and false or true", true),
        ("false and (false or true)", false),
        ("!true or true", true),
        ("!(true or true)", false),
        ("! ( active eq true ) or !active eq true", false),
        ("active eq true and riskScore eq 75 and name pr", true),
        ("active eq true and riskScore eq 75 and missing pr", false),
        ("missing pr OR empty pr oR tags pr", true),
        ("active eq true AND riskScore eq 75", true),
        ("(((name pr)))", true),
        ("name pr and(active eq true)", true),
        ("(name pr)and(active eq true)", true),
        ("(name pr)or missing pr", true),
        ("name eq 'x'or active eq true", true),
        ("  name   pr\tand\n active eq true ", true),
        // Strings: a backslash escapes whatever follows.
        ("name eq 'Vendor \\\"AP\\\" Payments'", true),
        ("workflow.type eq \"bp\\mn\"", true),
        ("workflow.type eq 'bpmn'", true),
        ("workflow.type eq \"b'pmn\"", false),
    ];
    assert!(table.len() >= 150, "{}", table.len());
    for (text, expected) in table {
        assert_eq!(holds(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_filter() {
    use Expected::*;
    let table = [
        ("", 1, Condition, ""),
        ("   ", 4, Condition, ""),
        ("name", 5, Operator, ""),
        ("name ", 6, Operator, ""),
        ("name eq", 8, Value, ""),
        ("name eq ", 9, Value, ""),
        ("name is \"x\"", 6, Operator, "is"),
        ("name ne \"x\"", 6, Operator, "ne"),
        ("name = \"x\"", 6, Operator, "="),
        ("name eq\"x", 10, Quote, ""),
        ("name eq x", 9, Value, "x"),
        ("name eq Vendor Payments", 9, Value, "Vendor"),
        ("name eq 'x", 11, Quote, ""),
        ("name eq \"x'", 12, Quote, ""),
        ("name eq \"x\\\"", 13, Quote, ""),
        ("name eq \"a \"quoted\" name\"", 13, End, "quoted"),
        ("name eq 01", 9, Value, "01"),
        ("name eq .5", 9, Value, ".5"),
        ("name eq 5.", 9, Value, "5."),
        ("name eq +5", 9, Value, "+5"),
        ("name eq 0x5", 9, Value, "0x5"),
        ("name eq NaN", 9, Value, "NaN"),
        ("name eq -", 9, Value, "-"),
        ("name eq 5e", 9, Value, "5e"),
        ("name eq (1)", 9, Value, "("),
        ("name eq [1]", 9, Value, "["),
        ("name pr \"x\"", 9, End, "\""),
        ("name pr true", 9, End, "true"),
        ("name eq \"x\" name eq \"y\"", 13, End, "name"),
        ("name eq \"x\" && name pr", 13, End, "&&"),
        ("name eq \"x\", name pr", 12, End, ","),
        ("name eq \"x\" and", 16, Condition, ""),
        ("name eq \"x\" or ", 16, Condition, ""),
        ("and name pr", 5, Operator, "name"),
        ("or", 3, Operator, ""),
        ("name pr and and name pr", 17, Operator, "name"),
        ("name pr or or name pr", 15, Operator, "name"),
        ("!", 2, Condition, ""),
        ("!!name pr", 2, Condition, "!"),
        ("not name pr", 5, Operator, "name"),
        ("(", 2, Condition, ""),
        ("()", 2, Condition, ")"),
        (")", 1, Condition, ")"),
        ("(name pr", 9, Parenthesis, ""),
        ("(name pr]", 9, Parenthesis, "]"),
        ("name pr)", 8, End, ")"),
        ("(name) pr", 6, Operator, ")"),
        ("true false", 6, End, "false"),
        ("true eq 1", 6, End, "eq"),
        ("truefalse", 10, Operator, ""),
        ("\"name\" eq \"x\"", 1, Condition, "\""),
        ("'name' eq \"x\"", 1, Condition, "'"),
        (", name pr", 1, Condition, ","),
        ("a. eq 1", 1, Field, "a."),
        (".a eq 1", 1, Field, ".a"),
        ("a..b eq 1", 1, Field, "a..b"),
        ("a/.b eq 1", 1, Field, "a/.b"),
        ("a///b eq 1", 1, Field, "a///b"),
        ("/ eq 1", 1, Field, "/"),
        ("a/ pr", 1, Field, "a/"),
        ("a. [true]", 1, Field, "a."),
        ("name pr and .b pr", 13, Field, ".b"),
        ("a%FF pr", 1, Field, "a%FF"),
        ("a[", 3, Condition, ""),
        ("a[]", 3, Condition, "]"),
        ("a[b pr", 7, Bracket, ""),
        ("a[b pr)", 7, Bracket, ")"),
        ("a[0] pr", 4, Operator, "]"),
        ("a[b eq 1] eq 1", 11, End, "eq"),
        ("a[b eq 1][c eq 1]", 10, End, "["),
        ("[b eq 1]", 1, Condition, "["),
        ("a in", 5, Value, ""),
        ("a in ()", 7, Value, ")"),
        ("a in (", 7, Value, ""),
        ("a in (1", 8, Comma, ""),
        ("a in (1,", 9, Value, ""),
        ("a in (1 2)", 9, Comma, "2"),
        ("a in (1,,2)", 9, Value, ","),
        ("a in (1,)", 9, Value, ")"),
        ("a in [1]", 6, Value, "["),
        ("a in ((1))", 7, Value, "("),
        ("a in x", 6, Value, "x"),
        ("name eq \"é\" ü", 13, End, "ü"),
        ("a eq", 5, Value, ""),
        ("a eqq 1", 3, Operator, "eqq"),
        ("a \"eq\" 1", 3, Operator, "\""),
        ("a !eq 1", 3, Operator, "!"),
        ("a eq !1", 6, Value, "!"),
        ("a eq nul", 6, Value, "nul"),
        ("a eq truely", 6, Value, "truely"),
    ];
    let refusal = |position, expected, found: &str| SyntaxError { position, expected, found: found.to_owned() };
    let wrong = table.into_iter().filter_map(|(text, position, expected, found)| {
        let parsed = parse(text);
        (parsed != Err(refusal(position, expected, found))).then_some((text, parsed))
    });
    assert_eq!(wrong.collect::<Vec<_>>(), []);
    let refused = parse("name is").map_err(|error| error.to_string());
    let sentence = "expected one of eq, co, sw, ew, lt, le, gt, ge, in, pr or \"[\" at position 6, found \"is\"";
    assert_eq!(refused, Err(sentence.to_owned()));
    assert_eq!(parse("a eq").map_err(|error| error.found), Err(String::new()));
}

#[test]
fn nesting_is_bounded_and_the_deepest_filter_stays_within_the_engines_bound() {
    let nested = |levels: usize| {
        let open = "a pr or a pr and !b[".repeat(levels);
        parse(&format!("{open}c pr or c pr and !c pr{}", "]".repeat(levels)))
    };
    let depth = nested(MAX_NESTING).map(|filter| filter.depth());
    assert!(depth.as_ref().is_ok_and(|depth| *depth > 4 * MAX_NESTING && *depth <= MAX_DEPTH), "{depth:?}");
    for refused in [nested(MAX_NESTING + 1), nested(10_000), parse(&"(".repeat(100_000)), parse(&"!(".repeat(100_000))]
    {
        assert_eq!(refused.map_err(|error| error.expected), Err(Expected::ShallowerNesting));
    }
    assert_eq!(parse(&format!("a {}", "x".repeat(5_000))).map_err(|error| error.found.len()), Err(WORD_MAX));
}

/// A filter as the naive evaluator sees it.
#[derive(Clone, Debug)]
enum Said {
    Literal(bool),
    Not(Box<Said>),
    And(Vec<Said>),
    Or(Vec<Said>),
    Present(String),
    Test(String, &'static str, Json),
    In(String, Vec<Json>),
    Any(String, Box<Said>),
}

impl Said {
    fn written(&self, double: bool) -> String {
        let value = |value: &Json| match value {
            Json::String(text) => {
                let quote = if double { '"' } else { '\'' };
                let escaped: String =
                    text.chars().flat_map(|c| if c == quote || c == '\\' { vec!['\\', c] } else { vec![c] }).collect();
                format!("{quote}{escaped}{quote}")
            }
            other => other.to_string(),
        };
        let joined = |parts: &[Said], word: &str| {
            let parts: Vec<String> = parts.iter().map(|part| format!("({})", part.written(double))).collect();
            parts.join(word)
        };
        match self {
            Said::Literal(truth) => truth.to_string(),
            Said::Not(inner) => format!("!({})", inner.written(double)),
            Said::And(parts) => joined(parts, " and "),
            Said::Or(parts) => joined(parts, " OR "),
            Said::Present(path) => format!("{path} pr"),
            Said::Test(path, op, literal) => format!("{path} {op} {}", value(literal)),
            Said::In(path, literals) => {
                let literals: Vec<String> = literals.iter().map(value).collect();
                format!("{path} in ({})", literals.join(","))
            }
            Said::Any(path, inner) => format!("{path}[{}]", inner.written(double)),
        }
    }

    /// As the contract words it, over plain JSON, with nothing of the engine.
    fn naive(&self, document: &Json) -> bool {
        match self {
            Said::Literal(truth) => *truth,
            Said::Not(inner) => !inner.naive(document),
            Said::And(parts) => parts.iter().all(|part| part.naive(document)),
            Said::Or(parts) => parts.iter().any(|part| part.naive(document)),
            Said::Present(path) => !reached(document, path).is_empty(),
            Said::Test(path, "eq", Json::Null) => reached(document, path).is_empty(),
            Said::Test(path, op @ ("co" | "sw" | "ew"), Json::String(text)) if text.is_empty() => {
                let _ = op;
                !reached(document, path).is_empty()
            }
            Said::Test(path, op, literal) => reached(document, path).iter().any(|found| passes(found, op, literal)),
            Said::In(path, literals) => {
                reached(document, path).iter().any(|found| literals.iter().any(|literal| passes(found, "eq", literal)))
            }
            Said::Any(path, inner) => reached(document, path).iter().any(|element| inner.naive(element)),
        }
    }
}

fn reached<'d>(document: &'d Json, path: &str) -> Vec<&'d Json> {
    let mut at = vec![document];
    for name in path.split('.') {
        at = at.into_iter().flat_map(flat).filter_map(|found| found.get(name)).collect();
    }
    at.into_iter().flat_map(flat).filter(|found| !found.is_null()).collect()
}

fn flat(found: &Json) -> Vec<&Json> {
    found.as_array().map_or_else(|| vec![found], |elements| elements.iter().flat_map(flat).collect())
}

fn passes(found: &Json, op: &str, literal: &Json) -> bool {
    if found.is_object() || literal.is_null() {
        return false;
    }
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned).to_lowercase();
    let (left, right) = (text(found), text(literal));
    let numbers = left.parse::<f64>().ok().zip(right.parse::<f64>().ok());
    match op {
        "eq" => left == right,
        "co" => found.is_string() && left.contains(&right),
        "sw" => found.is_string() && left.starts_with(&right),
        "ew" => found.is_string() && left.ends_with(&right),
        _ => {
            let dates = crate::query::untyped::date(&left.to_uppercase())
                .zip(crate::query::untyped::date(&right.to_uppercase()));
            let order = match (dates, numbers) {
                (Some((left, right)), _) => left.cmp(&right),
                (None, Some((left, right))) => left.total_cmp(&right),
                (None, None) => left.cmp(&right),
            };
            match op {
                "lt" => order.is_lt(),
                "le" => order.is_le(),
                "gt" => order.is_gt(),
                _ => order.is_ge(),
            }
        }
    }
}

fn singles() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-3..30_i64).prop_map(Json::from),
        "[aAbB1\"'\\\\ ]{0,3}".prop_map(Json::from),
        prop::sample::select(vec!["2024-05-23", "2024-05-24", "2024-05-23T10:00:00Z", "2024-05-23T12:00:00+02:00"])
            .prop_map(Json::from),
    ]
}

fn documents() -> impl Strategy<Value = Json> {
    let members = |inner: BoxedStrategy<Json>| {
        let list = prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from);
        let member = prop_oneof![3 => inner, 1 => list];
        prop::collection::btree_map("[abc]", member, 0..4)
            .prop_map(|members| Json::Object(members.into_iter().collect()))
    };
    let inside = members(singles().boxed());
    members(prop_oneof![singles(), inside].boxed())
}

fn said() -> impl Strategy<Value = Said> {
    let path = || "[abc](\\.[abc])?";
    let op = prop::sample::select(vec!["eq", "co", "sw", "ew", "lt", "le", "gt", "ge"]);
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Said::Literal),
        2 => path().prop_map(Said::Present),
        9 => (path(), op, singles()).prop_map(|(path, op, value)| Said::Test(path, op, value)),
        2 => (path(), prop::collection::vec(singles(), 1..3)).prop_map(|(path, values)| Said::In(path, values)),
    ];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let parts = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            inner.clone().prop_map(|inner| Said::Not(Box::new(inner))),
            parts().prop_map(Said::And),
            parts().prop_map(Said::Or),
            (path(), inner.clone()).prop_map(|(path, inner)| Said::Any(path, Box::new(inner))),
        ]
    })
}

proptest! {
    #[test]
    fn a_filter_means_what_a_naive_reader_makes_of_it(said in said(), document in documents(), double: bool) {
        let text = said.written(double);
        let filter = parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(filter.holds(&document, Case::Ignored), said.naive(&document), "{} of {}", text, document);
    }

    #[test]
    fn garbage_is_refused_or_read_but_never_panics(garbage in "\\PC*") {
        let _ = parse(&garbage);
    }

    #[test]
    fn plausible_garbage_is_refused_within_the_text(
        words in prop::collection::vec(prop::sample::select(vec![
            "a", "a.b", "/", "eq", "in", "pr", "!", "and", "or", "(", ")", "[", "]", ",", "\"x\"", "'", "\\", "%2", "é", "1", "null", "true",
        ]), 0..24),
        gap in " ?",
    ) {
        let text = words.join(&gap);
        match parse(&text) {
            Ok(filter) => {
                let _ = filter.holds(&document(), Case::Ignored);
            }
            Err(error) => prop_assert!(error.position <= text.chars().count() + 1),
        }
    }
}
