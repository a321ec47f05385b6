//! Events of the audit log in the words of the person whom they are about.

use crate::{
    domain::{audit::Entry, directory::UserId},
    http::web::{Language, Said},
};

/// What happened. None for what says nothing to a person, such as a token that was renewed.
pub(super) fn what(entry: &Entry) -> Option<Said> {
    let reason = entry
        .detail
        .get("reason")
        .and_then(|reason| reason.as_str());
    Some(match entry.action.as_str() {
        "grant.ended" if reason.is_some_and(|reason| reason.ends_with("_reused")) => {
            Language::event_grant_copied
        }
        "session.ended" if reason == Some("replaced") => return None,
        "session.ended" if reason == Some("signed_out") => Language::event_signed_out,
        action => return of_action(action),
    })
}

/// What an action is called, whatever the reason.
fn of_action(action: &str) -> Option<Said> {
    Some(match action {
        "session.began" => Language::event_signed_in,
        "session.ended" => Language::event_session_ended,
        "sessions.ended" => Language::event_sessions_ended,
        "consent.given" => Language::event_consent_given,
        "consent.withdrawn" => Language::event_consent_withdrawn,
        "user.created" => Language::event_user_created,
        "user.picture_set" => Language::event_picture_set,
        "user.picture_removed" => Language::event_picture_removed,
        "user.changed" => Language::event_profile_changed,
        "user.activated" => Language::event_activated,
        "user.deactivated" => Language::event_deactivated,
        "access.blocked" => Language::event_blocked,
        "access.allowed" => Language::event_allowed,
        "access.withheld" => Language::event_withheld,
        "access.validity_set" => Language::event_validity_set,
        "access.validity_ended" => Language::event_validity_ended,
        "tries.reset" => Language::event_tries_reset,
        "password.set" | "password.changed" => Language::event_password_set,
        "password.removed" => Language::event_password_removed,
        "password.reset_asked" => Language::event_password_reset_asked,
        "password.reset" => Language::event_password_reset,
        "temporary_pass.issued" => Language::event_pass_issued,
        "temporary_pass.used" => Language::event_pass_used,
        "email.change_asked" => Language::event_email_asked,
        "email.change_withdrawn" => Language::event_email_withdrawn,
        "email.changed" => Language::event_email_changed,
        "device.remembered" => Language::event_device_remembered,
        "device.trusted" => Language::event_device_trusted,
        "device.trust_ended" => Language::event_device_trust_ended,
        "device.forgotten" => Language::event_device_forgotten,
        "device.copied" => Language::event_device_copied,
        "device.allowed" => Language::event_device_allowed,
        "device.denied" => Language::event_device_denied,
        "factor.added" => Language::event_factor_added,
        "factor.renamed" => Language::event_factor_renamed,
        "factor.removed" => Language::event_factor_removed,
        "factors.removed" => Language::event_factors_removed,
        "webauthn.added" => Language::event_key_added,
        "webauthn.renamed" => Language::event_key_renamed,
        "webauthn.removed" => Language::event_key_removed,
        "webauthn.suspended" => Language::event_key_suspended,
        "api_key.revoked_of_user" => Language::event_own_api_keys_revoked,
        "recovery_codes.made" => Language::event_recovery_codes_made,
        "recovery_code.used" => Language::event_recovery_code_used,
        "mailed_code.sent" => Language::event_mailed_code_sent,
        "mailed_code.used" => Language::event_mailed_code_used,
        "mfa.exempted" => Language::event_mfa_exempted,
        "mfa.enforced" => Language::event_mfa_enforced,
        "account.disowned" => Language::event_disowned,
        _ => return None,
    })
}

/// Who did it, as far as it is the person's business.
pub(super) fn who(entry: &Entry, user: UserId) -> Said {
    let own = entry.actor_id.as_deref() == Some(user.to_string().as_str());
    match entry.actor_kind.as_str() {
        "user" if own => Language::event_by_you,
        "user" | "command_line" => Language::event_by_administrator,
        "api_key" => Language::event_by_source,
        "client" => Language::event_by_application,
        "anonymous" => Language::event_by_somebody,
        _ => Language::event_by_server,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::domain::audit::Place;
    use crate::foundation::clock::Timestamp;

    /// Events about a person that have no words, and why.
    const WITHOUT_WORDS: &[(&str, &str)] = &[
        (
            "grant.began",
            "it follows from the sign-in and the consent, and is of every hour",
        ),
        (
            "grants.ended",
            "it follows from the end of the session, or whatever ended them",
        ),
        (
            "token.exchanged",
            "one server asks another in the name that was consented to",
        ),
        ("user.deleted", "nobody is left to read it"),
    ];

    /// What is not about a person: the beginnings of the names of such events.
    const OF_OTHER_THINGS: &[&str] = &[
        "api_key.",
        "client.",
        "connection.",
        "encryption_key.",
        "group.",
        "mfa.rule_",
        "schema.",
        "signing_key.",
        "signing_keys.",
    ];

    /// What looks like the name of an event and is none, in files that make one of a variable.
    const NO_EVENTS: &[&str] = &["connections.name", "emails.type", "emails.value"];

    fn sources(folder: &Path, all: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, all);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                // What only tests record is nobody's.
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                all.push(code.to_owned());
            }
        }
    }

    fn is_name(text: &str) -> bool {
        let is_word = |c: char| c.is_ascii_lowercase() || c == '_';
        text.split_once('.').is_some_and(|(noun, verb)| {
            !noun.is_empty() && !verb.is_empty() && noun.chars().chain(verb.chars()).all(is_word)
        })
    }

    /// The names of all events that the program records: those that stand where an event is made,
    /// and in a file that makes one of a name from elsewhere, whatever looks like a name.
    fn names() -> BTreeSet<String> {
        let mut all = Vec::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for part in ["domain", "http", "app", "cli"] {
            sources(&root.join(part), &mut all);
        }
        let mut names = BTreeSet::new();
        for code in all.iter().filter(|code| code.contains("Event::new(")) {
            let made: Vec<&str> = code.split("Event::new(").skip(1).collect();
            let literal = |rest: &&str| rest.trim_start().starts_with('"');
            if made.iter().all(literal) {
                let named = made.iter().filter_map(|rest| rest.split('"').nth(1));
                names.extend(named.map(str::to_owned));
            } else {
                let texts = code.split('"').skip(1).step_by(2);
                let named = texts.filter(|text| is_name(text) && !NO_EVENTS.contains(text));
                names.extend(named.map(str::to_owned));
            }
        }
        names
    }

    fn has_words(action: &str) -> bool {
        let entry = |detail| Entry {
            place: Place {
                at: Timestamp::from_millis(1),
                id: String::new(),
            },
            actor_kind: "user".to_owned(),
            actor_id: None,
            action: action.to_owned(),
            detail,
        };
        what(&entry(json!({}))).is_some()
            || what(&entry(json!({ "reason": "code_reused" }))).is_some()
    }

    #[test]
    fn every_event_that_a_person_can_be_told_of_has_words_or_a_reason_to_have_none() {
        let names = names();
        assert!(names.len() > 60, "the events are found: {names:?}");
        for known in [
            "session.began",
            "user.activated",
            "account.disowned",
            "device.denied",
        ] {
            assert!(names.contains(known), "{known}");
        }
        let without = |name: &str| WITHOUT_WORDS.iter().any(|(known, _)| *known == name);
        let elsewhere = |name: &str| OF_OTHER_THINGS.iter().any(|start| name.starts_with(start));
        let missing = names
            .iter()
            .filter(|name| !has_words(name) && !without(name) && !elsewhere(name));
        let missing: Vec<_> = missing.collect();
        assert!(missing.is_empty(), "no words: {missing:?}");
    }

    #[test]
    fn what_is_said_to_have_no_words_is_recorded_and_has_none() {
        let names = names();
        for (name, why) in WITHOUT_WORDS {
            assert!(names.contains(*name), "nothing records {name}");
            assert!(!has_words(name), "{name} has words: {why}");
        }
    }
}
