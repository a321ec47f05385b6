//! `/oauth2/logout`: sign-out that an application asks for (RP-Initiated Logout 1.0).

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::visit::{Ended, Visit, ended};
use super::{LOGOUT_CONFIRM, frontchannel, redirect};
use crate::domain::audit::Actor;
use crate::domain::clients::Client;
use crate::domain::directory;
use crate::domain::grants::{IdTokenHint, SignedInTo};
use crate::domain::lifecycle;
use crate::domain::signin::{EndReason, Session};
use crate::foundation::db;
use crate::http::web::pages::{LogoutConfirmPage, SignedOutPage};
use crate::http::web::{
    CookieName, Form, FormAction, FormRefused, Language, Languages, Page, PageForm, PageRefusal,
    Said, SetCookies, go_on_path,
};

/// What is kept of the request while the person is asked.
const KEPT: [&str; 4] = [
    "client_id",
    "post_logout_redirect_uri",
    "state",
    "ui_locales",
];
/// Says for which session the page was shown.
const SESSION: &str = "session";

/// A browser that comes to leave.
struct Leaving(Visit);

/// A checked request.
struct Asked {
    hint: Option<IdTokenHint>,
    application: Option<String>,
    /// Where the browser goes afterwards: registered by the client.
    back: Option<String>,
    /// In which languages the pages may be.
    languages: Languages,
}

/// By query.
pub(super) async fn by_query(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    Leaving(visit).answer(form).await
}

/// By form: an application may keep its user's ID token out of the address.
pub(super) async fn by_form(visit: Visit, body: Body) -> Response {
    let form = Form::read(&visit.headers, body).await;
    Leaving(visit).answer(form).await
}

/// The button of our own page.
pub(super) async fn confirm(visit: Visit, PageForm(form): PageForm) -> Response {
    Leaving(visit)
        .confirmed(&form)
        .await
        .unwrap_or_else(|response| *response)
}

impl Leaving {
    async fn answer(&self, form: Result<Form, FormRefused>) -> Response {
        match form {
            Ok(form) => self.begin(&form).await.unwrap_or_else(|response| *response),
            Err(_) => *self.refused(Language::sign_out_not_a_form),
        }
    }

    async fn begin(&self, form: &Form) -> Result<Response, Ended> {
        let asked = self.check(form).await?;
        let Some(session) = self.0.session().await? else {
            return self.signed_out(&asked, &[]).await;
        };
        // Whoever shows an ID token of this very session is the application that has it; anybody
        // else could be a page that wants to annoy.
        let own = |hint: &IdTokenHint| hint.session == session.id && hint.user == session.user;
        if asked.hint.as_ref().is_some_and(own) {
            let told = self.end(&session).await?;
            return self.signed_out(&asked, &told).await;
        }
        self.ask(form, &asked, &session).await
    }

    async fn confirmed(&self, form: &Form) -> Result<Response, Ended> {
        let asked = self.check(form).await?;
        let Some(session) = self.0.session().await? else {
            return self.signed_out(&asked, &[]).await;
        };
        if form.text("decision") != "sign_out" {
            return Ok(redirect::to_path("/account"));
        }
        if form.text(SESSION) != session.id.to_string() {
            return self.ask(form, &asked, &session).await;
        }
        let told = self.end(&session).await?;
        self.signed_out(&asked, &told).await
    }

    // A hint that is not ours counts for nothing, and an address that the client did not
    // register word for word is not followed.
    async fn check(&self, form: &Form) -> Result<Asked, Ended> {
        let given = |name: &str| form.get(name).filter(|value| !value.is_empty());
        let (state, now) = (&self.0.state, self.0.now);
        let hint = given("id_token_hint")
            .map(|hint| {
                let keys = (&state.signing_keys, &state.master_key);
                let read = IdTokenHint::read(hint, &state.issuer, keys, now);
                read.ok_or_else(|| self.refused(Language::sign_out_foreign_hint))
            })
            .transpose()?;
        let id = given("client_id").or(hint.as_ref().map(|hint| hint.client.as_str()));
        if hint
            .as_ref()
            .is_some_and(|hint| Some(hint.client.as_str()) != id)
        {
            return Err(self.refused(Language::sign_out_other_application));
        }
        let client = match id {
            Some(id) => {
                let found = state.clients.find(&state.db, id, now).await;
                found.map_err(|error| self.0.database(&error))?
            }
            None => None,
        };
        let back = match given("post_logout_redirect_uri") {
            Some(uri) => Some(self.registered(client.as_deref(), uri)?),
            None => None,
        };
        let back = back.map(|uri| match given("state") {
            Some(text) => {
                let mut query = form_urlencoded::Serializer::new(String::new());
                redirect::with_query(uri, &query.append_pair("state", text).finish())
            }
            None => uri.to_owned(),
        });
        Ok(Asked {
            hint,
            application: client.map(|client| client.name.clone()),
            back,
            languages: self.0.languages.asked_for(given("ui_locales")),
        })
    }

    fn registered<'u>(&self, client: Option<&Client>, uri: &'u str) -> Result<&'u str, Ended> {
        let own = |client: &Client| client.is_enabled() && client.may_return_after_logout_to(uri);
        if client.is_some_and(own) {
            return Ok(uri);
        }
        Err(self.refused(Language::sign_out_return_address))
    }

    async fn ask(&self, form: &Form, asked: &Asked, session: &Session) -> Result<Response, Ended> {
        let user = directory::find_user(&self.0.state.db, session.user).await;
        let user = user.map_err(|error| self.0.database(&error))?;
        let kept = KEPT
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), form.get(name)?.to_owned())));
        let mut hidden: Vec<_> = kept.collect();
        // The ID token itself stays out of the page; the client that it named goes on.
        if let Some(hint) = &asked.hint
            && form.get("client_id").is_none()
        {
            hidden.push(("client_id".to_owned(), hint.client.clone()));
        }
        hidden.push((SESSION.to_owned(), session.id.to_string()));
        let profile = user.map(|user| user.profile);
        let page = LogoutConfirmPage {
            t: self.0.state.frame(asked.languages.choose(profile.as_ref())),
            action: LOGOUT_CONFIRM.to_owned(),
            application: asked.application.clone(),
            user: profile.map(|profile| profile.user_name).unwrap_or_default(),
            hidden,
        };
        Ok(Page::of(&page)
            .form_action(FormAction::ThenAnApplication)
            .into_response())
    }

    async fn end(&self, session: &Session) -> Result<Vec<SignedInTo>, Ended> {
        self.write_end(session)
            .await
            .map_err(|error| self.0.database(&error))
    }

    async fn write_end(&self, session: &Session) -> Result<Vec<SignedInTo>, db::Error> {
        let actor = Actor::User(session.user.to_string());
        let mut change = self.0.change(actor).await?;
        let told = lifecycle::end_session(&mut change, session.id, EndReason::SignedOut).await?;
        change.unrecorded("what ended is recorded; it may have ended a moment ago");
        change.commit().await?;
        Ok(told)
    }

    /// The answer: at once to where the application wants the browser, unless there are
    /// applications whose pages the browser has to load first.
    async fn signed_out(&self, asked: &Asked, told: &[SignedInTo]) -> Result<Response, Ended> {
        let cookies = SetCookies::none().clear(&self.0.state, CookieName::Session);
        let frames = frontchannel::frames(&self.0.state, told, self.0.now).await;
        let frames = frames.map_err(|error| self.0.database(&error))?;
        if let (Some(uri), true) = (&asked.back, frames.is_empty()) {
            return Ok((cookies, redirect::see_other(uri)).into_response());
        }
        let page = SignedOutPage {
            t: self.0.state.frame(asked.languages.choose(None)),
            onward: asked.back.clone(),
            frames: frames.iter().map(|frame| frame.address.clone()).collect(),
            script: go_on_path(),
        };
        let origins = frames.into_iter().map(|frame| frame.origin);
        let page = Page::of(&page)
            .runs_script(page.onward.is_some())
            .frames_of(origins);
        Ok((cookies, page).into_response())
    }

    fn refused(&self, sentence: Said) -> Ended {
        let refusal = PageRefusal::new(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            Language::sign_out_refused,
            sentence,
        );
        ended(refusal.of_request(self.0.request_id.clone()))
    }
}
