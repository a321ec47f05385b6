//! What stands before anybody can sign in: an administrator, the sample application's
//! registration, and an API key for provisioning.

use std::error::Error;
use std::time::Duration;

use super::keepsakes::{Keepsakes, password_of};
use super::provisioning::Person;
use super::relying_party::Failure;
use crate::domain::api_keys::{self, NewApiKey, Scope as KeyScope};
use crate::domain::audit::{Actor, Change};
use crate::domain::clients::{self, Metadata, NewClient};
use crate::domain::credentials;
use crate::domain::directory::{self, NewUser, Profile, UserId};
use crate::http::web::State;

/// The administrator's user name.
pub const ADMINISTRATOR: &str = "admin";

const KEY_LIFETIME: Duration = Duration::from_secs(90 * 86_400);

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Makes the administrator, unless there is one of that name.
pub async fn administrator(state: &State) -> Outcome<()> {
    if directory::find_by_user_name(&state.db, ADMINISTRATOR)
        .await?
        .is_some()
    {
        return Ok(());
    }
    let new = NewUser {
        profile: Profile::named(ADMINISTRATOR).with_email("admin@example.com"),
        active: true,
        administrator: true,
    };
    let password = password_of(ADMINISTRATOR, &state.master_key);
    let profile = Some(&new.profile);
    let hash = state.vetting().hash(&password, None, profile).await?;
    let mut change = begin(state).await?;
    let user = directory::create_user(&mut change, new).await?;
    credentials::set_password(&mut change, user.id, &hash, false).await?;
    Ok(change.commit().await?)
}

/// Gives a person whom provisioning has just created the password that the demo prints.
pub async fn password(state: &State, person: &Person, id: &str) -> Outcome<()> {
    let user: UserId = id.parse()?;
    let password = password_of(person.user_name, &state.master_key);
    let named = Profile::named(person.user_name);
    let hash = state.vetting().hash(&password, None, Some(&named)).await?;
    let mut change = begin(state).await?;
    credentials::set_password(&mut change, user, &hash, false).await?;
    Ok(change.commit().await?)
}

/// Registers the sample application and makes the API key.
pub async fn keepsakes(state: &State, sample_base: &str) -> Outcome<Keepsakes> {
    let mut metadata = Metadata::new(vec![format!("{sample_base}/callback")]);
    metadata.post_logout_redirect_uris = vec![format!("{sample_base}/")];
    let client = NewClient {
        name: "Sample application".into(),
        confidential: true,
        metadata,
        scope: "openid profile email groups".parse()?,
    };
    let key = NewApiKey {
        name: "Demo provisioning".into(),
        owner: None,
        scopes: [KeyScope::Scim].into_iter().collect(),
        lifetime: KEY_LIFETIME,
    };
    let mut change = begin(state).await?;
    let client = clients::register(&mut change, client).await?;
    let key = api_keys::create(&mut change, key).await?;
    change.commit().await?;
    state.refresh().await?;
    let secret = client
        .secret
        .ok_or_else(|| Failure::new("the sample application has no secret"))?;
    Ok(Keepsakes {
        client_id: client.id.to_string(),
        client_secret: secret.reveal().to_owned(),
        api_key: key.secret.reveal().to_owned(),
    })
}

async fn begin(state: &State) -> Outcome<Change> {
    Ok(Change::begin(&state.db, Actor::CommandLine, state.clock.now()).await?)
}
