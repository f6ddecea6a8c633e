//! A lifecycle is two small enums and one `match`; this is what every such machine has in common.

use std::fmt::Debug;

use serde::Serialize;

/// The states of one lifecycle, and the pure function that says which moves are legal.
pub trait Lifecycle: Copy + Eq + Debug + 'static {
    /// What may happen to a row in one of these states.
    type Move: Copy + Eq + Debug + 'static;
    /// The machine's name in the vendor's words, for example `"approval"`.
    const MACHINE: &'static str;
    /// Every state, in the order in which the vendor lists them.
    const STATES: &'static [Self];
    /// Every move.
    const MOVES: &'static [Self::Move];
    /// Where `by` leads from here; `None` when it is illegal here.
    fn on(self, by: Self::Move) -> Option<Self>;
}

/// One transition that was taken, or can be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// The machine it belongs to.
    pub machine: &'static str,
    /// The state before.
    pub from: String,
    /// What happened.
    pub by: String,
    /// The state after.
    pub to: String,
}

impl Edge {
    /// The edge that `by` takes from `from`; `None` when the move is illegal there.
    pub fn taken<S: Lifecycle>(from: S, by: S::Move) -> Option<(S, Self)> {
        let to = from.on(by)?;
        let edge =
            Self { machine: S::MACHINE, from: format!("{from:?}"), by: format!("{by:?}"), to: format!("{to:?}") };
        Some((to, edge))
    }
}

/// A lifecycle laid out as data: what documentation, coverage and the console are derived from.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The machine's name.
    pub name: &'static str,
    /// Every state.
    pub states: Vec<String>,
    /// Every legal transition.
    pub edges: Vec<Edge>,
}

impl Machine {
    /// The machine whose states are `S`.
    pub fn of<S: Lifecycle>() -> Self {
        let moves = |from: S| S::MOVES.iter().filter_map(move |by| Edge::taken(from, *by));
        Self {
            name: S::MACHINE,
            states: S::STATES.iter().map(|state| format!("{state:?}")).collect(),
            edges: S::STATES.iter().flat_map(|from| moves(*from)).map(|(_, edge)| edge).collect(),
        }
    }

    /// Its name as a file's: blanks are dashes.
    pub fn file_name(&self) -> String {
        self.name.to_lowercase().replace(' ', "-")
    }

    /// The machine as a Mermaid state diagram.
    pub fn mermaid(&self) -> String {
        let edges = self.edges.iter().map(|edge| format!("    {} --> {}: {}\n", edge.from, edge.to, edge.by));
        std::iter::once("stateDiagram-v2\n".to_owned()).chain(edges).collect()
    }
}
