//! Forms: the vendor's message, checked when it comes and kept as it came.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::vendors::conductorone::wire::{Empty, Json, from_document, message, to_value, vocabulary};

vocabulary! {
    SelectType {
        Unspecified = "SELECT_TYPE_UNSPECIFIED",
        Dropdown = "SELECT_TYPE_DROPDOWN",
        Radio = "SELECT_TYPE_RADIO",
        Buttons = "SELECT_TYPE_BUTTONS",
    }
}

message! {
    Form = c1.api.form.v1.Form {
        id: String,
        display_name: String,
        description: String,
        fields: Vec<Field>,
        field_groups: Vec<FieldGroup>,
        field_relationships: Vec<FieldRelationship>,
    }

    FieldGroup = c1.api.form.v1.FieldGroup {
        name: String,
        display_name: String,
        help_text: String,
        default: bool,
        fields: Vec<String>,
    }

    FieldRelationship = c1.api.form.v1.FieldRelationship {
        field_names: Vec<String>;
        oneof kind {
            required_together: Empty,
            mutually_exclusive: Empty,
            at_least_one: Empty,
            dependent_on: DependentOn,
        }
    }

    DependentOn = c1.api.form.v1.DependentOn {
        dependency_field_names: Vec<String>,
    }

    Field = c1.api.form.v1.Field {
        name: String,
        display_name: String,
        description: String,
        required: bool,
        read_only: bool;
        oneof type {
            string_field: StringField,
            bool_field: BoolField,
            string_slice_field: StringSliceField,
            int64_field: Int64Field,
            file_field: FileField,
            string_map_field: StringMapField,
            oauth2_field: Oauth2Field,
        }
        ; oneof provider_config {
            admin_config: AdminProviderConfig,
            user_config: UserProviderConfig,
            shared_config: SharedProviderConfig,
        }
    }

    AdminProviderConfig = c1.api.form.v1.AdminProviderConfig {
        default_value_cel: String,
        show_to_user: bool,
    }

    UserProviderConfig = c1.api.form.v1.UserProviderConfig {
        input_transformation_cel: String,
    }

    SharedProviderConfig = c1.api.form.v1.SharedProviderConfig {
        default_value_cel: String,
        input_transformation_cel: String,
        lock_default_values: bool,
    }

    StringField = c1.api.form.v1.StringField {
        default_value: String,
        placeholder: String,
        rules: Option<Json>;
        oneof view {
            text_field: TextField,
            password_field: Empty,
            select_field: SelectField,
            picker_field: PickerField,
            date_field: DateField,
        }
    }

    TextField = c1.api.form.v1.TextField {
        multiline: bool,
        suffix: String,
    }

    SelectField = c1.api.form.v1.SelectField {
        options: Vec<SelectOption>,
        #[serde(rename = "type")]
        kind: SelectType,
    }

    SelectOption = c1.api.form.v1.SelectOption {
        value: String,
        display_name: String,
        description: String,
    }

    PickerField = c1.api.form.v1.PickerField {
        ; oneof type {
            app_user_picker: AppUserFilter,
            resource_picker: AppResourceFilter,
            c1_user_picker: C1UserFilter,
        }
    }

    AppUserFilter = c1.api.form.v1.AppUserFilter {
        app_id: String,
    }

    AppResourceFilter = c1.api.form.v1.AppResourceFilter {
        app_id: String,
        resource_type_id: String,
    }

    C1UserFilter = c1.api.form.v1.C1UserFilter {
        user_ids: Vec<String>,
        exclude_user_ids: Vec<String>,
        include_deactivated: bool,
    }

    DateField = c1.api.form.v1.DateField {
        default_to_today: bool,
        min_date: String,
        max_date: String,
        min_days_from_today: i32,
        max_days_from_today: i32,
    }

    BoolField = c1.api.form.v1.BoolField {
        default_value: bool,
        rules: Option<Json>;
        oneof view {
            checkbox_field: Empty,
            toggle_field: Empty,
        }
    }

    StringSliceField = c1.api.form.v1.StringSliceField {
        default_values: Vec<String>,
        placeholder: String,
        rules: Option<Json>;
        oneof view {
            chips_field: Empty,
            picker_field: PickerField,
        }
    }

    Int64Field = c1.api.form.v1.Int64Field {
        default_value: i64,
        placeholder: String,
        rules: Option<Json>;
        oneof view {
            number_field: NumberField,
        }
    }

    NumberField = c1.api.form.v1.NumberField {
        min_value: i64,
        max_value: i64,
        step: i64,
    }

    FileField = c1.api.form.v1.FileField {
        accepted_file_types: Vec<String>,
        max_file_size: i64;
        oneof view {
            file_input_field: Empty,
        }
    }

    StringMapField = c1.api.form.v1.StringMapField {
        default_value: BTreeMap<String, String>,
        rules: Option<StringMapRules>,
    }

    StringMapRules = c1.api.form.v1.StringMapRules {
        is_required: bool,
        validate_empty: bool,
    }

    Oauth2Field = c1.api.form.v1.Oauth2Field {
        ; oneof view {
            oauth2_field_view: Empty,
        }
    }
}

impl Form {
    /// A form as it is shown: what whoever wrote it left out is there at its default.
    pub fn of(document: &Value) -> Self {
        from_document(document.clone()).unwrap_or_default()
    }

    /// A form as it is kept.
    pub fn document(&self) -> Value {
        to_value(self).unwrap_or_default()
    }
}
