//! The door of OpenID Connect and OAuth 2.
