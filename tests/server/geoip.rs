//! The file that names the towns of addresses.

use std::net::IpAddr;
use std::path::Path;

use doorward::app::config::{self, Settings};
use doorward::app::{StartError, atlas};
use doorward::foundation::atlas::Atlas;

use crate::support::mmdb::{file, place, small_world};

fn settings(file: &Path) -> Settings {
    let variable = ("DOORWARD_GEOIP_FILE".to_owned(), file.display().to_string());
    config::load(None, vec![variable], vec![]).unwrap().settings
}

fn opened(bytes: &[u8]) -> Result<Option<Atlas>, StartError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("towns.mmdb");
    std::fs::write(&path, bytes).unwrap();
    atlas(&settings(&path))
}

fn found(atlas: &Atlas, address: &str, language: &str) -> Option<String> {
    atlas.find(address.parse::<IpAddr>().unwrap(), language)
}

#[test]
fn a_town_and_its_country_are_named_in_the_readers_language_or_in_english() {
    let atlas = opened(&small_world()).unwrap().expect("a file");
    for (address, language, named) in [
        ("192.0.2.77", "en", Some("The Hague, Netherlands")),
        ("192.0.2.77", "de", Some("Den Haag, Niederlande")),
        ("192.0.2.77", "nl", Some("The Hague, Netherlands")),
        ("::ffff:192.0.2.77", "en", Some("The Hague, Netherlands")),
        ("203.0.113.9", "fr", Some("Germany")),
        ("2001:db8:1:ffff::9", "de", Some("Wien, Österreich")),
        ("203.0.113.200", "en", None),
        ("198.51.100.1", "en", None),
        ("2001:db8:2::1", "en", None),
    ] {
        assert_eq!(
            found(&atlas, address, language).as_deref(),
            named,
            "{address} {language}"
        );
    }
}

#[test]
fn without_a_file_there_is_none_and_addresses_stand_alone() {
    assert!(atlas(&Settings::defaults().unwrap()).unwrap().is_none());
}

#[test]
fn a_file_of_a_country_database_names_the_country() {
    let bytes = file(
        "Test-Country",
        &[("192.0.2.0", 24, place(None, ["France", "Frankreich"]))],
    );
    let atlas = opened(&bytes).unwrap().unwrap();
    assert_eq!(
        found(&atlas, "192.0.2.1", "de").as_deref(),
        Some("Frankreich")
    );
}

#[test]
fn a_file_that_cannot_be_used_keeps_the_server_from_starting_and_says_why() {
    let networks = file(
        "GeoLite2-ASN",
        &[("192.0.2.0", 24, place(None, ["x", "x"]))],
    );
    let cut = &small_world()[..200];
    for (bytes, why) in [
        (
            b"not a database".as_slice(),
            "no file of the MaxMind DB format",
        ),
        (b"", "no file of the MaxMind DB format"),
        (cut, "no file of the MaxMind DB format"),
        (
            &networks,
            "it holds GeoLite2-ASN, and neither cities nor countries",
        ),
    ] {
        let said = opened(bytes).unwrap_err().to_string();
        assert!(
            said.starts_with("geoip.file: /") && said.contains(why),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let missing = atlas(&settings(Path::new("/nonexistent/towns.mmdb")));
    let said = missing.unwrap_err().to_string();
    assert!(said.contains("/nonexistent/towns.mmdb"), "{said}");
}
