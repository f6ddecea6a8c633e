//! Entitlements that bring others with them.

use super::{Object, View};
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::model::Proxy;
use crate::vendors::conductorone::wire::{Any, Time, id, message};

message! {
    /// A proxy binding.
    AppEntitlementProxy = c1.api.app.v1.AppEntitlementProxy {
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        disabled_at: Option<Time>,
        dst_app_entitlement_id: String,
        dst_app_id: String,
        implicit: Option<bool>,
        src_app_entitlement_id: String,
        src_app_id: String,
        system_builtin: bool,
        updated_at: Option<Time>,
    }

    /// A proxy binding, and where what it refers to stands.
    AppEntitlementProxyView = c1.api.app.v1.AppEntitlementProxyView {
        app_proxy_entitlement: Option<AppEntitlementProxy>,
        dst_app_entitlement_path: String,
        dst_app_path: String,
        src_app_entitlement_path: String,
        src_app_path: String,
    }

    /// One proxy binding.
    ProxyResponse = c1.api.app.v1.GetAppEntitlementProxyResponse {
        app_proxy_entitlement_view: Option<AppEntitlementProxyView>,
        expanded: Vec<Any>,
    }

    /// A proxy binding is made.
    CreateProxyRequest = c1.api.app.v1.CreateAppEntitlementProxyRequest { expand_mask: Option<ExpandMask> }
}

impl View<'_> {
    /// A proxy binding, with what it points at.
    pub fn proxy_view(self, proxy: &Proxy, expand: &mut Expander<'_, Object>) -> AppEntitlementProxyView {
        let (source, destination) = (proxy.id.source, proxy.id.destination);
        AppEntitlementProxyView {
            app_proxy_entitlement: Some(AppEntitlementProxy {
                created_at: Some(proxy.created.into()),
                updated_at: Some(proxy.created.into()),
                src_app_id: id::text(source.app),
                src_app_entitlement_id: id::text(source.id),
                dst_app_id: id::text(destination.app),
                dst_app_entitlement_id: id::text(destination.id),
                ..AppEntitlementProxy::default()
            }),
            dst_app_entitlement_path: expand.one("dst_app_entitlement_id", Some(Object::Entitlement(destination))),
            dst_app_path: expand.one("dst_app_id", Some(Object::App(destination.app))),
            src_app_entitlement_path: expand.one("src_app_entitlement_id", Some(Object::Entitlement(source))),
            src_app_path: expand.one("src_app_id", Some(Object::App(source.app))),
        }
    }
}
