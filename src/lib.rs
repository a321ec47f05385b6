//! x
#![allow(missing_docs)]
pub mod app {
    pub mod config;
}
