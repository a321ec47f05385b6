//! How a request came here: what of that counts after its parameters were read.

use serde::{Deserialize, Serialize};

use super::Parameters;
use crate::domain::directory::UserId;
use crate::foundation::crypto::digest::Digest;

/// How a request came. It is kept beside the parameters of a request that waits, stored as
/// JSON.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// Whether its parameters stood in an object that the client signed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
    /// The digest of the reference under which the client pushed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pushed: Option<String>,
    /// Whom the client expects, by a hint that came with the pushed request and was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<UserId>,
    /// Of whom an issuer that the client trusts has said that they need another factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vouched: Option<Vouched>,
}

/// What a foreign issuer says of the person (Entra's external authentication method).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Vouched {
    /// The person's name at that issuer, which the answer bears.
    pub subject: String,
}

impl Origin {
    /// Whether the client pushed it.
    pub fn is_pushed(&self) -> bool {
        self.pushed.is_some()
    }

    /// The same for a request that is being pushed, and has no reference yet.
    #[must_use]
    pub fn as_pushed(self) -> Self {
        Self {
            pushed: Some(String::new()),
            ..self
        }
    }

    pub(super) fn reference(&self) -> Option<Digest> {
        self.pushed.clone().map(Digest::from_stored)
    }
}

/// A request as it was read from wherever it stood.
#[derive(Clone)]
pub struct ReadRequest {
    /// What it consists of.
    pub parameters: Parameters,
    /// How it came.
    pub origin: Origin,
}
