//! Values that say how the pages look.

use super::value::Value;
use crate::http::web::Colour;

/// Longer names do not fit a title.
const LONGEST_NAME: usize = 64;

/// The name of whoever runs the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandName(String);

impl BrandName {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for BrandName {
    fn expected() -> String {
        format!("a name of up to {LONGEST_NAME} characters")
    }
    fn parse(text: &str) -> Option<Self> {
        let name = text.trim();
        let length = name.chars().count();
        let fits = (1..=LONGEST_NAME).contains(&length) && !name.chars().any(char::is_control);
        fits.then(|| Self(name.to_owned()))
    }
    fn shown(&self) -> String {
        self.0.clone()
    }
}

impl Value for Colour {
    fn expected() -> String {
        "a colour, such as #1f5f4a".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn shown(&self) -> String {
        self.to_string()
    }
}
