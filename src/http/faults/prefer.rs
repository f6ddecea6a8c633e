//! What one request asks for itself: `Prefer: code=503, delay=200` (RFC 7240).
//!
//! `code`, `retry-after`, `delay` (milliseconds), `fault` (the name of an effect), `stale`
//! (revisions) and `performed` are ours; every other preference is none of our business.

use http::{HeaderMap, HeaderName};

use super::rule::{Delay, Effect};
use crate::kernel::Ids;

/// The header.
const PREFER: HeaderName = HeaderName::from_static("prefer");
/// How a body drips for those who say no more.
const DRIP: Effect = Effect::Drip { bytes: 64, every: 100 };

/// What a request asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Preference {
    /// How long to be held up, in milliseconds.
    pub delay: u64,
    /// What to happen.
    pub effect: Option<Effect>,
    /// The preferences that were taken, as they were sent.
    pub applied: String,
}

/// What the headers of a request ask for; `None` when that is nothing of ours.
///
/// # Errors
/// When one of our preferences makes no sense: a tester is better told than left to wonder.
pub(super) fn read(headers: &HeaderMap) -> Result<Option<Preference>, String> {
    let values = headers.get_all(PREFER).into_iter().filter_map(|value| value.to_str().ok());
    let (mut code, mut retry_after, mut performed, mut effect, mut delay) = (None, None, false, None, 0);
    let mut applied: Vec<String> = Vec::new();
    for preference in values.flat_map(|value| value.split(',')) {
        let preference = preference.split(';').next().unwrap_or_default().trim();
        let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
        let number = || value.parse::<u32>().map_err(|_| format!("Prefer: {name}={value} is no whole number"));
        match name.as_str() {
            "code" => code = Some(number()?),
            "retry-after" => retry_after = Some(number()?),
            "delay" => delay = u64::from(number()?),
            "stale" => effect = Some(Effect::Stale { back: u64::from(number()?) }),
            "performed" => performed = true,
            "fault" => effect = Some(effect_named(value)?),
            _ => continue,
        }
        applied.push(preference.to_owned());
    }
    if applied.is_empty() {
        return Ok(None);
    }
    if let Some(code) = code {
        if effect.is_some() {
            return Err("Prefer: a code and a fault cannot both be had".to_owned());
        }
        let status = u16::try_from(code).unwrap_or(u16::MAX);
        effect = Some(Effect::Status { status, retry_after, performed });
    }
    match &mut effect {
        Some(Effect::Reset { performed: on } | Effect::EmptyReply { performed: on }) => *on = performed,
        Some(effect) => effect.check().map_err(|what| format!("Prefer: {what}"))?,
        None => {}
    }
    let delay = Delay::Fixed(delay).draw(&mut Ids::seeded(0));
    Ok(Some(Preference { delay, effect, applied: applied.join(", ") }))
}

fn effect_named(name: &str) -> Result<Effect, String> {
    let plain = [
        Effect::Reset { performed: false },
        Effect::EmptyReply { performed: false },
        Effect::ResetInBody,
        Effect::Truncate,
        Effect::Malformed,
        Effect::EmptyBody,
        DRIP,
    ];
    let bare = name.replace(['-', '_'], "");
    let found = plain.into_iter().find(|effect| effect.name().eq_ignore_ascii_case(&bare));
    found.ok_or_else(|| {
        let known = plain.map(|effect| effect.name()).join(", ");
        format!("Prefer: there is no fault `{name}`; there are {known}")
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn asked(text: &'static str) -> Result<Option<Preference>, String> {
        let mut headers = HeaderMap::new();
        headers.insert(PREFER, HeaderValue::from_static(text));
        read(&headers)
    }

    #[test]
    fn preferences_are_read_as_clients_write_them() {
        let effect = |text| asked(text).unwrap().unwrap().effect;
        let status = |status, retry_after, performed| Some(Effect::Status { status, retry_after, performed });
        assert_eq!(effect("code=503"), status(503, None, false));
        assert_eq!(effect("Code=\"429\", retry-after=3, performed"), status(429, Some(3), true));
        assert_eq!(effect("fault=empty-reply"), Some(Effect::EmptyReply { performed: false }));
        assert_eq!(effect("performed, fault=reset"), Some(Effect::Reset { performed: true }));
        assert_eq!(effect("stale=2"), Some(Effect::Stale { back: 2 }));
        assert_eq!(effect("fault=Drip;foo=bar"), Some(DRIP));
        let held_up = asked("delay=200").unwrap().unwrap();
        assert_eq!((held_up.delay, held_up.effect, held_up.applied.as_str()), (200, None, "delay=200"));
        assert_eq!(asked("delay=99999999").unwrap().unwrap().delay, super::super::rule::DELAY_MAX);
        assert_eq!(asked("respond-async, wait=10, handling=lenient"), Ok(None));
        assert_eq!(read(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn a_preference_that_makes_no_sense_is_named() {
        for wrong in ["code=200", "code=abc", "code=99999", "delay=soon", "fault=fire", "fault=reset, code=500"] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
    }
}
