//! What an expression may cost: worked out before anybody runs it, from its text and from how large things are at
//! most. A text alone bounds nothing; comprehensions within comprehensions multiply.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedEntryExpr, LiteralValue};

use super::DATA_MAX;
use super::functions::LIST_MAX;

/// How many steps an expression may take. [assumed]
const STEPS_MAX: u64 = 10_000_000;
/// How many elements, or letters, anything may have that an expression makes. [assumed]
const SIZE_MAX: u64 = 20_000;
/// How many elements a variable, or a field of one, is taken to have. [assumed]
const USUAL: Size = Size { count: 100, of: 100 };
/// A truth value, or a number.
const ONE: Size = Size { count: 1, of: 1 };
/// What it takes to show one user to an expression, in steps.
const USER: u64 = 40;
/// How much of a text or list is looked at in one step.
const AT_A_TIME: u64 = 64;

/// Why an expression is not run; nothing when it may be.
pub fn too_much(expression: &IdedExpr) -> Option<&'static str> {
    let mut bill = Bill { steps: 0, largest: 0, bound: Vec::new() };
    bill.of(expression, 1);
    (bill.steps > STEPS_MAX || bill.largest > SIZE_MAX).then_some("expression costs too much to evaluate")
}

/// How large a value is at most: its elements or letters, and those of each element.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Size {
    count: u64,
    of: u64,
}

impl Size {
    fn texts(count: u64) -> Self {
        Self { count, of: count }
    }
    fn or(self, other: Self) -> Self {
        Self { count: self.count.max(other.count), of: self.of.max(other.of) }
    }
    fn and(self, other: Self) -> Self {
        Self { count: self.count.saturating_add(other.count), of: self.of.max(other.of) }
    }
}

struct Bill<'e> {
    steps: u64,
    largest: u64,
    bound: Vec<(&'e str, Size)>,
}

impl<'e> Bill<'e> {
    /// Charges for an expression that is evaluated so many times; says how large its value is.
    fn of(&mut self, expression: &'e IdedExpr, times: u64) -> Size {
        self.charge(1, times);
        let size = match &expression.expr {
            Expr::Ident(name) => {
                let bound = self.bound.iter().rev().find(|(known, _)| known == name);
                bound.map_or(USUAL, |(_, size)| *size)
            }
            Expr::Literal(LiteralValue::String(text)) => Size::texts(text.inner().len() as u64),
            Expr::Literal(LiteralValue::Bytes(bytes)) => Size::texts(bytes.inner().len() as u64),
            Expr::Literal(_) | Expr::Unspecified => ONE,
            Expr::Select(select) => {
                let size = self.of(&select.operand, times);
                // What a form was filled in with is as large as people make it.
                if select.field == "data" { Size::texts(DATA_MAX as u64 / 2) } else { size }
            }
            Expr::Call(call) => self.call(call, times),
            Expr::List(list) => {
                let sizes: Vec<_> = list.elements.iter().map(|part| self.of(part, times)).collect();
                Size { count: sizes.len() as u64, of: sizes.iter().map(|size| size.count).max().unwrap_or(0) }
            }
            Expr::Map(map) => self.entries(&map.entries, times),
            Expr::Struct(made) => self.entries(&made.entries, times),
            Expr::Comprehension(over) => {
                let range = self.of(&over.iter_range, times);
                let start = self.of(&over.accu_init, times);
                let turns = times.saturating_mul(range.count.max(1));
                let outer = self.bound.len();
                let element = Size::texts(range.of);
                self.bound.push((&over.iter_var, element));
                self.bound.extend(over.iter_var2.as_deref().map(|name| (name, element)));
                self.bound.push((&over.accu_var, Size { count: 0, of: 0 }));
                self.of(&over.loop_cond, turns);
                let step = self.of(&over.loop_step, turns);
                let all = Size { count: range.count.saturating_mul(step.count), of: step.of }.and(start);
                self.bound.truncate(outer);
                self.bound.push((&over.accu_var, all));
                let result = self.of(&over.result, times);
                self.bound.truncate(outer);
                result
            }
        };
        self.largest = self.largest.max(size.count);
        size
    }

    fn call(&mut self, call: &'e CallExpr, times: u64) -> Size {
        let target = call.target.as_deref().map(|target| self.of(target, times));
        let args: Vec<_> = call.args.iter().map(|part| self.of(part, times)).collect();
        let parts = || target.into_iter().chain(args.iter().copied());
        let looked_at = parts().map(|size| size.count).fold(0, u64::saturating_add);
        self.charge(looked_at / AT_A_TIME, times);
        let this = target.unwrap_or(ONE);
        let arg = |place: usize| args.get(place).copied().unwrap_or(Size { count: 0, of: 0 });
        let largest = || parts().fold(ONE, Size::or);
        match call.func_name.rsplit('.').next().unwrap_or_default() {
            "_+_" => parts().fold(Size { count: 0, of: 0 }, Size::and),
            "_?_:_" => arg(1).or(arg(2)),
            "_[_]" | "_[?_]" => Size::texts(arg(0).of),
            "replace" => Size::texts((this.count + 1).saturating_mul(arg(1).count.max(1)).max(this.count)),
            "join" => Size::texts(this.count.saturating_mul(this.of.saturating_add(arg(0).count))),
            "DirectReports" | "GetEntitlementMembers" | "FindByName" => {
                self.charge(LIST_MAX as u64 * USER, times);
                Size { count: LIST_MAX as u64, of: USUAL.of }
            }
            "GetManagers" | "FindByEmail" | "GetByID" => {
                self.charge(USER, times);
                Size { count: 1, of: USUAL.of }
            }
            "HasEntitlement" | "HasApp" => {
                self.charge(USER, times);
                ONE
            }
            name if name.starts_with(['_', '!', '@', '-']) => ONE,
            _ => largest(),
        }
    }

    fn entries(&mut self, entries: &'e [IdedEntryExpr], times: u64) -> Size {
        let mut largest = 0;
        for entry in entries {
            let size = match &entry.expr {
                EntryExpr::StructField(field) => self.of(&field.value, times),
                EntryExpr::MapEntry(pair) => self.of(&pair.key, times).or(self.of(&pair.value, times)),
            };
            largest = largest.max(size.count);
        }
        Size { count: entries.len() as u64, of: largest }
    }

    fn charge(&mut self, steps: u64, times: u64) {
        self.steps = self.steps.saturating_add(steps.saturating_mul(times));
    }
}
