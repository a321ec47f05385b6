//! The server's own TLS: the certificate that it shows, read again when it changes, and the
//! question for the client's.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem::PemObject as _};
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme,
        client::danger::HandshakeSignatureValid,
        crypto::{
            CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature,
            verify_tls13_signature,
        },
        server::{
            ClientHello, ResolvesServerCert,
            danger::{ClientCertVerified, ClientCertVerifier},
        },
        sign::CertifiedKey,
    },
};
use zeroize::Zeroizing;

use super::config::Settings;
use crate::foundation::crypto::digest::sha256;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(30);
/// What is preferred, in this order.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Why the server cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds something else.
    #[error("{setting}: {path}: {why}")]
    File {
        /// Which setting named it.
        setting: &'static str,
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The settings do not go together.
    #[error("{0}")]
    Settings(&'static str),
    /// The key is not that of the certificate, or of a kind that cannot be used.
    #[error("tls.key: {0}")]
    Key(rustls::Error),
}

/// The server's certificate and its key, from two files.
pub struct Identity {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Current>,
}

struct Current {
    shown: Arc<CertifiedKey>,
    files: [u8; 32],
}

impl Identity {
    /// The one that the settings name, if they name one.
    ///
    /// # Errors
    /// The settings do not go together, or the files cannot be used.
    pub fn of(settings: &Settings) -> Result<Option<Arc<Self>>, TlsError> {
        let (certificate, key) = (settings.tls.certificate.given(), settings.tls.key.given());
        let refused = |why| Err(TlsError::Settings(why));
        match (certificate, key) {
            (None, None) => match settings.mtls.listen.given() {
                Some(_) => refused("mtls.listen needs tls.certificate"),
                None => Ok(None),
            },
            (None, Some(_)) => refused("tls.key needs tls.certificate"),
            (Some(_), None) => refused("tls.certificate needs tls.key"),
            (Some(_), Some(_)) if !settings.public_url.is_https() => {
                refused("tls.certificate needs a public_url that begins with https")
            }
            (Some(certificate), Some(key)) => Self::read(certificate, key).map(Some),
        }
    }

    /// Reads the two files.
    ///
    /// # Errors
    /// They cannot be used.
    pub fn read(certificate: &Path, key: &Path) -> Result<Arc<Self>, TlsError> {
        Ok(Arc::new(Self {
            current: RwLock::new(read(certificate, key)?),
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        }))
    }

    /// Reads the files again; whether they hold something new. Connections that are open go on
    /// with what they have.
    ///
    /// # Errors
    /// They cannot be used (they may be half written); the server goes on with what it has.
    pub fn read_again(&self) -> Result<bool, TlsError> {
        let read = read(&self.certificate, &self.key)?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let changed = read.files != current.files;
        *current = read;
        Ok(changed)
    }

    /// Looks at the files from time to time and at each SIGHUP, for ever.
    pub async fn keep_up(&self) {
        let hang_up = signal(SignalKind::hangup());
        let mut hang_up = match hang_up {
            Ok(hang_up) => hang_up,
            Err(error) => {
                tracing::warn!(%error, "SIGHUP cannot be listened for; certificates are not renewed");
                return;
            }
        };
        let mut look = tokio::time::interval(LOOK);
        let mut failed = false;
        loop {
            tokio::select! {
                _ = look.tick() => {}
                _ = hang_up.recv() => failed = false,
            }
            match self.read_again() {
                Ok(true) => tracing::info!("the certificate of the server was read again"),
                Ok(false) => {}
                // Once, and not every half minute.
                Err(error) if !failed => {
                    failed = true;
                    tracing::warn!(%error, "the new certificate cannot be used; the old one stays");
                    continue;
                }
                Err(_) => continue,
            }
            failed = false;
        }
    }

    /// Takes connections by TLS. Where clients are asked for a certificate they may also show
    /// none.
    ///
    /// # Errors
    /// The library knows none of the protocol's versions.
    pub fn acceptor(self: &Arc<Self>, ask_clients: bool) -> Result<TlsAcceptor, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verify = provider.signature_verification_algorithms;
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Key)?;
        let config = if ask_clients {
            config.with_client_cert_verifier(Arc::new(AnyCertificate(verify)))
        } else {
            config.with_no_client_auth()
        };
        let mut config = config.with_cert_resolver(Arc::clone(self) as _);
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.certificate).finish()
    }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current.shown))
    }
}

fn read(certificate: &Path, key: &Path) -> Result<Current, TlsError> {
    let (chain, chain_path) = file("tls.certificate", certificate)?;
    let (secret, key_path) = file("tls.key", key)?;
    let unusable = |setting, path: &str, why: &str| TlsError::File {
        setting,
        path: path.to_owned(),
        why: why.to_owned(),
    };
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<_, _>>()
        .map_err(|_| unusable("tls.certificate", &chain_path, "not certificates in PEM"))?;
    if certificates.is_empty() {
        return Err(unusable(
            "tls.certificate",
            &chain_path,
            "no certificate in PEM",
        ));
    }
    let private = PrivateKeyDer::from_pem_slice(&secret)
        .map_err(|_| unusable("tls.key", &key_path, "no private key in PEM"))?;
    let provider: CryptoProvider = aws_lc_rs::default_provider();
    let shown = CertifiedKey::from_der(certificates, private, &provider).map_err(TlsError::Key)?;
    let digests = [sha256(&chain), sha256(&secret)].concat();
    Ok(Current {
        shown: Arc::new(shown),
        files: sha256(&digests),
    })
}

fn file(setting: &'static str, path: &Path) -> Result<(Zeroizing<Vec<u8>>, String), TlsError> {
    let shown = path.display().to_string();
    match fs::read(path) {
        Ok(content) => Ok((Zeroizing::new(content), shown)),
        Err(error) => Err(TlsError::File {
            setting,
            path: shown,
            why: error.to_string(),
        }),
    }
}

/// Takes any certificate whose key the client proves to hold. Who it is of, and who vouches for
/// it, is asked where the client is known: a self-signed one is as good as any other when it is
/// registered (RFC 8705 §2.2).
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ClientCertVerifier for AnyCertificate {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
