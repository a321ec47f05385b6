//! The start: from settings to what a server is made of.

use std::{fs, io, path::Path, sync::Arc};

use url::Url;

use super::{
    authenticators::{self, WebauthnRefused},
    backups, client_certificates,
    config::{Settings, value::Value as _},
    tls::TlsError,
};
use crate::{
    domain::{
        account,
        clients::TokenLifetimes,
        clients::{DocumentPolicy, RegistrationPolicy},
        credentials::{Breached, BreachedUnreadable, OwnWords, Policy},
        grants::TokenRules,
        mfa,
        signin::Lifetimes,
        signing_keys,
        tries::{self, PolicyKind, Schedule},
    },
    foundation::{
        atlas::{Atlas, NotAnAtlas},
        clock::Clock,
        crypto::{
            password::{Cost, CostRefused, PasswordPool},
            seal::{self, MasterKey},
        },
        db::{Db, Error, backup},
        mail::{InvalidMail, Mailer},
        outbound::{Outbound, Rules},
    },
    http::web::{
        Appearance, Basics, Brand, BrandRefused, Offer, State, StateError, TrustedProxies,
    },
};

/// Why the program does not start. Each is one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made.
    #[error("the data folder {path} cannot be made: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The master key cannot be read.
    #[error(transparent)]
    MasterKey(#[from] seal::Error),
    /// The master key is gone, and there is something sealed with it.
    #[error(
        "the master key {0} is missing, and the database has signing keys that only it opens: put it back"
    )]
    MasterKeyMissing(String),
    /// A PostgreSQL that does not answer.
    #[error("the database at {0} does not answer")]
    NoAnswer(String),
    /// An embedded database that another process keeps to itself.
    #[error("the database {0} is locked by another process")]
    Locked(String),
    /// The schema is of an earlier program, and this command does not bring it up.
    #[error(
        "the database has schema version {found}, this program needs {known}: run `doorward migrate`"
    )]
    Older {
        /// The version that the database has.
        found: i64,
        /// The version that this program needs.
        known: i64,
    },
    /// The database is missing, damaged, or of a newer program.
    #[error(transparent)]
    Database(#[from] Error),
    /// What the doors share cannot be prepared.
    #[error(transparent)]
    State(#[from] StateError),
    /// The cost of a password hash is out of bounds.
    #[error(transparent)]
    PasswordCost(#[from] CostRefused),
    /// The address to listen on is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The extra certificates cannot be read.
    #[error("outbound.ca: {path} cannot be read: {why}")]
    OutboundCa {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The list of passwords that became known cannot be read.
    #[error("passwords.breached: {path}: {why}")]
    Breached {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: BreachedUnreadable,
    },
    /// The file of towns and countries cannot be used.
    #[error("geoip.file: {path}: {why}")]
    Atlas {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: NotAnAtlas,
    },
    /// What the settings say of the certificates of clients cannot be used.
    #[error("mtls: {0}")]
    ClientCertificates(String),
    /// Migrations wait, and the database cannot be copied before.
    #[error("the database cannot be copied before its schema is changed: {0}")]
    NoBackup(backup::BackupError),
    /// The copying panicked.
    #[error("the copy of the database broke off")]
    BackupBrokeOff,
    /// The server's own TLS cannot be had.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// What the settings say of passkeys and security keys cannot be used.
    #[error("webauthn: {0}")]
    Webauthn(#[from] WebauthnRefused),
    /// The pages cannot be shown as the settings say.
    #[error(transparent)]
    Brand(#[from] BrandRefused),
    /// Letters cannot be sent so; the settings refuse it before.
    #[error(transparent)]
    Mail(#[from] InvalidMail),
    /// The system does not let the program listen for signals.
    #[error("cannot listen for signals: {0}")]
    Signals(io::Error),
    /// The public URL cannot be used; the settings refuse such a one before.
    #[error("the public URL cannot be used: {0}")]
    PublicUrl(#[from] url::ParseError),
}

/// Opens the database, as it is.
///
/// # Errors
/// It cannot be opened.
pub async fn open_database(settings: &Settings) -> Result<Db, StartError> {
    make_folder(&settings.data_dir)?;
    let opened = Db::open(&settings.database()).await;
    opened.map_err(|error| not_usable(settings, error))
}

/// Brings the database's schema up to this program's; refuses a newer one untouched. An embedded
/// database is copied before.
///
/// # Errors
/// It is newer, or cannot be written.
pub async fn migrate(settings: &Settings, db: &Db) -> Result<(), StartError> {
    backups::before_migration(settings, db).await?;
    let migrated = db.migrate().await;
    migrated.map_err(|error| not_usable(settings, error))
}

/// What `Busy` means before anything runs: the pool waits for a PostgreSQL that may still
/// be starting, and then only says that it has waited; an embedded database is another
/// process's.
fn not_usable(settings: &Settings, error: Error) -> StartError {
    match error {
        Error::Busy if settings.database_file().is_some() => {
            StartError::Locked(settings.shown_database())
        }
        Error::Busy => StartError::NoAnswer(settings.shown_database()),
        other => StartError::Database(other),
    }
}

/// Opens the database for a command: its schema must be this program's, or be absent
/// (then it is made). A schema that another program may be serving with is left alone.
///
/// # Errors
/// It cannot be opened, or has another schema.
pub async fn open_current_database(settings: &Settings) -> Result<Db, StartError> {
    let db = open_database(settings).await?;
    let schema = db.schema().await?;
    if schema.found > 0 && schema.found < schema.known {
        return Err(StartError::Older {
            found: schema.found,
            known: schema.known,
        });
    }
    // Refuses a newer one, makes an absent one, and leaves a current one alone.
    migrate(settings, &db).await?;
    Ok(db)
}

/// The master key: read, or made when nothing was ever sealed with one. A new key beside
/// an old database would open nothing, and would hide that the old one is missing.
///
/// # Errors
/// It cannot be read or made, or is missing.
pub async fn master_key(settings: &Settings, db: &Db) -> Result<MasterKey, StartError> {
    let path = settings.master_key();
    if !path.exists() && !signing_keys::list(db).await?.is_empty() {
        return Err(StartError::MasterKeyMissing(path.display().to_string()));
    }
    Ok(MasterKey::load_or_create(&path)?)
}

/// What the doors share, over a database of the newest schema.
///
/// # Errors
/// The master key or the database cannot be read.
pub async fn state(settings: &Settings, db: Db, clock: Clock) -> Result<State, StartError> {
    let master_key = master_key(settings, &db).await?;
    let basics = Basics {
        db,
        clock,
        public_url: Url::parse(settings.public_url.as_str())?,
        master_key,
        passwords: PasswordPool::new(cost(settings))?,
        lifetimes: Lifetimes {
            idle: settings.session.idle,
            absolute: settings.session.lifetime,
            sign_in: settings.session.sign_in,
            fresh: settings.session.fresh,
        },
        mfa: mfa::Rules {
            required: settings.mfa.required.0,
            grace: settings.mfa.grace.given().unwrap_or_default(),
            trust: settings.mfa.trust_devices.given().unwrap_or_default(),
            mailed_codes: settings.mfa.mailed_code,
        },
        account: account::Rules {
            profile: settings.account.profile_editing.0,
            email: settings.account.email_change.0,
        },
        tries: tries_policy(settings),
        trusted_proxies: trusted_proxies(settings),
        outbound: outbound(settings)?,
        offer: offer(settings)?,
        brand: brand(settings)?,
        keys: key_rules(settings),
        tokens: token_rules(settings),
        password_policy: password_policy(settings)?,
        mailer: Mailer::new(settings.mail.url.as_str(), settings.mail.from.as_str())?,
        webauthn: authenticators::rules(settings)?,
        atlas: atlas(settings)?,
    };
    Ok(State::new(basics).await?)
}

/// What names the towns of addresses. A relative file is one of the data folder.
///
/// # Errors
/// The file cannot be read, or holds something else.
pub fn atlas(settings: &Settings) -> Result<Option<Atlas>, StartError> {
    let open = |path: &Path| {
        let path = settings.data_dir.join(path);
        Atlas::open(&path).map_err(|why| StartError::Atlas {
            path: path.display().to_string(),
            why,
        })
    };
    settings.geoip.file.given().map(open).transpose()
}

/// What a new password must be. A relative list is a file of the data folder.
///
/// # Errors
/// The list of passwords that became known cannot be read.
pub fn password_policy(settings: &Settings) -> Result<Policy, StartError> {
    let set = &settings.passwords;
    let mut server_words = OwnWords::default();
    server_words.add(settings.brand.name.as_str());
    if let Some(host) = Url::parse(settings.public_url.as_str())?.host_str() {
        server_words.add(host);
    }
    let open = |path: &Path| {
        let path = settings.data_dir.join(path);
        Breached::open(&path).map_err(|why| StartError::Breached {
            path: path.display().to_string(),
            why,
        })
    };
    Ok(Policy {
        shortest: usize::try_from(set.shortest.0).unwrap_or(usize::MAX),
        strength: u8::try_from(set.strength.0).unwrap_or(4),
        history: set.history.0,
        longest_use: set.longest_use.given(),
        server_words,
        breached: set.breached.given().map(open).transpose()?,
    })
}

/// What one password hash costs.
pub fn cost(settings: &Settings) -> Cost {
    Cost {
        memory_kib: settings.password.memory_kib.0,
        passes: settings.password.passes.0,
        lanes: settings.password.lanes.0,
    }
}

/// How tries at secrets are limited.
pub fn tries_policy(settings: &Settings) -> tries::Policy {
    let set = &settings.lockout;
    let account = match set.policy {
        PolicyKind::DeviceAware => Schedule::growing(set.budget.0, set.wait, set.longest_wait),
        PolicyKind::Classic => Schedule::locking(set.threshold.0, set.lock.given(), set.window),
    };
    let address = Schedule::steady(set.address_budget.0, set.address_wait);
    tries::Policy {
        kind: set.policy,
        account,
        address: settings.rate_limits.0.then_some(address),
    }
}

/// How tokens are given to applications.
pub fn token_rules(settings: &Settings) -> TokenRules {
    let set = &settings.tokens;
    TokenRules {
        lifetimes: TokenLifetimes {
            access: set.access.0,
            id: set.id.0,
            refresh: set.refresh.0,
            refresh_absolute: set.refresh_absolute.0,
            code: set.code.0,
        },
        repeat_refresh: set.repeat_refresh.given().unwrap_or_default(),
        dpop_nonces: set.dpop_nonces.0,
    }
}

/// How signing keys come and go.
pub fn key_rules(settings: &Settings) -> signing_keys::Rules {
    signing_keys::Rules {
        publish_ahead: settings.signing_keys.publish_ahead,
        rotate_every: settings.signing_keys.rotate_every.given(),
        certificates: settings.signing_keys.certificates.0,
        encryption: settings.signing_keys.encryption.0,
    }
}

/// How the pages present themselves. A relative logo is a file of the data folder.
///
/// # Errors
/// A colour that cannot be read, or a file that is no picture.
pub fn brand(settings: &Settings) -> Result<Brand, BrandRefused> {
    let set = &settings.brand;
    let logo = set.logo.given().map(|path| settings.data_dir.join(path));
    Brand::new(&Appearance {
        name: set.name.as_str(),
        logo: logo.as_deref(),
        accent: set.accent,
        accent_dark: set.accent_dark,
    })
}

fn trusted_proxies(settings: &Settings) -> TrustedProxies {
    let ranges = settings.trusted_proxies.clone();
    TrustedProxies::new(move |address| ranges.contain(address))
}

/// What clients are offered, as the settings want it.
///
/// # Errors
/// What is said of the certificates of clients cannot be used.
pub fn offer(settings: &Settings) -> Result<Offer, StartError> {
    Ok(Offer {
        certificates: client_certificates::taken(settings)?,
        mtls_url: client_certificates::address(settings)?,
        registration: RegistrationPolicy {
            who: settings.registration,
            quota: settings.registration_quota.0,
        },
        documents: DocumentPolicy {
            on: settings.client_id_metadata_documents.0,
            resources: settings.client_document_resources.all(),
            quota: settings.registration_quota.0,
        },
    })
}

/// The client for calls to other servers, as the settings want it.
///
/// # Errors
/// The file of certificates cannot be read.
pub fn outbound(settings: &Settings) -> Result<Outbound, StartError> {
    let refused = |why: String| StartError::OutboundCa {
        path: settings.outbound.ca.shown(),
        why,
    };
    let read = |path: &Path| fs::read(path).map_err(|error| refused(error.to_string()));
    let extra_ca = settings.outbound.ca.given().map(read).transpose()?;
    let ranges = settings.outbound.allow.clone();
    let rules = Rules {
        allowed: Arc::new(move |address| ranges.contain(address)),
        extra_ca,
        ..Rules::strict()
    };
    Outbound::new(rules).map_err(|error| refused(error.to_string()))
}

/// Makes the data folder, for its owner alone: it holds the master key.
fn make_folder(path: &Path) -> Result<(), StartError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| StartError::Folder {
        path: path.display().to_string(),
        source,
    })
}
