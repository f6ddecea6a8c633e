use serde_json::{Value, json};

use super::list::Listed;
use super::*;

fn rows() -> Vec<Value> {
    let row = |id: &str, name: &str, risk: Value, when: &str| json!({"id": id, "name": name, "riskScore": risk, "metadata": {"createdDate": when}, "tags": [name]});
    vec![
        row("a", "Delta", json!(10), "2024-05-23T20:55:02Z"),
        row("b", "alpha", json!(9), "2024-05-23T20:55:02.5Z"),
        row("c", "Charlie, the third", json!(null), "2024-05-23T20:55:01.999999999Z"),
        row("d", "bravo", json!(9), "2023-01-01T00:00:00Z"),
        row("e", "alpha", json!(11), "2025-01-01T00:00:00Z"),
    ]
}

fn listed(query: &str) -> Result<Listed<String>, QueryError> {
    let id = |row: &&Value| row["id"].as_str().unwrap_or_default().to_owned();
    let rows = rows();
    let page = ListQuery::read(&Params::read(query))?.page(rows.iter(), id);
    Ok(page.map(|row| row["id"].as_str().unwrap_or_default().to_owned()))
}

#[test]
fn a_page_is_filtered_sorted_counted_and_cut() {
    let table = [
        ("", "abcde", 5),
        ("_pageSize=2", "ab", 5),
        ("pageSize=2", "ab", 5),
        ("_pageSize=0", "", 5),
        ("_pageSize=10000", "abcde", 5),
        ("_pageSize=10001", "", 0),
        ("_pageSize=99999999999999999999999999", "", 0),
        ("_pageSize=2&_pagedResultsOffset=1", "bc", 5),
        ("_pageSize=2&pagedResultsOffset=4", "e", 5),
        ("_pageSize=2&_pagedResultsOffset=5", "", 5),
        ("_pageSize=2&_pagedResultsOffset=99999999999999999999999", "", 5),
        ("pageSize=2&pageNumber=1", "cd", 5),
        ("pageSize=2&_pageNumber=2", "e", 5),
        ("pageSize=2&page=1", "cd", 5),
        ("pageSize=2&pageNumber=99999999999999999", "", 5),
        ("pageSize=2&pageNumber=1&_pagedResultsOffset=0", "ab", 5),
        ("pageSize=1&_pageSize=2", "a", 5),
        ("__pageSize=2", "abcde", 5),
        ("_queryFilter=true", "abcde", 5),
        ("_queryFilter=", "abcde", 5),
        ("_queryFilter=name+eq+%22ALPHA%22", "be", 2),
        ("queryFilter=riskScore+gt+9&_pageSize=1", "a", 2),
        ("_queryString=alph", "be", 2),
        ("queryString=CHAR", "c", 1),
        ("queryString=", "abcde", 5),
        ("queryString=2024", "", 0),
        ("queryString=alph&_queryFilter=riskScore+eq+11", "e", 1),
        ("_sortKeys=name", "bedca", 5),
        ("sortKeys=name&sortDir=desc", "acdbe", 5),
        ("sortBy=name&_sortDir=DESC", "acdbe", 5),
        ("_sortKeys=-name", "acdbe", 5),
        ("_sortKeys=-name&_sortDir=desc", "bedca", 5),
        ("_sortKeys=name&_sortDir=sideways", "bedca", 5),
        ("_sortKeys=riskScore", "bdaec", 5),
        ("_sortKeys=-riskScore", "eabdc", 5),
        ("_sortKeys=riskScore,name", "bdaec", 5),
        ("_sortKeys=riskScore,-name", "dbaec", 5),
        ("_sortKeys=metadata.createdDate&_sortType=date", "dcabe", 5),
        ("_sortKeys=metadata/createdDate&sortDir=desc", "ebacd", 5),
        ("_sortKeys=missing", "abcde", 5),
        ("_sortKeys=,", "abcde", 5),
        ("_searchAfter=b", "cde", 5),
        ("searchAfter=b&_pageSize=1", "c", 5),
        ("_searchAfter=bb", "cde", 5),
        ("_searchAfter=e", "", 5),
        ("_searchAfter=b&_pagedResultsOffset=4", "cde", 5),
        ("_searchAfter=", "abcde", 5),
        ("_sortKeys=riskScore&_searchAfter=9,b", "daec", 5),
        ("_sortKeys=riskScore&_searchAfter=9.5,zz", "aec", 5),
        ("_sortKeys=riskScore&_searchAfter=null,b", "c", 5),
        ("_sortKeys=-riskScore&_searchAfter=9,d", "c", 5),
        ("_sortKeys=name&_searchAfter=Charlie, the third,c", "a", 5),
        ("_sortKeys=metadata.createdDate&_searchAfter=2024-05-23T20:55:02Z,a", "be", 5),
        ("action=x&expandPaths=glossary.idx", "abcde", 5),
    ];
    for (query, ids, total) in table {
        let page = listed(query).map(|page| (page.rows.concat(), page.total));
        assert_eq!(page, Ok((ids.to_owned(), total)), "{query}");
    }
}

#[test]
fn the_place_behind_a_page_leads_to_the_next_one() {
    let orders =
        ["", "name", "-name", "riskScore", "-riskScore", "riskScore,-name", "metadata.createdDate", "-tags", "missing"];
    for order in orders {
        let all = listed(&format!("_sortKeys={order}")).map(|page| page.rows);
        for size in 1..5 {
            let (mut joined, mut after) = (Vec::new(), String::new());
            loop {
                let page = listed(&format!("_sortKeys={order}&_pageSize={size}&_searchAfter={after}")).unwrap();
                assert_eq!(page.total, 5);
                joined.extend(page.rows);
                let Some(place) = page.search_after else { break };
                let place: Vec<String> =
                    place.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
                after = place.join(",").replace(' ', "%20");
            }
            assert_eq!(Ok(joined), all, "{order} by {size}");
        }
    }
}

#[test]
fn the_place_is_the_sort_values_and_the_id() {
    let table = [
        ("_pageSize=2", Some(json!(["b"]))),
        ("_pageSize=0", None),
        ("_queryFilter=false", None),
        ("_pageSize=2&_sortKeys=riskScore", Some(json!([9, "d"]))),
        ("_sortKeys=riskScore,name", Some(json!([null, "Charlie, the third", "c"]))),
        ("_sortKeys=-metadata.createdDate", Some(json!(["2023-01-01T00:00:00Z", "d"]))),
    ];
    for (query, expected) in table {
        assert_eq!(listed(query).map(|page| page.search_after.map(Value::from)), Ok(expected), "{query}");
    }
}

#[test]
fn numbers_that_are_none_are_refused_together() {
    let table = [
        ("_pageSize=-1", vec!["_pageSize must be a non-negative integer."]),
        ("pageSize=ten", vec!["pageSize must be a non-negative integer."]),
        ("pageSize=", vec!["pageSize must be a non-negative integer."]),
        ("pageSize=1.5", vec!["pageSize must be a non-negative integer."]),
        ("pageSize=%2B1", vec!["pageSize must be a non-negative integer."]),
        (
            "_pagedResultsOffset=x&page=y",
            vec!["_pagedResultsOffset must be a non-negative integer.", "page must be a non-negative integer."],
        ),
    ];
    for (query, expected) in table {
        let sentences = listed(query).map_err(|error| error.sentences());
        assert_eq!(sentences, Err(Some(expected.iter().map(|text| (*text).to_owned()).collect())), "{query}");
    }
    let error = listed("_queryFilter=name+is").map_err(|error| (error.sentences(), error.to_string()));
    let text = "Invalid query filter: expected one of eq, co, sw, ew, lt, le, gt, ge, in, pr or \"[\" at position 6, found \"is\"";
    assert_eq!(error, Err((None, text.to_owned())));
}

#[test]
fn a_body_narrows_what_the_address_asks() {
    let target = json!({"targetFilter": {"operator": "GT", "operand": {"targetName": "riskScore", "targetValue": 9}}});
    let read = |query: &str| ListQuery::read(&Params::read(query)).and_then(|query| query.targeting(&target));
    let ids = |query: &str| {
        let id = |row: &&Value| row["id"].as_str().unwrap_or_default().to_owned();
        let rows = rows();
        read(query).map(|query| query.page(rows.iter(), id).map(|row| row["id"].clone()).rows)
    };
    assert_eq!(ids(""), Ok(vec![json!("a"), json!("e")]));
    assert_eq!(ids("_queryFilter=name+eq+%22alpha%22"), Ok(vec![json!("e")]));
    let wrong = ListQuery::read(&Params::default()).and_then(|query| query.targeting(&json!({"targetFilter": 5})));
    assert_eq!(wrong.map_err(|error| error.to_string()), Err("Invalid target filter: 5".to_owned()));
}

#[test]
fn fields_show_a_part_and_nothing_besides() {
    let item = json!({"id": 1, "name": "a", "metadata": {"createdDate": "x", "modifiedDate": "y"}});
    let table = [
        ("", item.clone()),
        ("_fields=", item.clone()),
        ("_fields=*", item.clone()),
        ("_fields=id", json!({"id": 1})),
        ("fields=name,metadata.createdDate", json!({"name": "a", "metadata": {"createdDate": "x"}})),
        ("_fields=nothing", json!({})),
    ];
    for (query, expected) in table {
        let shown = ListQuery::read(&Params::read(query)).map(|query| query.show(item.clone()));
        assert_eq!(shown, Ok(expected), "{query}");
    }
}

#[test]
fn truth_is_the_word_true() {
    let params = Params::read("simulate=true&_waitForCompletion=TRUE&a=1&_fields=a,,%20b");
    assert!(params.flag("simulate"));
    assert!(params.flag("_simulate"));
    assert!(!params.flag("waitForCompletion") && !params.flag("a") && !params.flag("missing"));
    assert_eq!(params.listed("_fields").collect::<Vec<_>>(), ["a", "b"]);
}
