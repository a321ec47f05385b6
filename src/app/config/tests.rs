use super::*;

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn from_file(text: &str) -> Result<Settings, ConfigError> {
    let mut given = Given::default();
    given.file("doorward.toml", text)?;
    Settings::assemble(&given)
}

fn setting(path: &str) -> &'static table::Setting {
    SETTINGS
        .iter()
        .find(|setting| setting.path == path)
        .unwrap()
}

#[test]
fn every_default_reads() {
    let settings = Settings::defaults().unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.public_url.as_str(), "http://localhost:8080");
    assert_eq!(settings.password.memory_kib.0, 19_456);
    assert_eq!(settings.database(), "sqlite:./data/doorward.db");
}

#[test]
fn flags_win_over_the_environment_which_wins_over_the_file() {
    let mut given = Given::default();
    given
        .file(
            "doorward.toml",
            "listen = '127.0.0.1:1'\n[password]\npasses = 3\nlanes = 2",
        )
        .unwrap();
    given.environment(environment(&[
        ("DOORWARD_LISTEN", "127.0.0.1:2"),
        ("DOORWARD_PASSWORD_PASSES", "4"),
    ]));
    given.flag(setting("listen"), "127.0.0.1:3".to_owned());
    let settings = Settings::assemble(&given).unwrap();
    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.password.passes.0, 4);
    assert_eq!(settings.password.lanes.0, 2);
}

#[test]
fn an_unknown_key_is_one_line_that_names_it() {
    for (text, key) in [
        ("lisen = '127.0.0.1:1'", "lisen"),
        ("[password]\nmemory = 1", "password.memory"),
        ("[smtp]\nhost = 'x'", "smtp"),
        ("password = 3", "password"),
        ("[a.b]\nc = 1", "a"),
        ("\"x\\ny\" = 1", "x y"),
    ] {
        assert_eq!(
            from_file(text).unwrap_err().to_string(),
            format!("doorward.toml: unknown setting {key}")
        );
    }
}

#[test]
fn a_bad_value_names_the_setting_the_value_its_origin_and_what_is_expected() {
    let error = from_file("listen = 'here'").unwrap_err().to_string();
    assert_eq!(
        error,
        "listen (doorward.toml): \"here\" is not usable, expected an IP address and a port, such as 127.0.0.1:8080"
    );
    let mut given = Given::default();
    given.environment(environment(&[("DOORWARD_PASSWORD_LANES", "0")]));
    assert_eq!(
        Settings::assemble(&given).unwrap_err().to_string(),
        "password.lanes (DOORWARD_PASSWORD_LANES): \"0\" is not usable, expected a whole number from 1 to 8"
    );
    let mut given = Given::default();
    given.flag(setting("session.idle"), "soon\n".to_owned());
    let error = Settings::assemble(&given).unwrap_err().to_string();
    assert!(
        error.starts_with("session.idle (--session-idle): \"soon \" is not usable"),
        "{error}"
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_refused() {
    for text in [
        "listen = 1.5",
        "listen = 2026-01-01",
        "trusted_proxies = [1]",
        "listen = {a = 1}",
        "rate_limits = 1",
    ] {
        let error = from_file(text).unwrap_err().to_string();
        assert!(
            error.contains("expected") && !error.contains('\n'),
            "{error}"
        );
    }
}

#[test]
fn a_mistyped_database_address_is_not_echoed() {
    let mut given = Given::default();
    given.environment(environment(&[(
        "DOORWARD_DATABASE_URL",
        "postgress://u:s3cret@db/door",
    )]));
    let error = Settings::assemble(&given).unwrap_err().to_string();
    assert_eq!(
        error,
        "database_url (DOORWARD_DATABASE_URL): expected sqlite:PATH or postgres://USER@HOST/NAME"
    );
}

#[test]
fn a_file_that_is_not_toml_is_one_line_with_its_number() {
    let error = from_file("listen = '127.0.0.1:1'\nwhat is this")
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("doorward.toml, line 2: "), "{error}");
    assert!(!error.contains('\n'));
}

#[test]
fn toml_types_and_texts_are_both_understood() {
    let settings = from_file(
        "rate_limits = false\ntrusted_proxies = ['10.0.0.0/8', '::1']\n[password]\nlanes = '2'",
    )
    .unwrap();
    assert!(!settings.rate_limits.0);
    assert!(
        settings
            .trusted_proxies
            .contain("10.1.1.1".parse().unwrap())
    );
    assert_eq!(settings.password.lanes.0, 2);
}

#[test]
fn a_variable_that_is_no_setting_is_told() {
    let mut given = Given::default();
    let unknown = given.environment(environment(&[
        ("DOORWARD_LISTN", "x"),
        ("DOORWARD_CONFIG", "x"),
        ("HOME", "x"),
        ("DOORWARD_LISTEN", "127.0.0.1:2"),
    ]));
    assert_eq!(unknown, ["DOORWARD_LISTN"]);
}

#[test]
fn a_file_that_was_asked_for_must_be_there() {
    let missing = PathBuf::from("/nonexistent/doorward.toml");
    let error = load(Some(missing), Vec::new(), Vec::new())
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("/nonexistent/doorward.toml: "), "{error}");
    let by_variable = environment(&[("DOORWARD_CONFIG", "/nonexistent/other.toml")]);
    assert!(
        load(None, by_variable, Vec::new())
            .unwrap_err()
            .to_string()
            .starts_with("/nonexistent/other.toml")
    );
}

#[test]
fn no_two_settings_share_a_variable_or_a_flag() {
    for (index, one) in SETTINGS.iter().enumerate() {
        for other in &SETTINGS[index + 1..] {
            assert_ne!(one.environment_name(), other.environment_name());
            assert_ne!(one.flag_name(), other.flag_name());
        }
    }
}

#[test]
fn every_setting_is_shown() {
    let shown: Vec<_> = Settings::defaults()
        .unwrap()
        .shown()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    let table: Vec<_> = SETTINGS.iter().map(|setting| setting.path).collect();
    assert_eq!(shown, table);
}

#[test]
fn the_documentation_is_what_the_settings_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == documentation::page(),
        "docs/configuration.md is out of date: cargo run -- configuration-page > docs/configuration.md"
    );
}
