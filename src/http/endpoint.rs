//! A vendor's table of contents: each endpoint in one row, with its handler, its names and its
//! shapes. Routing, rights, the OpenAPI document and coverage are all derived from these rows.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::Method;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::Operation;

/// One endpoint. `A` is what a vendor says about it besides: its path families, its rights.
pub struct Endpoint<A> {
    /// Method, path and the vendor's `operationId`.
    pub operation: Operation,
    /// The method, for look-ups.
    pub method: Method,
    /// What it does, in one line of our own words.
    pub summary: &'static str,
    /// What the vendor says besides.
    pub about: A,
    handler: MethodRouter,
    query: Vec<&'static str>,
    body: Option<Shape>,
    answers: Vec<(u16, Option<Shape>)>,
}

/// Every endpoint of a vendor, in the order of its documentation.
pub type Contents<A> = Vec<Endpoint<A>>;

#[derive(Clone, Copy)]
struct Shape {
    name: fn() -> String,
    schema: fn() -> RefOr<Schema>,
    parts: fn(&mut Vec<(String, RefOr<Schema>)>),
    list: bool,
}

impl Shape {
    fn of<T: ToSchema>(list: bool) -> Self {
        Self { name: || T::name().into_owned(), schema: T::schema, parts: T::schemas, list }
    }

    fn reference(self) -> Value {
        let one = json!({"$ref": format!("#/components/schemas/{}", (self.name)())});
        if self.list { json!({"type": "array", "items": one}) } else { one }
    }
}

impl<A> Endpoint<A> {
    /// An endpoint answered by `handler`.
    ///
    /// # Panics
    /// When `method` is not one that axum routes: a mistake in a table of contents.
    pub fn new<H, T>(method: Method, path: &'static str, id: &'static str, about: A, handler: H) -> Self
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone());
        let filter = filter.unwrap_or_else(|_| panic!("{id}: the method {method} cannot be routed"));
        let name = match method {
            Method::GET => "GET",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::PATCH => "PATCH",
            _ => "DELETE",
        };
        Self {
            operation: Operation { id, method: name, path },
            method,
            summary: "",
            about,
            handler: on(filter, handler),
            query: Vec::new(),
            body: None,
            answers: Vec::new(),
        }
    }

    /// Says what it does.
    pub fn doing(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }
    /// Names its query parameters.
    pub fn query(mut self, names: &[&'static str]) -> Self {
        self.query.extend(names);
        self
    }
    /// Says what it reads.
    pub fn reads<T: ToSchema>(self) -> Self {
        Self { body: Some(Shape::of::<T>(false)), ..self }
    }
    /// Says that it reads a list.
    pub fn reads_list<T: ToSchema>(self) -> Self {
        Self { body: Some(Shape::of::<T>(true)), ..self }
    }
    /// Says what it answers.
    pub fn answers<T: ToSchema>(mut self, status: u16) -> Self {
        self.answers.push((status, Some(Shape::of::<T>(false))));
        self
    }
    /// Says that it answers a list.
    pub fn answers_list<T: ToSchema>(mut self, status: u16) -> Self {
        self.answers.push((status, Some(Shape::of::<T>(true))));
        self
    }
    /// Says that it answers a status with nothing, or an empty object, behind it.
    pub fn answers_empty(mut self, status: u16) -> Self {
        self.answers.push((status, None));
        self
    }
    /// Says that it does nothing here: whoever may ask for it is refused with this status.
    pub fn refuses(mut self, status: u16) -> Self {
        self.answers.push((status, None));
        self
    }

    /// Adds its route.
    pub fn route(self, router: Router) -> Router {
        router.route(self.operation.path, self.handler)
    }
}

/// The OpenAPI document of a table of contents. `extend` adds what the vendor says besides to
/// each operation. Built by a test and committed; never at start.
pub fn document<A>(
    title: &str,
    description: &str,
    contents: &Contents<A>,
    extend: impl Fn(&A, &mut Map<String, Value>),
) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas = std::collections::BTreeMap::new();
    for endpoint in contents {
        let mut operation = operation(endpoint);
        extend(&endpoint.about, &mut operation);
        let path = paths.entry(endpoint.operation.path).or_insert_with(|| json!({}));
        path[endpoint.operation.method.to_lowercase()] = Value::Object(operation);
        for shape in endpoint.answers.iter().filter_map(|(_, shape)| *shape).chain(endpoint.body) {
            let mut parts = vec![((shape.name)(), (shape.schema)())];
            (shape.parts)(&mut parts);
            schemas.extend(parts.into_iter().filter_map(|(name, part)| Some((name, serde_json::to_value(part).ok()?))));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": title, "description": description, "version": env!("CARGO_PKG_VERSION")},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn operation<A>(endpoint: &Endpoint<A>) -> Map<String, Value> {
    let path = endpoint.operation.path.split('/');
    let path = path.filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let path = path.map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let query = endpoint.query.iter();
    let query = query.map(|name| json!({"name": name, "in": "query", "required": false, "schema": {"type": "string"}}));
    let mut operation = Map::new();
    operation.insert("operationId".into(), endpoint.operation.id.into());
    operation.insert("summary".into(), endpoint.summary.into());
    operation.insert("parameters".into(), path.chain(query).collect());
    if let Some(body) = endpoint.body {
        operation.insert("requestBody".into(), json!({"content": {"application/json": {"schema": body.reference()}}}));
    }
    let answers = endpoint.answers.iter().map(|(status, shape)| {
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
