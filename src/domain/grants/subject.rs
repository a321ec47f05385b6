//! Under which name a client knows a person (OpenID Connect Core §8): the same everywhere, or
//! one for each sector, by which two clients cannot find out that they speak of the same person.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use crate::domain::clients::{Client, SubjectType};
use crate::domain::directory::UserId;
use crate::foundation::crypto::seal::MasterKey;

/// The `sub` of a user for a client. A pairwise one is a MAC under a key that is derived from
/// the master key: the same for ever, of no row, and not to be reckoned back.
pub fn subject_of(master: &MasterKey, client: &Client, user: UserId) -> String {
    match client.metadata.subject_type {
        SubjectType::Public => user.to_string(),
        SubjectType::Pairwise => {
            // Of two texts joined by a byte that neither holds, one is read.
            let message = [sector(client).as_bytes(), &[0], user.as_uuid().as_bytes()].concat();
            URL_SAFE_NO_PAD.encode(master.mac("pairwise subject", &message))
        }
    }
}

/// Who shares names (Core §8.1): the host of the sector identifier, or that of the redirect
/// URIs, of which registration allows one then. A client without any is a sector of its own.
fn sector(client: &Client) -> String {
    let metadata = &client.metadata;
    let named = metadata.sector_identifier_uri.as_ref();
    let address = named.or(metadata.redirect_uris.first());
    let host = address.and_then(|address| Url::parse(address).ok()?.host_str().map(str::to_owned));
    host.unwrap_or_else(|| client.id.to_string())
}

/// Whether a `sub` of a token of ours is that of the user, as far as it tells: a pairwise one
/// does not.
pub(super) fn may_be(subject: &str, user: UserId) -> bool {
    match subject.parse::<UserId>() {
        Ok(named) => named == user,
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clients::Metadata;
    use crate::foundation::clock::Timestamp;

    fn client(redirect_uri: &str, sector: Option<&str>) -> Client {
        let mut metadata = Metadata::new(vec![redirect_uri.to_owned()]);
        metadata.subject_type = SubjectType::Pairwise;
        metadata.sector_identifier_uri = sector.map(str::to_owned);
        Client::of_a_test(metadata, &[])
    }

    #[test]
    fn a_person_has_one_name_in_a_sector_and_another_in_the_next() {
        let master = MasterKey::generate();
        let user = UserId::new(Timestamp::from_millis(1));
        let other = UserId::new(Timestamp::from_millis(2));
        let of = |client: &Client, user| subject_of(&master, client, user);
        let a = client("https://a.example.com/cb", None);
        let same_host = client("https://a.example.com/other", None);
        let b = client("https://b.example.com/cb", None);
        assert_eq!(of(&a, user), of(&same_host, user));
        assert_ne!(of(&a, user), of(&b, user));
        assert_ne!(of(&a, user), of(&a, other));
        assert!(!of(&a, user).contains(&user.to_string()));
        let sector = "https://sector.example.com/uris";
        let joined = ["https://a.example.com/cb", "https://b.example.com/cb"]
            .map(|uri| of(&client(uri, Some(sector)), user));
        assert_eq!(joined[0], joined[1]);
        assert_ne!(of(&a, user), joined[0]);
        assert_ne!(subject_of(&MasterKey::generate(), &a, user), of(&a, user));
    }
}
