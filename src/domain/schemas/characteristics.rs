//! The characteristics of an attribute (RFC 7643, sections 2.2, 2.3 and 7), each with the
//! word that `/Schemas` has for it.

macro_rules! words {
    ($name:ident { $($variant:ident $word:literal),+ $(,)? }) => {
        impl $name {
            /// The word of RFC 7643.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// What this word of RFC 7643 means.
            pub fn of_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }

            /// All words, for whoever used another.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
        }
    };
}

/// The data types of RFC 7643, section 2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number with or without a fraction.
    Decimal,
    /// A whole number.
    Integer,
    /// An instant, as xsd:dateTime text.
    DateTime,
    /// Base64 or base64url text.
    Binary,
    /// The address of something, as text.
    Reference,
    /// An object of sub-attributes.
    Complex,
}

words!(Kind {
    String "string",
    Boolean "boolean",
    Decimal "decimal",
    Integer "integer",
    DateTime "dateTime",
    Binary "binary",
    Reference "reference",
    Complex "complex",
});

/// Who may change an attribute, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    /// The server alone.
    ReadOnly,
    /// Anyone, at any time.
    ReadWrite,
    /// Set once.
    Immutable,
    /// Anyone, but nobody sees it again.
    WriteOnly,
}

words!(Mutability {
    ReadOnly "readOnly",
    ReadWrite "readWrite",
    Immutable "immutable",
    WriteOnly "writeOnly",
});

/// When an attribute is part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// In every answer, whatever `excludedAttributes` says.
    Always,
    /// In none.
    Never,
    /// Unless the request says otherwise.
    Default,
    /// When the request names it.
    Request,
}

words!(Returned {
    Always "always",
    Never "never",
    Default "default",
    Request "request",
});

/// How far a value must be the only one of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    /// It need not be.
    None,
    /// Among all resources of this server.
    Server,
    /// In the world, as far as this server can tell: it is kept like [`Uniqueness::Server`].
    Global,
}

words!(Uniqueness {
    None "none",
    Server "server",
    Global "global",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_and_what_it_means_belong_together() {
        for word in Kind::WORDS {
            assert_eq!(Kind::of_word(word).map(Kind::word), Some(*word));
        }
        assert_eq!(Mutability::of_word("readonly"), None);
        assert_eq!(Returned::of_word("request"), Some(Returned::Request));
        assert_eq!(Uniqueness::of_word("global"), Some(Uniqueness::Global));
    }
}
