//! Which applications come without an administrator, and what they may have.

use url::Url;

use super::value::Value;

/// Resources (RFC 8707), by their identifiers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources(Vec<String>);

impl Resources {
    /// Their identifiers.
    pub fn all(&self) -> Vec<String> {
        self.0.clone()
    }
}

impl Value for Resources {
    fn expected() -> String {
        "absolute URIs without fragment, separated by commas".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        let texts = text.split(',').map(str::trim);
        let texts = texts.filter(|text| !text.is_empty());
        let is_resource = |text: &&str| Url::parse(text).is_ok_and(|url| url.fragment().is_none());
        let read = |text: &str| Some(text).filter(is_resource).map(str::to_owned);
        texts.map(read).collect::<Option<Vec<_>>>().map(Self)
    }
    fn shown(&self) -> String {
        self.0.join(", ")
    }
}
