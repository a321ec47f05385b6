//! What letters say: every occasion in every language, as text and as HTML.

use doorward::domain::directory::{Ownership, Profile, User, UserId};
use doorward::domain::mail::{Addressed, FactorKind, Occasion};
use doorward::foundation::clock::Timestamp;
use doorward::foundation::mail::Letter;
use doorward::http::web::letters;
use serde_json::json;
use url::Url;

use crate::support::{Engine, World};

const HOSTILE: &str = "<script>alert(1)</script> https://evil.example/ evil.example\r\nBcc: eve";
const LANGUAGES: [&str; 4] = ["en", "de", "fr", "nl"];

/// All of them, with names that their owners chose badly.
fn occasions(until: Timestamp) -> Vec<Occasion> {
    let mut all = of_passwords(until);
    all.extend(of_factors(until));
    all.extend(of_accounts(until));
    all
}

fn name() -> String {
    HOSTILE.to_owned()
}

fn place() -> Option<String> {
    Some(format!("{HOSTILE}, 203.0.113.7"))
}

fn of_passwords(until: Timestamp) -> Vec<Occasion> {
    vec![
        Occasion::PasswordChanged { place: place() },
        Occasion::PasswordSet { must_change: true },
        Occasion::PasswordSet { must_change: false },
        Occasion::PasswordReset {
            path: "/login/reset/secret".to_owned(),
            until,
            place: place(),
        },
        Occasion::GeneratedPassword {
            password: "<b>&\"'".to_owned(),
            must_change: true,
        },
    ]
}

fn of_factors(until: Timestamp) -> Vec<Occasion> {
    let added = |kind| Occasion::FactorAdded { kind, name: name() };
    let removed = |kind, by_administrator| Occasion::FactorRemoved {
        kind,
        name: name(),
        by_administrator,
    };
    vec![
        added(FactorKind::Totp),
        added(FactorKind::Passkey),
        Occasion::FactorSuspended {
            kind: FactorKind::Passkey,
            name: name(),
        },
        removed(FactorKind::SecurityKey, true),
        removed(FactorKind::Totp, false),
        Occasion::FactorsRemoved,
        Occasion::RecoveryUsed {
            left: 7,
            place: place(),
        },
        Occasion::RecoveryCodesMade,
        Occasion::TemporaryPassUsed { place: place() },
        Occasion::MailedCode {
            code: "493 028".to_owned(),
            until,
            place: place(),
        },
    ]
}

fn of_accounts(until: Timestamp) -> Vec<Occasion> {
    let (name, place) = (name(), place());
    vec![
        Occasion::TriesStopped {
            from: place.clone(),
            until: Some(until),
        },
        Occasion::TriesStopped {
            from: None,
            until: None,
        },
        Occasion::DeviceTrusted {
            name: name.clone(),
            place: place.clone(),
        },
        Occasion::DeviceTheft {
            name: name.clone(),
            place: place.clone(),
        },
        Occasion::NewBrowser {
            name: name.clone(),
            place,
        },
        Occasion::EmailChangeAsked {
            path: "/account/email/confirm/secret".to_owned(),
            until,
        },
        Occasion::EmailTaken,
        Occasion::EmailChanged {
            new: "ada@new.example".to_owned(),
        },
        Occasion::ConnectionHeld {
            name,
            connection: "0192".to_owned(),
            gone: 7,
            limit: 5,
            window_minutes: 60,
        },
        Occasion::AccountDisowned {
            user: "0193".to_owned(),
        },
    ]
}

fn person(world: &World, language: &str) -> User {
    let mut profile = Profile::named("ada").with_email("ada@example.com");
    profile.display_name = Some(HOSTILE.to_owned());
    profile
        .attributes
        .insert("preferredLanguage".to_owned(), json!(language));
    User {
        id: UserId::new(world.now()),
        profile,
        active: true,
        active_since: world.now(),
        active_by: String::new(),
        active_stated: true,
        picture: None,
        administrator: false,
        ownership: Ownership::default(),
        version: 1,
        created_at: world.now(),
        updated_at: world.now(),
    }
}

fn write(world: &World, language: &str, occasion: Occasion) -> Letter {
    let addressed = Addressed {
        person: person(world, language),
        address: "ada@example.com".to_owned(),
        occasion,
        at: world.now(),
    };
    letters::write(&world.state, &addressed).unwrap()
}

async fn world() -> World {
    let world = World::new(Engine::Sqlite).await;
    let public = Url::parse("https://id.example.com/door").unwrap();
    world.with(|basics| basics.public_url = public).await
}

/// What stands between `before` and a quotation mark.
fn values<'a>(html: &'a str, before: &str) -> Vec<&'a str> {
    let parts = html.split(before).skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn every_occasion_is_a_letter_in_every_language() {
    let world = world().await;
    for n in 0..occasions(world.now()).len() {
        let written = LANGUAGES
            .map(|language| write(&world, language, occasions(world.now()).swap_remove(n)));
        let [english, others @ ..] = &written;
        for letter in others {
            assert_ne!(letter.subject, english.subject);
        }
        for (letter, language) in written.iter().zip(LANGUAGES) {
            let html = letter.html.as_deref().unwrap();
            assert!(html.contains(&format!("<html lang=\"{language}\">")));
            assert!(
                !letter.subject.is_empty() && letter.text.len() > 150,
                "{}",
                letter.text
            );
            assert!(!letter.text.contains("\n\n\n"), "{}", letter.text);
            // The name in the greeting, which nothing could be made of.
            assert!(
                letter
                    .text
                    .lines()
                    .next()
                    .unwrap()
                    .contains("scriptalert(1)script")
            );
        }
    }
}

#[tokio::test]
async fn a_hostile_name_is_no_markup_no_link_and_no_header() {
    let world = world().await;
    for occasion in occasions(world.now()) {
        let letter = write(&world, "en", occasion);
        let html = letter.html.as_deref().unwrap();
        assert!(!letter.subject.chars().any(char::is_control));
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        for text in [html, &letter.text, &letter.subject] {
            assert!(!text.contains("evil.example"), "{text}");
            assert!(!text.contains("\nBcc"), "{text}");
        }
    }
}

#[tokio::test]
async fn zitadel_cve_2025_64101_links_lead_to_the_configured_address_only() {
    let world = world().await;
    for occasion in occasions(world.now()) {
        let letter = write(&world, "en", occasion);
        let html = letter.html.as_deref().unwrap();
        let links = values(html, "href=\"");
        assert!(!links.is_empty());
        for link in links {
            let rest = link.strip_prefix("https://id.example.com/door");
            assert!(
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
                "{link}"
            );
        }
        assert!(
            !html.contains("src=") && !html.contains("url("),
            "nothing is fetched: {html}"
        );
        for at in letter.text.match_indices("://").map(|(at, _)| at) {
            let address = &letter.text[at.saturating_sub(5)..];
            assert!(
                address.starts_with("https://id.example.com/door"),
                "{address}"
            );
        }
    }
}

#[tokio::test]
async fn a_path_cannot_lead_away_from_the_configured_address() {
    let world = world().await;
    for path in [
        "@evil.test/",
        "//evil.test/",
        ".evil.test/",
        "https://evil.test",
    ] {
        let occasion = Occasion::PasswordReset {
            path: path.to_owned(),
            until: world.now(),
            place: None,
        };
        let letter = write(&world, "en", occasion);
        let html = letter.html.unwrap();
        let link = values(&html, "href=\"")[0];
        let host = Url::parse(link).unwrap().host_str().map(str::to_owned);
        assert_eq!(host.as_deref(), Some("id.example.com"), "{link}");
    }
}
