//! What reviewers do about the items of a campaign (contract, 10). A decision may change until it is signed off; then what
//! was revoked is really taken, by a request for its end.

use serde_json::{Map, Value, json};

use super::certification::{PERMISSIONS, all_permissions, find_campaign, finish};
use super::rights::By;
use super::wish::revoke;
use super::{Fault, Missing, Refusal, Target};
use crate::company::Company;
use crate::kernel::{Id, Lifecycle};
use crate::vendors::pingone::assumed::BULK_MAX;
use crate::vendors::pingone::model::{
    Access, ActorRef, Campaign, CertificationItem, ItemComment, ItemKey, ItemMove, ItemState, Realm, Reviewer, Verdict,
};
use crate::world::{Command, Cx};

/// How many comments one item keeps; the oldest go first.
const COMMENTS_MAX: usize = 1_000;

/// What somebody does about an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Review {
    /// Decides.
    Decide(Verdict, String),
    /// Thinks better of it.
    Reset,
    /// Lets somebody else decide, with what they may do.
    HandOver {
        /// Whom.
        to: ActorRef,
        /// What they may do; what the former reviewer might, where nothing is said.
        permissions: Option<Map<String, Value>>,
        /// Why.
        comment: String,
        /// `forward` or `reassign`.
        action: &'static str,
    },
    /// Says something.
    Comment(String),
    /// Lets what was decided stand.
    SignOff,
}

impl Review {
    /// The vendor's word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Decide(Verdict::Certify, _) => "certify",
            Self::Decide(Verdict::Revoke, _) => "revoke",
            Self::Decide(Verdict::Exception, _) => "exception",
            Self::Reset => "reset",
            Self::HandOver { action, .. } => action,
            Self::Comment(_) => "comment",
            Self::SignOff => "signoff",
        }
    }
}

/// The item of a campaign, both ids as they were sent.
pub fn find_item<'r>(realm: &'r Realm, campaign: &str, item: &str) -> Result<&'r CertificationItem, Refusal> {
    let campaign = find_campaign(realm, campaign)?.id;
    let found = Id::from_dashed(item).and_then(|id| realm.certification_items.get(&id));
    let found = found.filter(|found| found.campaign == campaign);
    found.map(|found| &**found).ok_or_else(|| Missing::CertificationItem(item.to_owned()).into())
}

/// Somebody does something about one item.
pub struct ReviewItem {
    /// The campaign's id, as it was sent.
    pub campaign: String,
    /// The item's id, as it was sent.
    pub item: String,
    /// Who.
    pub by: By,
    /// What.
    pub review: Review,
}

impl Command<Realm> for ReviewItem {
    type Output = Id<CertificationItem>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let item = find_item(realm, &self.campaign, &self.item)?.clone();
        let (id, campaign) = (item.id, item.campaign);
        review(realm, cx, item, self.by, self.review)?;
        finish(realm, cx, campaign);
        Ok(id)
    }
}

/// Which items a bulk action is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Which {
    /// These, as they were sent.
    Ids(Vec<String>),
    /// All open ones of a reviewer, as they were named.
    AllOf(String),
}

/// Somebody does something about many items of a campaign.
pub struct ReviewMany {
    /// The campaign's id, as it was sent.
    pub campaign: String,
    /// Which items.
    pub which: Which,
    /// Who.
    pub by: By,
    /// What.
    pub review: Review,
}

impl Command<Realm> for ReviewMany {
    /// Those about which it was not done, and why.
    type Output = Vec<(String, Refusal)>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let Self { campaign, which, by, review: act } = self;
        let of = find_campaign(realm, &campaign)?.id;
        let ids = match which {
            Which::Ids(ids) if ids.is_empty() => return Err(Refusal::required("ids")),
            Which::Ids(ids) if ids.len() > BULK_MAX => {
                return Err(Fault::TooMany("ids", BULK_MAX).into());
            }
            Which::Ids(ids) => ids,
            Which::AllOf(actor) => all_of(realm, of, &actor)?,
        };
        sound(realm, cx.company, &act)?;
        let mut left = Vec::new();
        for id in ids {
            let (campaign, act) = (&campaign, act.clone());
            let done = cx.attempt(realm, |realm, cx| {
                let item = find_item(realm, campaign, &id)?.clone();
                review(realm, cx, item, by, act)
            });
            if let Err(why) = done {
                left.push((id, why));
            }
        }
        finish(realm, cx, of);
        Ok(left)
    }
}

fn all_of(realm: &Realm, campaign: Id<Campaign>, actor: &str) -> Result<Vec<String>, Refusal> {
    let who = ActorRef::read(actor).ok_or_else(|| unknown(actor))?;
    let open = realm.certification_items.with(ItemKey::Open(campaign));
    let theirs = open.filter(|item| item.reviewers.iter().any(|reviewer| reviewer.who == who));
    Ok(theirs.map(|item| item.id.dashed()).collect())
}

fn unknown(actor: &str) -> Refusal {
    Fault::Reference("Actor", actor.to_owned()).into()
}

/// What must be there whatever it is about.
fn sound(realm: &Realm, company: &Company, act: &Review) -> Result<(), Refusal> {
    match act {
        Review::Comment(text) if text.trim().is_empty() => Err(Refusal::required("comment")),
        Review::HandOver { to, .. } => {
            let is_known = match to {
                ActorRef::User(person) => company.people().contains(person),
                ActorRef::Role(role) => realm.roles.contains(role),
            };
            if is_known { Ok(()) } else { Err(unknown(&to.written())) }
        }
        _ => Ok(()),
    }
}

/// Whether somebody may do this to an item.
fn may(realm: &Realm, item: &CertificationItem, by: By, action: &str) -> bool {
    let names = by.names(realm);
    by.administrator
        || item.reviewers.iter().any(|reviewer| {
            names.contains(&reviewer.who) && reviewer.permissions.get(action) == Some(&Value::Bool(true))
        })
}

fn review(realm: &mut Realm, cx: &mut Cx<'_>, mut item: CertificationItem, by: By, act: Review) -> Result<(), Refusal> {
    let (name, now) = (act.name(), cx.now());
    if !may(realm, &item, by, name) {
        return Err(Refusal::ItemNotAuthorized(name));
    }
    let is_open = item.state.on(ItemMove::Review).is_some();
    if !is_open {
        return Err(Refusal::ItemClosed(item.id.dashed()));
    }
    sound(realm, cx.company, &act)?;
    match act {
        Review::Decide(verdict, comment) => {
            (item.verdict, item.decided) = (Some(verdict), Some((by.author(), now)));
            say(cx, &mut item, by, name, &comment);
        }
        Review::Reset => (item.verdict, item.decided) = (None, None),
        Review::HandOver { to, permissions, comment, .. } => {
            let names = by.names(realm);
            let former = item.reviewers.iter().find(|reviewer| names.contains(&reviewer.who)).cloned();
            let former = former.map_or_else(all_permissions, |former| former.permissions);
            let permissions = permissions.unwrap_or(former);
            item.reviewers = vec![Reviewer { who: to, permissions }];
            say(cx, &mut item, by, name, &comment);
        }
        Review::Comment(text) => say(cx, &mut item, by, name, &text),
        Review::SignOff => return sign_off(realm, cx, item),
    }
    if let Some(state) = cx.go(item.state, ItemMove::Review) {
        item.state = state;
    }
    item.modified = now;
    realm.certification_items.put(item);
    Ok(())
}

fn say(cx: &Cx<'_>, item: &mut CertificationItem, by: By, action: &str, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    item.comments.push(ItemComment { action: action.into(), text: text.into(), at: cx.now(), by: by.author() });
    let surplus = item.comments.len().saturating_sub(COMMENTS_MAX);
    item.comments.drain(..surplus);
}

/// What was decided stands; what was revoked is asked to be taken, in the reviewer's place (contract, 10).
fn sign_off(realm: &mut Realm, cx: &mut Cx<'_>, mut item: CertificationItem) -> Result<(), Refusal> {
    let verdict = item.verdict.ok_or_else(|| Refusal::ItemUndecided(item.id.dashed()))?;
    let now = cx.now();
    if let Some(state) = cx.go(item.state, ItemMove::SignOff) {
        item.state = state;
    }
    (item.completed, item.modified) = (Some(now), now);
    cx.emit("certification.signed-off", item.id, json!({"decision": verdict, "user": item.user}));
    if let Some(target) = target(cx.company, item.grant).filter(|_| verdict == Verdict::Revoke) {
        let (user, what) = (item.user, item.id.dashed());
        let asked = cx.attempt(realm, |realm, cx| revoke(realm, cx, user, target, &what));
        if let Err(why) = asked {
            // It may be gone already; what is on record says so.
            say(cx, &mut item, By::SYSTEM, "revoke", &why.to_string());
        }
    }
    realm.certification_items.put(item);
    Ok(())
}

/// What a grant is a grant of.
fn target(company: &Company, grant: Access) -> Option<Target> {
    match grant {
        Access::Entitlement(grant) => Some(Target::Entitlement(grant.entitlement)),
        Access::Account(account) => company.accounts().get(&account).map(|account| Target::Application(account.app)),
        Access::Role(_, role) => Some(Target::Role(role)),
        Access::WouldHold(..) | Access::WouldHave(..) => None,
    }
}

/// Whom somebody names as a reviewer, and what they may do; everything, where nothing is said.
pub type NamedReviewer = (ActorRef, Option<Map<String, Value>>);

/// Puts others in the place of an item's reviewers.
pub struct SetReviewers {
    /// The item's id, as it was sent.
    pub item: String,
    /// Whom, and what each may do.
    pub reviewers: Vec<NamedReviewer>,
}

impl Command<Realm> for SetReviewers {
    type Output = Id<CertificationItem>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let found = Id::from_dashed(&self.item).and_then(|id| realm.certification_items.get(&id));
        let found = found.ok_or_else(|| Missing::CertificationItem(self.item.clone()))?;
        let mut item = CertificationItem::clone(found);
        if item.state != ItemState::InProgress {
            return Err(Refusal::ItemClosed(item.id.dashed()));
        }
        if self.reviewers.is_empty() {
            return Err(Refusal::required("actors"));
        }
        for (to, _) in &self.reviewers {
            let handing = Review::HandOver { to: *to, permissions: None, comment: String::new(), action: "reassign" };
            sound(realm, cx.company, &handing)?;
        }
        let all = |(who, permissions): NamedReviewer| Reviewer {
            who,
            permissions: permissions.unwrap_or_else(all_permissions),
        };
        item.reviewers = self.reviewers.into_iter().map(all).collect();
        item.modified = cx.now();
        let id = item.id;
        realm.certification_items.put(item);
        Ok(id)
    }
}

/// Whether a word is something that a reviewer may do.
pub fn is_permission(word: &str) -> bool {
    PERMISSIONS.contains(&word)
}
