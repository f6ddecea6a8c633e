//! Text inside of markup.

/// `text` as HTML, SVG and XML write it, between tags and within quoted attributes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
