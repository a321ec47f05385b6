//! The grammar against a stranger's: the `scim_v2` crate. Where the two differ on purpose,
//! the difference has a name here.

use doorward::http::scim::grammar::{MAX_DEPTH, parse_filter, parse_patch_path};
use proptest::prelude::*;
use scim_v2::filter::{Filter as Theirs, PatchPath as TheirPath};

fn ours(text: &str) -> bool {
    parse_filter(text).is_ok()
}

fn theirs(text: &str) -> bool {
    text.parse::<Theirs>().is_ok()
}

fn both(text: &str) {
    assert_eq!((ours(text), theirs(text)), (true, true), "{text}");
}

fn neither(text: &str) {
    assert_eq!((ours(text), theirs(text)), (false, false), "{text}");
}

fn only_ours(text: &str) {
    assert_eq!((ours(text), theirs(text)), (true, false), "{text}");
}

fn only_theirs(text: &str) {
    assert_eq!((ours(text), theirs(text)), (false, true), "{text}");
}

#[test]
fn the_examples_of_rfc_7644_are_filters_for_both() {
    for text in [
        "userName eq \"bjensen\"",
        "name.familyName co \"O'Malley\"",
        "userName sw \"J\"",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"",
        "title pr",
        "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
        "title pr and userType eq \"Employee\"",
        "title pr or userType eq \"Intern\"",
        "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
        "userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")",
        "userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")",
        "userType eq \"Employee\" and (emails.type eq \"work\")",
        "userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.com\"]",
        "emails[type eq \"work\" and value co \"@example.com\"] or ims[type eq \"xmpp\" and value co \"@foo.com\"]",
    ] {
        both(text);
    }
}

#[test]
fn what_is_no_filter_is_none_for_both() {
    for text in [
        "",
        " ",
        "(",
        ")",
        "a",
        "a eq",
        "a eq b",
        "a eq 'b'",
        "eq \"b\"",
        "a eq \"b",
        "a pr and",
        "a pr or",
        "and a pr",
        "not a pr",
        "(a pr",
        "a pr)",
        "a[b pr",
        "a[]",
        "a[b[c pr]]",
        "a eq \"b\" c eq \"d\"",
        "a eq 01",
        "a eq +1",
        "a eq 1.",
        "a eq .5",
        "a eq TRUE1",
        "1a pr",
        "-a pr",
        "a..b pr",
        ".a pr",
    ] {
        neither(text);
    }
}

#[test]
fn known_difference_a_negation_needs_no_space() {
    // RFC 7644's grammar has `*1"not" "("`: no space between them.
    only_ours("not(a pr)");
    only_ours("a[not(b pr)]");
    both("not (a pr)");
}

#[test]
fn known_difference_the_ref_part_has_a_dollar() {
    // RFC 7643, section 2.4, names the part `$ref`.
    only_ours("members.$ref eq \"x\"");
    only_ours("members[$ref eq \"x\"]");
}

#[test]
fn known_difference_entras_part_behind_a_value_filter() {
    only_ours("emails[type eq \"work\"].value eq \"x\"");
}

fn path_is_for(text: &str) -> (bool, bool) {
    (
        parse_patch_path(text).is_ok(),
        text.parse::<TheirPath>().is_ok(),
    )
}

#[test]
fn paths_are_paths_for_both() {
    for text in [
        "members",
        "name.familyName",
        "addresses[type eq \"work\"]",
        "members[value eq \"2819c223-7f76-453a-919d-413861904646\"]",
        "addresses[type eq \"work\"].streetAddress",
        "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName",
    ] {
        assert_eq!(path_is_for(text), (true, true), "{text}");
    }
    for text in ["", "a b", "a[", "a[b]", "a[b pr].", "a eq \"b\""] {
        assert_eq!(path_is_for(text), (false, false), "{text}");
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-zA-Z0-9_-]{0,4}",
        "[a-z]{1,3}\\.[a-z]{1,3}",
        Just("urn:x:y:2.0:U:a.b".to_owned())
    ]
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        "\"[a-z @'()\\[\\]]{0,5}\"",
        "-?[1-9][0-9]{0,3}(\\.[0-9]{1,2})?",
        "true|false|null",
        "\"\\\\\"\\\\u00e4\""
    ]
}

fn valid() -> impl Strategy<Value = String> {
    let words = "eq|ne|co|sw|ew|gt|ge|lt|le|EQ|Co";
    let term = prop_oneof![
        4 => (name(), words, literal()).prop_map(|(name, word, value)| format!("{name} {word} {value}")),
        1 => name().prop_map(|name| format!("{name} pr")),
        1 => ("[a-z]{2,4}", "[a-z]{2,4}", words, literal())
            .prop_map(|(list, part, word, value)| format!("{list}[{part} {word} {value}]")),
    ];
    term.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} and {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} or {b}")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

/// A name that is a keyword is read differently, and nobody has such an attribute. `not` is one
/// wherever no parenthesis follows.
fn has_keyword_for_name(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let no_negation = lower.replace("not (", "(");
    no_negation
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| ["true", "false", "null", "not"].contains(&word))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_filter_by_the_grammar_is_one_for_both(text in valid()) {
        prop_assert!(ours(&text), "ours refuses {}", text);
        prop_assert!(has_keyword_for_name(&text) || theirs(&text), "theirs refuses {}", text);
    }

    #[test]
    fn a_damaged_filter_is_one_for_both_or_for_neither(
        text in valid(), at in any::<prop::sample::Index>(), with in "[ ()\\[\\]\"a.]?"
    ) {
        let mut letters: Vec<char> = text.chars().collect();
        let at = at.index(letters.len());
        letters.splice(at..=at, with.chars());
        let damaged: String = letters.into_iter().collect();
        // The differences that have a test of their own, and the keywords.
        let known = damaged.contains("not(") || damaged.contains("].") || damaged.contains("$")
            || has_keyword_for_name(&damaged) || is_written_oddly(&damaged);
        if !known {
            prop_assert_eq!(ours(&damaged), theirs(&damaged), "{}", damaged);
        }
    }
}

/// Texts with a difference that has a test of its own below.
fn is_written_oddly(text: &str) -> bool {
    let words = || text.split(|c: char| " ()[]".contains(c));
    let colon = words().any(|word| word.contains(':') && !word.starts_with("urn:"));
    let crowded = ["and", "or"].iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + word.len()..]);
            before.ends_with(|c: char| "\")]".contains(c) || c.is_ascii_alphanumeric())
                || after.starts_with('(')
        })
    });
    let part = text.match_indices('[').any(|(at, _)| {
        let name = text[..at].rsplit(|c: char| " ([".contains(c)).next();
        name.is_some_and(|name| name.contains('.'))
    });
    colon || crowded || part || text.contains(" [")
}

#[test]
fn known_difference_a_space_may_be_missing_beside_what_ends_by_itself() {
    only_ours("a eq \"b\"and c pr");
    only_ours("(a pr)or (c pr)");
    only_ours("(a pr) or(c pr)");
    neither("a prand c pr");
}

#[test]
fn known_difference_a_value_filter_follows_its_attribute_at_once() {
    only_theirs("a [b pr]");
    both("a[ b pr ]");
}

#[test]
fn known_difference_a_part_has_no_value_filter() {
    // RFC 7643, section 2.3.8: there is nothing complex within what is complex.
    only_theirs("a.b[c pr]");
}

#[test]
fn known_difference_only_a_urn_stands_before_a_colon() {
    only_theirs("x:y:a pr");
    both("urn:x:a pr");
}

#[test]
fn known_difference_how_deep() {
    let nested = |depth: usize| format!("{}a pr{}", "(".repeat(depth), ")".repeat(depth));
    both(&nested(MAX_DEPTH));
    only_theirs(&nested(MAX_DEPTH + 1));
    neither(&nested(10_000));
}
