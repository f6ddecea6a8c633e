//! The plane's OpenAPI document, built from the handlers by the test that commits it.

use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, Required, ResponseBuilder, SecurityRequirement};
use utoipa::{OpenApi as _, ToSchema};

use super::dto::ErrorDto;
use super::routes;

/// What each parameter in a path means.
const PARAMETERS: [(&str, &str); 9] = [
    ("tenant", "The tenant's name; one that nobody has seen before is forked from the base world"),
    ("snapshot", "The snapshot's name"),
    ("picture", "A lifecycle's name with dashes for blanks, and `.svg` or `.mmd`"),
    ("timer", "The timer's number"),
    ("fault", "The fault's number"),
    ("exchange", "The exchange's number"),
    ("delivery", "The delivery's number"),
    ("document", "A vendor's name and `.json`"),
    ("vendor", "A vendor's name"),
];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Rolecall control plane",
        version = "1",
        description = "Tenants, time, snapshots, faults, tokens, events and the journal of a running Rolecall.",
        license(name = "MIT OR Apache-2.0")
    ),
    components(schemas(ErrorDto))
)]
struct Frame;

/// The document, made anew.
pub fn document() -> OpenApi {
    let mut document = Frame::openapi();
    for part in routes::documents() {
        document.merge(part);
    }
    for (path, item) in &mut document.paths.paths {
        name_parameters(path, item);
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            let refused = ContentBuilder::new().schema(Some(Ref::from_schema_name(ErrorDto::name()))).build();
            let refused = ResponseBuilder::new().description("A refusal").content("application/json", refused).build();
            operation.responses.responses.insert("default".to_owned(), RefOr::T(refused));
        }
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("`--control-token`")).build();
    if let Some(components) = &mut document.components {
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
    let none = SecurityRequirement::default();
    document.security = Some(vec![none, SecurityRequirement::new("token", Vec::<String>::new())]);
    document
}

fn name_parameters(path: &str, item: &mut PathItem) {
    let text = || ObjectBuilder::new().schema_type(Type::String).build();
    let named = PARAMETERS.iter().filter(|(name, _)| path.contains(&format!("{{{name}}}")));
    let parameters: Vec<_> = named
        .map(|(name, means)| {
            let parameter = ParameterBuilder::new().name(*name).parameter_in(ParameterIn::Path);
            parameter.required(Required::True).description(Some(*means)).schema(Some(text())).build().into()
        })
        .collect();
    item.parameters = (!parameters.is_empty()).then_some(parameters);
}
