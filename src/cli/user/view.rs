//! A user, as it is shown.

use serde_json::{Map, Value as Json, json};

use super::{Context, Named, Outcome, find_user};
use crate::app::config::Settings;
use crate::cli::output::{self, Output};
use crate::domain::{
    access::{self, FactKind},
    credentials,
    directory::{User, UserId},
    mfa::MailedCodes,
    signin,
    tries::{self, Factor},
};
use crate::foundation::{clock::Timestamp, db::Db};

pub(super) async fn show(named: Named, context: &Context) -> Outcome {
    context
        .with_database(async |db| {
            let user = find_user(db, &named.user).await?;
            print(named.output, db, &user, context).await
        })
        .await
}

/// Prints a user: after every command that changes one, too.
pub(super) async fn print(output: Output, db: &Db, user: &User, context: &Context) -> Outcome {
    let value = as_json(db, user, context).await?;
    output.print(&value, as_text)
}

async fn as_json(db: &Db, user: &User, context: &Context) -> Outcome<Json> {
    let now = context.now();
    let access = access::shown(db, user.id, now).await?;
    let sessions = signin::sessions_of_user(db, user.id, now).await?;
    let password = credentials::password_of(db, user.id).await?;
    let mut factors = factors(db, user.id).await?;
    factors["mailed_code"] = mailed_codes(user, context.settings()).word().into();
    let tries = failed_tries(db, user.id, now).await?;
    let (valid_from, valid_until) = access::validity(db, user.id).await?;
    let emails: Vec<_> = user.profile.emails().map(|email| email.address).collect();
    Ok(json!({
        "id": user.id,
        "user_name": user.profile.user_name,
        "external_id": user.profile.external_id,
        "display_name": user.profile.shown_name(),
        "email": user.profile.email(),
        "emails": emails,
        "active": user.active,
        "administrator": user.administrator,
        "access": access,
        "valid_from": valid_from.map(Timestamp::to_rfc3339),
        "valid_until": valid_until.map(Timestamp::to_rfc3339),
        "failed_tries": tries.count,
        "failed_since": tries.since,
        "failed_until": tries.until,
        "last_failed_at": tries.last_at,
        "last_failed_from": tries.last_from,
        "password_set_at": password.as_ref().map(|password| password.set_at.to_rfc3339()),
        "password_from_mailbox": password.as_ref().is_some_and(|password| password.from_mailbox),
        "must_change_password": password.is_some_and(|password| password.must_change),
        "factors": factors,
        "sessions": sessions.len(),
        "created_at": user.created_at.to_rfc3339(),
        "updated_at": user.updated_at.to_rfc3339(),
    }))
}

/// What the user has beside a password.
async fn factors(db: &Db, user: UserId) -> Outcome<Json> {
    let apps = credentials::totp::authenticators(db, user).await?;
    let enrolled = credentials::enrolled(db, user).await?;
    let codes = credentials::recovery::codes_left(db, user).await?;
    let apps: Vec<_> = apps
        .iter()
        .map(|app| {
            json!({
                "id": app.id,
                "name": app.name,
                "created_at": app.created_at.to_rfc3339(),
                "last_used_at": app.last_used_at.map(Timestamp::to_rfc3339),
            })
        })
        .collect();
    Ok(json!({
        "totp": apps,
        "passkey": enrolled.passkey,
        "security_key": enrolled.security_key,
        "recovery_codes_left": codes.left,
    }))
}

/// What a mailed code is worth to the user: nothing where none can be sent. (Nor beside a password
/// that came through the same mailbox, which `password_from_mailbox` says.)
fn mailed_codes(user: &User, settings: &Settings) -> MailedCodes {
    let can_be_sent = !settings.mail.url.as_str().is_empty() && user.profile.email().is_some();
    if can_be_sent {
        settings.mfa.mailed_code
    } else {
        MailedCodes::Off
    }
}

/// All that there is beside a password, on one line.
fn factors_as_text(factors: &Json) -> Option<String> {
    let apps = factors["totp"].as_array().map_or(0, Vec::len);
    let codes = &factors["recovery_codes_left"];
    let mailed = factors["mailed_code"].as_str().unwrap_or_default();
    let all = [
        (apps > 0).then(|| format!("authenticator apps {apps}")),
        (factors["passkey"] == true).then(|| "passkeys".to_owned()),
        (factors["security_key"] == true).then(|| "security keys".to_owned()),
        (*codes != 0).then(|| format!("recovery codes {codes}")),
        (mailed != MailedCodes::Off.word()).then(|| format!("mailed code ({mailed})")),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// The failed tries since the person was last told of them, by factor: how many, and the rest.
#[derive(Default)]
struct Tries {
    count: Map<String, Json>,
    since: Map<String, Json>,
    until: Map<String, Json>,
    last_at: Map<String, Json>,
    last_from: Map<String, Json>,
}

async fn failed_tries(db: &Db, user: UserId, now: Timestamp) -> Outcome<Tries> {
    let mut all = Tries::default();
    let word = Factor::Password.word().to_owned();
    all.count.insert(word.clone(), 0.into());
    for part in [
        &mut all.since,
        &mut all.until,
        &mut all.last_at,
        &mut all.last_from,
    ] {
        part.insert(word.clone(), Json::Null);
    }
    for failed in tries::failed_tries(db, user, now).await? {
        let word = failed.factor.to_owned();
        all.count.insert(word.clone(), failed.tries.into());
        all.since.insert(word.clone(), failed.since.into());
        all.until.insert(word.clone(), failed.until.into());
        all.last_at.insert(word.clone(), failed.last_at.into());
        all.last_from.insert(word, failed.last_from.into());
    }
    Ok(all)
}

/// Each factor that has any, on one line.
fn tries_as_text(value: &Json) -> String {
    let failed = value["failed_tries"].as_object();
    let of_factor = |(factor, tries): (&String, &Json)| {
        let part = |name: &str, before: &str| {
            let text = value[name][factor].as_str();
            text.map(|text| format!(" {before} {text}"))
                .unwrap_or_default()
        };
        let since = part("failed_since", "since");
        let from = part("last_failed_from", "last from");
        let until = part("failed_until", "stopped until");
        format!("{factor} {tries}{since}{from}{until}")
    };
    let lines: Vec<String> = failed.into_iter().flatten().map(of_factor).collect();
    lines.join("; ")
}

fn as_text(value: &Json) -> String {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let mut pairs = vec![
        ("id", text("id")),
        ("user name", text("user_name")),
        ("name", text("display_name")),
        ("e-mail", text("email")),
        ("administrator", Some(yes_or_no(&value["administrator"]))),
        (
            "access",
            Some(
                if value["access"]["allowed"] == true {
                    "allowed"
                } else {
                    "not allowed"
                }
                .to_owned(),
            ),
        ),
    ];
    for kind in FactKind::ALL {
        pairs.push((kind.word(), fact(&value["access"][kind.word()])));
    }
    pairs.extend([
        ("valid from", text("valid_from")),
        ("valid until", text("valid_until")),
        ("factors", factors_as_text(&value["factors"])),
        ("failed tries", Some(tries_as_text(value))),
        ("sessions", Some(value["sessions"].to_string())),
        (
            "must change",
            Some(yes_or_no(&value["must_change_password"])),
        ),
        ("created at", text("created_at")),
    ]);
    output::pairs(&pairs)
}

fn fact(fact: &Json) -> Option<String> {
    let since = fact["since"].as_str()?;
    let until = fact["until"]
        .as_str()
        .map(|until| format!(" until {until}"))
        .unwrap_or_default();
    let by = fact["by"].as_str().unwrap_or("-");
    let reason = fact["reason"]
        .as_str()
        .map(|reason| format!(": {reason}"))
        .unwrap_or_default();
    Some(format!("since {since}{until} by {by}{reason}"))
}

fn yes_or_no(value: &Json) -> String {
    if value == true { "yes" } else { "no" }.to_owned()
}
