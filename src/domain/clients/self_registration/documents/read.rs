//! What a document says of its client, as far as it is its own to say.

use serde_json::{Map, Value};

use super::NotRead;
use crate::domain::clients::self_registration::asked::{Asked, VOUCHED_FOR};
use crate::domain::clients::self_registration::{NotRegistered, Standing};
use crate::domain::clients::{AuthenticationMethod, GrantType, Metadata, ResponseType};

/// No secret can be agreed upon in a document that everybody reads (§4.1).
const SECRETS: [&str; 2] = ["client_secret", "client_secret_expires_at"];

/// Reads the document that was fetched from `address`.
pub(super) fn read(address: &str, said: Value) -> Result<Asked, NotRead> {
    let Value::Object(mut said) = said else {
        return Err(NotRegistered::NotAnObject.into());
    };
    // Text with text, and nothing in between: whoever may put a file somewhere must not speak
    // for the whole host.
    if said.get("client_id").and_then(Value::as_str) != Some(address) {
        return Err(NotRead::OtherClient);
    }
    if SECRETS.iter().any(|name| said.contains_key(*name)) {
        return Err(NotRead::Secret);
    }
    // A registration's default is a secret; without one it is a public client.
    let method = said.entry("token_endpoint_auth_method");
    method.or_insert_with(|| Value::from(AuthenticationMethod::None.as_str()));
    keep_what_is_offered(&mut said);
    let mut asked = Asked::read(
        Value::Object(said),
        Standing::Stranger,
        &Metadata::default(),
    )?;
    let metadata = &mut asked.client.metadata;
    let method = metadata.token_endpoint_auth_method;
    if method.is_some_and(AuthenticationMethod::has_secret) {
        return Err(NotRead::Secret);
    }
    if metadata.redirect_uris.is_empty() {
        return Err(NotRead::NoRedirectUri);
    }
    metadata.require_pkce = true;
    Ok(asked)
}

// One document is written for all servers: what this one does not offer to strangers falls
// away, as RFC 7591 §2 lets a server do. What is left still has to fit together.
fn keep_what_is_offered(said: &mut Map<String, Value>) {
    let grant = |text: &str| {
        let grant = text.parse::<GrantType>();
        grant
            .is_ok_and(|grant| GrantType::OFFERED.contains(&grant) && !VOUCHED_FOR.contains(&grant))
    };
    keep(said, "grant_types", grant);
    let code = |text: &str| text == ResponseType::Code.as_str();
    keep(said, "response_types", code);
}

fn keep(said: &mut Map<String, Value>, name: &str, offered: impl Fn(&str) -> bool) {
    if let Some(Value::Array(all)) = said.get_mut(name) {
        // What is no text at all is left for the reading to refuse.
        all.retain(|one| one.as_str().is_none_or(&offered));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ADDRESS: &str = "https://app.example.com/client.json";

    fn document(changes: Value) -> Value {
        let mut document = json!({
            "client_id": ADDRESS,
            "client_name": "The Application",
            "redirect_uris": ["http://127.0.0.1/cb", "https://app.example.com/cb"],
        });
        for (name, value) in changes.as_object().unwrap() {
            document[name] = value.clone();
        }
        document
    }

    fn refused(changes: Value) -> NotRead {
        match read(ADDRESS, document(changes)) {
            Err(refused) => refused,
            Ok(_) => panic!("it was read"),
        }
    }

    #[test]
    fn a_document_without_a_method_is_of_a_public_client_that_needs_pkce() {
        let asked = read(ADDRESS, document(json!({}))).unwrap();
        let client = asked.client;
        assert!(!client.confidential && client.metadata.require_pkce);
        assert_eq!(client.name, "The Application");
        let grants = [GrantType::AuthorizationCode];
        assert_eq!(client.metadata.grant_types, grants);
    }

    #[test]
    fn grants_and_response_types_of_other_servers_fall_away() {
        let asked = read(
            ADDRESS,
            document(json!({
                "grant_types": ["authorization_code", "refresh_token", "client_credentials",
                    "urn:ietf:params:oauth:grant-type:jwt-bearer", "implicit"],
                "response_types": ["code", "code id_token", "none"],
                "profile": "fapi2",
                "may_exchange": "delegate",
            })),
        );
        let metadata = asked.unwrap().client.metadata;
        let grants = [GrantType::AuthorizationCode, GrantType::RefreshToken];
        assert_eq!(metadata.grant_types, grants);
        assert_eq!(metadata.response_types, [ResponseType::Code]);
        assert_eq!(metadata.profile, Metadata::default().profile);
    }

    #[test]
    fn checklist_57_the_document_names_its_own_address_word_for_word() {
        for other in [
            json!(null),
            json!(7),
            json!("https://app.example.com/client.json/"),
            json!("https://app.example.com/Client.json"),
            json!("https://app.example.com:443/client.json"),
        ] {
            let refused = refused(json!({ "client_id": other }));
            assert!(matches!(refused, NotRead::OtherClient), "{refused}");
        }
        let array = read(ADDRESS, json!([]));
        assert!(matches!(array, Err(NotRead::Registered(_))));
    }

    #[test]
    fn checklist_57_a_document_has_no_secret_and_no_method_that_needs_one() {
        for changes in [
            json!({ "client_secret": "s" }),
            json!({ "client_secret_expires_at": 0 }),
            json!({ "token_endpoint_auth_method": "client_secret_basic" }),
            json!({ "token_endpoint_auth_method": "client_secret_post" }),
            json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
        ] {
            let refused = refused(changes.clone());
            assert!(matches!(refused, NotRead::Secret), "{changes}: {refused}");
        }
        let none = refused(json!({ "redirect_uris": [] }));
        assert!(matches!(none, NotRead::NoRedirectUri), "{none}");
    }
}
