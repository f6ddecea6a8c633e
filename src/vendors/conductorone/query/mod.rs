//! How searches match and order (contract, 10.6).

pub mod policies;
pub mod tasks;

/// Whether `text` holds `part`, whatever their case. The vendor calls its search fuzzy; this is its
/// simplest reading [assumed].
pub fn mentions(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn case_does_not_matter_and_nothing_is_everywhere() {
        assert!(mentions("Accounts Payable", "PAY"));
        assert!(mentions("Straße", "STRASSE") || mentions("Straße", "straße"));
        assert!(mentions("anything", ""));
        assert!(!mentions("", "a"));
    }
}
