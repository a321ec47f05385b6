//! What a caller proved to hold besides what authenticates it, and what tokens are bound to for
//! it. What was bound once stays bound: nothing on the way from the code to the last renewal
//! makes a plain token of it (Keycloak #36475, #48428).

use super::{Confirmation, InvalidProof, NotRedeemed, Proof};
use crate::domain::audit::Change;
use crate::domain::clients::{Client, SenderConstraint};

/// What a caller of the token endpoint proved to hold.
#[derive(Clone, Copy, Default)]
pub struct Possession<'a> {
    /// A key, by a proof for this very request.
    pub proof: Option<&'a Proof>,
    /// A certificate, by the TLS connection: its SHA-256 thumbprint.
    pub certificate: Option<&'a str>,
}

/// Why a token cannot be given to this caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotBound {
    /// A key has to be proven.
    #[error("a DPoP proof is needed")]
    ProofMissing,
    /// The proof is not worth anything.
    #[error(transparent)]
    Proof(#[from] InvalidProof),
    /// A certificate has to be shown.
    #[error("a client certificate is needed")]
    CertificateMissing,
    /// The code or token is bound to another key or certificate.
    #[error("it is bound to another key or certificate")]
    OtherKey,
}

impl Possession<'_> {
    /// What a token for the client is bound to, with nothing before it that was bound.
    ///
    /// # Errors
    /// The client's tokens have to be bound, and nothing was proven.
    pub fn for_client(self, client: &Client) -> Result<Option<Confirmation>, NotBound> {
        let key = self.proof.map(|proof| Confirmation::Key(proof.jkt.clone()));
        let certificate = || {
            self.certificate
                .map(|own| Confirmation::Certificate(own.to_owned()))
        };
        match client.rules().sender_constraint {
            // A certificate that is there by chance binds nothing: it may be the proxy's habit.
            SenderConstraint::Optional => Ok(key),
            SenderConstraint::Dpop => key.map(Some).ok_or(NotBound::ProofMissing),
            SenderConstraint::Certificate => match (certificate(), key) {
                (Some(certificate), None) => Ok(Some(certificate)),
                (Some(_), Some(key)) => Ok(Some(key)),
                (None, _) => Err(NotBound::CertificateMissing),
            },
            SenderConstraint::Any => {
                let either = key.or_else(certificate);
                either.map(Some).ok_or(NotBound::ProofMissing)
            }
        }
    }

    /// What a token is bound to that follows from a code or grant which is bound to `before`.
    /// A refresh token of a confidential client is bound to the client, which may have another
    /// key by now (RFC 9449 §5); but a key it must have.
    pub(super) fn following(
        self,
        client: &Client,
        before: Option<&Confirmation>,
        same_key: bool,
    ) -> Result<Option<Confirmation>, NotBound> {
        let now = self.for_client(client)?;
        let Some(before) = before else {
            return Ok(now);
        };
        let held = match before {
            Confirmation::Key(_) => {
                let proof = self.proof.ok_or(NotBound::ProofMissing)?;
                Confirmation::Key(proof.jkt.clone())
            }
            Confirmation::Certificate(_) => {
                let own = self.certificate.ok_or(NotBound::CertificateMissing)?;
                Confirmation::Certificate(own.to_owned())
            }
        };
        if same_key && held != *before {
            return Err(NotBound::OtherKey);
        }
        Ok(now.or(Some(held)))
    }

    /// Takes the proof, if there is one, in the change that redeems something with it.
    pub(super) async fn use_up(self, change: &mut Change) -> Result<(), NotRedeemed> {
        let Some(proof) = self.proof else {
            return Ok(());
        };
        if proof.use_up(change).await? {
            Ok(())
        } else {
            Err(NotBound::Proof(InvalidProof::Replayed).into())
        }
    }
}
