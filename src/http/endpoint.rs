//! A vendor's table of contents: each endpoint in one row, with its handler, its names and its
//! shapes. Routing, rights, the OpenAPI document and coverage are all derived from these rows.

use std::borrow::Cow;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::Method;
use utoipa::ToSchema;

use super::Operation;
use super::document::{Described, Shape};

/// One endpoint. `A` is what a vendor says about it besides: its path families, its rights.
pub struct Endpoint<A> {
    /// Method, path and the vendor's `operationId`.
    pub operation: Operation,
    /// The method, for look-ups.
    pub method: Method,
    /// What the vendor says besides.
    pub about: A,
    /// The name of what it reads.
    pub body_name: Option<Cow<'static, str>>,
    handler: MethodRouter,
    pub(super) described: Described,
}

/// Every endpoint of a vendor, in the order of its documentation.
pub type Contents<A> = Vec<Endpoint<A>>;

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
            about,
            body_name: None,
            handler: on(filter, handler),
            described: Described::default(),
        }
    }

    /// Says what it does, in one line of our own words.
    pub fn doing(mut self, summary: &'static str) -> Self {
        self.described.say(|says| says.summary = summary);
        self
    }
    /// Names its query parameters.
    pub fn query(mut self, names: &[&'static str]) -> Self {
        self.described.say(|says| says.query.extend(names));
        self
    }
    /// Says what it reads.
    pub fn reads<T: ToSchema>(mut self) -> Self {
        self.described.say(|says| says.body = Some(Shape::of::<T>(false)));
        self.body_name = Some(T::name());
        self
    }
    /// Says what it reads, by a name of its own: a vendor may write the same down anew for every operation.
    pub fn reads_as<T: ToSchema>(mut self, name: &'static str) -> Self {
        self.described.say(|says| says.body = Some(Shape::of::<T>(false).called(name)));
        self.body_name = Some(Cow::Borrowed(name));
        self
    }
    /// Says that it reads a list.
    pub fn reads_list<T: ToSchema>(mut self) -> Self {
        self.described.say(|says| says.body = Some(Shape::of::<T>(true)));
        self.body_name = Some(T::name());
        self
    }
    /// Says what it answers.
    pub fn answers<T: ToSchema>(mut self, status: u16) -> Self {
        self.described.say(|says| says.answers.push((status, Some(Shape::of::<T>(false)))));
        self
    }
    /// Says that it answers a list.
    pub fn answers_list<T: ToSchema>(mut self, status: u16) -> Self {
        self.described.say(|says| says.answers.push((status, Some(Shape::of::<T>(true)))));
        self
    }
    /// Says that it answers a status with nothing, or an empty object, behind it.
    pub fn answers_empty(mut self, status: u16) -> Self {
        self.described.say(|says| says.answers.push((status, None)));
        self
    }
    /// Says that it does nothing here: whoever may ask for it is refused with this status.
    pub fn refuses(self, status: u16) -> Self {
        self.answers_empty(status)
    }

    /// Adds its route.
    pub fn route(self, router: Router) -> Router {
        router.route(self.operation.path, self.handler)
    }
}
