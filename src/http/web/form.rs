//! `application/x-www-form-urlencoded` bodies: small, and each field once.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use zeroize::Zeroizing;

use super::{csrf, refusal::PageRefusal, request_id::RequestId, state::State};

/// The largest form: 64 kB.
pub const LARGEST_FORM: usize = 64 * 1024;

/// The fields that a form may hold several times: lists, by their definition (RFC 8707 §2,
/// RFC 8693 §2.1).
const LISTS: [&str; 2] = ["resource", "audience"];
/// More of one list than this is no honest request.
const LONGEST_LIST: usize = 16;

/// The fields of a form. Cleared when dropped: they can be passwords and codes.
pub struct Form(Vec<(String, Zeroizing<String>)>);

/// Why a form was not read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FormRefused {
    /// Another content type.
    #[error("the body must be application/x-www-form-urlencoded")]
    NotAForm,
    /// More than [`LARGEST_FORM`].
    #[error("the body is larger than 64 kB")]
    TooLarge,
    /// A field twice: two readers could believe two different values.
    #[error("a parameter is given more than once")]
    Duplicate,
    /// The body broke off or is not text.
    #[error("the body cannot be read")]
    Unreadable,
}

impl FormRefused {
    /// The status for a protocol that has none of its own.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Duplicate | Self::Unreadable => StatusCode::BAD_REQUEST,
        }
    }
}

impl Form {
    /// Reads a form from a request's body.
    ///
    /// # Errors
    /// When it is not a form, too large, or has a field twice.
    pub async fn read(headers: &HeaderMap, body: Body) -> Result<Self, FormRefused> {
        if !is_form(headers) {
            return Err(FormRefused::NotAForm);
        }
        let read = Limited::new(body, LARGEST_FORM).collect().await;
        let bytes = read.map_err(|error| {
            if error.is::<LengthLimitError>() {
                FormRefused::TooLarge
            } else {
                FormRefused::Unreadable
            }
        })?;
        Self::parse(&bytes.to_bytes())
    }

    /// Reads fields from a body or a query.
    ///
    /// # Errors
    /// When a field is there twice.
    pub fn parse(text: &[u8]) -> Result<Self, FormRefused> {
        let mut fields: Vec<(String, Zeroizing<String>)> = Vec::new();
        for (name, value) in form_urlencoded::parse(text) {
            let known = fields.iter().filter(|(known, _)| *known == name).count();
            let most = if LISTS.contains(&name.as_ref()) {
                LONGEST_LIST
            } else {
                1
            };
            if known >= most {
                return Err(FormRefused::Duplicate);
            }
            fields.push((name.into_owned(), Zeroizing::new(value.into_owned())));
        }
        Ok(Self(fields))
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.as_str())
    }

    /// The values of a field that may be there several times; empty ones count as left out.
    pub fn list(&self, name: &str) -> Vec<String> {
        let values = self.fields().filter(|(known, _)| *known == name);
        let given = values
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty());
        given.map(str::to_owned).collect()
    }

    /// The value of a field, or nothing.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// All fields, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    let kind = kind
        .and_then(|kind| kind.split(';').next())
        .unwrap_or_default();
    kind.trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// A form of one of our own pages: not sent by another site's page. Refusals are pages.
pub struct PageForm(pub Form);

impl FromRequest<State> for PageForm {
    type Rejection = PageRefusal;

    async fn from_request(request: Request, state: &State) -> Result<Self, PageRefusal> {
        let (parts, body) = request.into_parts();
        let request_id = RequestId::of(&parts.extensions);
        csrf::check(&parts.headers, &state.public_url)
            .map_err(|_| PageRefusal::cross_site(request_id.clone()))?;
        let form = Form::read(&parts.headers, body).await;
        form.map(Self)
            .map_err(|refused| PageRefusal::form(&refused, request_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_there_twice_refuses_the_form() {
        assert_eq!(
            Form::parse(b"a=1&b=2&a=1").err(),
            Some(FormRefused::Duplicate)
        );
        assert_eq!(
            Form::parse(b"a=1&%61=2").err(),
            Some(FormRefused::Duplicate)
        );
    }

    #[test]
    fn a_list_may_be_there_several_times_and_not_without_end() {
        let form = Form::parse(b"resource=a&x=1&resource=&resource=b").unwrap();
        assert_eq!(form.list("resource"), ["a", "b"]);
        let endless = "resource=a&".repeat(17);
        assert_eq!(
            Form::parse(endless.as_bytes()).err(),
            Some(FormRefused::Duplicate)
        );
    }

    #[test]
    fn fields_are_decoded() {
        let form = Form::parse(b"username=ada%40example.test&password=a+b%2Bc&empty=").unwrap();
        assert_eq!(form.get("username"), Some("ada@example.test"));
        assert_eq!(form.text("password"), "a b+c");
        assert_eq!(form.get("empty"), Some(""));
        assert_eq!(form.get("absent"), None);
    }
}
