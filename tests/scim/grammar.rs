//! The grammar of filters and paths, as syntax.

use doorward::http::scim::grammar::{
    AttributePath, Filter, Literal, MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Operator, PatchPath, Test,
    parse_attribute_path, parse_filter, parse_patch_path,
};
use proptest::prelude::*;

fn printed(text: &str) -> String {
    parse_filter(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .to_string()
}

#[test]
fn item_26_grouping_binds_before_not_before_and_before_or() {
    for (text, wanted) in [
        ("a eq 1 or b eq 2 and c eq 3", "a eq 1 or b eq 2 and c eq 3"),
        (
            "(a eq 1 or b eq 2) and c eq 3",
            "(a eq 1 or b eq 2) and c eq 3",
        ),
        ("not (a pr) and b pr", "not (a pr) and b pr"),
        ("not(a pr)", "not (a pr)"),
        ("((a pr))", "a pr"),
        ("a pr and (b pr and c pr)", "a pr and (b pr and c pr)"),
    ] {
        assert_eq!(printed(text), wanted);
    }
    let Filter::Or(parts) = parse_filter("a pr or b pr and c pr").unwrap() else {
        panic!("`or` binds last");
    };
    assert!(matches!(parts[1], Filter::And(_)));
}

#[test]
fn item_26_operators_are_taken_in_any_case() {
    assert_eq!(
        printed("userName EQ \"x\" AND active Pr"),
        "userName eq \"x\" and active pr"
    );
}

#[test]
fn item_27_an_unknown_operator_is_refused() {
    for text in ["a like \"x\"", "a = \"x\"", "a eqq \"x\"", "a"] {
        assert!(parse_filter(text).is_err(), "{text}");
    }
}

#[test]
fn item_28_values_are_json_values() {
    for (text, wanted) in [
        (r#"a eq "x""#, Literal::String("x".into())),
        (r#"a eq "\u00e9\n\"\\""#, Literal::String("é\n\"\\".into())),
        ("a eq 12.5e3", Literal::Number("12.5e3")),
        ("a eq -7", Literal::Number("-7")),
        ("a eq true", Literal::Boolean(true)),
        ("a eq False", Literal::Boolean(false)),
        ("a eq null", Literal::Null),
    ] {
        let Filter::Attribute(_, Test::Compare(_, literal)) = parse_filter(text).unwrap() else {
            panic!("{text}");
        };
        assert_eq!(literal, wanted);
    }
    for text in [
        "a eq x",
        "a eq 'x'",
        "a eq \"x",
        "a eq \"\\x\"",
        "a eq \"\\",
        "a eq \"\\u0000\"",
        "a eq \"\\ud800\"",
        "a eq 01",
        "a eq 1.",
        "a eq -",
        "a eq",
        "a eq ",
        "a eq\"x\"",
    ] {
        assert!(parse_filter(text).is_err(), "{text}");
    }
}

#[test]
fn item_31_the_dot_in_a_urn_is_no_sub_attribute() {
    let path = parse_attribute_path(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
    )
    .unwrap();
    assert_eq!(
        path.urn,
        Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")
    );
    assert_eq!((path.name, path.sub), ("manager", Some("value")));
}

#[test]
fn names_that_begin_like_a_word_of_the_grammar_are_names() {
    for text in [
        "orders eq 1",
        "andy eq 1",
        "notes pr",
        "not pr",
        "not.a pr",
        "pr pr",
        "eq eq 1",
        "and pr and or pr or not pr",
    ] {
        assert!(parse_filter(text).is_ok(), "{text}");
    }
    assert!(parse_filter("a pr orb pr").is_err());
    assert!(parse_filter("a pr andb pr").is_err());
}

#[test]
fn item_35_a_comparison_behind_a_value_filter_is_understood() {
    let text = "emails[type eq \"work\"].value eq \"x\"";
    assert_eq!(printed(text), text);
    assert_eq!(
        printed("emails[type eq \"work\"]"),
        "emails[type eq \"work\"]"
    );
}

#[test]
fn brackets_stand_where_the_grammar_has_them() {
    for text in [
        "emails[",
        "emails[]",
        "emails[type eq \"x\"",
        "emails[type eq \"x\"]]",
        "emails[a[b pr] pr]",
        "emails.value[type pr]",
        "[type pr]",
        "(a pr",
        "a pr)",
        "()",
        "not a pr",
        "a pr and",
        "and a pr",
        "a pr b pr",
        "",
        " ",
    ] {
        assert!(parse_filter(text).is_err(), "{text}");
    }
}

#[test]
fn an_error_says_at_which_byte() {
    let error = parse_filter("userName eq \"é\" and active ~ 1").unwrap_err();
    assert_eq!(error.at, 28);
    assert!(error.to_string().ends_with("at byte 28"), "{error}");
}

#[test]
fn length_depth_and_terms_are_bounded() {
    let deep = |depth: usize| format!("{}a pr{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse_filter(&deep(MAX_DEPTH)).is_ok());
    assert!(parse_filter(&deep(MAX_DEPTH + 1)).is_err());
    assert!(parse_filter(&"(".repeat(MAX_LENGTH)).is_err());
    assert!(parse_filter(&"not (".repeat(MAX_LENGTH / 5)).is_err());
    let wide = |terms: usize| vec!["a pr"; terms].join(" or ");
    assert!(parse_filter(&wide(MAX_TERMS)).is_ok());
    assert!(parse_filter(&wide(MAX_TERMS + 1)).is_err());
    assert!(parse_filter(&"a".repeat(MAX_LENGTH + 1)).is_err());
}

#[test]
fn item_42_every_form_of_path_is_understood() {
    for text in [
        "members",
        "name.familyName",
        "addresses[type eq \"work\"]",
        "members[value eq \"2819c223\"].displayName",
        "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName",
        "urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq \"work\"].value",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "manager.$ref",
    ] {
        assert_eq!(parse_patch_path(text).unwrap().to_string(), text);
    }
    for text in [
        "",
        "a.b.c",
        "a b",
        "a[b pr].",
        "a[b pr].c.d",
        "a[b pr]c",
        "a[b pr][c pr]",
        ".a",
        "a.",
        "1a",
        "urn:",
        "x:y",
        "a[b]",
    ] {
        assert!(parse_patch_path(text).is_err(), "{text}");
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z][a-zA-Z0-9_-]{0,8}",
        Just("$ref".to_owned()),
        Just("not".to_owned())
    ]
}

fn attribute_text() -> impl Strategy<Value = String> {
    let urn = prop_oneof![
        3 => Just(String::new()),
        1 => Just("urn:ietf:params:scim:schemas:core:2.0:User:".to_owned()),
    ];
    (urn, name(), proptest::option::of(name())).prop_map(|(urn, name, sub)| match sub {
        None => format!("{urn}{name}"),
        Some(sub) => format!("{urn}{name}.{sub}"),
    })
}

/// The tests' syntax borrows texts for ever: a few kilobytes a run.
fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn attribute() -> impl Strategy<Value = AttributePath<'static>> {
    attribute_text().prop_map(|text| parse_attribute_path(kept(text)).unwrap())
}

fn literal() -> impl Strategy<Value = Literal<'static>> {
    prop_oneof![
        "[^\0]{0,12}".prop_map(|text| Literal::String(text.into())),
        any::<i64>().prop_map(|number| Literal::Number(kept(number.to_string()))),
        any::<bool>().prop_map(Literal::Boolean),
        Just(Literal::Null),
    ]
}

fn test() -> impl Strategy<Value = Test<'static>> {
    let operators: Vec<Operator> = Operator::ALL.iter().map(|(_, o)| *o).collect();
    prop_oneof![
        Just(Test::Present),
        (proptest::sample::select(operators), literal())
            .prop_map(|(operator, literal)| Test::Compare(operator, literal)),
    ]
}

fn whole_attribute() -> impl Strategy<Value = AttributePath<'static>> {
    name().prop_map(|text| parse_attribute_path(kept(text)).unwrap())
}

fn boolean(
    leaf: impl Strategy<Value = Filter<'static>> + 'static,
) -> impl Strategy<Value = Filter<'static>> {
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
            inner.prop_map(|inner| Filter::Not(Box::new(inner))),
        ]
    })
}

fn comparison() -> impl Strategy<Value = Filter<'static>> {
    (attribute(), test()).prop_map(|(path, test)| Filter::Attribute(path, test))
}

fn element() -> impl Strategy<Value = Filter<'static>> {
    let then = proptest::option::of((name().prop_map(kept), test()));
    (whole_attribute(), boolean(comparison()), then)
        .prop_map(|(path, filter, then)| Filter::Element(path, Box::new(filter), then))
}

fn filter() -> impl Strategy<Value = Filter<'static>> {
    boolean(prop_oneof![3 => comparison(), 1 => element()])
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same_filter(filter in filter()) {
        let text = filter.to_string();
        prop_assert_eq!(parse_filter(&text).unwrap(), filter, "{}", text);
    }

    #[test]
    fn what_is_printed_parses_to_the_same_path(
        attribute in whole_attribute(),
        filter in proptest::option::of(boolean(comparison())),
        sub in proptest::option::of(name()),
    ) {
        let sub = if filter.is_some() { sub.map(kept) } else { None };
        let path = PatchPath { attribute, filter, sub };
        let text = path.to_string();
        prop_assert_eq!(parse_patch_path(&text).unwrap(), path, "{}", text);
    }

    #[test]
    fn no_text_makes_the_parser_fall_over(text in "\\PC{0,60}") {
        let _ = parse_filter(&text);
        let _ = parse_patch_path(&text);
    }

    #[test]
    fn no_text_of_the_grammars_own_signs_makes_it_fall_over(
        text in "[a-z\"\\\\\\[\\]().$: 0-9é]{0,40}"
    ) {
        if let Ok(filter) = parse_filter(&text) {
            let printed = filter.to_string();
            prop_assert_eq!(parse_filter(&printed).unwrap(), filter);
        }
    }
}
