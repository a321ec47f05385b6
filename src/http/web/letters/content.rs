//! What a letter says: title, sentences, a way on.

use super::plain;
use crate::{
    domain::mail::{FactorKind, Occasion},
    foundation::clock::Timestamp,
    http::web::language::Language,
};

/// What a letter is written from.
pub(super) struct Written<'a> {
    pub(super) language: Language,
    /// The configured address of this server.
    pub(super) home: &'a str,
    pub(super) occasion: &'a Occasion,
    pub(super) at: Timestamp,
    /// The town of an address, where it is known.
    pub(super) town: &'a dyn Fn(&str) -> Option<String>,
}

/// What a letter says.
#[derive(Default)]
pub(super) struct Content {
    /// The subject, and the heading.
    pub(super) title: String,
    /// One paragraph each.
    pub(super) sentences: Vec<String>,
    /// To be copied as it stands: a code, a password, a command.
    pub(super) verbatim: Vec<String>,
    /// What a button says, and its address.
    pub(super) way_on: Option<(&'static str, String)>,
    /// Names and values.
    pub(super) facts: Vec<(&'static str, String)>,
    /// What to do if it was not the reader.
    pub(super) otherwise: Option<&'static str>,
}

impl Content {
    pub(super) fn of(letter: &Written<'_>) -> Self {
        let content = match letter.occasion {
            Occasion::PasswordChanged { .. }
            | Occasion::PasswordSet { .. }
            | Occasion::PasswordReset { .. }
            | Occasion::GeneratedPassword { .. } => letter.of_password(),
            Occasion::FactorAdded { .. }
            | Occasion::FactorRemoved { .. }
            | Occasion::FactorsRemoved
            | Occasion::FactorSuspended { .. }
            | Occasion::RecoveryUsed { .. }
            | Occasion::RecoveryCodesMade
            | Occasion::TemporaryPassUsed { .. }
            | Occasion::MailedCode { .. } => letter.of_factor(),
            Occasion::EmailChangeAsked { .. }
            | Occasion::EmailTaken
            | Occasion::EmailChanged { .. } => letter.of_address(),
            _ => letter.of_account(),
        };
        // A subject is one line, whatever a name holds.
        let title = content.title.chars().filter(|c| !c.is_control()).collect();
        Self { title, ..content }
    }
}

impl Written<'_> {
    fn of_password(&self) -> Content {
        let t = self.language;
        match self.occasion {
            Occasion::PasswordChanged { place } => {
                let said = t.letter_password_changed_sentence();
                self.alarm(t.letter_password_changed(), said, place.as_deref())
            }
            Occasion::PasswordSet { must_change } => {
                let said = t.letter_password_set_sentence();
                let mut letter = self.alarm(t.letter_password_set(), said, None);
                letter.sentences.extend(self.choose_another(*must_change));
                letter
            }
            Occasion::PasswordReset { path, until, place } => Content {
                title: t.letter_reset().to_owned(),
                sentences: vec![
                    t.letter_reset_sentence().to_owned(),
                    t.letter_reset_browser().to_owned(),
                ],
                way_on: Some((t.letter_reset(), self.address(path))),
                facts: self.facts(place.as_deref(), Some(*until)),
                otherwise: Some(t.letter_do_nothing()),
                ..Content::default()
            },
            Occasion::GeneratedPassword {
                password,
                must_change,
            } => {
                let mut sentences = vec![t.letter_generated_sentence().to_owned()];
                sentences.extend(self.choose_another(*must_change));
                Content {
                    title: t.letter_generated().to_owned(),
                    sentences,
                    verbatim: vec![password.clone()],
                    way_on: Some((t.letter_open_account(), self.address("/account"))),
                    ..Content::default()
                }
            }
            _ => Content::default(),
        }
    }

    fn of_factor(&self) -> Content {
        let t = self.language;
        match self.occasion {
            Occasion::FactorAdded { kind, name } => {
                let said = t.letter_factor_added_sentence();
                let letter = self.alarm(t.letter_factor_added(), said, None);
                self.with_factor(letter, *kind, name)
            }
            Occasion::FactorRemoved {
                kind,
                name,
                by_administrator,
            } => {
                let said = if *by_administrator {
                    t.letter_factor_removed_by_administrator()
                } else {
                    t.letter_factor_removed_sentence()
                };
                let letter = self.alarm(t.letter_factor_removed(), said, None);
                self.with_factor(letter, *kind, name)
            }
            Occasion::FactorsRemoved => {
                let said = t.letter_factors_removed_sentence();
                self.alarm(t.letter_factors_removed(), said, None)
            }
            Occasion::FactorSuspended { kind, name } => {
                let said = t.letter_factor_suspended_sentence();
                let letter = self.alarm(t.letter_factor_suspended(), said, None);
                self.with_factor(letter, *kind, name)
            }
            Occasion::RecoveryUsed { left, place } => {
                let left = left.to_string();
                let said = t.letter_recovery_used_sentence(&left).to_string();
                self.alarm(t.letter_recovery_used(), &said, place.as_deref())
            }
            Occasion::RecoveryCodesMade => {
                let said = t.letter_recovery_made_sentence();
                self.alarm(t.letter_recovery_made(), said, None)
            }
            Occasion::TemporaryPassUsed { place } => {
                let said = t.letter_pass_used_sentence();
                self.alarm(t.letter_pass_used(), said, place.as_deref())
            }
            Occasion::MailedCode { code, until, place } => Content {
                title: t.letter_mailed_code().to_owned(),
                sentences: vec![t.letter_mailed_code_sentence().to_owned()],
                verbatim: vec![code.clone()],
                facts: self.facts(place.as_deref(), Some(*until)),
                otherwise: Some(t.letter_code_not_you()),
                ..Content::default()
            },
            _ => Content::default(),
        }
    }

    fn of_address(&self) -> Content {
        let t = self.language;
        match self.occasion {
            Occasion::EmailChangeAsked { path, until } => Content {
                title: t.letter_confirm_email().to_owned(),
                sentences: vec![t.letter_confirm_email_sentence().to_owned()],
                way_on: Some((t.letter_confirm_email(), self.address(path))),
                facts: self.facts(None, Some(*until)),
                otherwise: Some(t.letter_do_nothing()),
                ..Content::default()
            },
            Occasion::EmailTaken => Content {
                title: t.letter_email_taken().to_owned(),
                sentences: vec![t.letter_email_taken_sentence().to_owned()],
                way_on: Some((t.letter_open_account(), self.address("/account"))),
                facts: self.facts(None, None),
                ..Content::default()
            },
            Occasion::EmailChanged { new } => {
                let said = t.letter_email_changed_sentence(new).to_string();
                self.alarm(t.letter_email_changed(), &said, None)
            }
            _ => Content::default(),
        }
    }

    fn of_account(&self) -> Content {
        let t = self.language;
        match self.occasion {
            Occasion::TriesStopped { from, until } => {
                let said = t.letter_tries_sentence();
                let mut letter = self.alarm(t.letter_tries(), said, from.as_deref());
                if let Some(until) = until {
                    letter
                        .facts
                        .push((t.letter_held_up_until(), moment(*until)));
                }
                letter
            }
            Occasion::DeviceTrusted { name, place } => {
                let said = t.letter_trusted_sentence();
                let letter = self.alarm(t.letter_trusted(), said, place.as_deref());
                self.with_browser(letter, name)
            }
            Occasion::DeviceTheft { name, place } => {
                let said = t.letter_theft_sentence();
                let letter = self.alarm(t.letter_theft(), said, place.as_deref());
                self.with_browser(letter, name)
            }
            Occasion::NewBrowser { name, place } => {
                let said = t.letter_new_browser_sentence();
                let letter = self.alarm(t.letter_new_browser(), said, place.as_deref());
                self.with_browser(letter, name)
            }
            Occasion::AccountDisowned { user } => Content {
                title: t.letter_disowned().to_owned(),
                sentences: vec![
                    t.letter_disowned_sentence().to_owned(),
                    t.letter_disowned_what_to_do().to_owned(),
                ],
                verbatim: vec![format!("doorward user show {user}")],
                facts: self.facts(None, None),
                ..Content::default()
            },
            Occasion::ConnectionHeld { .. } => self.of_connection(),
            _ => Content::default(),
        }
    }

    fn of_connection(&self) -> Content {
        let t = self.language;
        let Occasion::ConnectionHeld {
            name,
            connection,
            gone,
            limit,
            window_minutes,
        } = self.occasion
        else {
            return Content::default();
        };
        let (gone, limit) = (gone.to_string(), limit.to_string());
        let window = window_minutes.to_string();
        let said = t.letter_held_sentence(&gone, &window, &limit).to_string();
        Content {
            title: t.letter_held(&plain::name(name)).to_string(),
            sentences: vec![said, t.letter_held_what_to_do().to_owned()],
            verbatim: vec![
                format!("doorward connection ledger {connection}"),
                format!("doorward connection release {connection}"),
            ],
            facts: self.facts(None, None),
            ..Content::default()
        }
    }

    /// Something that the reader did, or somebody else in their name.
    fn alarm(&self, title: &str, said: &str, place: Option<&str>) -> Content {
        let t = self.language;
        Content {
            title: title.to_owned(),
            sentences: vec![said.to_owned()],
            way_on: Some((t.letter_open_account(), self.address("/account"))),
            facts: self.facts(place, None),
            otherwise: Some(t.letter_was_not_you()),
            ..Content::default()
        }
    }

    fn facts(&self, place: Option<&str>, until: Option<Timestamp>) -> Vec<(&'static str, String)> {
        let t = self.language;
        let mut facts = vec![(t.letter_when(), moment(self.at))];
        facts.extend(place.map(|place| (t.letter_where(), self.place(place))));
        facts.extend(until.map(|until| (t.letter_valid_until(), moment(until))));
        facts
    }

    /// A place as letters show it: with its town, when it is an address that one is known of.
    fn place(&self, place: &str) -> String {
        match (self.town)(place) {
            Some(town) => format!("{} · {}", plain::name(place), plain::name(&town)),
            None => plain::name(place),
        }
    }

    fn with_browser(&self, mut letter: Content, name: &str) -> Content {
        if !name.is_empty() {
            let fact = (self.language.letter_browser(), plain::name(name));
            letter.facts.insert(0, fact);
        }
        letter
    }

    fn with_factor(&self, mut letter: Content, kind: FactorKind, name: &str) -> Content {
        let t = self.language;
        let kind = match kind {
            FactorKind::Totp => t.letter_kind_totp(),
            FactorKind::Passkey => t.letter_kind_passkey(),
            FactorKind::SecurityKey => t.letter_kind_security_key(),
        };
        letter.facts.insert(0, (kind, plain::name(name)));
        letter
    }

    fn choose_another(&self, must_change: bool) -> Option<String> {
        must_change.then(|| self.language.letter_choose_another().to_owned())
    }

    /// An address of this server, of the configuration and a path.
    fn address(&self, path: &str) -> String {
        format!("{}/{}", self.home, path.trim_start_matches('/'))
    }
}

/// `2026-11-21 09:00 UTC`: a letter is read later and elsewhere.
fn moment(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    let (day, time) = (text.get(..10), text.get(11..16));
    match (day, time) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text,
    }
}
