//! An authenticator and a browser in one, whose every byte a test can say: it makes ES256 keys and
//! answers as `PublicKeyCredential.toJSON()` would.
#![allow(clippy::disallowed_methods, reason = "keys of a test")]

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::foundation::crypto::random;
use serde_json::{Value, json};

pub const UP: u8 = 0x01;
pub const UV: u8 = 0x04;
pub const BE: u8 = 0x08;
pub const BS: u8 = 0x10;
const AT: u8 = 0x40;

/// A key on an authenticator, in a browser at an origin.
pub struct Authenticator {
    pair: EcdsaKeyPair,
    pub id: Vec<u8>,
    pub counter: u32,
    pub flags: u8,
    pub user_handle: Option<String>,
    pub origin: String,
    /// What the browser adds to the client data.
    pub client_data: Value,
    pub model: [u8; 16],
    /// Whether it signs its own attestation.
    pub attests_itself: bool,
}

pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Authenticator {
    pub fn new(origin: &str) -> Self {
        Self {
            pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id: random::bytes::<32>().to_vec(),
            counter: 0,
            flags: UP | UV,
            user_handle: None,
            origin: origin.to_owned(),
            client_data: json!({ "crossOrigin": false }),
            model: [0; 16],
            attests_itself: false,
        }
    }

    pub fn named(&self) -> String {
        base64url(&self.id)
    }

    /// Answers `navigator.credentials.create`.
    pub fn create(&mut self, asked: &Value) -> String {
        let options = &asked["publicKey"];
        self.user_handle = Some(options["user"]["id"].as_str().unwrap().to_owned());
        self.answer_create(options, "webauthn.create")
    }

    pub fn answer_create(&mut self, options: &Value, kind: &str) -> String {
        let client_data = self.collected(options, kind);
        let party = options["rp"]["id"].as_str().unwrap();
        let mut data = self.authenticator_data(party, AT);
        data.extend(self.model);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public_key());
        let object = self.attestation_object(&data, &client_data);
        self.answer(json!({
            "clientDataJSON": base64url(&client_data),
            "attestationObject": base64url(&object),
            "transports": ["internal"],
        }))
    }

    /// Answers `navigator.credentials.get`.
    pub fn get(&mut self, asked: &Value) -> String {
        self.answer_get(&asked["publicKey"], "webauthn.get")
    }

    pub fn answer_get(&mut self, options: &Value, kind: &str) -> String {
        let client_data = self.collected(options, kind);
        let data = self.authenticator_data(options["rpId"].as_str().unwrap(), 0);
        let signature = self.sign(&data, &client_data);
        self.answer(json!({
            "clientDataJSON": base64url(&client_data),
            "authenticatorData": base64url(&data),
            "signature": base64url(&signature),
            "userHandle": self.user_handle,
        }))
    }

    fn answer(&self, response: Value) -> String {
        let id = self.named();
        json!({
            "id": id, "rawId": id, "type": "public-key", "response": response,
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
        })
        .to_string()
    }

    fn collected(&self, options: &Value, kind: &str) -> Vec<u8> {
        let mut data = json!({
            "type": kind, "challenge": options["challenge"], "origin": self.origin,
        });
        let more = self.client_data.as_object().unwrap().clone();
        data.as_object_mut().unwrap().extend(more);
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, party: &str, more_flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, party.as_bytes()).as_ref().to_vec();
        data.push(self.flags | more_flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn sign(&self, data: &[u8], client_data: &[u8]) -> Vec<u8> {
        let mut signed = data.to_vec();
        signed.extend(digest(&SHA256, client_data).as_ref());
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        signature.as_ref().to_vec()
    }

    /// COSE (RFC 9053 §7.1.1): kty 2, alg -7, crv 1, x, y.
    fn public_key(&self) -> Vec<u8> {
        let point = self.pair.public_key().as_ref();
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        key.extend(&point[1..33]);
        key.extend([0x22, 0x58, 0x20]);
        key.extend(&point[33..65]);
        key
    }

    fn attestation_object(&self, data: &[u8], client_data: &[u8]) -> Vec<u8> {
        let mut object = vec![0xa3];
        text(&mut object, "fmt");
        if self.attests_itself {
            text(&mut object, "packed");
            text(&mut object, "attStmt");
            object.push(0xa2);
            text(&mut object, "alg");
            object.push(0x26);
            text(&mut object, "sig");
            bytes(&mut object, &self.sign(data, client_data));
        } else {
            text(&mut object, "none");
            text(&mut object, "attStmt");
            object.push(0xa0);
        }
        text(&mut object, "authData");
        bytes(&mut object, data);
        object
    }
}

/// CBOR (RFC 8949 §3.1), major type 3.
fn text(out: &mut Vec<u8>, text: &str) {
    out.push(0x60 | u8::try_from(text.len()).unwrap());
    out.extend(text.as_bytes());
}

/// Major type 2.
fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(0x59);
    out.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
    out.extend(bytes);
}
