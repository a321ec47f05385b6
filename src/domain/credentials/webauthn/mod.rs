//! Passkeys and security keys (Web Authentication Level 3).
//!
//! A ceremony has two halves. The first asks: it makes a challenge and keeps what the answer is
//! checked against, bound to a sign-in or a session and to one purpose. The second takes the
//! answer: the challenge is used up before anything is verified, by one conditional statement.
//!
//! | file | what it does |
//! |---|---|
//! | `relying_party` | who asks: the id, the origins, the policy |
//! | `ceremony` | keeps challenges, and uses them up |
//! | `answer` | reads what a browser answers |
//! | `registration` | adds a credential |
//! | `assertion` | proves one |
//! | `keyring` | what a user has: list, rename, remove, suspend |

mod answer;
mod assertion;
mod attestation;
mod ceremony;
mod keyring;
mod registration;
mod relying_party;
mod store;

pub use assertion::{Answer, Asserted, AssertionRefused, ask_second, ask_sign_in, confirm, verify};
pub use attestation::{Attestation, Authorities, AuthoritiesRefused};
pub use ceremony::{Binding, CeremonyError, Purpose, sweep};
pub use keyring::{
    Kind, UserAtAuthenticators, WebauthnCredential, WebauthnId, at_authenticators, list, remove,
    rename,
};
pub use registration::{
    NewAnswer, NewCredential, RegistrationRefused, add, ask, read_registration,
};
pub use relying_party::{RelyingParty, UserVerification, WebauthnRules};
