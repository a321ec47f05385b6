//! Who is stopped by failed tries.

use super::value::Value;
use crate::domain::tries::PolicyKind;

impl Value for PolicyKind {
    fn expected() -> String {
        let words = Self::ALL.map(Self::word);
        format!("one of {}", words.join(", "))
    }
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == text)
    }
    fn shown(&self) -> String {
        self.word().to_owned()
    }
}
