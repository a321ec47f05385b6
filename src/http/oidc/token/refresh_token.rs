use super::minted::Minted;
use super::{Ask, minted};
use crate::domain::clients::Scope;
use crate::domain::grants::{self, ErrorCode, RefreshRedemption};
use crate::foundation::crypto::token::Secret;
use crate::http::oidc::client::TokenError;

pub(super) async fn answer(ask: &Ask<'_>) -> Result<Minted, TokenError> {
    let token = Secret::from(ask.required("refresh_token")?);
    let scope = ask.given("scope").map(str::parse::<Scope>).transpose();
    let scope = scope
        .map_err(|_| TokenError::new(ErrorCode::InvalidScope, "scope is malformed or too long"))?;
    let redemption = RefreshRedemption {
        client: &ask.client,
        token: &token,
        scope: scope.as_ref(),
        resource: &ask.resource,
        issuer: &ask.state.issuer,
        possession: ask.possession(),
        rules: ask.state.tokens,
    };
    let state = ask.state;
    let redeemed =
        grants::redeem_refresh_token(&state.db, &state.master_key, &redemption, ask.now).await?;
    minted::mint(ask, redeemed).await
}
