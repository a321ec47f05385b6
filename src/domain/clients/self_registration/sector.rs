//! Whose names a client shares (OpenID Connect Core §8.1): the list at `sector_identifier_uri`
//! has to have its redirect URIs, or a stranger could have the names that another knows people by.

use serde_json::Value;

use super::NotRegistered;
use crate::domain::clients::Metadata;
use crate::foundation::outbound::Outbound;

/// Fetches the list, if there is one, and looks for every redirect URI in it.
pub(super) async fn check(outbound: &Outbound, metadata: &Metadata) -> Result<(), NotRegistered> {
    let Some(address) = &metadata.sector_identifier_uri else {
        return Ok(());
    };
    let list = outbound.get_json(address).await.map_err(|error| {
        // What was there instead is for the log alone: the address may be one of this network.
        tracing::info!(%error, "a sector_identifier_uri was not fetched");
        NotRegistered::SectorNotFetched
    })?;
    if has_all(&list, &metadata.redirect_uris) {
        Ok(())
    } else {
        Err(NotRegistered::Sector)
    }
}

fn has_all(list: &Value, redirect_uris: &[String]) -> bool {
    let Some(list) = list.as_array() else {
        return false;
    };
    let has = |uri: &String| list.iter().any(|one| one.as_str() == Some(uri));
    redirect_uris.iter().all(has)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_list_of_a_sector_has_every_redirect_uri_word_for_word() {
        let own = [
            "https://a.example/cb".to_owned(),
            "https://b.example/cb".to_owned(),
        ];
        let more = json!([
            "https://b.example/cb",
            "https://a.example/cb",
            "https://c.example/"
        ]);
        assert!(has_all(&more, &own));
        for list in [
            json!(["https://a.example/cb"]),
            json!(["https://a.example/cb", "https://b.example/cb/"]),
            json!({ "https://a.example/cb": 1, "https://b.example/cb": 1 }),
            json!([]),
            json!("https://a.example/cb https://b.example/cb"),
        ] {
            assert!(!has_all(&list, &own), "{list}");
        }
    }
}
