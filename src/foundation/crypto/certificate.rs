//! Certificates that clients show (RFC 8705): their thumbprint, their names, and whether an
//! authority vouches for them. There is no X.509 of our own here: `x509-cert` reads the names,
//! `webpki` (the verifier of rustls) checks the chain.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;

use super::digest::{constant_time_equal, sha256};
use crate::foundation::clock::Timestamp;

/// No certificate of a client is larger: chains are not taken, and RSA keys end at 8192 bits.
const LARGEST: usize = 16 * 1024;

/// A certificate that was shown. That the caller holds its key was proven in the handshake;
/// who it belongs to is not proven by its being here.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    thumbprint: [u8; 32],
    parsed: x509_cert::Certificate,
}

/// A name that a certificate may be recognised by (RFC 8705 §2.1.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CertificateName<'a> {
    /// The distinguished name of its subject, as RFC 4514 writes it.
    Subject(&'a str),
    /// A DNS name among its alternative names.
    Dns(&'a str),
    /// An address among them.
    Uri(&'a str),
    /// An IP address among them.
    Ip(&'a str),
    /// An e-mail address among them.
    Email(&'a str),
}

impl Certificate {
    /// Reads one certificate in DER.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        if der.len() > LARGEST {
            return None;
        }
        Some(Self {
            parsed: x509_cert::Certificate::from_der(der).ok()?,
            thumbprint: sha256(der),
            der: der.to_vec(),
        })
    }

    /// Reads a certificate as proxies hand it on in a header: PEM (with its line ends written
    /// as `%0A`, as spaces, as tabs, or left out), DER in Base64, or the byte sequence of
    /// RFC 9440 (`:MIIB…:`). Of several certificates the first is the client's.
    pub fn from_header(value: &str) -> Option<Self> {
        if value.len() > 2 * LARGEST {
            return None;
        }
        let decoded = percent_encoding::percent_decode_str(value).decode_utf8();
        let text = decoded.ok()?;
        let text = text.trim();
        let inner = match text.strip_prefix("-----BEGIN CERTIFICATE-----") {
            Some(rest) => rest.split_once("-----END CERTIFICATE-----")?.0,
            None => match text.strip_prefix(':') {
                Some(rest) => rest.strip_suffix(':')?,
                None => text,
            },
        };
        let inner: String = inner.split_ascii_whitespace().collect();
        Self::from_der(&STANDARD.decode(inner).ok()?)
    }

    /// `x5t#S256`: SHA-256 of the certificate, in base64url.
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.thumbprint)
    }

    /// Whether it has this thumbprint.
    pub fn has_thumbprint(&self, thumbprint: &[u8]) -> bool {
        constant_time_equal(&self.thumbprint, thumbprint)
    }

    /// Whether it has this name, among possibly others.
    pub fn is_named(&self, name: CertificateName<'_>) -> bool {
        if let CertificateName::Subject(wanted) = name {
            let own = self.parsed.tbs_certificate().subject().to_string();
            // One spelling for both: spaces after commas and cases of attribute names vary.
            let wanted = match Name::from_str(wanted) {
                Ok(parsed) => parsed.to_string(),
                Err(_) => wanted.to_owned(),
            };
            return !own.is_empty() && own == wanted;
        }
        let extension = self.parsed.tbs_certificate().get_extension();
        let Ok(Some((_, SubjectAltName(names)))) = extension else {
            return false;
        };
        names.iter().any(|one| is_the_same(one, name))
    }

    /// Whether one of the authorities has signed it for a client, and it is valid at `now`.
    pub fn is_signed_by(&self, authorities: &Authorities, now: Timestamp) -> bool {
        let der = CertificateDer::from(self.der.as_slice());
        let Ok(end) = EndEntityCert::try_from(&der) else {
            return false;
        };
        let since = u64::try_from(now.seconds()).unwrap_or(0);
        let verified = end.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &authorities.0,
            &[],
            UnixTime::since_unix_epoch(Duration::from_secs(since)),
            KeyUsage::client_auth(),
            None,
            None,
        );
        verified.is_ok()
    }
}

fn is_the_same(one: &GeneralName, wanted: CertificateName<'_>) -> bool {
    match (one, wanted) {
        (GeneralName::DnsName(own), CertificateName::Dns(wanted)) => {
            own.as_str().eq_ignore_ascii_case(wanted)
        }
        (GeneralName::UniformResourceIdentifier(own), CertificateName::Uri(wanted)) => {
            own.as_str() == wanted
        }
        (GeneralName::Rfc822Name(own), CertificateName::Email(wanted)) => own.as_str() == wanted,
        (GeneralName::IpAddress(own), CertificateName::Ip(wanted)) => {
            let octets = |ip| match ip {
                IpAddr::V4(ip) => ip.octets().to_vec(),
                IpAddr::V6(ip) => ip.octets().to_vec(),
            };
            let wanted = wanted.parse::<IpAddr>().map(octets);
            wanted.is_ok_and(|wanted| own.as_bytes() == wanted)
        }
        _ => false,
    }
}

/// The authorities whose certificates clients may be recognised by. Intermediate ones stand
/// among them: a client's chain is not handed on.
#[derive(Clone)]
pub struct Authorities(Vec<TrustAnchor<'static>>);

impl std::fmt::Debug for Authorities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authorities({})", self.0.len())
    }
}

impl Authorities {
    /// Reads certificates in PEM; none when there is no certificate, or one that is no
    /// authority's.
    pub fn from_pem(pem: &[u8]) -> Option<Self> {
        let mut anchors = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.ok()?;
            let anchor = anchor_from_trusted_cert(&certificate).ok()?;
            anchors.push(anchor.to_owned());
        }
        (!anchors.is_empty()).then_some(Self(anchors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = include_str!("../../../tests/oidc/certificates/client.pem");
    const SERVER_ONLY: &str = include_str!("../../../tests/oidc/certificates/server_only.pem");
    const IMPOSTOR: &str = include_str!("../../../tests/oidc/certificates/impostor.pem");
    const AUTHORITY: &[u8] = include_bytes!("../../../tests/oidc/certificates/authority.pem");

    fn of(pem: &str) -> Certificate {
        Certificate::from_header(pem).unwrap()
    }

    #[test]
    fn every_way_in_which_proxies_write_a_certificate_is_read() {
        let inner: String = CLIENT
            .lines()
            .filter(|line| !line.starts_with("---"))
            .collect();
        let escaped =
            percent_encoding::utf8_percent_encode(CLIENT, percent_encoding::NON_ALPHANUMERIC);
        let expected = of(CLIENT).thumbprint();
        for written in [
            CLIENT.replace('\n', " "),
            CLIENT.replace('\n', "\t"),
            CLIENT.replace('\n', ""),
            escaped.to_string(),
            inner.clone(),
            format!(":{inner}:"),
            format!("{CLIENT}{IMPOSTOR}"),
        ] {
            let read = Certificate::from_header(&written);
            assert_eq!(read.unwrap().thumbprint(), expected, "{written}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_none() {
        let long = "A".repeat(100_000);
        let cut = &CLIENT[..CLIENT.len() / 2];
        for text in [
            "", "(null)", "-", ":", "::", ":AAAA:", "AAAA", "%ff%fe", &long, cut,
        ] {
            assert!(Certificate::from_header(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_certificate_has_the_names_that_stand_in_it_and_no_other() {
        use CertificateName as By;
        let client = of(CLIENT);
        for name in [
            By::Subject("CN=Client\\, one,O=Example"),
            By::Dns("client.example.com"),
            By::Dns("CLIENT.example.com"),
            By::Uri("https://client.example.com/id"),
            By::Ip("192.0.2.7"),
            By::Email("client@example.com"),
        ] {
            assert!(client.is_named(name), "{name:?}");
        }
        for name in [
            By::Subject("CN=Client, one,O=Example"),
            By::Subject("CN=Client\\, one"),
            By::Subject("O=Example,CN=Client\\, one"),
            By::Subject("CN=client\\, one,O=Example"),
            By::Subject(""),
            By::Dns("example.com"),
            By::Dns("*.example.com"),
            By::Uri("https://client.example.com/id/"),
            By::Ip("192.0.2.70"),
            By::Ip(""),
            By::Email("Client@example.com"),
        ] {
            assert!(!client.is_named(name), "{name:?}");
        }
    }

    #[test]
    fn an_authority_vouches_for_its_clients_and_for_nobody_else() {
        let authorities = Authorities::from_pem(AUTHORITY).unwrap();
        let at = |text| Timestamp::parse_rfc3339(text).unwrap();
        let now = at("2026-12-01T00:00:00Z");
        assert!(of(CLIENT).is_signed_by(&authorities, now));
        assert!(!of(IMPOSTOR).is_signed_by(&authorities, now));
        assert!(!of(SERVER_ONLY).is_signed_by(&authorities, now));
        assert!(!of(CLIENT).is_signed_by(&authorities, at("2026-11-01T00:00:00Z")));
        assert!(!of(CLIENT).is_signed_by(&authorities, at("2127-01-01T00:00:00Z")));
        assert!(Authorities::from_pem(b"nothing").is_none());
    }
}
