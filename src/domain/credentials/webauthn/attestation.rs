//! Who made an authenticator, and whose word for it is believed.

use std::{collections::BTreeMap, fmt, str::FromStr};

use uuid::Uuid;
use webauthn_rs_core::proto::{
    AttestationCaList, AttestationCaListBuilder, AttestationConveyancePreference,
    AttestationMetadata, Credential, ParsedAttestationData,
};

/// Whether authenticators are asked who made them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Attestation {
    /// No.
    #[default]
    None,
    /// Yes. Browsers may ask the person whether that may be told.
    Direct,
}

impl Attestation {
    /// Both.
    pub const ALL: [Self; 2] = [Self::None, Self::Direct];

    /// Its word in the configuration and in the protocol.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Direct => "direct",
        }
    }

    pub(super) const fn preference(self) -> AttestationConveyancePreference {
        match self {
            Self::None => AttestationConveyancePreference::None,
            Self::Direct => AttestationConveyancePreference::Direct,
        }
    }
}

impl fmt::Display for Attestation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not a word of [`Attestation`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an attestation preference")]
pub struct AttestationUnknown;

impl FromStr for Attestation {
    type Err = AttestationUnknown;

    fn from_str(text: &str) -> Result<Self, AttestationUnknown> {
        let found = Self::ALL.into_iter().find(|known| known.as_str() == text);
        found.ok_or(AttestationUnknown)
    }
}

/// The authorities whose certificates say who made an authenticator, and which models are taken.
#[derive(Clone, Debug)]
pub struct Authorities(pub(super) AttestationCaList);

/// The authorities cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not certificates in PEM")]
pub struct AuthoritiesRefused;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";

impl Authorities {
    /// Certificates in PEM, and the models (AAGUID) that they vouch for; no model named means
    /// all of theirs.
    ///
    /// # Errors
    /// When there is no certificate, or one that cannot be read.
    pub fn from_pem(pem: &str, models: &[Uuid]) -> Result<Self, AuthoritiesRefused> {
        let mut all = AttestationCaList::default();
        let certificates = pem.split(BEGIN).skip(1);
        for certificate in certificates {
            all.union(&vouching(&format!("{BEGIN}{certificate}"), models)?);
        }
        if all.is_empty() {
            return Err(AuthoritiesRefused);
        }
        Ok(Self(all))
    }
}

fn vouching(certificate: &str, models: &[Uuid]) -> Result<AttestationCaList, AuthoritiesRefused> {
    if models.is_empty() {
        return AttestationCaList::try_from(certificate.as_bytes()).map_err(|_| AuthoritiesRefused);
    }
    let mut list = AttestationCaListBuilder::new();
    for model in models {
        let (name, names) = (model.to_string(), BTreeMap::new());
        list.insert_device_pem(certificate.as_bytes(), *model, name, names)
            .map_err(|_| AuthoritiesRefused)?;
    }
    Ok(list.build())
}

/// The model of an authenticator, when somebody else than itself says so.
pub(super) fn attested_model(credential: &Credential) -> Option<Uuid> {
    let by_another = matches!(
        credential.attestation.data,
        ParsedAttestationData::Basic(_)
            | ParsedAttestationData::AttCa(_)
            | ParsedAttestationData::AnonCa(_)
    );
    match credential.attestation.metadata {
        AttestationMetadata::Packed { aaguid } | AttestationMetadata::Tpm { aaguid, .. }
            if by_another =>
        {
            Some(aaguid)
        }
        _ => None,
    }
}
