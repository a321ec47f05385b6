//! Which town an address is in, by a file in the MaxMind DB format (GeoLite2, DB-IP and others).
//!
//! The file is read into memory at the start, so that a look never waits for a disk on the
//! threads that answer requests, and a file that is overwritten meanwhile harms nobody.

use std::{collections::BTreeMap, fmt, net::IpAddr, path::Path};

use maxminddb::{MaxMindDbError, Reader};
use serde::Deserialize;

/// The names of towns and countries by addresses.
pub struct Atlas(Reader<Vec<u8>>);

/// Why a file is none.
#[derive(Debug, thiserror::Error)]
pub enum NotAnAtlas {
    /// It cannot be read, or is of another format.
    #[error("it is no file of the MaxMind DB format: {0}")]
    Unreadable(#[from] MaxMindDbError),
    /// It holds something else, such as the names of networks.
    #[error("it holds {0}, and neither cities nor countries")]
    OtherKind(String),
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    city: Option<Named<'a>>,
    country: Option<Named<'a>>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow, default)]
    names: BTreeMap<&'a str, &'a str>,
}

impl Named<'_> {
    /// In a language, or in English: most files have no Dutch.
    fn name(&self, language: &str) -> Option<&str> {
        let found = self.names.get(language).or_else(|| self.names.get("en"));
        found.copied().filter(|name| !name.trim().is_empty())
    }
}

impl Atlas {
    /// Reads a file.
    ///
    /// # Errors
    /// It is not one that names cities or countries.
    pub fn open(path: &Path) -> Result<Self, NotAnAtlas> {
        let reader = Reader::open_readfile(path)?;
        let kind = &reader.metadata().database_type;
        let lower = kind.to_lowercase();
        let names_places = ["city", "country", "enterprise"];
        if !names_places.iter().any(|known| lower.contains(known)) {
            return Err(NotAnAtlas::OtherKind(kind.clone()));
        }
        Ok(Self(reader))
    }

    /// The town and the country of an address, in a language where the file has it:
    /// `Amsterdam, Netherlands`. None for an address that the file does not know.
    #[must_use]
    pub fn find(&self, address: IpAddr, language: &str) -> Option<String> {
        let found = self.0.lookup(address.to_canonical()).ok()?;
        let record: Record<'_> = found.decode().ok()??;
        let name = |of: Option<&Named<'_>>| of?.name(language).map(str::to_owned);
        let (city, country) = (name(record.city.as_ref()), name(record.country.as_ref()));
        match (city, country) {
            (Some(city), Some(country)) => Some(format!("{city}, {country}")),
            (one, other) => one.or(other),
        }
    }
}

impl fmt::Debug for Atlas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Atlas")
            .field(&self.0.metadata().database_type)
            .finish()
    }
}
