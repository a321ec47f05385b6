//! The pages that more than one door shows, as plain data.

use askama::Template;

use super::frame::Frame;

/// A way on from a page that ends something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WayOn {
    /// A path of this server.
    pub path: String,
    /// What the button says.
    pub label: &'static str,
}

/// What went wrong, in a sentence that its reader can use. Never what a request said.
#[derive(Template, Clone, Debug)]
#[template(path = "web/pages/error.html")]
pub struct ErrorPage {
    /// Language and brand.
    pub t: Frame,
    /// A few words.
    pub title: &'static str,
    /// A sentence: what happened, and what to do.
    pub sentence: &'static str,
    /// The error code of the protocol (`invalid_request`), for whoever is asked for help.
    pub code: &'static str,
    /// The request's id, which is in the log too.
    pub request_id: Option<String>,
    /// Where to go on: nobody is left standing before an error.
    pub way_on: WayOn,
}

/// Something to read.
#[derive(Template, Clone, Debug)]
#[template(path = "web/pages/message.html")]
pub struct MessagePage {
    /// Language and brand.
    pub t: Frame,
    /// A few words.
    pub title: &'static str,
    /// One paragraph each.
    pub sentences: Vec<&'static str>,
    /// Where to go on, if there is anywhere.
    pub way_on: Option<WayOn>,
}

/// The session has ended.
#[derive(Template, Clone, Debug)]
#[template(path = "web/pages/signed_out.html")]
pub struct SignedOutPage {
    /// Language and brand.
    pub t: Frame,
    /// Pages of applications that end their own sessions when they are loaded (OpenID Connect
    /// Front-Channel Logout 1.0), of the origins that the page's policy names.
    pub frames: Vec<String>,
    /// Where the browser goes by itself when they are loaded: an address that the application
    /// registered.
    pub onward: Option<String>,
    /// The script that goes on. Not a refresh after some seconds, which is too soon for some
    /// readers and too late for others (WCAG 2.2, 2.2.1).
    pub script: String,
}

/// Asks before a session ends (buttons `logout-confirm` and `logout-cancel`, field
/// `decision` with `sign_out` or `stay`).
#[derive(Template, Clone, Debug)]
#[template(path = "web/pages/logout_confirm.html")]
pub struct LogoutConfirmPage {
    /// Language and brand.
    pub t: Frame,
    /// Where the form is sent: a path of this server.
    pub action: String,
    /// The name of the application that asks, if it is known.
    pub application: Option<String>,
    /// The user name of whoever is signed in.
    pub user: String,
    /// Hidden fields.
    pub hidden: Vec<(String, String)>,
}

/// Asks whether an application may have what it asks for (buttons `consent-allow` and
/// `consent-deny`, field `decision` with `allow` or `deny`).
#[derive(Template, Clone, Debug)]
#[template(path = "web/pages/consent.html")]
pub struct ConsentPage {
    /// Language and brand.
    pub t: Frame,
    /// Where the form is sent: a path of this server.
    pub action: String,
    /// The application's name.
    pub application: String,
    /// The host that the browser is sent to: a name can be chosen, this cannot.
    pub host: String,
    /// Whether that is this device, where any program can wait for the answer.
    pub on_this_device: bool,
    /// The host that publishes an application which nobody here has registered.
    pub publisher: Option<String>,
    /// Its picture, of the origin that the page's policy allows ([`super::Origin`]).
    pub logo: Option<String>,
    /// The user name of whoever is signed in.
    pub user: String,
    /// What is asked for, a sentence each.
    pub scopes: Vec<String>,
    /// What is asked for beyond the scope.
    pub authorization_details: Vec<AskedDetail>,
    /// What is known of the application: names and values.
    pub facts: Vec<(&'static str, String)>,
    /// The application's privacy policy ([`web_link`]).
    pub policy_uri: Option<String>,
    /// The application's terms of service ([`web_link`]).
    pub tos_uri: Option<String>,
    /// Hidden fields.
    pub hidden: Vec<(String, String)>,
}

/// One of the `authorization_details` (RFC 9396), as a person can read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskedDetail {
    /// Its type.
    pub kind: String,
    /// All of it: what is allowed is what is shown.
    pub text: String,
}

/// An address of the web that a page may link to: nothing that could run
/// (`javascript:`, `data:`), whatever was registered.
#[must_use]
pub fn web_link(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    matches!(url.scheme(), "https" | "http").then(|| url.into())
}

/// Recovery codes, which are shown here and never again (list `recovery-codes`, link
/// `recovery-download`, link `recovery-continue`).
#[derive(Template, Clone, Debug)]
#[template(path = "web/pages/recovery_codes.html")]
pub struct RecoveryCodesPage {
    /// Language and brand.
    pub t: Frame,
    /// The codes, as they are shown.
    pub codes: Vec<String>,
    /// The same as an address that holds a text file.
    pub file: String,
    /// Whose they are.
    pub user: String,
    /// Where to go on: a path of this server.
    pub onward: String,
}

impl RecoveryCodesPage {
    /// The page of a set of codes.
    #[must_use]
    pub fn new(t: Frame, codes: Vec<String>, user: String, onward: String) -> Self {
        let title = t.recovery_codes_file(t.brand.name(), &user).to_string();
        let text = format!("{title}\r\n\r\n{}\r\n", codes.join("\r\n"));
        let encoded =
            percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC);
        let file = format!("data:text/plain;charset=utf-8,{encoded}");
        Self {
            t,
            codes,
            file,
            user,
            onward,
        }
    }
}
