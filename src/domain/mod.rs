//! Rules and rows. From left to right; a module uses only those above it in this list, and
//! the foundation. No HTTP, no HTML. (Blank lines keep the order: it is the map.)

pub mod audit;

pub mod jobs;

pub mod schemas;

pub mod directory;

pub mod mail;

pub mod tries;

pub mod access;

pub mod devices;

pub mod credentials;

pub mod mfa;

pub mod signin;

pub mod email_changes;

pub mod clients;

pub mod signing_keys;

pub mod grants;

pub mod api_keys;

pub mod lifecycle;

pub mod account;

pub mod connections;

pub mod ledger;
