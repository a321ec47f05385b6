//! Filters against a small model of what they mean, on random people: in memory, and with
//! what the databases find by their indexes.

use doorward::http::scim::filter::{Unknown, compile};
use doorward::http::scim::grammar::parse_filter;
use doorward::http::scim::schema::USERS;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use crate::client::{ENTERPRISE, SEARCH, Scim, USER};
use crate::on_both_engines;

/// A filter, as the model sees it: written out and evaluated by itself.
#[derive(Debug, Clone)]
enum Model {
    And(Box<Model>, Box<Model>),
    Or(Box<Model>, Box<Model>),
    Not(Box<Model>),
    /// Attribute, operator, value as JSON.
    Compare(&'static str, &'static str, Value),
    Present(&'static str),
    /// What is asked of one e-mail address.
    Email(Box<Model>),
}

impl Model {
    fn text(&self) -> String {
        match self {
            Self::And(a, b) => format!("({}) and ({})", a.text(), b.text()),
            Self::Or(a, b) => format!("({}) or ({})", a.text(), b.text()),
            Self::Not(a) => format!("not ({})", a.text()),
            Self::Compare(path, operator, value) => format!("{path} {operator} {value}"),
            Self::Present(path) => format!("{path} pr"),
            Self::Email(inner) => format!("emails[{}]", inner.text()),
        }
    }

    fn holds(&self, of: &Value) -> bool {
        match self {
            Self::And(a, b) => a.holds(of) && b.holds(of),
            Self::Or(a, b) => a.holds(of) || b.holds(of),
            Self::Not(a) => !a.holds(of),
            Self::Present(path) => values(of, path).iter().any(Option::is_some),
            Self::Compare(path, operator, Value::Null) => {
                let present = values(of, path).iter().any(Option::is_some);
                present == (*operator == "ne")
            }
            Self::Compare(path, operator, wanted) => {
                let all = values(of, path);
                if all.is_empty() {
                    return *operator == "ne";
                }
                all.iter()
                    .any(|value| compare(path, value.as_ref(), operator, wanted))
            }
            Self::Email(inner) => {
                let emails = of["emails"].as_array().cloned().unwrap_or_default();
                emails.iter().any(|email| inner.holds(email))
            }
        }
    }
}

/// The values of a path: one for each element, none for an element without it.
fn values(of: &Value, path: &str) -> Vec<Option<Value>> {
    let path = path.strip_prefix(&format!("{ENTERPRISE}:")).unwrap_or(path);
    let (name, sub) = path.split_once('.').unwrap_or((path, ""));
    let holder = if matches!(name, "department" | "manager") {
        &of[ENTERPRISE]
    } else {
        of
    };
    let sub = if sub.is_empty() && matches!(name, "emails" | "manager") {
        "value"
    } else {
        sub
    };
    let elements = match &holder[name] {
        Value::Null => vec![],
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    let part = |element: Value| match sub {
        "" => Some(element),
        sub => element.get(sub).cloned(),
    };
    elements.into_iter().map(part).collect()
}

fn compare(path: &str, value: Option<&Value>, operator: &str, wanted: &Value) -> bool {
    let Some(value) = value else {
        return operator == "ne";
    };
    if let (Some(value), Some(wanted)) = (value.as_bool(), wanted.as_bool()) {
        return (value == wanted) == (operator == "eq");
    }
    let exact = ["externalId", "id", "manager"]
        .iter()
        .any(|name| path.ends_with(name));
    let text = |value: &Value| {
        let text = value.as_str().unwrap().to_owned();
        if exact { text } else { text.to_lowercase() }
    };
    let (mut value, mut wanted) = (text(value), text(wanted));
    let is_name = matches!(path, "userName" | "emails" | "emails.value" | "value");
    if is_name && matches!(operator, "eq" | "ne") {
        value = value.trim().to_owned();
        wanted = wanted.trim().to_owned();
        // Nobody has a name of nothing.
        if wanted.is_empty() {
            return operator == "ne";
        }
    }
    match operator {
        "eq" => value == wanted,
        "ne" => value != wanted,
        "co" => value.contains(&wanted),
        "sw" => value.starts_with(&wanted),
        "ew" => value.ends_with(&wanted),
        "gt" => value > wanted,
        "ge" => value >= wanted,
        "lt" => value < wanted,
        "le" => value <= wanted,
        other => panic!("{other}"),
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[aAbä]{1,2}",
        "[ab]@x",
        Just("work".to_owned()),
        Just("Home".to_owned())
    ]
}

fn operator() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        3 => Just("eq"),
        1 => prop_oneof![Just("ne"), Just("co"), Just("sw"), Just("ew"), Just("gt"), Just("ge"), Just("lt"), Just("le")],
    ]
}

fn literal() -> impl Strategy<Value = Value> {
    prop_oneof![8 => text().prop_map(Value::from), 1 => Just(Value::Null), 1 => Just(json!("")), 1 => Just(json!(" a "))]
}

fn comparison(
    paths: &'static [&'static str],
    truths: &'static [&'static str],
) -> impl Strategy<Value = Model> {
    let path = proptest::sample::select(paths);
    let truth = proptest::sample::select(truths);
    prop_oneof![
        6 => (path.clone(), operator(), literal()).prop_map(|(path, operator, value)| {
            let operator = if value.is_null() && operator != "ne" { "eq" } else { operator };
            Model::Compare(path, operator, value)
        }),
        1 => (truth, prop_oneof![Just("eq"), Just("ne")], any::<bool>())
            .prop_map(|(path, operator, value)| Model::Compare(path, operator, value.into())),
        1 => path.prop_map(Model::Present),
    ]
}

fn combined(leaf: impl Strategy<Value = Model> + 'static) -> impl Strategy<Value = Model> {
    leaf.prop_recursive(3, 10, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Model::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Model::Or(Box::new(a), Box::new(b))),
            inner.prop_map(|a| Model::Not(Box::new(a))),
        ]
    })
}

fn filter() -> impl Strategy<Value = Model> {
    let email = combined(comparison(&["value", "type"], &["primary"]));
    let top = comparison(
        &[
            "userName",
            "externalId",
            "title",
            "emails",
            "emails.value",
            "emails.type",
            "manager",
            "name.givenName",
            "department",
        ],
        &["active", "emails.primary"],
    );
    combined(prop_oneof![5 => top, 1 => email.prop_map(|inner| Model::Email(Box::new(inner)))])
}

fn person() -> impl Strategy<Value = Value> {
    let email =
        (text(), proptest::option::of(text()), any::<bool>()).prop_map(|(value, kind, primary)| {
            let mut email = json!({ "value": value });
            if let Some(kind) = kind {
                email["type"] = kind.into();
            }
            if primary {
                email["primary"] = true.into();
            }
            email
        });
    let maybe = || proptest::option::of(text());
    let name = prop_oneof![text(), "[abAB]{2,5}"];
    (
        name,
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        any::<bool>(),
        proptest::collection::vec(email, 0..3),
    )
        .prop_map(
            |(name, external, title, given, department, manager, active, mut emails)| {
                let mut person = json!({ "userName": name, "active": active });
                let mut put = |name: &str, value: Option<Value>| {
                    if let Some(value) = value {
                        person[name] = value;
                    }
                };
                put("externalId", external.map(Value::from));
                put("title", title.map(Value::from));
                put("name", given.map(|given| json!({ "givenName": given })));
                let mut enterprise = Map::new();
                if let Some(department) = department {
                    enterprise.insert("department".into(), department.into());
                }
                if let Some(manager) = manager {
                    enterprise.insert("manager".into(), json!({ "value": manager }));
                }
                put(
                    ENTERPRISE,
                    (!enterprise.is_empty()).then_some(Value::Object(enterprise)),
                );
                if let [first, rest @ ..] = emails.as_mut_slice() {
                    // One primary value, and no pair of type and value twice.
                    for (number, email) in rest.iter_mut().enumerate() {
                        email.as_object_mut().unwrap().shift_remove("primary");
                        if email["value"] == first["value"] {
                            email["value"] = json!(format!("{number}@y"));
                        }
                    }
                }
                put("emails", (!emails.is_empty()).then(|| json!(emails)));
                person
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_filter_holds_for_whom_the_model_says(person in person(), model in filter()) {
        let text = model.text();
        let expression = compile(&USERS, &text, Unknown::Refused).unwrap();
        let holds = expression.holds_for(person.as_object().unwrap());
        prop_assert_eq!(holds, model.holds(&person), "{} on {}", text, person);
    }

    #[test]
    fn a_filter_and_its_opposite_share_the_people_out(person in person(), model in filter()) {
        let person = person.as_object().unwrap();
        let holds = |text: &str| compile(&USERS, text, Unknown::Refused).unwrap().holds_for(person);
        let text = model.text();
        prop_assert!(holds(&text) != holds(&format!("not ({text})")), "{}", text);
        prop_assert_eq!(holds(&text), holds(&parse_filter(&text).unwrap().to_string()));
    }

    #[test]
    fn no_text_makes_a_filter_panic(text in "\\PC{0,60}") {
        let _ = compile(&USERS, &text, Unknown::Refused);
    }
}

on_both_engines! {
    async fn what_indexes_find_is_what_the_filter_holds_for(world: World) {
        let scim = Scim::new(&world).await;
        let config = Config::default();
        let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut random = TestRunner::new_with_rng(config, seed);
        let mut people = Vec::new();
        for number in 0..60 {
            let mut body = person().new_tree(&mut random).unwrap().current();
            body["schemas"] = json!([USER, ENTERPRISE]);
            let answer = scim.post("/Users", body).await;
            if answer.status == 409 { continue; }
            world.clock.advance(std::time::Duration::from_millis(1 + number % 3));
            people.push(answer.ok(201));
        }
        assert!(people.len() > 15);
        let filters = filter();
        let (mut some, mut all) = (0, 0);
        for _ in 0..250 {
            let model = filters.new_tree(&mut random).unwrap().current();
            let text = model.text();
            let wanted: Vec<&Value> = people.iter().filter(|person| model.holds(person)).collect();
            all += 1;
            some += usize::from(!wanted.is_empty() && wanted.len() < people.len());
            let body = json!({ "schemas": [SEARCH], "filter": text });
            let found = scim.post("/Users/.search", body).await.ok(200);
            let resources: Vec<&Value> = found["Resources"].as_array().unwrap().iter().collect();
            assert_eq!(resources, wanted, "{text}");
            assert_eq!(found["totalResults"], wanted.len(), "{text}");
        }
        assert!(some * 3 > all, "the filters tell people apart: {some} of {all}");
    }
}
