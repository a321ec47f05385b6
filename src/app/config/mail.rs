//! How the mail server and the sender are written.

use std::fmt;

use url::Url;

use super::value::Value;
use crate::foundation::mail::Mailer;

/// The mail server, a folder for letters, or nothing. Holds a password, perhaps.
#[derive(Clone, PartialEq, Eq)]
pub struct MailUrl(String);

impl MailUrl {
    /// The address; empty when there is none.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MailUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Value for MailUrl {
    const SECRET: bool = true;
    fn expected() -> String {
        "smtp://HOST, smtps://HOST, file:FOLDER, or nothing".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        let usable = Mailer::new(text, Sender::DEFAULT).is_ok() && text != "file:";
        usable.then(|| Self(text.to_owned()))
    }
    fn shown(&self) -> String {
        if self.0.is_empty() || self.0.starts_with("file:") {
            return self.0.clone();
        }
        Url::parse(&self.0).map_or_else(
            |_| "smtp://…".to_owned(),
            |url| format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()),
        )
    }
}

/// Who letters are from: `Name <address>`, or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(String);

impl Sender {
    const DEFAULT: &'static str = "doorward@localhost";

    /// As a letter bears it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for Sender {
    fn expected() -> String {
        "an address, such as Doorward <doorward@example.com>".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        Mailer::new("", text).ok().map(|_| Self(text.to_owned()))
    }
    fn shown(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_the_mail_server_is_never_shown() {
        let url = MailUrl::parse("smtps://me:s3cret@mail.example.com:465").unwrap();
        assert_eq!(url.shown(), "smtps://mail.example.com");
        assert!(!format!("{url:?}").contains("s3cret"));
        assert!(MailUrl::parse("file:").is_none());
        assert!(MailUrl::parse("ftp://mail.example.com").is_none());
        assert!(Sender::parse("nobody").is_none());
    }
}
