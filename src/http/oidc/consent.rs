//! The page that asks whether an application may have what it asks for.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};

use super::visit::{Asked, Ended, Visit};
use super::{consent_path, redirect, resume, resume_path};
use crate::domain::audit::Actor;
use crate::domain::clients::Scope;
use crate::domain::directory;
use crate::domain::grants::{self, ErrorCode, Next, SignedIn};
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;
use crate::http::web::pages::{ConsentPage, ConsentScope, web_link};
use crate::http::web::{FormAction, Frame, Language, Page, PageForm};

/// Says for which session the page was shown: an answer for another one is asked again.
const SESSION: &str = "session";

/// Shows the page.
pub(super) async fn ask(visit: Visit, Path(handle): Path<String>) -> Response {
    shown(&visit, &Secret::from(handle))
        .await
        .unwrap_or_else(|response| *response)
}

/// Takes the answer.
pub(super) async fn decide(
    visit: Visit,
    Path(handle): Path<String>,
    PageForm(form): PageForm,
) -> Response {
    let answer = Answer {
        handle: Secret::from(handle),
        allow: form.text("decision") == "allow",
        session: form.text(SESSION).to_owned(),
    };
    decided(&visit, &answer)
        .await
        .unwrap_or_else(|response| *response)
}

struct Answer {
    handle: Secret,
    allow: bool,
    session: String,
}

async fn shown(visit: &Visit, handle: &Secret) -> Result<Response, Ended> {
    let asked = resume::kept(visit, handle).await?;
    let signed_in = visit.signed_in().await?;
    let next = visit.next(&asked, signed_in.as_ref()).await?;
    let (Next::AskConsent, Some(signed_in)) = (next, signed_in) else {
        return Ok(redirect::to_path(&resume_path(handle.reveal())));
    };
    let user = directory::find_user(&visit.state.db, signed_in.user).await;
    let user = user.map_err(|error| visit.database(&error))?;
    let profile = user.map(|user| user.profile);
    let ui_locales = asked.kept.parameters.get("ui_locales");
    let languages = visit.languages.asked_for(ui_locales);
    let t = visit.state.frame(languages.choose(profile.as_ref()));
    let name = profile.map(|profile| profile.user_name).unwrap_or_default();
    let page = page(t, &asked, handle, (&signed_in, name));
    Ok(Page::of(&page)
        .form_action(FormAction::ThenAnApplication)
        .into_response())
}

async fn decided(visit: &Visit, answer: &Answer) -> Result<Response, Ended> {
    let mut asked = resume::kept(visit, &answer.handle).await?;
    let signed_in = visit.signed_in().await?;
    // Somebody else may have signed in since the page was shown, and what was read there was
    // not theirs to answer.
    let same = |who: &SignedIn| who.session.to_string() == answer.session;
    if !signed_in.as_ref().is_some_and(same) {
        return Ok(redirect::to_path(&resume_path(answer.handle.reveal())));
    }
    if !answer.allow {
        let denied = deny(visit, &answer.handle).await;
        if !denied.map_err(|error| visit.database(&error))? {
            return Err(visit.gone());
        }
        let text = "the person did not allow this";
        return Err(visit.refuse(&asked.request, ErrorCode::AccessDenied, text));
    }
    asked.allowed_now = true;
    Ok(visit.proceed(asked).await)
}

async fn deny(visit: &Visit, handle: &Secret) -> Result<bool, db::Error> {
    let mut change = visit.change(Actor::Anonymous).await?;
    let completed = grants::complete_request(&mut change, handle, &visit.browser.digest()).await?;
    change.commit().await?;
    Ok(completed)
}

fn page(
    t: Frame,
    asked: &Asked,
    handle: &Secret,
    (signed_in, user): (&SignedIn, String),
) -> ConsentPage {
    let client = &asked.request.client;
    let uri = url::Url::parse(&asked.request.redirect_uri).ok();
    let host = uri.as_ref().and_then(|uri| uri.host_str());
    let link = |page: &Option<String>| page.as_deref().and_then(web_link);
    ConsentPage {
        action: consent_path(handle.reveal()),
        application: client.name.clone(),
        host: host.unwrap_or(t.application_on_this_device()).to_owned(),
        user,
        scopes: described(*t, &asked.request.scope),
        policy_uri: link(&client.metadata.policy_uri),
        tos_uri: link(&client.metadata.tos_uri),
        hidden: vec![(SESSION.to_owned(), signed_in.session.to_string())],
        t,
    }
}

// A word that an administrator made up for a resource of theirs stands for itself.
fn described(language: Language, wanted: &Scope) -> Vec<ConsentScope> {
    let told = |word: &str| language.scope(word).unwrap_or(word).to_owned();
    let described = wanted.words().map(|word| ConsentScope {
        title: told(word),
        detail: None,
    });
    described.collect()
}
