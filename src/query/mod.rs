//! One filter engine for every vendor: trees, values, order and pages.
//!
//! It knows no syntax, no entity and no vendor. A vendor parses its own grammar into a [`Filter`], shows its rows
//! through [`Row`], and slices the result with a [`Window`] or an [`After`].

pub mod fields;
pub mod filter;
pub mod order;
pub mod page;
pub mod row;
pub mod untyped;

pub use fields::project;
pub use filter::{Filter, MAX_DEPTH, Op};
pub use order::{Absent, SortKey};
pub use page::{After, Page, Window};
pub use row::{Case, Literal, Row, Value};
pub use untyped::Untyped;
