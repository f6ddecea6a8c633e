use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

fn key(path: &str, descending: bool) -> SortKey {
    SortKey { path: path.to_owned(), descending }
}

/// The ids of the rows, sorted by `keys`, ids breaking ties.
fn sorted(rows: &Json, keys: &[SortKey]) -> Vec<u64> {
    let id = |row: &&Json| row["id"].as_u64();
    let rows = rows.as_array().map(|rows| rows.iter().collect()).unwrap_or_default();
    sort(rows, keys, Case::Ignored, id).into_iter().filter_map(|row| row["id"].as_u64()).collect()
}

#[test]
fn earlier_keys_dominate_and_the_id_has_the_last_word() {
    let rows = json!([
        {"id": 4, "type": "b", "age": 1}, {"id": 3, "type": "A", "age": 2},
        {"id": 2, "type": "a", "age": 3}, {"id": 1, "type": "a", "age": 2},
    ]);
    assert_eq!(sorted(&rows, &[]), [1, 2, 3, 4]);
    assert_eq!(sorted(&rows, &[key("type", false)]), [1, 2, 3, 4]);
    assert_eq!(sorted(&rows, &[key("type", true)]), [4, 1, 2, 3]);
    assert_eq!(sorted(&rows, &[key("type", false), key("age", true)]), [2, 1, 3, 4]);
}

#[test]
fn what_is_absent_is_last_either_way_where_a_vendor_says_so() {
    let rows = [json!({"id": 1}), json!({"id": 2, "a": 1}), json!({"id": 3, "a": 2}), json!({"id": 4, "a": null})];
    let by = |descending| {
        let id = |row: &&Json| row["id"].as_u64();
        let sorted = sort_with(rows.iter().collect(), &[key("a", descending)], Case::Ignored, Absent::Last, id);
        sorted.into_iter().filter_map(|row| row["id"].as_u64()).collect::<Vec<_>>()
    };
    assert_eq!(by(false), [2, 3, 1, 4]);
    assert_eq!(by(true), [3, 2, 1, 4]);
}

#[test]
fn what_is_absent_is_last_ascending_and_first_descending() {
    let rows = json!([{"id": 1}, {"id": 2, "age": 5}, {"id": 3, "age": null}, {"id": 4, "age": -1.5}]);
    assert_eq!(sorted(&rows, &[key("age", false)]), [4, 2, 1, 3]);
    assert_eq!(sorted(&rows, &[key("age", true)]), [1, 3, 2, 4]);
}

#[test]
fn kinds_have_an_order_and_a_list_stands_by_its_first_value() {
    let rows =
        json!([{"id": 1, "x": "t"}, {"id": 2, "x": 7}, {"id": 3, "x": true}, {"id": 4, "x": [null, 6, 9]}, {"id": 5}]);
    assert_eq!(sorted(&rows, &[key("x", false)]), [3, 4, 2, 1, 5]);
}

proptest! {
    #[test]
    fn sorting_agrees_with_comparing(
        ages in prop::collection::vec((prop::option::of(-3i32..3), "[aAbB]?"), 0..20),
        descending in any::<(bool, bool)>(),
    ) {
        let rows: Vec<Json> =
            ages.iter().enumerate().map(|(id, (age, name))| json!({"id": id, "age": age, "name": name})).collect();
        let keys = [key("age", descending.0), key("name", descending.1)];
        let sorted = sort(rows, &keys, Case::Ignored, |row| row["id"].as_u64());
        for pair in sorted.windows(2) {
            let order = compare(&pair[0], &pair[1], &keys, Case::Ignored)
                .then_with(|| pair[0]["id"].as_u64().cmp(&pair[1]["id"].as_u64()));
            prop_assert_eq!(order, Ordering::Less);
        }
    }
}
