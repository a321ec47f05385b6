use super::certificate::ClientCertificates;
use crate::domain::clients::AuthenticationMethod;

/// What this issuer offers to clients, as far as it is an administrator's to say.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Where the certificates of clients come from; none are taken without.
    pub certificates: Option<ClientCertificates>,
    /// Whether, and by whom, clients may be registered over HTTP.
    pub registration: Registration,
    /// How many clients may be registered that way.
    pub most_registered: u32,
    /// Whether a client may be named by the address of a document that describes it.
    pub client_documents: bool,
}

/// Who may register clients over HTTP (RFC 7591).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Registration {
    /// Nobody.
    #[default]
    Off,
    /// Whoever has an API key for it: the initial access token of the specification.
    Token,
    /// Anybody.
    Open,
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
