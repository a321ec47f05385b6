//! Settings, wiring and running.
