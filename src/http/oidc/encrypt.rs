//! To whom something is encrypted, of those that this server knows.

use crate::domain::clients::{CannotEncrypt, Client, Reader};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::Encryption;
use crate::http::web::State;

/// What is needed to encrypt to `client`; nothing when it did not register `encryption`. This
/// may ask the client's server, so it comes before anything is used up.
pub(super) async fn reader(
    state: &State,
    client: &Client,
    encryption: Option<Encryption>,
    now: Timestamp,
) -> Result<Option<Reader>, CannotEncrypt> {
    let means = (&state.key_sets, &state.outbound);
    Reader::of(means, client, encryption, now).await
}
