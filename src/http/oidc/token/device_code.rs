use super::minted::Minted;
use super::{Ask, minted};
use crate::domain::grants::{self, DeviceRedemption, ErrorCode, NotYet};
use crate::foundation::crypto::token::Secret;
use crate::http::oidc::client::TokenError;

/// A device that asks whether the person has decided.
pub(super) async fn answer(ask: &Ask<'_>) -> Result<Minted, TokenError> {
    let device_code = Secret::from(ask.required("device_code")?);
    let redemption = DeviceRedemption {
        client: &ask.client,
        device_code: &device_code,
        resource: &ask.resource,
        issuer: &ask.state.issuer,
        possession: ask.possession(),
        lifetimes: ask.state.tokens.lifetimes,
    };
    let state = ask.state;
    let redeemed =
        grants::redeem_device_code(&state.db, &state.master_key, &redemption, ask.now).await?;
    minted::mint(ask, redeemed).await
}

impl From<NotYet> for TokenError {
    fn from(refusal: NotYet) -> Self {
        let (code, text) = match refusal {
            NotYet::NotRedeemed(refused) => return refused.into(),
            NotYet::Pending => (
                ErrorCode::AuthorizationPending,
                "the person has not decided yet",
            ),
            NotYet::SlowDown => (
                ErrorCode::SlowDown,
                "asked too soon: wait five seconds longer from now on",
            ),
            NotYet::Denied => (ErrorCode::AccessDenied, "the person did not allow this"),
            NotYet::Expired => (ErrorCode::ExpiredToken, "the code has expired"),
        };
        Self::new(code, text)
    }
}
