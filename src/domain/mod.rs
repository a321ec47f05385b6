//! Rules and rows. From left to right; a module uses only those above it in this list, and
//! the foundation. No HTTP, no HTML.

pub mod access;
pub mod audit;
pub mod clients;
pub mod credentials;
pub mod directory;
pub mod grants;
pub mod signin;
pub mod signing_keys;
