//! A key that an application holds, and the proofs that it makes with it (RFC 9449).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::foundation::clock::Timestamp;
use doorward::foundation::crypto::digest::sha256;
use doorward::foundation::crypto::random;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::application::{Answer, Application, answer};

pub enum Key {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    pub fn new() -> Self {
        Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub fn ed25519() -> Self {
        Self::Ed25519(Ed25519KeyPair::generate().unwrap())
    }

    pub fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::P256(pair) => {
                let point = pair.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..]) })
            }
            Self::Ed25519(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) })
            }
        }
    }

    /// RFC 7638, by way of the text that it prescribes.
    pub fn thumbprint(&self) -> String {
        let jwk = self.jwk();
        let text = match self {
            Self::P256(_) => format!(
                r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#,
                jwk["x"], jwk["y"]
            ),
            Self::Ed25519(_) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":{}}}"#, jwk["x"]),
        };
        URL_SAFE_NO_PAD.encode(sha256(text.as_bytes()))
    }

    fn alg(&self) -> &'static str {
        match self {
            Self::P256(_) => "ES256",
            Self::Ed25519(_) => "EdDSA",
        }
    }

    pub fn header(&self) -> Value {
        json!({ "typ": "dpop+jwt", "alg": self.alg(), "jwk": self.jwk() })
    }

    /// Signs whatever it is given.
    pub fn sign(&self, header: &str, claims: &str) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        #[allow(
            clippy::disallowed_methods,
            reason = "an argument that the library does not use"
        )]
        let signature = match self {
            Self::P256(pair) => pair
                .sign(&SystemRandom::new(), signed.as_bytes())
                .unwrap()
                .as_ref()
                .to_vec(),
            Self::Ed25519(pair) => pair.sign(signed.as_bytes()).as_ref().to_vec(),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub fn proof(&self, claims: &Value) -> String {
        self.sign(&self.header().to_string(), &claims.to_string())
    }
}

/// The claims of a good proof.
pub fn claims(method: &str, url: &str, now: Timestamp) -> Value {
    let jti = URL_SAFE_NO_PAD.encode(random::bytes::<16>());
    json!({ "jti": jti, "htm": method, "htu": url, "iat": now.seconds() })
}

pub fn ath(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()))
}

impl Application<'_> {
    fn token_url(&self) -> String {
        format!("{}/oauth2/token", self.server.base)
    }

    pub fn nonce(&self) -> String {
        doorward::domain::grants::dpop_nonce(&self.world.state.master_key, self.world.now())
    }

    /// The claims of a good proof for the token endpoint.
    pub fn proof_claims(&self) -> Value {
        let mut claims = claims("POST", &self.token_url(), self.world.now());
        claims["nonce"] = json!(self.nonce());
        claims
    }

    pub async fn token_with(&self, key: &Key, form: &[(&'static str, String)]) -> Answer {
        self.token_with_proofs(&[&key.proof(&self.proof_claims())], form)
            .await
    }

    pub async fn token_with_proofs(
        &self,
        proofs: &[&str],
        form: &[(&'static str, String)],
    ) -> Answer {
        let mut form = form.to_vec();
        let mut request = self.server.http.post(self.token_url());
        match &self.secret {
            Some(secret) => request = request.basic_auth(&self.client_id, Some(secret)),
            None => form.push(("client_id", self.client_id.clone())),
        }
        for proof in proofs {
            request = request.header("dpop", *proof);
        }
        answer(request.form(&form).send().await.unwrap()).await
    }

    /// Asks userinfo with a bound token and its proof.
    pub async fn userinfo_with(&self, key: &Key, token: &str) -> Answer {
        let url = format!("{}/oauth2/userinfo", self.server.base);
        let mut claims = claims("GET", &url, self.world.now());
        claims["ath"] = json!(ath(token));
        self.userinfo_by(token, "DPoP", &[&key.proof(&claims)])
            .await
    }

    pub async fn userinfo_by(&self, token: &str, scheme: &str, proofs: &[&str]) -> Answer {
        let url = format!("{}/oauth2/userinfo", self.server.base);
        let request = self.server.http.get(url);
        let mut request: RequestBuilder =
            request.header("authorization", format!("{scheme} {token}"));
        for proof in proofs {
            request = request.header("dpop", *proof);
        }
        answer(request.send().await.unwrap()).await
    }
}
