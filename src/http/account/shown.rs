//! How moments and browsers are written for people.

use crate::{domain::devices::BrowserKind, foundation::clock::Timestamp, http::web::Language};

/// A moment as an element of a page writes it: machine-readable, and to the minute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Moment {
    /// RFC 3339, for the attribute `datetime`.
    pub(super) exact: String,
    /// `2026-11-21 20:52`, in UTC: to a server without a clock of the person's that is the only
    /// honest one, and a page says so once.
    pub(super) text: String,
}

impl Moment {
    /// Of a time.
    pub(super) fn of(time: Timestamp) -> Self {
        let exact = time.to_rfc3339();
        let text = match exact.get(..16) {
            Some(minutes) => format!("{} UTC", minutes.replace('T', " ")),
            None => exact.clone(),
        };
        Self { exact, text }
    }
}

/// A browser in words, such as `Firefox · Windows`; what it says of itself, if that is not one
/// that is known.
pub(super) fn browser_name(t: Language, user_agent: Option<&str>) -> String {
    let Some(text) = user_agent.filter(|text| !text.trim().is_empty()) else {
        return t.browser_unknown().to_owned();
    };
    let kind = BrowserKind::of(Some(text));
    match (kind.browser.is_empty(), kind.system.is_empty()) {
        (false, false) => format!("{} · {}", kind.browser, kind.system),
        (false, true) => kind.browser,
        (true, _) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_to_the_minute() {
        let time = Timestamp::parse_rfc3339("2026-11-21T20:52:31.123Z").unwrap();
        assert_eq!(Moment::of(time).text, "2026-11-21 20:52 UTC");
    }

    #[test]
    fn a_browser_is_named_as_people_name_it() {
        let named = |text: &str| browser_name(Language::English, Some(text));
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        assert_eq!(named(firefox), "Firefox · Linux");
        assert_eq!(named("curl/8.0"), "curl/8.0");
        assert_eq!(named(" "), browser_name(Language::English, None));
    }
}
