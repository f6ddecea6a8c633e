//! Which variables an expression takes from outside: those that no comprehension binds.

use std::collections::BTreeSet;

use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr, IdedEntryExpr};

/// The variables that have to be declared for `expression`, in the order of their names.
pub fn variables(expression: &IdedExpr) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    walk(expression, &mut Vec::new(), &mut found);
    found
}

fn walk<'e>(expression: &'e IdedExpr, bound: &mut Vec<&'e str>, found: &mut BTreeSet<&'e str>) {
    match &expression.expr {
        Expr::Ident(name) => {
            if !bound.contains(&name.as_str()) {
                found.insert(name);
            }
        }
        Expr::Call(call) => {
            for part in call.target.as_deref().into_iter().chain(&call.args) {
                walk(part, bound, found);
            }
        }
        Expr::Comprehension(over) => {
            walk(&over.iter_range, bound, found);
            walk(&over.accu_init, bound, found);
            let outer = bound.len();
            bound.extend([over.iter_var.as_str(), over.accu_var.as_str()]);
            bound.extend(over.iter_var2.as_deref());
            for part in [&over.loop_cond, &over.loop_step, &over.result] {
                walk(part, bound, found);
            }
            bound.truncate(outer);
        }
        Expr::List(list) => list.elements.iter().for_each(|part| walk(part, bound, found)),
        Expr::Map(map) => map.entries.iter().for_each(|entry| walk_entry(entry, bound, found)),
        Expr::Struct(made) => made.entries.iter().for_each(|entry| walk_entry(entry, bound, found)),
        Expr::Select(select) => walk(&select.operand, bound, found),
        Expr::Literal(_) | Expr::Unspecified => {}
    }
}

fn walk_entry<'e>(entry: &'e IdedEntryExpr, bound: &mut Vec<&'e str>, found: &mut BTreeSet<&'e str>) {
    match &entry.expr {
        EntryExpr::StructField(field) => walk(&field.value, bound, found),
        EntryExpr::MapEntry(pair) => {
            walk(&pair.key, bound, found);
            walk(&pair.value, bound, found);
        }
    }
}
