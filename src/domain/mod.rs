//! Rules and rows. From left to right; a module uses only those above it in this list, and
//! the foundation. No HTTP, no HTML.

pub mod audit;
