//! A certificate over a signing key, for relying parties that want `x5c` in the key set. It says
//! nothing that the key set does not say: it is signed by its own key.

use rcgen::{
    CertificateParams, DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose, SerialNumber,
};
use time::OffsetDateTime;

use super::{Error, SigningKey};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::sha256;

/// How long it is valid: longer than any key signs, since its end means nothing to a key set.
const YEARS: i64 = 10;

impl SigningKey {
    /// The key's certificate in DER, valid from `from`. For RSA keys, whose signature over the
    /// same content is the same on every node, and so the key set, and its tag.
    ///
    /// # Errors
    /// The library refuses the key.
    pub fn certificate(&self, from: Timestamp) -> Result<Vec<u8>, Error> {
        let refused = |_: rcgen::Error| Error::Signing;
        let pair = KeyPair::try_from(self.to_pkcs8()?.as_slice()).map_err(refused)?;
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, "Doorward token signing");
        let from =
            OffsetDateTime::from_unix_timestamp(from.seconds()).map_err(|_| Error::Signing)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = name;
        params.not_before = from;
        params.not_after = from + time::Duration::days(YEARS * 365);
        params.is_ca = IsCa::NoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.serial_number = Some(serial(self.kid()));
        let certificate = params.self_signed(&pair).map_err(refused)?;
        Ok(certificate.der().to_vec())
    }
}

// Of the key's name: a random one would differ from node to node. Positive, as RFC 5280 wants.
fn serial(kid: &str) -> SerialNumber {
    let mut bytes = sha256(kid.as_bytes())[..16].to_vec();
    bytes[0] = bytes[0] & 0x7f | 0x40;
    SerialNumber::from(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::crypto::jose::Algorithm;

    #[test]
    fn the_certificate_of_a_key_is_the_same_wherever_it_is_made() {
        let key = SigningKey::generate(Algorithm::Rs256).unwrap();
        let again = SigningKey::from_pkcs8(Algorithm::Rs256, &key.to_pkcs8().unwrap()).unwrap();
        let from = Timestamp::from_millis(1_795_000_000_000);
        let certificate = key.certificate(from).unwrap();
        assert_eq!(again.certificate(from).unwrap(), certificate);
        // A sequence, of the size of one for 2048 bits.
        assert!(certificate[0] == 0x30 && (600..1200).contains(&certificate.len()));
    }
}
