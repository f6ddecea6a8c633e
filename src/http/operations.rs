//! The names that a vendor gives its operations.

use http::Method;
use serde::Serialize;

/// One operation of a vendor's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// The vendor's `operationId`.
    pub id: &'static str,
    /// The method, in capitals.
    pub method: &'static str,
    /// The path as it is routed, with `{parameters}`.
    pub path: &'static str,
}

/// Operations by method and path.
pub struct Operations<T = Operation> {
    by_path: matchit::Router<Vec<(Method, T)>>,
}

impl<T> Operations<T> {
    /// A look-up over `operations`, each with its method and its path template.
    ///
    /// # Panics
    /// When two templates collide: a mistake in a vendor's table of contents.
    pub fn new(operations: impl IntoIterator<Item = (Method, &'static str, T)>) -> Self {
        let mut grouped: Vec<(&'static str, Vec<(Method, T)>)> = Vec::new();
        for (method, path, operation) in operations {
            match grouped.iter_mut().find(|(known, _)| *known == path) {
                Some((_, list)) => list.push((method, operation)),
                None => grouped.push((path, vec![(method, operation)])),
            }
        }
        let mut by_path = matchit::Router::new();
        for (path, list) in grouped {
            if let Err(collision) = by_path.insert(path, list) {
                panic!("the path {path} cannot be routed: {collision}");
            }
        }
        Self { by_path }
    }

    /// The operation that a request reaches.
    pub fn find(&self, method: &Method, path: &str) -> Option<&T> {
        let list = self.by_path.at(path).ok()?.value;
        list.iter().find(|(known, _)| known == method).map(|(_, operation)| operation)
    }

    /// Whether any operation has this path, whatever the method.
    pub fn knows(&self, path: &str) -> bool {
        self.by_path.at(path).is_ok()
    }
}
