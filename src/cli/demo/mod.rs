//! `doorward demo`: everything on embedded defaults, with people provisioned through the real
//! SCIM endpoint and a real relying party to sign in to.

mod provisioning;
mod relying_party;
mod sample;
