//! What can be said of an application in options, beside or instead of a file of metadata.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::Value as Json;

use super::trusted_devices::TrustedDevices;
use crate::cli::{Outcome, api_key::duration_argument, claims::read_json};
use crate::domain::clients::{AuthenticationMethod, Metadata, Profile, RequiredMfa};
use crate::foundation::crypto::jose::Algorithm;

/// What an option says goes before what the file says.
#[derive(Args, Debug)]
pub(super) struct Choices {
    /// A file with metadata as JSON, in the names of RFC 7591 and OpenID Connect (such as
    /// `jwks_uri`, `logo_uri`, `response_types`), or `-` for standard input; what the options
    /// say goes before it
    #[arg(long, value_name = "FILE")]
    metadata: Option<PathBuf>,
    /// Where answers may go, word for word; may be given more than once
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Where a browser may go after signing out; may be given more than once
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// Where it is told that a person has signed out
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// A resource that it may ask for tokens for (RFC 8707); may be given more than once
    #[arg(long, value_name = "URI")]
    resource: Vec<String>,
    /// The set of rules that it lives by: oidc, oauth21 or fapi2
    #[arg(long)]
    profile: Option<Profile>,
    /// The one way it proves itself, such as `private_key_jwt`
    #[arg(long, value_name = "METHOD")]
    token_endpoint_auth_method: Option<AuthenticationMethod>,
    /// What its `id_token` is signed with: RS256, ES256, PS256 or `EdDSA`
    #[arg(long, value_name = "ALG")]
    id_token_alg: Option<Algorithm>,
    /// How long its access tokens are good for: 5m, 1h; 0s for what is set for all
    #[arg(long, value_name = "TIME", value_parser = duration_argument)]
    access_token_lifetime: Option<Duration>,
    /// How long it may rely on an `id_token`; 0s for what is set for all
    #[arg(long, value_name = "TIME", value_parser = duration_argument)]
    id_token_lifetime: Option<Duration>,
    /// How long its refresh tokens may lie unused; 0s for what is set for all
    #[arg(long, value_name = "TIME", value_parser = duration_argument)]
    refresh_token_lifetime: Option<Duration>,
    /// What a person has to prove to sign in to it, beyond what the policy asks of them: none,
    /// multi-factor or phishing-resistant
    #[arg(long, value_name = "LEVEL")]
    require_mfa: Option<RequiredMfa>,
    /// Whether a trusted browser spares the second factor here: allow (as the policy lets it),
    /// forbid, or for how many days at most, such as 7
    #[arg(long, value_name = "allow|forbid|DAYS")]
    trusted_devices: Option<TrustedDevices>,
    /// Refuse its requests without PKCE
    #[arg(long)]
    require_pkce: bool,
}

impl Choices {
    /// The metadata that they come to: those of the file, or else `base`, with the options.
    pub(super) fn over(self, base: Metadata) -> Outcome<Metadata> {
        let mut metadata = match &self.metadata {
            Some(file) => read(&read_json(file)?)?,
            None => base,
        };
        replace(&mut metadata.redirect_uris, self.redirect_uri);
        replace(
            &mut metadata.post_logout_redirect_uris,
            self.post_logout_redirect_uri,
        );
        replace(&mut metadata.resources, self.resource);
        if self.backchannel_logout_uri.is_some() {
            metadata.backchannel_logout_uri = self.backchannel_logout_uri;
        }
        if self.token_endpoint_auth_method.is_some() {
            metadata.token_endpoint_auth_method = self.token_endpoint_auth_method;
        }
        metadata.profile = self.profile.unwrap_or(metadata.profile);
        let algorithm = &mut metadata.id_token_signed_response_alg;
        *algorithm = self.id_token_alg.unwrap_or(*algorithm);
        metadata.require_mfa = self.require_mfa.unwrap_or(metadata.require_mfa);
        if let Some(trusted) = self.trusted_devices {
            metadata.trusted_device_lifetime = trusted.seconds();
        }
        metadata.require_pkce |= self.require_pkce;
        replace_lifetime(
            &mut metadata.access_token_lifetime,
            self.access_token_lifetime,
        );
        replace_lifetime(&mut metadata.id_token_lifetime, self.id_token_lifetime);
        replace_lifetime(
            &mut metadata.refresh_token_lifetime,
            self.refresh_token_lifetime,
        );
        Ok(metadata)
    }
}

fn replace_lifetime(seconds: &mut Option<u64>, given: Option<Duration>) {
    if let Some(given) = given {
        *seconds = Some(given.as_secs()).filter(|seconds| *seconds > 0);
    }
}

fn replace(list: &mut Vec<String>, given: Vec<String>) {
    if !given.is_empty() {
        *list = given;
    }
}

/// A protocol has to pass over members that it does not know (RFC 7591 §2). Here an
/// administrator would never learn that a rule was misspelt, and so is not in force.
fn read(text: &str) -> Outcome<Metadata> {
    let unusable = |error: serde_json::Error| format!("the metadata cannot be used: {error}");
    let given: Json = serde_json::from_str(text).map_err(unusable)?;
    let known = serde_json::to_value(Metadata::default())?;
    let mut names = given.as_object().into_iter().flat_map(|all| all.keys());
    if let Some(name) = names.find(|name| known.get(name.as_str()).is_none()) {
        return Err(format!("the metadata cannot be used: nothing is called {name:?}").into());
    }
    Ok(serde_json::from_value(given).map_err(unusable)?)
}
