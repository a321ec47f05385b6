//! `doorward demo`: everything on embedded defaults, with people provisioned through the real
//! SCIM endpoint and a real relying party to sign in to.

mod keepsakes;
mod preparation;
mod provisioning;
mod relying_party;
mod sample;

use std::net::SocketAddr;
use std::path::Path;

use clap::Args;
use openidconnect::ClientSecret;
use tokio::net::TcpListener;
use tokio::sync::watch;

use self::keepsakes::{Keepsakes, password_of};
use self::preparation::ADMINISTRATOR;
use self::provisioning::{GROUP, PEOPLE, ScimClient};
use self::relying_party::{Failure, Registration};
use super::stop::Stop;
use super::{Context, Outcome, output};
use crate::app::config::Settings;
use crate::app::{Program, telemetry};
use crate::domain::directory;
use crate::http::web::State;

/// Everything on embedded defaults: an issuer, a sample application, a few people
#[derive(Args, Debug)]
pub(super) struct Demo {
    /// Where the sample application listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    sample_listen: SocketAddr,
}

/// What the demo takes for a setting that was not given: a data folder of its own, so that it
/// never meets one that is in use, and an address that follows the port.
pub(super) fn defaults(given: impl Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let listen = given("listen").unwrap_or_else(|| "127.0.0.1:8080".into());
    let port = listen.rsplit(':').next().unwrap_or("8080").to_owned();
    let folder = given("data_dir").unwrap_or_else(|| "data/demo".into());
    [
        ("data_dir", folder.clone()),
        ("mail.url", format!("file:{folder}/letters")),
        ("public_url", format!("http://localhost:{port}")),
        ("log.level", "warn".to_owned()),
    ]
    .into_iter()
    .filter(|(name, _)| given(name).is_none())
    .map(|(name, value)| {
        (
            format!("DOORWARD_{}", name.replace('.', "_").to_uppercase()),
            value,
        )
    })
    .collect()
}

impl Demo {
    /// Runs until it is told to stop.
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let settings = &context.loaded.settings;
        telemetry::start(&settings.log);
        let mut stop = Stop::listen()?;
        let sample = TcpListener::bind(self.sample_listen)
            .await
            .map_err(|e| Failure::new(format!("cannot listen on {}: {e}", self.sample_listen)))?;
        let sample_base = format!("http://localhost:{}", sample.local_addr()?.port());
        let program = Program::prepare(settings, context.clock.clone()).await?;
        let state = program.state.clone();
        let kept = keep(&state, &settings.data_dir, &sample_base).await?;
        let (ending, ended) = watch::channel(false);
        let server = tokio::spawn(serve(program, settings.clone(), ended.clone()));
        let http = reqwest::Client::builder()
            // It speaks http with this machine alone.
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        let registration = registered(&state, &kept, &sample_base);
        let routes = sample::router(registration, http.clone());
        let sample = axum::serve(sample, routes).with_graceful_shutdown(until(ended));
        let sample = tokio::spawn(async move { sample.await });
        let provisioned = provision(&state, &kept, &http).await;
        if provisioned.is_ok() {
            output::line(&greeting(&state, &kept, &sample_base, &settings.data_dir))?;
            stop.wait().await;
        }
        ending.send_replace(true);
        sample.await??;
        server.await?;
        provisioned
    }
}

async fn serve(program: Program, settings: Settings, ended: watch::Receiver<bool>) {
    program.run(&settings, until(ended)).await;
}

async fn until(mut ended: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is an end as well.
    let _ = ended.wait_for(|ended| *ended).await;
}

/// What an earlier run made in this folder, or makes it. A folder that holds a Doorward of
/// another kind is left alone.
async fn keep(state: &State, folder: &Path, sample_base: &str) -> Outcome<Keepsakes> {
    if let Some(kept) = Keepsakes::load(folder, &state.master_key)? {
        return Ok(kept);
    }
    if directory::has_users(&state.db).await? {
        return Err(Failure::new(format!(
            "{} holds a Doorward that no demo has made: name another --data-dir",
            folder.display()
        ))
        .into());
    }
    preparation::administrator(state).await?;
    let kept = preparation::keepsakes(state, sample_base).await?;
    kept.save(folder, &state.master_key)?;
    Ok(kept)
}

fn registered(state: &State, kept: &Keepsakes, sample_base: &str) -> Registration {
    Registration {
        issuer: state.issuer.clone(),
        client_id: kept.client_id.clone(),
        client_secret: ClientSecret::new(kept.client_secret.clone()),
        base: sample_base.to_owned(),
    }
}

async fn provision(state: &State, kept: &Keepsakes, http: &reqwest::Client) -> Outcome {
    let base = format!("{}/scim/v2", state.issuer);
    let client = ScimClient {
        base,
        bearer: &kept.api_key,
        http,
    };
    for (person, id) in client.provision().await? {
        preparation::password(state, person, &id).await?;
    }
    Ok(())
}

fn greeting(state: &State, kept: &Keepsakes, sample_base: &str, folder: &Path) -> String {
    let line = |name: &str, note: &str| {
        format!(
            "    {name:28}  {}  {note}\n",
            password_of(name, &state.master_key)
        )
    };
    let people: String = PEOPLE.iter().map(|p| line(p.user_name, p.title)).collect();
    let issuer = &state.issuer;
    format!(
        "\n  Doorward is running at {issuer}\n\n  \
         Sign in to the sample application at {sample_base} as one of\n\n{people}\n  \
         They and the group \"{GROUP}\" came in over SCIM. One more:\n\n{}\n\n  \
         The administrator:\n\n{}\n  \
         Letters to them are files in {}.\n  \
         Data: {}. Ctrl-C stops; the next run goes on with it.\n",
        one_more(issuer, &kept.api_key),
        line(ADMINISTRATOR, ""),
        folder.join("letters").display(),
        folder.display(),
    )
}

fn one_more(issuer: &str, api_key: &str) -> String {
    format!(
        "    curl -s {issuer}/scim/v2/Users -H 'Authorization: Bearer {api_key}' \\\n      \
         -H 'Content-Type: application/scim+json' -d '{{\n        \
         \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"],\n        \
         \"userName\": \"noor.haddad@example.com\", \"displayName\": \"Noor Haddad\", \"active\": true,\n        \
         \"password\": \"choose-one-of-your-own\",\n        \
         \"emails\": [{{ \"value\": \"noor.haddad@example.com\", \"type\": \"work\", \"primary\": true }}] }}'"
    )
}
