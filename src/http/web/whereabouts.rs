//! Where an address is, in words.

use super::{language::Language, state::State};

impl State {
    /// An address as people read it: with its town, when the operator has a file that knows it.
    /// It is looked up when it is shown, from memory: so nothing is kept of people but the
    /// address, the name is in the reader's language, and a newer file puts old entries right.
    #[must_use]
    pub fn whereabouts(&self, language: Language, address: &str) -> String {
        let town = self.town(language, address);
        match town {
            Some(town) => format!("{address} · {town}"),
            None => address.to_owned(),
        }
    }

    /// The town of an address, if it is one that is known.
    #[must_use]
    pub fn town(&self, language: Language, address: &str) -> Option<String> {
        let address = address.parse().ok()?;
        self.atlas.as_ref()?.find(address, language.tag())
    }
}
