//! A user, as it is shown.

use serde_json::{Map, Value as Json, json};

use super::{Context, Named, Outcome, find_user};
use crate::cli::output::{self, Output};
use crate::domain::{
    access::{self, FactKind},
    credentials::{self, Factor},
    directory::{User, UserId},
    signin,
};
use crate::foundation::{clock::Timestamp, db::Db};

pub(super) async fn show(named: Named, context: &Context) -> Outcome {
    context
        .with_database(async |db| {
            let user = find_user(db, &named.user).await?;
            print(named.output, db, &user, context.now()).await
        })
        .await
}

/// Prints a user: after every command that changes one, too.
pub(super) async fn print(output: Output, db: &Db, user: &User, now: Timestamp) -> Outcome {
    let value = as_json(db, user, now).await?;
    output.print(&value, as_text)
}

async fn as_json(db: &Db, user: &User, now: Timestamp) -> Outcome<Json> {
    let access = access::may_use(db, user.id, now).await?;
    let sessions = signin::sessions_of_user(db, user.id, now).await?;
    let password = credentials::password_of(db, user.id).await?;
    let (tries, last) = failed_tries(db, user.id).await?;
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
        "failed_tries": tries,
        "last_failed_at": last,
        "password_set_at": password.as_ref().map(|password| password.set_at.to_rfc3339()),
        "must_change_password": password.is_some_and(|password| password.must_change),
        "sessions": sessions.len(),
        "created_at": user.created_at.to_rfc3339(),
        "updated_at": user.updated_at.to_rfc3339(),
    }))
}

/// How many failures in a row each factor has, and when its last was.
async fn failed_tries(db: &Db, user: UserId) -> Outcome<(Map<String, Json>, Map<String, Json>)> {
    let word = Factor::Password.word().to_owned();
    let mut tries = Map::from_iter([(word.clone(), 0.into())]);
    let mut last = Map::from_iter([(word, Json::Null)]);
    for failed in credentials::failed_tries(db, user).await? {
        tries.insert(failed.factor.clone(), failed.tries.into());
        last.insert(failed.factor, failed.last_at.into());
    }
    Ok((tries, last))
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
        (
            "failed tries",
            Some(value["failed_tries"][Factor::Password.word()].to_string()),
        ),
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
