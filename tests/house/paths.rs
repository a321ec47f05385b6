//! Finds the modules that a file names: `crate::a::b`, `crate::{a::b, c}`, `super::super::x`.

/// Every path into the crate that `text` names, resolved from `module`, up to three segments.
pub fn named(text: &str, module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (start, word) in words(text) {
        let before = text[..start].trim_end();
        if before.ends_with("::") || before.ends_with('$') {
            continue;
        }
        let base = match word {
            "crate" => Vec::new(),
            "super" => match module.split_last() {
                Some((_, parent)) => parent.to_vec(),
                None => continue,
            },
            _ => continue,
        };
        if let Some(rest) = text[start + word.len()..].strip_prefix("::") {
            tree(rest, base, &mut found);
        }
    }
    found
}

/// Reads a use tree and returns how much of the text it was.
fn tree(text: &str, mut base: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let trimmed = text.trim_start();
    let skipped = text.len() - trimmed.len();
    if trimmed.starts_with('{') {
        return skipped + group(trimmed, &base, found);
    }
    let word: String = trimmed
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    let used = skipped + word.len();
    match word.as_str() {
        "super" => drop(base.pop()),
        "" | "self" => {}
        name => base.push(name.to_owned()),
    }
    if trimmed[word.len()..].starts_with("::") && !word.is_empty() {
        return used + 2 + tree(&trimmed[word.len() + 2..], base, found);
    }
    base.truncate(3);
    found.push(base);
    used
}

fn group(text: &str, base: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut at = 1;
    loop {
        let rest = &text[at..];
        let inner = rest.trim_start_matches([',', ' ', '\n', '\t']);
        at += rest.len() - inner.len();
        if inner.is_empty() || inner.starts_with('}') {
            return at + 1;
        }
        let used = tree(inner, base.to_vec(), found);
        at += used.max(1);
        if let Some(alias) = text[at..].strip_prefix(" as ") {
            at += 4 + alias.find([',', '}']).unwrap_or(alias.len());
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let begin = at + text[at..].find(part)?;
        let end = text[begin..]
            .find(|c| !part(c))
            .map_or(text.len(), |n| begin + n);
        at = end;
        Some((begin, &text[begin..end]))
    })
}

#[test]
fn a_path_is_found_in_every_way_of_writing_it() {
    let module = ["domain", "grants", "store"].map(str::to_owned);
    let text = "use crate::{foundation::{db::{Db, sql}, clock}, domain::audit as a, http};
        fn f() { super::super::clients::find(); crate::domain::access::Fact; super::Code }";
    let named: Vec<String> = named(text, &module).iter().map(|p| p.join("::")).collect();
    for expected in [
        "foundation::db::Db",
        "foundation::db::sql",
        "foundation::clock",
        "domain::audit",
        "http",
        "domain::clients::find",
        "domain::access::Fact",
        "domain::grants::Code",
    ] {
        assert!(
            named.iter().any(|n| n == expected),
            "{expected} in {named:?}"
        );
    }
}
