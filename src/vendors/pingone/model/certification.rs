//! Certification: whether people shall keep what they hold, asked of everybody's reviewers at once (contract, 10).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Access, ActorRef, Author};
use crate::company::Person;
use crate::kernel::{Entity, Id, Lifecycle, Timestamp};

/// Where a campaign stands. The words of the first three are in evidence, the last two [assumed].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CampaignState {
    /// Made, and nobody is asked yet.
    Staging,
    /// Reviewers decide.
    InProgress,
    /// Every item is signed off.
    SignedOff,
    /// Time ran out.
    Expired,
    /// Somebody called it off.
    Cancelled,
}

/// What happens to a campaign.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CampaignMove {
    /// Reviewers are asked.
    Activate,
    /// The last item was signed off.
    Finish,
    /// Its deadline came.
    Expire,
    /// Somebody calls it off.
    Cancel,
}

impl Lifecycle for CampaignState {
    type Move = CampaignMove;
    const MACHINE: &'static str = "certification campaign";
    const STATES: &'static [Self] = &[Self::Staging, Self::InProgress, Self::SignedOff, Self::Expired, Self::Cancelled];
    const MOVES: &'static [CampaignMove] =
        &[CampaignMove::Activate, CampaignMove::Finish, CampaignMove::Expire, CampaignMove::Cancel];
    fn on(self, by: CampaignMove) -> Option<Self> {
        match (self, by) {
            (Self::Staging, CampaignMove::Activate) => Some(Self::InProgress),
            (Self::InProgress, CampaignMove::Finish) => Some(Self::SignedOff),
            (Self::InProgress, CampaignMove::Expire) => Some(Self::Expired),
            (Self::Staging | Self::InProgress, CampaignMove::Cancel) => Some(Self::Cancelled),
            (Self::Staging, CampaignMove::Finish | CampaignMove::Expire)
            | (Self::InProgress, CampaignMove::Activate)
            | (Self::SignedOff | Self::Expired | Self::Cancelled, _) => None,
        }
    }
}

/// Where an item stands (contract, 10).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemState {
    /// Its reviewers decide, and may think better of it.
    InProgress,
    /// What was decided stands, and was carried out.
    SignedOff,
    /// Time ran out.
    Expired,
    /// Its campaign was called off.
    Cancelled,
}

/// What happens to an item.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemMove {
    /// A reviewer decides, forwards, or says something.
    Review,
    /// What was decided is to stand.
    SignOff,
    /// The deadline came.
    Expire,
    /// The campaign is called off.
    Cancel,
}

impl Lifecycle for ItemState {
    type Move = ItemMove;
    const MACHINE: &'static str = "certification item";
    const STATES: &'static [Self] = &[Self::InProgress, Self::SignedOff, Self::Expired, Self::Cancelled];
    const MOVES: &'static [ItemMove] = &[ItemMove::Review, ItemMove::SignOff, ItemMove::Expire, ItemMove::Cancel];
    fn on(self, by: ItemMove) -> Option<Self> {
        match (self, by) {
            (Self::InProgress, ItemMove::Review) => Some(Self::InProgress),
            (Self::InProgress, ItemMove::SignOff) => Some(Self::SignedOff),
            (Self::InProgress, ItemMove::Expire) => Some(Self::Expired),
            (Self::InProgress, ItemMove::Cancel) => Some(Self::Cancelled),
            (Self::SignedOff | Self::Expired | Self::Cancelled, _) => None,
        }
    }
}

/// What a reviewer decides.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// They may keep it.
    Certify,
    /// They are to lose it.
    Revoke,
    /// They may keep it although they should not.
    Exception,
}

/// What a campaign looks at.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CampaignKind {
    /// Everything that people hold.
    Identity,
    /// Their accounts, and what these hold.
    Application,
    /// What their accounts hold.
    Entitlement,
    /// The roles that they are in.
    RoleMembership,
}

impl CampaignKind {
    /// The kind that a template names; an identity certification where it names none [assumed].
    pub fn read(word: Option<&str>) -> Option<Self> {
        match word {
            None | Some("" | "identity") => Some(Self::Identity),
            Some("application") => Some(Self::Application),
            Some("entitlement") => Some(Self::Entitlement),
            Some("roleMembership") => Some(Self::RoleMembership),
            Some(_) => None,
        }
    }
}

/// A campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Campaign {
    /// Drawn.
    pub id: Id<Campaign>,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it looks at.
    pub kind: CampaignKind,
    /// The template that it was made from, and what that was called.
    pub template: Option<(String, String)>,
    /// What the template said besides: whom and what it is about, and who reviews.
    pub terms: Map<String, Value>,
    /// Whose it is.
    pub owner: Option<Id<Person>>,
    /// Where it stands.
    pub state: CampaignState,
    /// When it was made.
    pub created: Timestamp,
    /// When reviewers were asked.
    pub started: Option<Timestamp>,
    /// When it runs out.
    pub deadline: Timestamp,
    /// When it was over.
    pub completed: Option<Timestamp>,
    /// When it last changed.
    pub modified: Timestamp,
}

impl Entity for Campaign {
    const TABLE: &'static str = "campaigns";
    type Id = Id<Campaign>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// Somebody who reviews an item, or did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reviewer {
    /// Who.
    pub who: ActorRef,
    /// What they may do, by name.
    pub permissions: Map<String, Value>,
}

/// One entry of an item's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemComment {
    /// What it is about: the action's name.
    pub action: String,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: Author,
}

/// One grant that a campaign asks about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificationItem {
    /// Drawn.
    pub id: Id<CertificationItem>,
    /// Of which campaign.
    pub campaign: Id<Campaign>,
    /// Whose grant it is.
    pub user: Id<Person>,
    /// The grant.
    pub grant: Access,
    /// Where it stands.
    pub state: ItemState,
    /// What is decided so far.
    pub verdict: Option<Verdict>,
    /// Who decided, and when.
    pub decided: Option<(Author, Timestamp)>,
    /// Who reviews it.
    pub reviewers: Vec<Reviewer>,
    /// Who was asked first.
    pub primary: Option<ActorRef>,
    /// What was said.
    pub comments: Vec<ItemComment>,
    /// When it was over.
    pub completed: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

/// How items are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKey {
    /// By campaign.
    Of(Id<Campaign>),
    /// By campaign, those that are open.
    Open(Id<Campaign>),
    /// By who reviews them.
    Reviewer(ActorRef),
}

impl Entity for CertificationItem {
    const TABLE: &'static str = "certificationItems";
    type Id = Id<CertificationItem>;
    type Key = ItemKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<ItemKey> {
        let mut keys: Vec<_> = self.reviewers.iter().map(|reviewer| ItemKey::Reviewer(reviewer.who)).collect();
        keys.sort();
        keys.dedup();
        keys.push(ItemKey::Of(self.campaign));
        if self.state == ItemState::InProgress {
            keys.push(ItemKey::Open(self.campaign));
        }
        keys
    }
}
