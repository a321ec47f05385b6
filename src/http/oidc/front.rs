//! What goes to the client in the answer itself: a code, and for the clients that registered
//! for it, tokens beside the code or in its place (Core §3.2, §3.3).

use super::answer::Fields;
use super::encrypt;
use super::shaping::shaping;
use super::visit::{Asked, Visit};
use crate::domain::clients::{CannotEncrypt, Client, Place, Reader, ResponseType};
use crate::domain::directory;
use crate::domain::grants::{
    Claims, ExternalAnswer, IdToken, NewAccessToken, Redeemed, SignedIn, Vouched, subject_of,
};
use crate::domain::signin::Method;
use crate::domain::signing_keys;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;

/// What was written for an answer.
pub(super) struct Issued {
    pub(super) code: Option<Secret>,
    /// What the tokens of the answer are made of.
    pub(super) in_front: Option<Redeemed>,
}

/// Why an answer could not be put together. Nothing of it is the client's fault.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotMinted {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Signing(#[from] signing_keys::Error),
    #[error(transparent)]
    Encryption(#[from] CannotEncrypt),
    /// Deleted within this very request.
    #[error("the user does not exist any more")]
    NoUser,
}

/// To whom the `id_token` of the answer is encrypted, if the client registered that. Asked before
/// anything is used up: a key set that does not answer must not cost a request.
pub(super) async fn reader(visit: &Visit, asked: &Asked) -> Result<Option<Reader>, CannotEncrypt> {
    if !asked.request.response_type.has_id_token() {
        return Ok(None);
    }
    let client = &asked.request.client;
    let encryption = client.id_token_encryption();
    encrypt::reader(&visit.state, client, encryption, visit.now).await
}

/// The fields of the answer. Outside the transaction: a signature takes longer than a writer
/// should be kept waiting.
pub(super) async fn fields(
    visit: &Visit,
    asked: &Asked,
    issued: Issued,
    reader: Option<&Reader>,
) -> Result<Fields, NotMinted> {
    let kind = asked.request.response_type;
    let mut fields = Fields::new();
    let code = issued.code.map(|code| code.reveal().to_owned());
    if let Some(redeemed) = &issued.in_front {
        let access = if kind.has_token() {
            Some(access_token(
                visit,
                &asked.request.client,
                redeemed,
                &mut fields,
            )?)
        } else {
            None
        };
        if kind.has_id_token() {
            let hashed = (access.as_deref(), code.as_deref());
            let signed = id_token(visit, asked, redeemed, hashed).await?;
            let token = match reader {
                Some(reader) => reader.enclose(&signed)?,
                None => signed,
            };
            fields.push(("id_token", token));
        }
    }
    fields.extend(code.map(|code| ("code", code)));
    Ok(fields)
}

fn access_token(
    visit: &Visit,
    client: &Client,
    redeemed: &Redeemed,
    fields: &mut Fields,
) -> Result<String, signing_keys::Error> {
    let (issuer, keys) = (&visit.state.issuer, &visit.state.signing_keys);
    let subject = subject_of(&visit.state.master_key, client, redeemed.signed_in.user);
    let lifetime = client.lifetimes(&visit.state.tokens.lifetimes).access;
    let access = NewAccessToken::of(redeemed, subject, lifetime).mint(issuer, keys, visit.now)?;
    fields.push(("access_token", access.text.clone()));
    fields.push(("token_type", access.token_type.to_owned()));
    fields.push(("expires_in", access.expires_in.as_secs().to_string()));
    fields.push(("scope", redeemed.scope.to_string()));
    Ok(access.text)
}

// Core §5.4: what the scope says of the person stands in a front-channel `id_token` only when
// there is no other way to it; addresses are kept by browsers.
async fn id_token(
    visit: &Visit,
    asked: &Asked,
    redeemed: &Redeemed,
    (access_token, code): (Option<&str>, Option<&str>),
) -> Result<String, NotMinted> {
    let db = &visit.state.db;
    let user = directory::find_user(db, redeemed.signed_in.user).await?;
    let user = user.ok_or(NotMinted::NoUser)?;
    let about = (&user, visit.state.issuer.as_str());
    let claims = if asked.request.response_type == ResponseType::IdToken {
        Claims::of(db, about, &redeemed.scope).await?
    } else {
        Claims::default()
    };
    let by_name = redeemed.terms.claims.id_token.keys();
    let claims = claims.with_requested(db, about, by_name).await?;
    let client = &asked.request.client;
    let claims = claims.shaped(&shaping(&visit.state, client, &user, Place::IdToken));
    let token = IdToken {
        redeemed,
        client: &asked.request.client,
        access_token,
        code,
        claims: &claims,
        master: &visit.state.master_key,
        lifetime: client.lifetimes(&visit.state.tokens.lifetimes).id,
    };
    let (issuer, keys) = (&visit.state.issuer, &visit.state.signing_keys);
    Ok(token.mint(issuer, keys, visit.now)?)
}

/// The answer to an issuer that handed the person over. Nothing when the person has not given
/// the proof that is wanted.
pub(super) fn external(
    visit: &Visit,
    asked: &Asked,
    vouched: &Vouched,
    proven: (&SignedIn, &[Method]),
) -> Result<Option<Fields>, signing_keys::Error> {
    let Some(answer) = ExternalAnswer::of(&asked.request, vouched, proven) else {
        return Ok(None);
    };
    let (issuer, keys) = (&visit.state.issuer, &visit.state.signing_keys);
    let token = answer.mint(issuer, keys, visit.now)?;
    Ok(Some(vec![("id_token", token)]))
}
