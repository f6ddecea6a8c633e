//! A lifecycle drawn: states in columns by how many moves they are away from the first, moves as
//! arrows between them. The same machine always gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::markup::escaped;
use crate::kernel::Machine;

const BOX_HEIGHT: f64 = 36.0;
const ROW_GAP: f64 = 58.0;
const MARGIN: f64 = 24.0;
/// How wide a letter of a state, or of a move, is drawn; on the generous side.
const STATE_LETTER: f64 = 8.2;
const MOVE_LETTER: f64 = 6.4;

/// Where a state is drawn.
#[derive(Clone, Copy)]
struct Place {
    column: usize,
    x: f64,
    y: f64,
}

/// The machine as an SVG document.
pub fn svg(machine: &Machine) -> String {
    let arrows = arrows(machine);
    let columns = columns(machine);
    let width = machine.states.iter().map(String::len).max().unwrap_or(0) as f64 * STATE_LETTER + 24.0;
    let gap = arrows.iter().map(|(_, label)| label.len()).max().unwrap_or(0).clamp(8, 28) as f64 * MOVE_LETTER + 24.0;
    let places = places(machine, &columns, width, gap);
    let right = places.iter().map(|place| place.x + width).fold(0.0, f64::max) + MARGIN;
    let bottom = places.iter().map(|place| place.y + BOX_HEIGHT).fold(0.0, f64::max) + MARGIN + ROW_GAP;
    let name = escaped(machine.name);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {right:.0} {bottom:.0}\" role=\"img\" \
         font-family=\"system-ui, sans-serif\">\n<title>{name}</title>\n{HEAD}"
    );
    for ((from, to), label) in &arrows {
        draw_arrow(&mut text, places[*from], places[*to], width, label);
    }
    for (state, place) in machine.states.iter().zip(&places) {
        let ends = !machine.edges.iter().any(|edge| edge.from == *state && edge.to != *state);
        let class = if ends { "end" } else { "state" };
        let (x, y) = (place.x, place.y);
        let _ = writeln!(
            text,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BOX_HEIGHT}\" rx=\"8\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x + width / 2.0,
            y + BOX_HEIGHT / 2.0 + 5.0,
            escaped(state)
        );
    }
    text.push_str("</svg>\n");
    text
}

const HEAD: &str = "<style>.state{fill:#fff;stroke:#57606a}.end{fill:#eaeef2;stroke:#57606a;stroke-width:2}\
    path{fill:none;stroke:#57606a}text{font-size:14px;fill:#1b1f24}.move{font-size:11px;fill:#0969da}</style>\n\
    <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
    orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" style=\"fill:#57606a\"/></marker></defs>\n";

/// One arrow per pair of states, with every move that leads that way.
fn arrows(machine: &Machine) -> Vec<((usize, usize), String)> {
    let place = |name: &str| machine.states.iter().position(|state| state == name);
    let mut arrows: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
    for edge in &machine.edges {
        if let Some(pair) = place(&edge.from).zip(place(&edge.to)) {
            arrows.entry(pair).or_default().push(&edge.by);
        }
    }
    arrows.into_iter().map(|(pair, moves)| (pair, moves.join(", "))).collect()
}

/// How many moves each state is away from the first one; what cannot be reached stands with the first.
fn columns(machine: &Machine) -> Vec<usize> {
    let mut columns: Vec<Option<usize>> = vec![None; machine.states.len()];
    if let Some(first) = columns.first_mut() {
        *first = Some(0);
    }
    for column in 0..machine.states.len() {
        for edge in &machine.edges {
            let place = |name: &str| machine.states.iter().position(|state| state == name);
            let Some((from, to)) = place(&edge.from).zip(place(&edge.to)) else { continue };
            if columns[from] == Some(column) && columns[to].is_none() {
                columns[to] = Some(column + 1);
            }
        }
    }
    columns.into_iter().map(Option::unwrap_or_default).collect()
}

fn places(machine: &Machine, columns: &[usize], width: f64, gap: f64) -> Vec<Place> {
    let mut rows: BTreeMap<usize, f64> = BTreeMap::new();
    let place = |column: &usize| {
        let row = rows.entry(*column).or_default();
        let place = Place {
            column: *column,
            x: MARGIN + *column as f64 * (width + gap),
            y: MARGIN + ROW_GAP / 2.0 + *row * (BOX_HEIGHT + ROW_GAP),
        };
        *row += 1.0;
        place
    };
    debug_assert_eq!(machine.states.len(), columns.len());
    columns.iter().map(place).collect()
}

fn draw_arrow(text: &mut String, from: Place, to: Place, width: f64, label: &str) {
    let middle = |place: Place| place.y + BOX_HEIGHT / 2.0;
    let (path, x, y) = if from.column < to.column {
        let (x1, y1, x2, y2) = (from.x + width, middle(from), to.x, middle(to));
        let bend = (x2 - x1) / 2.0;
        (
            format!("M{x1:.1} {y1:.1}C{:.1} {y1:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}", x1 + bend, x2 - bend),
            x1 + bend,
            (y1 + y2) / 2.0 - 4.0,
        )
    } else if from.column == to.column && (from.y - to.y).abs() < 1.0 {
        let (x, y) = (from.x + width / 2.0, from.y);
        (
            format!(
                "M{:.1} {y:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {y:.1}",
                x - 14.0,
                x - 26.0,
                y - 26.0,
                x + 26.0,
                y - 26.0,
                x + 14.0
            ),
            x,
            y - 22.0,
        )
    } else {
        let (x1, y1, x2, y2) =
            (from.x + width / 2.0, from.y + BOX_HEIGHT, to.x + width / 2.0 + 10.0, to.y + BOX_HEIGHT);
        let low = y1.max(y2) + ROW_GAP * 0.7;
        (format!("M{x1:.1} {y1:.1}C{x1:.1} {low:.1} {x2:.1} {low:.1} {x2:.1} {y2:.1}"), (x1 + x2) / 2.0, low - 10.0)
    };
    let _ = writeln!(
        text,
        "<path d=\"{path}\" marker-end=\"url(#tip)\"/><text class=\"move\" x=\"{x:.1}\" y=\"{y:.1}\" \
         text-anchor=\"middle\">{}</text>",
        escaped(label)
    );
}
