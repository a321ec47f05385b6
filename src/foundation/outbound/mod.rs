//! Calls to other servers, at addresses that somebody else wrote down: a key set, another
//! issuer's metadata. Such an address must not be a way into this server's own network, so
//! there is one client for all of them:
//!
//! - it looks at the address that it connects to, not at the name: the name is resolved once,
//!   what is not public is refused, and the connection goes to what was looked at (a name
//!   that resolves differently a moment later gains nothing);
//! - it follows no redirect and uses no proxy of the environment;
//! - it is bounded in size and in time;
//! - it speaks `https`, and `http` only with addresses that an administrator has named.

mod address;
mod document;
mod form;
mod resolver;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Certificate, Client, redirect};
use url::{Host, Url};

pub use address::is_public;
pub use document::Document;
use resolver::{Allowed, Guarded};
pub use resolver::{Lookup, system_lookup};

/// From the first byte sent to the last one read.
const PATIENCE: Duration = Duration::from_secs(5);
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
/// No document that is fetched is larger. A key set of a large issuer has some 20 kB.
const LARGEST: usize = 256 * 1024;

/// Why something was not fetched. For the log and for administrators: whoever wrote the
/// address must not learn from it what is to be found in this network.
#[derive(Debug, thiserror::Error)]
pub enum NotFetched {
    /// Not an absolute web address, or one with a name and password in it.
    #[error("the address is not one that can be fetched")]
    Address,
    /// `http`, and the address is not among those that an administrator named.
    #[error("http is used with the addresses of outbound.allow only")]
    NotEncrypted,
    /// It is not public, and not among those that an administrator named.
    #[error("the address is not public; outbound.allow names the exceptions")]
    NotPublic,
    /// It cannot be reached, does not prove who it is, or takes too long.
    #[error("it does not answer: {0}")]
    NoAnswer(String),
    /// It answered with something else than 200.
    #[error("it answered with the status {0}")]
    Status(u16),
    /// It is larger than what is read of such a document.
    #[error("the answer is larger than {} kB", .0 / 1024)]
    TooLarge(usize),
    /// What came is not JSON.
    #[error("the answer is not JSON")]
    NotJson,
    /// What came is not text.
    #[error("the answer is not text")]
    NotText,
}

/// The extra certificates cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("there is a certificate in PEM expected")]
pub struct InvalidCertificates;

/// What the client is told.
#[derive(Clone)]
pub struct Rules {
    /// Whether an address may be reached besides public ones.
    pub allowed: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    /// PEM of authorities to be trusted besides those of the system.
    pub extra_ca: Option<Vec<u8>>,
    /// Resolves a name.
    pub lookup: Lookup,
}

impl Rules {
    /// Public addresses and the system's authorities only.
    pub fn strict() -> Self {
        Self {
            allowed: Arc::new(|_| false),
            extra_ca: None,
            lookup: system_lookup(),
        }
    }
}

/// The one client for calls to other servers. Clones share it.
#[derive(Clone)]
pub struct Outbound {
    rules: Rules,
    extra_ca: Vec<Certificate>,
    /// Made at the first call: to read the system's certificates takes a moment that a start
    /// should not wait for.
    clients: Arc<OnceLock<Clients>>,
}

struct Clients {
    encrypted: Client,
    plain: Client,
}

impl Outbound {
    /// Prepares the client.
    ///
    /// # Errors
    /// The extra certificates cannot be read.
    pub fn new(rules: Rules) -> Result<Self, InvalidCertificates> {
        let extra_ca = match &rules.extra_ca {
            Some(pem) => Certificate::from_pem_bundle(pem)
                .ok()
                .filter(|all| !all.is_empty())
                .ok_or(InvalidCertificates)?,
            None => Vec::new(),
        };
        Ok(Self {
            rules,
            extra_ca,
            clients: Arc::default(),
        })
    }

    fn clients(&self) -> Result<&Clients, NotFetched> {
        if let Some(clients) = self.clients.get() {
            return Ok(clients);
        }
        let made = self.make_clients().map_err(no_answer)?;
        Ok(self.clients.get_or_init(|| made))
    }

    fn make_clients(&self) -> Result<Clients, reqwest::Error> {
        let guarded = |allowed| Guarded::new(self.rules.lookup.clone(), allowed);
        let encrypted = || {
            let allowed = Allowed::PublicAnd(self.rules.allowed.clone());
            basic().https_only(true).dns_resolver(guarded(allowed))
        };
        // A system without certificates of its own: then nothing is trusted but what the
        // setting names.
        let strict = || encrypted().tls_certs_only(self.extra_ca.clone()).build();
        let merged = encrypted().tls_certs_merge(self.extra_ca.clone()).build();
        let named = Allowed::Only(self.rules.allowed.clone());
        let plain = basic().dns_resolver(guarded(named)).tls_certs_only([]);
        Ok(Clients {
            encrypted: merged.or_else(|_| strict())?,
            plain: plain.build()?,
        })
    }

    /// Fetches a JSON document.
    ///
    /// # Errors
    /// It may not be fetched, does not come, or is none.
    pub async fn get_json(&self, address: &str) -> Result<serde_json::Value, NotFetched> {
        let response = self.get(address, "application/json").await?;
        // `application/json`, `application/jwk-set+json`, …; some send none.
        let kind = response.headers().get(CONTENT_TYPE);
        if kind.is_some_and(|kind| !kind.to_str().is_ok_and(|kind| kind.contains("json"))) {
            return Err(NotFetched::NotJson);
        }
        let body = read(response, LARGEST).await?;
        serde_json::from_slice(&body).map_err(|_| NotFetched::NotJson)
    }

    /// Fetches a signed token: a request object (RFC 9101 §5.2.3). Its kind is not asked for:
    /// files are served as whatever the server takes them for, and only a signature that is
    /// right makes it one.
    ///
    /// # Errors
    /// It may not be fetched, does not come, or is no text.
    pub async fn get_token(&self, address: &str) -> Result<String, NotFetched> {
        let kinds = "application/oauth-authz-req+jwt, application/jwt";
        let body = read(self.get(address, kinds).await?, LARGEST).await?;
        String::from_utf8(body).map_err(|_| NotFetched::NotText)
    }

    async fn get(
        &self,
        address: &str,
        kinds: &'static str,
    ) -> Result<reqwest::Response, NotFetched> {
        let url = self.checked(address)?;
        let clients = self.clients()?;
        let client = if url.scheme() == "https" {
            &clients.encrypted
        } else {
            &clients.plain
        };
        let request = client.get(url).header(ACCEPT, kinds);
        let response = request.send().await.map_err(no_answer)?;
        match response.status().as_u16() {
            200 => Ok(response),
            status => Err(NotFetched::Status(status)),
        }
    }

    /// What can be said of an address before anything is resolved. An address in numbers is
    /// not resolved at all, so it is looked at here. (The parser has read it as the connection
    /// would: `0x7f.1` and `2130706433` are 127.0.0.1.)
    fn checked(&self, address: &str) -> Result<Url, NotFetched> {
        let url = Url::parse(address).map_err(|_| NotFetched::Address)?;
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        if has_credentials || !matches!(url.scheme(), "https" | "http") {
            return Err(NotFetched::Address);
        }
        let numbers = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(NotFetched::Address),
        };
        let Some(numbers) = numbers.map(|address| address.to_canonical()) else {
            return Ok(url);
        };
        match (url.scheme(), (self.rules.allowed)(numbers)) {
            (_, true) => Ok(url),
            ("http", false) => Err(NotFetched::NotEncrypted),
            (_, false) if is_public(numbers) => Ok(url),
            (_, false) => Err(NotFetched::NotPublic),
        }
    }
}

fn basic() -> reqwest::ClientBuilder {
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .http1_only()
        .pool_max_idle_per_host(0)
        .connect_timeout(CONNECT_PATIENCE)
        .timeout(PATIENCE)
        .user_agent(concat!("doorward/", env!("CARGO_PKG_VERSION")))
}

async fn read(mut response: reqwest::Response, largest: usize) -> Result<Vec<u8>, NotFetched> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(no_answer)? {
        if body.len() + chunk.len() > largest {
            return Err(NotFetched::TooLarge(largest));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The library's sentence says no more than that something failed; the cause stands behind it.
fn no_answer(error: reqwest::Error) -> NotFetched {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    let mut said = String::new();
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref::<resolver::NotAllowed>() {
            return match refused {
                resolver::NotAllowed::NotPublic => NotFetched::NotPublic,
                resolver::NotAllowed::NotEncrypted => NotFetched::NotEncrypted,
            };
        }
        said = error.to_string();
        cause = error.source();
    }
    NotFetched::NoAnswer(said)
}
