//! `expandMask` and `expanded`: objects that the rows of an answer point at, each there once (contract, 5).

use std::collections::{BTreeMap, BTreeSet};

use super::wire::{Any, message};

message! {
    /// Which references an answer is to follow; the same shape for every kind of row.
    ExpandMask = c1.api.ExpandMask {
        /// Names of the fields that hold the references, or `*`.
        paths: Vec<String>,
    }
}

impl ExpandMask {
    /// The mask that follows everything: that of a `GET` of one object [assumed].
    pub fn everything() -> Self {
        Self { paths: vec!["*".into()] }
    }
}

/// What is to be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tokens {
    All,
    These(BTreeSet<String>),
}

/// Shows an object.
type Render<'r, R> = Box<dyn Fn(&R) -> Option<Any> + 'r>;

/// The objects of one answer. `R` names an object, `render` shows it.
pub struct Expander<'r, R> {
    tokens: Tokens,
    render: Render<'r, R>,
    places: BTreeMap<R, Option<usize>>,
    objects: Vec<Any>,
}

impl<'r, R: Ord + Clone> Expander<'r, R> {
    /// Follows what `mask` names, nothing without one. A name of nothing is passed over [assumed].
    pub fn new(mask: Option<&ExpandMask>, render: impl Fn(&R) -> Option<Any> + 'r) -> Self {
        let paths = mask.map_or(&[][..], |mask| &mask.paths);
        let tokens = if paths.iter().any(|path| path == "*") {
            Tokens::All
        } else {
            Tokens::These(paths.iter().cloned().collect())
        };
        Self { tokens, render: Box::new(render), places: BTreeMap::new(), objects: Vec::new() }
    }

    /// Follows everything: what a `GET` of one object does [assumed].
    pub fn everything(render: impl Fn(&R) -> Option<Any> + 'r) -> Self {
        Self { tokens: Tokens::All, render: Box::new(render), places: BTreeMap::new(), objects: Vec::new() }
    }

    /// The path to one object, `$.expanded[3]`; empty when `token` is not followed, or leads to nothing.
    pub fn one(&mut self, token: &str, object: Option<R>) -> String {
        self.many(token, object)
    }

    /// The path to several objects, `$.expanded[3,4]`; empty as with [`Expander::one`].
    pub fn many(&mut self, token: &str, objects: impl IntoIterator<Item = R>) -> String {
        if !self.follows(token) {
            return String::new();
        }
        let mut places: Vec<usize> = Vec::new();
        for place in objects.into_iter().filter_map(|object| self.place(object)) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let places: Vec<String> = places.iter().map(usize::to_string).collect();
        if places.is_empty() { String::new() } else { format!("$.expanded[{}]", places.join(",")) }
    }

    /// The objects, in the order in which they were first pointed at.
    pub fn finish(self) -> Vec<Any> {
        self.objects
    }

    /// Whether a mask names this token, in snake_case.
    fn follows(&self, token: &str) -> bool {
        match &self.tokens {
            Tokens::All => true,
            Tokens::These(tokens) => tokens.contains(token),
        }
    }

    fn place(&mut self, object: R) -> Option<usize> {
        if let Some(place) = self.places.get(&object) {
            return *place;
        }
        let place = (self.render)(&object).map(|shown| {
            self.objects.push(shown);
            self.objects.len() - 1
        });
        self.places.insert(object, place);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendors::conductorone::wire::Empty;

    /// Shows even numbers, and nothing of odd ones.
    fn even(number: &u32) -> Option<Any> {
        number.is_multiple_of(2).then(|| Any::of(&Empty {}))
    }

    fn mask(paths: &[&str]) -> ExpandMask {
        ExpandMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() }
    }

    #[test]
    fn each_object_is_there_once_and_nothing_is_an_empty_path() {
        let mask = mask(&["user_id", "no_such_token"]);
        let mut expand = Expander::new(Some(&mask), even);
        assert_eq!(expand.one("user_id", Some(2)), "$.expanded[0]");
        assert_eq!(expand.one("user_id", Some(4)), "$.expanded[1]");
        assert_eq!(expand.many("user_id", [4, 2, 4]), "$.expanded[1,0]");
        assert_eq!(expand.one("user_id", Some(3)), "");
        assert_eq!(expand.one("user_id", None), "");
        assert_eq!(expand.one("app_id", Some(6)), "");
        assert_eq!(expand.finish().len(), 2);
    }

    #[test]
    fn a_star_follows_everything_and_no_mask_nothing() {
        let star = mask(&["*"]);
        assert_eq!(Expander::new(Some(&star), even).one("anything", Some(2)), "$.expanded[0]");
        assert_eq!(Expander::everything(even).one("anything", Some(2)), "$.expanded[0]");
        assert_eq!(Expander::new(None, even).one("anything", Some(2)), "");
    }
}
