//! Secrets: where randomness comes from, what is stored of a token, and how what must be
//! readable again is sealed. aws-lc does the work; there is no OpenSSL.

pub mod certificate;
pub mod digest;
pub mod jose;
pub mod password;
pub mod random;
pub mod seal;
pub mod token;
