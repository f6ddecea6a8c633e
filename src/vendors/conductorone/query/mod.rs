//! How searches match and order: filters of different fields are joined by "and", the values of one by
//! "or", and an empty one does not filter (contract, 10.6).

pub mod accounts;
pub mod apps;
pub mod entitlements;
pub mod grants;
pub mod resources;
pub mod users;

pub mod policies;
pub mod tasks;

/// Whether `text` holds `part`, whatever their case. The vendor calls its search fuzzy; this is its
/// simplest reading [assumed].
pub fn mentions(text: &str, part: &str) -> bool {
    part.is_empty() || text.to_lowercase().contains(&part.to_lowercase())
}

/// Whether a filter lets `value` through: one that names nothing lets everything.
pub fn among<T: PartialEq>(wanted: &[T], value: &T) -> bool {
    wanted.is_empty() || wanted.contains(value)
}

/// Whether a filter lets any of `values` through.
pub fn any_among<T: PartialEq>(wanted: &[T], values: &[T]) -> bool {
    wanted.is_empty() || values.iter().any(|value| wanted.contains(value))
}

/// Where a row stands in a list: by name, then by id (contract, 10.6).
pub type ByName = (String, String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_and_nothing_is_everywhere() {
        assert!(mentions("Accounts Payable", "PAY"));
        assert!(mentions("anything", ""));
        assert!(!mentions("", "a"));
    }

    #[test]
    fn an_empty_filter_does_not_filter() {
        assert!(among(&[], &1));
        assert!(among(&[1, 2], &2) && !among(&[1, 2], &3));
        assert!(any_among::<u8>(&[], &[]));
        assert!(any_among(&[1, 2], &[2, 3]) && !any_among(&[1], &[]));
    }
}
