//! Owns of whom a second factor is required, how long they may put it off, who is exempt, and how
//! long a device may be trusted. Does not own factors (`credentials`), devices, nor what a sign-in
//! lacks (`signin`).
//!
//! Three things say what is required, and the strictest counts: the default (the setting, unless an
//! administrator has said otherwise), the groups that a person is in, directly or through others, and
//! the roles that they bear, and the application, which asks for it with each sign-in and not here.
//! An exemption stands against the first two.

mod exemption;
mod policy;
mod role;
mod rule;
mod store;

pub use exemption::{Exemption, enforce, exempt, exemptions};
pub use policy::{MailedCodes, Policy, Requirement, Rules, note_asked, policy_of};
pub use role::{RoleName, RoleNameRefused};
pub use rule::{Rule, Scope, Stated, rules, state, withdraw};
