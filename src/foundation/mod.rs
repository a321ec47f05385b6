//! What everything stands on. Nothing here knows what a user is.

pub mod atlas;
pub mod clock;
pub mod crypto;
pub mod db;
pub mod id;
pub mod mail;
pub mod names;
pub mod outbound;
pub mod picture;
pub mod zone;
