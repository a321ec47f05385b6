//! The pages on which a person connects a device. The code in an address only fills in the
//! field: nothing is looked up, let alone allowed, until the person sends a form.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::domain::audit::Actor;
use crate::domain::clients::GrantType;
use crate::domain::directory::{self, Profile};
use crate::domain::grants::{self, SignedIn, Typist, UserCode, WaitingDevice};
use crate::domain::signin::{self, Demand, Destination, NewSignIn, Session, Step};
use crate::foundation::{db, zone::Zone};
use crate::http::oidc::visit::{Ended, Visit, ended, signed_in};
use crate::http::oidc::{VERIFICATION, VERIFICATION_DECISION, redirect};
use crate::http::web::pages::MessagePage;
use crate::http::web::{ClientAddress, Form, Frame, Language, Page, PageForm, PageRefusal, paths};

/// Says for which session the page was shown: an answer for another one is asked again.
const SESSION: &str = "session";
const USER_CODE: &str = "user_code";

#[derive(Template)]
#[template(path = "oidc/device/enter.html")]
struct EnterPage<'a> {
    t: Frame,
    action: &'static str,
    user: String,
    user_code: &'a str,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "oidc/device/confirm.html")]
struct ConfirmPage {
    t: Frame,
    action: &'static str,
    application: String,
    user: String,
    user_code: String,
    address: String,
    /// Whether the person's browser has another address.
    elsewhere: bool,
    program: String,
    asked_at: String,
    scopes: Vec<String>,
    hidden: Vec<(String, String)>,
}

/// Who is there, and how they are spoken to.
struct Person {
    session: Session,
    name: String,
    zone: Zone,
    frame: Frame,
}

/// Shows the field for the code.
pub(in crate::http::oidc) async fn show(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let form = Form::parse(query.as_bytes()).ok();
    let typed = form.as_ref().map_or("", |form| form.text(USER_CODE));
    let code = UserCode::read(typed);
    let shown = async {
        let person = person(&visit, code.as_ref()).await?;
        let filled_in = code.map(|code| code.shown()).unwrap_or_default();
        Ok::<_, Ended>(enter(person, &filled_in, None))
    };
    shown.await.unwrap_or_else(|response| *response)
}

/// Takes the code, and asks.
pub(in crate::http::oidc) async fn submit(
    visit: Visit,
    address: ClientAddress,
    PageForm(form): PageForm,
) -> Response {
    let typed = form.text(USER_CODE);
    let code = UserCode::read(typed);
    let asked = async {
        let person = person(&visit, code.as_ref()).await?;
        match look_up(&visit, &person, address, code.as_ref()).await? {
            Some((code, device, application)) => {
                let elsewhere = address
                    .0
                    .is_some_and(|own| own.to_string() != device.address);
                Ok(confirm(person, &code, device, application, elsewhere))
            }
            None => {
                let typed: String = typed.chars().take(64).collect();
                Ok(enter(person, &typed, Some(Language::device_code_wrong)))
            }
        }
    };
    asked.await.unwrap_or_else(|response: Ended| *response)
}

/// Takes the decision.
pub(in crate::http::oidc) async fn decide(
    visit: Visit,
    address: ClientAddress,
    PageForm(form): PageForm,
) -> Response {
    let code = UserCode::read(form.text(USER_CODE));
    let decided = async {
        let person = person(&visit, code.as_ref()).await?;
        // Somebody else may have signed in since the page was shown, and a decision that is
        // none is none.
        let same = person.session.id.to_string() == form.text(SESSION);
        let allowed = match form.text("decision") {
            "allow" if same => true,
            "deny" if same => false,
            _ => return Ok(redirect::to_path(VERIFICATION)),
        };
        let found = look_up(&visit, &person, address, code.as_ref()).await?;
        let written = match found {
            Some((code, ..)) => write(&visit, &code, &signed_in(&person.session), allowed)
                .await
                .map_err(|error| visit.database(&error))?,
            None => false,
        };
        Ok(if written {
            done(person.frame, allowed)
        } else {
            enter(person, "", Some(Language::device_code_wrong))
        })
    };
    decided.await.unwrap_or_else(|response: Ended| *response)
}

// First of all the person signs in: before, no code is looked up.
async fn person(visit: &Visit, code: Option<&UserCode>) -> Result<Person, Ended> {
    let Some(session) = visit.session().await? else {
        return Err(to_sign_in(visit, code, (Demand::NONE, None)).await);
    };
    let found = directory::find_user(&visit.state.db, session.user).await;
    let user = found.map_err(|error| visit.database(&error))?;
    let profile = user.map(|user| user.profile);
    let frame = visit.state.frame(visit.languages.choose(profile.as_ref()));
    Ok(Person {
        session,
        zone: profile.as_ref().map_or_else(Zone::utc, Profile::zone),
        name: profile.map(|profile| profile.user_name).unwrap_or_default(),
        frame,
    })
}

async fn to_sign_in(
    visit: &Visit,
    code: Option<&UserCode>,
    (demand, session): (Demand, Option<&Session>),
) -> Ended {
    let begun = async {
        let mut change = visit.change(Actor::Anonymous).await?;
        let letters = code.map(UserCode::letters).unwrap_or_default();
        let new = NewSignIn {
            browser: visit.browser.digest(),
            destination: Destination::Device(letters.to_owned()),
            application: None,
            login_hint: None,
            demand,
            session: session.cloned(),
        };
        let handle = signin::begin(&mut change, &new, visit.state.lifetimes).await?;
        change.commit().await?;
        Ok(handle)
    };
    match begun.await {
        Ok(handle) => ended((
            visit.browser.cookies(&visit.state),
            redirect::to_path(&paths::sign_in(&handle)),
        )),
        Err(error) => visit.database(&error),
    }
}

// The same answer for a code that never was, one that is over, and one of an application that
// may not use it any more.
async fn look_up(
    visit: &Visit,
    person: &Person,
    ClientAddress(address): ClientAddress,
    code: Option<&UserCode>,
) -> Result<Option<(UserCode, WaitingDevice, String)>, Ended> {
    let failed = |error: db::Error| visit.database(&error);
    let address = address.map(|address| address.to_string());
    let typist = Typist {
        session: person.session.id,
        address: address.as_deref(),
    };
    if !may_try(visit, &typist).await.map_err(failed)? {
        return Err(ended(
            PageRefusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_tries",
                Language::device_too_many,
                Language::device_too_many_sentence,
            )
            .of_request(visit.request_id.clone()),
        ));
    }
    let Some(code) = code else {
        return Ok(None);
    };
    let (db, master) = (&visit.state.db, &visit.state.master_key);
    let found = grants::find_device(db, master, code, visit.now).await;
    let Some(device) = found.map_err(failed)? else {
        return Ok(None);
    };
    let client = visit
        .state
        .clients
        .find(db, device.client.as_str(), visit.now);
    let client = client.await.map_err(failed)?;
    let client =
        client.filter(|client| client.is_enabled() && client.may_use(GrantType::DeviceCode));
    let Some(client) = client else {
        return Ok(None);
    };
    // The same is asked as at the authorization endpoint (authentik CVE-2024-38371).
    if visit.lacks(&client, &person.session).await? != Step::Complete {
        let step_up = (client.demand(), Some(&person.session));
        return Err(to_sign_in(visit, Some(code), step_up).await);
    }
    Ok(Some((code.clone(), device, client.name.clone())))
}

async fn may_try(visit: &Visit, typist: &Typist<'_>) -> Result<bool, db::Error> {
    let mut change = visit.change(Actor::Anonymous).await?;
    let may = grants::may_try_user_code(&mut change, typist).await?;
    change.commit().await?;
    Ok(may)
}

async fn write(
    visit: &Visit,
    code: &UserCode,
    who: &SignedIn,
    allowed: bool,
) -> Result<bool, db::Error> {
    let mut change = visit.change(Actor::User(who.user.to_string())).await?;
    let master = &visit.state.master_key;
    let written = grants::decide_device(&mut change, master, code, who, allowed).await?;
    if written {
        change.commit().await?;
    }
    Ok(written)
}

fn enter(person: Person, user_code: &str, error: Option<fn(Language) -> &'static str>) -> Response {
    let status = match error {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    let page = EnterPage {
        action: VERIFICATION,
        user: person.name,
        user_code,
        error: error.map(|error| error(*person.frame)),
        t: person.frame,
    };
    Page::of(&page).status(status).into_response()
}

fn confirm(
    person: Person,
    code: &UserCode,
    device: WaitingDevice,
    application: String,
    elsewhere: bool,
) -> Response {
    let language: Language = *person.frame;
    let told = |word: &str| {
        language
            .scope(word)
            .map_or_else(|| word.to_owned(), str::to_owned)
    };
    let page = ConfirmPage {
        action: VERIFICATION_DECISION,
        application,
        user: person.name,
        user_code: code.shown(),
        address: device.address,
        elsewhere,
        program: device.program,
        asked_at: person.zone.minutes(device.asked_at),
        scopes: device.scope.words().map(told).collect(),
        hidden: vec![
            (USER_CODE.to_owned(), code.shown()),
            (SESSION.to_owned(), person.session.id.to_string()),
        ],
        t: person.frame,
    };
    Page::of(&page).into_response()
}

fn done(frame: Frame, allowed: bool) -> Response {
    let (title, sentence) = if allowed {
        (frame.device_connected(), frame.device_connected_sentence())
    } else {
        (frame.device_denied(), frame.device_denied_sentence())
    };
    let page = MessagePage {
        t: frame,
        title,
        sentences: vec![sentence],
        way_on: None,
    };
    Page::of(&page).into_response()
}
