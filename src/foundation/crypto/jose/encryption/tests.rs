use serde_json::{Value, json};

use super::*;

struct Reader {
    key: DecryptionKey,
    keys: EncryptionKeys,
}

fn reader(kind: KeyKind) -> Reader {
    let key = DecryptionKey::read(kind, &DecryptionKey::generate(kind).unwrap()).unwrap();
    let keys = EncryptionKeys::read(&json!({ "keys": [key.public_jwk()] }));
    Reader { key, keys }
}

fn kind_of(management: KeyManagement) -> KeyKind {
    if management.is_rsa() {
        KeyKind::Rsa
    } else {
        KeyKind::P256
    }
}

fn opened(key: &DecryptionKey, token: &str) -> Option<Vec<u8>> {
    let token = Encrypted::parse(token)?;
    key.open(token).map(|bytes| bytes.to_vec())
}

fn with_header(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let (header, rest) = token.split_once('.').unwrap();
    let mut header: Value = serde_json::from_slice(&decoded(header).unwrap()).unwrap();
    change(&mut header);
    format!("{}.{rest}", encoded(header.to_string()))
}

#[test]
fn what_is_encrypted_to_a_key_it_opens_in_every_combination() {
    let readers = KeyKind::ALL.map(|kind| (kind, reader(kind)));
    for management in KeyManagement::ALL {
        let (_, reader) = readers
            .iter()
            .find(|(kind, _)| *kind == kind_of(management))
            .unwrap();
        for content in ContentEncryption::ALL {
            let encryption = Encryption {
                management,
                content,
            };
            for plain in [&b""[..], b"a.b.c", &[7; 10_000]] {
                let token = reader
                    .keys
                    .encrypt(encryption, &[("cty", "JWT")], plain)
                    .unwrap();
                let parsed = Encrypted::parse(&token).unwrap();
                assert_eq!(parsed.encryption(), encryption);
                assert_eq!(parsed.content_type(), Some("JWT"));
                assert_eq!(parsed.kid(), Some(reader.key.kid()));
                assert_eq!(opened(&reader.key, &token).as_deref(), Some(plain));
            }
        }
    }
}

#[test]
fn a_changed_part_opens_for_nobody() {
    for (management, content) in [
        (KeyManagement::RsaOaep256, ContentEncryption::A128CbcHs256),
        (KeyManagement::EcdhEs, ContentEncryption::A256Gcm),
        (KeyManagement::EcdhEsA256kw, ContentEncryption::A256CbcHs512),
    ] {
        let reader = reader(kind_of(management));
        let encryption = Encryption {
            management,
            content,
        };
        let token = reader.keys.encrypt(encryption, &[], b"secret").unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        for at in 1..5 {
            let mut changed: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            let mut bytes = decoded(&changed[at]).unwrap();
            match bytes.first_mut() {
                Some(byte) => *byte ^= 1,
                None => bytes.push(0),
            }
            changed[at] = encoded(&bytes);
            assert_eq!(opened(&reader.key, &changed.join(".")), None, "{at}");
            bytes.pop();
            changed[at] = encoded(&bytes);
            if at > 1 || management != KeyManagement::EcdhEs {
                assert_eq!(opened(&reader.key, &changed.join(".")), None, "{at}");
            }
        }
        // The header is covered too: another member in it, and nothing opens.
        let marked = with_header(&token, |header| header["typ"] = json!("x"));
        assert_eq!(opened(&reader.key, &marked), None);
    }
}

#[test]
fn another_key_opens_nothing() {
    for management in [KeyManagement::RsaOaep, KeyManagement::EcdhEsA128kw] {
        let kind = kind_of(management);
        let (own, other) = (reader(kind), reader(kind));
        let encryption = Encryption {
            management,
            content: ContentEncryption::A128Gcm,
        };
        let token = own.keys.encrypt(encryption, &[], b"secret").unwrap();
        assert_eq!(opened(&other.key, &token), None);
    }
}

#[test]
fn item_63_passwords_compression_and_shared_keys_are_not_understood() {
    let own = reader(KeyKind::Rsa);
    let encryption = Encryption {
        management: KeyManagement::RsaOaep,
        content: ContentEncryption::A128Gcm,
    };
    let token = own.keys.encrypt(encryption, &[], b"secret").unwrap();
    for alg in ["PBES2-HS256+A128KW", "dir", "RSA1_5", "A128KW", "none", ""] {
        let forged = with_header(&token, |header| {
            header["alg"] = json!(alg);
            header["p2c"] = json!(u32::MAX);
        });
        assert!(Encrypted::parse(&forged).is_none(), "{alg}");
    }
    for (name, value) in [("zip", json!("DEF")), ("crit", json!(["exp"]))] {
        let forged = with_header(&token, |header| header[name] = value.clone());
        assert!(Encrypted::parse(&forged).is_none(), "{name}");
    }
    assert!(Encrypted::parse(&"a".repeat(70_000)).is_none());
    for text in ["", "....", "e30....", "a.b.c", "a.b.c.d.e.f"] {
        assert!(Encrypted::parse(text).is_none(), "{text}");
    }
}

#[test]
fn a_point_beside_the_curve_is_refused() {
    let own = reader(KeyKind::P256);
    let encryption = Encryption {
        management: KeyManagement::EcdhEs,
        content: ContentEncryption::A128Gcm,
    };
    let token = own.keys.encrypt(encryption, &[], b"secret").unwrap();
    let forged = with_header(&token, |header| {
        header["epk"]["y"] = json!(encoded([1; 32]));
    });
    assert_eq!(opened(&own.key, &forged), None);
    let curve = with_header(&token, |header| header["epk"]["crv"] = json!("P-521"));
    assert_eq!(opened(&own.key, &curve), None);
}

#[test]
fn a_key_that_signs_or_is_for_another_algorithm_is_not_encrypted_to() {
    let own = reader(KeyKind::Rsa);
    let mut jwk = own.key.public_jwk().clone();
    jwk["use"] = json!("sig");
    let keys = |jwk: &Value| EncryptionKeys::read(&json!({ "keys": [jwk, 7] }));
    assert!(!keys(&jwk).has_one_for(KeyManagement::RsaOaep));
    jwk["use"] = json!("enc");
    jwk["alg"] = json!("RSA-OAEP-256");
    assert!(!keys(&jwk).has_one_for(KeyManagement::RsaOaep));
    assert!(keys(&jwk).has_one_for(KeyManagement::RsaOaep256));
    jwk["alg"] = json!("RS256");
    assert!(!keys(&jwk).has_one_for(KeyManagement::RsaOaep256));
}

#[test]
fn rfc_7518_appendix_c_is_agreed_upon() {
    // The keys of the RFC; Bob's private key and Alice's ephemeral public one.
    let d = decoded("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw").unwrap();
    let bob =
        aws_lc_rs::agreement::PrivateKey::from_private_key(&aws_lc_rs::agreement::ECDH_P256, &d)
            .unwrap();
    let alice = foreign::point_of(
        "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
    )
    .unwrap();
    let agreement = management::Agreement {
        management: KeyManagement::EcdhEs,
        content: ContentEncryption::A128Gcm,
        apu: "QWxpY2U",
        apv: "Qm9i",
    };
    let key = agreement.key(&bob, &alice).unwrap();
    assert_eq!(encoded(&*key), "VqqN6vgjbSBcIijNcacQGg");
}
