//! `doorward demo`, started as a newcomer starts it, on free ports and in an empty folder.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::webdriver::{Browser, TAB, free_port};

/// A demo that runs until it is dropped.
pub struct Demo {
    child: Child,
    _folder: tempfile::TempDir,
    pub issuer: String,
    pub sample: String,
    people: Vec<Person>,
    scim_key: String,
}

/// Somebody whom the demo has provisioned, as it prints them.
pub struct Person {
    pub user_name: String,
    pub password: String,
}
