use serde_json::json;

use super::*;

fn metadata() -> Metadata {
    Metadata::new(vec!["https://app.example.com/cb".to_owned()])
}

fn with(change: impl FnOnce(&mut Metadata)) -> Metadata {
    let mut metadata = metadata();
    change(&mut metadata);
    metadata
}

#[test]
fn plain_metadata_is_accepted_and_survives_storage() {
    let metadata = metadata();
    assert!(metadata.check(true).is_ok());
    let stored = metadata.said().unwrap();
    assert_eq!(
        stored,
        json!({
            "redirect_uris": ["https://app.example.com/cb"],
            "grant_types": ["authorization_code", "refresh_token"],
            "profile": "oidc",
            "application_type": "web",
            "subject_type": "public",
            "id_token_signed_response_alg": "RS256",
            "require_mfa": "none",
        })
    );
    assert_eq!(
        serde_json::from_value::<Metadata>(stored).unwrap(),
        metadata
    );
}

#[test]
fn a_row_of_before_is_read() {
    let row = json!({
        "redirect_uris": [], "grant_types": ["client_credentials"],
        "id_token_signed_response_alg": "ES256", "require_pkce": false,
    });
    let metadata: Metadata = serde_json::from_value(row).unwrap();
    assert_eq!(metadata.profile, Profile::Oidc);
    assert_eq!(metadata.id_token_signed_response_alg, Algorithm::Es256);
}

#[test]
fn a_code_needs_an_address_and_a_refresh_token_needs_a_code() {
    assert!(Metadata::new(vec![]).check(true).is_err());
    let alone = with(|m| m.grant_types = vec![GrantType::RefreshToken]);
    assert!(alone.check(true).is_err());
}

#[test]
fn one_bad_address_among_good_ones_refuses_the_registration() {
    let bad = with(|m| m.redirect_uris.push("javascript:alert(1)".to_owned()));
    assert!(bad.check(true).is_err());
    let bad = with(|m| m.post_logout_redirect_uris = vec!["https://a@evil.test/".to_owned()]);
    assert!(bad.check(true).is_err());
}

#[test]
fn a_public_client_has_no_secret_method_and_a_confidential_one_has_no_none() {
    let none = with(|m| m.token_endpoint_auth_method = Some(AuthenticationMethod::None));
    assert!(none.check(true).is_err());
    assert!(none.check(false).is_ok());
    let post = with(|m| m.token_endpoint_auth_method = Some(AuthenticationMethod::SecretPost));
    assert!(post.check(false).is_err());
    let itself = with(|m| m.grant_types.push(GrantType::ClientCredentials));
    assert!(itself.check(false).is_err());
    assert!(itself.check(true).is_ok());
}

#[test]
fn a_page_that_would_run_a_script_is_refused() {
    for page in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "https://user@app.example.com/",
        "not an address",
    ] {
        let fields: [fn(&mut Metadata) -> &mut Option<String>; 6] = [
            |m| &mut m.policy_uri,
            |m| &mut m.tos_uri,
            |m| &mut m.logo_uri,
            |m| &mut m.client_uri,
            |m| &mut m.frontchannel_logout_uri,
            |m| &mut m.initiate_login_uri,
        ];
        for field in fields {
            let bad = with(|m| *field(m) = Some(page.to_owned()));
            assert!(bad.check(true).is_err(), "{page}");
        }
    }
}

#[test]
fn an_encryption_is_whole_or_not_there() {
    let half = with(|m| m.id_token_encrypted_response_enc = Some(ContentEncryption::A128Gcm));
    assert!(half.check(true).is_err());
}

#[test]
fn the_algorithm_of_assertions_suits_the_method() {
    let alone = with(|m| m.token_endpoint_auth_signing_alg = Some(SignatureAlgorithm::Es256));
    assert!(alone.check(true).is_err());
    let shared = with(|m| {
        m.token_endpoint_auth_method = Some(AuthenticationMethod::PrivateKeyJwt);
        m.jwks_uri = Some("https://app.example.com/keys".to_owned());
        m.token_endpoint_auth_signing_alg = Some(SignatureAlgorithm::Hs256);
    });
    assert!(shared.check(true).is_err());
}

#[test]
fn pairwise_names_of_two_hosts_need_a_sector() {
    let two = with(|m| {
        m.subject_type = SubjectType::Pairwise;
        m.redirect_uris
            .push("https://other.example.com/cb".to_owned());
    });
    assert!(two.check(true).is_err());
    let sector = Metadata {
        sector_identifier_uri: Some("https://app.example.com/sector".to_owned()),
        ..two
    };
    assert!(sector.check(true).is_ok());
}

#[test]
fn lists_and_texts_are_bounded() {
    let many = with(|m| m.contacts = vec!["a@example.com".to_owned(); 101]);
    assert!(many.check(true).is_err());
    let long = with(|m| m.tos_uri = Some(format!("https://a.example/{}", "a".repeat(3000))));
    assert!(long.check(true).is_err());
}

#[test]
fn fapi_2_has_neither_secrets_nor_id_tokens_in_the_front_channel() {
    let fapi = |method| {
        with(|m| {
            m.profile = Profile::Fapi2;
            m.id_token_signed_response_alg = Algorithm::Es256;
            m.token_endpoint_auth_method = method;
            m.jwks_uri = Some("https://app.example.com/keys".to_owned());
        })
    };
    assert!(fapi(None).check(true).is_err());
    assert!(
        fapi(Some(AuthenticationMethod::SecretBasic))
            .check(true)
            .is_err()
    );
    let good = fapi(Some(AuthenticationMethod::PrivateKeyJwt));
    assert!(good.check(true).is_ok());
    let old = Metadata {
        id_token_signed_response_alg: Algorithm::Rs256,
        ..good.clone()
    };
    assert!(old.check(true).is_err());
    let front = Metadata {
        response_types: vec![ResponseType::CodeIdToken],
        ..good
    };
    assert!(front.check(true).is_err());
}
