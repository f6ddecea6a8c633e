//! Routes and the OpenAPI document from one list of handlers.

use axum::routing::MethodFilter;
use utoipa::openapi::HttpMethod;

/// What a handler's `#[utoipa::path]` says about the methods under which it is routed.
pub fn filter_of<P: utoipa::Path>() -> MethodFilter {
    let filters = P::methods().into_iter().map(|method| match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Trace => MethodFilter::TRACE,
    });
    filters.reduce(MethodFilter::or).unwrap_or(MethodFilter::GET)
}

/// `served!(State: list, create)` writes two functions from the handlers' `#[utoipa::path]`
/// attributes: `routes`, plain axum routes that cost nothing to build, and `document`, which a
/// test calls to build the document that is committed.
macro_rules! served {
    ($state:ty: $($handler:ident),+ $(,)?) => { ::pastey::paste! {
        /// The routes of this module.
        pub fn routes() -> ::axum::Router<$state> {
            ::axum::Router::new()$(.route(
                &<[<__path_ $handler>] as ::utoipa::Path>::path(),
                ::axum::routing::on($crate::http::filter_of::<[<__path_ $handler>]>(), $handler),
            ))+
        }

        /// What this module adds to the OpenAPI document.
        pub fn document() -> ::utoipa::openapi::OpenApi {
            #[derive(::utoipa::OpenApi)]
            #[openapi(paths($($handler),+))]
            struct Document;
            <Document as ::utoipa::OpenApi>::openapi()
        }
    } };
}
pub(crate) use served;
