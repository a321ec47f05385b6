//! Addresses of one door that another leads to (doors do not use each other; this is what they
//! agree on), and the one place that knows under which path of its host the server lies.
//!
//! Within the program a path is what the routes say: `/login/…`, `/account`. An issuer with a
//! path (`https://id.example.com/tenant`) is put on where a path leaves and taken off where one
//! comes in:
//!
//! - a page writes `{{ t.at(action) }}` wherever it names an address of this server;
//! - a redirect to a path of this server gets the prefix on the outside of all doors;
//! - full addresses (metadata, SCIM `location`, letters) begin with `state.issuer`, which has it.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderValue, Response, Uri, header, uri::PathAndQuery};
use url::Url;

use crate::{domain::signin::Destination, foundation::crypto::token::Secret};

/// The first page of a person's own account.
pub const ACCOUNT: &str = "/account";

/// Where the form is sent that ends the session: fields `decision` with `sign_out`, and `session`
/// with the session's id.
pub const SIGN_OUT: &str = "/oauth2/logout/confirm";

/// Where a sign-in goes on, by the handle that `signin::begin` gave.
#[must_use]
pub fn sign_in(handle: &Secret) -> String {
    format!("/login/{}", handle.reveal())
}

/// Where a sign-in goes on when it is complete.
#[must_use]
pub fn destination(destination: &Destination) -> String {
    match destination {
        Destination::Authorize(handle) => format!("/oauth2/authorize/resume/{handle}"),
        Destination::Device(code) if code.is_empty() => "/device".to_owned(),
        Destination::Device(code) => format!("/device?user_code={code}"),
        Destination::Account(page) if page.is_empty() => ACCOUNT.to_owned(),
        Destination::Account(page) => format!("{ACCOUNT}/{page}"),
    }
}

/// Where documents about a host are, and its probes: names that no prefix can begin with.
pub const OF_THE_HOST: [&str; 3] = [".well-known", "healthz", "readyz"];

/// The path of the public URL, without a slash at its end; empty when it has none.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Prefix(Arc<str>);

impl Prefix {
    /// That of a public URL.
    #[must_use]
    pub fn of(public_url: &Url) -> Self {
        Self(public_url.path().trim_end_matches('/').into())
    }

    /// Whether the server has its host to itself.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The path as text: empty, or with a slash at its beginning.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A path of this server as browsers have to ask for it.
    #[must_use]
    pub fn outward(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// What the routes call a path that was asked for; none when it is not of this server.
    ///
    /// - `/tenant/login` is `/login`;
    /// - `/.well-known/openid-configuration/tenant` is `/.well-known/openid-configuration`: the
    ///   name of a document goes between host and path (RFC 8414 §3.1, RFC 9728 §3.1);
    /// - `/healthz` and `/readyz` answer without the prefix too: a probe asks the process.
    fn inward(&self, asked: &str) -> Option<String> {
        if let Some(path) = self.below(asked) {
            return Some(if path.is_empty() { "/" } else { path }.to_owned());
        }
        if let Some(document) = asked.strip_prefix("/.well-known/") {
            let name = &document[..document.find('/')?];
            let rest = self.below(&document[name.len()..])?;
            return Some(format!("/.well-known/{name}{rest}"));
        }
        matches!(asked, "/healthz" | "/readyz").then(|| asked.to_owned())
    }

    /// The rest of a path that lies at the prefix or under it.
    fn below<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(&*self.0)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }

    /// Turns a request into what the routes know; whether it is for this server at all.
    pub(super) fn take_in(&self, request: &mut Request) -> bool {
        let Some(path) = self.inward(request.uri().path()) else {
            return false;
        };
        let text = match request.uri().query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = PathAndQuery::try_from(text).ok();
        let Ok(uri) = Uri::from_parts(parts) else {
            return false;
        };
        *request.uri_mut() = uri;
        true
    }

    /// Completes a redirect that names a path of this server.
    pub(super) fn lead_out<B>(&self, response: &mut Response<B>) {
        if self.is_empty() {
            return;
        }
        let Some(location) = response.headers().get(header::LOCATION) else {
            return;
        };
        let path = location.as_bytes();
        if !path.starts_with(b"/") || path.starts_with(b"//") {
            return;
        }
        let whole = [self.0.as_bytes(), path].concat();
        if let Ok(mut whole) = HeaderValue::from_bytes(&whole) {
            whole.set_sensitive(location.is_sensitive());
            response.headers_mut().insert(header::LOCATION, whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(url: &str) -> Prefix {
        Prefix::of(&Url::parse(url).unwrap())
    }

    #[test]
    fn what_lies_under_the_prefix_is_ours_and_nothing_beside_it() {
        let tenant = prefix("https://id.example.com/a/tenant/");
        for (asked, path) in [
            ("/a/tenant", Some("/")),
            ("/a/tenant/", Some("/")),
            ("/a/tenant/login/x", Some("/login/x")),
            ("/a/tenant//evil", Some("//evil")),
            ("/a/tenants/login", None),
            ("/a", None),
            ("/", None),
            ("/login", None),
            ("/A/tenant/login", None),
            ("/a/tenan%74/login", None),
            ("/healthz", Some("/healthz")),
            ("/readyz", Some("/readyz")),
            ("/healthz/", None),
        ] {
            assert_eq!(tenant.inward(asked).as_deref(), path, "{asked}");
        }
    }

    #[test]
    fn rfc_8414_the_name_of_a_document_goes_between_host_and_path() {
        let tenant = prefix("https://id.example.com/a/tenant");
        let metadata = "/.well-known/openid-configuration";
        let resource = "/.well-known/oauth-protected-resource";
        for (asked, path) in [
            (format!("{metadata}/a/tenant"), Some(metadata.to_owned())),
            (format!("/a/tenant{metadata}"), Some(metadata.to_owned())),
            (
                format!("{resource}/a/tenant/scim/v2"),
                Some(format!("{resource}/scim/v2")),
            ),
            (metadata.to_owned(), None),
            (format!("{metadata}/"), None),
            (format!("{metadata}/a"), None),
            (format!("{metadata}/a/tenants"), None),
            ("/.well-known/".to_owned(), None),
        ] {
            assert_eq!(tenant.inward(&asked), path, "{asked}");
        }
    }

    #[test]
    fn a_redirect_within_gets_the_prefix_and_one_to_elsewhere_does_not() {
        let tenant = prefix("https://id.example.com/tenant");
        for (given, sent) in [
            ("/login/x?a=/b", "/tenant/login/x?a=/b"),
            ("//other.example.com/", "//other.example.com/"),
            ("https://app.example.com/cb", "https://app.example.com/cb"),
            ("com.example.app:/cb", "com.example.app:/cb"),
        ] {
            let mut response = Response::new(());
            let location = HeaderValue::from_static(given);
            response.headers_mut().insert(header::LOCATION, location);
            tenant.lead_out(&mut response);
            assert_eq!(response.headers()["location"], sent);
        }
    }
}
