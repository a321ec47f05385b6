//! The page that asks whether an application may have what it asks for.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::visit::{Asked, Ended, Visit, signed_in};
use super::{consent_path, redirect, resume, resume_path};
use crate::domain::audit::Actor;
use crate::domain::clients::redirect_uri;
use crate::domain::directory;
use crate::domain::grants::{ErrorCode, Next, SignedIn};
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;
use crate::http::web::pages::{AskedDetail, ConsentPage, web_link};
use crate::http::web::{FormAction, Frame, Language, Origin, Page, PageForm};

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
        remember: form.text("remember") == "yes",
        session: form.text(SESSION).to_owned(),
    };
    decided(&visit, &answer)
        .await
        .unwrap_or_else(|response| *response)
}

struct Answer {
    handle: Secret,
    allow: bool,
    remember: bool,
    session: String,
}

async fn shown(visit: &Visit, handle: &Secret) -> Result<Response, Ended> {
    let asked = resume::kept(visit, handle).await?;
    let session = visit.session().await?;
    let next = visit.next(&asked, session.as_ref()).await?;
    let (Next::AskConsent, Some(session)) = (next, session) else {
        return Ok(redirect::to_path(&resume_path(handle.reveal())));
    };
    let signed_in = signed_in(&session);
    let user = directory::find_user(&visit.state.db, signed_in.user).await;
    let user = user.map_err(|error| visit.database(&error))?;
    let profile = user.map(|user| user.profile);
    let ui_locales = asked.kept.parameters.get("ui_locales");
    let languages = visit.languages.asked_for(ui_locales);
    let t = visit.state.frame(languages.choose(profile.as_ref()));
    let name = profile.map(|profile| profile.user_name).unwrap_or_default();
    let page = page(t, &asked, handle, (&signed_in, name));
    Ok(Page::of(&page)
        .picture_of(logo_origin(&asked))
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
        let denied = deny(visit, &asked).await;
        if !denied.map_err(|error| visit.database(&error))? {
            return Err(visit.gone());
        }
        let text = "the person did not allow this";
        return Err(visit
            .refuse(&asked.request, ErrorCode::AccessDenied, text)
            .await);
    }
    asked.allowed_now = true;
    asked.remembered = answer.remember;
    Ok(visit.proceed(asked).await)
}

async fn deny(visit: &Visit, asked: &Asked) -> Result<bool, db::Error> {
    let mut change = visit.change(Actor::Anonymous).await?;
    let completed = visit.use_up(&mut change, asked).await?;
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
    let link = |page: &Option<String>| page.as_deref().and_then(web_link);
    let host = host_of(&asked.request.redirect_uri);
    let logo = client.metadata.logo_uri.as_deref();
    ConsentPage {
        action: consent_path(handle.reveal()),
        application: client.name.clone(),
        on_this_device: host.is_none(),
        host: host.unwrap_or_else(|| t.application_on_this_device().to_owned()),
        publisher: publisher(client.id.as_str()),
        logo: logo
            .and_then(web_link)
            .filter(|_| logo_origin(asked).is_some()),
        user,
        scopes: told(*t, asked),
        authorization_details: details(asked),
        facts: facts(*t, asked),
        policy_uri: link(&client.metadata.policy_uri),
        tos_uri: link(&client.metadata.tos_uri),
        hidden: vec![(SESSION.to_owned(), signed_in.session.to_string())],
        t,
    }
}

/// Where the picture of the application comes from. The browser fetches it, without saying from
/// which page; this server never does (checklist 56).
fn logo_origin(asked: &Asked) -> Option<Origin> {
    Origin::of(asked.request.client.metadata.logo_uri.as_deref()?)
}

/// The host that the answer goes to; none when it stays on this device, where a name says
/// nothing about who listens.
fn host_of(uri: &str) -> Option<String> {
    if redirect_uri::stays_on_the_device(uri) {
        return None;
    }
    let uri = url::Url::parse(uri).ok()?;
    uri.host_str().map(str::to_owned)
}

/// The host of a client that is known by the address of its metadata: nobody registered it.
fn publisher(client_id: &str) -> Option<String> {
    let address = url::Url::parse(client_id).ok()?;
    (address.scheme() == "https").then(|| address.host_str().map(str::to_owned))?
}

// A word that an administrator made up for a resource of theirs stands for itself.
// A claim that is asked for by its name is told as the scope that it belongs to.
fn told(language: Language, asked: &Asked) -> Vec<String> {
    let request = &asked.request;
    let by_name = request.terms.claims.scopes_beyond(&request.scope);
    let wanted = request.scope.joined(&by_name);
    let sentence = |word: &str| language.scope(word).unwrap_or(word).to_owned();
    wanted.words().map(sentence).collect()
}

fn details(asked: &Asked) -> Vec<AskedDetail> {
    let details = asked.request.terms.authorization_details.iter();
    details
        .map(|detail| AskedDetail {
            kind: detail
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            text: serde_json::to_string_pretty(detail).unwrap_or_default(),
        })
        .collect()
}

fn facts(language: Language, asked: &Asked) -> Vec<(&'static str, String)> {
    let (request, metadata) = (&asked.request, &asked.request.client.metadata);
    let claims = &request.terms.claims;
    let mut names: Vec<&str> = claims.id_token.keys().map(String::as_str).collect();
    names.extend(claims.userinfo.keys().map(String::as_str));
    names.sort_unstable();
    names.dedup();
    let mut facts = vec![
        (
            language.consent_fact_client(),
            request.client.id.to_string(),
        ),
        (language.consent_fact_return(), request.redirect_uri.clone()),
        (language.consent_fact_scope(), request.scope.to_string()),
    ];
    if let Some(home) = &metadata.client_uri {
        facts.push((language.consent_fact_home(), home.clone()));
    }
    for resource in &request.terms.resource {
        facts.push((language.consent_fact_resource(), resource.clone()));
    }
    if !names.is_empty() {
        facts.push((language.consent_fact_claims(), names.join(", ")));
    }
    if !metadata.contacts.is_empty() {
        facts.push((
            language.consent_fact_contact(),
            metadata.contacts.join(", "),
        ));
    }
    facts
}
