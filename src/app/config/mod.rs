//! Configuration: `doorward.toml`, overridden by the environment, overridden by
//! flags. Owns what can be set and how it is read; does not own what a value means
//! to the module that gets it.

mod appearance;
pub mod documentation;
pub mod duration;
mod lifetime;
pub mod mail;
mod public_url;
mod registration;
mod source;
pub mod table;
pub mod value;
mod webauthn;
mod word;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use crate::{
    domain::{
        clients::MayRegister,
        credentials::webauthn::{Attestation, UserVerification},
        mfa::MailedCodes,
        tries::PolicyKind,
    },
    http::web::Colour,
};
pub use appearance::BrandName;
use lifetime::Within;
use mail::{MailUrl, Sender};
pub use public_url::{OptionalPublicUrl, PublicUrl};
use registration::Resources;
pub use source::{Given, Origin};
use table::settings;
use value::Value as _;
use value::{
    DatabaseUrl, LogFormat, LogLevel, OptionalAddress, OptionalFile, OptionalHeader, Period,
    Ranges, Switch, Whole,
};
use webauthn::{Models, Origins};

/// Names the configuration file; without it `doorward.toml` is read if it is there.
pub const FILE_VARIABLE: &str = "DOORWARD_CONFIG";
/// The file that is read when none is named.
pub const DEFAULT_FILE: &str = "doorward.toml";

settings! {
    /// All settings.
    struct Settings {
        /// The address and port that the server listens on.
        listen: SocketAddr = "127.0.0.1:8080",
        /// Where browsers and clients reach the server. It is the issuer in every token: choose it once. With a path (`https://example.com/id`) everything lies under it, and a proxy passes it on as it is.
        public_url: PublicUrl = "http://localhost:8080",
        /// The folder of the embedded database and of the master key.
        data_dir: PathBuf = "./data",
        /// The database; when empty, an embedded one (SQLite) in the data folder.
        database_url: DatabaseUrl = "",
        /// How many copies of an embedded database are kept in `backups` beside it; one is made each time before its schema is changed. With 0 none is made.
        migration_backups: Whole<0, 100> = "3",
        /// Whether the failed tries of one address are limited over all accounts. The tries at one account are limited in any case. `off` is for load and conformance runs only.
        rate_limits: Switch = "on",
        /// The proxies in front of the server, whose `X-Forwarded-For` is believed.
        trusted_proxies: Ranges = "",
        /// Whether applications may register themselves at `/oauth2/register` (RFC 7591): not at all, with an API key of the scope `client-registration`, or whoever comes.
        registration: MayRegister = "off",
        /// Whether an application may be known by the `https` address of a document of its own (Client ID Metadata Documents, as MCP clients use them), which is fetched when the application asks. It is off because every application of the world could then ask people for their consent.
        client_id_metadata_documents: Switch = "off",
        /// The resources (RFC 8707; an MCP server, for one) that such an application may ask tokens for.
        client_document_resources: Resources = "",
        /// How many applications may have registered themselves without an API key; and how many may be known by a document.
        registration_quota: Whole<1, 1000000> = "1000",
    }

    /// Calls to other servers: key sets and metadata of issuers that were named here.
    outbound: struct OutboundSettings {
        /// The addresses that may be reached besides public ones, and with `http` at all.
        allow: Ranges = "",
        /// A file of certificates (PEM) of authorities to be trusted besides the system's.
        ca: OptionalFile = "",
    }

    /// The server's own TLS, where no proxy has it.
    tls: struct TlsSettings {
        /// A file with the server's certificate and those of the authorities between (PEM). With it the server speaks TLS, and nothing else, on `listen`. Both files are read again when they change, and at once at SIGHUP.
        certificate: OptionalFile = "",
        /// The file with the private key of that certificate (PEM).
        key: OptionalFile = "",
    }

    /// Certificates by which applications prove themselves (RFC 8705). They come from a proxy that is among the trusted ones, or from the server's own TLS.
    mtls: struct MtlsSettings {
        /// The header in which the proxy hands on the certificate of the connection, such as `X-SSL-Client-Cert` or `Client-Cert`. The proxy must overwrite what a client sends under that name. Empty: certificates are not used.
        certificate_header: OptionalHeader = "",
        /// A second address and port to listen on, for applications alone, with `tls.certificate`: there the server asks for a certificate. Browsers would ask their users for one, so they never come here.
        listen: OptionalAddress = "",
        /// Where applications reach that second address, or a proxy's that asks for certificates; it is published as `mtls_endpoint_aliases`. Its path is that of `public_url`.
        public_url: OptionalPublicUrl = "",
        /// A file of certificates (PEM) of the authorities, intermediate ones included, whose clients are recognised by name (`tls_client_auth`). Empty: only certificates that are registered themselves are recognised.
        ca: OptionalFile = "",
    }

    /// Letters to people and administrators.
    mail: struct MailSettings {
        /// The mail server (`smtp://USER:PASSWORD@HOST:PORT` with STARTTLS, `smtps://…`), or `file:FOLDER` while nothing may leave; when empty, no letter is sent.
        url: MailUrl = "",
        /// Who the letters are from.
        from: Sender = "Doorward <doorward@localhost>",
    }

    /// How passwords are hashed (Argon2id). A password is hashed anew at the next sign-in when these have grown.
    password: struct PasswordSettings {
        /// Memory for one hash, in KiB.
        memory_kib: Whole<64, 131072> = "19456",
        /// Passes over the memory.
        passes: Whole<1, 16> = "2",
        /// Lanes of one hash.
        lanes: Whole<1, 8> = "1",
    }

    /// What a new password must be. `docs/passwords.md` gives the reasons.
    passwords: struct PasswordsSettings {
        /// Fewest characters.
        shortest: Whole<8, 64> = "8",
        /// The least strength as zxcvbn estimates it: 0 takes any, 1 refuses what is guessed at once, 4 asks for what is hardly ever guessed.
        strength: Whole<0, 4> = "1",
        /// How many former passwords of a user may not be taken again.
        history: Whole<0, 24> = "0",
        /// After what time a user has to choose another one. A password that is changed by the calendar is a worse one (NIST SP 800-63B-4): `never`, unless somebody demands it.
        longest_use: Period = "never",
        /// A file of passwords that became known, which `doorward passwords build-breached-list` makes; relative to the data folder. Empty: none is looked up.
        breached: OptionalFile = "",
    }

    /// What failed tries at passwords and codes lead to. `docs/lockout.md` gives the reasons.
    lockout: struct LockoutSettings {
        /// Who is stopped: browsers that nobody has signed in from (`device-aware`), or every browser (`classic`).
        policy: PolicyKind = "device-aware",
        /// Device-aware: wrong tries at one factor of an account before the next one has to wait. Unknown browsers share a budget, each known browser has its own.
        budget: Whole<1, 100> = "5",
        /// Device-aware: the first wait. Each further one is twice as long.
        wait: Duration = "1m",
        /// Device-aware: the longest wait. One wrong try is forgotten in each such time.
        longest_wait: Duration = "1h",
        /// Classic: wrong tries at one factor of an account that lock it.
        threshold: Whole<1, 100> = "10",
        /// Classic: for how long. With `never`, only `doorward user reset-tries` opens it again.
        lock: Period = "15m",
        /// Classic: the time within which the wrong tries have to be.
        window: Duration = "1h",
        /// Wrong tries of one address at one kind of factor, over all accounts, before the next one has to wait.
        address_budget: Whole<1, 1000000> = "100",
        /// The wait of an address that has none left.
        address_wait: Duration = "1m",
    }

    /// How long a browser stays signed in.
    session: struct SessionSettings {
        /// The end of a session, however much it is used.
        lifetime: Duration = "24h",
        /// The end of a session that is not used.
        idle: Duration = "8h",
        /// The end of a sign-in that was begun and not completed.
        sign_in: Duration = "30m",
        /// How long after signing in a person may change their password, factors, e-mail address or devices; later they sign in again first.
        fresh: Duration = "10m",
    }

    /// What people may change of their own account themselves. What a provisioning source owns they never may; `docs/account.md` says more.
    account: struct AccountSettings {
        /// Whether they may change their name, phone number and picture. Language and time zone they may in any case.
        profile_editing: Switch = "on",
        /// Whether they may change their e-mail address, by a letter to the new one.
        email_change: Switch = "on",
    }

    /// Second factors. What `doorward mfa` states comes on top.
    mfa: struct MfaSettings {
        /// Whether everybody needs a second factor. Whoever has none sets one up at the next sign-in.
        required: Switch = "off",
        /// How long a person without a second factor may put it off, from when they were first asked; `never` asks at once.
        grace: Period = "never",
        /// For how long a person may trust a browser, in which they are not asked for the second factor again; `never` forbids it.
        trust_devices: Period = "30d",
        /// What a code is worth that is mailed to a person (needs `mail.url`): nothing (`off`), to stand in for a second factor that is set up and was lost (`recovery`), or also to be the second factor of whoever has set up none (`factor`). It is the weakest of them: `docs/factors.md` says what it does not do.
        mailed_code: MailedCodes = "off",
    }

    /// Passkeys and security keys (WebAuthn). Authenticators know this server by the host of the public URL: another host, and every passkey is lost. There are none when the host is an IP address.
    webauthn: struct WebauthnSettings {
        /// Whether a security key that is used beside a password has to verify the person too (a PIN, a finger). A passkey always has to.
        user_verification: UserVerification = "preferred",
        /// Whether a new authenticator is asked who made it. Some browsers ask the person before they tell.
        attestation: Attestation = "none",
        /// A file of certificates (PEM) of the makers' authorities: only authenticators that one of them vouches for are taken. Needs `attestation` to be `direct`.
        authorities: OptionalFile = "",
        /// The models that are taken, of those that the authorities vouch for. Empty: all of them.
        authenticators: Models = "",
        /// Other origins whose pages may use the passkeys of this server (`/.well-known/webauthn`), for an address that the server had before, or has as well.
        related_origins: Origins = "",
    }

    /// The keys that tokens are signed with.
    signing_keys: struct SigningKeysSettings {
        /// How long a new key is published before it signs. Applications may keep the key set for a day, some (Entra) longer.
        publish_ahead: Duration = "48h",
        /// How long a key signs until a new one does, by itself; `never` leaves it to `doorward signing-key rotate`.
        rotate_every: Period = "90d",
        /// Whether the key set carries a self-signed certificate (`x5c`) for each RSA key, as Entra's external authentication method needs it.
        certificates: Switch = "off",
        /// Whether there are keys (`use: enc`) that clients can encrypt their request objects to.
        encryption: Switch = "off",
    }

    /// How tokens are given to applications.
    tokens: struct TokenSettings {
        /// How long an access token is good for. Who checks it by itself learns of an end no sooner. (An application may have another: `doorward client update --access-token-lifetime`.)
        access: Within<60, 86400> = "10m",
        /// How long an application may rely on an ID token.
        id: Within<60, 86400> = "1h",
        /// How long a refresh token may lie unused.
        refresh: Within<60, 31536000> = "14d",
        /// How long what was allowed with `offline_access` lives at most, however often it is renewed. Without `offline_access` it ends with the session.
        refresh_absolute: Within<60, 94608000> = "90d",
        /// How long a code is good for, between the redirect and the token endpoint. The profile `fapi2` allows a minute at most.
        code: Within<5, 600> = "1m",
        /// How long after a refresh its answer can be had again, with the same new refresh token, as long as that was not used.
        repeat_refresh: Period = "1m",
        /// Whether a DPoP proof has to carry a nonce of this server (RFC 9449, section 8).
        dpop_nonces: Switch = "on",
    }

    /// How the pages present themselves.
    brand: struct BrandSettings {
        /// The name in titles and under every page.
        name: BrandName = "Doorward",
        /// The picture on top of every page: a file (SVG, PNG, JPEG or WebP, up to 256 kB), relative to the data folder.
        logo: OptionalFile = "",
        /// The colour of buttons and links on a light ground. It must be readable on white (contrast of 4.5 or more).
        accent: Colour = "#1f5f4a",
        /// The colour of buttons and links on a dark ground. It must be readable on #1a201d.
        accent_dark: Colour = "#86d4b6",
    }

    /// What is logged, to standard error.
    log: struct LogSettings {
        /// A line for people, or a JSON object a line.
        format: LogFormat = "text",
        /// The least that is worth a line. Other crates' lines are kept from `warn` up.
        level: LogLevel = "info",
    }

    /// Work beside the requests.
    background: struct BackgroundSettings {
        /// How often what has expired is swept away.
        interval: Duration = "1m",
        /// How long audit events are kept.
        keep_audit: Duration = "400d",
    }

    /// Where people sign in from, in words.
    geoip: struct GeoipSettings {
        /// A file in the MaxMind DB format that names cities or countries by addresses (GeoLite2 City, DB-IP City Lite, or another); relative to the data folder. With it, sessions, browsers and letters name the town beside the address. It is read at the start. Empty: addresses stand alone.
        file: OptionalFile = "",
    }

    /// What provisioning sources did and tried to do.
    ledger: struct LedgerSettings {
        /// How long the provisioning ledger is kept.
        keep: Duration = "90d",
    }
}

/// A configuration that cannot be used: what, where, and what is expected instead.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there, or was asked for, and cannot be read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// The file is not TOML.
    #[error("{file}, line {line}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// The file holds a key that is no setting.
    #[error("{file}: unknown setting {key}")]
    Unknown {
        /// The file.
        file: String,
        /// The key.
        key: String,
    },
    /// A value that the setting cannot have. `value` is empty for a secret.
    #[error("{setting} ({origin}): {}expected {expected}", quoted(value))]
    BadValue {
        /// The setting's path.
        setting: &'static str,
        /// What was given.
        value: String,
        /// Who gave it.
        origin: Origin,
        /// What it should look like.
        expected: String,
    },
    /// The default of a setting does not read; a test keeps this from happening.
    #[error("the default of {0} is not one of its values")]
    BadDefault(&'static str),
}

impl ConfigError {
    /// Whether the command line itself is wrong, and not what it was started with.
    pub fn is_wrong_usage(&self) -> bool {
        matches!(
            self,
            Self::BadValue {
                origin: Origin::Flag(_),
                ..
            }
        )
    }
}

fn quoted(value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!("\"{value}\" is not usable, ")
    }
}

/// What a start of the program was given.
#[derive(Debug)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// The file that was read, if one was.
    pub file: Option<PathBuf>,
    /// Variables of the environment that begin as ours and are no setting.
    pub unknown_variables: Vec<String>,
}

/// Reads the file (`named`, else the variable's, else the default one if it is
/// there), lays the environment over it and the flags over that.
///
/// # Errors
/// The first thing that is wrong, in one line.
pub fn load(
    named: Option<PathBuf>,
    environment: Vec<(String, String)>,
    flags: Vec<(&'static table::Setting, String)>,
) -> Result<Loaded, ConfigError> {
    let by_variable = || {
        let found = environment.iter().find(|(name, _)| name == FILE_VARIABLE);
        found.map(|(_, path)| PathBuf::from(path))
    };
    let asked_for = named.or_else(by_variable);
    let path = asked_for
        .clone()
        .unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
    let mut given = Given::default();
    let text = source::read_file(&path, asked_for.is_some())?;
    if let Some(text) = &text {
        given.file(&path.display().to_string(), text)?;
    }
    let unknown_variables = given.environment(environment);
    for (setting, value) in flags {
        given.flag(setting, value);
    }
    let settings = Settings::assemble(&given)?;
    Ok(Loaded {
        settings,
        file: text.map(|_| path),
        unknown_variables,
    })
}

impl Settings {
    /// The settings when nothing is given.
    ///
    /// # Errors
    /// Never: every default reads.
    pub fn defaults() -> Result<Self, ConfigError> {
        Self::assemble(&Given::default())
    }

    /// The address of the database that is used.
    pub fn database(&self) -> String {
        self.database_url.given().map_or_else(
            || format!("sqlite:{}", self.data_dir.join("doorward.db").display()),
            str::to_owned,
        )
    }

    /// The same, without a password.
    pub fn shown_database(&self) -> String {
        self.database_url
            .given()
            .map_or_else(|| self.database(), |_| self.database_url.shown())
    }

    /// The file of an embedded database.
    pub fn database_file(&self) -> Option<PathBuf> {
        let address = self.database();
        let path = address.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        Some(PathBuf::from(
            path.split_once('?').map_or(path, |(path, _)| path),
        ))
    }

    /// Where the master key is.
    pub fn master_key(&self) -> PathBuf {
        self.data_dir.join("master.key")
    }
}

#[cfg(test)]
mod tests;
