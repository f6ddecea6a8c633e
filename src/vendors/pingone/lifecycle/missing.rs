//! What an id can name nothing of, in the words of its kind (contract, 7).

use strum::{IntoStaticStr, VariantNames};

use crate::vendors::pingone::model::Shelf;

/// Something that does not exist, by the id that would name it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "no-such-")]
pub enum Missing {
    #[error("Cannot find policy with id: {0}")]
    Policy(String),
    #[error("No policy with id {0} exists.")]
    PolicyToDelete(String),
    #[error("Policy rule with id: {0} does not exist.")]
    Rule(String),
    #[error("Policy scan with id: {0} does not exist.")]
    Scan(String),
    #[error("User with id: {0} does not exist.")]
    User(String),
    #[error("Violation with id: {0} does not exist.")]
    Violation(String),
    /// By its name, and the violation's id.
    #[error("Phase {0} does not exist for violation with id: {1}")]
    ViolationPhase(String, String),
    #[error("Violation remediation schema with id: {0} does not exist.")]
    RemediationSchema(String),
    #[error("Request with id: {0} does not exist.")]
    Request(String),
    /// By its name, and the request's id.
    #[error("Phase {0} does not exist for request with id: {1}")]
    RequestPhase(String, String),
    #[error("Certification with id: {0} does not exist.")]
    Certification(String),
    #[error("Certification item with id: {0} does not exist.")]
    CertificationItem(String),
    #[error("Grant with id: {0} does not exist.")]
    Grant(String),
    #[error("Account with id: {0} does not exist.")]
    Account(String),
    #[error("Catalog item with id: {0} does not exist.")]
    CatalogItem(String),
    #[error("Entitlement with id: {0} does not exist.")]
    Entitlement(String),
    #[error("Application with id: {0} does not exist.")]
    Application(String),
    #[error("Object type with id: {0} does not exist.")]
    ObjectType(String),
    #[error("Role with id: {0} does not exist.")]
    Role(String),
    #[error("Search resource with id: {0} does not exist.")]
    SearchResource(String),
    /// An unknown id of the glossary breaks the vendor's own code, which says so (contract, 2.6).
    #[error("Cannot read properties of undefined (reading '_source')")]
    GlossaryItem(String),
    #[error("Request Type Id doesn't exist")]
    RequestType(String),
    #[error("Cannot find template with id {0}.")]
    Template(String),
    #[error("Cannot find event with id: {0}")]
    Event(String),
    #[error("Object not found with ID: {0}")]
    Form(String),
    #[error("Request Form {0} doesn't exist")]
    FormToDelete(String),
    #[error("Request form assignment with id: {0} does not exist.")]
    FormAssignment(String),
    #[error("Workflow with id: {0} was not found")]
    Workflow(String),
}

impl Missing {
    /// A document of this kind.
    pub fn kept(shelf: Shelf, id: &str) -> Self {
        let missing = match shelf {
            Shelf::Glossary => Self::GlossaryItem,
            Shelf::RequestTypes => Self::RequestType,
            Shelf::Templates => Self::Template,
            Shelf::Events => Self::Event,
            Shelf::Forms => Self::Form,
            Shelf::FormAssignments => Self::FormAssignment,
            Shelf::Workflows => Self::Workflow,
        };
        missing(id.to_owned())
    }
}
