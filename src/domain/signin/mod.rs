//! Owns sign-ins (half-finished authentications, each bound to one browser) and the
//! sessions that they become. Does not own the proofs (`credentials`), nor who may
//! use access (`access`), nor cookies.

mod advance;
mod another;
mod attempt;
mod by_mail;
mod demand;
mod destination;
mod device;
mod ended;
mod enrolment;
mod forgotten;
mod latest;
mod open_session;
mod progress;
mod proof;
mod second;
mod session;
mod sign_in;
mod still_needed;
mod store;
mod strength;
mod with_key;
mod with_mailed_code;
mod with_new_key;
mod with_new_password;
mod with_passkey;
mod with_password;
mod with_recovery_code;
mod with_security_key;
mod with_temporary_pass;
mod with_totp;

pub use super::mfa::Requirement;
pub use advance::{advance, lacks, standing};
pub use another::as_another;
pub use attempt::{AttemptError, Desk, Outcome, Visit};
pub use by_mail::{CodeAsked, CodeStanding, code_standing, mail_code, may_change_account};
pub use demand::Demand;
pub use destination::{Destination, DestinationRefused};
pub use device::may_trust;
pub use ended::SessionsEnded;
pub use enrolment::{Enrolment, enrolled, first_codes, postpone_enrolment, with_new_authenticator};
pub use forgotten::{
    LinkAsked, Office, ask_for_link, owner_of_link, sweep_links, use_link, void_links,
};
pub use latest::{LatestSession, is_session_of, latest_sessions, successions};
pub use open_session::session_lacks;
pub use progress::{Standing, Step, next_step};
pub use proof::Proof;
pub use session::{
    EndReason, Lifetimes, Session, SessionId, end_other_sessions, end_session,
    end_sessions_of_user, hold_session, seen, session_of, sessions_of_user, sweep_sessions,
};
pub use sign_in::{
    Completed, DeviceSecret, Found, NewSignIn, Place, Proven, SignIn, begin, complete, find,
    note_proof, postpone, start_over, sweep_sign_ins,
};
pub use still_needed::{StillNeeded, still_needed};
pub use strength::{Acr, Method, amr, words};
pub use with_key::KeyOutcome;
pub use with_mailed_code::with_mailed_code;
pub use with_new_key::{NewKey, NewKeyOutcome, new_key_challenge, with_new_key};
pub use with_new_password::with_new_password;
pub use with_passkey::{passkey_challenge, with_passkey};
pub use with_password::with_password;
pub use with_recovery_code::with_recovery_code;
pub use with_security_key::{security_key_challenge, with_security_key};
pub use with_temporary_pass::with_temporary_pass;
pub use with_totp::with_totp;
