//! Proving a credential (WebAuthn Level 3 §7.2).

use serde_json::{Value as Json, json};
use webauthn_rs_core::{
    error::WebauthnError,
    proto::{
        AuthenticationResult, AuthenticationState, Credential, PublicKeyCredential,
        UserVerificationPolicy,
    },
};

use super::{
    Binding, CeremonyError, Kind, Purpose, RelyingParty, WebauthnId,
    answer::{self, AnswerRefused},
    ceremony::{self, Ceremony},
    keyring,
    store::{self, Stored},
};
use crate::domain::{
    audit::{Actor, Change},
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Db},
};

/// What a browser answered.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Where.
    pub binding: &'a Binding,
    /// Who has to be the owner, when it was asked of somebody.
    pub user: Option<UserId>,
    /// The JSON of `PublicKeyCredential.toJSON()`.
    pub text: &'a str,
}

/// A credential that was proven, to be confirmed in a change.
#[derive(Debug)]
pub struct Asserted {
    /// Its owner.
    pub user: UserId,
    /// Which.
    pub id: WebauthnId,
    /// What it can do.
    pub kind: Kind,
    before: String,
    after: Credential,
}

/// Why an answer proves nothing. For the log; a person is told no more than that it did not work.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AssertionRefused {
    /// There is no such challenge: it expired, was answered, or was made for something else.
    #[error("no challenge waits for this answer")]
    Expired,
    /// Nobody has this credential (any more); its id.
    #[error("no such credential")]
    Unknown(String),
    /// It is somebody's, and proves nothing.
    #[error("{reason}")]
    Wrong {
        /// Whose it is, if it is anybody's.
        user: Option<UserId>,
        /// Why.
        reason: String,
    },
}

impl From<AnswerRefused> for AssertionRefused {
    fn from(refused: AnswerRefused) -> Self {
        wrong(None, refused.to_string())
    }
}

fn wrong(user: Option<UserId>, reason: impl Into<String>) -> AssertionRefused {
    AssertionRefused::Wrong {
        user,
        reason: reason.into(),
    }
}

/// Asks for a passkey, whosever it is: the browser offers what it has for this server.
///
/// # Errors
/// When the database cannot answer, or too many challenges wait.
pub async fn ask_sign_in(
    change: &mut Change,
    party: &RelyingParty,
    binding: &Binding,
) -> Result<Json, CeremonyError> {
    let ceremony = Ceremony {
        purpose: Purpose::SignIn,
        binding,
        user: None,
    };
    let policy = UserVerificationPolicy::Required;
    ask(change, party, ceremony, Vec::new(), policy).await
}

/// Asks for one of the credentials of a user. `None`: there is none to ask for.
///
/// # Errors
/// When the database cannot answer, or too many challenges wait.
pub async fn ask_second(
    change: &mut Change,
    party: &RelyingParty,
    binding: &Binding,
    user: UserId,
) -> Result<Option<Json>, CeremonyError> {
    let usable = store::usable(&mut *change, user).await?;
    if usable.is_empty() {
        return Ok(None);
    }
    let has_passkey = usable.iter().any(|(kind, _)| *kind == Kind::Passkey);
    let mut policy = party.verification(Kind::SecurityKey);
    if has_passkey && policy != UserVerificationPolicy::Required {
        // A passkey is worth nothing unverified, and verifies nobody unasked.
        policy = UserVerificationPolicy::Preferred;
    }
    let credentials = usable.into_iter().map(|(_, credential)| credential);
    let ceremony = Ceremony {
        purpose: Purpose::Second,
        binding,
        user: Some(user),
    };
    let asked = ask(change, party, ceremony, credentials.collect(), policy).await?;
    Ok(Some(asked))
}

async fn ask(
    change: &mut Change,
    party: &RelyingParty,
    ceremony: Ceremony<'_>,
    credentials: Vec<Credential>,
    policy: UserVerificationPolicy,
) -> Result<Json, CeremonyError> {
    let core = &party.core;
    let asked = core.new_challenge_authenticate_builder(credentials, Some(policy))?;
    let (asked, mut state) = core.generate_challenge_authenticate(asked)?;
    // The answer is checked against the rows of its moment, not against copies of these.
    state.set_allowed_credentials(Vec::new());
    let challenge = &asked.public_key.challenge;
    ceremony::keep(change, ceremony, challenge, &state).await?;
    let options = serde_json::to_value(&asked.public_key)?;
    Ok(json!({ "publicKey": options }))
}

/// Takes an answer: uses the challenge up and verifies all that §7.2 says. A credential that
/// turns out to have a copy is suspended here and now.
///
/// # Errors
/// When the database cannot answer.
pub async fn verify(
    db: &Db,
    now: Timestamp,
    party: &RelyingParty,
    answer: Answer<'_>,
) -> Result<Result<Asserted, AssertionRefused>, db::Error> {
    let read = answer::read::<PublicKeyCredential>(answer.text).and_then(|read| {
        let challenge = answer::challenge(&read.response.client_data_json)?;
        Ok((read, challenge))
    });
    let (credential, challenge) = match read {
        Ok(read) => read,
        Err(refused) => return Ok(Err(refused.into())),
    };
    let ceremony = Ceremony {
        purpose: match answer.user {
            None => Purpose::SignIn,
            Some(_) => Purpose::Second,
        },
        binding: answer.binding,
        user: answer.user,
    };
    let state = ceremony::take::<AuthenticationState>(db, now, ceremony, &challenge).await?;
    let Some(state) = state else {
        return Ok(Err(AssertionRefused::Expired));
    };
    let id = answer::written(&credential.raw_id);
    let Some(stored) = store::find(db, &id).await? else {
        return Ok(Err(AssertionRefused::Unknown(id)));
    };
    if let Err(refused) = may_answer(&stored, &credential, answer.user) {
        return Ok(Err(refused));
    }
    let verified =
        party
            .core
            .authenticate_single_credential(&credential, &state, &stored.credential);
    match verified {
        Ok(result) => Ok(Ok(asserted(stored, &result))),
        Err(WebauthnError::CredentialPossibleCompromise) => {
            suspend(db, now, party, &stored).await?;
            Ok(Err(wrong(Some(stored.user), "its counter went back")))
        }
        Err(error) => Ok(Err(wrong(Some(stored.user), format!("{error:?}")))),
    }
}

/// Steps 5 and 6: the credential is one that may be used here, its owner is who was asked, and
/// the authenticator means the same user.
fn may_answer(
    stored: &Stored,
    answer: &PublicKeyCredential,
    asked: Option<UserId>,
) -> Result<(), AssertionRefused> {
    let owner = Some(stored.user);
    if stored.suspended {
        return Err(wrong(owner, "suspended"));
    }
    let meant = answer.get_user_unique_id().map(answer::written);
    let right_handle = meant.is_some() && meant == stored.handle;
    match asked {
        None if stored.kind != Kind::Passkey => Err(wrong(owner, "no passkey")),
        None if !right_handle => Err(wrong(owner, "another user handle")),
        Some(asked) if asked != stored.user => Err(wrong(Some(asked), "somebody else's key")),
        Some(_) if meant.is_some() && !right_handle => Err(wrong(owner, "another user handle")),
        _ => Ok(()),
    }
}

fn asserted(stored: Stored, result: &AuthenticationResult) -> Asserted {
    let mut after = stored.credential;
    after.counter = result.counter();
    after.backup_state = result.backup_state();
    Asserted {
        user: stored.user,
        id: stored.id,
        kind: stored.kind,
        before: stored.text,
        after,
    }
}

async fn suspend(
    db: &Db,
    now: Timestamp,
    party: &RelyingParty,
    stored: &Stored,
) -> Result<(), db::Error> {
    let mut change = Change::begin(db, Actor::System, now).await?;
    let (user, id) = (stored.user, stored.id);
    let why = "its counter went back";
    keyring::suspend(&mut change, &party.post, user, id, why).await?;
    change.unrecorded("it was suspended already");
    change.commit().await
}

/// Confirms in a change that the proven credential is still as it was when it was verified, and
/// notes its counter, its backup state and its use. `false`: it was used, suspended or removed in
/// the meantime, and nothing was written.
///
/// # Errors
/// When the database cannot answer.
pub async fn confirm(change: &mut Change, proven: &Asserted) -> Result<bool, db::Error> {
    store::used(change, proven.id, &proven.before, &proven.after).await
}
