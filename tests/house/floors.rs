use crate::paths::named;
use crate::source::{Source, all, module_list};

/// The map of the whole: each list from the ground up.
struct Map {
    floors: Vec<String>,
    domain: Vec<String>,
    doors: Vec<String>,
}

impl Map {
    fn read() -> Self {
        Self {
            floors: module_list("src/lib.rs"),
            domain: module_list("src/domain/mod.rs"),
            doors: module_list("src/http/mod.rs"),
        }
    }

    /// Why `from` may not use `to`, if it may not.
    fn objection(&self, from: &[String], to: &[String]) -> Option<&'static str> {
        let (own, other) = (
            position(&self.floors, from, 0)?,
            position(&self.floors, to, 0)?,
        );
        if other > own {
            return Some("goes up a floor");
        }
        if other < own || from.len() < 2 || to.len() < 2 || from[1] == to[1] {
            return None;
        }
        match from[0].as_str() {
            "domain" => {
                let (own, other) = (
                    position(&self.domain, from, 1)?,
                    position(&self.domain, to, 1)?,
                );
                (other > own).then_some("uses a domain module to its right")
            }
            "http" if to[1] != "web" && self.doors.contains(&to[1]) => Some("uses another door"),
            _ => None,
        }
    }
}

fn position(list: &[String], path: &[String], segment: usize) -> Option<usize> {
    list.iter().position(|name| Some(name) == path.get(segment))
}

fn offences(map: &Map, source: &Source) -> Vec<String> {
    named(&source.text, &source.module)
        .iter()
        .filter_map(|to| {
            let why = map.objection(&source.module, to)?;
            Some(format!("{} {why}: {}", source.file, to.join("::")))
        })
        .collect()
}

#[test]
fn no_module_reaches_up_or_sideways() {
    let map = Map::read();
    let found: Vec<String> = all()
        .iter()
        .flat_map(|source| offences(&map, source))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_check_sees_a_step_up_a_step_sideways_and_a_step_to_the_right() {
    let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let map = Map {
        floors: list(&["foundation", "domain", "http", "app", "cli"]),
        domain: list(&["audit", "directory", "grants"]),
        doors: list(&["web", "scim", "oidc"]),
    };
    let objection = |from: &[&str], to: &[&str]| map.objection(&list(from), &list(to));
    assert!(objection(&["domain", "audit"], &["http", "web"]).is_some());
    assert!(objection(&["foundation", "db"], &["domain", "audit"]).is_some());
    assert!(objection(&["domain", "audit"], &["domain", "grants"]).is_some());
    assert!(objection(&["http", "scim"], &["http", "oidc"]).is_some());
    assert!(objection(&["http", "web"], &["http", "oidc"]).is_some());
    assert!(objection(&["domain", "grants"], &["domain", "audit"]).is_none());
    assert!(objection(&["http", "oidc"], &["http", "web"]).is_none());
    assert!(objection(&["cli", "demo"], &["domain", "audit"]).is_none());
}

/// The text between `word` and what follows tells whether it is a path into a crate.
fn names_crate(text: &str, name: &str) -> bool {
    text.match_indices(&format!("{name}::"))
        .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

#[test]
fn http_is_not_known_below_the_doors() {
    for source in all() {
        if !matches!(
            source.module.first().map(String::as_str),
            Some("foundation" | "domain")
        ) {
            continue;
        }
        for name in [
            "axum",
            "hyper",
            "hyper_util",
            "tower",
            "tower_http",
            "askama",
            "cookie",
        ] {
            assert!(
                !names_crate(&source.text, name),
                "{} uses {name}",
                source.file
            );
        }
    }
}

#[test]
fn sql_is_written_in_stores_only() {
    for source in all() {
        let store = source.module.last().is_some_and(|name| name == "store")
            || source.module.iter().any(|name| name == "store");
        let ground = source.file.starts_with("src/foundation/db/");
        let search = source.file.starts_with("src/domain/directory/search");
        let calls = source.text.contains("sql(\"") || source.text.contains("sql(\n");
        assert!(
            !calls || store || ground || search,
            "{} writes SQL",
            source.file
        );
        let composed = source.text.contains("composed_sql(");
        assert!(
            !composed || ground || search,
            "{} composes SQL",
            source.file
        );
        for engine in ["sqlx", "rusqlite"] {
            assert!(
                !names_crate(&source.text, engine) || ground,
                "{} uses {engine}",
                source.file
            );
        }
    }
}

#[test]
fn only_a_change_begins_a_transaction() {
    for source in all() {
        let ground = source.file.starts_with("src/foundation/db/");
        let audit = source.file == "src/domain/audit/mod.rs";
        assert!(
            ground || audit || !source.text.contains("db.begin("),
            "{} begins a transaction of its own",
            source.file
        );
    }
}
