//! The SCIM 2.0 door (RFC 7643, RFC 7644).

pub mod document;
pub mod error;
pub mod grammar;
pub mod patch;
pub mod schema;
pub mod tolerance;
pub mod value;
