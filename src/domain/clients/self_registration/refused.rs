use crate::domain::clients::{GrantType, InvalidMetadata, Refused};
use crate::foundation::db;

/// Why a registration was not made, shown, changed or ended.
#[derive(Debug, thiserror::Error)]
pub enum NotRegistered {
    /// The token does not open the registration, or there is none. For a disabled client there
    /// is none.
    #[error("the registration access token is not the one of this client")]
    Token,
    /// Nobody is trusted to sign such a statement.
    #[error("software statements are not accepted")]
    SoftwareStatement,
    /// Not an object.
    #[error("the body is not a JSON object")]
    NotAnObject,
    /// A value that cannot be read.
    #[error("{name}: {why}")]
    Value {
        /// The metadata's name.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A grant for which somebody has to vouch.
    #[error("the grant {0} needs an initial access token at the registration")]
    Grant(GrantType),
    /// What is registered does not fit together.
    #[error(transparent)]
    Metadata(#[from] InvalidMetadata),
    /// What every registration is refused for.
    #[error(transparent)]
    Refused(Refused),
    /// The list of the sector was not fetched.
    #[error("sector_identifier_uri: the list could not be fetched")]
    SectorNotFetched,
    /// The list of the sector lacks a redirect URI.
    #[error("sector_identifier_uri: the list does not have every redirect URI")]
    Sector,
    /// There are enough of them.
    #[error("this server takes no more applications that register themselves")]
    Quota,
    /// `client_id` is missing, or another client's.
    #[error("client_id is not the one of this registration")]
    OtherClient,
    /// `client_secret` is not the client's.
    #[error("client_secret is not the one that was issued")]
    OtherSecret,
    /// The database cannot answer.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<Refused> for NotRegistered {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Metadata(refused) => Self::Metadata(refused),
            Refused::Db(error) => Self::Db(error),
            // It ended a moment ago.
            Refused::NoSuchClient(_) => Self::Token,
            refused => Self::Refused(refused),
        }
    }
}
