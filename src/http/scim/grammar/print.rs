//! Syntax back to text; parsing the text gives the same syntax.

use std::fmt::{self, Display, Formatter};

use super::{AttributePath, Filter, Literal, PatchPath, Test};

impl Display for AttributePath<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(self.text)
    }
}

impl Display for Literal<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => write!(out, "{}", serde_json::Value::from(text.as_ref())),
            Self::Number(text) => out.write_str(text),
            Self::Boolean(value) => write!(out, "{value}"),
            Self::Null => out.write_str("null"),
        }
    }
}

impl Display for Test<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present => out.write_str("pr"),
            Self::Compare(operator, literal) => write!(out, "{} {literal}", operator.word()),
        }
    }
}

impl Display for Filter<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(all) => joined(out, all, " or ", |part| matches!(part, Filter::Or(_))),
            Self::And(all) => joined(out, all, " and ", |part| {
                matches!(part, Filter::Or(_) | Filter::And(_))
            }),
            Self::Not(inner) => write!(out, "not ({inner})"),
            Self::Attribute(path, test) => write!(out, "{path} {test}"),
            Self::Element(path, filter, None) => write!(out, "{path}[{filter}]"),
            Self::Element(path, filter, Some((sub, test))) => {
                write!(out, "{path}[{filter}].{sub} {test}")
            }
        }
    }
}

/// The parts with a word between them; those that bind less tightly in parentheses.
fn joined(
    out: &mut Formatter<'_>,
    parts: &[Filter<'_>],
    word: &str,
    looser: impl Fn(&Filter<'_>) -> bool,
) -> fmt::Result {
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            out.write_str(word)?;
        }
        if looser(part) {
            write!(out, "({part})")?;
        } else {
            write!(out, "{part}")?;
        }
    }
    Ok(())
}

impl Display for PatchPath<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.attribute)?;
        if let Some(filter) = &self.filter {
            write!(out, "[{filter}]")?;
        }
        if let Some(sub) = self.sub {
            write!(out, ".{sub}")?;
        }
        Ok(())
    }
}
