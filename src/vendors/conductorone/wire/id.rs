//! Identifiers: 27 letters and digits that sort by the second of their making (contract, 1.3).
//!
//! An id here has sixteen bytes; on the wire there stand four bytes of time before them. The first four bytes of an
//! [`Id`] are both: [`fresh`] puts the second there, and what was made elsewhere has whatever its name hashes to.

use crate::kernel::Id;
use crate::world::Cx;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// How long an id is.
const LENGTH: usize = 27;
/// The second from which this kind of id counts: 2014-05-13T16:53:20Z.
const EPOCH: i64 = 1_400_000_000;
/// How many bytes are the time.
const TIME: usize = 4;

/// What is no id: not 27 letters and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

/// The next id of a stream; those of a later second sort behind it.
pub fn fresh<T: ?Sized>(cx: &mut Cx<'_>, stream: &'static str) -> Id<T> {
    let drawn: Id<T> = cx.id(stream);
    let mut bytes = drawn.bytes();
    let second = u32::try_from(cx.now().as_seconds() - EPOCH).unwrap_or_default();
    bytes[..TIME].copy_from_slice(&second.to_be_bytes());
    Id::from_bytes(bytes)
}

/// An id as it stands on the wire.
pub fn text<T: ?Sized>(id: Id<T>) -> String {
    let bytes = id.bytes();
    let mut number = [0_u8; TIME + 16];
    number[..TIME].copy_from_slice(&bytes[..TIME]);
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
    Ok(decode(text).filter(|bytes| bytes[..TIME] == bytes[TIME..2 * TIME]).map_or_else(nothing, |bytes| {
        let mut id = [0; 16];
        id.copy_from_slice(&bytes[TIME..]);
        Id::from_bytes(id)
    }))
}

fn decode(text: &str) -> Option<[u8; TIME + 16]> {
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
    Some(number)
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
        fn texts_sort_as_their_bytes(one in any::<[u8; 16]>(), other in any::<[u8; 16]>()) {
            let written = |bytes| text::<str>(Id::from_bytes(bytes));
            prop_assert_eq!(one.cmp(&other), written(one).cmp(&written(other)));
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
