//! Rules and rows. From left to right; a module uses only those above it in this list, and
//! the foundation. No HTTP, no HTML. (Blank lines keep the order: it is the map.)

pub mod audit;

pub mod jobs;

pub mod mail;

pub mod schemas;

pub mod directory;

pub mod access;

pub mod credentials;

pub mod signin;

pub mod clients;

pub mod signing_keys;

pub mod grants;

pub mod api_keys;

pub mod lifecycle;

pub mod connections;

pub mod ledger;
