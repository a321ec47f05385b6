//! The names of algorithms in the registry of JSON Web Algorithms (RFC 7518, RFC 9864), as far
//! as a client may register them.

crate::registered_names! {
    /// What a client may sign with: its assertions, its request objects, its proofs.
    pub enum SignatureAlgorithm {
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
        /// EdDSA on Ed25519; `Ed25519` is its fully specified name (RFC 9864).
        #[serde(alias = "Ed25519")]
        EdDsa = "EdDSA",
        /// HMAC with SHA-256 and the client's secret: for clients that register it.
        Hs256 = "HS256",
    }
}

impl SignatureAlgorithm {
    /// Whether both sides know the key.
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256)
    }

    /// Whether the FAPI 2.0 Security Profile (§5.4.1) permits it: neither PKCS #1 v1.5 padding
    /// nor shared keys.
    pub const fn is_of_fapi(self) -> bool {
        matches!(self, Self::Ps256 | Self::Es256 | Self::EdDsa)
    }

    /// Those that are checked with a public key.
    pub fn asymmetric() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|one| !one.is_symmetric())
    }
}

crate::registered_names! {
    /// How the key of an encrypted token reaches its reader.
    pub enum KeyManagement {
        /// RSAES-OAEP with SHA-1, which libraries of before use.
        RsaOaep = "RSA-OAEP",
        /// RSAES-OAEP with SHA-256.
        RsaOaep256 = "RSA-OAEP-256",
        /// Agreed on elliptic curves.
        EcdhEs = "ECDH-ES",
        /// Agreed on elliptic curves, and wrapped with 128 bits.
        EcdhEsA128kw = "ECDH-ES+A128KW",
        /// Agreed on elliptic curves, and wrapped with 256 bits.
        EcdhEsA256kw = "ECDH-ES+A256KW",
    }
}

crate::registered_names! {
    /// How the content of an encrypted token is encrypted.
    pub enum ContentEncryption {
        /// AES-128-CBC with HMAC-SHA-256: the default of OpenID Connect.
        A128CbcHs256 = "A128CBC-HS256",
        /// AES-256-CBC with HMAC-SHA-512.
        A256CbcHs512 = "A256CBC-HS512",
        /// AES-128-GCM.
        A128Gcm = "A128GCM",
        /// AES-256-GCM.
        A256Gcm = "A256GCM",
    }
}

impl KeyManagement {
    /// Those that are on. A client can register no other.
    pub const OFFERED: &[KeyManagement] = &[
        KeyManagement::RsaOaep,
        KeyManagement::RsaOaep256,
        KeyManagement::EcdhEs,
        KeyManagement::EcdhEsA128kw,
        KeyManagement::EcdhEsA256kw,
    ];
}
