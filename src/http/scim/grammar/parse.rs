//! Text to syntax: recursive descent, one function a rule.

use std::borrow::Cow;

use super::{
    AttributePath, Filter, Literal, MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Operator, PatchPath, Test,
};

/// Why a text does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct GrammarError {
    /// The offset of the byte.
    pub at: usize,
    /// What should stand there, or which limit is passed.
    pub what: &'static str,
}

/// A whole filter.
pub fn parse_filter(text: &str) -> Result<Filter<'_>, GrammarError> {
    let mut parser = Parser::new(text)?;
    let filter = parser.alternatives(Place::Resource)?;
    parser.end()?;
    Ok(filter)
}

/// The path of a PATCH operation.
pub fn parse_patch_path(text: &str) -> Result<PatchPath<'_>, GrammarError> {
    let mut parser = Parser::new(text)?;
    let attribute = parser.attribute_path()?;
    let mut path = PatchPath {
        attribute,
        filter: None,
        sub: None,
    };
    if parser.peek() == Some(b'[') {
        path.filter = Some(parser.value_filter(&attribute)?);
        if parser.peek() == Some(b'.') {
            parser.at += 1;
            path.sub = Some(parser.word_of_name()?);
        }
    }
    parser.end()?;
    Ok(path)
}

/// One name out of `attributes` or `excludedAttributes`.
pub fn parse_attribute_path(text: &str) -> Result<AttributePath<'_>, GrammarError> {
    let mut parser = Parser::new(text)?;
    let path = parser.attribute_path()?;
    parser.end()?;
    Ok(path)
}

/// Where a filter stands: a value filter may not hold another.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Resource,
    Element,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    terms: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, GrammarError> {
        let mut parser = Self {
            text,
            at: 0,
            depth: 0,
            terms: 0,
        };
        if text.len() > MAX_LENGTH {
            return Err(GrammarError {
                at: MAX_LENGTH,
                what: "the text is too long",
            });
        }
        parser.spaces();
        Ok(parser)
    }

    fn fail<T>(&self, what: &'static str) -> Result<T, GrammarError> {
        Err(GrammarError { at: self.at, what })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn spaces(&mut self) -> bool {
        let start = self.at;
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
        self.at > start
    }

    fn end(&mut self) -> Result<(), GrammarError> {
        self.spaces();
        if self.at == self.text.len() {
            Ok(())
        } else {
            self.fail("expected the end")
        }
    }

    fn take(&mut self, byte: u8, what: &'static str) -> Result<(), GrammarError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            self.fail(what)
        }
    }

    /// The run of letters at the current place. Words are taken whole, so `orders` is
    /// never `or` followed by `ders`.
    fn upcoming_word(&self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest
            .bytes()
            .position(|byte| !is_name_byte(byte) && byte != b'.' && byte != b':')
            .unwrap_or(rest.len());
        &rest[..end]
    }

    /// Takes `word` if it comes next and something other than a name follows.
    fn keyword(&mut self, word: &str) -> bool {
        if self.upcoming_word().eq_ignore_ascii_case(word) {
            self.at += word.len();
            return true;
        }
        false
    }

    fn deeper(&mut self) -> Result<(), GrammarError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.fail("the filter is nested too deeply");
        }
        Ok(())
    }

    fn alternatives(&mut self, place: Place) -> Result<Filter<'a>, GrammarError> {
        let first = self.conjunction(place)?;
        let mut all = vec![first];
        while self.connected_by("or")? {
            all.push(self.conjunction(place)?);
        }
        Ok(single_or(all, Filter::Or))
    }

    fn conjunction(&mut self, place: Place) -> Result<Filter<'a>, GrammarError> {
        let first = self.factor(place)?;
        let mut all = vec![first];
        while self.connected_by("and")? {
            all.push(self.factor(place)?);
        }
        Ok(single_or(all, Filter::And))
    }

    /// Takes ` or ` or ` and `; goes back over the spaces when something else follows.
    fn connected_by(&mut self, word: &str) -> Result<bool, GrammarError> {
        let start = self.at;
        self.spaces();
        if !self.keyword(word) {
            self.at = start;
            return Ok(false);
        }
        if !self.spaces() && self.peek() != Some(b'(') {
            return self.fail("expected a space");
        }
        Ok(true)
    }

    fn factor(&mut self, place: Place) -> Result<Filter<'a>, GrammarError> {
        if self.peek() == Some(b'(') {
            return self.group(place);
        }
        if self.negation_follows() {
            self.at += "not".len();
            self.spaces();
            let inner = self.group(place)?;
            return Ok(Filter::Not(Box::new(inner)));
        }
        self.term(place)
    }

    /// `not` is a negation only before a parenthesis; otherwise it is a name.
    fn negation_follows(&self) -> bool {
        self.upcoming_word().eq_ignore_ascii_case("not")
            && self.text[self.at + "not".len()..]
                .trim_start_matches(' ')
                .starts_with('(')
    }

    fn group(&mut self, place: Place) -> Result<Filter<'a>, GrammarError> {
        self.take(b'(', "expected `(`")?;
        self.deeper()?;
        self.spaces();
        let inner = self.alternatives(place)?;
        self.spaces();
        self.take(b')', "expected `)`")?;
        self.depth -= 1;
        Ok(inner)
    }

    fn term(&mut self, place: Place) -> Result<Filter<'a>, GrammarError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return self.fail("the filter has too many terms");
        }
        let path = self.attribute_path()?;
        if self.peek() != Some(b'[') {
            return Ok(Filter::Attribute(path, self.test()?));
        }
        if place == Place::Element {
            return self.fail("a value filter cannot hold another");
        }
        let filter = Box::new(self.value_filter(&path)?);
        if self.peek() != Some(b'.') {
            return Ok(Filter::Element(path, filter, None));
        }
        self.at += 1;
        let sub = self.word_of_name()?;
        let test = self.test()?;
        Ok(Filter::Element(path, filter, Some((sub, test))))
    }

    fn value_filter(&mut self, path: &AttributePath<'a>) -> Result<Filter<'a>, GrammarError> {
        if path.sub.is_some() {
            return self.fail("a sub-attribute has no value filter");
        }
        self.take(b'[', "expected `[`")?;
        self.deeper()?;
        self.spaces();
        let filter = self.alternatives(Place::Element)?;
        self.spaces();
        self.take(b']', "expected `]`")?;
        self.depth -= 1;
        Ok(filter)
    }

    fn test(&mut self) -> Result<Test<'a>, GrammarError> {
        if !self.spaces() {
            return self.fail("expected a space and an operator");
        }
        if self.keyword("pr") {
            return Ok(Test::Present);
        }
        let word = self.upcoming_word();
        let known = Operator::ALL
            .iter()
            .find(|(name, _)| word.eq_ignore_ascii_case(name));
        let Some((name, operator)) = known else {
            return self.fail("expected an operator (eq ne co sw ew pr gt ge lt le)");
        };
        self.at += name.len();
        if !self.spaces() {
            return self.fail("expected a space and a value");
        }
        Ok(Test::Compare(*operator, self.literal()?))
    }

    fn literal(&mut self) -> Result<Literal<'a>, GrammarError> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ if self.keyword("true") => Ok(Literal::Boolean(true)),
            _ if self.keyword("false") => Ok(Literal::Boolean(false)),
            _ if self.keyword("null") => Ok(Literal::Null),
            _ => self.fail("expected a value: a \"quoted\" string, a number, true, false or null"),
        }
    }

    fn string(&mut self) -> Result<Literal<'a>, GrammarError> {
        let start = self.at;
        let mut escaped = false;
        self.at += 1;
        loop {
            match self.peek() {
                None => return self.fail("expected the closing quote"),
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        // A backslash may have stepped into the middle of a longer character.
        let quoted = self.text.get(start..self.at);
        let value = match quoted {
            Some(quoted) if escaped => serde_json::from_str(quoted).ok().map(Cow::Owned),
            Some(quoted) => Some(Cow::Borrowed(&quoted[1..quoted.len() - 1])),
            None => None,
        };
        match value {
            // PostgreSQL cannot hold NUL in a text, and nothing stored here has one.
            Some(value) if !value.contains('\0') => Ok(Literal::String(value)),
            _ => {
                self.at = start;
                self.fail("expected a string with the escapes of JSON")
            }
        }
    }

    fn number(&mut self) -> Result<Literal<'a>, GrammarError> {
        let rest = &self.text[self.at..];
        let end = rest
            .bytes()
            .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .unwrap_or(rest.len());
        let number = &rest[..end];
        if serde_json::from_str::<serde_json::Number>(number).is_err() {
            return self.fail("expected a number as in JSON");
        }
        self.at += end;
        Ok(Literal::Number(number))
    }

    fn attribute_path(&mut self) -> Result<AttributePath<'a>, GrammarError> {
        let text = self.upcoming_word();
        let is_urn = text
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
        // A URN has dots of its own ("2.0"): only what follows its last colon is ours.
        let (urn, rest) = match text.rsplit_once(':') {
            Some((urn, rest)) if is_urn => (Some(urn), rest),
            Some(_) => return self.fail("expected a URN before `:`"),
            None => (None, text),
        };
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (rest, None),
        };
        if !is_name(name) || sub.is_some_and(|sub| !is_name(sub)) {
            return self.fail("expected an attribute name");
        }
        self.at += text.len();
        Ok(AttributePath {
            text,
            urn,
            name,
            sub,
        })
    }

    fn word_of_name(&mut self) -> Result<&'a str, GrammarError> {
        let word = self.upcoming_word();
        if !is_name(word) {
            return self.fail("expected a sub-attribute name");
        }
        self.at += word.len();
        Ok(word)
    }
}

fn single_or<'a>(
    mut all: Vec<Filter<'a>>,
    several: impl FnOnce(Vec<Filter<'a>>) -> Filter<'a>,
) -> Filter<'a> {
    match all.pop() {
        Some(only) if all.is_empty() => only,
        last => {
            all.extend(last);
            several(all)
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$')
}

/// ATTRNAME of RFC 7643, section 2.1, and `$ref`.
fn is_name(word: &str) -> bool {
    let start = word.strip_prefix('$').unwrap_or(word);
    start
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic())
        && start.bytes().all(|b| is_name_byte(b) && b != b'$')
}
