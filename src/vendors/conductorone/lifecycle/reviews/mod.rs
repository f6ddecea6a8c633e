//! Access reviews from draft to end (contract, 12.1): what is said about them (`settings`), what they cover (`scope`),
//! how they go (`campaign`), what needs no answer any more (`resolve`), and what they are made from (`templates`).

mod campaign;
mod resolve;
mod scope;
mod settings;
mod templates;

pub use campaign::{DeleteReview, StartReview, WriteReport, close_by_date, start_by_date, task_closed};
pub use resolve::{look, taken};
pub use scope::in_scope;
pub use settings::{CreateReview, SetScope, UpdateReview};
pub use templates::{CreateTemplate, make_by_date};
