use std::time::Duration;

use super::{Exemption, RoleName, Rule, Scope, Stated, policy::Facts};
use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    db::{Error, Fetch, Row, sql},
};

/// One row for each rule that may concern the person, and one without when there is none. Of roles
/// that is every one: there are as many as administrators have made. Groups that
/// hold each other in a circle end the recursion: `union` keeps a row once.
pub(super) async fn facts(mut from: impl Fetch, user: UserId) -> Result<Facts, Error> {
    let statement = sql("with recursive held (group_id) as (
           select gu.group_id from group_users gu where gu.user_id = $1
           union
           select gg.group_id from held join group_groups gg on gg.child_id = held.group_id
         )
         select r.id, r.group_id, r.role, r.required, r.trust_seconds,
                g.asked_at, e.since as exempt_since, e.until as exempt_until
           from users u
           left join mfa_grace g on g.user_id = u.id
           left join mfa_exemptions e on e.user_id = u.id
           left join mfa_rules r
             on r.group_id is null or r.group_id in (select group_id from held)
          where u.id = $1")
    .bind(user);
    let rows = from.fetch_all(statement).await?;
    let Some(first) = rows.first() else {
        return Ok(Facts::default());
    };
    let exempt_since: Option<Timestamp> = first.get("exempt_since")?;
    let until: Option<Timestamp> = first.get("exempt_until")?;
    let mut facts = Facts {
        stated: Vec::new(),
        of_roles: Vec::new(),
        asked_at: first.get("asked_at")?,
        exempt: exempt_since.map(|_| until),
    };
    for row in &rows {
        if row.get::<Option<String>>("id")?.is_none() {
            continue;
        }
        if let Some(role) = row.get::<Option<String>>("role")? {
            let role = RoleName::from_stored(role);
            facts.of_roles.push((role, rule(row)?));
        } else {
            let of_all = row.get::<Option<String>>("group_id")?.is_none();
            facts.stated.push((of_all, rule(row)?));
        }
    }
    Ok(facts)
}

fn rule(row: &Row) -> Result<Rule, Error> {
    let seconds: Option<i64> = row.get("trust_seconds")?;
    let read = |seconds| u64::try_from(seconds).map(Duration::from_secs);
    let trust = seconds.map(read).transpose();
    Ok(Rule {
        required: row.get("required")?,
        trust: trust.map_err(|_| Error::Corrupt("mfa_rules.trust_seconds".to_owned()))?,
    })
}

pub(super) async fn note_asked(change: &mut Change, user: UserId) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("insert into mfa_grace (user_id, asked_at) values ($1, $2)
         on conflict (user_id) do nothing")
    .bind(user)
    .bind(now);
    change.execute(statement).await.map(drop)
}

pub(super) async fn state(change: &mut Change, scope: &Scope, rule: Rule) -> Result<(), Error> {
    let (now, by) = (change.now(), change.actor().label());
    let seconds = rule.trust.map(|trust| trust.as_secs());
    let statement = sql(
        "insert into mfa_rules (id, group_id, role, required, trust_seconds, set_at, set_by)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do update
         set role = excluded.role, required = excluded.required, trust_seconds = excluded.trust_seconds,
             set_at = excluded.set_at, set_by = excluded.set_by",
    )
    .bind(scope.id())
    .bind(scope.group())
    .bind(scope.role())
    .bind(rule.required)
    .bind(seconds.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX)))
    .bind(now)
    .bind(by);
    change.execute(statement).await.map(drop)
}

pub(super) async fn withdraw(change: &mut Change, scope: &Scope) -> Result<bool, Error> {
    let statement = sql("delete from mfa_rules where id = $1").bind(scope.id());
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn rules(mut from: impl Fetch) -> Result<Vec<Stated>, Error> {
    let statement = sql(
        "select r.group_id, r.role, g.display_name, r.required, r.trust_seconds, r.set_at, r.set_by
           from mfa_rules r left join groups g on g.id = r.group_id
          order by r.role is not null, g.display_name_key is not null, g.display_name_key, r.id",
    );
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(stated).collect()
}

fn stated(row: &Row) -> Result<Stated, Error> {
    let group = row.parse_optional("group_id")?.map(Scope::Group);
    let role: Option<String> = row.get("role")?;
    let role = role.map(|role| Scope::Role(RoleName::from_stored(role)));
    Ok(Stated {
        scope: group.or(role).unwrap_or(Scope::Default),
        group: row.get("display_name")?,
        rule: rule(row)?,
        at: row.get("set_at")?,
        by: row.get("set_by")?,
    })
}

pub(super) async fn exempt(
    change: &mut Change,
    user: UserId,
    reason: &str,
    until: Option<Timestamp>,
) -> Result<(), Error> {
    let (now, by) = (change.now(), change.actor().label());
    let statement = sql(
        "insert into mfa_exemptions (user_id, since, until, by_actor, reason)
         values ($1, $2, $3, $4, $5)
         on conflict (user_id) do update
         set since = excluded.since, until = excluded.until, by_actor = excluded.by_actor,
             reason = excluded.reason",
    )
    .bind(user)
    .bind(now)
    .bind(until)
    .bind(by)
    .bind(reason);
    change.execute(statement).await.map(drop)
}

pub(super) async fn enforce(change: &mut Change, user: UserId) -> Result<bool, Error> {
    let statement = sql("delete from mfa_exemptions where user_id = $1").bind(user);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn exemptions(
    mut from: impl Fetch,
    now: Timestamp,
) -> Result<Vec<Exemption>, Error> {
    let statement = sql(
        "select e.user_id, u.user_name, e.since, e.until, e.by_actor, e.reason
           from mfa_exemptions e join users u on u.id = e.user_id
          where e.until is null or e.until > $1
          order by e.since desc, e.user_id",
    )
    .bind(now);
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(exemption).collect()
}

fn exemption(row: &Row) -> Result<Exemption, Error> {
    Ok(Exemption {
        user: row.parse("user_id")?,
        user_name: row.get("user_name")?,
        since: row.get("since")?,
        until: row.get("until")?,
        by: row.get("by_actor")?,
        reason: row.get("reason")?,
    })
}
