//! One path per endpoint out of every spelling that clients use (contract, 2.1 and 17).
//!
//! The raw path is split before anything is decoded, since a name may hold an escaped slash. Empty
//! segments and up to two leading `public` go; fixed segments are compared without case, `-` and
//! `_`, and win over parameters. Nothing is ever answered with a redirect: a client in evidence
//! follows none.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::query::fold;

/// How many leading `public` are dropped: a base URL that ends in it, and a path that begins with it.
const PREFIXES_MAX: usize = 2;

/// Where the page behind a justification link lives; no part of the API.
pub const JUSTIFICATION_PAGE: &str = "/justification/{request_id}";

/// Paths beside those of the table of contents, and where they lead. The order counts: an
/// application called `users` is still found under its name.
const ALIASES: [(&str, &str); 2] =
    [("/saas/name/{saas_name}", "/public/saas/{}/id"), (JUSTIFICATION_PAGE, "/justification/{}")];

/// Every path that is known, fixed segments first.
pub struct Paths {
    shapes: Vec<Shape>,
}

struct Shape {
    segments: Vec<Segment>,
    target: String,
}

#[derive(Debug)]
enum Segment {
    Fixed(String),
    Parameter,
}

impl Paths {
    /// The paths of a table of contents, and the aliases.
    pub fn of(contents: impl IntoIterator<Item = &'static str>) -> Self {
        let own = contents.into_iter().map(|path| {
            let bare = path.strip_prefix("/public").unwrap_or(path);
            let holes = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
            Shape { segments: shape(bare), target: holes.collect::<Vec<_>>().join("/") }
        });
        let mut shapes: Vec<Shape> = own.collect();
        // Fixed segments win from the left; the sort is stable.
        shapes.sort_by_key(|shape| {
            shape.segments.iter().map(|segment| matches!(segment, Segment::Parameter)).collect::<Vec<_>>()
        });
        let aliases = ALIASES.map(|(alias, target)| Shape { segments: shape(alias), target: target.to_owned() });
        shapes.extend(aliases);
        Self { shapes }
    }

    /// The path by which a raw path is routed; the raw path where none fits.
    pub fn tidy<'p>(&self, raw: &'p str) -> Cow<'p, str> {
        let mut segments: Vec<&str> = raw.split('/').filter(|segment| !segment.is_empty()).collect();
        let prefixes = segments.iter().take(PREFIXES_MAX).take_while(|segment| folded(segment) == "public").count();
        segments.drain(..prefixes);
        let Some(shape) = self.shapes.iter().find(|shape| shape.fits(&segments)) else { return Cow::Borrowed(raw) };
        let mut values = segments.iter().zip(&shape.segments);
        let mut parameters =
            values.by_ref().filter(|(_, segment)| matches!(segment, Segment::Parameter)).map(|(value, _)| *value);
        let target = shape.target.split('/').map(|segment| match segment {
            "{}" => parameters.next().unwrap_or_default(),
            fixed => fixed,
        });
        Cow::Owned(target.collect::<Vec<_>>().join("/"))
    }
}

impl Shape {
    fn fits(&self, segments: &[&str]) -> bool {
        self.segments.len() == segments.len()
            && self.segments.iter().zip(segments).all(|(shape, segment)| match shape {
                Segment::Fixed(fixed) => folded(segment) == *fixed,
                Segment::Parameter => true,
            })
    }
}

fn shape(path: &str) -> Vec<Segment> {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments
        .map(|segment| if segment.starts_with('{') { Segment::Parameter } else { Segment::Fixed(fold(segment)) })
        .collect()
}

fn folded(segment: &str) -> String {
    fold(&percent_decode_str(segment).decode_utf8_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTENTS: [&str; 9] = [
        "/public/saas",
        "/public/saas/{saas_id}",
        "/public/saas/{saas_name}/id",
        "/public/saas/{saas_id}/users",
        "/public/saas/{saas_id}/update-primary-contact",
        "/public/saasUser/{saas_app_user_id}",
        "/public/actions/accessRevocation/employee/start",
        "/public/workflows/{workflow_id}/run",
        "/public/workflows/offboarding/{workflow_id}/userStatus",
    ];

    #[test]
    fn every_spelling_leads_to_one_path() {
        let paths = Paths::of(CONTENTS);
        let table = [
            ("/saas", "/public/saas"),
            ("/public/saas/", "/public/saas"),
            ("//public//PUBLIC/Saas", "/public/saas"),
            ("/public/public/public/saas", "/public/public/public/saas"),
            ("/saas/a%2Fb/id", "/public/saas/a%2Fb/id"),
            ("/saas/name/Slack", "/public/saas/Slack/id"),
            ("/saas/name/users", "/public/saas/name/users"),
            ("/saas/name/id", "/public/saas/name/id"),
            ("/public/saas/7/update_primary_contact", "/public/saas/7/update-primary-contact"),
            ("/saas-user/7", "/public/saasUser/7"),
            ("/actions/access-revocation/employee/start", "/public/actions/accessRevocation/employee/start"),
            ("/workflows/offboarding/7/user_status", "/public/workflows/offboarding/7/userStatus"),
            ("/workflows/offboarding/run", "/public/workflows/offboarding/run"),
            ("/justification/7", "/justification/7"),
            ("/nothing/here", "/nothing/here"),
            ("/", "/"),
        ];
        for (raw, tidy) in table {
            assert_eq!(paths.tidy(raw), tidy, "{raw}");
        }
    }
}
