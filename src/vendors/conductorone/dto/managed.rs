//! Applications that a connector has discovered, and whether they are governed.

use super::apps::AppEntitlementRef;
use super::{Object, View};
use crate::company::{App, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::lifecycle::Discovery;
use crate::vendors::conductorone::model::Resource;
use crate::vendors::conductorone::wire::{Any, Asked, Empty, Time, id, message};

message! {
    /// It is governed, as this application.
    ManagedAs = c1.api.app.v1.AppManagedState.AppManagedStateManaged { app_id: String }

    /// Whether a discovered application is governed.
    ManagedState = c1.api.app.v1.AppManagedState {
        ; oneof state { unmanaged: Empty, managed: ManagedAs }
    }

    /// A discovered application.
    ManagedStateBinding = c1.api.app.v1.AppManagedStateBinding {
        app_id: String,
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        display_name: String,
        resource_id: String,
        resource_type_id: String,
        state: Option<ManagedState>,
        updated_at: Option<Time>,
    }

    /// A discovered application, and where what it refers to stands.
    ManagedStateBindingView = c1.api.app.v1.AppManagedStateBindingView {
        app_management_state_binding: Option<ManagedStateBinding>,
        app_path: String,
        resource_path: String,
    }

    /// One discovered application.
    ManagedStateResponse = c1.api.app.v1.GetAppManagedStateBindingResponse {
        app_management_state: Option<ManagedStateBindingView>,
        expanded: Vec<Any>,
    }

    /// Who is to answer for it.
    PromoteRequest = c1.api.app.v1.PromoteAppManagedStateBindingRequest {
        app_entitlement_owner_refs: Vec<AppEntitlementRef>,
        expand_mask: Option<ExpandMask>,
        user_ids: Vec<String>,
    }
}

impl PromoteRequest {
    /// Who is to answer for the application.
    ///
    /// # Errors
    /// 400 when an id is not written like one, or holders of an entitlement are named: such owners are not kept here.
    pub fn owners(&self, asked: &Asked) -> Result<Vec<Id<Person>>, ApiError> {
        if !self.app_entitlement_owner_refs.is_empty() {
            return Err(asked.invalid("appEntitlementOwnerRefs", "entitlement owners are not emulated"));
        }
        asked.ids("userIds", &self.user_ids)
    }
}

impl View<'_> {
    /// A discovered application, with what it points at.
    pub fn managed_state(self, at: Discovery, app: &App, expand: &mut Expander<'_, Object>) -> ManagedStateBindingView {
        let governed = self.domain.app(app.id);
        let resource = Resource::id_of_app(app.id);
        let state = ManagedState {
            unmanaged: governed.is_none().then(Empty::default),
            managed: governed.map(|row| ManagedAs { app_id: id::text(row.app) }),
        };
        ManagedStateBindingView {
            app_management_state_binding: Some(ManagedStateBinding {
                app_id: id::text(at.app),
                created_at: Some(app.created.into()),
                deleted_at: None,
                display_name: app.name.clone(),
                resource_id: id::text(resource),
                resource_type_id: id::text(at.kind),
                state: Some(state),
                updated_at: Some(governed.map_or(app.changed, |row| row.updated).into()),
            }),
            app_path: expand.one("app_id", Some(Object::App(at.app))),
            resource_path: expand.one("resource_id", Some(Object::Resource(resource))),
        }
    }
}
