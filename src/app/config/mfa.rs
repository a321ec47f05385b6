//! What second factors there are.

use super::value::Value;
use crate::domain::mfa::MailedCodes;

impl Value for MailedCodes {
    fn expected() -> String {
        let words = Self::ALL.map(Self::word);
        format!("one of {}", words.join(", "))
    }
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codes| codes.word() == text)
    }
    fn shown(&self) -> String {
        self.word().to_owned()
    }
}
