//! Passkeys and security keys: what the person has, and the pages on which one is added, renamed
//! or removed.

use std::str::FromStr;

use askama::Template;
use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::Block;
use crate::{
    domain::{
        credentials::FactorName,
        credentials::webauthn::{
            self, Binding, CeremonyError, Kind, NewAnswer, RegistrationRefused, RelyingParty,
            UserAtAuthenticators, WebauthnCredential, WebauthnId,
        },
        signin::{self, StillNeeded},
    },
    http::{
        account::{Around, Ended, Notice, Owner, Section, shown::Moment},
        web::{Frame, Language, Page, PageForm, PageRefusal, Said, State, webauthn_path},
    },
};

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route("/account/security/new/{kind}", get(show_new).post(add))
        .route("/account/security/new/{kind}/options", post(options))
        .route("/account/security/keys/{id}", get(show_key))
        .route("/account/security/keys/{id}/rename", post(rename))
        .route("/account/security/keys/{id}/remove", post(remove))
}

/// A key as the page shows it.
struct Shown {
    id: String,
    name: String,
    kind: &'static str,
    backed_up: bool,
    added: Moment,
    used: Option<Moment>,
    suspended: bool,
}

impl Shown {
    fn of(owner: &Owner, key: &WebauthnCredential, t: Language) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            kind: kind_name(key.kind)(t),
            backed_up: key.backed_up,
            added: owner.moment(key.created_at),
            used: key.last_used_at.map(|time| owner.moment(time)),
            suspended: key.suspended_at.is_some(),
        }
    }
}

#[derive(Template)]
#[template(path = "account/security/keys.html")]
struct Keys {
    t: Frame,
    keys: Vec<Shown>,
    party: String,
    told: Option<UserAtAuthenticators>,
    user_name: String,
    display_name: String,
    script: String,
}

#[derive(Template)]
#[template(path = "account/security/new_key.html")]
struct NewKeyPage<'a> {
    t: Frame,
    around: Around,
    action: String,
    title: &'static str,
    lead: &'static str,
    name: &'a str,
    /// The id of the button.
    button: &'static str,
    error: Option<&'a str>,
    script: String,
}

#[derive(Template)]
#[template(path = "account/security/key.html")]
struct KeyPage<'a> {
    t: Frame,
    around: Around,
    key: Shown,
    path: String,
    error: Option<&'a str>,
}

/// What the person has. Nothing where this server can have no keys.
pub(super) async fn block(owner: &Owner) -> Result<Option<Block>, Ended> {
    let Some(party) = &owner.state.webauthn else {
        return Ok(None);
    };
    let t = owner.frame();
    let keys = owner.keys().await?;
    let told = webauthn::at_authenticators(&owner.state.db, owner.user.id).await;
    let block = Keys {
        keys: keys.iter().map(|key| Shown::of(owner, key, *t)).collect(),
        party: party.id().to_owned(),
        told: told.map_err(|error| owner.failed(&error))?,
        user_name: owner.user.profile.user_name.clone(),
        display_name: owner.user.profile.shown_name(),
        script: webauthn_path(),
        t,
    };
    owner.block(&block).map(Some)
}

impl Owner {
    async fn keys(&self) -> Result<Vec<WebauthnCredential>, Ended> {
        let keys = webauthn::list(&self.state.db, self.user.id).await;
        keys.map_err(|error| self.failed(&error))
    }

    /// One of the person's keys, by what an address says.
    async fn key(&self, id: &str) -> Result<WebauthnCredential, Ended> {
        let keys = self.keys().await?;
        let found = keys.into_iter().find(|key| key.id.to_string() == id);
        found.ok_or_else(|| self.not_found())
    }

    /// This server as authenticators know it, and what an address says is to be added.
    fn party_and_kind(&self, kind: &str) -> Result<(&RelyingParty, Kind), Ended> {
        match (&self.state.webauthn, Kind::from_str(kind)) {
            (Some(party), Ok(kind)) => Ok((party, kind)),
            _ => Err(self.not_found()),
        }
    }
}

/// The page on which a key is added.
async fn show_new(owner: Owner, Path(kind): Path<String>) -> Result<Response, Ended> {
    owner.party_and_kind(&kind)?;
    owner.fresh().await?;
    new_page(&owner, &kind, StatusCode::OK, None)
}

fn new_page(
    owner: &Owner,
    kind: &str,
    status: StatusCode,
    error: Option<Said>,
) -> Result<Response, Ended> {
    let (_, known) = owner.party_and_kind(kind)?;
    let t = owner.frame();
    let page = NewKeyPage {
        around: owner.around(Section::Security),
        action: format!("/account/security/new/{kind}"),
        title: match known {
            Kind::Passkey => t.passkey_new(),
            Kind::SecurityKey => t.security_key_new(),
        },
        lead: match known {
            Kind::Passkey => t.passkey_new_lead(),
            Kind::SecurityKey => t.security_key_new_lead(),
        },
        name: kind_name(known)(*t),
        button: match known {
            Kind::Passkey => "passkey-add",
            Kind::SecurityKey => "security-key-add",
        },
        error: error.map(|error| error(*t)),
        script: webauthn_path(),
        t,
    };
    let page = Page::of(&page).status(status).asks_authenticators(true);
    Ok(page.into_response())
}

const fn kind_name(kind: Kind) -> Said {
    match kind {
        Kind::Passkey => Language::key_kind_passkey,
        Kind::SecurityKey => Language::key_kind_security_key,
    }
}

/// Gives the script a challenge.
async fn options(owner: Owner, Path(kind): Path<String>, _: PageForm) -> Result<Response, Ended> {
    let (party, kind) = owner.party_and_kind(&kind)?;
    owner.fresh().await?;
    let binding = Binding::session(owner.session.id);
    let mut change = owner.change().await?;
    let asked = webauthn::ask(&mut change, party, &binding, &owner.user, kind).await;
    let asked = match asked {
        Ok(asked) => asked,
        Err(CeremonyError::TooMany) => return Ok(StatusCode::TOO_MANY_REQUESTS.into_response()),
        Err(CeremonyError::Database(error)) => return Err(owner.failed(&error)),
        Err(error) => {
            tracing::error!(%error, "a challenge could not be made");
            return Err(PageRefusal::internal(owner.request_id.clone()).into());
        }
    };
    let committed = change.commit().await;
    committed.map_err(|error| owner.failed(&error))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, asked.to_string()).into_response())
}

/// Takes the answer of an authenticator.
async fn add(
    owner: Owner,
    Path(word): Path<String>,
    PageForm(form): PageForm,
) -> Result<Response, Ended> {
    let (party, kind) = owner.party_and_kind(&word)?;
    owner.fresh().await?;
    let bad = StatusCode::BAD_REQUEST;
    let Ok(name) = FactorName::read(form.text("name")) else {
        return new_page(&owner, &word, bad, Some(Language::factor_name_refused));
    };
    let answer = NewAnswer {
        binding: &Binding::session(owner.session.id),
        user: owner.user.id,
        kind,
        text: form.text("credential"),
    };
    let made = webauthn::read_registration(&owner.state.db, owner.now, party, answer).await;
    let made = match made.map_err(|error| owner.failed(&error))? {
        Ok(made) => made,
        Err(refused) => {
            tracing::info!(user = %owner.user.id, reason = %refused, "a new key was refused");
            return new_page(&owner, &word, bad, Some(sentence(&refused)));
        }
    };
    let mut change = owner.change().await?;
    let added = webauthn::add(
        &mut change,
        party.post(),
        owner.user.id,
        &made,
        name.as_str(),
    )
    .await;
    if added.map_err(|error| owner.failed(&error))?.is_none() {
        return new_page(&owner, &word, bad, Some(Language::key_taken));
    }
    let committed = change.commit().await;
    committed.map_err(|error| owner.failed(&error))?;
    Ok(owner.done(Section::Security.path(), Notice::KeyAdded))
}

const fn sentence(refused: &RegistrationRefused) -> Said {
    match refused {
        RegistrationRefused::Expired => Language::key_expired,
        RegistrationRefused::Policy(_) => Language::key_not_allowed,
        RegistrationRefused::Wrong(_) => Language::key_failed,
    }
}

/// The page of one key.
async fn show_key(owner: Owner, Path(id): Path<String>) -> Result<Response, Ended> {
    let key = owner.key(&id).await?;
    owner.fresh().await?;
    Ok(key_page(&owner, &key, StatusCode::OK, None))
}

fn key_page(
    owner: &Owner,
    key: &WebauthnCredential,
    status: StatusCode,
    error: Option<Said>,
) -> Response {
    let t = owner.frame();
    let page = KeyPage {
        around: owner.around(Section::Security),
        key: Shown::of(owner, key, *t),
        path: format!("/account/security/keys/{}", key.id),
        error: error.map(|error| error(*t)),
        t,
    };
    Page::of(&page).status(status).into_response()
}

async fn rename(
    owner: Owner,
    Path(id): Path<String>,
    PageForm(form): PageForm,
) -> Result<Response, Ended> {
    let key = owner.key(&id).await?;
    owner.fresh().await?;
    let Ok(name) = FactorName::read(form.text("name")) else {
        let refused = Some(Language::factor_name_refused as Said);
        return Ok(key_page(&owner, &key, StatusCode::BAD_REQUEST, refused));
    };
    let mut change = owner.change().await?;
    let renamed = webauthn::rename(&mut change, owner.user.id, key.id, name.as_str()).await;
    let renamed = renamed.map_err(|error| owner.failed(&error))?;
    let committed = change.commit().await;
    committed.map_err(|error| owner.failed(&error))?;
    Ok(owner.done(Section::Security.path(), done_if(renamed, Notice::Saved)))
}

async fn remove(owner: Owner, Path(id): Path<String>, _: PageForm) -> Result<Response, Ended> {
    owner.fresh().await?;
    let here = Section::Security.path();
    let Ok(id) = id.parse::<WebauthnId>() else {
        return Err(owner.not_found());
    };
    let mut change = owner.change().await?;
    let removed = webauthn::remove(&mut change, &owner.state.post, owner.user.id, id).await;
    if removed.map_err(|error| owner.failed(&error))?.is_none() {
        return Ok(owner.done(here, Notice::NothingToDo));
    }
    let needed = signin::still_needed(&mut change, owner.user.id, owner.state.mfa).await;
    if let Some(needed) = needed.map_err(|error| owner.failed(&error))? {
        drop(change);
        let key = owner.key(&id.to_string()).await?;
        let why = Some(match needed {
            StillNeeded::ToSignIn => Language::key_needed_to_sign_in as Said,
            StillNeeded::ByPolicy => Language::key_needed_by_policy,
        });
        return Ok(key_page(&owner, &key, StatusCode::CONFLICT, why));
    }
    let committed = change.commit().await;
    committed.map_err(|error| owner.failed(&error))?;
    Ok(owner.done(here, Notice::KeyRemoved))
}

const fn done_if(done: bool, notice: Notice) -> Notice {
    if done { notice } else { Notice::NothingToDo }
}
