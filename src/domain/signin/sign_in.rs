//! Half-finished authentications. Each belongs to the browser that began it and is
//! completed once.

use std::time::Duration;

use serde_json::json;

use super::{
    Acr, Demand, Destination, EndReason, Lifetimes, Method, Proof, Session, SessionId, amr,
    ended::leave_word, session_of, store,
};
use crate::domain::{
    access,
    audit::{Change, Event},
    devices::Tag,
    directory::UserId,
    signin::end_session,
};
use crate::foundation::{
    clock::Timestamp,
    crypto::{digest::Digest, token::Secret},
    db::{self, Fetch},
};

/// What a sign-in begins with.
#[derive(Clone, Debug)]
pub struct NewSignIn {
    /// The digest of the browser's cookie.
    pub browser: Digest,
    /// Where it goes on.
    pub destination: Destination,
    /// The name of the application that asked, to be shown.
    pub application: Option<String>,
    /// What to fill in as the user name.
    pub login_hint: Option<String>,
    /// What is asked of it.
    pub demand: Demand,
    /// The open session of this browser: what it has proven need not be proven again, unless the
    /// demand is a fresh one.
    pub session: Option<Session>,
}

/// A sign-in that can go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignIn {
    /// Where it goes on.
    pub destination: Destination,
    /// The name of the application that asked.
    pub application: Option<String>,
    /// What to fill in as the user name.
    pub login_hint: Option<String>,
    /// What is asked of it.
    pub demand: Demand,
    /// Whose proofs it holds, as soon as it holds one.
    pub user: Option<UserId>,
    /// What was proven, oldest first.
    pub proofs: Vec<Proof>,
    /// Whether the person put off setting up a factor.
    pub postponed: bool,
    /// Whether they want this browser to be trusted when it is complete.
    pub trust_asked: bool,
    /// When it began.
    pub begun_at: Timestamp,
}

/// What became of a handle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// It can go on.
    Open(SignIn),
    /// It was completed; there it went on.
    Completed(Destination),
    /// It took too long.
    Expired,
    /// There is no such sign-in, or it is another browser's. One answer, so that a
    /// handle tells nothing to a browser that did not begin it.
    Unknown,
}

/// Where a session is used from.
#[derive(Clone, Default, Debug)]
pub struct Place {
    /// The client's address.
    pub address: Option<String>,
    /// Its `User-Agent`.
    pub browser: Option<String>,
}

impl Place {
    /// As letters show it.
    #[must_use]
    pub fn shown(&self) -> Option<String> {
        self.address.clone()
    }
}

/// Who proved what, from where.
#[derive(Clone, Debug)]
pub struct Proven {
    /// Who.
    pub user: UserId,
    /// How.
    pub methods: Vec<Method>,
    /// From where.
    pub place: Place,
    /// The secret of the session that this browser has had so far.
    pub previous: Option<Secret>,
}

/// A sign-in that has become a session.
#[derive(Debug)]
pub struct Completed {
    /// Its public name.
    pub session: SessionId,
    /// What goes into the cookie.
    pub secret: Secret,
    /// Where it goes on.
    pub destination: Destination,
    /// By what this browser is known from now on; none when it keeps what it has.
    pub device: Option<DeviceSecret>,
}

/// By what a browser is known as a device of a person.
#[derive(Debug)]
pub struct DeviceSecret {
    /// Which person it is about.
    pub tag: Tag,
    /// What goes into the cookie.
    pub secret: Secret,
}

/// Begins a sign-in; its handle, which goes into the address of the page.
///
/// # Errors
/// When the database cannot answer.
pub async fn begin(
    change: &mut Change,
    new: &NewSignIn,
    lifetimes: Lifetimes,
) -> Result<Secret, db::Error> {
    let handle = Secret::generate("");
    let mut new = new.clone();
    new.login_hint = new.login_hint.filter(|hint| is_showable(hint));
    new.session = new.session.filter(|_| !new.demand.fresh);
    let expires_at = change.now().plus(lifetimes.sign_in);
    store::begin(change, &handle.digest(), &new, expires_at).await?;
    change.unrecorded("a sign-in that nobody has proven anything in");
    Ok(handle)
}

/// A hint comes from whoever made the request: a short line of text, or none.
fn is_showable(hint: &str) -> bool {
    hint.chars().count() <= 256 && !hint.chars().any(char::is_control)
}

/// What became of a handle, for the browser that shows it.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(
    from: impl Fetch,
    handle: &Secret,
    browser: &Digest,
    now: Timestamp,
) -> Result<Found, db::Error> {
    store::find(from, &handle.digest(), browser, now).await
}

/// Notes a proof of `user`. One that begins a sign-in replaces what it held; another joins what
/// the same user has proven in it. Whether the sign-in could still take it.
///
/// # Errors
/// When the database cannot answer.
pub async fn note_proof(
    change: &mut Change,
    handle: &Secret,
    browser: &Digest,
    user: UserId,
    method: Method,
) -> Result<bool, db::Error> {
    change.unrecorded("a proof that is not a session yet");
    let proof = Proof {
        method,
        at: change.now(),
    };
    store::note_proof(change, &handle.digest(), browser, user, proof).await
}

/// Notes that the person puts off setting up a factor. Whether the sign-in is open and theirs.
///
/// # Errors
/// When the database cannot answer.
pub async fn postpone(
    change: &mut Change,
    handle: &Secret,
    browser: &Digest,
) -> Result<bool, db::Error> {
    change.unrecorded("a wish within a sign-in");
    store::postpone(change, &handle.digest(), browser).await
}

/// Forgets what was proven, so that somebody else can sign in. Whether the sign-in is open.
///
/// # Errors
/// When the database cannot answer.
pub async fn start_over(
    change: &mut Change,
    handle: &Secret,
    browser: &Digest,
) -> Result<bool, db::Error> {
    change.unrecorded("a sign-in begins again");
    store::start_over(change, &handle.digest(), browser).await
}

/// Makes a session of a sign-in: once, by one conditional statement. The session has a
/// new id and a new secret, and the one that this browser had before ends, so that
/// nobody can have planted either (session fixation). `None`: the sign-in was
/// completed, expired, or is another browser's, and nothing was written.
///
/// The caller holds the user's access and has asked `access::may_use` in this change.
///
/// # Errors
/// When the database cannot answer.
pub async fn complete(
    change: &mut Change,
    handle: &Secret,
    browser: &Digest,
    proven: &Proven,
    lifetimes: Lifetimes,
) -> Result<Option<Completed>, db::Error> {
    let completed = store::complete(change, &handle.digest(), browser).await?;
    let Some((destination, proofs)) = completed else {
        return Ok(None);
    };
    let now = change.now();
    let oldest = proofs.iter().map(|proof| proof.at).min();
    let expires_at = now.plus(lifetimes.absolute);
    let (_, valid_until) = access::validity(&mut *change, proven.user).await?;
    let session = Session {
        id: SessionId::new(now),
        user: proven.user,
        // The last time that the person did something to prove themself (RFC 9470 §2): after a
        // step-up that is the step, whatever was proven before it.
        auth_time: now,
        proven_since: oldest.unwrap_or(now),
        amr: amr(&proven.methods),
        acr: Acr::of(&proven.methods),
        methods: proven.methods.clone(),
        address: proven.place.address.clone(),
        browser: proven.place.browser.clone(),
        created_at: now,
        last_seen_at: now,
        expires_at: valid_until.map_or(expires_at, |end| end.min(expires_at)),
        device: None,
        trusted_at: None,
    };
    end_previous(change, proven.previous.as_ref(), &session).await?;
    let secret = Secret::generate("");
    let idle_until = now.plus(lifetimes.idle);
    store::insert_session(change, &session, &secret.digest(), idle_until).await?;
    change.record(
        Event::new("session.began")
            .subject("user", proven.user)
            .detail(json!({
                "session": session.id,
                "amr": session.amr.join(" "),
                "address": proven.place.address,
                "browser": proven.place.browser,
            })),
    );
    Ok(Some(Completed {
        session: session.id,
        secret,
        destination,
        device: None,
    }))
}

/// Ends the session that this browser has had so far. The same person who has proven themself
/// anew stays signed in to their applications, which the new session answers for; those of
/// another person are told that it is over.
async fn end_previous(
    change: &mut Change,
    previous: Option<&Secret>,
    heir: &Session,
) -> Result<(), db::Error> {
    let Some(secret) = previous else {
        return Ok(());
    };
    let now = change.now();
    let Some(session) = session_of(&mut *change, secret, now).await? else {
        return Ok(());
    };
    end_session(change, session.id, EndReason::Replaced).await?;
    if session.user == heir.user {
        return store::name_heir(change, session.id, heir.id).await;
    }
    leave_word(change, vec![session.id], EndReason::Replaced).await
}

/// How long an expired sign-in is kept, so that its page can say that it took too long.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Deletes sign-ins that expired a day ago. How many, at most `limit`.
///
/// # Errors
/// When the database cannot answer.
pub async fn sweep_sign_ins(change: &mut Change, limit: i64) -> Result<u64, db::Error> {
    let before = change.now().minus(KEPT);
    let swept = store::sweep_sign_ins(change, before, limit).await?;
    change.unrecorded("a sweep of what had expired");
    Ok(swept)
}
