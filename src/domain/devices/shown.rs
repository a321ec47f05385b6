//! What a browser shows of the devices that it may be.

use super::BrowserKind;
use crate::domain::directory::UserId;
use crate::foundation::crypto::{digest::Digest, token::Secret};

/// Characters of a digest that tell the people of one browser apart.
const LENGTH: usize = 16;

/// Which person a secret is about, without naming them: several people may use one browser.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Tag(String);

impl Tag {
    /// The tag of a user.
    #[must_use]
    pub fn of(user: UserId) -> Self {
        let digest = Digest::of(format!("device of {user}").as_bytes());
        Self(digest.as_str().chars().take(LENGTH).collect())
    }

    /// A tag that a browser shows; none when it cannot be one.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let is_of_it = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let is_one = text.len() == LENGTH && text.bytes().all(is_of_it);
        is_one.then(|| Self(text.to_owned()))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The secrets of a browser, and what kind of browser it is.
#[derive(Clone, Default, Debug)]
pub struct Shown {
    /// What it says that it is.
    pub kind: BrowserKind,
    /// A secret for each person who has signed in there, in the order of the cookies.
    pub secrets: Vec<(Tag, Secret)>,
}

impl Shown {
    /// The secret that is about a user.
    #[must_use]
    pub fn of(&self, user: UserId) -> Option<&Secret> {
        let tag = Tag::of(user);
        let mut all = self.secrets.iter();
        all.find(|(of, _)| *of == tag).map(|(_, secret)| secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::clock::Timestamp;

    #[test]
    fn a_tag_is_read_as_it_was_written_and_tells_people_apart() {
        let now = Timestamp::from_millis(1);
        let (ada, bob) = (UserId::new(now), UserId::new(now));
        let tag = Tag::of(ada);
        assert_eq!(Tag::read(tag.as_str()), Some(tag.clone()));
        assert_eq!(Tag::of(ada), tag);
        assert_ne!(Tag::of(bob), tag);
        for text in ["", "short", "with a blank....", "longer-than-sixteen"] {
            assert_eq!(Tag::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_browser_shows_each_person_their_own() {
        let now = Timestamp::from_millis(1);
        let (ada, bob) = (UserId::new(now), UserId::new(now));
        let secret = Secret::generate("");
        let shown = Shown {
            kind: BrowserKind::default(),
            secrets: vec![(Tag::of(ada), secret.clone())],
        };
        let of_ada = shown.of(ada).map(Secret::reveal);
        assert_eq!(of_ada, Some(secret.reveal()));
        assert!(shown.of(bob).is_none());
    }
}
