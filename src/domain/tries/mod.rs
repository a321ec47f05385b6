//! Owns how often secrets may be tried: budgets of tries, for each account, factor and kind of
//! browser, and for each network; and what people are told of failures. Does not own the secrets
//! (`credentials`), nor who may use access (`access`).
//!
//! A try is taken from the budgets **before** the secret is verified, by one statement that is
//! committed at once, so that guesses that come together cannot exceed a budget. A right one is
//! given back in the change that makes something of it; a wrong one is left as it is. A try that
//! was not admitted is verified all the same, and then refused as a wrong one is, so that nobody
//! can tell the two apart.
//!
//! ```text
//! let asker = Asker { address, known_device: None };
//! let attempt = Try { whose: Whose::User(user), factor: Factor::Totp, asker: &asker };
//! let reservation = tries::reserve(db, clock, guard, &attempt).await?;
//! let right = verify(secret);                       // always, for the same time
//! if !right || !reservation.is_admitted() {
//!     return Ok(Outcome::Refused);                  // nothing more to write
//! }
//! let mut change = …;
//! tries::settle(&mut change, reservation).await?;   // gives the try back
//! ```
//!
//! Where the secret could not be verified at all (a full queue), [`withdraw`] gives it back.
//! Within `signin`, `attempt::reserve` does the first three lines.

mod asker;
mod budget;
mod factor;
mod letters;
mod policy;
mod queue;
mod reservation;
mod shown;
mod store;

pub use asker::{Asker, Try, Whose};
pub use budget::{Budget, Schedule};
pub use factor::Factor;
pub use letters::write_letters;
pub use policy::{Guard, Policy, PolicyKind};
use queue::Queue;
pub use reservation::{Reservation, reserve, settle, withdraw};
pub use shown::{
    FailedTries, Stopped, Told, failed_tries, is_seen, reset_factor, reset_tries, stopped, sweep,
    tell, told,
};
