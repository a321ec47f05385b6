//! Whom the client expects: a hint is checked when the request comes, and only the name in it is
//! kept.

use super::visit::{Ended, Visit};
use crate::domain::clients::{ExternalAuthentication, ResponseType};
use crate::domain::directory::{self, UserId};
use crate::domain::grants::{
    AuthorizationRequest, ErrorCode, ForeignHint, HandedOver, IdTokenHint, Origin,
};

/// The person that the client expects. A hint that is not ours says nothing about who is there;
/// to go on without it could answer about somebody else than the client means.
pub(super) async fn expected(
    visit: &Visit,
    request: &mut AuthorizationRequest,
    origin: &mut Origin,
) -> Result<Option<UserId>, Ended> {
    let trust = request.client.metadata.external_authentication.clone();
    if let Some(trust) = trust {
        return handed_over(visit, &trust, request, origin).await.map(Some);
    }
    let Some(hint) = &request.id_token_hint else {
        return Ok(origin.expected);
    };
    let keys = (&visit.state.signing_keys, &visit.state.master_key);
    let read = IdTokenHint::read(hint, &visit.state.issuer, keys, visit.now);
    match read.filter(|hint| hint.client == request.client.id.as_str()) {
        Some(hint) => Ok(Some(hint.user)),
        None => {
            let text = "id_token_hint is not an ID token of this client";
            Err(visit.refuse(request, ErrorCode::InvalidRequest, text).await)
        }
    }
}

// A client that hands persons over does nothing else: without a good hint there is nobody to
// speak of.
async fn handed_over(
    visit: &Visit,
    trust: &ExternalAuthentication,
    request: &mut AuthorizationRequest,
    origin: &mut Origin,
) -> Result<UserId, Ended> {
    if request.response_type != ResponseType::IdToken {
        let text = "an external authentication method answers with an id_token alone";
        return Err(invalid(visit, request, text).await);
    }
    let Some(hint) = &request.id_token_hint else {
        return Err(invalid(visit, request, "id_token_hint is missing").await);
    };
    let reading = ForeignHint {
        outbound: &visit.state.outbound,
        key_sets: &visit.state.key_sets,
        client: &request.client,
        now: visit.now,
    };
    let Some(HandedOver { vouched, user_name }) = reading.read(trust, hint).await else {
        let text = "id_token_hint is not one of the issuer that the client was set up with";
        return Err(invalid(visit, request, text).await);
    };
    let user = directory::find_by_user_name(&visit.state.db, &user_name).await;
    let Some(user) = user.map_err(|error| visit.database(&error))? else {
        let text = "the person is not known here";
        return Err(visit.refuse(request, ErrorCode::AccessDenied, text).await);
    };
    origin.vouched = Some(vouched);
    request.login_hint = Some(user_name);
    Ok(user.id)
}

async fn invalid(visit: &Visit, request: &AuthorizationRequest, text: &'static str) -> Ended {
    visit.refuse(request, ErrorCode::InvalidRequest, text).await
}
