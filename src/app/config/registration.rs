//! Who may register applications over HTTP.

use super::value::Value;
use crate::domain::clients::MayRegister;

impl Value for MayRegister {
    fn expected() -> String {
        let words = Self::ALL.map(Self::as_str);
        format!("one of {}", words.join(", "))
    }
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn shown(&self) -> String {
        self.to_string()
    }
}
