//! `doorward check`: a doctor. It looks and changes nothing.

use std::path::Path;

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::{
    Context, Outcome,
    output::{self, Output},
};
use crate::app::{
    Identity, StartError, atlas, brand, config::Settings, config::value::Value as _, cost, offer,
    open_database,
};
use crate::domain::{audit, signing_keys};
use crate::foundation::{
    clock::Timestamp,
    crypto::{password::Cost, seal::MasterKey},
    db::{Db, known_schema},
};

/// No clock stands before the day this program was written.
const WRITTEN: i64 = 1_795_219_200_000;

/// Look at configuration, database, keys, clock and public URL; exit code 1 when one fails.
#[derive(Args, Debug)]
pub(super) struct Check {
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Serialize)]
struct Finding {
    name: &'static str,
    status: Status,
    detail: String,
}

fn finding(name: &'static str, status: Status, detail: impl Into<String>) -> Finding {
    Finding {
        name,
        status,
        detail: detail.into(),
    }
}

impl Check {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let settings = &context.loaded.settings;
        let mut findings = vec![configuration(context)];
        findings.extend(unknown_variables(context));
        findings.extend(stored(context).await);
        findings.push(public_url(settings));
        findings.extend(rate_limits(settings));
        findings.extend(password_cost(settings));
        findings.extend(appearance(settings));
        findings.extend(towns(settings));
        findings.extend(certificates(settings));
        let failed = findings
            .iter()
            .filter(|finding| finding.status == Status::Fail)
            .count();
        let shown: Map<String, Json> = settings
            .shown()
            .into_iter()
            .map(|(path, value)| (path.to_owned(), value.into()))
            .collect();
        let report = json!({ "ok": failed == 0, "checks": findings, "settings": shown });
        self.output.print(&report, |_| text(&findings, settings))?;
        match failed {
            0 => Ok(()),
            1 => Err("1 check failed".into()),
            more => Err(format!("{more} checks failed").into()),
        }
    }
}

fn text(findings: &[Finding], settings: &Settings) -> String {
    let lines: String = findings
        .iter()
        .map(|finding| {
            let word = match finding.status {
                Status::Ok => "ok  ",
                Status::Warn => "warn",
                Status::Fail => "fail",
            };
            format!("{word}  {}: {}\n", finding.name, finding.detail)
        })
        .collect();
    let shown = settings.shown();
    let pairs: Vec<_> = shown
        .iter()
        .map(|(path, value)| (*path, (!value.is_empty()).then(|| value.clone())))
        .collect();
    format!("{lines}\n{}", output::pairs(&pairs))
}

fn configuration(context: &Context) -> Finding {
    let from = context.loaded.file.as_deref().map_or_else(
        || "no file; environment and defaults".to_owned(),
        |file| format!("{}, environment and flags", file.display()),
    );
    finding("configuration", Status::Ok, from)
}

fn unknown_variables(context: &Context) -> Option<Finding> {
    let names = &context.loaded.unknown_variables;
    let detail = || format!("no settings of these names: {}", names.join(", "));
    (!names.is_empty()).then(|| finding("environment", Status::Warn, detail()))
}

async fn stored(context: &Context) -> Vec<Finding> {
    let settings = &context.loaded.settings;
    if let Some(file) = settings.database_file().filter(|file| !file.exists()) {
        let detail = format!(
            "{} is not there yet; `doorward serve` makes it",
            file.display()
        );
        return vec![
            finding("database", Status::Warn, detail),
            master_key_alone(&settings.master_key()),
            clock(context.clock.now(), None),
        ];
    }
    match open_database(settings).await {
        Err(error) => vec![
            finding("database", Status::Fail, error.to_string()),
            master_key_alone(&settings.master_key()),
            clock(context.clock.now(), None),
        ],
        Ok(db) => {
            let findings = opened(context, &db).await;
            db.close().await;
            findings
        }
    }
}

async fn opened(context: &Context, db: &Db) -> Vec<Finding> {
    let settings = &context.loaded.settings;
    let mut findings = Vec::new();
    let known = known_schema();
    let current = match db.schema().await {
        Err(error) => {
            findings.push(finding("database", Status::Fail, error.to_string()));
            false
        }
        Ok(schema) => {
            let status = match schema.found.cmp(&known) {
                std::cmp::Ordering::Equal => Status::Ok,
                std::cmp::Ordering::Less => Status::Warn,
                std::cmp::Ordering::Greater => Status::Fail,
            };
            let detail = format!(
                "{} ({}), schema version {}; this program needs {known}",
                settings.shown_database(),
                db.engine(),
                schema.found
            );
            findings.push(finding("database", status, detail));
            schema.found == known
        }
    };
    let now = context.clock.now();
    findings.push(master_key_alone(&settings.master_key()));
    if !current {
        findings.push(clock(now, None));
        return findings;
    }
    findings.push(signing_keys_of(settings, db, now).await);
    findings.push(clock(now, audit::newest(db).await.ok().flatten()));
    findings
}

/// Whether the keys open with this master key.
async fn signing_keys_of(settings: &Settings, db: &Db, now: Timestamp) -> Finding {
    const NAME: &str = "signing keys";
    match signing_keys::list(db).await {
        Err(error) => return finding(NAME, Status::Fail, error.to_string()),
        Ok(keys) if keys.is_empty() => {
            return finding(NAME, Status::Warn, "none yet; `doorward serve` makes them");
        }
        Ok(_) => {}
    }
    let path = settings.master_key();
    if !path.exists() {
        let missing = StartError::MasterKeyMissing(path.display().to_string());
        return finding(NAME, Status::Fail, missing.to_string());
    }
    let opened = match MasterKey::load_or_create(&path) {
        Ok(master) => signing_keys::open_all(db, &master, now).await,
        Err(error) => Err(error.into()),
    };
    match opened {
        Ok(keys) => finding(NAME, Status::Ok, format!("{keys} open with the master key")),
        Err(error) => finding(NAME, Status::Fail, error.to_string()),
    }
}

/// Whether the master key is there, is one, and is its owner's alone.
fn master_key_alone(path: &Path) -> Finding {
    if !path.exists() {
        return finding(
            "master key",
            Status::Warn,
            format!(
                "{} is not there yet; `doorward serve` makes it",
                path.display()
            ),
        );
    }
    if let Err(error) = MasterKey::load_or_create(path) {
        return finding("master key", Status::Fail, error.to_string());
    }
    if others_can_read(path) {
        let detail = format!("{} can be read by others: chmod 600 it", path.display());
        return finding("master key", Status::Fail, detail);
    }
    finding("master key", Status::Ok, path.display().to_string())
}

#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}

/// Tokens carry times: a clock that stands behind makes them invalid elsewhere, and what
/// has expired good again here.
fn clock(now: Timestamp, newest_event: Option<Timestamp>) -> Finding {
    if now < Timestamp::from_millis(WRITTEN) {
        return finding("clock", Status::Fail, format!("{now} cannot be the time"));
    }
    match newest_event {
        Some(event) if event > now => {
            let detail = format!("{now}, but the audit log already has an event of {event}");
            finding("clock", Status::Fail, detail)
        }
        _ => finding("clock", Status::Ok, now.to_string()),
    }
}

fn public_url(settings: &Settings) -> Finding {
    let url = settings.public_url.as_str();
    if settings.public_url.is_private() {
        finding("public URL", Status::Ok, url)
    } else {
        finding(
            "public URL",
            Status::Warn,
            format!("{url} is plain http: passwords and tokens travel in the clear"),
        )
    }
}

fn rate_limits(settings: &Settings) -> Option<Finding> {
    let detail = "off: one address can try passwords of any number of accounts; for load and conformance runs only";
    (!settings.rate_limits.0).then(|| finding("rate limits", Status::Warn, detail))
}

/// Whether the server can speak TLS, and take the certificates of clients, as the settings say.
fn certificates(settings: &Settings) -> Vec<Finding> {
    let tls = Identity::of(settings).map_err(StartError::from);
    let mut findings = Vec::new();
    match tls {
        Ok(None) => {}
        Ok(Some(_)) => findings.push(finding("TLS", Status::Ok, settings.tls.certificate.shown())),
        Err(error) => findings.push(finding("TLS", Status::Fail, error.to_string())),
    }
    if let Err(error) = offer(settings) {
        findings.push(finding(
            "client certificates",
            Status::Fail,
            error.to_string(),
        ));
    }
    findings
}

fn towns(settings: &Settings) -> Option<Finding> {
    let refused = atlas(settings).err()?;
    Some(finding("GeoIP", Status::Fail, refused.to_string()))
}

fn appearance(settings: &Settings) -> Option<Finding> {
    let refused = brand(settings).err()?;
    Some(finding("brand", Status::Fail, refused.to_string()))
}

/// Less work than the default makes a stolen database cheaper to break.
fn password_cost(settings: &Settings) -> Option<Finding> {
    let work = |cost: Cost| u64::from(cost.memory_kib) * u64::from(cost.passes);
    let (cost, advised) = (cost(settings), Cost::DEFAULT);
    let detail = format!(
        "a hash of {} KiB and {} passes is cheaper to guess than the advised {} KiB and {} passes",
        cost.memory_kib, cost.passes, advised.memory_kib, advised.passes
    );
    (work(cost) < work(advised)).then(|| finding("password hashing", Status::Warn, detail))
}
