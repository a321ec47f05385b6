//! Doors. Each speaks one protocol: it parses, calls one domain function, and answers.
//! No SQL here, and no door uses another; what all share is in `web`.

pub mod web;

pub mod scim;

pub mod oidc;

pub mod login;

pub mod account;
