//! What an application says of itself, as far as it is its own to say.

use serde_json::{Map, Value};
use url::Url;

use super::{NotRegistered, Standing};
use crate::domain::clients::{
    AuthenticationMethod, GrantType, Metadata, NewClient, ResponseType, Scope, scope,
};

/// What only an administrator says. It is not read (RFC 7591 §2: what a server does not
/// understand it ignores), and an application is not told of it.
pub(super) const RESERVED: [&str; 12] = [
    "profile",
    "external_authentication",
    "resources",
    "response_modes",
    "may_exchange",
    "may_exchange_id_tokens_of",
    "claims_mapping",
    "require_mfa",
    "trusted_device_lifetime",
    "access_token_lifetime",
    "id_token_lifetime",
    "refresh_token_lifetime",
];

/// What a stranger may ask people for; what this server knows beyond OpenID Connect (groups,
/// roles) tells of an organisation.
const STANDARD: [&str; 6] = [
    scope::OPENID,
    "profile",
    "email",
    "address",
    "phone",
    scope::OFFLINE_ACCESS,
];

/// Grants with which nobody is asked: somebody has to vouch for the application.
pub(super) const VOUCHED_FOR: [GrantType; 2] =
    [GrantType::ClientCredentials, GrantType::TokenExchange];

/// No message that quotes a request is longer.
const LONGEST_MESSAGE: usize = 300;

/// What it asks for, and nothing that is not its to ask for.
pub(super) struct Asked {
    /// The client that it would be.
    pub client: NewClient,
}

impl Asked {
    /// Reads a request. What is left out falls to its default; what only an administrator
    /// says stays as it was `before`.
    pub fn read(said: Value, standing: Standing, before: &Metadata) -> Result<Self, NotRegistered> {
        let Value::Object(mut said) = said else {
            return Err(NotRegistered::NotAnObject);
        };
        // RFC 7592 §2.2: null is as good as left out.
        said.retain(|_, value| !value.is_null());
        // Never ignored: a client would think that it is bound to what it says.
        if said.contains_key("software_statement") {
            return Err(NotRegistered::SoftwareStatement);
        }
        let scope = scope_of(&said, standing)?;
        let name = text(&said, "client_name")?;
        said.retain(|name, _| !RESERVED.contains(&name.as_str()));
        let mut metadata = metadata_of(&said)?;
        complete(&mut metadata, &said);
        let refused = |grant: &&GrantType| metadata.grant_types.contains(grant);
        if standing == Standing::Stranger
            && let Some(grant) = VOUCHED_FOR.iter().find(refused)
        {
            return Err(NotRegistered::Grant(*grant));
        }
        let method = metadata.token_endpoint_auth_method;
        let mut asked = Self {
            client: NewClient {
                name: name.unwrap_or_else(|| name_of(&metadata)),
                confidential: method != Some(AuthenticationMethod::None),
                metadata,
                scope,
            },
        };
        asked.keep_reserved(before);
        Ok(asked)
    }

    /// Leaves what only an administrator says as it was.
    pub fn keep_reserved(&mut self, before: &Metadata) {
        let metadata = &mut self.client.metadata;
        metadata.profile = before.profile;
        metadata
            .external_authentication
            .clone_from(&before.external_authentication);
        metadata.resources.clone_from(&before.resources);
        metadata.response_modes.clone_from(&before.response_modes);
        metadata.may_exchange.clone_from(&before.may_exchange);
        metadata
            .may_exchange_id_tokens_of
            .clone_from(&before.may_exchange_id_tokens_of);
        metadata.claims_mapping.clone_from(&before.claims_mapping);
        metadata.require_mfa = before.require_mfa;
        metadata.trusted_device_lifetime = before.trusted_device_lifetime;
        metadata.access_token_lifetime = before.access_token_lifetime;
        metadata.id_token_lifetime = before.id_token_lifetime;
        metadata.refresh_token_lifetime = before.refresh_token_lifetime;
        // It may become stricter by itself, and not laxer.
        metadata.require_pkce |= before.require_pkce;
    }
}

// The whole is read at once; when it cannot be, each value alone tells which one it is.
fn metadata_of(said: &Map<String, Value>) -> Result<Metadata, NotRegistered> {
    serde_json::from_value(Value::Object(said.clone())).map_err(|error| {
        let alone = said.iter().find_map(|(name, value)| {
            let only = Map::from_iter([(name.clone(), value.clone())]);
            let read = serde_json::from_value::<Metadata>(Value::Object(only));
            read.err().map(|error| (name.as_str(), error))
        });
        let (name, error) = alone.unwrap_or(("the metadata", error));
        wrong(name, &error.to_string())
    })
}

fn wrong(name: &str, why: &str) -> NotRegistered {
    NotRegistered::Value {
        name: name.chars().take(LONGEST_MESSAGE).collect(),
        why: why.chars().take(LONGEST_MESSAGE).collect(),
    }
}

fn text(said: &Map<String, Value>, name: &str) -> Result<Option<String>, NotRegistered> {
    match said.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong(name, "a text is expected")),
    }
}

// What means nothing here falls away, as RFC 7591 §2 lets a server do: applications name the
// scopes of every provider that they know.
fn scope_of(said: &Map<String, Value>, standing: Standing) -> Result<Scope, NotRegistered> {
    let Some(text) = text(said, "scope")? else {
        return Ok(Scope::of(STANDARD.into_iter()));
    };
    let asked: Scope = text
        .parse()
        .map_err(|error: scope::InvalidScope| wrong("scope", &error.to_string()))?;
    Ok(match standing {
        Standing::Stranger => asked.keep(|word| STANDARD.contains(&word)),
        Standing::Vouched => asked.keep(|word| scope::KNOWN.contains(&word)),
    })
}

// The defaults of RFC 7591 §2, written out: the answer tells what is registered.
fn complete(metadata: &mut Metadata, said: &Map<String, Value>) {
    if !said.contains_key("grant_types") {
        metadata.grant_types = vec![GrantType::AuthorizationCode];
    }
    let code = metadata.grant_types.contains(&GrantType::AuthorizationCode);
    if metadata.response_types.is_empty() && code {
        metadata.response_types = vec![ResponseType::Code];
    }
    let method = &mut metadata.token_endpoint_auth_method;
    method.get_or_insert(AuthenticationMethod::SecretBasic);
}

// People have to recognise it: by where it would send them, when it has no name.
fn name_of(metadata: &Metadata) -> String {
    let host = metadata.redirect_uris.first().and_then(|uri| {
        let url = Url::parse(uri).ok()?;
        url.host_str().map(str::to_owned)
    });
    host.unwrap_or_else(|| "An application without a name".to_owned())
}
