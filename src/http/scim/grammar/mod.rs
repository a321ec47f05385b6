//! The one grammar for filters, PATCH paths and attribute names (RFC 7644, sections
//! 3.4.2.2 and 3.5.2), as syntax only: what a name means is for the schema tables.
//!
//! Texts borrow from what was parsed. Length, depth and number of terms are bounded,
//! and an error says at which byte the text stops making sense.

mod parse;
mod print;

use std::borrow::Cow;

pub use parse::{GrammarError, parse_attribute_path, parse_filter, parse_patch_path};

/// The longest text that is parsed.
pub const MAX_LENGTH: usize = 8 * 1024;
/// The deepest nesting of parentheses, `not` and value filters.
pub const MAX_DEPTH: usize = 32;
/// The largest number of comparisons.
pub const MAX_TERMS: usize = 128;

/// `attr`, `attr.sub`, `URN:attr` or `URN:attr.sub`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttributePath<'a> {
    /// All of it. A bare URN can only be told from a URN and an attribute by the schemas.
    pub text: &'a str,
    /// The URN before the last colon.
    pub urn: Option<&'a str>,
    /// The attribute.
    pub name: &'a str,
    /// The sub-attribute.
    pub sub: Option<&'a str>,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Ge,
    /// Less than.
    Lt,
    /// Less than or equal.
    Le,
}

impl Operator {
    /// All of them, with their words.
    pub const ALL: [(&'static str, Self); 9] = [
        ("eq", Self::Eq),
        ("ne", Self::Ne),
        ("co", Self::Co),
        ("sw", Self::Sw),
        ("ew", Self::Ew),
        ("gt", Self::Gt),
        ("ge", Self::Ge),
        ("lt", Self::Lt),
        ("le", Self::Le),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, operator)| *operator == self)
            .map_or("eq", |(word, _)| word)
    }
}

/// What an attribute is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal<'a> {
    /// A JSON string; it borrows unless it had escapes.
    String(Cow<'a, str>),
    /// A JSON number, as it was written.
    Number(&'a str),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`.
    Null,
}

/// What is asked of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Test<'a> {
    /// `pr`: it has a value.
    Present,
    /// A comparison.
    Compare(Operator, Literal<'a>),
}

/// A filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter<'a> {
    /// Any of two or more.
    Or(Vec<Filter<'a>>),
    /// All of two or more.
    And(Vec<Filter<'a>>),
    /// The opposite.
    Not(Box<Filter<'a>>),
    /// `attr op value`, `attr pr`.
    Attribute(AttributePath<'a>, Test<'a>),
    /// `attr[filter]`: one element of a list meets all of the filter. The third part is
    /// `.sub op value` behind it, which RFC 7644 does not have and Entra ID sends.
    Element(
        AttributePath<'a>,
        Box<Filter<'a>>,
        Option<(&'a str, Test<'a>)>,
    ),
}

/// A PATCH path: `attr`, `attr.sub`, `attr[filter]`, `attr[filter].sub`, each
/// with or without a URN, or a bare URN.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPath<'a> {
    /// The attribute; with a filter its `sub` is empty.
    pub attribute: AttributePath<'a>,
    /// Which elements.
    pub filter: Option<Filter<'a>>,
    /// The sub-attribute behind the filter.
    pub sub: Option<&'a str>,
}
