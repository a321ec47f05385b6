//! A browser that came with an authorization request: what is known of it, and the walk from
//! the question *what next* to an answer.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::answer::{self, Fields};
use super::front::{self, Issued};
use super::{consent_path, redirect};
use crate::domain::audit::{Actor, Change};
use crate::domain::clients::Client;
use crate::domain::grants::{
    self, Allowed, AuthorizationRequest, ErrorCode, KeptRequest, NewCode, Next, NotRead, Open,
    Origin, Parameters, ReadRequest, Reading, RedirectRefusal, Refusal, SignedIn, Situation,
    Vouched, request,
};
use crate::domain::signin::{self, Demand, Destination, Method, NewSignIn, Session, Step};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;
use crate::http::web::{
    self, Browser, Language, Languages, PageRefusal, RequestId, Said, State, paths,
};

/// The browser at the door, at one moment.
pub(super) struct Visit {
    pub(super) state: State,
    pub(super) headers: HeaderMap,
    pub(super) browser: Browser,
    pub(super) languages: Languages,
    pub(super) request_id: Option<RequestId>,
    pub(super) now: Timestamp,
}

impl FromRequestParts<State> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        Ok(Self {
            state: state.clone(),
            headers: parts.headers.clone(),
            browser: Browser::from_request_parts(parts, state).await?,
            languages: Languages::from_request_parts(parts, state).await?,
            request_id: RequestId::of(&parts.extensions),
            now: state.clock.now(),
        })
    }
}

/// A checked request, and what became of it so far.
pub(super) struct Asked {
    pub(super) request: AuthorizationRequest,
    pub(super) kept: KeptRequest,
    /// The handle, when it was kept for a person.
    pub(super) handle: Option<Secret>,
    /// Whether the person has just allowed it.
    pub(super) allowed_now: bool,
    /// Whether that is to be remembered, so that they are not asked again.
    pub(super) remembered: bool,
}

/// Why a visit ends without the answer that was asked for.
pub(super) type Ended = Box<Response>;

pub(super) fn ended(response: impl IntoResponse) -> Ended {
    Box::new(response.into_response())
}

impl Visit {
    /// The client of that name.
    pub(super) async fn client(&self, id: &str) -> Result<Arc<Client>, Ended> {
        let found = self.state.client(id, self.now).await;
        let found = found.map_err(|error| self.database(&error))?;
        found
            .filter(|client| client.is_enabled())
            .ok_or_else(|| self.page(grants::PageRefusal::UnknownClient))
    }

    /// Reads what was asked, wherever it stands.
    pub(super) async fn read(
        &self,
        parameters: &Parameters,
    ) -> Result<(Arc<Client>, ReadRequest), Ended> {
        let id = request::client_id(parameters).map_err(|refusal| self.page(refusal))?;
        let client = self.client(id).await?;
        let reading = Reading {
            db: &self.state.db,
            outbound: &self.state.outbound,
            key_sets: &self.state.key_sets,
            own_keys: &self.state.signing_keys,
            master: &self.state.master_key,
            issuer: &self.state.issuer,
            client: &client,
            now: self.now,
        };
        match reading.brought(parameters).await {
            Ok(read) => Ok((client, read)),
            Err(NotRead::Database(error)) => Err(self.database(&error)),
            Err(NotRead::Refused(error, text)) => {
                let refusal = request::unreadable(parameters, &client, (error, text));
                Err(self.refusal(refusal).await)
            }
        }
    }

    /// Checks what was read, as if it had come this moment: also a kept request, whose client
    /// may have been changed since.
    pub(super) async fn check(
        &self,
        client: &Arc<Client>,
        parameters: &Parameters,
        origin: &Origin,
    ) -> Result<AuthorizationRequest, Ended> {
        let checked = request::check(parameters, origin, client, &self.state.issuer);
        match checked {
            Ok(request) => Ok(request),
            Err(refusal) => Err(self.refusal(refusal).await),
        }
    }

    async fn refusal(&self, refusal: Refusal) -> Ended {
        match refusal {
            Refusal::Page(refusal) => self.page(refusal),
            Refusal::Redirect(refusal) => Box::new(answer::refuse(self, &refusal).await),
        }
    }

    /// Who is signed in in this browser.
    pub(super) async fn signed_in(&self) -> Result<Option<SignedIn>, Ended> {
        let session = self.session().await?;
        Ok(session.map(|session| signed_in(&session)))
    }

    /// The live session of this browser.
    pub(super) async fn session(&self) -> Result<Option<Session>, Ended> {
        let session = web::session(&self.state, &self.headers).await;
        session.map_err(|error| self.database(&error))
    }

    /// What a session lacks to be of use to a client.
    pub(super) async fn lacks(&self, client: &Client, session: &Session) -> Result<Step, Ended> {
        let (db, rules) = (&self.state.db, self.state.mfa);
        let lacks = signin::session_lacks(db, session, client.demand(), rules, self.now).await;
        lacks.map_err(|error| self.database(&error))
    }

    /// Decides what is next for `asked`.
    pub(super) async fn next(
        &self,
        asked: &Asked,
        session: Option<&Session>,
    ) -> Result<Next, Ended> {
        let client = &asked.request.client;
        let (mut consented, mut lacks) = (None, Step::Complete);
        if let Some(session) = session {
            let found = grants::consented(&self.state.db, session.user, &client.id).await;
            consented = found.map_err(|error| self.database(&error))?;
            lacks = self.lacks(client, session).await?;
        }
        let who = session.map(signed_in);
        let open = session.zip(who.as_ref()).map(|(session, signed_in)| Open {
            signed_in,
            proven_since: session.proven_since,
            lacks,
        });
        Ok(grants::what_next(&Situation {
            request: &asked.request,
            asked_at: asked.kept.asked_at,
            resumed: asked.handle.is_some(),
            open,
            expected: asked.kept.expected,
            consented: consented.as_ref(),
            vouched: asked.kept.origin.vouched.is_some(),
            allowed_now: asked.allowed_now,
            now: self.now,
        }))
    }

    /// Goes on with what is next.
    pub(super) async fn proceed(&self, asked: Asked) -> Response {
        match self.answer(asked).await {
            Ok(response) => response,
            Err(response) => *response,
        }
    }

    async fn answer(&self, asked: Asked) -> Result<Response, Ended> {
        let session = self.session().await?;
        match (self.next(&asked, session.as_ref()).await?, session) {
            (Next::Issue, Some(session)) => self.issue(&asked, &session).await,
            (Next::AskConsent, Some(_)) => self.send_to_consent(&asked).await,
            (Next::Refuse(error), _) => Err(self.refuse(&asked.request, error, why(error)).await),
            (Next::SignIn(demand), _) => self.send_to_sign_in(&asked, demand).await,
            (Next::Issue | Next::AskConsent, None) => {
                self.send_to_sign_in(&asked, Demand::NONE).await
            }
        }
    }

    async fn issue(&self, asked: &Asked, session: &Session) -> Result<Response, Ended> {
        let signed_in = &signed_in(session);
        if let Some(vouched) = &asked.kept.origin.vouched {
            let proven = (signed_in, session.methods.as_slice());
            return self.issue_externally(asked, vouched, proven).await;
        }
        let to = asked.request.return_address();
        if let Err(error) = answer::reader(self, &to).await {
            return Err(Box::new(answer::no_key(self, &to, &error)));
        }
        let reader = match front::reader(self, asked).await {
            Ok(reader) => reader,
            Err(error) => {
                tracing::warn!(client = %to.client.id, %error, "an ID token cannot be encrypted");
                let text = "the client's key set has no key to encrypt to, or does not answer";
                let error = ErrorCode::TemporarilyUnavailable;
                return Err(self.refuse(&asked.request, error, text).await);
            }
        };
        let issued = self.write(asked, signed_in).await;
        let Some(issued) = issued.map_err(|error| self.database(&error))? else {
            return Err(self.gone());
        };
        let fields = front::fields(self, asked, issued, reader.as_ref()).await;
        let fields = fields.map_err(|error| self.failed(&error))?;
        Ok(self.send(asked, fields).await)
    }

    async fn issue_externally(
        &self,
        asked: &Asked,
        vouched: &Vouched,
        proven: (&SignedIn, &[Method]),
    ) -> Result<Response, Ended> {
        let fields = front::external(self, asked, vouched, proven);
        let fields = fields.map_err(|error| self.failed(&error))?;
        let completed = self.complete(asked, proven.0).await;
        if !completed.map_err(|error| self.database(&error))? {
            return Err(self.gone());
        }
        match fields {
            Some(fields) => Ok(self.send(asked, fields).await),
            None => {
                let error = ErrorCode::UnmetAuthenticationRequirements;
                Err(self.refuse(&asked.request, error, why(error)).await)
            }
        }
    }

    async fn send(&self, asked: &Asked, fields: Fields) -> Response {
        let answer = answer::send(self, &asked.request.return_address(), fields).await;
        (self.browser.cookies(&self.state), answer).into_response()
    }

    async fn complete(&self, asked: &Asked, signed_in: &SignedIn) -> Result<bool, db::Error> {
        let actor = Actor::User(signed_in.user.to_string());
        let mut change = self.change(actor).await?;
        let completed = self.use_up(&mut change, asked).await?;
        change.commit().await?;
        Ok(completed)
    }

    /// Uses up what the request was kept under and what it was pushed as; whether it may still
    /// be answered.
    pub(super) async fn use_up(
        &self,
        change: &mut Change,
        asked: &Asked,
    ) -> Result<bool, db::Error> {
        if let Some(handle) = &asked.handle {
            let browser = self.browser.digest();
            if !grants::complete_request(change, handle, &browser).await? {
                return Ok(false);
            }
        }
        grants::complete_pushed(change, &asked.kept.origin).await
    }

    async fn write(
        &self,
        asked: &Asked,
        signed_in: &SignedIn,
    ) -> Result<Option<Issued>, db::Error> {
        let actor = Actor::User(signed_in.user.to_string());
        let mut change = self.change(actor).await?;
        if !self.use_up(&mut change, asked).await? {
            return Ok(None);
        }
        let request = &asked.request;
        if asked.allowed_now && asked.remembered {
            let allowed = Allowed::by(request);
            let client = &request.client.id;
            grants::give_consent_to(&mut change, signed_in.user, client, &allowed).await?;
        }
        let new = NewCode {
            request,
            signed_in,
            lifetimes: self.state.tokens.lifetimes,
        };
        let kind = request.response_type;
        let in_front = if kind.has_token() || kind.has_id_token() {
            let begun = grants::begin_in_front(&mut change, &new).await?;
            match begun {
                None => return Ok(None),
                begun => begun,
            }
        } else {
            None
        };
        let code = if kind.has_code() {
            Some(grants::issue_code(&mut change, &self.state.master_key, &new).await?)
        } else {
            None
        };
        change.commit().await?;
        Ok(Some(Issued { code, in_front }))
    }

    async fn send_to_consent(&self, asked: &Asked) -> Result<Response, Ended> {
        let kept = async {
            let mut change = self.change(Actor::Anonymous).await?;
            let handle = self.keep(&mut change, asked).await?;
            change.commit().await?;
            Ok(handle)
        };
        let handle = kept.await.map_err(|error| self.database(&error))?;
        let answer = redirect::to_path(&consent_path(handle.reveal()));
        Ok((self.browser.cookies(&self.state), answer).into_response())
    }

    async fn send_to_sign_in(&self, asked: &Asked, demand: Demand) -> Result<Response, Ended> {
        let session = self.session().await?;
        let begun = async {
            let mut change = self.change(Actor::Anonymous).await?;
            let handle = self.keep(&mut change, asked).await?;
            let new = NewSignIn {
                browser: self.browser.digest(),
                destination: Destination::Authorize(handle.reveal().to_owned()),
                application: Some(asked.request.client.name.clone()),
                login_hint: asked.request.login_hint.clone(),
                demand,
                session: session.filter(|session| is_expected(asked, session)),
            };
            let sign_in = signin::begin(&mut change, &new, self.state.lifetimes).await?;
            change.commit().await?;
            Ok(sign_in)
        };
        let handle = begun.await.map_err(|error| self.database(&error))?;
        let answer = redirect::to_path(&paths::sign_in(&handle));
        Ok((self.browser.cookies(&self.state), answer).into_response())
    }

    async fn keep(&self, change: &mut Change, asked: &Asked) -> Result<Secret, db::Error> {
        match &asked.handle {
            Some(handle) => Ok(handle.clone()),
            None => {
                let browser = self.browser.digest();
                grants::keep_request(change, &browser, &asked.kept).await
            }
        }
    }

    pub(super) async fn change(&self, actor: Actor) -> Result<Change, db::Error> {
        let change = Change::begin(&self.state.db, actor, self.now).await?;
        Ok(match &self.request_id {
            Some(id) => change.of_request(id.as_str()),
            None => change,
        })
    }

    pub(super) async fn refuse(
        &self,
        request: &AuthorizationRequest,
        error: ErrorCode,
        description: &'static str,
    ) -> Ended {
        let refusal = RedirectRefusal {
            to: request.return_address(),
            error,
            description,
        };
        Box::new(answer::refuse(self, &refusal).await)
    }

    fn page(&self, refusal: grants::PageRefusal) -> Ended {
        let (code, title, sentence): (_, Said, Said) = match refusal {
            grants::PageRefusal::ClientMissing => (
                "invalid_request",
                Language::client_missing,
                Language::client_missing_sentence,
            ),
            grants::PageRefusal::UnknownClient => (
                "invalid_client",
                Language::client_unknown,
                Language::client_unknown_sentence,
            ),
            grants::PageRefusal::RedirectUri => (
                "invalid_redirect_uri",
                Language::redirect_uri,
                Language::redirect_uri_sentence,
            ),
            grants::PageRefusal::Unreadable(ErrorCode::InvalidRequestUri) => (
                "invalid_request_uri",
                Language::request_gone,
                Language::request_gone_sentence,
            ),
            grants::PageRefusal::Unreadable(error) => (
                error.as_str(),
                Language::unreadable_request,
                Language::unreadable_request_sentence,
            ),
        };
        ended(
            PageRefusal::new(StatusCode::BAD_REQUEST, code, title, sentence)
                .of_request(self.request_id.clone()),
        )
    }

    /// The page for a handle that is worth nothing (any more), or not to this browser.
    pub(super) fn gone(&self) -> Ended {
        ended(
            PageRefusal::new(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                Language::request_gone,
                Language::request_gone_sentence,
            )
            .of_request(self.request_id.clone()),
        )
    }

    fn failed(&self, error: &dyn std::fmt::Display) -> Ended {
        tracing::error!(%error, "an authorization response could not be made");
        ended(PageRefusal::internal(self.request_id.clone()))
    }

    pub(super) fn database(&self, error: &db::Error) -> Ended {
        ended(PageRefusal::database(error, self.request_id.clone()))
    }
}

fn is_expected(asked: &Asked, session: &Session) -> bool {
    let expected = asked.kept.expected;
    expected.is_none_or(|expected| expected == session.user)
}

pub(super) fn signed_in(session: &Session) -> SignedIn {
    SignedIn {
        user: session.user,
        session: session.id,
        auth_time: session.auth_time,
        amr: session.amr.join(" "),
        acr: session.acr.to_string(),
    }
}

fn why(error: ErrorCode) -> &'static str {
    match error {
        ErrorCode::LoginRequired => "nobody suitable is signed in",
        ErrorCode::InteractionRequired => "the person has to set up a second factor",
        ErrorCode::ConsentRequired => "the person has not allowed this yet",
        ErrorCode::UnmetAuthenticationRequirements => {
            "the person cannot be authenticated as the request demands"
        }
        _ => "the request cannot be answered",
    }
}
