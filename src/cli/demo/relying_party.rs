//! What the sample application asks of the issuer, through the `openidconnect` crate: any
//! standard library would do the same.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreIdToken};
use openidconnect::{
    AccessToken, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, Scope, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use url::Url;

/// Why the sample application could not go on; it shows the sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    /// A failure in one sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

fn failed(what: &str) -> impl Fn(&dyn std::error::Error) -> Failure + '_ {
    move |error| Failure(format!("{what}: {error}"))
}

/// How the application is registered at the issuer.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The issuer identifier.
    pub issuer: String,
    /// Its client id.
    pub client_id: String,
    /// Its client secret.
    pub client_secret: ClientSecret,
    /// Where it listens: `http://localhost:8081`.
    pub base: String,
}

/// What is remembered of a browser between leaving for the issuer and coming back.
pub struct Departure {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// A person as the application knows them.
#[derive(Clone)]
pub struct Visitor {
    /// The claims of the verified id_token.
    pub id_token_claims: Json,
    /// The answer of the userinfo endpoint.
    pub userinfo: Json,
    id_token: CoreIdToken,
}

#[derive(Debug, Serialize, Deserialize)]
struct EveryClaim(HashMap<String, Json>);

impl openidconnect::AdditionalClaims for EveryClaim {}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Registration {
    /// Where to send a browser that wants to sign in.
    pub async fn depart(&self, http: &reqwest::Client) -> Result<(Url, Departure), Failure> {
        let client = self.client(&self.discover(http).await?)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(["profile", "email", "groups"].map(|s| Scope::new(s.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        Ok((
            url,
            Departure {
                state,
                nonce,
                verifier,
            },
        ))
    }

    /// Redeems what the browser brought back, and checks it.
    pub async fn arrive(
        &self,
        http: &reqwest::Client,
        departure: Departure,
        answer: &HashMap<String, String>,
    ) -> Result<Visitor, Failure> {
        let code = checked_answer(&self.issuer, &departure, answer)?;
        let client = self.client(&self.discover(http).await?)?;
        let call = |request| send(http.clone(), request);
        let tokens = client
            .exchange_code(code)
            .map_err(|e| failed("no token endpoint")(&e))?
            .set_pkce_verifier(departure.verifier)
            .request_async(&call)
            .await
            .map_err(|e| failed("the code was not redeemed")(&e))?;
        let id_token = tokens
            .id_token()
            .ok_or_else(|| Failure::new("no id_token came"))?;
        let claims = id_token
            .claims(&client.id_token_verifier(), &departure.nonce)
            .map_err(|e| failed("the id_token does not hold")(&e))?;
        let userinfo = userinfo(&client, tokens.access_token(), claims.subject(), http).await?;
        Ok(Visitor {
            id_token_claims: payload(id_token)?,
            userinfo,
            id_token: id_token.clone(),
        })
    }

    /// Where to send a browser that wants to sign out everywhere.
    pub async fn sign_out(
        &self,
        http: &reqwest::Client,
        visitor: &Visitor,
    ) -> Result<Url, Failure> {
        let metadata = self.discover(http).await?;
        let endpoint = metadata
            .additional_metadata()
            .end_session_endpoint
            .clone()
            .ok_or_else(|| Failure::new("the issuer has no end_session_endpoint"))?;
        let back = PostLogoutRedirectUrl::new(format!("{}/", self.base))
            .map_err(|e| failed("own address")(&e))?;
        Ok(LogoutRequest::from(endpoint)
            .set_id_token_hint(&visitor.id_token)
            .set_post_logout_redirect_uri(back)
            .http_get_url())
    }

    async fn discover(
        &self,
        http: &reqwest::Client,
    ) -> Result<ProviderMetadataWithLogout, Failure> {
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|e| failed("issuer")(&e))?;
        let call = |request| send(http.clone(), request);
        ProviderMetadataWithLogout::discover_async(issuer, &call)
            .await
            .map_err(|e| failed("the issuer was not discovered")(&e))
    }

    fn client(&self, metadata: &ProviderMetadataWithLogout) -> Result<Client, Failure> {
        let back = RedirectUrl::new(format!("{}/callback", self.base))
            .map_err(|e| failed("own address")(&e))?;
        Ok(CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.client_id.clone()),
            Some(self.client_secret.clone()),
        )
        .set_redirect_uri(back))
    }
}

/// The checks of RFC 6749 §10.12 (state) and RFC 9207 (iss), before anything is sent.
fn checked_answer(
    issuer: &str,
    departure: &Departure,
    answer: &HashMap<String, String>,
) -> Result<AuthorizationCode, Failure> {
    if answer.get("state") != Some(departure.state.secret()) {
        return Err(Failure::new("the answer belongs to another sign-in"));
    }
    if answer.get("iss").map(String::as_str) != Some(issuer) {
        return Err(Failure::new("the answer is of another issuer"));
    }
    match (answer.get("code"), answer.get("error")) {
        (Some(code), None) => Ok(AuthorizationCode::new(code.clone())),
        (_, Some(error)) => Err(Failure(format!("the issuer said: {error}"))),
        _ => Err(Failure::new("the issuer sent no code")),
    }
}

async fn userinfo(
    client: &Client,
    token: &AccessToken,
    subject: &openidconnect::SubjectIdentifier,
    http: &reqwest::Client,
) -> Result<Json, Failure> {
    let call = |request| send(http.clone(), request);
    let claims: UserInfoClaims<EveryClaim, CoreGenderClaim> = client
        .user_info(token.clone(), Some(subject.clone()))
        .map_err(|e| failed("no userinfo endpoint")(&e))?
        .request_async(&call)
        .await
        .map_err(|e| failed("userinfo")(&e))?;
    serde_json::to_value(claims).map_err(|e| failed("userinfo")(&e))
}

/// The claims as they were signed; the library has checked the signature just before.
fn payload(id_token: &CoreIdToken) -> Result<Json, Failure> {
    let text = id_token.to_string();
    let middle = text.split('.').nth(1).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD
        .decode(middle)
        .map_err(|e| failed("id_token")(&e))?;
    serde_json::from_slice(&bytes).map_err(|e| failed("id_token")(&e))
}

async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let answer = http.execute(request.try_into()?).await?;
    let mut builder = axum::http::Response::builder().status(answer.status());
    if let Some(headers) = builder.headers_mut() {
        headers.clone_from(answer.headers());
    }
    let body = answer.bytes().await?.to_vec();
    Ok(builder.body(body).unwrap_or_default())
}
