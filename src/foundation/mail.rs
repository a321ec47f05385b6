//! Letters that leave the program: through an SMTP server, or into a folder where a developer
//! reads them. What a letter says is the business of whoever writes it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::{Deserialize, Serialize};
use url::Url;

/// One delivery to the server, from the connection to its last word.
const PATIENCE: Duration = Duration::from_secs(20);

/// A letter to one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The address it goes to.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The same in HTML, for who reads that; it stands beside the text and adds nothing to it.
    pub html: Option<String>,
}

// It may hold a link that signs somebody in.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letter")
    }
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// The address or the subject is not one line that a letter can bear.
    #[error("it is not a letter that can be sent: {0}")]
    Unsendable(String),
    /// The server will not take it, however often it is asked.
    #[error("the mail server refuses it: {0}")]
    Refused(String),
    /// The server does not answer, or asks to come again.
    #[error("the mail server does not take it now: {0}")]
    Later(String),
    /// The folder cannot be written.
    #[error("the folder for letters cannot be written: {0}")]
    Folder(#[from] std::io::Error),
}

/// The address of the mail server, or the sender, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidMail {
    /// Neither `smtp://`, `smtps://` nor `file:`.
    #[error("the address of the mail server is smtp://…, smtps://… or file:FOLDER")]
    Url,
    /// Not a mail address.
    #[error("the sender is not a mail address: {0}")]
    Sender(String),
}

/// Whether a letter can be sent to an address.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

/// Sends letters. Clones share it.
#[derive(Clone)]
pub struct Mailer {
    way: Way,
    from: Arc<Mailbox>,
}

#[derive(Clone)]
enum Way {
    Nowhere,
    Folder(Arc<PathBuf>),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

impl Mailer {
    /// Sends as `from` says: by the server or into the folder that `url` names; nowhere when it
    /// is empty.
    ///
    /// # Errors
    /// The address or the sender cannot be used.
    pub fn new(url: &str, from: &str) -> Result<Self, InvalidMail> {
        let from: Mailbox = from
            .parse()
            .map_err(|_| InvalidMail::Sender(from.to_owned()))?;
        let way = if url.is_empty() {
            Way::Nowhere
        } else if let Some(folder) = url.strip_prefix("file:") {
            Way::Folder(Arc::new(PathBuf::from(folder)))
        } else {
            Way::Smtp(server(url)?)
        };
        Ok(Self {
            way,
            from: Arc::new(from),
        })
    }

    /// Whether letters go anywhere.
    pub fn is_on(&self) -> bool {
        !matches!(self.way, Way::Nowhere)
    }

    /// Sends a letter. Without a way to send it, nothing happens.
    ///
    /// # Errors
    /// See [`NotSent`]; [`NotSent::Later`] is worth another try.
    pub async fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        let message = self.message(letter)?;
        match &self.way {
            Way::Nowhere => Ok(()),
            Way::Folder(folder) => put(folder.join(file_name()), message.formatted()).await,
            Way::Smtp(server) => server.send(message).await.map(drop).map_err(not_sent),
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, NotSent> {
        let unsendable = |why: &dyn fmt::Display| NotSent::Unsendable(why.to_string());
        // A line break would begin a header of the sender's choice.
        if letter.subject.chars().any(char::is_control) {
            return Err(unsendable(&"the subject is not one line"));
        }
        let to: Address = letter.to.parse().map_err(|e| unsendable(&e))?;
        let message = Message::builder()
            .from(self.from.as_ref().clone())
            .to(Mailbox::new(None, to))
            .subject(&letter.subject)
            // Nobody's absence note should answer (RFC 3834 §5).
            .header(AutoSubmitted);
        let text = letter.text.clone();
        let built = match letter.html.clone() {
            Some(html) => message.multipart(MultiPart::alternative_plain_html(text, html)),
            None => message.body(text),
        };
        built.map_err(|e| unsendable(&e))
    }
}

#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// A password would be readable on the way to a server without encryption: `smtp://` means
/// STARTTLS and nothing less, but for a server on this machine.
fn server(url: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, InvalidMail> {
    let mut address = Url::parse(url).map_err(|_| InvalidMail::Url)?;
    if !matches!(address.scheme(), "smtp" | "smtps") || address.host().is_none() {
        return Err(InvalidMail::Url);
    }
    if address.scheme() == "smtp" && !is_this_machine(&address) && address.query().is_none() {
        address.set_query(Some("tls=required"));
    }
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(address.as_str());
    let builder = builder.map_err(|_| InvalidMail::Url)?;
    Ok(builder.timeout(Some(PATIENCE)).build())
}

// `smtp` is not one of the schemes whose hosts the URL standard reads as addresses.
fn is_this_machine(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}

fn not_sent(error: smtp::Error) -> NotSent {
    if error.is_permanent() {
        NotSent::Refused(error.to_string())
    } else {
        NotSent::Later(error.to_string())
    }
}

fn file_name() -> String {
    let unique: [u8; 12] = super::crypto::random::bytes();
    let unique: String = unique.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{unique}.eml")
}

// Whoever watches the folder sees whole letters only.
async fn put(path: PathBuf, bytes: Vec<u8>) -> Result<(), NotSent> {
    let unfinished = path.with_extension("part");
    let written = tokio::task::spawn_blocking(move || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&unfinished, bytes)?;
        std::fs::rename(&unfinished, &path)
    });
    let written = written.await.map_err(std::io::Error::other)?;
    Ok(written?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "Doorward <doorward@example.com>";

    fn letter() -> Letter {
        Letter {
            to: "ada@example.com".to_owned(),
            subject: "Grüße".to_owned(),
            text: "Hello\n".to_owned(),
            html: None,
        }
    }

    #[test]
    fn a_server_is_named_by_smtp_smtps_or_a_folder_and_by_nothing_else() {
        for url in [
            "",
            "smtp://mail.example.com",
            "smtps://u:p@mail.example.com:465",
            "file:letters",
        ] {
            assert!(Mailer::new(url, FROM).is_ok(), "{url}");
        }
        for url in [
            "mail.example.com",
            "http://mail.example.com",
            "smtp:",
            "smtp://",
        ] {
            assert!(Mailer::new(url, FROM).is_err(), "{url}");
        }
        assert!(Mailer::new("", "nobody").is_err());
    }

    #[tokio::test]
    async fn a_letter_in_the_folder_is_whole_and_goes_to_one_address() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = Mailer::new(&format!("file:{}", folder.path().display()), FROM).unwrap();
        mailer.send(&letter()).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
        assert!(text.contains("To: ada@example.com\r\n"), "{text}");
        assert!(
            text.contains("Auto-Submitted: auto-generated\r\n"),
            "{text}"
        );
        assert!(
            text.ends_with("Hello\r\n") || text.ends_with("Hello\n"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn html_stands_beside_the_text_for_whoever_reads_that() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = Mailer::new(&format!("file:{}", folder.path().display()), FROM).unwrap();
        let mut both = letter();
        both.html = Some("<p>Hello</p>".to_owned());
        mailer.send(&both).await.unwrap();
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap();
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let places =
            ["multipart/alternative", "text/plain", "text/html"].map(|kind| text.find(kind));
        assert!(places[0] < places[1] && places[1] < places[2], "{text}");
        assert!(
            places[0].is_some() && text.contains("<p>Hello</p>"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn a_line_break_begins_no_header_and_several_addresses_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = Mailer::new(&format!("file:{}", folder.path().display()), FROM).unwrap();
        let mut broken = letter();
        broken.subject = "Hello\r\nBcc: eve@example.com".to_owned();
        assert!(mailer.send(&broken).await.is_err());
        for to in [
            "ada@example.com\r\nBcc: eve@example.com",
            "ada@example.com, eve@example.com",
            "ada@ex@ample.com",
            "",
        ] {
            let mut broken = letter();
            broken.to = to.to_owned();
            assert!(mailer.send(&broken).await.is_err(), "{to:?}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
