//! How a connection is treated: what an administrator sets, with a preset for each kind.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What stands at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Microsoft Entra ID.
    Entra,
    /// OneLogin.
    Onelogin,
    /// Okta.
    Okta,
    /// Any other client of SCIM.
    Generic,
}

/// The word names no kind of connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a connection is of the kind entra, onelogin, okta or generic")]
pub struct UnknownKind;

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Entra, Self::Onelogin, Self::Okta, Self::Generic];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::Onelogin => "onelogin",
            Self::Okta => "okta",
            Self::Generic => "generic",
        }
    }

    /// The settings that a new connection of the kind begins with.
    pub fn preset(self) -> Settings {
        let careful = Settings {
            brake: Brake {
                share_percent: 20,
                ..Brake::default()
            },
            ..Settings::default()
        };
        match self {
            Self::Generic => careful,
            // They remove members one by one, or replace the list: a removal of all that
            // names none is a mistake of theirs. The passwords that they send are
            // placeholders, unless an administrator has asked for them.
            Self::Entra | Self::Onelogin | Self::Okta => Settings {
                take_passwords: false,
                bare_members_remove: BareMembersRemove::Refuse,
                ..careful
            },
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl std::str::FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.word() == word).ok_or(UnknownKind)
    }
}

/// What becomes of ids of members that nobody has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownMembers {
    /// The request is refused and names them: nothing is lost in silence.
    #[default]
    Reject,
    /// They are left out and logged: one bad id does not hold up a whole push.
    Drop,
}

/// What `remove` on `members` does that names none of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BareMembersRemove {
    /// All go, as RFC 7644, section 3.5.2.2 says.
    #[default]
    Clear,
    /// It is refused.
    Refuse,
}

/// When deactivations and deletions are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Brake {
    /// The most that may go within the window, in percent of the connection's users; 100
    /// holds nothing.
    pub share_percent: u8,
    /// How far back is counted.
    pub window_minutes: u32,
    /// So many may go whatever the share: three of ten is no accident.
    pub at_least: u32,
}

impl Default for Brake {
    fn default() -> Self {
        Self {
            share_percent: 100,
            window_minutes: 60,
            at_least: 20,
        }
    }
}

/// How a connection is treated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What becomes of ids of members that nobody has.
    pub unknown_members: UnknownMembers,
    /// Whether no two groups may have the same name.
    pub unique_group_names: bool,
    /// Whether passwords that it sends are set.
    pub take_passwords: bool,
    /// What `remove` on `members` does that names none.
    pub bare_members_remove: BareMembersRemove,
    /// Whether requests are answered as if, and change nothing.
    pub dry_run: bool,
    /// When deactivations and deletions are held.
    pub brake: Brake,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            unknown_members: UnknownMembers::default(),
            unique_group_names: true,
            take_passwords: true,
            bare_members_remove: BareMembersRemove::default(),
            dry_run: false,
            brake: Brake::default(),
        }
    }
}

/// Why a setting cannot be set so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSetting {
    /// There is no such setting.
    #[error("there is no setting {name}; there are: {}", Settings::names().join(", "))]
    Unknown {
        /// What was given.
        name: String,
    },
    /// The value does not suit it.
    #[error("{name} cannot be {value:?}: {why}")]
    Value {
        /// The setting.
        name: String,
        /// What was given.
        value: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Settings {
    /// The settings by their names, those of the brake with its name before.
    pub fn named(&self) -> Vec<(String, Json)> {
        let mut all = Vec::new();
        if let Ok(Json::Object(settings)) = serde_json::to_value(self) {
            for (name, value) in settings {
                match value {
                    Json::Object(parts) => {
                        all.extend(
                            parts
                                .into_iter()
                                .map(|(part, value)| (format!("{name}.{part}"), value)),
                        );
                    }
                    value => all.push((name, value)),
                }
            }
        }
        all
    }

    /// The names that can be set.
    pub fn names() -> Vec<String> {
        Self::default()
            .named()
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    }

    /// Sets one by its name, from text.
    ///
    /// # Errors
    /// There is no such setting, or the value does not suit it.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), InvalidSetting> {
        let refused = |why: String| InvalidSetting::Value {
            name: name.to_owned(),
            value: text.chars().take(40).collect(),
            why,
        };
        let mut named = self.named();
        let Some((_, place)) = named.iter_mut().find(|(known, _)| known == name) else {
            return Err(InvalidSetting::Unknown {
                name: name.chars().take(40).collect(),
            });
        };
        *place = match place {
            Json::String(_) => Json::from(text),
            _ => serde_json::from_str(text)
                .map_err(|_| refused("not a number, true or false".to_owned()))?,
        };
        let mut all = serde_json::Map::new();
        for (name, value) in named {
            match name.split_once('.') {
                Some((group, part)) => {
                    all.entry(group)
                        .or_insert_with(|| Json::Object(Default::default()))[part] = value
                }
                None => drop(all.insert(name, value)),
            }
        }
        let changed: Self =
            serde_json::from_value(Json::Object(all)).map_err(|e| refused(e.to_string()))?;
        changed
            .brake
            .check()
            .map_err(|why| refused(why.to_owned()))?;
        *self = changed;
        Ok(())
    }
}

impl Brake {
    fn check(self) -> Result<(), &'static str> {
        match self {
            Self {
                share_percent: 101..,
                ..
            } => Err("a share has 0 to 100 percent"),
            Self {
                window_minutes: 0, ..
            } => Err("the window has a minute or more"),
            Self {
                window_minutes: 10_081..,
                ..
            } => Err("the window has a week at most"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_stored_is_as_the_default_says() {
        assert_eq!(
            serde_json::from_str::<Settings>("{}").unwrap(),
            Settings::default()
        );
        let stored = serde_json::to_string(&Kind::Entra.preset()).unwrap();
        assert_eq!(
            serde_json::from_str::<Settings>(&stored).unwrap(),
            Kind::Entra.preset()
        );
    }

    #[test]
    fn each_setting_is_set_by_its_name() {
        let mut settings = Settings::default();
        for (name, value) in [
            ("unknown_members", "drop"),
            ("unique_group_names", "false"),
            ("take_passwords", "false"),
            ("bare_members_remove", "refuse"),
            ("dry_run", "true"),
            ("brake.share_percent", "10"),
            ("brake.window_minutes", "30"),
            ("brake.at_least", "5"),
        ] {
            settings.set(name, value).unwrap();
        }
        assert_eq!(settings.unknown_members, UnknownMembers::Drop);
        assert_eq!(settings.bare_members_remove, BareMembersRemove::Refuse);
        assert!(settings.dry_run && !settings.take_passwords && !settings.unique_group_names);
        assert_eq!(
            settings.brake,
            Brake {
                share_percent: 10,
                window_minutes: 30,
                at_least: 5
            }
        );
        assert_eq!(Settings::names().len(), 8);
    }

    #[test]
    fn an_unknown_name_and_an_unsuitable_value_are_refused_and_change_nothing() {
        let mut settings = Settings::default();
        for (name, value) in [
            ("colour", "red"),
            ("brake", "{}"),
            ("unknown_members", "ignore"),
            ("dry_run", "yes"),
            ("dry_run", "1"),
            ("brake.share_percent", "101"),
            ("brake.share_percent", "-1"),
            ("brake.window_minutes", "0"),
            ("brake.at_least", "many"),
        ] {
            assert!(settings.set(name, value).is_err(), "{name}={value}");
        }
        assert_eq!(settings, Settings::default());
        assert!(
            settings
                .set("colour", "red")
                .unwrap_err()
                .to_string()
                .contains("take_passwords")
        );
    }

    #[test]
    fn the_big_three_do_not_set_placeholder_passwords_and_do_not_clear_groups_by_accident() {
        for kind in [Kind::Entra, Kind::Onelogin, Kind::Okta] {
            let preset = kind.preset();
            assert!(!preset.take_passwords, "{kind}");
            assert_eq!(
                preset.bare_members_remove,
                BareMembersRemove::Refuse,
                "{kind}"
            );
        }
        assert!(
            Kind::ALL
                .iter()
                .all(|kind| kind.preset().brake.share_percent < 100)
        );
        assert_eq!("okta".parse(), Ok(Kind::Okta));
        assert_eq!("Okta".parse::<Kind>(), Err(UnknownKind));
    }
}
