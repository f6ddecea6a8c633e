//! Proto3 JSON both ways, kind by kind, and pages.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::emit::to_bytes;
use super::page::{Paged, Paging};
use super::read::from_body;
use super::request::Asked;
use super::{Any, Empty, Json, Lasting, Mask, Time, message, to_value, vocabulary};
use crate::kernel::Span;

vocabulary! {
    Colour { Unspecified = "COLOUR_UNSPECIFIED", Red = "COLOUR_RED", DeepBlue = "COLOUR_DEEP_BLUE" }
}

message! {
    Part = test.v1.Part {
        display_name: String,
        weight: i32,
    }

    Whole = test.v1.Whole {
        display_name: String,
        small: i32,
        large: i64,
        sizes: Vec<i64>,
        real: f64,
        is_on: bool,
        colour: Colour,
        parts: Vec<Part>,
        labels: BTreeMap<String, String>,
        made_at: Option<Time>,
        lasts: Option<Lasting>,
        free: Option<Json>,
        part: Option<Part>,
        #[serde(rename = "type")]
        kind: String;
        oneof choice {
            accept: Empty,
            number: i64,
        }
    }
}

fn read(body: &str) -> Result<Whole, String> {
    from_body(body).map(|(message, _)| message)
}

#[test]
fn scalars_and_lists_are_always_written_and_messages_only_when_set() {
    let expected = json!({
        "displayName": "", "small": 0, "large": "0", "sizes": [], "real": 0.0, "isOn": false,
        "colour": "COLOUR_UNSPECIFIED", "parts": [], "labels": {}, "type": "",
    });
    assert_eq!(to_value(&Whole::default()).unwrap(), expected);
    assert_eq!(serde_json::from_slice::<Value>(&to_bytes(&Whole::default()).unwrap()).unwrap(), expected);
}

#[test]
fn every_kind_is_written_as_proto3_has_it() {
    let whole = Whole {
        large: i64::MIN,
        sizes: vec![1, i64::MAX],
        colour: Colour::DeepBlue,
        parts: vec![Part { display_name: "a".into(), weight: 3 }],
        labels: BTreeMap::from([("A_b".into(), "c".into())]),
        made_at: Some(Time("2026-01-05T10:00:01.25+01:00".parse().unwrap())),
        lasts: Some(Lasting(Span::micros(-1_500_000))),
        free: Some(Json(json!({"n": 12, "null": null, "List": [1]}))),
        part: Some(Part::default()),
        accept: Some(Empty {}),
        ..Whole::default()
    };
    let written = to_value(&whole).unwrap();
    let expected = json!({
        "displayName": "", "small": 0, "large": "-9223372036854775808", "sizes": ["1", "9223372036854775807"],
        "real": 0.0, "isOn": false, "colour": "COLOUR_DEEP_BLUE", "parts": [{"displayName": "a", "weight": 3}],
        "labels": {"A_b": "c"}, "madeAt": "2026-01-05T09:00:01.250Z", "lasts": "-1.500s",
        "free": {"n": 12, "null": null, "List": [1]}, "part": {"displayName": "", "weight": 0}, "type": "", "accept": {},
    });
    assert_eq!(written, expected);
    assert_eq!(read(&written.to_string()), Ok(whole));
}

#[test]
fn names_are_read_in_both_spellings_and_null_is_unset() {
    let part = Part { display_name: "p".into(), weight: 7 };
    let expected = Whole { display_name: "n".into(), is_on: true, parts: vec![part], ..Whole::default() };
    for body in [
        r#"{"displayName": "n", "isOn": true, "parts": [{"displayName": "p", "weight": "7"}]}"#,
        r#"{"display_name": "n", "is_on": true, "parts": [{"display_name": "p", "weight": 7.0}], "part": null, "small": null}"#,
    ] {
        assert_eq!(read(body), Ok(expected.clone()), "{body}");
    }
    for body in ["", " \n", "{}", "null"] {
        assert_eq!(read(body), Ok(Whole::default()), "{body}");
    }
}

#[test]
fn numbers_enums_and_lengths_of_time_are_read_in_every_legal_form() {
    let table = [
        (r#"{"large": 5}"#, Whole { large: 5, ..Whole::default() }),
        (r#"{"large": "5"}"#, Whole { large: 5, ..Whole::default() }),
        (r#"{"small": "-3"}"#, Whole { small: -3, ..Whole::default() }),
        (r#"{"real": "0.5"}"#, Whole { real: 0.5, ..Whole::default() }),
        (r#"{"colour": 2}"#, Whole { colour: Colour::DeepBlue, ..Whole::default() }),
        (r#"{"colour": "COLOUR_RED"}"#, Whole { colour: Colour::Red, ..Whole::default() }),
        (r#"{"lasts": "0.5s"}"#, Whole { lasts: Some(Lasting(Span::micros(500_000))), ..Whole::default() }),
        (r#"{"lasts": "3600s"}"#, Whole { lasts: Some(Lasting(Span::hours(1))), ..Whole::default() }),
        (r#"{"number": "9"}"#, Whole { number: Some(9), ..Whole::default() }),
    ];
    for (body, expected) in table {
        assert_eq!(read(body), Ok(expected), "{body}");
    }
}

#[test]
fn what_is_no_such_message_is_refused_in_the_parsers_words() {
    let table = [
        (r#"{"foo": 1}"#, r#"proto: (line 1:2): unknown field "foo""#),
        ("{\n  \"parts\": [{\"nope\": 1}]\n}", r#"proto: (line 2:14): unknown field "nope""#),
        (r#"{"displayName": "a", "display_name": "b"}"#, r#"proto: (line 1:22): duplicate field "display_name""#),
        (r#"{"displayName": 12}"#, "proto: (line 1:2): invalid value for string field displayName: 12"),
        (r#"{"small": 1.5}"#, "proto: (line 1:2): invalid value for int32 field small: 1.5"),
        (r#"{"small": 2147483648}"#, "proto: (line 1:2): invalid value for int32 field small: 2147483648"),
        (r#"{"large": "x"}"#, r#"proto: (line 1:2): invalid value for int64 field large: "x""#),
        (r#"{"isOn": "true"}"#, r#"proto: (line 1:2): invalid value for bool field isOn: "true""#),
        (r#"{"colour": ""}"#, r#"proto: (line 1:2): invalid value for enum field colour: """#),
        (r#"{"colour": 3}"#, "proto: (line 1:2): invalid value for enum field colour: 3"),
        (r#"{"parts": {}}"#, "proto: (line 1:2): unexpected token {"),
        (r#"{"parts": [null]}"#, "proto: (line 1:2): unexpected token null"),
        (r#"{"part": []}"#, "proto: (line 1:2): unexpected token ["),
        (r#"{"labels": {"a": 1}}"#, "proto: (line 1:2): invalid value for string field labels: 1"),
        (r#"{"lasts": "1h"}"#, r#"proto: (line 1:2): invalid google.protobuf.Duration value "1h""#),
        (r#"{"madeAt": ""}"#, r#"proto: (line 1:2): invalid google.protobuf.Timestamp value """#),
        (
            r#"{"madeAt": "2026-01-05T10:00:01"}"#,
            r#"proto: (line 1:2): invalid google.protobuf.Timestamp value "2026-01-05T10:00:01""#,
        ),
        (
            r#"{"accept": {}, "number": 1}"#,
            r#"proto: (line 1:1): error parsing "number", oneof test.v1.Whole.choice is already set"#,
        ),
        ("[]", "proto: (line 1:1): unexpected token ["),
        ("7", "proto: (line 1:1): unexpected token 7"),
    ];
    for (body, expected) in table {
        assert_eq!(read(body), Err(expected.to_owned()), "{body}");
    }
    for body in ["{", "{]", "{\"a\":}", "nul"] {
        let refused = read(body).unwrap_err();
        assert!(refused.starts_with("proto: syntax error (line 1:"), "{refused}");
    }
}

#[test]
fn only_seconds_are_lengths_of_time() {
    for wrong in ["1", "s", "1m", "1.s", ".5s", "1.0000000001s", "-s", "+1s", "1 s", "99999999999999s", "--1s"] {
        assert!(read(&json!({"lasts": wrong}).to_string()).is_err(), "{wrong}");
    }
    let written = |micros| to_value(&Lasting(Span::micros(micros))).unwrap();
    let table = [(0, "0s"), (1, "0.000001s"), (500_000, "0.500s"), (3_600_000_000, "3600s"), (-1, "-0.000001s")];
    for (micros, text) in table {
        assert_eq!(written(micros), text);
    }
}

#[test]
fn any_carries_its_name_first() {
    let any = Any::of(&Part { display_name: "a".into(), weight: 1 });
    let text = String::from_utf8(to_bytes(&any).unwrap()).unwrap();
    assert_eq!(text, r#"{"@type":"type.googleapis.com/test.v1.Part","displayName":"a","weight":1}"#);
}

#[test]
fn a_mask_changes_what_it_names_and_clears_what_is_absent() {
    let old = Whole {
        display_name: "old".into(),
        large: 5,
        part: Some(Part { display_name: "p".into(), weight: 1 }),
        accept: Some(Empty {}),
        ..Whole::default()
    };
    let new = Whole {
        display_name: "new".into(),
        small: 3,
        part: Some(Part { display_name: String::new(), weight: 2 }),
        ..Whole::default()
    };
    let merged = |paths: &[&str]| Mask::of(paths).merge(&old, &new);
    let expect = |change: fn(&mut Whole)| {
        let mut expected = old.clone();
        change(&mut expected);
        Ok(expected)
    };
    assert_eq!(merged(&["displayName"]), expect(|whole| whole.display_name = "new".into()));
    assert_eq!(
        merged(&["display_name", "small"]),
        expect(|whole| {
            whole.display_name = "new".into();
            whole.small = 3;
        })
    );
    assert_eq!(
        merged(&["large", "accept"]),
        expect(|whole| {
            whole.large = 0;
            whole.accept = None;
        })
    );
    assert_eq!(
        merged(&["part.weight"]),
        expect(|whole| whole.part = Some(Part { display_name: "p".into(), weight: 2 }))
    );
    assert_eq!(merged(&["*"]), Ok(new.clone()));
    assert_eq!(
        merged(&[]),
        expect(|whole| {
            whole.display_name = "new".into();
            whole.small = 3;
            whole.part = Some(Part { display_name: String::new(), weight: 2 });
        })
    );
    assert!(merged(&["nope"]).is_err());
}

fn asked() -> Asked {
    Asked("ListThingsRequest".into())
}

fn page(size: i64, token: &str) -> Paged<i32> {
    Paging::new(&asked(), size, token, "things").unwrap().cut(0..60, |row| *row).unwrap()
}

#[test]
fn sizes_are_raised_defaulted_and_refused() {
    for (size, expected) in [(0, 25), (1, 10), (9, 10), (10, 10), (11, 11), (60, 60), (100, 60)] {
        assert_eq!(page(size, "").items.len(), expected, "{size}");
    }
    for size in [-1, 101, i64::MAX] {
        let refused = Paging::new(&asked(), size, "", "things").unwrap_err();
        assert_eq!(refused.message(), "invalid ListThingsRequest.PageSize: value must be inside range [0, 100]");
    }
}

#[test]
fn pages_joined_are_the_whole_in_both_directions() {
    let mut joined = Vec::new();
    let mut token = String::new();
    loop {
        let page = page(20, &token);
        joined.extend(page.items);
        token = page.next;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(joined, (0..60).collect::<Vec<_>>());

    let newest =
        |token: &str| Paging::new(&asked(), 50, token, "q").unwrap().cut((0..60).rev(), |row| Reverse(*row)).unwrap();
    assert_eq!(newest(&newest("").next).items, (0..10).rev().collect::<Vec<_>>());
}

#[test]
fn a_token_fits_its_query_and_outlives_its_row() {
    let token = page(20, "").next;
    let without_the_last = Paging::new(&asked(), 20, &token, "things").unwrap();
    let rows = (0..60).filter(|row| *row != 19);
    assert_eq!(without_the_last.cut(rows, |row| *row).unwrap().items.first(), Some(&20));
    for (token, query) in [(token.as_str(), "other things"), ("x", "things"), ("AAAA", "things"), ("é", "things")] {
        assert_eq!(Paging::new(&asked(), 20, token, query).unwrap_err().message(), "invalid page token");
    }
    let of_texts = Paging::new(&asked(), 20, &token, "things").unwrap();
    assert!(of_texts.cut(["a"].into_iter(), |row| (*row).to_owned()).is_err());
}
