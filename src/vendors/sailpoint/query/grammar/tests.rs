use std::fmt::{self, Display};

use proptest::prelude::*;

use super::*;

/// Writes an expression with every nested part in parentheses and every value in quotes.
impl Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nested = |parts: &[Expr]| -> Vec<String> {
            parts
                .iter()
                .map(|part| if let Expr::Comparison(_) = part { part.to_string() } else { format!("({part})") })
                .collect()
        };
        match self {
            Expr::And(parts) => f.write_str(&nested(parts).join(" and ")),
            Expr::Or(parts) => f.write_str(&nested(parts).join(" or ")),
            Expr::Not(inner) => write!(f, "not ({inner})"),
            Expr::Comparison(Comparison { field, operator, values }) => {
                let quoted: Vec<_> = values.iter().map(|value| format!("\"{}\"", escaped(value))).collect();
                match operator {
                    Operator::In | Operator::ContainsAll => {
                        write!(f, "{field} {} ({})", operator.word(), quoted.join(", "))
                    }
                    _ => write!(
                        f,
                        "{}",
                        [&[field.clone(), operator.word().to_owned()], quoted.as_slice()].concat().join(" ")
                    ),
                }
            }
        }
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', r#"\""#).replace('%', "%25")
}

/// What a text parses to, written out in full, or the sentence of the error.
fn read(filters: &str) -> String {
    parse(filters).map_or_else(|error| error.to_string(), |expr| expr.to_string())
}

fn expect(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(filters, expected)| read(filters) != *expected)
        .map(|(filters, expected)| format!("{filters}\n  expected {expected}\n  read     {}", read(filters)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn comparisons() {
    expect(&[
        (r#"id eq "2c91808568c529c60168cca6f90c1313""#, r#"id eq "2c91808568c529c60168cca6f90c1313""#),
        (r#"name ne "x""#, r#"name ne "x""#),
        (r#"name gt "x""#, r#"name gt "x""#),
        (r#"name ge "x""#, r#"name ge "x""#),
        (r#"name lt "x""#, r#"name lt "x""#),
        (r#"name le "x""#, r#"name le "x""#),
        (r#"name co "x""#, r#"name co "x""#),
        (r#"name sw "bob""#, r#"name sw "bob""#),
        (r#"requestedFor.id eq "a""#, r#"requestedFor.id eq "a""#),
        (r#"a.b.c.d eq "x""#, r#"a.b.c.d eq "x""#),
        (r#"_a-1.b_2 eq "x""#, r#"_a-1.b_2 eq "x""#),
        ("requestable eq false", r#"requestable eq "false""#),
        ("status eq PENDING", r#"status eq "PENDING""#),
        ("name sw Joe", r#"name sw "Joe""#),
        ("lastUsed le 2023-02-05T10:59:27.214Z", r#"lastUsed le "2023-02-05T10:59:27.214Z""#),
        (r#"created gt "2023-02-05T10:59:27+01:00""#, r#"created gt "2023-02-05T10:59:27+01:00""#),
        ("created gt 2023-02-05T10:59:27+01:00", r#"created gt "2023-02-05T10:59:27+01:00""#),
        ("age ge 42", r#"age ge "42""#),
        ("age ge -4.2e1", r#"age ge "-4.2e1""#),
        ("name eq null", r#"name eq "null""#),
        ("name eq and", r#"name eq "and""#),
        ("name eq not", r#"name eq "not""#),
        ("path eq /a/b:c;d=e'f", r#"path eq "/a/b:c;d=e'f""#),
        ("id eq idn:access-request-dynamic-approver", r#"id eq "idn:access-request-dynamic-approver""#),
        ("and eq or", r#"and eq "or""#),
        ("note eq 1", r#"note eq "1""#),
        ("order eq 1", r#"order eq "1""#),
        ("android eq 1 and orange eq 2", r#"android eq "1" and orange eq "2""#),
    ]);
}

#[test]
fn lists_and_presence() {
    expect(&[
        (r#"id in ("a")"#, r#"id in ("a")"#),
        (r#"id in ("a","b")"#, r#"id in ("a", "b")"#),
        (r#"id in("a","b")"#, r#"id in ("a", "b")"#),
        (r#"id in ( "a" , "b" )"#, r#"id in ("a", "b")"#),
        ("id in (a,b, c)", r#"id in ("a", "b", "c")"#),
        (r#"id in (a,"b, c")"#, r#"id in ("a", "b, c")"#),
        (r#"tags ca ("x","y")"#, r#"tags ca ("x", "y")"#),
        ("lastUsed isnull", "lastUsed isnull"),
        ("accountRequestInfo pr", "accountRequestInfo pr"),
        ("pr accountRequestInfo", "accountRequestInfo pr"),
        ("pr a.b", "a.b pr"),
        ("pr pr", "pr pr"),
        ("pr a and b pr", "a pr and b pr"),
        ("a pr and pr b", "a pr and b pr"),
        ("not pr a", "not (a pr)"),
        ("not a isnull", "not (a isnull)"),
        ("(pr a)", "a pr"),
        (r#"a isnull or a eq "x""#, r#"a isnull or a eq "x""#),
        (r#"id in ("a") and b pr"#, r#"id in ("a") and b pr"#),
    ]);
}

#[test]
fn precedence() {
    expect(&[
        ("a eq 1 and b eq 2", r#"a eq "1" and b eq "2""#),
        ("a eq 1 or b eq 2", r#"a eq "1" or b eq "2""#),
        ("a eq 1 and b eq 2 and c eq 3", r#"a eq "1" and b eq "2" and c eq "3""#),
        ("a eq 1 or b eq 2 or c eq 3", r#"a eq "1" or b eq "2" or c eq "3""#),
        ("a eq 1 and b eq 2 or c eq 3", r#"(a eq "1" and b eq "2") or c eq "3""#),
        ("a eq 1 or b eq 2 and c eq 3", r#"a eq "1" or (b eq "2" and c eq "3")"#),
        ("(a eq 1 or b eq 2) and c eq 3", r#"(a eq "1" or b eq "2") and c eq "3""#),
        ("a eq 1 and (b eq 2 or c eq 3)", r#"a eq "1" and (b eq "2" or c eq "3")"#),
        ("a eq 1 and (b eq 2 and c eq 3)", r#"a eq "1" and (b eq "2" and c eq "3")"#),
        ("not a eq 1", r#"not (a eq "1")"#),
        ("not a eq 1 and b eq 2", r#"(not (a eq "1")) and b eq "2""#),
        ("a eq 1 and not b eq 2", r#"a eq "1" and (not (b eq "2"))"#),
        ("not a eq 1 or not b eq 2", r#"(not (a eq "1")) or (not (b eq "2"))"#),
        ("not (a eq 1 and b eq 2)", r#"not (a eq "1" and b eq "2")"#),
        ("not(a eq 1)", r#"not (a eq "1")"#),
        ("not (not (a eq 1))", r#"not (not (a eq "1"))"#),
        ("(((a eq 1)))", r#"a eq "1""#),
        ("(a eq 1)and(b eq 2)or(c eq 3)", r#"(a eq "1" and b eq "2") or c eq "3""#),
        ("a eq 1 or b eq 2 and not c eq 3 or d pr", r#"a eq "1" or (b eq "2" and (not (c eq "3"))) or d pr"#),
        (r#"id eq "6c90" or correlated eq false"#, r#"id eq "6c90" or correlated eq "false""#),
    ]);
}

#[test]
fn white_space() {
    expect(&[
        ("  a eq 1  ", r#"a eq "1""#),
        ("a\teq\n1", r#"a eq "1""#),
        ("a  eq  1   and   b  eq  2", r#"a eq "1" and b eq "2""#),
        ("( a eq 1 )", r#"a eq "1""#),
        (r#"a eq"x"and b eq"y""#, r#"a eq "x" and b eq "y""#),
        ("not  (  a eq 1  )", r#"not (a eq "1")"#),
    ]);
}

#[test]
fn strings() {
    let values = [
        (r#""""#, ""),
        (r#"" ""#, " "),
        (r#""two words""#, "two words"),
        (r#""say \"hi\"""#, r#"say "hi""#),
        (r#""back\\slash""#, r"back\slash"),
        (r#""\\""#, r"\"),
        (r#""CN=Smith\, Joe,OU=People""#, r"CN=Smith\, Joe,OU=People"),
        (r#""ACME\jsmith""#, r"ACME\jsmith"),
        (r#""a) or (b""#, "a) or (b"),
        (r#""100%25""#, "100%"),
        (r#""R%26D""#, "R&D"),
        (r#""%23general""#, "#general"),
        (r#""%2523""#, "%23"),
        (r#""100%""#, "100%"),
        (r#""%20""#, "%20"),
        (r#""Zoë 測試 🦀""#, "Zoë 測試 🦀"),
        ("\"line\nbreak\"", "line\nbreak"),
        ("50%25", "50%25"),
        (r"back\slash", r"back\slash"),
    ];
    for (written, value) in values {
        let expected = Comparison { field: "f".into(), operator: Operator::Eq, values: vec![value.into()] };
        assert_eq!(parse(&format!("f eq {written}")), Ok(Expr::Comparison(expected)), "{written}");
    }
}

#[test]
fn malformed() {
    let operator = "one of the operators eq, ne, gt, ge, lt, le, co, sw, in, ca, isnull, pr";
    let comparison = r#"a field name, "not" or "(""#;
    let (end, close) = (r#""and", "or" or the end"#, r#""and", "or" or ")""#);
    let (value, list, comma) = ("a value", "a list of values in parentheses", r#""," or ")""#);
    let cases = [
        ("", 1, comparison, ""),
        ("   ", 4, comparison, ""),
        ("a", 2, operator, ""),
        ("a ", 3, operator, ""),
        ("a eq", 5, value, ""),
        ("a eq ", 6, value, ""),
        ("a EQ 1", 3, operator, "EQ"),
        ("a Eq 1", 3, operator, "Eq"),
        ("a = 1", 3, operator, "="),
        ("a == 1", 3, operator, "=="),
        ("a ew 1", 3, operator, "ew"),
        ("a equals 1", 3, operator, "equals"),
        ("a isNull", 3, operator, "isNull"),
        ("a is null", 3, operator, "is"),
        ("a not in (1)", 3, operator, "not"),
        ("a \"x\"", 3, operator, "\""),
        ("1a eq 1", 1, comparison, "1a"),
        ("-a eq 1", 1, comparison, "-a"),
        (".a eq 1", 1, comparison, ".a"),
        ("\"a\" eq 1", 1, comparison, "\""),
        ("a. eq 1", 2, operator, "."),
        ("a..b eq 1", 2, operator, "..b"),
        ("a/b eq 1", 2, operator, "/b"),
        ("a[0] eq 1", 2, operator, "[0]"),
        ("é eq 1", 1, comparison, "é"),
        ("a eq 1 b", 8, end, "b"),
        ("name sw Joe Smith", 13, end, "Smith"),
        ("a eq 1 AND b eq 2", 8, end, "AND"),
        ("a eq 1 Or b eq 2", 8, end, "Or"),
        ("a eq 1 && b eq 2", 8, end, "&&"),
        ("a eq 1, b eq 2", 7, end, ","),
        ("a eq 1 and", 11, comparison, ""),
        ("a eq 1 or ", 11, comparison, ""),
        ("a eq 1 and and b eq 2", 16, operator, "b"),
        ("and a eq 1", 5, operator, "a"),
        ("NOT a eq 1", 5, operator, "a"),
        ("not", 4, comparison, ""),
        ("not not a eq 1", 9, operator, "a"),
        ("! a eq 1", 1, comparison, "!"),
        ("(a eq 1", 8, close, ""),
        ("(a eq 1 b", 9, close, "b"),
        ("a eq 1)", 7, end, ")"),
        ("()", 2, comparison, ")"),
        ("(", 2, comparison, ""),
        (")", 1, comparison, ")"),
        ("(a) eq 1", 3, operator, ")"),
        ("a eq (1)", 6, value, "("),
        ("a eq )", 6, value, ")"),
        ("a eq ,", 6, value, ","),
        ("a eq \"x", 8, "a closing quote", ""),
        ("a eq \"x\\\"", 10, "a closing quote", ""),
        ("a eq \"", 7, "a closing quote", ""),
        ("a eq x\"y\"", 7, end, "\""),
        ("a eq \"x\"\"y\"", 9, end, "\""),
        ("é eq", 1, comparison, "é"),
        ("a eq \"éé\" x", 11, end, "x"),
        ("a in", 5, list, ""),
        ("a in \"x\"", 6, list, "\""),
        ("a in x", 6, list, "x"),
        ("a in ()", 7, value, ")"),
        ("a in (", 7, value, ""),
        ("a in (1", 8, comma, ""),
        ("a in (1,", 9, value, ""),
        ("a in (1,)", 9, value, ")"),
        ("a in (1 2)", 9, comma, "2"),
        ("a in (,1)", 7, value, ","),
        ("a in [1]", 6, list, "[1]"),
        ("a ca ((1))", 7, value, "("),
        ("pr", 3, operator, ""),
        ("pr \"a\"", 4, operator, "\""),
        ("pr a eq 1", 6, end, "eq"),
        ("a pr 1", 6, end, "1"),
        ("a isnull true", 10, end, "true"),
    ];
    for (filters, position, expected, found) in cases {
        let found = if found.is_empty() { "the end".to_owned() } else { format!("\"{found}\"") };
        let sentence = format!("The filter is malformed at position {position}: expected {expected}, found {found}.");
        assert_eq!(read(filters), sentence, "{filters}");
    }
}

fn nested(levels: usize) -> String {
    format!("{}a eq 1{}", "not (b eq 2 or c eq 3 and ".repeat(levels), ")".repeat(levels))
}

#[test]
fn nesting_is_bounded() {
    assert!(parse(&nested(MAX_NESTING)).is_ok());
    for levels in [MAX_NESTING + 1, 100_000] {
        assert_eq!(parse(&nested(levels)).map_err(|error| error.expected), Err(Expected::ShallowerNesting));
    }
    let bare = "(".repeat(100_000);
    assert_eq!(
        read(&bare),
        "The filter is malformed at position 32: expected at most 30 nested parentheses, found \"(\"."
    );
}

#[test]
fn a_long_word_is_cut_in_the_message() {
    assert_eq!(parse(&format!("a {}", "x".repeat(5_000))).map_err(|error| error.found.len()), Err(60));
}

/// Every field but `not` and `pr`, which the grammar reads as operators where a field could stand.
fn fields() -> impl Strategy<Value = String> {
    "(in|and|[a-z_][a-zA-Z0-9_-]{0,3})(\\.[a-z]{1,3}){0,2}"
        .prop_filter("an operator", |field| field != "not" && field != "pr")
}

fn comparisons_of_any_kind() -> impl Strategy<Value = Expr> {
    let operators = prop::sample::select(&Operator::ALL[..]);
    let values = prop::collection::vec(any::<String>(), 1..4);
    (fields(), operators, values).prop_map(|(field, operator, mut values)| {
        values.truncate(match operator {
            Operator::IsNull | Operator::Present => 0,
            Operator::In | Operator::ContainsAll => 3,
            _ => 1,
        });
        Expr::Comparison(Comparison { field, operator, values })
    })
}

fn expressions() -> impl Strategy<Value = Expr> {
    comparisons_of_any_kind().prop_recursive(4, 24, 4, |inner| {
        let parts = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts.clone().prop_map(Expr::And),
            parts.prop_map(Expr::Or),
            inner.prop_map(|inner| Expr::Not(Box::new(inner))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(expr in expressions()) {
        prop_assert_eq!(parse(&expr.to_string()), Ok(expr));
    }

    #[test]
    fn garbage_is_refused_or_read_but_never_panics(garbage in "\\PC*") {
        let _ = read(&garbage);
    }

    #[test]
    fn plausible_garbage_is_refused_or_read_but_never_panics(
        words in prop::collection::vec(prop::sample::select(vec![
            "a", "eq", "in", "pr", "not", "and", "or", "(", ")", ",", "\"x\"", "\"", "\\", "%", "é", ".", "1", "isnull",
        ]), 0..24),
        gap in " ?",
    ) {
        let filters = words.join(&gap);
        if let Err(error) = parse(&filters) {
            prop_assert!(error.position <= filters.chars().count() + 1);
        }
    }
}
