//! The rules of a request: each looks at one thing.

use std::time::Duration;

use super::{AuthorizationRequest, Broken, Prompt, Sent, parsed};
use crate::domain::clients::{
    GrantType, Profile, ResponseMode, ResponseType, Scope, SenderConstraint, scope,
};
use crate::domain::grants::{ErrorCode, response};

/// A `nonce` longer than this is no nonce; relying parties use some dozens of characters.
const LONGEST_NONCE: usize = 1024;
/// Names and addresses of people are shorter.
const LONGEST_HINT: usize = 512;
/// The SHA-256 of the verifier in base64url (RFC 7636 §4.2).
const CHALLENGE_LENGTH: usize = 43;

type Checked = Result<(), Broken>;

fn invalid(text: &'static str) -> Checked {
    Err((ErrorCode::InvalidRequest, text))
}

pub(super) fn no_duplicates(sent: &Sent<'_>, _: &mut AuthorizationRequest) -> Checked {
    sent.parameters.check().map_err(|_| {
        let text = "a parameter stands in the request twice, or there are too many";
        (ErrorCode::InvalidRequest, text)
    })
}

// Parameters that would be read from elsewhere: ignoring them would answer another request
// than the client made. What was read has none of them left.
pub(super) fn nothing_is_left_unread(sent: &Sent<'_>, _: &mut AuthorizationRequest) -> Checked {
    if sent.parameters.has("request") || sent.parameters.has("request_uri") {
        return invalid("a request object within a request is not read");
    }
    Ok(())
}

pub(super) fn came_as_it_has_to(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let rules = request.client.rules();
    if rules.pushed_requests && !sent.origin.is_pushed() {
        return invalid("the client's requests have to be pushed (RFC 9126)");
    }
    if rules.signed_requests && !sent.origin.signed {
        return invalid("the client's requests have to be signed (RFC 9101)");
    }
    Ok(())
}

pub(super) fn no_registration(sent: &Sent<'_>, _: &mut AuthorizationRequest) -> Checked {
    if sent.parameters.has("registration") {
        let text = "registration is not supported";
        return Err((ErrorCode::RegistrationNotSupported, text));
    }
    Ok(())
}

pub(super) fn response_type(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let Some(text) = sent.parameters.get("response_type") else {
        return invalid("response_type is missing");
    };
    let may = |kind: &ResponseType| request.client.may_ask_for(*kind);
    let Some(kind) = parsed::<ResponseType>(text).filter(may) else {
        return Err((
            ErrorCode::UnsupportedResponseType,
            "this is not a response type that the client registered",
        ));
    };
    request.response_type = kind;
    Ok(())
}

pub(super) fn response_mode(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let text = sent.parameters.get("response_mode");
    let asked = text.and_then(parsed::<ResponseMode>);
    let mode = response::mode(&request.client, request.response_type, asked);
    match mode {
        Some(mode) if text.is_none() || asked.is_some() => {
            request.response_mode = mode;
            Ok(())
        }
        _ => invalid("the client may not be answered in this response mode"),
    }
}

pub(super) fn client_may_use_codes(_: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let needs_the_grant = request.response_type.has_code();
    if !needs_the_grant || request.client.may_use(GrantType::AuthorizationCode) {
        return Ok(());
    }
    Err((
        ErrorCode::UnauthorizedClient,
        "the client is not registered for the grant authorization_code",
    ))
}

// Words that the client may not ask for fall away, as OpenID Connect Core §3.1.2.1 advises;
// the token response says what was granted. Nothing left is an error. FAPI 2.0 leaves nothing
// to be guessed: there a word too many is an error.
pub(super) fn wanted_scope(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let refused = |text| Err((ErrorCode::InvalidScope, text));
    let profile = request.client.rules().profile;
    let wanted = match sent.parameters.get("scope") {
        Some(text) => match text.parse::<Scope>() {
            Ok(wanted) => wanted,
            Err(_) => return refused("scope is malformed or too long"),
        },
        None if !request.terms.authorization_details.is_empty() => return Ok(()),
        // RFC 6749 §3.3: a default that is documented; never one that outlives the session.
        None if profile == Profile::OAuth21 => {
            let registered = &request.client.scope;
            registered.keep(|word| word != scope::OFFLINE_ACCESS)
        }
        None => return refused("scope is missing"),
    };
    if profile == Profile::Fapi2 && !request.client.scope.covers(&wanted) {
        return refused("the client may not ask for all of this scope");
    }
    let mut granted = wanted.common(&request.client.scope);
    // Without the grant that would use it, the word promises what cannot be had; and Core §11:
    // it is ignored where no code is answered.
    let renewable = request.client.may_use(GrantType::RefreshToken);
    if !renewable || !request.response_type.has_code() {
        granted = granted.keep(|word| word != scope::OFFLINE_ACCESS);
    }
    if granted.is_empty() {
        return refused("the client may not ask for any of this scope");
    }
    request.scope = granted;
    Ok(())
}

pub(super) fn openid_for_an_id_token(_: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    if request.response_type.has_id_token() && !request.scope.contains(scope::OPENID) {
        let text = "an id_token is asked for without the scope openid";
        return Err((ErrorCode::InvalidScope, text));
    }
    Ok(())
}

pub(super) fn code_challenge(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let method = sent.parameters.get("code_challenge_method");
    let Some(challenge) = sent.parameters.get("code_challenge") else {
        // A method alone is half of a request whose other half was taken away.
        let needed = request.client.needs_pkce() && request.response_type.has_code();
        if needed || method.is_some() {
            return invalid("code_challenge is missing");
        }
        return Ok(());
    };
    // Left out, the method means `plain`, which protects nothing once the request is read.
    if method != Some("S256") {
        return invalid("code_challenge_method must be S256");
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if challenge.len() != CHALLENGE_LENGTH || !challenge.bytes().all(base64url) {
        return invalid("code_challenge is not the SHA-256 of a verifier in base64url");
    }
    request.code_challenge = Some(challenge.to_owned());
    Ok(())
}

// In the front channel the nonce is all that ties an `id_token` to the browser that asked
// (Core §3.2.2.1, §3.3.2.11).
pub(super) fn nonce(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let nonce = sent.parameters.get("nonce");
    if nonce.is_some_and(|nonce| nonce.len() > LONGEST_NONCE) {
        return invalid("nonce is too long");
    }
    if nonce.is_none() && request.response_type.has_id_token() {
        return invalid("nonce is missing");
    }
    request.nonce = nonce.map(str::to_owned);
    Ok(())
}

// `create` is unknown as long as nobody can register themself: Initiating User Registration
// §4.1 wants it refused then, not ignored.
pub(super) fn prompt(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let mut prompt = Prompt::default();
    for word in sent.parameters.get("prompt").unwrap_or_default().split(' ') {
        match word {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "consent" => prompt.consent = true,
            "select_account" => prompt.select_account = true,
            "" => {}
            _ => return invalid("prompt has an unknown value"),
        }
    }
    if prompt.none && (prompt.login || prompt.consent || prompt.select_account) {
        return invalid("prompt=none stands alone");
    }
    request.prompt = prompt;
    Ok(())
}

pub(super) fn max_age(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let Some(text) = sent.parameters.get("max_age") else {
        let registered = request.client.metadata.default_max_age;
        request.max_age = registered.map(Duration::from_secs);
        return Ok(());
    };
    // `u32::from_str` would take a sign, which RFC 9470 and OpenID Connect do not know.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(seconds) if digits => {
            request.max_age = Some(Duration::from_secs(seconds.into()));
            Ok(())
        }
        _ => invalid("max_age is not a number of seconds"),
    }
}

// Where tokens are to be bound to a key, one that is good for whoever finds it must not come
// by another way (Keycloak #48428).
pub(super) fn no_bearer_token_in_front(
    _: &Sent<'_>,
    request: &mut AuthorizationRequest,
) -> Checked {
    let bound = request.client.rules().sender_constraint != SenderConstraint::Optional
        || request.terms.confirmation.is_some();
    if bound && request.response_type.has_token() {
        return invalid("a token that is bound to a key is not answered by redirect");
    }
    Ok(())
}

pub(super) fn no_hints_too_long(_: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let hint = request.login_hint.as_deref().unwrap_or_default();
    if hint.len() > LONGEST_HINT {
        return invalid("login_hint is too long");
    }
    Ok(())
}
