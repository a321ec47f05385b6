//! The catalogue: every text of every page, in every language. One file per part of the server;
//! a text stands there with all its languages, so that none can be left out.
//!
//! A text is a method of [`Language`]: `language.sign_in_title()`. One with placeholders takes
//! their values: `language.sign_in_lead(application)`. A new text is one entry; a new part is
//! one file and one line below.

mod account;
mod account_activity;
mod account_devices;
mod account_email;
mod account_profile;
mod account_sessions;
mod account_tries;
mod consent;
mod device;
mod factors;
mod form_post;
mod frame;
mod keys;
mod letter_frame;
mod letters_of_accounts;
mod letters_of_factors;
mod letters_of_passwords;
mod logout;
mod mailed_codes;
mod passwords;
mod refusals;
mod sign_in;

use std::fmt;

use askama::filters::{Escaper, Html, HtmlSafe};

use super::language::Language;

/// A text without placeholders: `Language::sign_in_title`.
pub type Said = fn(Language) -> &'static str;

/// A text with values in it. In a page, write `{{ phrase }}` to have all of it escaped, or
/// `{{ phrase.strong() }}` to have its values, escaped, stand out.
#[derive(Clone, Debug)]
pub struct Phrase<'a> {
    text: &'static str,
    values: Vec<(&'static str, &'a str)>,
}

/// A [`Phrase`] as HTML.
pub struct Strong<'a>(&'a Phrase<'a>);

impl<'a> Phrase<'a> {
    fn new(text: &'static str, values: Vec<(&'static str, &'a str)>) -> Self {
        Self { text, values }
    }

    /// As HTML, with its values in `<strong>`. All of it is escaped already.
    #[must_use]
    pub fn strong(&self) -> Strong<'_> {
        Strong(self)
    }

    /// Hands over the pieces in their order: text, and values.
    fn pieces(&self, mut take: impl FnMut(&str, bool) -> fmt::Result) -> fmt::Result {
        let mut rest = self.text;
        while let Some((before, tail)) = rest.split_once('{') {
            take(before, false)?;
            let (name, after) = tail.split_once('}').unwrap_or((tail, ""));
            let value = self.values.iter().find(|(known, _)| *known == name);
            take(value.map_or("", |(_, value)| value), true)?;
            rest = after;
        }
        take(rest, false)
    }
}

impl fmt::Display for Phrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces(|piece, _| f.write_str(piece))
    }
}

impl fmt::Display for Strong<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.pieces(|piece, is_value| {
            if !is_value {
                return Html.write_escaped_str(&mut *f, piece);
            }
            f.write_str("<strong>")?;
            Html.write_escaped_str(&mut *f, piece)?;
            f.write_str("</strong>")
        })
    }
}

impl HtmlSafe for Strong<'_> {}

/// A text as the test of the catalogue sees it.
#[cfg(test)]
struct Entry {
    key: &'static str,
    placeholders: &'static [&'static str],
    /// In the order of [`Language::ALL`].
    texts: [&'static str; 4],
}

/// Declares texts. Every entry has every language, or it does not compile.
macro_rules! texts {
    ($(
        $(#[doc = $doc:literal])+
        $key:ident $(($($value:ident),+))? {
            en: $en:literal,
            de: $de:literal,
            fr: $fr:literal,
            nl: $nl:literal,
        }
    )+) => {
        impl $crate::http::web::Language {
            $( $crate::http::web::texts::text! {
                $(#[doc = $doc])+ $key ($($($value),+)?) [$en, $de, $fr, $nl]
            } )+
        }

        #[cfg(test)]
        pub(super) const ENTRIES: &[super::Entry] = &[
            $( super::Entry {
                key: stringify!($key),
                placeholders: &[$($(stringify!($value)),+)?],
                texts: [$en, $de, $fr, $nl],
            }, )+
        ];
    };
}

/// One text as a method.
macro_rules! text {
    ($(#[doc = $doc:literal])+ $key:ident () [$en:literal, $de:literal, $fr:literal, $nl:literal]) => {
        $(#[doc = $doc])+
        #[must_use]
        pub const fn $key(self) -> &'static str {
            match self {
                Self::English => $en,
                Self::German => $de,
                Self::French => $fr,
                Self::Dutch => $nl,
            }
        }
    };
    ($(#[doc = $doc:literal])+ $key:ident ($($value:ident),+) [$en:literal, $de:literal, $fr:literal, $nl:literal]) => {
        $(#[doc = $doc])+
        #[must_use]
        pub fn $key<'a>(self, $($value: &'a str),+) -> $crate::http::web::texts::Phrase<'a> {
            let text = match self {
                Self::English => $en,
                Self::German => $de,
                Self::French => $fr,
                Self::Dutch => $nl,
            };
            let values = vec![$((stringify!($value), $value)),+];
            $crate::http::web::texts::Phrase::new(text, values)
        }
    };
}

pub(crate) use {text, texts};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn catalogue() -> impl Iterator<Item = &'static Entry> {
        [
            account::ENTRIES,
            account_activity::ENTRIES,
            account_devices::ENTRIES,
            account_email::ENTRIES,
            account_profile::ENTRIES,
            account_sessions::ENTRIES,
            account_tries::ENTRIES,
            consent::ENTRIES,
            device::ENTRIES,
            factors::ENTRIES,
            form_post::ENTRIES,
            frame::ENTRIES,
            keys::ENTRIES,
            letter_frame::ENTRIES,
            letters_of_accounts::ENTRIES,
            letters_of_factors::ENTRIES,
            letters_of_passwords::ENTRIES,
            logout::ENTRIES,
            mailed_codes::ENTRIES,
            passwords::ENTRIES,
            refusals::ENTRIES,
            sign_in::ENTRIES,
        ]
        .into_iter()
        .flatten()
    }

    fn placeholders(text: &str) -> BTreeSet<&str> {
        let mut parts = text.split('{');
        assert!(!parts.next().unwrap().contains('}'), "{text}");
        parts
            .map(|part| part.split_once('}').expect("a closing brace").0)
            .collect()
    }

    #[test]
    fn every_text_has_the_same_placeholders_in_every_language() {
        let mut number = 0;
        for entry in catalogue() {
            let declared: BTreeSet<&str> = entry.placeholders.iter().copied().collect();
            for text in entry.texts {
                assert_eq!(placeholders(text), declared, "{}: {text}", entry.key);
            }
            number += 1;
        }
        assert!(number > 50, "the catalogue is found");
    }

    #[test]
    fn every_text_says_something_in_every_language() {
        for entry in catalogue() {
            for text in entry.texts {
                assert!(!text.trim().is_empty(), "{}", entry.key);
                assert_eq!(text.trim(), text, "{}", entry.key);
                assert!(!text.contains("  "), "{}: {text}", entry.key);
                assert!(
                    !text.contains(['<', '>', '&', '"']),
                    "{}: {text}",
                    entry.key
                );
            }
            // A sentence is one in all languages, a title in none.
            let sentences = entry.texts.map(|text| text.ends_with('.'));
            assert_eq!(sentences, [sentences[0]; 4], "{}", entry.key);
        }
    }

    #[test]
    fn no_long_text_was_left_in_english() {
        for entry in catalogue() {
            let [english, others @ ..] = entry.texts;
            for text in others {
                assert!(
                    english.len() <= "Applications".len() || text != english,
                    "{}",
                    entry.key
                );
            }
        }
    }

    #[test]
    fn values_are_escaped_and_stand_out() {
        let phrase = Language::English.sign_in_lead("<b>A & {B}</b>");
        assert_eq!(phrase.to_string(), "to continue to <b>A & {B}</b>");
        let html = phrase.strong().to_string();
        assert!(
            html.starts_with("to continue to <strong>&#60;b&#62;A "),
            "{html}"
        );
        assert!(!html.contains("<b>"), "{html}");
    }
}
