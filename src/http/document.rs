//! What a vendor's OpenAPI document says of an endpoint, and the document.
//!
//! Only a build with debug assertions knows it. The document is committed, a test of such a build compares it with what
//! the code says, and what was committed is served: an optimised build, which asks nobody, would spend much of its time
//! on descriptions of shapes.

#[cfg(debug_assertions)]
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

#[cfg(debug_assertions)]
use super::Contents;
#[cfg(debug_assertions)]
use super::endpoint::Endpoint;

/// What is said of an endpoint besides its names.
#[derive(Default)]
pub(super) struct Described(#[cfg(debug_assertions)] Says);

impl Described {
    #[cfg(debug_assertions)]
    pub fn say(&mut self, say: impl FnOnce(&mut Says)) {
        say(&mut self.0);
    }
    #[cfg(not(debug_assertions))]
    pub fn say(&mut self, _: impl FnOnce(&mut Says)) {}
}

#[derive(Default)]
pub(super) struct Says {
    pub summary: &'static str,
    pub query: Vec<&'static str>,
    pub body: Option<Shape>,
    pub answers: Vec<(u16, Option<Shape>)>,
}

/// The shape of a body, in the words of the type that is read from it or written to it.
#[derive(Clone, Copy)]
#[cfg_attr(not(debug_assertions), expect(dead_code, reason = "nobody asks"))]
pub(super) struct Shape {
    name: fn() -> String,
    called: Option<&'static str>,
    schema: fn() -> RefOr<Schema>,
    parts: fn(&mut Vec<(String, RefOr<Schema>)>),
    list: bool,
}

impl Shape {
    pub fn of<T: ToSchema>(list: bool) -> Self {
        Self { name: || T::name().into_owned(), called: None, schema: T::schema, parts: T::schemas, list }
    }

    /// The same under a name of its own.
    pub fn called(self, name: &'static str) -> Self {
        Self { called: Some(name), ..self }
    }

    #[cfg(debug_assertions)]
    fn name(self) -> String {
        self.called.map_or_else(self.name, str::to_owned)
    }

    #[cfg(debug_assertions)]
    fn reference(self) -> Value {
        let one = json!({"$ref": format!("#/components/schemas/{}", self.name())});
        if self.list { json!({"type": "array", "items": one}) } else { one }
    }
}

/// The OpenAPI document of a table of contents. `extend` adds what the vendor says besides to
/// each operation. Built by a test and committed; never at start.
///
/// # Panics
/// When two schemas have the same name and are not the same.
#[cfg(debug_assertions)]
pub fn document<A>(
    title: &str,
    description: &str,
    contents: &Contents<A>,
    extend: impl Fn(&A, &mut Map<String, Value>),
) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas: std::collections::BTreeMap<String, Value> = std::collections::BTreeMap::new();
    for endpoint in contents {
        let says = &endpoint.described.0;
        let mut operation = operation(endpoint);
        extend(&endpoint.about, &mut operation);
        let path = paths.entry(endpoint.operation.path).or_insert_with(|| json!({}));
        path[endpoint.operation.method.to_lowercase()] = Value::Object(operation);
        for shape in says.answers.iter().filter_map(|(_, shape)| *shape).chain(says.body) {
            let mut parts = vec![(shape.name(), (shape.schema)())];
            (shape.parts)(&mut parts);
            for (name, part) in parts {
                let part = json!(part);
                let known = schemas.entry(name.clone()).or_insert_with(|| part.clone());
                assert!(*known == part, "two schemas are called {name}: {known} and {part}");
            }
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": title, "description": description, "version": env!("CARGO_PKG_VERSION")},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

#[cfg(debug_assertions)]
fn operation<A>(endpoint: &Endpoint<A>) -> Map<String, Value> {
    let says = &endpoint.described.0;
    let path = endpoint.operation.path.split('/');
    let path = path.filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let path = path.map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let query = says.query.iter();
    let query = query.map(|name| json!({"name": name, "in": "query", "required": false, "schema": {"type": "string"}}));
    let mut operation = Map::new();
    operation.insert("operationId".into(), endpoint.operation.id.into());
    operation.insert("summary".into(), says.summary.into());
    operation.insert("parameters".into(), path.chain(query).collect());
    if let Some(body) = says.body {
        operation.insert("requestBody".into(), json!({"content": {"application/json": {"schema": body.reference()}}}));
    }
    let answers = says.answers.iter().map(|(status, shape)| {
        let content = shape.map(|shape| json!({"application/json": {"schema": shape.reference()}}));
        let answer = match content {
            Some(content) => json!({"description": "", "content": content}),
            None => json!({"description": ""}),
        };
        (status.to_string(), answer)
    });
    operation.insert("responses".into(), Value::Object(answers.collect()));
    operation
}
