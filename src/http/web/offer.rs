use super::certificate::ClientCertificates;
use crate::domain::clients::{AuthenticationMethod, DocumentPolicy, RegistrationPolicy};

/// What this issuer offers to clients, as far as it is an administrator's to say.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Where the certificates of clients come from; none are taken without.
    pub certificates: Option<ClientCertificates>,
    /// Where clients reach the endpoints that ask for their certificates, when that is elsewhere
    /// than the issuer: an address with the issuer's path.
    pub mtls_url: Option<String>,
    /// Whether clients may register themselves.
    pub registration: RegistrationPolicy,
    /// Whether clients may be known by a document of theirs.
    pub documents: DocumentPolicy,
}

impl Offer {
    /// The ways in which a client may prove itself here.
    pub fn authentication_methods(&self) -> Vec<AuthenticationMethod> {
        use AuthenticationMethod as By;
        let certificates = self.certificates.as_ref();
        let offered = |method: &By| match method {
            By::TlsClientAuth => certificates.is_some_and(|all| all.authorities.is_some()),
            By::SelfSignedTlsClientAuth => certificates.is_some(),
            _ => true,
        };
        By::ALL.into_iter().filter(offered).collect()
    }
}
