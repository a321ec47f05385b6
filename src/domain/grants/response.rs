//! The authorization response: where it goes, by which way, and what it is signed with when
//! the client asks for that (JARM).

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::domain::clients::{Client, ResponseMode, ResponseType};
use crate::domain::signing_keys::{self, KeyRing};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::Algorithm;

/// A signed response travels once through a browser. JARM §4.4 allows ten minutes at most.
const SIGNED_LIFETIME: Duration = Duration::from_secs(120);

/// The type of a signed response in its header: JARM names none of its own.
const TYP: &str = "JWT";

/// Where and how an answer goes to the client.
#[derive(Clone, Debug)]
pub struct ReturnAddress {
    /// To whom.
    pub client: Arc<Client>,
    /// One of the client's addresses.
    pub redirect_uri: String,
    /// Returned as it came.
    pub state: Option<String>,
    /// By which way; never [`ResponseMode::Jwt`], which is one of the others.
    pub mode: ResponseMode,
}

impl ReturnAddress {
    /// Signs what the answer says, for the modes whose answer is one signed text.
    ///
    /// # Errors
    /// There is no key for the algorithm that the client registered.
    pub fn sign(
        &self,
        answer: &[(&'static str, String)],
        issuer: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<String, signing_keys::Error> {
        let mut claims = Map::new();
        claims.insert("iss".to_owned(), json!(issuer));
        claims.insert("aud".to_owned(), json!(self.client.id.as_str()));
        claims.insert("exp".to_owned(), json!(now.plus(SIGNED_LIFETIME).seconds()));
        for (name, value) in answer {
            claims.insert((*name).to_owned(), Value::String(value.clone()));
        }
        let registered = self.client.metadata.authorization_signed_response_alg;
        // RS256 is the default of JARM §3, and what FAPI forbids.
        let default = if self.client.rules().fapi_algorithms {
            Algorithm::Es256
        } else {
            Algorithm::Rs256
        };
        keys.sign(registered.unwrap_or(default), TYP, &claims, now)
    }
}

/// The way of an answer when the request names none: tokens never travel in a query, where
/// servers and histories keep them (Multiple Response Types §2.1).
pub(super) fn default_mode(kind: ResponseType) -> ResponseMode {
    if in_front(kind) {
        ResponseMode::Fragment
    } else {
        ResponseMode::Query
    }
}

/// The way that a request names, if its client may be answered so. A way that the client does
/// not expect would leave the code lying in the browser, where an attacker who wrote the request
/// could come by it. So the client's list counts; without one, the default of the response
/// type, a form (which leaves nothing in an address), and the signed ones for whoever registered
/// an algorithm for them.
pub(super) fn mode(
    client: &Client,
    kind: ResponseType,
    asked: Option<ResponseMode>,
) -> Option<ResponseMode> {
    use ResponseMode::{FormPost, FragmentJwt, Jwt, Query, QueryJwt};
    let named = asked.unwrap_or(default_mode(kind));
    let meant = match (named, in_front(kind)) {
        (Jwt, true) => FragmentJwt,
        (Jwt, false) => QueryJwt,
        // JARM §2.3.1 lets an encrypted answer carry tokens in a query; addresses are kept for
        // longer than keys are.
        (Query | QueryJwt, true) => return None,
        (other, _) => other,
    };
    let metadata = &client.metadata;
    let permitted = match metadata.response_modes.as_slice() {
        [] if is_signed(meant) => {
            metadata.authorization_signed_response_alg.is_some()
                || metadata.authorization_encrypted_response_alg.is_some()
        }
        [] => meant == default_mode(kind) || meant == FormPost,
        registered => registered.contains(&named) || registered.contains(&meant),
    };
    permitted.then_some(meant)
}

/// Whether the answer of that way is one signed text.
pub fn is_signed(mode: ResponseMode) -> bool {
    use ResponseMode::{FormPostJwt, FragmentJwt, Jwt, QueryJwt};
    matches!(mode, Jwt | QueryJwt | FragmentJwt | FormPostJwt)
}

fn in_front(kind: ResponseType) -> bool {
    kind.has_id_token() || kind.has_token()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clients::Metadata;

    fn client(change: impl FnOnce(&mut Metadata)) -> Client {
        let mut metadata = Metadata::new(vec![]);
        change(&mut metadata);
        Client::of_a_test(metadata, &[])
    }

    #[test]
    fn tokens_never_travel_in_a_query() {
        let all = client(|metadata| {
            metadata.response_modes = ResponseMode::ALL.to_vec();
            metadata.authorization_signed_response_alg = Some(Algorithm::Es256);
        });
        for kind in ResponseType::ALL {
            for asked in ResponseMode::ALL {
                let meant = mode(&all, kind, Some(asked));
                let in_query = matches!(
                    meant,
                    Some(ResponseMode::Query | ResponseMode::QueryJwt | ResponseMode::Jwt)
                );
                assert!(
                    !in_query || kind == ResponseType::Code,
                    "{kind} {asked}: {meant:?}"
                );
            }
        }
    }

    #[test]
    fn a_client_without_a_list_is_answered_by_default_or_by_form() {
        let plain = client(|_| ());
        let of = |asked| mode(&plain, ResponseType::Code, asked);
        assert_eq!(of(None), Some(ResponseMode::Query));
        assert_eq!(
            of(Some(ResponseMode::FormPost)),
            Some(ResponseMode::FormPost)
        );
        for refused in [
            ResponseMode::Fragment,
            ResponseMode::Jwt,
            ResponseMode::FormPostJwt,
        ] {
            assert_eq!(of(Some(refused)), None, "{refused}");
        }
    }

    #[test]
    fn jwt_is_the_signed_form_of_the_default() {
        let signed = client(|metadata| {
            metadata.authorization_signed_response_alg = Some(Algorithm::Es256);
        });
        let of = |kind| mode(&signed, kind, Some(ResponseMode::Jwt));
        assert_eq!(of(ResponseType::Code), Some(ResponseMode::QueryJwt));
        assert_eq!(
            of(ResponseType::CodeIdToken),
            Some(ResponseMode::FragmentJwt)
        );
    }

    #[test]
    fn a_list_leaves_nothing_else() {
        let posted = client(|metadata| metadata.response_modes = vec![ResponseMode::FormPost]);
        let of = |asked| mode(&posted, ResponseType::Code, asked);
        assert_eq!(of(None), None);
        assert_eq!(of(Some(ResponseMode::Query)), None);
        assert!(of(Some(ResponseMode::FormPost)).is_some());
    }
}
