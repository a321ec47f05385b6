//! Owns sign-ins (half-finished authentications, each bound to one browser) and the
//! sessions that they become. Does not own the proofs (`credentials`), nor who may
//! use access (`access`), nor cookies.

mod attempt;
mod destination;
mod ended;
mod session;
mod sign_in;
mod store;
mod strength;

pub use attempt::{
    AttemptError, Desk, NewPasswordRefused, Outcome, Visit, with_new_password, with_password,
};
pub use destination::{Destination, DestinationRefused};
pub use ended::SessionsEnded;
pub use session::{
    EndReason, Lifetimes, Session, SessionId, end_session, end_sessions_of_user, hold_session,
    seen, session_of, sessions_of_user, sweep_sessions,
};
pub use sign_in::{
    Completed, Found, NewSignIn, NotedProof, Place, Proven, SignIn, begin, complete, find,
    note_password, sweep_sign_ins,
};
pub use strength::{Acr, Method, amr_text};
