//! Which browser on which system, as far as people want to know: `Firefox on Windows`.
//!
//! Versions are left out, so that a device stays the same when it is brought up to date.

use std::fmt;

/// What a browser says, and what it is then called. The first that is found counts: nearly all of
/// them also say that they are Chrome and Safari.
const BROWSERS: [(&str, &str); 18] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("Opera/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 9] = [
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
    ("X11", "Linux"),
];

/// A kind of browser.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct BrowserKind {
    /// Its name; empty when it is not known.
    pub browser: String,
    /// The system that it runs on; empty when it is not known.
    pub system: String,
}

impl BrowserKind {
    /// What a `User-Agent` tells.
    #[must_use]
    pub fn of(user_agent: Option<&str>) -> Self {
        let text = user_agent.unwrap_or_default();
        Self {
            browser: named(&BROWSERS, text),
            system: named(&SYSTEMS, text),
        }
    }
}

fn named(names: &[(&str, &str)], text: &str) -> String {
    let found = names.iter().find(|(said, _)| text.contains(said));
    found
        .map(|(_, name)| (*name).to_owned())
        .unwrap_or_default()
}

impl BrowserKind {
    /// As it stands in pages and letters, whatever their language: `Firefox · Windows`. Empty when
    /// nothing is known.
    #[must_use]
    pub fn title(&self) -> String {
        match (self.browser.as_str(), self.system.as_str()) {
            (known, "") | ("", known) => known.to_owned(),
            (browser, system) => format!("{browser} · {system}"),
        }
    }
}

/// In English, for the audit log and the command line.
impl fmt::Display for BrowserKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.browser.as_str(), self.system.as_str()) {
            ("", "") => f.write_str("unknown browser"),
            (browser, "") => f.write_str(browser),
            ("", system) => write!(f, "browser on {system}"),
            (browser, system) => write!(f, "{browser} on {system}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_reads_as_people_would_say_it() {
        for (text, said) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1",
                "Chrome on iOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            ("curl/8.5.0", "unknown browser"),
            ("", "unknown browser"),
        ] {
            assert_eq!(BrowserKind::of(Some(text)).to_string(), said, "{text}");
        }
        assert_eq!(BrowserKind::of(None), BrowserKind::default());
    }

    #[test]
    fn a_browser_that_was_brought_up_to_date_is_the_same_kind() {
        let of = |version: &str| {
            BrowserKind::of(Some(&format!(
                "Mozilla/5.0 (Windows NT 10.0; rv:{version}) Gecko/20100101 Firefox/{version}"
            )))
        };
        assert_eq!(of("145.0"), of("160.0"));
    }
}
