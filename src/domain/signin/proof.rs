//! What was proven in a sign-in, as its row keeps it: `password:1700000000000 totp:1700000004000`.

use std::{fmt, str::FromStr};

use super::{Method, Session};
use crate::foundation::{clock::Timestamp, db};

/// One proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Proof {
    /// How.
    pub method: Method,
    /// When.
    pub at: Timestamp,
}

/// Not a proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a proof")]
pub struct ProofUnreadable;

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.method.word(), self.at.millis())
    }
}

impl FromStr for Proof {
    type Err = ProofUnreadable;

    fn from_str(text: &str) -> Result<Self, ProofUnreadable> {
        let (method, at) = text.split_once(':').ok_or(ProofUnreadable)?;
        Ok(Self {
            method: method.parse().map_err(|_| ProofUnreadable)?,
            at: Timestamp::from_millis(at.parse().map_err(|_| ProofUnreadable)?),
        })
    }
}

/// All proofs of a row.
fn read(text: &str) -> Result<Vec<Proof>, db::Error> {
    let one = |text: &str| text.parse();
    let read: Result<_, ProofUnreadable> = text.split_ascii_whitespace().map(one).collect();
    read.map_err(|error| db::Error::Corrupt(format!("sign_ins.proofs: {error}")))
}

/// What an open session has proven, for the sign-in that goes on from it: each as old as the
/// oldest, because nothing may pass for newer than it is.
pub(super) fn of_session(session: &Session) -> Vec<Proof> {
    let at = session.proven_since;
    let proof = |method: &Method| Proof {
        method: *method,
        at,
    };
    session.methods.iter().map(proof).collect()
}

/// The proofs of a row.
pub(super) fn of_row(row: &db::Row) -> Result<Vec<Proof>, db::Error> {
    read(&row.get::<String>("proofs")?)
}

/// As a row keeps what an open session has proven; nothing without one.
pub(super) fn written(session: Option<&Session>) -> String {
    let carried = session.map(of_session).unwrap_or_default();
    let written: Vec<_> = carried.iter().map(Proof::to_string).collect();
    written.join(" ")
}
