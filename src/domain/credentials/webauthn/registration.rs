//! Adding a credential (WebAuthn Level 3 §7.1).

use serde_json::{Value as Json, json};
use uuid::Uuid;
use webauthn_rs_core::proto::{
    COSEAlgorithm, CreationChallengeResponse, CredProtect, Credential, CredentialProtectionPolicy,
    RegisterPublicKeyCredential, RegistrationState, RequestRegistrationExtensions,
};

use super::{
    Binding, CeremonyError, Kind, Purpose, RelyingParty, WebauthnId,
    answer::{self, AnswerRefused},
    attestation::attested_model,
    ceremony::{self, Ceremony},
    keyring, store,
};
use crate::domain::{
    audit::{Change, Event},
    devices,
    directory::{User, UserId},
    mail::{self, Occasion, Post},
};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Db},
};

/// How many credentials a user may have.
const MOST_CREDENTIALS: usize = 50;

/// A credential that was verified and is not yet anybody's.
#[derive(Debug)]
pub struct NewCredential {
    /// What it can do.
    pub kind: Kind,
    pub(super) credential: Credential,
    pub(super) model: Option<Uuid>,
}

/// What a browser answered to [`ask`].
#[derive(Clone, Copy, Debug)]
pub struct NewAnswer<'a> {
    /// Where.
    pub binding: &'a Binding,
    /// For whom.
    pub user: UserId,
    /// To the question for which kind.
    pub kind: Kind,
    /// The JSON of `PublicKeyCredential.toJSON()`.
    pub text: &'a str,
}

/// Why an answer adds nothing.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RegistrationRefused {
    /// There is no such challenge: it expired, was answered, or was made for something else.
    #[error("no challenge waits for this answer")]
    Expired,
    /// The authenticator is none that the policy takes.
    #[error("the policy does not take this authenticator: {0}")]
    Policy(String),
    /// The answer does not hold.
    #[error("{0}")]
    Wrong(String),
}

impl From<AnswerRefused> for RegistrationRefused {
    fn from(refused: AnswerRefused) -> Self {
        Self::Wrong(refused.to_string())
    }
}

/// The purpose of adding a credential of this kind.
const fn purpose(kind: Kind) -> Purpose {
    match kind {
        Kind::Passkey => Purpose::AddPasskey,
        Kind::SecurityKey => Purpose::AddSecurityKey,
    }
}

/// Asks for a new credential; what the browser is given.
///
/// # Errors
/// When the database cannot answer, or the user has too many.
pub async fn ask(
    change: &mut Change,
    party: &RelyingParty,
    binding: &Binding,
    user: &User,
    kind: Kind,
) -> Result<Json, CeremonyError> {
    let known = keyring::list(&mut *change, user.id).await?;
    if known.len() >= MOST_CREDENTIALS {
        return Err(CeremonyError::TooMany);
    }
    let exclude = known.iter().map(|known| known.credential_id.clone());
    let handle = keyring::handle_for(change, user.id).await?;
    let profile = &user.profile;
    let asked = party
        .core
        .new_challenge_register_builder(&handle, &profile.user_name, &profile.shown_name())?
        .attestation(party.rules.attestation.preference())
        .credential_algorithms(COSEAlgorithm::secure_algs())
        .require_resident_key(kind == Kind::Passkey)
        .user_verification_policy(party.verification(kind))
        .exclude_credentials(Some(exclude.collect()))
        .extensions(Some(extensions(kind)));
    let (asked, state) = party.core.generate_challenge_register(asked)?;
    let ceremony = Ceremony {
        purpose: purpose(kind),
        binding,
        user: Some(user.id),
    };
    let challenge = &asked.public_key.challenge;
    ceremony::keep(change, ceremony, challenge, &state).await?;
    Ok(written(&asked)?)
}

/// A passkey is to be found by nobody without its person's verification; a security key that
/// cannot verify must not be asked for that (Chromium refuses the two together).
const fn extensions(kind: Kind) -> RequestRegistrationExtensions {
    let protected = CredProtect {
        credential_protection_policy: CredentialProtectionPolicy::UserVerificationRequired,
        enforce_credential_protection_policy: Some(false),
    };
    RequestRegistrationExtensions {
        cred_protect: match kind {
            Kind::Passkey => Some(protected),
            Kind::SecurityKey => None,
        },
        uvm: None,
        cred_props: Some(true),
        min_pin_length: None,
        hmac_create_secret: None,
    }
}

fn written(asked: &CreationChallengeResponse) -> Result<Json, serde_json::Error> {
    let options = serde_json::to_value(&asked.public_key)?;
    Ok(json!({ "publicKey": options }))
}

/// Takes the answer: uses the challenge up and verifies all that §7.1 says. Nothing is added yet.
///
/// # Errors
/// When the database cannot answer.
pub async fn read_registration(
    db: &Db,
    now: Timestamp,
    party: &RelyingParty,
    answer: NewAnswer<'_>,
) -> Result<Result<NewCredential, RegistrationRefused>, db::Error> {
    let NewAnswer {
        binding,
        user,
        kind,
        text,
    } = answer;
    let read = answer::read::<RegisterPublicKeyCredential>(text).and_then(|answer| {
        let challenge = answer::challenge(&answer.response.client_data_json)?;
        Ok((answer, challenge))
    });
    let (answer, challenge) = match read {
        Ok(read) => read,
        Err(refused) => return Ok(Err(refused.into())),
    };
    let ceremony = Ceremony {
        purpose: purpose(kind),
        binding,
        user: Some(user),
    };
    let state = ceremony::take::<RegistrationState>(db, now, ceremony, &challenge).await?;
    let Some(state) = state else {
        return Ok(Err(RegistrationRefused::Expired));
    };
    Ok(checked(party, kind, &answer, &state))
}

fn checked(
    party: &RelyingParty,
    kind: Kind,
    answer: &RegisterPublicKeyCredential,
    state: &RegistrationState,
) -> Result<NewCredential, RegistrationRefused> {
    use webauthn_rs_core::error::WebauthnError as E;
    let authorities = party.rules.authorities.as_ref().map(|known| &known.0);
    let credential = party.core.register_credential(answer, state, authorities);
    let credential = credential.map_err(|error| match error {
        E::AttestationNotVerifiable
        | E::AttestationUntrustedAaguid
        | E::AttestationFormatMissingAaguid
        | E::AttestationNotSupported
        | E::AttestationTrustFailure
        | E::AttestationChainNotTrusted(_)
        | E::UserNotVerified => RegistrationRefused::Policy(format!("{error:?}")),
        other => RegistrationRefused::Wrong(format!("{other:?}")),
    })?;
    Ok(NewCredential {
        kind,
        model: attested_model(&credential),
        credential,
    })
}

/// Gives a verified credential to a user, under a name, and tells them. `None` when the credential is somebody's
/// already, whoever's: nothing was written then.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn add(
    change: &mut Change,
    post: &Post,
    user: UserId,
    new: &NewCredential,
    name: &str,
) -> Result<Option<WebauthnId>, db::Error> {
    let id = WebauthnId::new(change.now());
    if !store::insert(change, id, user, new, name).await? {
        return Ok(None);
    }
    devices::end_trust(change, user, "factors_changed").await?;
    change.record(
        Event::new("webauthn.added")
            .subject("user", user)
            .detail(json!({
                "credential": id,
                "kind": new.kind.word(),
                "name": name,
                "backed_up": new.credential.backup_state,
                "model": new.model.map(|model| model.to_string()),
            })),
    );
    let letter = Occasion::FactorAdded {
        kind: new.kind.in_letters(),
        name: name.to_owned(),
    };
    mail::notify(change, post, user, letter).await?;
    Ok(Some(id))
}
