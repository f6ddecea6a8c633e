//! Campaigns: made from a template, activated, called off, or run out (contract, 10). What reviewers do stands in `review`.

use serde_json::{Map, Value, json};

use super::condition::GrantRow;
use super::{Fault, Missing, Refusal, Timer, engine, exception, find_kept};
use crate::company::{Entitlement, Person};
use crate::kernel::{Hop, Id, Pace, Span, Timestamp};
use crate::query::{Case, Filter};
use crate::vendors::pingone::dto::{UserRow, View};
use crate::vendors::pingone::model::{
    Access, AccessKind, ActorRef, Campaign, CampaignKind, CampaignMove, CampaignState, CertificationItem, ItemKey,
    ItemMove, ItemState, Realm, Reviewer, Shelf,
};
use crate::vendors::pingone::query::target;
use crate::world::{Command, Cx};

// An instant that a campaign names, not a pace.
const DEADLINE: Hop = Hop { name: "pingone/certification-deadline", pace: Pace::After(Span::ZERO) };
/// How long reviewers have where nobody says [assumed].
const DURATION: Span = Span::days(14);
/// How many grants one campaign asks about; those of the first people by id.
const ITEMS_MAX: usize = 100_000;
/// What a reviewer may do (contract, 10).
pub const PERMISSIONS: [&str; 8] =
    ["certify", "comment", "exception", "forward", "reassign", "reset", "revoke", "signoff"];
/// What of a campaign can be changed.
const CHANGEABLE: [&str; 3] = ["name", "description", "deadline"];

/// The campaign with this id, as it was sent.
pub fn find_campaign<'r>(realm: &'r Realm, id: &str) -> Result<&'r Campaign, Refusal> {
    let campaign = Id::from_dashed(id).and_then(|id| realm.campaigns.get(&id));
    campaign.map(|campaign| &**campaign).ok_or_else(|| Missing::Certification(id.to_owned()).into())
}

/// Everything that a reviewer may do, allowed.
pub fn all_permissions() -> Map<String, Value> {
    PERMISSIONS.into_iter().map(|name| (name.to_owned(), Value::Bool(true))).collect()
}

/// Makes a campaign, from a template or from what is said alone.
pub struct CreateCampaign {
    /// The template's id, as it was sent.
    pub template: Option<String>,
    /// What is said besides; it lies over the template.
    pub document: Map<String, Value>,
}

impl Command<Realm> for CreateCampaign {
    type Output = Id<Campaign>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let Self { template, document } = self;
        let mut terms = Map::new();
        let mut named = None;
        if let Some(id) = template {
            let kept = find_kept(realm, Shelf::Templates, &id)?;
            terms = kept.document.clone();
            named = Some((id, text(&terms, "name").to_owned()));
        }
        for own in ["id", "metadata"] {
            terms.shift_remove(own);
        }
        terms.extend(document);
        let campaign = read(cx, terms, named)?;
        let (id, is_staged) = (campaign.id, campaign.terms.get("stagingEnabled") == Some(&Value::Bool(true)));
        cx.emit("certification.created", id, json!({"name": campaign.name}));
        realm.timers.at(cx.chronicle, DEADLINE, campaign.deadline, id, Timer::Deadline(id));
        realm.campaigns.put(campaign);
        if !is_staged {
            activate(realm, cx, id)?;
        }
        Ok(id)
    }
}

fn read(cx: &mut Cx<'_>, terms: Map<String, Value>, template: Option<(String, String)>) -> Result<Campaign, Refusal> {
    let now = cx.now();
    let name = text(&terms, "name").trim().to_owned();
    if name.is_empty() {
        return Err(Refusal::required("name"));
    }
    let kind = CampaignKind::read(terms.get("certificationType").and_then(Value::as_str));
    let kind = kind.ok_or(Fault::Word("certificationType", "a type of certification"))?;
    let owner = text(&terms, "ownerId");
    let owner = match ActorRef::read(owner) {
        Some(ActorRef::User(person)) => Some(person).filter(|person| cx.company.people().contains(person)),
        _ => None,
    };
    filters(&terms)?;
    let days = |name: &str| terms.get(name).and_then(Value::as_i64).filter(|days| *days > 0).map(days_of);
    let deadline = match terms.get("deadline").and_then(Value::as_str) {
        Some(date) => future(date, now)?,
        None => now + days("stageDuration").or_else(|| days("duration")).unwrap_or(DURATION),
    };
    Ok(Campaign {
        id: cx.id("pingone/certification"),
        description: text(&terms, "description").to_owned(),
        name,
        kind,
        template,
        owner,
        state: CampaignState::Staging,
        created: now,
        started: None,
        deadline,
        completed: None,
        modified: now,
        terms,
    })
}

fn days_of(days: i64) -> Span {
    Span::seconds(days.min(36_500).saturating_mul(86_400))
}

fn text<'d>(document: &'d Map<String, Value>, name: &str) -> &'d str {
    document.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn future(date: &str, now: Timestamp) -> Result<Timestamp, Refusal> {
    let date = exception::date(date).ok_or_else(|| Fault::date("deadline"))?;
    if date <= now { Err(Fault::Past("deadline").into()) } else { Ok(date) }
}

/// Whom a campaign is about, and what of theirs: one node per noun (contract, 2.4).
fn filters(terms: &Map<String, Value>) -> Result<Vec<(String, Filter)>, Refusal> {
    let nodes = terms.get("targetFilter").and_then(Value::as_object);
    let read = |(noun, node): (&String, &Value)| {
        let filter = target::parse(node).map_err(|error| Refusal::Unreadable(error.to_string()))?;
        Ok((noun.clone(), filter))
    };
    nodes.into_iter().flatten().filter(|(_, node)| !node.is_null()).map(read).collect()
}

fn step(cx: &mut Cx<'_>, campaign: &mut Campaign, by: CampaignMove, action: &'static str) -> Result<(), Refusal> {
    let from = campaign.state;
    campaign.state = cx.go(from, by).ok_or(Refusal::CampaignImpossible(action, from))?;
    campaign.modified = cx.now();
    Ok(())
}

/// Asks everybody's reviewers.
pub struct ActivateCampaign(pub String);

impl Command<Realm> for ActivateCampaign {
    type Output = Id<Campaign>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let id = find_campaign(realm, &self.0)?.id;
        activate(realm, cx, id)?;
        Ok(id)
    }
}

fn activate(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Campaign>) -> Result<(), Refusal> {
    let Some(campaign) = realm.campaigns.get(&id) else { return Ok(()) };
    let mut campaign = Campaign::clone(campaign);
    step(cx, &mut campaign, CampaignMove::Activate, "activate")?;
    campaign.started = Some(cx.now());
    let found = asked_about(View { realm, company: cx.company }, &campaign)?;
    let now = cx.now();
    let items: Vec<CertificationItem> = found
        .into_iter()
        .map(|(user, grant, reviewer)| CertificationItem {
            id: cx.id("pingone/certification-item"),
            campaign: id,
            user,
            grant,
            state: ItemState::InProgress,
            verdict: None,
            decided: None,
            reviewers: reviewer.map(|who| Reviewer { who, permissions: all_permissions() }).into_iter().collect(),
            primary: reviewer,
            comments: Vec::new(),
            completed: None,
            created: now,
            modified: now,
        })
        .collect();
    cx.emit("certification.activated", id, json!({"items": items.len()}));
    realm.campaigns.put(campaign);
    for item in items {
        realm.certification_items.put(item);
    }
    finish(realm, cx, id);
    Ok(())
}

type Asked = (Id<Person>, Access, Option<ActorRef>);

/// Every grant that a campaign is about, and who reviews it.
fn asked_about(view: View<'_>, campaign: &Campaign) -> Result<Vec<Asked>, Refusal> {
    let filters = filters(&campaign.terms)?;
    let (of_users, of_grants): (Vec<_>, Vec<_>) = filters.into_iter().partition(|(noun, _)| noun == "user");
    let mut asked = Vec::new();
    let people = view.company.people().iter().filter(|person| view.realm.knows(person.id));
    for person in people.filter(|person| of_users.iter().all(|(_, f)| f.holds(&UserRow(person), Case::Ignored))) {
        for access in engine::held_by(view, person.id).filter(|access| looks_at(campaign.kind, access.kind())) {
            let is_meant = of_grants.is_empty()
                || view.grant(access).is_some_and(|grant| {
                    of_grants.iter().all(|(_, filter)| filter.holds(&GrantRow(&grant), Case::Ignored))
                });
            if !is_meant {
                continue;
            }
            if asked.len() >= ITEMS_MAX {
                return Ok(asked);
            }
            asked.push((person.id, access, reviewer(view, campaign, person, access)));
        }
    }
    Ok(asked)
}

fn looks_at(campaign: CampaignKind, grant: AccessKind) -> bool {
    match campaign {
        CampaignKind::Identity => true,
        CampaignKind::Application => grant != AccessKind::Role,
        CampaignKind::Entitlement => grant == AccessKind::Entitlement,
        CampaignKind::RoleMembership => grant == AccessKind::Role,
    }
}

/// Who is asked about a grant: whom the template says, else the manager; where there is none, or it is the person
/// themselves, the template's default, then the campaign's owner, then whom the configuration names [assumed].
fn reviewer(view: View<'_>, campaign: &Campaign, person: &Person, access: Access) -> Option<ActorRef> {
    let terms = &campaign.terms;
    let stage = terms.get("stages").and_then(|stages| stages.get(0));
    let named = stage.and_then(|stage| stage.get("reviewers")).or_else(|| terms.get("reviewers"));
    let named = named.and_then(|list| list.get(0));
    let word = named.and_then(|named| named.get("type")).and_then(Value::as_str).unwrap_or("manager");
    let owner = |entitlement: &Entitlement| entitlement.owner.map(ActorRef::User);
    let entitlement = match access {
        Access::Entitlement(grant) => view.company.entitlements().get(&grant.entitlement),
        _ => None,
    };
    let app = match access {
        Access::Account(account) => view.company.accounts().get(&account).map(|account| account.app),
        _ => entitlement.map(|entitlement| entitlement.app),
    };
    let of_app = || view.company.apps().get(&app?).and_then(|app| app.owners.first().copied()).map(ActorRef::User);
    let asked = match word {
        "entitlementOwner" => entitlement.and_then(|entitlement| owner(entitlement)).or_else(of_app),
        "applicationOwner" => of_app(),
        "user" | "role" => named.and_then(|named| named.get("id")).and_then(Value::as_str).and_then(ActorRef::read),
        _ => person.manager.map(ActorRef::User),
    };
    let alone = terms.get("allowSelfCertification") == Some(&Value::Bool(true));
    let may = |who: &ActorRef| alone || *who != ActorRef::User(person.id);
    let default = || ActorRef::read(text(terms, "defaultCertifierId")).filter(may);
    let configured =
        || view.realm.setting("iga_access_request", "defaultApprover").and_then(Value::as_str).and_then(ActorRef::read);
    asked.filter(may).or_else(default).or_else(|| campaign.owner.map(ActorRef::User).filter(may)).or_else(configured)
}

/// Calls a campaign off; what was signed off stands.
pub struct CancelCampaign(pub String);

impl Command<Realm> for CancelCampaign {
    type Output = Id<Campaign>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let id = find_campaign(realm, &self.0)?.id;
        end(realm, cx, id, (CampaignMove::Cancel, ItemMove::Cancel), "cancel")?;
        Ok(id)
    }
}

/// Changes what a campaign is called, or when it runs out.
pub struct ChangeCampaign {
    /// Its id, as it was sent.
    pub id: String,
    /// What is to change.
    pub document: Map<String, Value>,
    /// The action, in the vendor's word.
    pub action: &'static str,
}

impl Command<Realm> for ChangeCampaign {
    type Output = Id<Campaign>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let mut campaign = find_campaign(realm, &self.id)?.clone();
        if !matches!(campaign.state, CampaignState::Staging | CampaignState::InProgress) {
            return Err(Refusal::CampaignImpossible(self.action, campaign.state));
        }
        if let Some(name) = self.document.keys().find(|name| !CHANGEABLE.contains(&name.as_str())) {
            return Err(Fault::Fixed(name.clone()).into());
        }
        for (name, value) in &self.document {
            let text = value.as_str().ok_or_else(|| Fault::type_of(name.clone(), "a string"))?;
            match name.as_str() {
                "name" if text.trim().is_empty() => return Err(Refusal::required("name")),
                "name" => campaign.name = text.to_owned(),
                "description" => campaign.description = text.to_owned(),
                _ => campaign.deadline = future(text, cx.now())?,
            }
        }
        let id = campaign.id;
        campaign.modified = cx.now();
        realm.timers.cancel_about(id);
        realm.timers.at(cx.chronicle, DEADLINE, campaign.deadline, id, Timer::Deadline(id));
        realm.campaigns.put(campaign);
        Ok(id)
    }
}

/// Deletes a campaign, and its items.
pub struct DeleteCampaign(pub String);

impl Command<Realm> for DeleteCampaign {
    type Output = Id<Campaign>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let id = find_campaign(realm, &self.0)?.id;
        let items: Vec<_> = realm.certification_items.ids_with(ItemKey::Of(id)).copied().collect();
        for item in items {
            realm.certification_items.remove(&item);
        }
        realm.campaigns.remove(&id);
        realm.timers.cancel_about(id);
        cx.emit("certification.deleted", id, Value::Null);
        Ok(id)
    }
}

/// A campaign's deadline has come.
pub fn expire(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Campaign>) {
    // One that was never activated runs out by being called off: nobody was asked.
    let is_staged = realm.campaigns.get(&id).is_some_and(|campaign| campaign.state == CampaignState::Staging);
    let by =
        if is_staged { (CampaignMove::Cancel, ItemMove::Cancel) } else { (CampaignMove::Expire, ItemMove::Expire) };
    // It may be over already; then there is nothing to end.
    let _ = end(realm, cx, id, by, "expire");
}

fn end(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    id: Id<Campaign>,
    (by, of_items): (CampaignMove, ItemMove),
    action: &'static str,
) -> Result<(), Refusal> {
    let Some(campaign) = realm.campaigns.get(&id) else { return Ok(()) };
    let mut campaign = Campaign::clone(campaign);
    step(cx, &mut campaign, by, action)?;
    let now = cx.now();
    campaign.completed = Some(now);
    cx.emit("certification.ended", id, json!({"status": campaign.state}));
    realm.campaigns.put(campaign);
    realm.timers.cancel_about(id);
    let open: Vec<_> = realm.certification_items.with(ItemKey::Open(id)).cloned().collect();
    for item in open {
        let mut item = CertificationItem::clone(&item);
        if let Some(state) = cx.go(item.state, of_items) {
            (item.state, item.completed, item.modified) = (state, Some(now), now);
            realm.certification_items.put(item);
        }
    }
    Ok(())
}

/// A campaign of which nothing is open is over.
pub fn finish(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Campaign>) {
    let is_open = realm.certification_items.ids_with(ItemKey::Open(id)).next().is_some();
    if !is_open {
        // It may be over already.
        let _ = end(realm, cx, id, (CampaignMove::Finish, ItemMove::SignOff), "signoff");
    }
}
