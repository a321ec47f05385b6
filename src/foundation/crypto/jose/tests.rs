use serde_json::{Value, json};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::public_jwk::thumbprint;
use super::*;

fn verified(key: &SigningKey, token: &str, typ: &str) -> Option<Value> {
    Unverified::parse(token).and_then(|token| key.verify(&token, typ))
}

fn with_header(token: &str, header: Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[test]
fn what_a_key_signed_it_verifies_after_being_stored_and_read_again() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let claims = json!({"sub": "a"});
        let token = key.sign_with(algorithm, "JWT", &claims).unwrap();
        let again = SigningKey::from_pkcs8(algorithm, &key.to_pkcs8().unwrap()).unwrap();
        assert_eq!(again.kid(), key.kid());
        assert_eq!(verified(&again, &token, "JWT"), Some(json!({"sub": "a"})));
    }
}

#[test]
fn another_key_another_type_and_a_changed_byte_are_refused() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    let token = key.sign("at+jwt", &json!({"sub": "a"})).unwrap();
    assert!(verified(&key, &token, "at+jwt").is_some());
    assert!(verified(&key, &token, "JWT").is_none());
    assert!(verified(&other, &token, "at+jwt").is_none());
    let longer = format!("{token}A");
    assert!(verified(&key, &longer, "at+jwt").is_none());
    assert!(verified(&key, &token[..token.len() - 1], "at+jwt").is_none());
}

#[test]
fn algorithm_none_and_hmac_with_the_public_key_are_refused() {
    let key = SigningKey::generate(Algorithm::Rs256).unwrap();
    let token = key.sign("JWT", &json!({"sub": "a"})).unwrap();
    for alg in ["none", "None", "HS256", "RS512", "ES256", "PS256", "rs256"] {
        let forged = with_header(&token, json!({"alg": alg, "typ": "JWT"}));
        assert!(verified(&key, &forged, "JWT").is_none(), "{alg}");
        let unsigned = format!("{}.", forged.rsplit_once('.').unwrap().0);
        assert!(verified(&key, &unsigned, "JWT").is_none(), "{alg}");
    }
}

#[test]
fn a_critical_extension_refuses_the_token() {
    let forged =
        URL_SAFE_NO_PAD.encode(json!({"alg": "ES256", "typ": "JWT", "crit": ["b64"]}).to_string());
    assert!(Unverified::parse(&format!("{forged}.e30.AA")).is_none());
}

#[test]
fn what_is_not_three_parts_is_no_token() {
    for text in ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.e30.e30.e30"] {
        assert!(Unverified::parse(text).is_none(), "{text}");
    }
}

#[test]
fn the_public_form_has_no_private_member_and_a_thumbprint_for_its_name() {
    for algorithm in Algorithm::OF_KEYS {
        let key = SigningKey::generate(algorithm).unwrap();
        let jwk = serde_json::to_value(key.public_jwk()).unwrap();
        for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
            assert!(jwk.get(private).is_none(), "{private}");
        }
        assert_eq!(jwk["use"], "sig");
        assert_eq!(jwk["alg"], algorithm.as_str());
        assert_eq!(jwk["kid"].as_str().unwrap().len(), 43);
    }
}

#[test]
fn the_thumbprint_is_that_of_the_example_in_rfc_7638() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    assert_eq!(
        thumbprint(&format!(r#"{{"e":"AQAB","kty":"RSA","n":"{n}"}}"#)),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
}

#[test]
fn an_rsa_key_has_a_name_for_each_padding_and_a_name_stands_for_one() {
    let key = SigningKey::generate(Algorithm::Rs256).unwrap();
    let claims = json!({"sub": "a"});
    let pss = key.sign_with(Algorithm::Ps256, "JWT", &claims).unwrap();
    assert_eq!(verified(&key, &pss, "JWT"), Some(claims));
    let names: Vec<_> = key.public_jwks().into_iter().map(|jwk| jwk.kid).collect();
    assert_eq!(names.len(), 2);
    assert_ne!(names[0], names[1]);
    let renamed = with_header(&pss, json!({"alg": "PS256", "typ": "JWT", "kid": names[0]}));
    assert!(verified(&key, &renamed, "JWT").is_none());
    assert!(key.sign_with(Algorithm::Es256, "JWT", &json!({})).is_err());
}
