//! A stranger's relying party, the `openidconnect` crate, before the running server.

use axum::http;
use doorward::foundation::clock::Clock;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse,
};

use crate::application::{Application, Browser, REDIRECT_URI, confidential, redirected};

async fn send(
    application: &Application<'_>,
    request: HttpRequest,
) -> Result<HttpResponse, reqwest::Error> {
    let request = request.try_into()?;
    let answer = application.server.http.execute(request).await?;
    let mut response = http::Response::builder().status(answer.status());
    response.headers_mut().unwrap().clone_from(answer.headers());
    Ok(response.body(answer.bytes().await?.to_vec()).unwrap())
}

async fn code(application: &Application<'_>, browser: &Browser, url: &url::Url) -> String {
    let asked: Vec<_> = url.query_pairs().into_owned().collect();
    let asked: Vec<(&str, String)> = asked.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
    redirected(&application.authorize(&browser.cookies, &asked).await)["code"].clone()
}

crate::on_both_engines! {
    async fn the_openidconnect_crate_signs_in_checks_the_id_token_and_refreshes(world: World) {
        // The crate compares with the time of the machine.
        world.clock.advance(Clock::system().now().since(world.now()));
        let application = confidential(&world).await;
        let browser = application.visitor().await;
        let call = |request| send(&application, request);

        let issuer = IssuerUrl::new(world.state.issuer.clone()).unwrap();
        let metadata = CoreProviderMetadata::discover_async(issuer, &call).await.unwrap();
        let secret = application.secret.clone().map(ClientSecret::new);
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(application.client_id.clone()), secret)
            .set_redirect_uri(RedirectUrl::new(REDIRECT_URI.to_owned()).unwrap());

        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, _, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "email", "offline_access"].map(|word| Scope::new(word.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let code = AuthorizationCode::new(code(&application, &browser, &url).await);
        let exchange = client.exchange_code(code).unwrap().set_pkce_verifier(verifier);
        let tokens = exchange.request_async(&call).await.unwrap();

        let claims = tokens.id_token().unwrap().claims(&client.id_token_verifier(), &nonce).unwrap();
        let subject = claims.subject().clone();
        let info: CoreUserInfoClaims = client
            .user_info(tokens.access_token().clone(), Some(subject))
            .unwrap().request_async(&call).await.unwrap();
        assert_eq!(info.email().unwrap().as_str(), "babs@example.com");

        let refreshed = client.exchange_refresh_token(tokens.refresh_token().unwrap()).unwrap()
            .request_async(&call).await.unwrap();
        assert_ne!(refreshed.refresh_token().unwrap().secret(), tokens.refresh_token().unwrap().secret());
    }
}
