//! Owns sign-ins (half-finished authentications, each bound to one browser) and the
//! sessions that they become. Does not own the proofs (`credentials`), nor who may
//! use access (`access`), nor cookies.

mod advance;
mod attempt;
mod demand;
mod destination;
mod ended;
mod progress;
mod proof;
mod session;
mod sign_in;
mod store;
mod strength;
mod with_new_password;
mod with_password;

pub use advance::{advance, lacks, standing};
pub use attempt::{AttemptError, Desk, Outcome, Visit};
pub use demand::Demand;
pub use destination::{Destination, DestinationRefused};
pub use ended::SessionsEnded;
pub use progress::{Requirement, Standing, Step, next_step};
pub use proof::Proof;
pub use session::{
    EndReason, Lifetimes, Session, SessionId, end_session, end_sessions_of_user, hold_session,
    seen, session_of, sessions_of_user, sweep_sessions,
};
pub use sign_in::{
    Completed, Found, NewSignIn, Place, Proven, SignIn, begin, complete, find, note_proof,
    postpone, start_over, sweep_sign_ins,
};
pub use strength::{Acr, Method, amr, words};
pub use with_new_password::{NewPasswordRefused, with_new_password};
pub use with_password::with_password;
