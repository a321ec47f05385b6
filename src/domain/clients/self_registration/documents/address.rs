//! Which `client_id` is the address of a document (draft-ietf-oauth-client-id-metadata-document
//! §3).

use url::Url;

/// People may have to read it.
const LONGEST: usize = 512;

/// Whether a client may be known by this address. Only the one spelling that the parser would
/// give it is taken: that leaves no dot segments, and no second name of the same place.
pub(super) fn is_of_a_document(client_id: &str) -> bool {
    if client_id.len() > LONGEST || !client_id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return false;
    }
    let Ok(url) = Url::parse(client_id) else {
        return false;
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    plain && url.scheme() == "https" && url.as_str() == client_id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_https_address_with_a_path_in_its_one_spelling_names_a_document() {
        for address in [
            "https://app.example.com/client.json",
            "https://app.example.com/",
            "https://app.example.com:8443/oauth/client?v=1",
            "https://xn--bcher-kva.example/c",
        ] {
            assert!(is_of_a_document(address), "{address}");
        }
    }

    #[test]
    fn no_other_text_names_one() {
        let long = format!("https://app.example.com/{}", "a".repeat(LONGEST));
        for address in [
            "",
            "0192f1c4-8f7a-7000-8000-000000000000",
            "http://app.example.com/client",
            "HTTPS://app.example.com/client",
            "https://App.example.com/client",
            "https://app.example.com",
            "https://app.example.com:443/client",
            "https://me@app.example.com/client",
            "https://me:pw@app.example.com/client",
            "https://app.example.com@evil.example/client",
            "https://app.example.com/client#part",
            "https://app.example.com/client#",
            "https://app.example.com/a/../client",
            "https://app.example.com/./client",
            "https://app.example.com/a/%2e%2e/client",
            "https://app.example.com\\client",
            "https://app.example.com/cli ent",
            "https://app.example.com/bücher",
            "https://0x7f.1/client",
            "https:///client",
            "file:///etc/passwd",
            "data:application/json,{}",
            &long,
        ] {
            assert!(!is_of_a_document(address), "{address}");
        }
    }
}
