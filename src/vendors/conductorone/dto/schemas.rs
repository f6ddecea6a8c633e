//! Request schemas and their bindings.

use super::View;
use super::apps::AppEntitlementRef;
use super::form::{Field, FieldGroup, FieldRelationship, Form};
use super::settings::Says;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{self, JustificationVisibility, SchemaSettings};
use crate::vendors::conductorone::wire::{Mask, Time, id, message};

message! {
    RequestSchema = c1.api.request_schema.v1.RequestSchema {
        id: String,
        form: Option<Form>,
        justification_visibility: JustificationVisibility,
        created_at: Option<Time>,
        modified_at: Option<Time>,
        deleted_at: Option<Time>,
    }

    RequestSchemaAnswer = c1.api.request_schema.v1.RequestSchemaServiceGetResponse {
        request_schema: Option<RequestSchema>,
    }

    RequestSchemaCreateIn = c1.api.request_schema.v1.RequestSchemaServiceCreateRequest {
        name: String,
        description: String,
        fields: Vec<Field>,
        field_groups: Vec<FieldGroup>,
        field_relationships: Vec<FieldRelationship>,
        justification_visibility: JustificationVisibility,
    }

    RequestSchemaUpdateIn = c1.api.request_schema.v1.RequestSchemaServiceUpdateRequest {
        request_schema: Option<RequestSchema>,
        update_mask: Mask,
    }

    EntitlementBinding = c1.api.request_schema.v1.RequestSchemaServiceCreateEntitlementBindingRequest {
        request_schema_id: String,
        entitlement_ref: Option<AppEntitlementRef>,
    }

    EntitlementBindingUnbindIn = c1.api.request_schema.v1.RequestSchemaServiceRemoveEntitlementBindingRequest {
        request_schema_id: String,
        entitlement_ref: Option<AppEntitlementRef>,
    }

    EntitlementBindingFindIn = c1.api.request_schema.v1.RequestSchemaServiceFindBindingForAppEntitlementRequest {
        entitlement_ref: Option<AppEntitlementRef>,
    }
}

impl Says<SchemaSettings> for RequestSchema {
    fn of(settings: &SchemaSettings) -> Self {
        Self {
            form: Some(Form::of(&settings.form)),
            justification_visibility: settings.justification,
            ..Self::default()
        }
    }
    fn said(self) -> Result<SchemaSettings, Refusal> {
        let form = self.form.unwrap_or_default().document();
        Ok(SchemaSettings { form, justification: self.justification_visibility })
    }
}

impl From<RequestSchemaCreateIn> for SchemaSettings {
    fn from(sent: RequestSchemaCreateIn) -> Self {
        let form = Form {
            display_name: sent.name,
            description: sent.description,
            fields: sent.fields,
            field_groups: sent.field_groups,
            field_relationships: sent.field_relationships,
            ..Form::default()
        };
        Self { form: form.document(), justification: sent.justification_visibility }
    }
}

impl View<'_> {
    /// A request schema.
    pub fn request_schema(self, schema: &model::RequestSchema) -> RequestSchema {
        let mut shown = RequestSchema::of(&schema.settings);
        if let Some(form) = &mut shown.form {
            form.id = id::text(schema.id);
        }
        RequestSchema {
            id: id::text(schema.id),
            created_at: Some(schema.created.into()),
            modified_at: Some(schema.modified.into()),
            deleted_at: schema.deleted.map(Time),
            ..shown
        }
    }
}
