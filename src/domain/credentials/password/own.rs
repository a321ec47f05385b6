//! Words that whoever guesses a password would try first: the names of its owner.

use crate::domain::directory::Profile;

/// Shorter words are parts of others by chance.
const SHORTEST_WORD: usize = 3;
/// More names than that are not a person's.
const MOST_WORDS: usize = 64;

/// Words that a password must not be made of, folded.
#[derive(Clone, Debug, Default)]
pub struct OwnWords(Vec<String>);

impl OwnWords {
    /// The names of a person: user name, e-mail addresses, name and display name.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let mut words = Self::default();
        words.add(&profile.user_name);
        for email in profile.emails() {
            words.add(email.address);
        }
        let names = ["givenName", "familyName", "middleName", "formatted"];
        let parts = names.into_iter().filter_map(|part| profile.name_part(part));
        for name in parts.chain(profile.display_name.as_deref()) {
            words.add(name);
        }
        words
    }

    /// Adds a name: all of it, and each word in it.
    pub fn add(&mut self, name: &str) {
        let folded = name.to_lowercase();
        let parts = folded.split(|c: char| !c.is_alphanumeric());
        for word in std::iter::once(folded.as_str()).chain(parts) {
            let fits = word.chars().count() >= SHORTEST_WORD && self.0.len() < MOST_WORDS;
            if fits && !self.0.iter().any(|known| known == word) {
                self.0.push(word.to_owned());
            }
        }
        // The longest go first, or a part would be cut out of the whole.
        self.0.sort_by_key(|word| std::cmp::Reverse(word.len()));
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a password has one of these words in it, and without them fewer than `shortest`
    /// characters.
    pub(super) fn make_up(&self, typed: &str, shortest: usize) -> bool {
        let folded = typed.to_lowercase();
        let mut rest = folded.clone();
        for word in &self.0 {
            rest = rest.replace(word.as_str(), "");
        }
        rest != folded && rest.chars().count() < shortest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_made_of_its_owners_names_and_may_hold_one() {
        let mut ada = Profile::named("ada.lovelace").with_email("countess@analytical.example");
        ada.display_name = Some("Ada King".to_owned());
        let own = OwnWords::of(&ada);
        for typed in [
            "ada.lovelace",
            "Lovelace1843",
            "countess@analytical.example",
            "ADAKING2026",
            "analytical!",
        ] {
            assert!(own.make_up(typed, 8), "{typed}");
        }
        for typed in [
            "adamantium rocks",
            "correct horse battery",
            "lovelace likes tea at five",
        ] {
            assert!(!own.make_up(typed, 8), "{typed}");
        }
        assert!(!OwnWords::default().make_up("anything", 8));
    }
}
