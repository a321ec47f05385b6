//! What every page is shown in: a language, and a brand.

use std::ops::Deref;

use super::{brand::Brand, language::Language, state::State};

/// Every page has one as its field `t`. In a page, `{{ t.sign_in_title() }}` is a text of the
/// catalogue and `{{ t.brand.name() }}` the name of whoever runs the server.
#[derive(Clone, Debug)]
pub struct Frame {
    /// How the page presents itself.
    pub brand: Brand,
    language: Language,
}

impl State {
    /// The frame of a page in a language.
    #[must_use]
    pub fn frame(&self, language: Language) -> Frame {
        Frame {
            brand: self.brand.clone(),
            language,
        }
    }
}

impl Deref for Frame {
    type Target = Language;

    fn deref(&self) -> &Language {
        &self.language
    }
}
