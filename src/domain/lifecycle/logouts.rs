//! Telling applications that a session has ended (OpenID Connect Back-Channel Logout 1.0). The
//! one way, whatever ended it: for every application that was signed in to through the session
//! a job is enqueued in the transaction that ends it, and delivered after the commit, again and
//! again with longer pauses until the application has taken it or the last try has failed.

use serde::{Deserialize, Serialize};

use crate::domain::audit::Change;
use crate::domain::clients::{CannotEncrypt, Client, KeySets, Reader, Registry};
use crate::domain::directory::UserId;
use crate::domain::grants::{self, LogoutToken, SignedInTo};
use crate::domain::jobs::{self, Job};
use crate::domain::signin::{SessionId, SessionsEnded};
use crate::domain::signing_keys::KeyRing;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::{self, Db};
use crate::foundation::outbound::{NotFetched, Outbound};

/// One application is to be told of one session. Whether it wants to be, and where, is read
/// when it is told: it may have been changed or disabled by then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TellOfLogout {
    /// Whom.
    pub client: String,
    /// Who was signed in there. The row may be gone by then.
    pub user: UserId,
    /// In which session: the `sid` of the application's ID tokens.
    pub session: SessionId,
}

impl Job for TellOfLogout {
    const KIND: &'static str = "tell_of_logout";
}

/// Why an application was not told.
#[derive(Debug, thiserror::Error)]
pub enum NotTold {
    /// It did not answer as it should. What it said is not kept.
    #[error("{client}: {why}")]
    NotTaken {
        /// Whom.
        client: String,
        /// What happened.
        why: NotFetched,
    },
    /// It cannot be encrypted to the application.
    #[error(transparent)]
    NotEncrypted(#[from] CannotEncrypt),
    /// There is no key to sign with.
    #[error(transparent)]
    Keys(#[from] crate::domain::signing_keys::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// What telling needs.
pub struct Teller<'a> {
    /// The database.
    pub db: &'a Db,
    /// The registered applications.
    pub clients: &'a Registry,
    /// What tokens are signed with.
    pub keys: &'a KeyRing,
    /// What pairwise names are made with.
    pub master: &'a MasterKey,
    /// This server.
    pub issuer: &'a str,
    /// The keys of applications that are encrypted to.
    pub key_sets: &'a KeySets,
    /// Calls other servers.
    pub outbound: &'a Outbound,
    /// When.
    pub now: Timestamp,
}

impl Teller<'_> {
    /// Tells one application. One that does not want to be told, or is there no more, counts
    /// as told.
    ///
    /// # Errors
    /// It could not be told; the job is tried again.
    pub async fn tell(&self, job: &TellOfLogout) -> Result<(), NotTold> {
        let Some(client) = self.clients.find(self.db, &job.client, self.now).await? else {
            return Ok(());
        };
        let Some(address) = told_at(&client) else {
            return Ok(());
        };
        let token = LogoutToken {
            client: &client,
            subject: &grants::subject_of(self.master, &client, job.user),
            session: job.session,
        };
        let signed = token.mint(self.issuer, self.keys, self.now)?;
        // As its ID tokens are, with the issuer in sight (Back-Channel Logout §2.4).
        let means = (self.key_sets, self.outbound);
        let encryption = client.id_token_encryption();
        let token = match Reader::of(means, &client, encryption, self.now).await? {
            Some(reader) => reader.enclose_naming(self.issuer, &signed)?,
            None => signed,
        };
        let form = [("logout_token", token.as_str())];
        let sent = self.outbound.post_form(address, &form).await;
        sent.map_err(|why| NotTold::NotTaken {
            client: job.client.clone(),
            why,
        })
    }
}

fn told_at(client: &Client) -> Option<&str> {
    let address = client.metadata.backchannel_logout_uri.as_deref();
    address.filter(|_| client.is_enabled())
}

/// Does what follows the end of sessions that ended within a sign-in.
///
/// # Errors
/// When the database cannot answer.
pub async fn follow(change: &mut Change, ended: &SessionsEnded) -> Result<(), db::Error> {
    for session in &ended.sessions {
        of_session(change, *session, ended.reason.word()).await?;
    }
    change.unrecorded("the end of the sessions is recorded with them");
    Ok(())
}

/// Ends what applications hold through a session that has ended, and enqueues word to each:
/// those of the sessions that it took over from, too. First the end, which waits for codes that
/// are just being redeemed; then the look at who holds what.
pub(super) async fn of_session(
    change: &mut Change,
    session: SessionId,
    reason: &'static str,
) -> Result<Vec<SignedInTo>, db::Error> {
    grants::end_of_session(change, session, reason).await?;
    let applications = grants::applications_of_session(change, session).await?;
    let mut earlier: Vec<SessionId> = applications.iter().map(|one| one.session).collect();
    earlier.dedup();
    for earlier in earlier.into_iter().filter(|earlier| *earlier != session) {
        grants::end_of_session(change, earlier, reason).await?;
    }
    enqueue(change, &applications).await?;
    Ok(applications)
}

/// Enqueues word to every application that held anything of a user until this change ended it.
pub(super) async fn of_user(change: &mut Change, user: UserId) -> Result<(), db::Error> {
    let applications = grants::applications_of_user(change, user).await?;
    enqueue(change, &applications).await
}

async fn enqueue(change: &mut Change, applications: &[SignedInTo]) -> Result<(), db::Error> {
    let now = change.now();
    for application in applications.iter().filter(|one| one.to_be_told) {
        let job = TellOfLogout {
            client: application.client.to_string(),
            user: application.user,
            session: application.session,
        };
        jobs::enqueue(change, &job, now).await?;
    }
    Ok(())
}
