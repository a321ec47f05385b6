//! The languages of the pages, and which of them somebody reads.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use super::state::State;
use crate::domain::directory::Profile;

/// A longer list of languages is cut: nobody reads more.
const MOST_LISTED: usize = 32;

/// A language of the pages. The texts themselves are in `texts`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// English: what is shown to whoever reads none of these.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Dutch.
    Dutch,
}

impl Language {
    /// All of them, in the order in which the catalogue holds its texts.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Dutch];

    /// Its tag (RFC 5646), as in the attribute `lang` and in `ui_locales_supported`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Dutch => "nl",
        }
    }

    /// Its name, as those call it who read it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Dutch => "Nederlands",
        }
    }

    /// The one that a person prefers, by what their profile says of languages.
    #[must_use]
    pub fn preferred_by(person: &Profile) -> Option<Self> {
        person.text("preferredLanguage").and_then(Self::of_ranges)
    }

    /// The language of a tag, whatever its region or script: `de-AT`, `nl_BE`.
    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The first that is ours of `ui_locales`: tags separated by spaces, the dearest first.
    fn of_locales(text: &str) -> Option<Self> {
        text.split(' ').take(MOST_LISTED).find_map(Self::of_tag)
    }

    /// The dearest that is ours of a list as in `Accept-Language` (RFC 9110, section 12.5.4);
    /// SCIM's `preferredLanguage` has the same form (RFC 7643, section 4.1.1).
    fn of_ranges(text: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for range in text.split(',').take(MOST_LISTED) {
            let (tag, weight) = match range.split_once(';') {
                Some((tag, parameter)) => (tag, weight(parameter)),
                None => (range, 1000),
            };
            let dearer = weight > best.map_or(0, |(weight, _)| weight);
            if let Some(language) = Self::of_tag(tag).filter(|_| dearer) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// Thousandths; what cannot be read counts as "not wanted".
fn weight(parameter: &str) -> u16 {
    let value = parameter.trim().strip_prefix("q=").map(str::parse::<f32>);
    match value {
        Some(Ok(value)) if (0.0..=1.0).contains(&value) => (value * 1000.0).round() as u16,
        _ => 0,
    }
}

/// What a request says of the languages that its sender reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Languages {
    asked: Option<Language>,
    browser: Option<Language>,
}

impl Languages {
    /// Reads `ui_locales` of the address and the browser's `Accept-Language`.
    #[must_use]
    pub fn of(query: Option<&str>, headers: &HeaderMap) -> Self {
        let mut fields = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let asked = fields.find(|(name, _)| name == "ui_locales");
        let accepted = headers.get(header::ACCEPT_LANGUAGE);
        Self {
            asked: asked.and_then(|(_, text)| Language::of_locales(&text)),
            browser: accepted
                .and_then(|value| value.to_str().ok())
                .and_then(Language::of_ranges),
        }
    }

    /// The same with the `ui_locales` that the application asked for before: kept with its
    /// request, or sent in a form.
    #[must_use]
    pub fn asked_for(self, ui_locales: Option<&str>) -> Self {
        Self {
            asked: ui_locales.and_then(Language::of_locales).or(self.asked),
            ..self
        }
    }

    /// The language to write in: what the application asked for, else the person's own, else
    /// the browser's (OpenID Connect Core §3.1.2.1, `ui_locales`).
    #[must_use]
    pub fn choose(self, person: Option<&Profile>) -> Language {
        let region = || person.and_then(|person| Language::of_ranges(person.text("locale")?));
        self.asked
            .or_else(|| person.and_then(Language::preferred_by))
            .or_else(region)
            .or(self.browser)
            .unwrap_or_default()
    }
}

impl FromRequestParts<State> for Languages {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.query(), &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages(query: &str, accepted: &str) -> Languages {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
        Languages::of(Some(query), &headers)
    }

    #[test]
    fn the_browsers_weights_decide_among_the_languages_that_there_are() {
        for (accepted, expected) in [
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("da, en;q=0.5, fr;q=0.8", Language::French),
            ("en;q=0, nl;q=0.1", Language::Dutch),
            ("EN-gb", Language::English),
            ("tlh", Language::English),
            ("nl;q=x, fr;q=2, de;q=-1, *", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(
                languages("", accepted).choose(None),
                expected,
                "{accepted:?}"
            );
        }
    }

    #[test]
    fn what_the_application_asked_for_comes_before_the_person_and_the_person_before_the_browser() {
        let mut person = Profile::named("ann");
        let browser = languages("", "nl");
        assert_eq!(browser.choose(Some(&person)), Language::Dutch);
        let locale = serde_json::json!("fr_CA");
        person.attributes.insert("locale".to_owned(), locale);
        assert_eq!(browser.choose(Some(&person)), Language::French);
        let preferred = serde_json::json!("sv, de;q=0.7");
        person
            .attributes
            .insert("preferredLanguage".to_owned(), preferred);
        assert_eq!(browser.choose(Some(&person)), Language::German);
        let asked = languages("ui_locales=xx+en-GB+fr", "nl");
        assert_eq!(asked.choose(Some(&person)), Language::English);
        let kept = browser.asked_for(Some("fr de"));
        assert_eq!(kept.choose(Some(&person)), Language::French);
        let unknown = browser.asked_for(Some("xx"));
        assert_eq!(unknown.choose(Some(&person)), Language::German);
    }
}
