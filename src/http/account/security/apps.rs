//! Authenticator apps: listed, added, renamed, removed.

use askama::Template;
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::Block;
use crate::{
    domain::{
        access,
        credentials::{
            FactorName, TotpCode, WordCode,
            totp::{self, Authenticator, AuthenticatorId, AuthenticatorRefused, Offer},
        },
        mail::{self, FactorKind, Occasion},
        signin::{self, StillNeeded},
    },
    foundation::db,
    http::{
        account::{Around, Ended, Notice, Owner, Section, shown::Moment},
        web::{
            Form, Frame, Language, Page, PageForm, Said, State, TotpSetup, pages::RecoveryCodesPage,
        },
    },
};

const BACK: &str = Section::Security.path();
const ADD: &str = "/account/security/totp";

#[derive(Template)]
#[template(path = "account/security/apps.html")]
struct Apps {
    t: Frame,
    apps: Vec<Shown>,
    add: &'static str,
}

#[derive(Template)]
#[template(path = "account/security/new_app.html")]
struct NewAppPage {
    t: Frame,
    around: Around,
    setup: TotpSetup,
    back: &'static str,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "account/security/app.html")]
struct AppPage {
    t: Frame,
    around: Around,
    app: Shown,
    back: &'static str,
    error: Option<&'static str>,
}

/// An app as the pages show it.
struct Shown {
    path: String,
    name: String,
    since: Moment,
    used: Option<Moment>,
}

impl Shown {
    fn of(owner: &Owner, app: Authenticator) -> Self {
        Self {
            path: format!("{ADD}/{}", app.id),
            name: app.name,
            since: owner.moment(app.created_at),
            used: app.last_used_at.map(|time| owner.moment(time)),
        }
    }
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route(ADD, get(new).post(add))
        .route("/account/security/totp/{id}", get(show).post(rename))
        .route("/account/security/totp/{id}/remove", post(remove))
}

pub(super) async fn block(owner: &Owner) -> Result<Option<Block>, Ended> {
    let apps = apps(owner).await?;
    let block = Apps {
        t: owner.frame(),
        apps: apps.into_iter().map(|app| Shown::of(owner, app)).collect(),
        add: ADD,
    };
    owner.block(&block).map(Some)
}

async fn apps(owner: &Owner) -> Result<Vec<Authenticator>, Ended> {
    let found = totp::authenticators(&owner.state.db, owner.user.id).await;
    found.map_err(|error| owner.failed(&error))
}

/// Shows a new secret.
async fn new(owner: Owner) -> Result<Response, Ended> {
    owner.fresh().await?;
    let offer = Offer::new(owner.user.id, owner.now);
    Ok(new_page(&owner, StatusCode::OK, &offer, None))
}

fn new_page(
    owner: &Owner,
    status: StatusCode,
    offer: &Offer,
    refused: Option<(Said, &Form)>,
) -> Response {
    let t = owner.frame();
    let name = &owner.user.profile.user_name;
    let setup = TotpSetup::new(&owner.state, &t, offer, name, ADD.to_owned());
    let page = NewAppPage {
        around: owner.around(Section::Security),
        setup: match refused {
            Some((_, fields)) => setup.again(fields.text("name")),
            None => setup,
        },
        back: BACK,
        error: refused.map(|(sentence, _)| sentence(*t)),
        t,
    };
    Page::of(&page).status(status).into_response()
}

/// Takes the first code of a new app.
async fn add(owner: Owner, PageForm(fields): PageForm) -> Result<Response, Ended> {
    owner.fresh().await?;
    let key = &owner.state.master_key;
    let Ok(offer) = Offer::open(fields.text("offer"), key, owner.user.id, owner.now) else {
        let offer = Offer::new(owner.user.id, owner.now);
        let refused = Some((Language::totp_stale as Said, &fields));
        return Ok(new_page(&owner, StatusCode::FORBIDDEN, &offer, refused));
    };
    let refused = |status, sentence: Said| {
        let refused = Some((sentence, &fields));
        Ok(new_page(&owner, status, &offer, refused))
    };
    let Ok(code) = TotpCode::read(fields.text("code")) else {
        return refused(StatusCode::BAD_REQUEST, Language::totp_not_a_code);
    };
    let Ok(name) = FactorName::read(fields.text("name")) else {
        return refused(StatusCode::BAD_REQUEST, Language::factor_name_refused);
    };
    match added(&owner, &offer, &name, &code).await? {
        Ok(Some(codes)) => Ok(codes_page(&owner, &codes)),
        Ok(None) => Ok(owner.done(BACK, Notice::AppAdded)),
        Err(AuthenticatorRefused::Twice) => Ok(owner.done(BACK, Notice::NothingToDo)),
        Err(AuthenticatorRefused::TooMany) => {
            refused(StatusCode::FORBIDDEN, Language::totp_too_many)
        }
        Err(AuthenticatorRefused::WrongCode) => {
            refused(StatusCode::FORBIDDEN, Language::totp_refused)
        }
    }
}

type Added = Result<Option<Vec<WordCode>>, AuthenticatorRefused>;

async fn added(
    owner: &Owner,
    offer: &Offer,
    name: &FactorName,
    code: &TotpCode,
) -> Result<Added, Ended> {
    let (user, key) = (owner.user.id, &owner.state.master_key);
    let mut change = owner.change().await?;
    let added = async {
        access::hold(&mut change, user).await?;
        if let Err(refused) = totp::add(&mut change, key, offer, name, code).await? {
            return Ok::<Added, db::Error>(Err(refused));
        }
        let occasion = Occasion::FactorAdded {
            kind: FactorKind::Totp,
            name: name.as_str().to_owned(),
        };
        mail::notify(&mut change, &owner.state.post, user, occasion).await?;
        Ok(Ok(signin::first_codes(&mut change, key, user).await?))
    };
    let added = added.await.map_err(|error| owner.failed(&error))?;
    if added.is_ok() {
        owner.commit(change).await?;
    }
    Ok(added)
}

fn codes_page(owner: &Owner, codes: &[WordCode]) -> Response {
    let codes = codes.iter().map(WordCode::shown).collect();
    let name = owner.user.profile.user_name.clone();
    let page = RecoveryCodesPage::new(owner.frame(), codes, name, BACK.to_owned());
    Page::of(&page).into_response()
}

/// The app of an address, if it is the person's.
async fn named(owner: &Owner, id: &str) -> Result<Authenticator, Ended> {
    let id: AuthenticatorId = id.parse().map_err(|_| owner.not_found())?;
    let mut apps = apps(owner).await?.into_iter();
    let app = apps.find(|app| app.id == id);
    app.ok_or_else(|| owner.not_found())
}

async fn show(owner: Owner, Path(id): Path<String>) -> Result<Response, Ended> {
    let app = named(&owner, &id).await?;
    Ok(app_page(&owner, StatusCode::OK, app, None))
}

fn app_page(
    owner: &Owner,
    status: StatusCode,
    app: Authenticator,
    error: Option<Said>,
) -> Response {
    let t = owner.frame();
    let page = AppPage {
        around: owner.around(Section::Security),
        app: Shown::of(owner, app),
        back: BACK,
        error: error.map(|error| error(*t)),
        t,
    };
    Page::of(&page).status(status).into_response()
}

async fn rename(
    owner: Owner,
    Path(id): Path<String>,
    PageForm(fields): PageForm,
) -> Result<Response, Ended> {
    owner.fresh().await?;
    let app = named(&owner, &id).await?;
    let Ok(name) = FactorName::read(fields.text("name")) else {
        let error = Some(Language::factor_name_refused as Said);
        return Ok(app_page(&owner, StatusCode::BAD_REQUEST, app, error));
    };
    let mut change = owner.change().await?;
    let renamed = totp::rename(&mut change, owner.user.id, app.id, &name).await;
    renamed.map_err(|error| owner.failed(&error))?;
    owner.commit(change).await?;
    Ok(owner.done(BACK, Notice::Saved))
}

async fn remove(
    owner: Owner,
    Path(id): Path<String>,
    PageForm(_): PageForm,
) -> Result<Response, Ended> {
    owner.fresh().await?;
    let id: AuthenticatorId = id.parse().map_err(|_| owner.not_found())?;
    let app = apps(&owner).await?.into_iter().find(|app| app.id == id);
    // Gone already, or never there: one answer for both.
    let Some(app) = app else {
        return Ok(owner.done(BACK, Notice::NothingToDo));
    };
    let user = owner.user.id;
    let mut change = owner.change().await?;
    let removed = async {
        access::hold(&mut change, user).await?;
        if !totp::remove(&mut change, user, id).await? {
            return Ok::<_, db::Error>(Err(owner.done(BACK, Notice::NothingToDo)));
        }
        // An app opens no sign-in by itself, but the policy may ask for it.
        let needed = signin::still_needed(&mut change, user, owner.state.mfa).await?;
        if needed == Some(StillNeeded::ByPolicy) {
            let why = Some(Language::key_needed_by_policy as Said);
            return Ok(Err(app_page(&owner, StatusCode::CONFLICT, app, why)));
        }
        let occasion = Occasion::FactorRemoved {
            kind: FactorKind::Totp,
            name: app.name,
            by_administrator: false,
        };
        mail::notify(&mut change, &owner.state.post, user, occasion).await?;
        Ok(Ok(()))
    };
    if let Err(answer) = removed.await.map_err(|error| owner.failed(&error))? {
        return Ok(answer);
    }
    owner.commit(change).await?;
    Ok(owner.done(BACK, Notice::AppRemoved))
}
