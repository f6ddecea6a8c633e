//! Named, seeded id streams, and ids that follow from names.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The id of a `T`: sixteen bytes that carry the version bits of a UUID v4, so that every
/// vendor's form of it (dashed, undashed, base 62) is exact and can be parsed back.
pub struct Id<T: ?Sized> {
    bytes: [u8; 16],
    of: PhantomData<fn() -> T>,
}

impl<T: ?Sized> Id<T> {
    /// The id that belongs to `name`, the same in every run: `Id::named("person/mia.chen")`.
    pub fn named(name: &str) -> Self {
        Self::from_digest(&Sha256::digest(name.as_bytes()))
    }

    /// The id with exactly these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self { bytes, of: PhantomData }
    }

    /// The sixteen bytes, for a vendor's own way of writing them.
    pub const fn bytes(&self) -> [u8; 16] {
        self.bytes
    }

    /// The same bytes as the id of something else: one thing seen from two sides.
    pub const fn cast<U: ?Sized>(&self) -> Id<U> {
        Id::from_bytes(self.bytes)
    }

    /// 32 lower-case hexadecimal digits without dashes.
    pub fn hex(&self) -> String {
        Uuid::from_bytes(self.bytes).simple().encode_lower(&mut Uuid::encode_buffer()).to_owned()
    }

    /// The dashed, lower-case form.
    pub fn dashed(&self) -> String {
        Uuid::from_bytes(self.bytes).hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned()
    }

    /// Reads 32 lower-case hexadecimal digits, and nothing else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let hex = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let uuid = hex.then(|| Uuid::try_parse(text).ok())??;
        Some(Self::from_bytes(uuid.into_bytes()))
    }

    /// Reads the dashed form, and nothing else.
    pub fn from_dashed(text: &str) -> Option<Self> {
        let uuid = (text.len() == 36).then(|| Uuid::try_parse(text).ok())??;
        Some(Self::from_bytes(uuid.into_bytes()))
    }

    fn from_digest(digest: &[u8]) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self::from_bytes(bytes)
    }
}

impl<T: ?Sized> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Id<T> {}
impl<T: ?Sized> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl<T: ?Sized> Eq for Id<T> {}
impl<T: ?Sized> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T: ?Sized> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes.cmp(&other.bytes)
    }
}
impl<T: ?Sized> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}
impl<T: ?Sized> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Uuid::from_bytes(self.bytes).simple())
    }
}
impl<T: ?Sized> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Uuid::from_bytes(self.bytes).simple())
    }
}
impl<T: ?Sized> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Ok(Self::from_bytes(Uuid::try_parse(text)?.into_bytes()))
    }
}
impl<T: ?Sized> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let uuid = Uuid::from_bytes(self.bytes);
        serializer.serialize_str(uuid.simple().encode_lower(&mut Uuid::encode_buffer()))
    }
}
impl<'de, T: ?Sized> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The id streams of one world. The n-th draw of a stream is a hash of (seed, stream, n), so a
/// new kind of draw renumbers nothing else, and equal seeds with equal commands give equal ids.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ids {
    seed: u64,
    drawn: Arc<BTreeMap<Cow<'static, str>, u64>>,
}

impl Ids {
    /// Fresh streams over `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, drawn: Arc::default() }
    }

    /// The seed that these streams were made from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The next id of `stream`, for example `"sailpoint/approval"`.
    pub fn next<T: ?Sized>(&mut self, stream: &'static str) -> Id<T> {
        Id::from_digest(&self.draw(stream))
    }

    /// The next number of `stream`, even over `0.0 ..< 1.0`.
    pub fn chance(&mut self, stream: &'static str) -> f64 {
        let digest = self.draw(stream);
        let bits = digest.iter().take(6).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        bits as f64 / (1_u64 << 48) as f64
    }

    /// One of `len` places, drawn from `stream`; 0 when there is but one place or none.
    pub fn pick(&mut self, stream: &'static str, len: usize) -> usize {
        ((self.chance(stream) * len as f64) as usize).min(len.saturating_sub(1))
    }

    fn draw(&mut self, stream: &'static str) -> [u8; 32] {
        let drawn = Arc::make_mut(&mut self.drawn).entry(Cow::Borrowed(stream)).or_insert(0);
        *drawn += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(stream.as_bytes());
        hash.update(drawn.to_be_bytes());
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_parses_back() {
        let id: Id<str> = Id::named("person/mia.chen");
        assert_eq!(Id::from_hex(&id.hex()), Some(id));
        assert_eq!(Id::from_dashed(&id.dashed()), Some(id));
        assert_eq!(Uuid::from_bytes(id.bytes()).get_version_num(), 4);
    }

    #[test]
    fn hex_refuses_what_is_not_32_lower_case_digits() {
        let dashed = Id::<str>::named("a").dashed();
        for wrong in ["", "12", dashed.as_str(), &"A".repeat(32), &"g".repeat(32), &"1".repeat(33)] {
            assert_eq!(Id::<str>::from_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_new_stream_renumbers_no_other() {
        let mut alone = Ids::seeded(7);
        let first: [Id<str>; 2] = [alone.next("approval"), alone.next("approval")];
        let mut mixed = Ids::seeded(7);
        let one = mixed.next("approval");
        let _: Id<str> = mixed.next("request");
        assert_eq!(first, [one, mixed.next("approval")]);
        assert_ne!(Ids::seeded(8).next::<str>("approval"), first[0]);
    }

    #[test]
    fn chances_stay_in_range_and_picks_in_bounds() {
        let mut ids = Ids::seeded(1);
        assert!((0..1000).all(|_| (0.0..1.0).contains(&ids.chance("fault"))));
        assert!((0..1000).all(|_| ids.pick("admin", 3) < 3));
        assert_eq!(ids.pick("admin", 0), 0);
    }
}
