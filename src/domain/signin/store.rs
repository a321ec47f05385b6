use super::{
    Destination, EndReason, Found, LatestSession, Method, NewSignIn, Proof, Session, SessionId,
    SignIn, proof, words,
};
use crate::domain::{audit::Change, devices::DeviceId, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    crypto::digest::Digest,
    db::{Error, Fetch, Row, Statement, sql},
};

pub(super) async fn begin(
    change: &mut Change,
    handle: &Digest,
    new: &NewSignIn,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("insert into sign_ins
           (handle_digest, browser_digest, destination, application, login_hint,
            demand, user_id, proofs, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(handle)
    .bind(&new.browser)
    .bind(new.destination.to_string())
    .bind(new.application.clone())
    .bind(new.login_hint.clone())
    .bind(new.demand.text())
    .bind(new.session.as_ref().map(|session| session.user))
    .bind(proof::written(new.session.as_ref()))
    .bind(now)
    .bind(expires_at);
    change.execute(statement).await.map(drop)
}

pub(super) async fn find(
    mut from: impl Fetch,
    handle: &Digest,
    browser: &Digest,
    now: Timestamp,
) -> Result<Found, Error> {
    let row = from
        .fetch_optional(
            sql(
                "select destination, application, login_hint, demand, user_id, proofs, postponed_at,
                        trust_asked, created_at, expires_at, completed_at
                 from sign_ins where handle_digest = $1 and browser_digest = $2",
            )
            .bind(handle)
            .bind(browser),
        )
        .await?;
    let Some(row) = row else {
        return Ok(Found::Unknown);
    };
    let destination: Destination = row.parse("destination")?;
    if row.get::<Option<Timestamp>>("completed_at")?.is_some() {
        return Ok(Found::Completed(destination));
    }
    if row.get::<Timestamp>("expires_at")? <= now {
        return Ok(Found::Expired);
    }
    Ok(Found::Open(SignIn {
        destination,
        application: row.get("application")?,
        login_hint: row.get("login_hint")?,
        demand: row.parse("demand")?,
        user: row.parse_optional("user_id")?,
        proofs: proof::of_row(&row)?,
        postponed: row.get::<Option<Timestamp>>("postponed_at")?.is_some(),
        trust_asked: row.get("trust_asked")?,
        begun_at: row.get("created_at")?,
    }))
}

/// One statement: of two proofs at the same moment neither undoes the other, and one of another
/// person joins nothing.
pub(super) async fn note_proof(
    change: &mut Change,
    handle: &Digest,
    browser: &Digest,
    user: UserId,
    proof: Proof,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = if proof.method.is_first() {
        sql(
            "update sign_ins set user_id = $1, proofs = $2, postponed_at = null,
                    trust_asked = false
             where handle_digest = $3 and browser_digest = $4
               and completed_at is null and expires_at > $5",
        )
    } else {
        sql("update sign_ins set proofs = proofs || ' ' || $2
             where handle_digest = $3 and browser_digest = $4 and user_id = $1 and proofs <> ''
               and completed_at is null and expires_at > $5")
    };
    let statement = statement
        .bind(user)
        .bind(proof.to_string())
        .bind(handle)
        .bind(browser)
        .bind(now);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn postpone(
    change: &mut Change,
    handle: &Digest,
    browser: &Digest,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update sign_ins set postponed_at = $1
         where handle_digest = $2 and browser_digest = $3 and user_id is not null
           and completed_at is null and expires_at > $1")
    .bind(now)
    .bind(handle)
    .bind(browser);
    Ok(change.execute(statement).await? == 1)
}

/// Keeps that the browser is to be trusted when the sign-in is complete.
pub(super) async fn ask_trust(
    change: &mut Change,
    handle: &Digest,
    browser: &Digest,
) -> Result<(), Error> {
    let statement = sql("update sign_ins set trust_asked = true
         where handle_digest = $1 and browser_digest = $2")
    .bind(handle)
    .bind(browser);
    change.execute(statement).await.map(drop)
}

/// In which device a session was opened, and what it was spared for it.
pub(super) async fn note_device(
    change: &mut Change,
    session: SessionId,
    device: DeviceId,
    trusted_at: Option<Timestamp>,
) -> Result<(), Error> {
    let statement = sql("update sessions set device_id = $1, trusted_at = $2 where id = $3")
        .bind(device)
        .bind(trusted_at)
        .bind(session);
    change.execute(statement).await.map(drop)
}

/// Which live sessions of a user were opened in a device, all ended now.
pub(super) async fn end_sessions_of_device(
    change: &mut Change,
    user: UserId,
    device: DeviceId,
    reason: EndReason,
) -> Result<Vec<SessionId>, Error> {
    let statement = ending(
        sql("update sessions set ended_at = $1, end_reason = $2
             where ended_at is null and user_id = $3 and device_id = $4 returning id"),
        change,
        reason,
    )
    .bind(user)
    .bind(device);
    let mut from = change;
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(|row| row.parse("id")).collect()
}

pub(super) async fn start_over(
    change: &mut Change,
    handle: &Digest,
    browser: &Digest,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update sign_ins
         set user_id = null, proofs = '', postponed_at = null, trust_asked = false,
             login_hint = null
         where handle_digest = $1 and browser_digest = $2
           and completed_at is null and expires_at > $3")
    .bind(handle)
    .bind(browser)
    .bind(now);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn complete(
    change: &mut Change,
    handle: &Digest,
    browser: &Digest,
) -> Result<Option<(Destination, Vec<Proof>)>, Error> {
    let now = change.now();
    let statement = sql("update sign_ins set completed_at = $1
         where handle_digest = $2 and browser_digest = $3
           and completed_at is null and expires_at > $1
         returning destination, proofs")
    .bind(now)
    .bind(handle)
    .bind(browser);
    let row = change.execute_returning(statement).await?;
    let read = |row: Row| Ok((row.parse("destination")?, proof::of_row(&row)?));
    row.map(read).transpose()
}

/// All but those of the sign-in that is going on.
pub(super) async fn forget_proofs_of_user(
    change: &mut Change,
    user: UserId,
    except: Option<&Digest>,
) -> Result<(), Error> {
    let statement = sql("update sign_ins set user_id = null, proofs = ''
         where user_id = $1 and completed_at is null and handle_digest <> coalesce($2, '')")
    .bind(user)
    .bind(except.map(|digest| digest.as_str().to_owned()));
    change.execute(statement).await.map(drop)
}

pub(super) async fn insert_session(
    change: &mut Change,
    session: &Session,
    secret: &Digest,
    idle_until: Timestamp,
) -> Result<(), Error> {
    let statement = sql("insert into sessions
           (id, secret_digest, user_id, auth_time, proven_since, amr, methods, acr, address,
            browser, created_at, last_seen_at, idle_until, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13)")
    .bind(session.id)
    .bind(secret)
    .bind(session.user)
    .bind(session.auth_time)
    .bind(session.proven_since)
    .bind(session.amr.join(" "))
    .bind(words(&session.methods))
    .bind(session.acr.as_str())
    .bind(session.address.clone())
    .bind(session.browser.clone())
    .bind(session.created_at)
    .bind(idle_until)
    .bind(session.expires_at);
    change.execute(statement).await.map(drop)
}

pub(super) async fn session_of(
    mut from: impl Fetch,
    secret: &Digest,
    now: Timestamp,
) -> Result<Option<Session>, Error> {
    let row = from
        .fetch_optional(
            sql(
                "select id, user_id, auth_time, proven_since, amr, methods, acr, address, browser,
                        created_at, last_seen_at, expires_at, device_id, trusted_at
                 from sessions
                 where secret_digest = $1
                   and ended_at is null and idle_until > $2 and expires_at > $2",
            )
            .bind(secret)
            .bind(now),
        )
        .await?;
    row.map(|row| session(&row)).transpose()
}

pub(super) async fn sessions_of_user(
    mut from: impl Fetch,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Session>, Error> {
    let rows = from
        .fetch_all(
            sql(
                "select id, user_id, auth_time, proven_since, amr, methods, acr, address, browser,
                        created_at, last_seen_at, expires_at, device_id, trusted_at
                 from sessions
                 where user_id = $1
                   and ended_at is null and idle_until > $2 and expires_at > $2
                 order by id desc",
            )
            .bind(user)
            .bind(now),
        )
        .await?;
    rows.iter().map(session).collect()
}

fn session(row: &Row) -> Result<Session, Error> {
    let amr: String = row.get("amr")?;
    Ok(Session {
        id: row.parse("id")?,
        user: row.parse("user_id")?,
        auth_time: row.get("auth_time")?,
        proven_since: row.get("proven_since")?,
        amr: amr.split(' ').map(str::to_owned).collect(),
        methods: methods(row)?,
        acr: row.parse("acr")?,
        address: row.get("address")?,
        browser: row.get("browser")?,
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
        expires_at: row.get("expires_at")?,
        device: row.parse_optional("device_id")?,
        trusted_at: row.get("trusted_at")?,
    })
}

fn methods(row: &Row) -> Result<Vec<Method>, Error> {
    let text: String = row.get("methods")?;
    let read = |word: &str| {
        word.parse()
            .map_err(|_| Error::Corrupt(format!("sessions.methods {word}")))
    };
    text.split_ascii_whitespace().map(read).collect()
}

pub(super) async fn seen(
    change: &mut Change,
    session: SessionId,
    idle_until: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update sessions set last_seen_at = $1, idle_until = $2
         where id = $3 and ended_at is null and idle_until > $1")
    .bind(now)
    .bind(idle_until)
    .bind(session);
    change.execute(statement).await.map(drop)
}

/// When the session ends, if it is live. Its row is held until the change ends, so that
/// whoever ends the session meanwhile comes before or after it, never in between.
pub(super) async fn hold_session(
    change: &mut Change,
    session: SessionId,
) -> Result<Option<Timestamp>, Error> {
    let now = change.now();
    let statement = sql("update sessions set expires_at = expires_at
         where id = $1 and ended_at is null and expires_at > $2 returning expires_at")
    .bind(session)
    .bind(now);
    let row = change.execute_returning(statement).await?;
    row.map(|row| row.get("expires_at")).transpose()
}

/// Whose it was, when it was live.
pub(super) async fn end_session(
    change: &mut Change,
    session: SessionId,
    reason: EndReason,
) -> Result<Option<UserId>, Error> {
    let statement = ending(
        sql("update sessions set ended_at = $1, end_reason = $2
             where ended_at is null and id = $3 returning user_id"),
        change,
        reason,
    )
    .bind(session);
    let row = change.execute_returning(statement).await?;
    row.map(|row| row.parse("user_id")).transpose()
}

pub(super) async fn end_sessions_of_user(
    change: &mut Change,
    user: UserId,
    reason: EndReason,
) -> Result<Vec<SessionId>, Error> {
    let statement = ending(
        sql("update sessions set ended_at = $1, end_reason = $2
             where ended_at is null and user_id = $3 returning id"),
        change,
        reason,
    )
    .bind(user);
    let mut from = change;
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(|row| row.parse("id")).collect()
}

pub(super) async fn end_other_sessions(
    change: &mut Change,
    user: UserId,
    kept: SessionId,
    reason: EndReason,
) -> Result<Vec<SessionId>, Error> {
    let statement = ending(
        sql("update sessions set ended_at = $1, end_reason = $2
             where ended_at is null and user_id = $3 and id <> $4 returning id"),
        change,
        reason,
    )
    .bind(user)
    .bind(kept);
    let mut from = change;
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(|row| row.parse("id")).collect()
}

/// Open and closed, the newest first, without those that another in the same browser goes on for.
pub(super) async fn latest_sessions(
    mut from: impl Fetch,
    user: UserId,
    most: i64,
) -> Result<Vec<LatestSession>, Error> {
    let rows = from
        .fetch_all(
            sql(
                "select id, user_id, auth_time, proven_since, amr, methods, acr, address, browser,
                        created_at, last_seen_at, expires_at, device_id, trusted_at, idle_until,
                        ended_at, end_reason
                 from sessions where user_id = $1 and successor_id is null
                 order by id desc limit $2",
            )
            .bind(user)
            .bind(most),
        )
        .await?;
    let read = |row: &Row| {
        let reason: Option<String> = row.get("end_reason")?;
        Ok(LatestSession {
            session: session(row)?,
            idle_until: row.get("idle_until")?,
            ended_at: row.get("ended_at")?,
            end_reason: reason.as_deref().and_then(EndReason::of_word),
        })
    };
    rows.iter().map(read).collect()
}

/// Which session goes on for which: earlier, later.
pub(super) async fn successions(
    mut from: impl Fetch,
    user: UserId,
    most: i64,
) -> Result<Vec<(SessionId, SessionId)>, Error> {
    let rows = from
        .fetch_all(
            sql("select id, successor_id from sessions
                 where user_id = $1 and successor_id is not null order by id desc limit $2")
            .bind(user)
            .bind(most),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.parse("id")?, row.parse("successor_id")?)))
        .collect()
}

pub(super) async fn is_session_of(
    mut from: impl Fetch,
    session: SessionId,
    user: UserId,
) -> Result<bool, Error> {
    let statement = sql("select id from sessions where id = $1 and user_id = $2")
        .bind(session)
        .bind(user);
    Ok(from.fetch_optional(statement).await?.is_some())
}

/// Names the session that goes on for another in the same browser.
pub(super) async fn name_heir(
    change: &mut Change,
    session: SessionId,
    heir: SessionId,
) -> Result<(), Error> {
    let statement = sql("update sessions set successor_id = $1 where id = $2")
        .bind(heir)
        .bind(session);
    change.execute(statement).await.map(drop)
}

fn ending(statement: Statement, change: &Change, reason: EndReason) -> Statement {
    statement.bind(change.now()).bind(reason.word())
}

pub(super) async fn sweep_sessions(
    change: &mut Change,
    before: Timestamp,
    limit: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from sessions where id in
           (select id from sessions where expires_at < $1 order by expires_at limit $2)")
    .bind(before)
    .bind(limit);
    change.execute(statement).await
}

pub(super) async fn sweep_sign_ins(
    change: &mut Change,
    before: Timestamp,
    limit: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from sign_ins where handle_digest in
           (select handle_digest from sign_ins where expires_at < $1
            order by expires_at limit $2)")
    .bind(before)
    .bind(limit);
    change.execute(statement).await
}
