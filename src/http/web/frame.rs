//! What every page is shown in: a language, and a brand.

use std::ops::Deref;

use super::{brand::Brand, language::Language, paths::Prefix, state::State};

/// Every page has one as its field `t`. In a page, `{{ t.sign_in_title() }}` is a text of the
/// catalogue, `{{ t.brand.name() }}` the name of whoever runs the server, and `{{ t.at(action) }}`
/// an address of this server.
#[derive(Clone, Debug)]
pub struct Frame {
    /// How the page presents itself.
    pub brand: Brand,
    language: Language,
    prefix: Prefix,
}

impl State {
    /// The frame of a page in a language.
    #[must_use]
    pub fn frame(&self, language: Language) -> Frame {
        Frame {
            brand: self.brand.clone(),
            language,
            prefix: self.prefix.clone(),
        }
    }
}

impl Frame {
    /// A path of this server (`/login/…`, as the routes have it) as a page has to write it in
    /// `href`, `src` and `action`: an issuer can have a path.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        self.prefix.outward(path)
    }
}

impl Deref for Frame {
    type Target = Language;

    fn deref(&self) -> &Language {
        &self.language
    }
}
