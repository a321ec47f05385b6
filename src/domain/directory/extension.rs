//! The values of a schema extension in users and groups, when the extension is withdrawn.

use serde_json::json;

use super::store;
use crate::domain::audit::{Change, Event};
use crate::foundation::db::{self, Fetch};

/// How many users and groups have values of an extension, which is named by its URN in the
/// spelling of its declaration. It reads every row: for the command line, not for requests.
pub async fn count_with_extension(mut from: impl Fetch, extension: &str) -> Result<i64, db::Error> {
    store::count_with_extension(&mut from, extension).await
}

/// Takes the values of an extension from up to `most` users and as many groups; how many
/// had some.
pub async fn forget_extension(
    change: &mut Change,
    extension: &str,
    most: i64,
) -> Result<u64, db::Error> {
    let forgotten = store::forget_extension(change, extension, most).await?;
    if forgotten > 0 {
        change.record(
            Event::new("schema.values_deleted")
                .subject("schema", extension)
                .detail(json!({ "resources": forgotten })),
        );
    }
    Ok(forgotten)
}
