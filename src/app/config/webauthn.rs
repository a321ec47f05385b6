//! What is asked of passkeys and security keys.

use url::Url;
use uuid::Uuid;

use super::value::Value;

/// Models of authenticators.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Models(Vec<Uuid>);

impl Models {
    /// Their ids.
    pub fn all(&self) -> &[Uuid] {
        &self.0
    }
}

impl Value for Models {
    fn expected() -> String {
        "AAGUIDs, such as cb69481e-8ff7-4039-93ec-0a2729a154a8, separated by commas".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        let texts = text.split(',').map(str::trim);
        let texts = texts.filter(|text| !text.is_empty());
        // The AAGUID of zeros is that of an authenticator which does not say what it is.
        let read = |text: &str| Uuid::try_parse(text).ok().filter(|id| !id.is_nil());
        texts.map(read).collect::<Option<Vec<_>>>().map(Self)
    }
    fn shown(&self) -> String {
        let texts: Vec<_> = self.0.iter().map(Uuid::to_string).collect();
        texts.join(", ")
    }
}

/// Origins of the web.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<Url>);

impl Origins {
    /// All of them.
    pub fn all(&self) -> Vec<Url> {
        self.0.clone()
    }
}

impl Value for Origins {
    fn expected() -> String {
        "origins, such as https://login.example.org, separated by commas".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        let texts = text.split(',').map(str::trim);
        let texts = texts.filter(|text| !text.is_empty());
        texts.map(origin).collect::<Option<Vec<_>>>().map(Self)
    }
    fn shown(&self) -> String {
        let texts: Vec<_> = self
            .0
            .iter()
            .map(|url| url.origin().ascii_serialization())
            .collect();
        texts.join(", ")
    }
}

/// `https` and a name; `http` only where it does not leave the machine.
fn origin(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let name = url.domain()?;
    let scheme_fits = url.scheme() == "https" || url.scheme() == "http" && name == "localhost";
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    (scheme_fits && bare && anonymous).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_name_and_a_port() {
        let read = Origins::parse("https://login.example.org, https://a.example:8443/").unwrap();
        assert_eq!(
            read.shown(),
            "https://login.example.org, https://a.example:8443"
        );
        assert_eq!(Origins::parse(""), Some(Origins::default()));
        for text in [
            "http://login.example.org",
            "https://192.0.2.1",
            "https://a.example/path",
            "https://user@a.example",
            "a.example",
        ] {
            assert!(Origins::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_model_is_an_aaguid_and_not_the_one_of_zeros() {
        let yubikey = "cb69481e-8ff7-4039-93ec-0a2729a154a8";
        assert_eq!(Models::parse(yubikey).unwrap().shown(), yubikey);
        assert!(Models::parse("00000000-0000-0000-0000-000000000000").is_none());
        assert!(Models::parse("yubikey").is_none());
    }
}
