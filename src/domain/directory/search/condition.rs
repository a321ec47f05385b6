use super::Term;
use super::statement::Text;

/// What is asked of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition<T> {
    /// All of these; of none, everything.
    All(Vec<Condition<T>>),
    /// Any of these; of none, nothing.
    Any(Vec<Condition<T>>),
    /// The opposite.
    Not(Box<Condition<T>>),
    /// One term.
    Is(T),
}

/// How a condition's rows are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Every row must be looked at.
    Scan,
    /// A range of an index, which may be a large one.
    Range,
    /// A few rows by an index of their own.
    Seek,
}

impl<T: Term> Condition<T> {
    /// Holds for everything.
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Holds for nothing.
    pub fn nothing() -> Self {
        Self::Any(Vec::new())
    }

    /// Whether it holds for everything by its form.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }

    /// How its rows are reached.
    pub fn reach(&self) -> Reach {
        match self {
            Self::All(all) => all.iter().map(Self::reach).max().unwrap_or(Reach::Scan),
            Self::Any(any) => any.iter().map(Self::reach).min().unwrap_or(Reach::Seek),
            Self::Not(_) => Reach::Scan,
            Self::Is(term) => term.reach(),
        }
    }

    pub(super) fn write(&self, text: &mut Text, table: &str) {
        match self {
            Self::All(all) => joined(all, text, " and ", "1 = 1", |part, text| {
                part.write(text, table);
            }),
            Self::Any(any) if self.reach() == Reach::Seek && any.len() > 1 => {
                // One statement for each, because no planner is sure to use several
                // indexes for an `or`.
                text.push("id in (");
                joined(any, text, " union all ", "", |part, text| {
                    text.push("select id from ");
                    text.push(table);
                    text.push(" where ");
                    part.write(text, table);
                });
                text.push(")");
            }
            Self::Any(any) => joined(any, text, " or ", "1 = 0", |part, text| {
                part.write(text, table);
            }),
            Self::Not(inner) => {
                text.push("not (");
                inner.write(text, table);
                text.push(")");
            }
            Self::Is(term) => term.write(text),
        }
    }
}

fn joined<T>(
    parts: &[T],
    text: &mut Text,
    word: &str,
    none: &str,
    mut write: impl FnMut(&T, &mut Text),
) {
    let several = parts.len() > 1 && word != " union all ";
    if parts.is_empty() {
        text.push(none);
    }
    if several {
        text.push("(");
    }
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            text.push(word);
        }
        write(part, text);
    }
    if several {
        text.push(")");
    }
}
