//! What is said of a user to a client, as far as the scope allows (OpenID Connect Core §5).

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::domain::clients::Scope;
use crate::domain::directory::{self, Profile, User, is_plain_address};
use crate::foundation::db::{self, Fetch};

/// The claims that each scope stands for (Core §5.4).
const OF_SCOPES: [(&str, &[&str]); 6] = [
    (
        "profile",
        &[
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "locale",
            "zoneinfo",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number"]),
    ("groups", &["groups"]),
    ("roles", &["roles"]),
];

/// The scope that a claim about a user belongs to; none for one that is not known here, or
/// that says something of the sign-in.
pub(super) fn scope_of(claim: &str) -> Option<&'static str> {
    let of = OF_SCOPES.iter().find(|(_, claims)| claims.contains(&claim));
    of.map(|(scope, _)| *scope)
}

/// Claims about a user.
#[derive(Clone, Default, Debug, Serialize)]
#[serde(transparent)]
pub struct Claims(pub(super) Map<String, Value>);

impl Claims {
    /// The claims of a user for a scope. Groups are read only when the scope asks for them.
    /// Addresses of this server begin with the issuer.
    pub async fn of(
        from: impl Fetch,
        (user, issuer): (&User, &str),
        scope: &Scope,
    ) -> Result<Self, db::Error> {
        let mut claims = Map::new();
        if scope.contains("profile") {
            add_profile(&mut claims, user, issuer);
        }
        if scope.contains("email") {
            add_email(&mut claims, &user.profile);
        }
        if scope.contains("address") {
            add_address(&mut claims, &user.profile);
        }
        // Nobody has called it, so nothing says that it was verified.
        if scope.contains("phone")
            && let Some(number) = preferred(&user.profile, "phoneNumbers").and_then(text_of_value)
        {
            claims.insert("phone_number".to_owned(), json!(number));
        }
        // RFC 7643 §4.1.2 and RFC 9068 §2.2.3.1: the roles that the directory knows.
        if scope.contains("roles") {
            let roles: Vec<&str> = user.profile.roles().collect();
            claims.insert("roles".to_owned(), json!(roles));
        }
        if scope.contains("groups") {
            let held = directory::groups_of(from, &[user.id]).await?;
            let names: Vec<String> = held.into_iter().map(|group| group.display_name).collect();
            claims.insert("groups".to_owned(), json!(names));
        }
        Ok(Self(claims))
    }

    /// Adds claims that were asked for one by one (Core §5.5), whatever the scope: the person
    /// has allowed them by name.
    pub async fn with_requested(
        mut self,
        from: impl Fetch,
        (user, issuer): (&User, &str),
        names: impl Iterator<Item = &String>,
    ) -> Result<Self, db::Error> {
        let missing: Vec<&str> = names
            .map(String::as_str)
            .filter(|name| !self.0.contains_key(*name))
            .collect();
        let scopes = missing.iter().filter_map(|name| scope_of(name));
        let scope: Scope = Scope::of(scopes);
        if scope.is_empty() {
            return Ok(self);
        }
        let Claims(all) = Self::of(from, (user, issuer), &scope).await?;
        let wanted = all.into_iter();
        let wanted = wanted.filter(|(name, _)| missing.contains(&name.as_str()));
        self.0.extend(wanted);
        Ok(self)
    }

    /// Adds `sub`, for the answer of userinfo.
    #[must_use]
    pub fn with_subject(mut self, subject: &str) -> Self {
        self.0.insert("sub".to_owned(), json!(subject));
        self
    }
}

fn add_profile(claims: &mut Map<String, Value>, user: &User, issuer: &str) {
    let profile = &user.profile;
    let texts = [
        ("given_name", profile.name_part("givenName")),
        ("family_name", profile.name_part("familyName")),
        ("middle_name", profile.name_part("middleName")),
        ("nickname", profile.text("nickName")),
        ("profile", profile.text("profileUrl")),
        ("locale", profile.text("locale")),
        ("zoneinfo", profile.text("timezone")),
    ];
    claims.insert("name".to_owned(), json!(profile.shown_name()));
    claims.insert("preferred_username".to_owned(), json!(profile.user_name));
    for (claim, text) in texts {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            claims.insert(claim.to_owned(), json!(text));
        }
    }
    // What the directory says of somebody goes before what they say of themself.
    let uploaded = user.picture.as_deref().map(directory::picture_path);
    let uploaded = uploaded.map(|path| format!("{issuer}{path}"));
    let given = profile.photo().map(str::to_owned);
    if let Some(picture) = given.or(uploaded) {
        claims.insert("picture".to_owned(), json!(picture));
    }
    claims.insert("updated_at".to_owned(), json!(user.updated_at.seconds()));
}

fn values<'a>(profile: &'a Profile, attribute: &str) -> impl Iterator<Item = &'a Value> {
    let all = profile.attributes.get(attribute).and_then(Value::as_array);
    all.into_iter().flatten()
}

/// The primary one of several values, or else the first.
fn preferred<'a>(profile: &'a Profile, attribute: &str) -> Option<&'a Value> {
    let is_primary = |value: &&Value| value.get("primary") == Some(&Value::Bool(true));
    let primary = values(profile, attribute).find(is_primary);
    primary.or_else(|| values(profile, attribute).next())
}

fn text_of_value(value: &Value) -> Option<&str> {
    let text = value.get("value")?.as_str()?;
    (!text.is_empty()).then_some(text)
}

// Core §5.1.1.
fn add_address(claims: &mut Map<String, Value>, profile: &Profile) {
    let Some(stored) = preferred(profile, "addresses") else {
        return;
    };
    let parts = [
        ("formatted", "formatted"),
        ("street_address", "streetAddress"),
        ("locality", "locality"),
        ("region", "region"),
        ("postal_code", "postalCode"),
        ("country", "country"),
    ];
    let said = parts.into_iter().filter_map(|(claim, attribute)| {
        let text = stored.get(attribute)?.as_str()?;
        (!text.is_empty()).then(|| (claim.to_owned(), json!(text)))
    });
    let address: Map<String, Value> = said.collect();
    if !address.is_empty() {
        claims.insert("address".to_owned(), Value::Object(address));
    }
}

// An address counts as verified: it comes from the organisation's own source or administrator, or
// the person has confirmed it (`email_changes`).
fn add_email(claims: &mut Map<String, Value>, profile: &Profile) {
    if let Some(address) = profile.email().filter(|address| is_plain_address(address)) {
        claims.insert("email".to_owned(), json!(address));
        claims.insert("email_verified".to_owned(), json!(true));
    }
}
