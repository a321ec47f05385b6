//! What a new password must be: its length, that it is none that is known or guessed at once,
//! nothing of its owner's own, and none that its owner had before. No rules about which
//! characters: they make passwords worse (NIST SP 800-63B-4, 3.1.1.2).

mod breached;
mod generated;
mod own;
mod policy;
pub(super) mod store;
mod vetting;

pub use breached::{Breached, BreachedUnreadable, Built, build_breached_list};
pub use generated::generate;
pub use own::OwnWords;
pub use policy::{LONGEST_PASSWORD, MOST_REMEMBERED, PasswordRefused, Policy};
pub use vetting::{NotTaken, Vetting, expire};
