//! What people say of themselves. A source that wrote something first owns it, and a person who
//! could change it would only see it changed back; what nobody owns is theirs, unless the
//! settings keep it from them.

use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization;

use super::Rules;
use crate::domain::{
    audit::{Change, ConnectionId},
    directory::{self, Profile, Refusal, User, UserId},
};
use crate::foundation::{db, zone::Zone};

/// Most characters of a name.
pub const LONGEST_NAME: usize = 100;
/// Most characters of a phone number.
pub const LONGEST_NUMBER: usize = 40;

/// Something that a person can say of themself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// The given name.
    GivenName,
    /// The family name.
    FamilyName,
    /// The name to show.
    DisplayName,
    /// What they are called casually.
    Nickname,
    /// The preferred phone number.
    Phone,
    /// The language of pages and letters.
    Language,
    /// The zone that times are shown in.
    TimeZone,
}

/// Why a person cannot change something of theirs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lock {
    /// A source owns it.
    Source(ConnectionId),
    /// The settings keep it from everybody.
    Setting,
}

/// Why a profile is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ProfileRefused {
    /// It was changed since the person looked at it.
    #[error("the profile is not the version that was looked at")]
    Overtaken,
    /// A field is not theirs to change.
    #[error("{0:?} is locked")]
    Locked(Field),
    /// A text cannot be what the field says.
    #[error("{0:?} cannot be that")]
    Unfit(Field),
    /// The directory does not take it.
    #[error(transparent)]
    Directory(Refusal),
    /// The database cannot answer.
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl From<Refusal> for ProfileRefused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Database(error) => Self::Database(error),
            other => Self::Directory(other),
        }
    }
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::GivenName,
        Self::FamilyName,
        Self::DisplayName,
        Self::Nickname,
        Self::Phone,
        Self::Language,
        Self::TimeZone,
    ];

    /// The attribute that holds it, by its SCIM name: whoever owns that owns the field.
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::GivenName | Self::FamilyName => NAME,
            Self::DisplayName => "displayName",
            Self::Nickname => "nickName",
            Self::Phone => PHONES,
            Self::Language => "preferredLanguage",
            Self::TimeZone => "timezone",
        }
    }

    /// Whether it is for the person alone and says nothing of them to others: the settings leave
    /// it to them.
    const fn is_preference(self) -> bool {
        matches!(self, Self::Language | Self::TimeZone)
    }

    /// What a profile says.
    pub fn of(self, profile: &Profile) -> &str {
        let text = match self {
            Self::GivenName => profile.name_part(GIVEN),
            Self::FamilyName => profile.name_part(FAMILY),
            Self::DisplayName => profile.display_name.as_deref(),
            Self::Phone => preferred(profile).and_then(|number| number.get("value")?.as_str()),
            Self::Nickname | Self::Language | Self::TimeZone => profile.text(self.attribute()),
        };
        text.unwrap_or_default()
    }

    /// Why a person cannot change it, if they cannot.
    pub fn lock(self, rules: Rules, user: &User) -> Option<Lock> {
        let owner = user.ownership.owner_of(self.attribute());
        let setting = (!rules.profile && !self.is_preference()).then_some(Lock::Setting);
        owner.map(Lock::Source).or(setting)
    }

    /// What a person typed, as it is kept. Nothing for what the field cannot say.
    fn read(self, typed: &str) -> Option<String> {
        let text: String = typed.trim().nfc().collect();
        let fits = match self {
            _ if text.is_empty() => true,
            Self::Phone => is_number(&text),
            Self::TimeZone => return Zone::named(&text).map(|zone| zone.name().to_owned()),
            Self::Language => text.len() <= 35 && text.chars().all(is_of_tag),
            _ => text.chars().count() <= LONGEST_NAME && !text.chars().any(disturbs),
        };
        fits.then_some(text)
    }

    fn write(self, profile: &mut Profile, text: String) {
        match self {
            Self::GivenName => write_name(profile, GIVEN, text),
            Self::FamilyName => write_name(profile, FAMILY, text),
            Self::DisplayName => profile.display_name = some(text),
            Self::Phone => write_number(profile, text),
            Self::Nickname | Self::Language | Self::TimeZone => {
                let value = some(text).map(Value::String);
                set(&mut profile.attributes, self.attribute(), value);
            }
        }
    }
}

/// Changes what a person says of themself, if it still is the version that they looked at. What is
/// left as it was may be locked, and may be what nobody would be allowed to write.
///
/// # Errors
/// See [`ProfileRefused`]; nothing is changed then.
pub async fn edit_profile(
    change: &mut Change,
    rules: Rules,
    (id, version): (UserId, i64),
    wishes: &[(Field, &str)],
) -> Result<User, ProfileRefused> {
    let found = directory::lock_user(change, id).await?;
    let user = found.filter(|user| user.version == version);
    let user = user.ok_or(ProfileRefused::Overtaken)?;
    let mut profile = user.profile.clone();
    for (field, typed) in wishes {
        if typed.trim() == field.of(&user.profile).trim() {
            continue;
        }
        if field.lock(rules, &user).is_some() {
            return Err(ProfileRefused::Locked(*field));
        }
        let text = field.read(typed).ok_or(ProfileRefused::Unfit(*field))?;
        field.write(&mut profile, text);
    }
    Ok(directory::change_profile(change, user, profile).await?)
}

const NAME: &str = "name";
const GIVEN: &str = "givenName";
const FAMILY: &str = "familyName";
const PHONES: &str = "phoneNumbers";

/// What ends a line, or turns the direction of the text around it: a name must not rewrite the
/// page that it stands on. (Joiners stay: some scripts need them.)
fn disturbs(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_of_tag(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-'
}

fn is_number(text: &str) -> bool {
    let known = |c: char| c.is_ascii_digit() || " +()-./".contains(c);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= 3 && text.chars().count() <= LONGEST_NUMBER && text.chars().all(known)
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn set(attributes: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => drop(attributes.insert(name.to_owned(), value)),
        None => drop(attributes.shift_remove(name)),
    }
}

/// The name as it was formatted of the old parts goes: nobody would think to change it too.
fn write_name(profile: &mut Profile, part: &str, text: String) {
    let name = profile.attributes.get(NAME).and_then(Value::as_object);
    let mut name = name.cloned().unwrap_or_default();
    name.shift_remove("formatted");
    set(&mut name, part, some(text).map(Value::String));
    let name = (!name.is_empty()).then_some(Value::Object(name));
    set(&mut profile.attributes, NAME, name);
}

fn numbers(profile: &Profile) -> &[Value] {
    let all = profile.attributes.get(PHONES).and_then(Value::as_array);
    all.map_or(&[], Vec::as_slice)
}

/// Where the preferred number stands, or else the first.
fn place_of_preferred(profile: &Profile) -> usize {
    let is_primary = |number: &Value| number.get("primary") == Some(&Value::Bool(true));
    numbers(profile).iter().position(is_primary).unwrap_or(0)
}

fn preferred(profile: &Profile) -> Option<&Value> {
    numbers(profile).get(place_of_preferred(profile))
}

fn write_number(profile: &mut Profile, text: String) {
    let place = place_of_preferred(profile);
    let mut all = numbers(profile).to_vec();
    match (some(text), all.get_mut(place)) {
        (Some(text), Some(Value::Object(number))) => set(number, "value", Some(text.into())),
        (Some(text), _) => all.push(json!({ "value": text, "primary": true })),
        (None, Some(_)) => drop(all.remove(place)),
        (None, None) => {}
    }
    let all = (!all.is_empty()).then_some(Value::Array(all));
    set(&mut profile.attributes, PHONES, all);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(attributes: Value) -> Profile {
        Profile {
            attributes: attributes.as_object().cloned().unwrap(),
            ..Profile::named("ann")
        }
    }

    fn written(field: Field, before: Value, text: &str) -> Value {
        let mut profile = profile(before);
        field.write(&mut profile, text.to_owned());
        assert_eq!(field.of(&profile), text);
        Value::Object(profile.attributes)
    }

    #[test]
    fn a_part_of_the_name_leaves_the_others_and_takes_what_was_formatted() {
        let before =
            json!({ "name": { "givenName": "Ann", "familyName": "Lee", "formatted": "Ann Lee" } });
        let after = written(Field::FamilyName, before, "Ray");
        assert_eq!(
            after,
            json!({ "name": { "givenName": "Ann", "familyName": "Ray" } })
        );
        let nothing = written(
            Field::GivenName,
            json!({ "name": { "givenName": "Ann" } }),
            "",
        );
        assert_eq!(nothing, json!({}));
    }

    #[test]
    fn the_preferred_number_is_changed_and_the_others_stay() {
        let before = json!({ "phoneNumbers": [{ "value": "1" }, { "value": "2", "type": "work", "primary": true }] });
        let after = written(Field::Phone, before.clone(), "333");
        assert_eq!(
            after["phoneNumbers"],
            json!([{ "value": "1" }, { "value": "333", "type": "work", "primary": true }])
        );
        let mut less = profile(before);
        Field::Phone.write(&mut less, String::new());
        assert_eq!(less.attributes["phoneNumbers"], json!([{ "value": "1" }]));
        assert_eq!(
            written(Field::Phone, json!({}), "333"),
            json!({ "phoneNumbers": [{ "value": "333", "primary": true }] })
        );
    }

    #[test]
    fn a_text_is_one_line_that_does_not_turn_what_stands_around_it() {
        let name = |text: &str| Field::DisplayName.read(text);
        assert_eq!(name("  Zoe\u{308} ").as_deref(), Some("Zo\u{eb}"));
        assert_eq!(
            name("نیم\u{200c}فاصله").as_deref(),
            Some("نیم\u{200c}فاصله")
        );
        for refused in [
            "a\nb",
            "a\u{0}",
            "\u{202e}nna",
            "a\u{2066}",
            &"x".repeat(101),
        ] {
            assert_eq!(name(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn a_number_has_digits_and_a_zone_is_one_of_the_table() {
        for number in ["+49 (0)30 123-456", "112", ""] {
            assert!(Field::Phone.read(number).is_some(), "{number}");
        }
        for number in ["12", "call me", "+49<b>", "tel:123", &"1".repeat(41)] {
            assert!(Field::Phone.read(number).is_none(), "{number}");
        }
        let zone = |text: &str| Field::TimeZone.read(text);
        assert_eq!(zone("europe/berlin").as_deref(), Some("Europe/Berlin"));
        assert_eq!(zone("Europe/Atlantis"), None);
        assert_eq!(Field::Language.read("en\r\nX"), None);
    }
}
