//! The answers of the authorization endpoint that go to the client through the browser: in the
//! query, in the fragment, or in a form; as they are, or as one signed text.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::encrypt;
use super::redirect::{see_other, with_query};
use super::visit::Visit;
use crate::domain::clients::{CannotEncrypt, Reader, ResponseMode};
use crate::domain::grants::{RedirectRefusal, ReturnAddress, is_signed};
use crate::domain::signing_keys;
use crate::http::web::{FormAction, Frame, Language, Page, PageRefusal, send_form_path};

/// What an answer says, beside `state` and `iss`.
pub(super) type Fields = Vec<(&'static str, String)>;

/// The page whose form carries the answer (OAuth 2.0 Form Post Response Mode).
#[derive(Template)]
#[template(path = "oidc/form_post.html")]
struct FormPostPage<'a> {
    t: Frame,
    action: &'a str,
    application: &'a str,
    script: String,
    hidden: &'a [(&'static str, String)],
}

/// Why an answer cannot go out as the client registered it.
#[derive(Debug, thiserror::Error)]
enum NotCarried {
    #[error(transparent)]
    Signing(#[from] signing_keys::Error),
    #[error(transparent)]
    Encryption(#[from] CannotEncrypt),
}

/// To whom the answer is encrypted, if the client registered that for its signed answers. Asked
/// before anything is used up: a key set that does not answer must not cost a request.
pub(super) async fn reader(
    visit: &Visit,
    to: &ReturnAddress,
) -> Result<Option<Reader>, CannotEncrypt> {
    let encryption = to.client.answer_encryption();
    let encryption = encryption.filter(|_| is_signed(to.mode));
    encrypt::reader(&visit.state, &to.client, encryption, visit.now).await
}

/// Sends an answer.
pub(super) async fn send(visit: &Visit, to: &ReturnAddress, answer: Fields) -> Response {
    match carried(visit, to, answer).await {
        Ok(fields) => match to.mode {
            ResponseMode::FormPost | ResponseMode::FormPostJwt => by_form(visit, to, &fields),
            ResponseMode::Fragment | ResponseMode::FragmentJwt => {
                see_other(&format!("{}#{}", to.redirect_uri, encoded(&fields)))
            }
            ResponseMode::Query | ResponseMode::QueryJwt | ResponseMode::Jwt => {
                see_other(&with_query(&to.redirect_uri, &encoded(&fields)))
            }
        },
        // An answer that the client wants signed or encrypted is not sent in another way.
        Err(NotCarried::Encryption(error)) => no_key(visit, to, &error),
        Err(error) => {
            tracing::error!(%error, "an authorization response could not be made");
            PageRefusal::internal(visit.request_id.clone()).into_response()
        }
    }
}

/// The page for an answer that cannot be encrypted to its client, whose fault that is.
pub(super) fn no_key(visit: &Visit, to: &ReturnAddress, error: &CannotEncrypt) -> Response {
    tracing::warn!(client = %to.client.id, %error, "an answer cannot be encrypted");
    PageRefusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "temporarily_unavailable",
        Language::no_key,
        Language::no_key_sentence,
    )
    .of_request(visit.request_id.clone())
    .into_response()
}

/// Sends the error of a check.
pub(super) async fn refuse(visit: &Visit, refusal: &RedirectRefusal) -> Response {
    let answer = vec![
        ("error", refusal.error.as_str().to_owned()),
        ("error_description", refusal.description.to_owned()),
    ];
    send(visit, &refusal.to, answer).await
}

// Every answer names the issuer (RFC 9207): a client that talks to several cannot be made to
// take one for another. A signed one names it within (JARM §2.1).
async fn carried(
    visit: &Visit,
    to: &ReturnAddress,
    mut answer: Fields,
) -> Result<Fields, NotCarried> {
    let (issuer, keys) = (&visit.state.issuer, &visit.state.signing_keys);
    if let Some(state) = &to.state {
        answer.push(("state", state.clone()));
    }
    if is_signed(to.mode) {
        let signed = to.sign(&answer, issuer, keys, visit.now)?;
        let response = match reader(visit, to).await? {
            Some(reader) => reader.enclose(&signed)?,
            None => signed,
        };
        return Ok(vec![("response", response)]);
    }
    answer.push(("iss", issuer.clone()));
    Ok(answer)
}

fn encoded(fields: &[(&'static str, String)]) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(fields);
    text.finish()
}

// The button is for browsers without script. Nothing but this one address may be posted to.
fn by_form(visit: &Visit, to: &ReturnAddress, fields: &[(&'static str, String)]) -> Response {
    let page = FormPostPage {
        t: visit.state.frame(visit.languages.choose(None)),
        action: &to.redirect_uri,
        application: &to.client.name,
        script: send_form_path(),
        hidden: fields,
    };
    let form_action = FormAction::Application(to.redirect_uri.clone());
    Page::of(&page)
        .status(StatusCode::OK)
        .form_action(form_action)
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keycloak_cve_2026_9689_values_cannot_add_parameters() {
        let state = "x&code=stolen#f\r\nSet-Cookie: a=b".to_owned();
        let fields = [("code", "c".to_owned()), ("state", state)];
        assert_eq!(
            with_query("https://a/cb", &encoded(&fields)),
            "https://a/cb?code=c&state=x%26code%3Dstolen%23f%0D%0ASet-Cookie%3A+a%3Db"
        );
    }
}
