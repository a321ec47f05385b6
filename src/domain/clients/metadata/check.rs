//! Which metadata can be registered: each value on its own, and whether they fit together.

use serde_json::Value;
use url::Url;

use super::{AuthenticationMethod, GrantType, Metadata, ResponseType, SubjectType};
use crate::domain::clients::profile::Profile;
use crate::domain::clients::redirect_uri;
use crate::foundation::crypto::jose::{
    Algorithm, ContentEncryption, ForeignKeys, InvalidKeys, KeyManagement, SignatureAlgorithm,
};

/// More entries than this in any list serve nobody.
const LONGEST_LIST: usize = 100;
/// No address or name is longer.
const LONGEST_TEXT: usize = 2048;
/// A key set of some dozens of keys.
const LARGEST_JSON: usize = 32 * 1024;

/// Why metadata cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum InvalidMetadata {
    /// The grant needs an address for its answer.
    #[error("a redirect URI is needed for the grant authorization_code")]
    NoRedirectUri,
    /// One of the addresses is not acceptable.
    #[error("redirect URI {uri:?}: {why}")]
    RedirectUri {
        /// The address.
        uri: String,
        /// What is wrong with it.
        why: redirect_uri::Refused,
    },
    /// There is nothing to renew without a person's consent.
    #[error("the grant refresh_token needs authorization_code or the device grant beside it")]
    RefreshAlone,
    /// A grant that the server knows by name and does not offer.
    #[error("the grant {0} is not offered")]
    Grant(GrantType),
    /// The response type has a code in it.
    #[error("a response type with code needs the grant authorization_code")]
    ResponseType,
    /// The method does not suit the kind of client.
    #[error("the authentication method {0} does not suit this kind of client")]
    AuthenticationMethod(&'static str),
    /// The method is not on.
    #[error("the authentication method {0} is not offered")]
    MethodNotOffered(AuthenticationMethod),
    /// Whoever acts for itself has to prove who it is.
    #[error("the grant {0} is for confidential clients only")]
    Confidential(GrantType),
    /// The profile is stricter.
    #[error("the profile {profile} {rule}")]
    Profile {
        /// The profile.
        profile: Profile,
        /// What it demands.
        rule: &'static str,
    },
    /// Keys are needed, in one place.
    #[error("{0}")]
    Keys(#[from] KeysRefused),
    /// An algorithm that does not suit the rest.
    #[error("{field}: {why}")]
    Algorithm {
        /// The metadata's name.
        field: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Exactly one name of the certificate is to be compared.
    #[error("tls_client_auth needs exactly one of the five tls_client_auth_… names")]
    CertificateName,
    /// An address that is not a web address.
    #[error("{field}: {address:?} is not {expected}")]
    Address {
        /// The metadata's name.
        field: &'static str,
        /// The address.
        address: String,
        /// What it should be.
        expected: &'static str,
    },
    /// Without it nobody can say whose names these are.
    #[error("pairwise subjects of several hosts need a sector_identifier_uri")]
    Sector,
    /// Out of bounds.
    #[error("{0} is too long, or there are too many of them")]
    TooLong(&'static str),
    /// A number out of bounds.
    #[error("{0} is out of bounds")]
    Number(&'static str),
}

/// Why its keys cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum KeysRefused {
    /// A method or an encryption needs keys.
    #[error("a key set or the address of one is needed")]
    Missing,
    /// They would be in two places.
    #[error("a key set and the address of one exclude each other")]
    TwoPlaces,
    /// The key set cannot be used.
    #[error("the key set: {0}")]
    Unusable(#[from] InvalidKeys),
    /// The address of the key set cannot be fetched.
    #[error("the address of the key set must be an https address")]
    Address,
}

type Checked = Result<(), InvalidMetadata>;

impl Metadata {
    /// Checks it for registration.
    ///
    /// # Errors
    /// A value is not acceptable, or two do not fit together.
    pub fn check(&self, confidential: bool) -> Checked {
        self.check_lengths()?;
        self.check_lifetimes()?;
        self.check_grants(confidential)?;
        self.check_redirects(confidential)?;
        self.check_method(confidential)?;
        self.check_profile(confidential)?;
        self.check_keys()?;
        self.check_algorithms(confidential)?;
        self.check_addresses()?;
        self.check_sector()
    }

    /// Checks where its keys are, and what they are.
    ///
    /// # Errors
    /// There are none where some are needed, or they cannot be used.
    pub fn check_keys(&self) -> Checked {
        use AuthenticationMethod as By;
        let signs = self.token_endpoint_auth_method == Some(By::PrivateKeyJwt);
        let shows = self.token_endpoint_auth_method == Some(By::SelfSignedTlsClientAuth);
        match (&self.jwks, &self.jwks_uri) {
            (None, None) if signs || shows || self.is_encrypted_to() => {
                Err(KeysRefused::Missing.into())
            }
            (None, None) => Ok(()),
            (Some(_), Some(_)) => Err(KeysRefused::TwoPlaces.into()),
            (Some(keys), None) => match ForeignKeys::read(keys) {
                // Keys that only encrypt, or only certificates, are keys too.
                Err(InvalidKeys::NoUsableKey) if !signs => Ok(()),
                read => Ok(read.map(drop).map_err(KeysRefused::from)?),
            },
            // Whether the host is one that may be asked is seen when it is.
            (None, Some(address)) if is_web_page(address) => Ok(()),
            (None, Some(_)) => Err(KeysRefused::Address.into()),
        }
    }

    fn is_encrypted_to(&self) -> bool {
        let encrypted = [
            self.id_token_encrypted_response_alg,
            self.userinfo_encrypted_response_alg,
            self.authorization_encrypted_response_alg,
        ];
        encrypted.iter().any(Option::is_some)
    }

    fn check_grants(&self, confidential: bool) -> Checked {
        let has = |grant| self.grant_types.contains(&grant);
        let code = has(GrantType::AuthorizationCode);
        // A grant for which a person is asked; the implicit one comes with its response type.
        let renewable = code || has(GrantType::DeviceCode);
        if !renewable && has(GrantType::RefreshToken) {
            return Err(InvalidMetadata::RefreshAlone);
        }
        for grant in [GrantType::ClientCredentials, GrantType::TokenExchange] {
            if has(grant) && !confidential {
                return Err(InvalidMetadata::Confidential(grant));
            }
        }
        let with_code = self.response_types.iter().any(|kind| kind.has_code());
        if with_code && !code {
            return Err(InvalidMetadata::ResponseType);
        }
        Ok(())
    }

    fn check_redirects(&self, confidential: bool) -> Checked {
        let code = self.grant_types.contains(&GrantType::AuthorizationCode);
        if (code || !self.response_types.is_empty()) && self.redirect_uris.is_empty() {
            return Err(InvalidMetadata::NoRedirectUri);
        }
        let returned_to = self.redirect_uris.iter();
        for uri in returned_to.chain(&self.post_logout_redirect_uris) {
            redirect_uri::check(uri, confidential).map_err(|why| InvalidMetadata::RedirectUri {
                uri: uri.clone(),
                why,
            })?;
        }
        Ok(())
    }

    fn check_method(&self, confidential: bool) -> Checked {
        let names = [
            &self.tls_client_auth_subject_dn,
            &self.tls_client_auth_san_dns,
            &self.tls_client_auth_san_uri,
            &self.tls_client_auth_san_ip,
            &self.tls_client_auth_san_email,
        ];
        let names = names.into_iter().flatten().count();
        let by_name = self.token_endpoint_auth_method == Some(AuthenticationMethod::TlsClientAuth);
        if names != usize::from(by_name) {
            return Err(InvalidMetadata::CertificateName);
        }
        let Some(method) = self.token_endpoint_auth_method else {
            return Ok(());
        };
        if (method == AuthenticationMethod::None) == confidential {
            return Err(InvalidMetadata::AuthenticationMethod(method.as_str()));
        }
        Ok(())
    }

    fn check_profile(&self, confidential: bool) -> Checked {
        let refused = |rule| {
            let profile = self.profile;
            Err(InvalidMetadata::Profile { profile, rule })
        };
        if self.profile != Profile::Oidc
            && self
                .response_types
                .iter()
                .any(|one| *one != ResponseType::Code)
        {
            return refused("knows the response type code alone");
        }
        if self.profile != Profile::Fapi2 {
            return Ok(());
        }
        let method = self.token_endpoint_auth_method;
        if !confidential || !method.is_some_and(|method| self.profile.permits(method)) {
            return refused(
                "needs private_key_jwt, tls_client_auth or self_signed_tls_client_auth",
            );
        }
        let own = [
            self.token_endpoint_auth_signing_alg,
            self.request_object_signing_alg,
        ];
        if !own
            .into_iter()
            .flatten()
            .all(SignatureAlgorithm::is_of_fapi)
        {
            return refused("signs with PS256, ES256 or EdDSA");
        }
        let ours = [
            Some(self.id_token_signed_response_alg),
            self.userinfo_signed_response_alg,
            self.introspection_signed_response_alg,
            self.authorization_signed_response_alg,
        ];
        if ours.contains(&Some(Algorithm::Rs256)) {
            return refused("is not answered with RS256: register ES256");
        }
        Ok(())
    }

    fn check_algorithms(&self, confidential: bool) -> Checked {
        let wrong = |field, why| Err(InvalidMetadata::Algorithm { field, why });
        if let Some(algorithm) = self.token_endpoint_auth_signing_alg {
            let field = "token_endpoint_auth_signing_alg";
            let method = self.token_endpoint_auth_method;
            let with_secret = method == Some(AuthenticationMethod::SecretJwt);
            if !method.is_some_and(AuthenticationMethod::is_assertion) {
                return wrong(field, "the authentication method has no assertion");
            }
            if algorithm.is_symmetric() != with_secret {
                return wrong(field, "does not suit the authentication method");
            }
        }
        let of_requests = self.request_object_signing_alg;
        let has_secret = self
            .token_endpoint_auth_method
            .is_none_or(AuthenticationMethod::has_secret);
        if of_requests.is_some_and(SignatureAlgorithm::is_symmetric)
            && !(confidential && has_secret)
        {
            return wrong(
                "request_object_signing_alg",
                "needs a client with a secret; others sign with a key of their own",
            );
        }
        for (field, management, encryption) in self.encryptions() {
            check_encryption(field, management, encryption)?;
        }
        Ok(())
    }

    fn encryptions(&self) -> [Encryption; 4] {
        [
            (
                "id_token_encrypted_response_alg",
                self.id_token_encrypted_response_alg,
                self.id_token_encrypted_response_enc,
            ),
            (
                "userinfo_encrypted_response_alg",
                self.userinfo_encrypted_response_alg,
                self.userinfo_encrypted_response_enc,
            ),
            (
                "authorization_encrypted_response_alg",
                self.authorization_encrypted_response_alg,
                self.authorization_encrypted_response_enc,
            ),
            (
                "request_object_encryption_alg",
                self.request_object_encryption_alg,
                self.request_object_encryption_enc,
            ),
        ]
    }

    fn check_addresses(&self) -> Checked {
        // A page is shown as a link, where `javascript:` would run.
        let pages = [
            ("client_uri", &self.client_uri),
            ("logo_uri", &self.logo_uri),
            ("policy_uri", &self.policy_uri),
            ("tos_uri", &self.tos_uri),
            ("backchannel_logout_uri", &self.backchannel_logout_uri),
            ("frontchannel_logout_uri", &self.frontchannel_logout_uri),
        ];
        for (field, address) in pages {
            check_address(field, address.as_deref(), is_web_page, "a web address")?;
        }
        let encrypted = [
            ("sector_identifier_uri", &self.sector_identifier_uri),
            ("initiate_login_uri", &self.initiate_login_uri),
        ];
        for (field, address) in encrypted {
            check_address(field, address.as_deref(), is_https, "an https address")?;
        }
        for address in &self.request_uris {
            // Core §6.2: a hash of the object may stand in the fragment.
            let (address, _) = address.split_once('#').unwrap_or((address, ""));
            check_address("request_uris", Some(address), is_web_page, "a web address")?;
        }
        for resource in &self.resources {
            // RFC 8707 §2: an absolute URI without fragment; of whatever scheme.
            let absolute = |text: &str| Url::parse(text).is_ok_and(|url| url.fragment().is_none());
            let expected = "an absolute URI without fragment";
            check_address("resources", Some(resource), absolute, expected)?;
        }
        Ok(())
    }

    // OpenID Connect Core §8.1: the host of the redirect URIs says whose names they are, if
    // there is one.
    fn check_sector(&self) -> Checked {
        if self.subject_type != SubjectType::Pairwise || self.sector_identifier_uri.is_some() {
            return Ok(());
        }
        let host = |uri: &String| Url::parse(uri).ok()?.host_str().map(str::to_owned);
        let mut hosts: Vec<_> = self.redirect_uris.iter().map(host).collect();
        hosts.dedup();
        match hosts.as_slice() {
            [] | [Some(_)] => Ok(()),
            _ => Err(InvalidMetadata::Sector),
        }
    }

    // Keys stay published for a day after they signed the last time.
    fn check_lifetimes(&self) -> Checked {
        const MINUTE: u64 = 60;
        const DAY: u64 = 86_400;
        for (field, seconds, most) in [
            ("access_token_lifetime", self.access_token_lifetime, DAY),
            ("id_token_lifetime", self.id_token_lifetime, DAY),
            (
                "refresh_token_lifetime",
                self.refresh_token_lifetime,
                365 * DAY,
            ),
        ] {
            if seconds.is_some_and(|seconds| !(MINUTE..=most).contains(&seconds)) {
                return Err(InvalidMetadata::Number(field));
            }
        }
        let trusted = self.trusted_device_lifetime;
        if trusted.is_some_and(|seconds| seconds > 3650 * DAY) {
            return Err(InvalidMetadata::Number("trusted_device_lifetime"));
        }
        Ok(())
    }

    fn check_lengths(&self) -> Checked {
        let Ok(Value::Object(all)) = self.said() else {
            return Ok(());
        };
        for (name, value) in &all {
            if !is_bounded(value) {
                // Named by the constant text of its field, for the error is shown.
                let name = KNOWN_BOUNDED.iter().find(|known| *known == name);
                return Err(InvalidMetadata::TooLong(name.unwrap_or(&"the metadata")));
            }
        }
        if self
            .default_max_age
            .is_some_and(|age| age > u32::MAX.into())
        {
            return Err(InvalidMetadata::Number("default_max_age"));
        }
        Ok(())
    }
}

const KNOWN_BOUNDED: [&str; 6] = [
    "redirect_uris",
    "post_logout_redirect_uris",
    "request_uris",
    "contacts",
    "resources",
    "jwks",
];

fn is_bounded(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= LONGEST_TEXT && !text.contains(char::is_control),
        Value::Array(all) => all.len() <= LONGEST_LIST && all.iter().all(is_bounded),
        Value::Object(_) => value.to_string().len() <= LARGEST_JSON,
        _ => true,
    }
}

type Encryption = (
    &'static str,
    Option<KeyManagement>,
    Option<ContentEncryption>,
);

// OpenID Connect Registration §2: `enc` has a default, `alg` switches encryption on.
fn check_encryption(
    field: &'static str,
    management: Option<KeyManagement>,
    encryption: Option<ContentEncryption>,
) -> Checked {
    let why = match (management, encryption) {
        (None, None) => return Ok(()),
        (None, Some(_)) => "is missing, and its enc is there",
        (Some(one), _) if KeyManagement::OFFERED.contains(&one) => return Ok(()),
        (Some(_), _) => "is not offered",
    };
    Err(InvalidMetadata::Algorithm { field, why })
}

fn check_address(
    field: &'static str,
    address: Option<&str>,
    suits: impl Fn(&str) -> bool,
    expected: &'static str,
) -> Checked {
    match address {
        Some(address) if !suits(address) => Err(InvalidMetadata::Address {
            field,
            address: address.to_owned(),
            expected,
        }),
        _ => Ok(()),
    }
}

fn is_web_page(address: &str) -> bool {
    web_address(address).is_some()
}

fn is_https(address: &str) -> bool {
    web_address(address).is_some_and(|url| url.scheme() == "https")
}

fn web_address(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (plain && matches!(url.scheme(), "https" | "http")).then_some(url)
}
