//! Identifiers: 27 letters and digits that sort by the second of their making (contract, 1.3).
//!
//! An id here has sixteen bytes; on the wire there stand four bytes of time before them. One that [`fresh`] drew
//! holds its second itself, and is marked as a UUID v7. What was made elsewhere, a row of the seed or of the company,
//! has an id that follows from its name: it is given a second within [`PAST`], since a tenant whose ids were made in
//! the year 2090 would look like no tenant at all.

use crate::kernel::Id;
use crate::world::Cx;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// How long an id is.
const LENGTH: usize = 27;
/// The second from which this kind of id counts: 2014-05-13T16:53:20Z.
const EPOCH: i64 = 1_400_000_000;
/// How many bytes are the time.
const TIME: usize = 4;
/// Where the version of a UUID stands, and what says 7.
const VERSION: (usize, u8) = (6, 0x70);
/// When what follows from a name is said to have been made, in seconds: of 2021 to 2025.
const PAST: std::ops::Range<u32> = 209_459_200..367_225_600;

/// What is no id: not 27 letters and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

/// The next id of a stream; those of a later second sort behind it.
pub fn fresh<T: ?Sized>(cx: &mut Cx<'_>, stream: &'static str) -> Id<T> {
    let drawn: Id<T> = cx.id(stream);
    let mut bytes = drawn.bytes();
    let second = u32::try_from(cx.now().as_seconds() - EPOCH).unwrap_or_default();
    bytes[..TIME].copy_from_slice(&second.to_be_bytes());
    let (at, seven) = VERSION;
    bytes[at] = bytes[at] & 0x0f | seven;
    Id::from_bytes(bytes)
}

/// The second that stands before an id; it follows from the id.
fn second(bytes: [u8; 16]) -> u32 {
    let [a, b, c, d, ..] = bytes;
    let first = u32::from_be_bytes([a, b, c, d]);
    let (at, seven) = VERSION;
    if bytes[at] & 0xf0 == seven { first } else { PAST.start + first % (PAST.end - PAST.start) }
}

/// An id as it stands on the wire.
pub fn text<T: ?Sized>(id: Id<T>) -> String {
    let bytes = id.bytes();
    let mut number = [0_u8; TIME + 16];
    number[..TIME].copy_from_slice(&second(bytes).to_be_bytes());
    number[TIME..].copy_from_slice(&bytes);
    let mut text = [LETTERS[0]; LENGTH];
    for letter in text.iter_mut().rev() {
        let mut rest = 0_u16;
        for digit in &mut number {
            let value = rest << 8 | u16::from(*digit);
            *digit = (value / 62) as u8;
            rest = value % 62;
        }
        *letter = LETTERS[usize::from(rest)];
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Whether this is written like an id.
pub fn is_one(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Reads an id. One that nothing here can have is read as the id of nothing.
///
/// # Errors
/// When the text is not written like one.
pub fn read<T: ?Sized>(text: &str) -> Result<Id<T>, NotAnId> {
    if !is_one(text) {
        return Err(NotAnId);
    }
    let nothing = || Id::named(&format!("conductorone/nothing/{text}"));
    let known = decode(text).and_then(|(time, id)| (u32::from_be_bytes(time) == second(id)).then_some(id));
    Ok(known.map_or_else(nothing, Id::from_bytes))
}

fn decode(text: &str) -> Option<([u8; TIME], [u8; 16])> {
    let mut number = [0_u8; TIME + 16];
    for letter in text.bytes() {
        let mut carry = u16::try_from(LETTERS.iter().position(|known| *known == letter)?).ok()?;
        for digit in number.iter_mut().rev() {
            let value = u16::from(*digit) * 62 + carry;
            *digit = (value & 0xff) as u8;
            carry = value >> 8;
        }
        if carry > 0 {
            return None;
        }
    }
    let (time, id) = number.split_first_chunk()?;
    Some((*time, *id.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_id_is_read_as_it_was_written(bytes in any::<[u8; 16]>()) {
            let id: Id<str> = Id::from_bytes(bytes);
            let text = text(id);
            prop_assert!(is_one(&text));
            prop_assert_eq!(read::<str>(&text), Ok(id));
        }

        #[test]
        fn what_is_drawn_sorts_by_its_second(one in any::<[u8; 16]>(), other in any::<[u8; 16]>()) {
            let drawn = |mut bytes: [u8; 16]| {
                bytes[VERSION.0] = bytes[VERSION.0] & 0x0f | VERSION.1;
                bytes
            };
            let (one, other) = (drawn(one), drawn(other));
            let written = |bytes| text::<str>(Id::from_bytes(bytes));
            prop_assert_eq!(one.cmp(&other), written(one).cmp(&written(other)));
        }

        #[test]
        fn what_follows_from_a_name_looks_as_old_as_a_company(name in ".*") {
            let text = text(Id::<str>::named(&name));
            prop_assert!(("1mRb9c".."37dGal").contains(&text.as_str()), "{}", text);
        }
    }

    #[test]
    fn what_is_written_otherwise_is_refused_and_what_nothing_has_is_of_nothing() {
        for wrong in ["", "1", "e1fwW1xKBeN7dpPqRyHOeKDnJdg-", "e1fwW1xKBeN7dpPqRyHOeKDnJd-"] {
            assert_eq!(read::<str>(wrong), Err(NotAnId), "{wrong}");
        }
        let largest = "z".repeat(LENGTH);
        assert_ne!(text(read::<str>(&largest).unwrap()), largest);
        assert_eq!(read::<str>(&largest), read::<str>(&largest));
    }
}
