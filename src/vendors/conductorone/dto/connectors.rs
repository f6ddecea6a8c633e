//! Connectors, and the forms by which they are set up.

use super::View;
use super::apps::AppEntitlementRef;
use super::expanded::Object;
use super::form::Form;
use super::settings::Says;
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{self, ConnectorSettings, SyncSchedule};
use crate::vendors::conductorone::wire::{Any, Json, Mask, Time, id, message, vocabulary};

vocabulary! {
    SyncStatus {
        Unspecified = "SYNC_STATUS_UNSPECIFIED",
        Running = "SYNC_STATUS_RUNNING",
        Done = "SYNC_STATUS_DONE",
        Error = "SYNC_STATUS_ERROR",
        Disabled = "SYNC_STATUS_DISABLED",
    }
}

message! {
    ConnectorSyncCronSchedule = c1.api.app.v1.ConnectorSyncCronSchedule {
        cron_spec: String,
        start: Option<Time>,
        timezone: String,
    }

    ConnectorStatus = c1.api.app.v1.ConnectorStatus {
        status: SyncStatus,
        last_error: String,
        started_at: Option<Time>,
        completed_at: Option<Time>,
        updated_at: Option<Time>,
    }

    OAuth2AuthorizedAs = c1.api.app.v1.OAuth2AuthorizedAs {
        auth_email: String,
        authorized_at: Option<Time>,
    }

    Connector = c1.api.app.v1.Connector {
        id: String,
        app_id: String,
        catalog_id: String,
        display_name: String,
        description: String,
        user_ids: Vec<String>,
        config: Option<Json>,
        config_updated_at: Option<Time>,
        connector_api_version: u32,
        connector_sync_cron_schedule: Option<ConnectorSyncCronSchedule>,
        can_resume_sync: bool,
        disable_check_bad_sync: bool,
        download_url: String,
        oauth_authorized_as: Option<OAuth2AuthorizedAs>,
        parallel_sync_worker_count: i32,
        profile_allow_list: Vec<String>,
        profile_ignore_list: Vec<String>,
        status: Option<ConnectorStatus>,
        sync_config: Option<Json>,
        sync_disabled_at: Option<Time>,
        sync_disabled_category: String,
        sync_disabled_reason: String,
        created_at: Option<Time>,
        updated_at: Option<Time>,
        deleted_at: Option<Time>,
    }

    ConnectorView = c1.api.app.v1.ConnectorView {
        connector: Option<Connector>,
        app_path: String,
        capabilities_path: String,
        users_path: String,
    }

    ConnectorAnswer = c1.api.app.v1.ConnectorServiceGetResponse {
        connector_view: Option<ConnectorView>,
        expanded: Vec<Any>,
    }

    ConnectorCreateIn = c1.api.app.v1.ConnectorServiceCreateDelegatedRequest {
        catalog_id: String,
        display_name: String,
        description: String,
        user_ids: Vec<String>,
        app_entitlement_owner_refs: Vec<AppEntitlementRef>,
        app_managed_state_binding_ref: Option<Json>,
        expand_mask: Option<ExpandMask>,
    }

    ConnectorUpdateIn = c1.api.app.v1.ConnectorServiceUpdateRequest {
        connector: Option<Connector>,
        update_mask: Mask,
        expand_mask: Option<ExpandMask>,
    }

    ConnectorSchemaIn = c1.api.integration.connector.v1.ConnectorCatalogServiceConfigurationSchemaRequest {
        app_id: String,
        catalog_id: String,
        connector_id: String,
    }

    ConfigSchema = c1.api.integration.connector.v1.ConfigSchema {
        display_name: String,
        fields: Vec<ConfigField>,
        field_groups: Vec<ConfigFieldGroup>,
        help_url: String,
        icon_url: String,
        is_oauth2: bool,
        requires_external_connector: bool,
        supports_external_resources: bool,
    }

    ConfigFieldGroup = c1.api.integration.connector.v1.FieldGroup {
        name: String,
        display_name: String,
        help_text: String,
        default: bool,
        field_names: Vec<String>,
    }

    ConfigStringField = c1.api.integration.connector.v1.StringField {
        secret: bool,
        value_validator: Option<Json>,
    }

    ConfigField = c1.api.integration.connector.v1.Field {
        name: String,
        display_name: String,
        placeholder: String,
        additional_placeholder: String,
        help_url: String,
        post_create: bool,
        depends_on_fields: Vec<String>;
        oneof field {
            str: ConfigStringField,
        }
    }

    ConnectorSchemaAnswer = c1.api.integration.connector.v1.ConnectorCatalogServiceConfigurationSchemaResponse {
        schema: Option<ConfigSchema>,
        form_schema: Option<Form>,
    }
}

impl Says<ConnectorSettings> for Connector {
    fn of(settings: &ConnectorSettings) -> Self {
        let schedule = settings.schedule.as_ref().map(|schedule| ConnectorSyncCronSchedule {
            cron_spec: schedule.cron.clone(),
            start: schedule.start.map(Time),
            timezone: schedule.timezone.clone(),
        });
        Self {
            display_name: settings.display_name.clone(),
            description: settings.description.clone(),
            user_ids: settings.user_ids.iter().map(|user| id::text(*user)).collect(),
            config: settings.config.clone().map(Json),
            connector_sync_cron_schedule: schedule,
            can_resume_sync: settings.can_resume_sync,
            disable_check_bad_sync: settings.disable_check_bad_sync,
            parallel_sync_worker_count: settings.parallel_sync_worker_count,
            profile_allow_list: settings.profile_allow_list.clone(),
            profile_ignore_list: settings.profile_ignore_list.clone(),
            sync_config: settings.sync_config.clone().map(Json),
            sync_disabled_category: settings.sync_disabled_category.clone(),
            sync_disabled_reason: settings.sync_disabled_reason.clone(),
            ..Self::default()
        }
    }
    fn said(self) -> Result<ConnectorSettings, Refusal> {
        let schedule = self.connector_sync_cron_schedule.map(|schedule| SyncSchedule {
            cron: schedule.cron_spec,
            start: schedule.start.map(|start| start.0),
            timezone: schedule.timezone,
        });
        Ok(ConnectorSettings {
            display_name: self.display_name,
            description: self.description,
            user_ids: user_ids(&self.user_ids)?,
            config: self.config.map(|config| config.0),
            schedule,
            can_resume_sync: self.can_resume_sync,
            disable_check_bad_sync: self.disable_check_bad_sync,
            parallel_sync_worker_count: self.parallel_sync_worker_count,
            profile_allow_list: self.profile_allow_list,
            profile_ignore_list: self.profile_ignore_list,
            sync_config: self.sync_config.map(|config| config.0),
            sync_disabled_category: self.sync_disabled_category,
            sync_disabled_reason: self.sync_disabled_reason,
        })
    }
}

fn user_ids(texts: &[String]) -> Result<Vec<Id<Person>>, Refusal> {
    let read = texts.iter().map(|text| id::read(text).map_err(|_| Refusal::NotAnId("UserIds")));
    read.collect()
}

impl ConnectorCreateIn {
    /// What is said about the new connector.
    ///
    /// # Errors
    /// When a user's id is not written like one.
    pub fn settings(&self) -> Result<ConnectorSettings, Refusal> {
        Ok(ConnectorSettings {
            display_name: self.display_name.clone(),
            description: self.description.clone(),
            user_ids: user_ids(&self.user_ids)?,
            ..ConnectorSettings::default()
        })
    }
}

impl View<'_> {
    /// A connector. It is synchronised when it is made, and whenever it is set up anew.
    pub fn connector(self, connector: &model::Connector) -> Connector {
        let synchronised = connector.configured.unwrap_or(connector.created);
        let status = ConnectorStatus {
            status: SyncStatus::Done,
            last_error: String::new(),
            started_at: Some(synchronised.into()),
            completed_at: Some(synchronised.into()),
            updated_at: Some(synchronised.into()),
        };
        Connector {
            id: id::text(connector.id),
            app_id: id::text(connector.app),
            catalog_id: connector.catalog.clone(),
            config_updated_at: connector.configured.map(Time),
            status: Some(status),
            created_at: Some(connector.created.into()),
            updated_at: Some(connector.updated.into()),
            deleted_at: connector.deleted.map(Time),
            ..Connector::of(&connector.settings)
        }
    }
}

impl View<'_> {
    /// A connector, with what it points at.
    pub fn connector_view(self, connector: &model::Connector, expand: &mut Expander<'_, Object>) -> ConnectorView {
        let users = connector.settings.user_ids.iter().copied().map(Object::User);
        ConnectorView {
            connector: Some(self.connector(connector)),
            app_path: expand.one("app_id", Some(Object::App(connector.app))),
            users_path: expand.many("user_ids", users),
            ..ConnectorView::default()
        }
    }
}

/// The form by which a connector is set up. Nothing here reaches the application, so every kind asks for the same: where
/// it is, and by what it is entered [assumed].
pub fn connector_form(display_name: &str) -> ConnectorSchemaAnswer {
    let field = |name: &str, title: &str, secret| ConfigField {
        name: name.into(),
        display_name: title.into(),
        str: Some(ConfigStringField { secret, value_validator: None }),
        ..ConfigField::default()
    };
    let fields = vec![field("base_url", "Address", false), field("token", "Token", true)];
    let names = fields.iter().map(|field| field.name.clone()).collect();
    let group = ConfigFieldGroup {
        name: "connection".into(),
        display_name: "Connection".into(),
        default: true,
        field_names: names,
        ..ConfigFieldGroup::default()
    };
    let schema = ConfigSchema {
        display_name: display_name.to_owned(),
        fields,
        field_groups: vec![group],
        ..ConfigSchema::default()
    };
    ConnectorSchemaAnswer { schema: Some(schema), form_schema: None }
}
