//! Pages name addresses of this server by `t.at(…)`: an issuer can have a path, and only
//! `http/web/paths.rs` knows it. (Redirects get it on the outside of all doors, and full
//! addresses begin with the issuer.)

use std::fs;
use std::path::{Path, PathBuf};

/// What a page names of others: whole addresses that somebody registered.
const ABROAD: [(&str, &str); 9] = [
    ("account/portrait.html", "foreign"),
    ("oidc/form_post.html", "action"),
    ("web/pages/consent.html", "logo"),
    ("web/pages/consent.html", "policy_uri"),
    ("web/pages/consent.html", "tos_uri"),
    // An address that holds a file, and one that opens an app.
    ("web/pages/recovery_codes.html", "file"),
    ("web/pages/totp_setup.html", "setup.address.as_str()"),
    ("web/pages/signed_out.html", "frame"),
    ("web/pages/signed_out.html", "onward"),
];

const NAMING: [&str; 4] = ["href", "src", "action", "formaction"];

/// The values of all attributes of a page, with their names.
fn attributes(html: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in html.match_indices("=\"") {
        let name = html[..at].rsplit([' ', '\n', '}']).next().unwrap_or("");
        let value = html[at + 2..].split('"').next().unwrap_or("");
        found.push((name.to_owned(), value.to_owned()));
    }
    found
}

/// What is wrong with an attribute of a page, if anything.
fn objection(file: &str, name: &str, value: &str) -> Option<&'static str> {
    if value.starts_with('/') {
        return Some("a literal path");
    }
    if !NAMING.contains(&name) || value.starts_with('#') || value.starts_with("{{ t.at(") {
        return None;
    }
    let variable = value
        .strip_prefix("{{ ")
        .and_then(|v| v.strip_suffix(" }}"));
    let abroad = variable.is_some_and(|variable| ABROAD.contains(&(file, variable)));
    (!abroad).then_some("an address without `t.at(…)`")
}

fn files(ending: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let mut folders = vec![root.clone()];
    let mut found: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        (name, fs::read_to_string(path).unwrap())
    };
    let found = found.iter().map(read);
    // Letters are read elsewhere: they name full addresses, which begin with the issuer.
    found
        .filter(|(name, _)| !name.starts_with("web/letters/"))
        .collect()
}

#[test]
fn a_page_names_addresses_of_this_server_by_the_frame() {
    let pages = files("html");
    assert!(pages.len() > 8, "the pages are found");
    let mut found = Vec::new();
    for (file, html) in &pages {
        for (name, value) in attributes(html) {
            if let Some(objection) = objection(file, &name, &value) {
                found.push(format!("src/http/{file}: {name}=\"{value}\": {objection}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_script_names_no_path_but_takes_it_from_its_page() {
    for (file, text) in files("js") {
        for quote in ['"', '\'', '`'] {
            let literal = format!("{quote}/");
            assert!(!text.contains(&literal), "src/http/{file} has {literal}");
        }
    }
}

#[test]
fn the_check_sees_a_literal_path_and_a_bare_variable() {
    for (name, value, fine) in [
        ("href", "/account", false),
        ("data-to", "/account", false),
        ("action", "{{ action }}", false),
        ("action", "{{ t.at(action) }}", true),
        ("href", "#main", true),
        ("class", "button", true),
    ] {
        let html = format!("<a\n{name}=\"{value}\">");
        let (name, value) = attributes(&html).remove(0);
        assert_eq!(objection("x.html", &name, &value).is_none(), fine, "{html}");
    }
}
