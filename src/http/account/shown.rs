//! How moments and browsers are written for people.

use crate::{
    domain::devices::BrowserKind,
    foundation::{clock::Timestamp, zone::Zone},
    http::web::Language,
};

/// A moment as an element of a page writes it: machine-readable, and to the minute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Moment {
    /// RFC 3339, for the attribute `datetime`.
    pub(super) exact: String,
    /// `2026-11-21 21:52 CET`.
    pub(super) text: String,
}

impl Moment {
    /// Of a time, as clocks of a zone show it.
    pub(super) fn of(time: Timestamp, zone: &Zone) -> Self {
        Self {
            exact: time.to_rfc3339(),
            text: zone.minutes(time),
        }
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
        let moment = Moment::of(time, &Zone::utc());
        assert_eq!(moment.text, "2026-11-21 20:52 UTC");
        assert_eq!(moment.exact, "2026-11-21T20:52:31.123Z");
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
