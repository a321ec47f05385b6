//! Forms that this server sends to others.

use reqwest::header::CONTENT_TYPE;

use super::{NotFetched, Outbound, no_answer};

impl Outbound {
    /// Sends a form, which is taken when the answer is 200 or 204. What else the answer says is
    /// not read.
    ///
    /// # Errors
    /// It may not be sent there, does not arrive, or is not taken.
    pub async fn post_form(
        &self,
        address: &str,
        fields: &[(&str, &str)],
    ) -> Result<(), NotFetched> {
        let url = self.checked(address)?;
        let clients = self.clients()?;
        let client = if url.scheme() == "https" {
            &clients.encrypted
        } else {
            &clients.plain
        };
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let response = request.send().await.map_err(no_answer)?;
        match response.status().as_u16() {
            200 | 204 => Ok(()),
            other => Err(NotFetched::Status(other)),
        }
    }
}
