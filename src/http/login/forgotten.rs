//! A link for whoever has forgotten their password: the form that asks for one, the same answer
//! whoever was named, and the form behind the link.

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{gone, new_password::NewPasswordPage, visitor::Visitor};
use crate::{
    domain::{
        lifecycle::{self, NewPassword},
        signin::{self, Found, SignIn},
    },
    foundation::crypto::token::Secret,
    http::web::{
        Frame, Language, NewPasswordField, NewPasswordWrong, Page, PageForm, PageRefusal,
        pages::{MessagePage, WayOn},
        paths, see_other,
    },
};

#[derive(Template)]
#[template(path = "login/forgotten.html")]
struct ForgottenPage<'a> {
    t: Frame,
    action: String,
    back: String,
    username: &'a str,
    error: Option<&'a str>,
}

/// Shows the form.
pub(super) async fn show(visitor: Visitor) -> Result<Response, PageRefusal> {
    let sign_in = open(&visitor).await?;
    if !visitor.state.post.is_on() {
        return Ok(see_other(&visitor.path()));
    }
    let name = sign_in.login_hint.clone().unwrap_or_default();
    form(&visitor, &sign_in, &name, StatusCode::OK).await
}

/// Takes the form.
pub(super) async fn submit(
    visitor: Visitor,
    PageForm(fields): PageForm,
) -> Result<Response, PageRefusal> {
    let login = fields.text("username").trim();
    if login.is_empty() {
        let sign_in = open(&visitor).await?;
        return form(&visitor, &sign_in, "", StatusCode::BAD_REQUEST).await;
    }
    let asked = signin::ask_for_link(visitor.desk(), visitor.visit(), login).await;
    let asked = asked.map_err(|error| PageRefusal::database(&error, visitor.request_id.clone()))?;
    match asked {
        Found::Open(sign_in) => {
            let t = visitor.frame(&sign_in).await?;
            let page = MessagePage {
                title: t.forgot_sent(),
                sentences: vec![t.forgot_sent_sentence(), t.forgot_sent_browser()],
                way_on: Some(WayOn {
                    path: visitor.path(),
                    label: t.sign_in_title(),
                }),
                t,
            };
            Ok(Page::of(&page).into_response())
        }
        other => Err(gone::page(&other, visitor.request_id.clone())),
    }
}

/// Shows the form behind the link. To look at it uses nothing up: programs that look into mail
/// follow links, too.
pub(super) async fn show_reset(
    visitor: Visitor,
    Path((_, link)): Path<(String, String)>,
) -> Result<Response, PageRefusal> {
    let sign_in = open(&visitor).await?;
    let (db, now) = (&visitor.state.db, visitor.state.clock.now());
    let owner = signin::owner_of_link(db, &visitor.handle, &Secret::from(&*link), now).await;
    let owner = owner.map_err(|error| PageRefusal::database(&error, visitor.request_id.clone()))?;
    match owner {
        Some(_) => reset_form(&visitor, &sign_in, &link, None).await,
        None => Err(not_good(&visitor)),
    }
}

/// Takes the form behind the link.
pub(super) async fn submit_reset(
    visitor: Visitor,
    Path((_, link)): Path<(String, String)>,
    PageForm(fields): PageForm,
) -> Result<Response, PageRefusal> {
    let sign_in = open(&visitor).await?;
    let typed = match NewPasswordWrong::read(&fields) {
        Ok(typed) => typed,
        Err(wrong) => return reset_form(&visitor, &sign_in, &link, Some(wrong)).await,
    };
    let secret = Secret::from(link.as_str());
    let (desk, visit) = (visitor.desk(), visitor.visit());
    let attempt = lifecycle::reset_password(desk, visit, &secret, typed).await;
    match attempt.map_err(|error| visitor.failed(&error))? {
        NewPassword::Set => done(&visitor, &sign_in).await,
        NewPassword::Refused(refused) => {
            let wrong = Some(NewPasswordWrong::Refused(refused));
            reset_form(&visitor, &sign_in, &link, wrong).await
        }
        NewPassword::Gone => Err(not_good(&visitor)),
    }
}

async fn open(visitor: &Visitor) -> Result<SignIn, PageRefusal> {
    match visitor.found().await? {
        Found::Open(sign_in) => Ok(sign_in),
        // Another browser than the one that asked: it begins anew.
        Found::Unknown => Err(not_good(visitor)),
        other => Err(gone::page(&other, visitor.request_id.clone())),
    }
}

async fn form(
    visitor: &Visitor,
    sign_in: &SignIn,
    username: &str,
    status: StatusCode,
) -> Result<Response, PageRefusal> {
    let t = visitor.frame(sign_in).await?;
    let error = (status != StatusCode::OK).then(|| t.forgot_incomplete());
    let page = ForgottenPage {
        action: format!("{}/forgot", visitor.path()),
        back: visitor.path(),
        username,
        error,
        t,
    };
    Ok(Page::of(&page).status(status).into_response())
}

async fn reset_form(
    visitor: &Visitor,
    sign_in: &SignIn,
    link: &str,
    wrong: Option<NewPasswordWrong>,
) -> Result<Response, PageRefusal> {
    let t = visitor.frame(sign_in).await?;
    let error = wrong.map(|wrong| wrong.text(*t));
    let status = match error {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    let page = NewPasswordPage {
        action: format!("{}/reset/{link}", visitor.path()),
        lead: t.reset_lead(),
        field: NewPasswordField::of(&visitor.state, *t),
        error: error.as_deref(),
        t,
    };
    Ok(Page::of(&page).status(status).into_response())
}

async fn done(visitor: &Visitor, sign_in: &SignIn) -> Result<Response, PageRefusal> {
    let t = visitor.frame(sign_in).await?;
    let page = MessagePage {
        title: t.reset_done(),
        sentences: vec![t.reset_done_sentence()],
        way_on: Some(WayOn {
            path: visitor.path(),
            label: t.sign_in_title(),
        }),
        t,
    };
    Ok(Page::of(&page).into_response())
}

/// One page for a link that was used, has expired, or is another browser's.
fn not_good(visitor: &Visitor) -> PageRefusal {
    PageRefusal::new(
        StatusCode::GONE,
        "link_gone",
        Language::reset_gone,
        Language::reset_gone_sentence,
    )
    .way_on(paths::ACCOUNT, Language::sign_in_title)
    .of_request(visitor.request_id.clone())
}
