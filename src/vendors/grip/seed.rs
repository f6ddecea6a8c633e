//! Founds the environment over the company from `grip.json`: what Grip judges, and who may call.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::assumed::SANCTION_STATES;
use super::model::{
    Action, AiDepth, EntityKind, Environment, Policy, SaasProfile, Scopes, Settings, Severity, Terms, Token,
    UserProfile, Workflow,
};
use crate::company::rules::Names;
use crate::company::seed::{Mistakes, Seed};
use crate::company::{App, Company};
use crate::kernel::Id;
use crate::world::{Draft, Estate};

const FILE: &str = "grip.json";

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct File {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    tokens: Vec<TokenRow>,
    platforms: Vec<String>,
    mail_platform: Option<String>,
    sanction_states: Vec<String>,
    saas: Vec<SaasRow>,
    users: Vec<UserRow>,
    policies: Vec<PolicyRow>,
    workflows: Vec<WorkflowRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRow {
    name: String,
    token: String,
    owner: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct SaasRow {
    app: String,
    logo_url: Option<String>,
    risk_score: u8,
    sanction: Option<String>,
    labels: Vec<String>,
    #[serde(alias = "buisnessOwner")]
    business_owner: Option<String>,
    instances: Option<u32>,
    source_platforms: Vec<String>,
    assets: Vec<serde_json::Value>,
    compliances: Vec<String>,
    primary_contact: Option<String>,
    oauth_scopes: Scopes,
    mfa: bool,
    saml: BTreeMap<String, bool>,
    ai: AiDepth,
    terms: Terms,
    scorecard: Option<String>,
    enhanced_only: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserRow {
    person: String,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PolicyRow {
    id: u32,
    slug: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    category: String,
    severity: Severity,
    description: String,
    mitigation: MitigationRow,
    impacts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MitigationRow {
    header: String,
    steps: Vec<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkflowRow {
    slug: String,
    name: String,
    kind: EntityKind,
    actions: Vec<Action>,
}

/// Puts Grip's estate into a draft.
pub fn found(draft: &mut Draft, seed: &Seed, mistakes: &mut Mistakes) {
    let file: File = seed.read(FILE, mistakes).unwrap_or_default();
    let company = draft.world().company().clone();
    let mut founding =
        Founding { names: Names { company: &company, file: FILE, mistakes }, env: Environment::default() };
    founding.settings(&file);
    founding.tokens(file.tokens);
    founding.saas(file.saas);
    founding.users(file.users);
    founding.policies(file.policies);
    founding.workflows(file.workflows);
    draft.found(founding.env);
}

struct Founding<'a> {
    names: Names<'a>,
    env: Environment,
}

impl Founding<'_> {
    fn settings(&mut self, file: &File) {
        for slug in file.platforms.iter().chain(&file.mail_platform) {
            self.names.app("platforms", slug);
        }
        self.env.settings.put(Settings {
            platforms: file.platforms.clone(),
            mail_platform: file.mail_platform.clone(),
            sanction_states: file.sanction_states.clone(),
        });
    }

    fn tokens(&mut self, rows: Vec<TokenRow>) {
        for row in rows {
            let owner = row.owner.as_deref().and_then(|slug| self.names.person(&row.name, slug));
            self.env.tokens.put(Token { token: row.token, name: row.name, owner });
        }
    }

    /// Applications stand in listings as they stand in the file; those that it leaves out follow.
    fn saas(&mut self, rows: Vec<SaasRow>) {
        let mut listed = Vec::with_capacity(rows.len());
        for row in rows {
            let slug = row.app.clone();
            let Some(app) = self.names.app(&slug, &slug) else { continue };
            if !self.shows(app) {
                self.names.mistakes.note(FILE, &slug, "this application is not governed by Grip");
            }
            if listed.contains(&app) {
                self.names.mistakes.note(FILE, &slug, "there is a row for this application already");
            }
            listed.push(app);
            self.profile(app, row);
        }
        let mut others: Vec<_> = self.names.company.apps().iter().filter(|app| !listed.contains(&app.id)).collect();
        others.sort_by_key(|app| (app.created, app.id));
        let others: Vec<Id<App>> = others.into_iter().map(|app| app.id).filter(|app| self.shows(*app)).collect();
        for app in others {
            self.profile(app, SaasRow::default());
        }
    }

    fn shows(&self, app: Id<App>) -> bool {
        self.names.company.apps().get(&app).is_some_and(|app| app.is_governed_by(Environment::VENDOR))
    }

    fn profile(&mut self, app: Id<App>, row: SaasRow) {
        let place = u32::try_from(self.env.saas.len()).unwrap_or(u32::MAX);
        let known = |state: &String| {
            SANCTION_STATES.contains(&state.as_str()) || self.env.settings().sanction_states.contains(state)
        };
        if let Some(state) = row.sanction.as_ref().filter(|state| !known(state)) {
            self.names.mistakes.note(FILE, &row.app, format!("there is no sanction state `{state}`"));
        }
        if row.risk_score > 100 {
            self.names.mistakes.note(FILE, &row.app, "a risk score is at most 100");
        }
        let primary_contact = row.primary_contact.as_deref().and_then(|slug| self.names.person(&row.app, slug));
        let owner = || first_owner(self.names.company, app);
        self.env.saas.put(SaasProfile {
            app,
            place,
            logo_url: row.logo_url,
            risk_score: row.risk_score,
            sanction: row.sanction,
            labels: row.labels,
            business_owner: row.business_owner.or_else(owner),
            instances: row.instances.unwrap_or(1),
            source_platforms: row.source_platforms,
            assets: row.assets,
            compliances: row.compliances,
            primary_contact,
            scopes: row.oauth_scopes,
            mfa: row.mfa,
            saml: row.saml,
            ai: row.ai,
            terms: row.terms,
            scorecard: row.scorecard,
            enhanced_only: row.enhanced_only,
        });
    }

    fn users(&mut self, rows: Vec<UserRow>) {
        for row in rows {
            let Some(person) = self.names.person(&row.person, &row.person) else { continue };
            self.env.users.put(UserProfile { labels: row.labels, roles: row.roles, ..UserProfile::of(person) });
        }
    }

    fn policies(&mut self, rows: Vec<PolicyRow>) {
        for row in rows {
            if self.env.policies.contains(&row.id) {
                self.names.mistakes.note(FILE, &row.slug, "there is a policy of this id already");
            }
            self.env.policies.put(Policy {
                id: row.id,
                slug: row.slug,
                name: row.name,
                kind: row.kind,
                category: row.category,
                severity: row.severity,
                description: row.description,
                mitigation_header: row.mitigation.header,
                mitigation_steps: row.mitigation.steps,
                mitigation_description: row.mitigation.description,
                potential_impacts: row.impacts,
            });
        }
    }

    fn workflows(&mut self, rows: Vec<WorkflowRow>) {
        for row in rows {
            for action in &row.actions {
                self.check_action(&row.slug, row.kind, action);
            }
            let id = Workflow::id_of(&row.slug);
            let WorkflowRow { slug, name, kind, actions } = row;
            self.env.workflows.put(Workflow { id, slug, name, kind, actions });
        }
    }

    fn check_action(&mut self, row: &str, kind: EntityKind, action: &Action) {
        let slugs: Vec<&String> = match action {
            Action::RevokeAccess { apps, .. } => apps.iter().collect(),
            Action::RequestJustification { app, .. } => app.iter().collect(),
            Action::AddLabel { .. } | Action::SetSanction { .. } | Action::Notify { .. } => Vec::new(),
        };
        for slug in slugs {
            self.names.app(row, slug);
        }
        let fits = match action {
            Action::RevokeAccess { .. } => kind == EntityKind::Identity,
            Action::SetSanction { .. } => kind == EntityKind::App,
            Action::RequestJustification { app, .. } => app.is_some() == (kind == EntityKind::Identity),
            Action::AddLabel { .. } | Action::Notify { .. } => true,
        };
        if !fits {
            self.names.mistakes.note(FILE, row, format!("`{}` is no action for this kind of workflow", action.name()));
        }
    }
}

fn first_owner(company: &Company, app: Id<App>) -> Option<String> {
    let owner = company.apps().get(&app)?.owners.first()?;
    company.people().get(owner).map(|person| person.name())
}
