//! The tenant itself (contract, section 11.6).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{View, instant};

/// `Tenant`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    pub id: String,
    pub name: String,
    pub full_name: String,
    pub pod: &'static str,
    pub region: &'static str,
    pub description: String,
    pub products: Vec<Product>,
}

/// `Product`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    pub product_name: &'static str,
    pub url: String,
    pub product_tenant_id: String,
    pub product_region: &'static str,
    pub product_right: &'static str,
    pub api_url: Option<String>,
    pub licenses: Vec<License>,
    pub attributes: BTreeMap<&'static str, String>,
    pub zone: &'static str,
    pub status: &'static str,
    pub status_date_time: String,
    pub reason: String,
    pub notes: String,
    pub date_created: Option<String>,
    pub last_updated: Option<String>,
    pub org_type: Option<&'static str>,
}

/// `License`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct License {
    pub license_id: &'static str,
    pub legacy_feature_name: &'static str,
}

const REGION: &str = "us-east-1";

impl View<'_> {
    /// The tenant, as somebody sees it who reached it at `base`.
    pub fn tenant(&self, id: String, name: &str, base: &str) -> Tenant {
        let profile = self.company.profile();
        let opened = self.org.clients.iter().map(|client| client.created).min().map(instant);
        let license = |(license_id, legacy_feature_name)| License { license_id, legacy_feature_name };
        let idn = Product {
            product_name: "idn",
            url: base.to_owned(),
            product_tenant_id: format!("{name}#idn"),
            product_region: REGION,
            product_right: "idn:ui:view",
            api_url: Some(base.to_owned()),
            licenses: LICENSES.map(license).into(),
            attributes: BTreeMap::from([("domain", base.to_owned())]),
            zone: REGION,
            status: "active",
            status_date_time: opened.clone().unwrap_or_default(),
            reason: String::new(),
            notes: String::new(),
            date_created: opened.clone(),
            last_updated: opened,
            org_type: Some("test"),
        };
        Tenant {
            id,
            name: name.to_owned(),
            full_name: profile.name.clone(),
            pod: "sim",
            region: REGION,
            description: profile.description.clone(),
            products: vec![idn],
        }
    }
}

const LICENSES: [(&str, &str); 2] =
    [("idn:access-request", "ACCESS_REQUEST"), ("idn:separation-of-duties", "SEPARATION_OF_DUTIES")];
