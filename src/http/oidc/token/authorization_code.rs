use super::minted::Minted;
use super::{Ask, minted};
use crate::domain::grants::{self, CodeRedemption};
use crate::foundation::crypto::token::Secret;
use crate::http::oidc::client::TokenError;

pub(super) async fn answer(ask: &Ask<'_>) -> Result<Minted, TokenError> {
    let code = Secret::from(ask.required("code")?);
    let redemption = CodeRedemption {
        client: &ask.client,
        code: &code,
        redirect_uri: ask.required("redirect_uri")?,
        code_verifier: ask.given("code_verifier"),
        resource: &ask.resource,
        issuer: &ask.state.issuer,
        possession: ask.possession(),
        lifetimes: ask.state.tokens.lifetimes,
    };
    let state = ask.state;
    let redeemed = grants::redeem_code(&state.db, &state.master_key, &redemption, ask.now).await?;
    minted::mint(ask, redeemed).await
}
