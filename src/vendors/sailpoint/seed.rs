//! Founds the organisation over the company: the bundles, rights and credentials of
//! `sailpoint.json`, and a policy for each of the company's toxic pairs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::model::{
    AccessProfile, ApiClient, ApprovalSettings, ClientTerms, EntitlementSettings, Escalation, GovernanceGroup,
    MaxDuration, Org, RequestConfig, Requestability, Role, Scheme, SchemeKind, SodPolicy, SourceApp, Switches,
    UserLevel, UserLevels,
};
use crate::company::rules::{self, Names};
use crate::company::seed::{Mistakes, Seed};
use crate::kernel::{Id, Span, Timestamp};
use crate::world::Draft;

const FILE: &str = "sailpoint.json";

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct File {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    administrators: Vec<String>,
    levels: BTreeMap<String, BTreeSet<UserLevel>>,
    governance_groups: Vec<GroupRow>,
    access_profiles: Vec<ProfileRow>,
    roles: Vec<RoleRow>,
    entitlement_requests: EntitlementRows,
    source_apps: Vec<SourceAppRow>,
    config: ConfigRow,
    api_clients: Vec<ClientRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GroupRow {
    slug: String,
    name: String,
    description: String,
    owner: String,
    members: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RulesRow {
    #[serde(default)]
    comments_required: bool,
    #[serde(default)]
    denial_comments_required: bool,
    #[serde(default)]
    reauthorization_required: bool,
    #[serde(default)]
    require_end_date: bool,
    max_permitted_access_duration: Option<MaxDuration>,
    #[serde(default)]
    approvals: Vec<SchemeRow>,
    #[serde(default)]
    revocation_approvals: Vec<SchemeRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemeRow {
    approver: SchemeKind,
    group: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProfileRow {
    slug: String,
    name: String,
    description: String,
    owner: String,
    source: String,
    entitlements: Vec<String>,
    requestable: bool,
    #[serde(flatten)]
    rules: RulesRow,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoleRow {
    slug: String,
    name: String,
    description: String,
    owner: String,
    #[serde(default)]
    access_profiles: Vec<String>,
    #[serde(default)]
    entitlements: Vec<String>,
    requestable: bool,
    #[serde(flatten)]
    rules: RulesRow,
    membership: Option<MembershipRow>,
    #[serde(default)]
    dimensional: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MembershipRow {
    department: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct EntitlementRows {
    requestable: Vec<String>,
    all: bool,
    approvals: Vec<SchemeRow>,
    revocation_approvals: Vec<SchemeRow>,
    comments_required: bool,
    denial_comments_required: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SourceAppRow {
    slug: String,
    name: String,
    description: String,
    source: String,
    owner: String,
    enabled: bool,
    access_profiles: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ConfigRow {
    approvals_must_be_external: bool,
    reauthorization_enabled: bool,
    auto_approval_enabled: bool,
    request_on_behalf_of: OnBehalfRow,
    reminders: RemindersRow,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct OnBehalfRow {
    anyone_by_anyone: bool,
    employee_by_manager: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct RemindersRow {
    days_until_escalation: Option<i32>,
    days_between_reminders: Option<i32>,
    max_reminders: Option<i32>,
    fallback_approver: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientRow {
    id: String,
    secret: String,
    name: String,
    owner: Option<String>,
    scope: Option<Vec<String>>,
}

/// Puts SailPoint's estate into a draft.
pub fn found(draft: &mut Draft, seed: &Seed, mistakes: &mut Mistakes) {
    let file: File = seed.read(FILE, mistakes).unwrap_or_default();
    let company = draft.world().company().clone();
    let policies = rules::read(seed, &company, mistakes);
    let mut founding = Founding {
        names: Names { company: &company, file: FILE, mistakes },
        org: Org::default(),
        opened: draft.now() + Span::days(-365),
        made: 0,
    };
    founding.people(&file);
    founding.groups(file.governance_groups);
    founding.profiles(file.access_profiles);
    founding.roles(file.roles);
    founding.source_apps(file.source_apps);
    founding.entitlements(&file.entitlement_requests);
    founding.config(file.config, file.entitlement_requests);
    founding.clients(file.api_clients);
    founding.policies(policies);
    draft.found(founding.org);
}

struct Founding<'a> {
    names: Names<'a>,
    org: Org,
    opened: Timestamp,
    made: i64,
}

impl Founding<'_> {
    /// Rows are made a minute apart, in the order of the file: the order of lists.
    fn next_instant(&mut self) -> Timestamp {
        self.made += 1;
        self.opened + Span::minutes(self.made)
    }

    fn people(&mut self, file: &File) {
        let mut levels: BTreeMap<&str, BTreeSet<UserLevel>> = BTreeMap::new();
        for slug in &file.administrators {
            levels.entry(slug).or_default().insert(UserLevel::OrgAdmin);
        }
        for (slug, more) in &file.levels {
            levels.entry(slug).or_default().extend(more);
        }
        for (slug, levels) in levels {
            if let Some(person) = self.names.person("levels", slug) {
                self.org.levels.put(UserLevels { person, levels });
            }
        }
    }

    fn groups(&mut self, rows: Vec<GroupRow>) {
        for row in rows {
            let Some(owner) = self.names.person(&row.slug, &row.owner) else { continue };
            let members = row.members.iter().filter_map(|slug| self.names.person(&row.slug, slug)).collect();
            let (id, now) = (GovernanceGroup::id_of(&row.slug), self.next_instant());
            let GroupRow { name, description, .. } = row;
            self.org.groups.put(GovernanceGroup { id, name, description, owner, members, created: now, modified: now });
        }
    }

    fn schemes(&mut self, row: &str, schemes: Vec<SchemeRow>) -> Vec<Scheme> {
        let scheme = |scheme: SchemeRow| {
            let approver = scheme.group.as_deref().map(GovernanceGroup::id_of);
            if let (Some(slug), Some(id)) = (&scheme.group, approver)
                && !self.org.groups.contains(&id)
            {
                self.names.mistakes.note(FILE, row, format!("there is no governance group `{slug}`"));
            }
            if scheme.approver == SchemeKind::GovernanceGroup && approver.is_none() {
                self.names.mistakes.note(FILE, row, "GOVERNANCE_GROUP needs a group");
            }
            Scheme { kind: scheme.approver, approver: approver.map(|id| id.cast()) }
        };
        schemes.into_iter().map(scheme).collect()
    }

    fn requestability(&mut self, row: &str, rules: RulesRow) -> Requestability {
        Requestability {
            comments_required: rules.comments_required,
            denial_comments_required: rules.denial_comments_required,
            reauthorization_required: rules.reauthorization_required,
            require_end_date: rules.require_end_date,
            max_permitted_access_duration: rules.max_permitted_access_duration,
            approvals: self.schemes(row, rules.approvals),
            revocation_comments_required: false,
            revocation_denial_comments_required: false,
            revocation_approvals: self.schemes(row, rules.revocation_approvals),
        }
    }

    fn profiles(&mut self, rows: Vec<ProfileRow>) {
        for row in rows {
            let owner = self.names.person(&row.slug, &row.owner);
            let source = self.names.app(&row.slug, &row.source);
            let (Some(owner), Some(source)) = (owner, source) else { continue };
            let entitlements: Vec<_> =
                row.entitlements.iter().filter_map(|path| self.names.entitlement(&row.slug, path)).collect();
            let foreign = |id: &&Id<_>| {
                self.names.company.entitlements().get(id).is_some_and(|entitlement| entitlement.app != source)
            };
            if entitlements.iter().any(|id| foreign(&id)) {
                self.names.mistakes.note(FILE, &row.slug, "an access profile holds entitlements of one source only");
            }
            let requestability = self.requestability(&row.slug, row.rules);
            let now = self.next_instant();
            self.org.profiles.put(AccessProfile {
                id: AccessProfile::id_of(&row.slug),
                name: row.name,
                description: row.description,
                owner,
                source,
                entitlements,
                enabled: true,
                requestable: row.requestable,
                requestability,
                created: now,
                modified: now,
            });
        }
    }

    fn profile_ids(&mut self, row: &str, slugs: &[String]) -> Vec<Id<AccessProfile>> {
        let mut ids = Vec::with_capacity(slugs.len());
        for slug in slugs {
            let id = AccessProfile::id_of(slug);
            if !self.org.profiles.contains(&id) {
                self.names.mistakes.note(FILE, row, format!("there is no access profile `{slug}`"));
            }
            ids.push(id);
        }
        ids
    }

    fn roles(&mut self, rows: Vec<RoleRow>) {
        for row in rows {
            let Some(owner) = self.names.person(&row.slug, &row.owner) else { continue };
            let access_profiles = self.profile_ids(&row.slug, &row.access_profiles);
            let entitlements =
                row.entitlements.iter().filter_map(|path| self.names.entitlement(&row.slug, path)).collect();
            let requestability = self.requestability(&row.slug, row.rules);
            let now = self.next_instant();
            self.org.roles.put(Role {
                id: Role::id_of(&row.slug),
                name: row.name,
                description: row.description,
                owner,
                access_profiles,
                entitlements,
                enabled: true,
                requestable: row.requestable,
                requestability,
                birthright_department: row.membership.map(|membership| membership.department),
                dimensional: row.dimensional,
                created: now,
                modified: now,
            });
        }
    }

    fn source_apps(&mut self, rows: Vec<SourceAppRow>) {
        for row in rows {
            let owner = self.names.person(&row.slug, &row.owner);
            let source = self.names.app(&row.slug, &row.source);
            let (Some(owner), Some(source)) = (owner, source) else { continue };
            let access_profiles = self.profile_ids(&row.slug, &row.access_profiles);
            let (id, now) = (SourceApp::id_of(&row.slug), self.next_instant());
            let SourceAppRow { name, description, enabled, .. } = row;
            let (created, modified) = (now, now);
            self.org.source_apps.put(SourceApp {
                id,
                name,
                description,
                source,
                owner,
                enabled,
                access_profiles,
                created,
                modified,
            });
        }
    }

    fn entitlements(&mut self, rows: &EntitlementRows) {
        let all = self.names.company.entitlements().iter().map(|entitlement| entitlement.id).filter(|_| rows.all);
        let named: Vec<_> =
            rows.requestable.iter().filter_map(|path| self.names.entitlement("entitlementRequests", path)).collect();
        for entitlement in all.chain(named) {
            self.org.entitlements.put(EntitlementSettings { requestable: true, ..self.org.settings_of(entitlement) });
        }
    }

    fn config(&mut self, config: ConfigRow, entitlements: EntitlementRows) {
        let fallback = config.reminders.fallback_approver.as_deref();
        let fallback_approver = fallback.and_then(|slug| self.names.person("config", slug));
        self.org.switches.put(Switches::default());
        let approvals = ApprovalSettings {
            escalation: Escalation {
                days_until_escalation: config.reminders.days_until_escalation,
                days_between_reminders: config.reminders.days_between_reminders,
                max_reminders: config.reminders.max_reminders,
            },
            fallback_approver,
            auto_approval_enabled: config.auto_approval_enabled,
            ..ApprovalSettings::default()
        };
        let row = RequestConfig {
            approvals_must_be_external: config.approvals_must_be_external,
            reauthorization_enabled: config.reauthorization_enabled,
            anyone_by_anyone: config.request_on_behalf_of.anyone_by_anyone,
            employee_by_manager: config.request_on_behalf_of.employee_by_manager,
            gov_group_visibility_enabled: false,
            machine_identity_enabled: true,
            machine_by_anyone: true,
            machine_by_owner: false,
            entitlement_requests_allowed: entitlements.all || !entitlements.requestable.is_empty(),
            entitlement_rules: Requestability {
                comments_required: entitlements.comments_required,
                denial_comments_required: entitlements.denial_comments_required,
                approvals: self.schemes("entitlementRequests", entitlements.approvals),
                revocation_approvals: self.schemes("entitlementRequests", entitlements.revocation_approvals),
                ..Requestability::default()
            },
            approvals,
        };
        self.org.config.put(row);
    }

    fn clients(&mut self, rows: Vec<ClientRow>) {
        for row in rows {
            let owner = row.owner.as_deref().and_then(|slug| self.names.person(&row.id, slug));
            let created = self.next_instant();
            let ClientRow { id, secret, name, scope, .. } = row;
            self.org.clients.put(ApiClient {
                id,
                secret,
                name,
                owner,
                scope,
                enabled: true,
                validity_seconds: ApiClient::VALIDITY_SECONDS,
                expires: None,
                terms: ClientTerms::default(),
                created,
                modified: created,
                last_used: None,
            });
        }
    }

    fn policies(&mut self, pairs: Vec<rules::ToxicPair>) {
        for pair in pairs {
            let created = self.next_instant();
            self.org.policies.put(SodPolicy {
                id: SodPolicy::id_of(&pair.slug),
                name: pair.name,
                description: pair.description,
                owner: pair.owner,
                left_name: pair.left.name,
                left: pair.left.entitlements,
                right_name: pair.right.name,
                right: pair.right.entitlements,
                created,
            });
        }
    }
}
