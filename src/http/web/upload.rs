//! A form with a file in it (`multipart/form-data`, RFC 7578): one file, read up to a limit.

use axum::{
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};

use super::{csrf, form::FormRefused, refusal::PageRefusal, request_id::RequestId, state::State};
use crate::foundation::picture::LARGEST;

/// The field of the file.
const FILE: &str = "file";

/// The file of a form of one of our own pages: not sent by another site's page. Refusals are
/// pages.
pub struct PageUpload(pub Uploaded);

/// What was in the form.
pub enum Uploaded {
    /// The file; empty when none was chosen. What its sender calls it and says of its kind is not
    /// read: the content decides.
    File(Vec<u8>),
    /// More than is taken.
    TooLarge,
}

impl FromRequest<State> for PageUpload {
    type Rejection = PageRefusal;

    async fn from_request(request: Request, state: &State) -> Result<Self, PageRefusal> {
        let request_id = RequestId::of(request.extensions());
        csrf::check(request.headers(), &state.public_url)
            .map_err(|_| PageRefusal::cross_site(request_id.clone()))?;
        let refused = |refused: FormRefused| PageRefusal::form(&refused, request_id.clone());
        let form = Multipart::from_request(request, state).await;
        let form = form.map_err(|_| refused(FormRefused::NotAForm))?;
        read(form).await.map(Self).map_err(refused)
    }
}

async fn read(mut form: Multipart) -> Result<Uploaded, FormRefused> {
    let mut found = None;
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => return too_large_or_unreadable(&error),
        };
        if field.name() != Some(FILE) {
            continue;
        }
        if found.is_some() {
            return Err(FormRefused::Duplicate);
        }
        match file(field).await {
            Ok(uploaded) => found = Some(uploaded),
            Err(error) => return too_large_or_unreadable(&error),
        }
    }
    Ok(found.unwrap_or(Uploaded::File(Vec::new())))
}

/// All of it is read, and what is too much let go of: a browser that is still sending would not
/// read the answer.
async fn file(mut field: Field<'_>) -> Result<Uploaded, MultipartError> {
    let mut kept = Vec::new();
    let mut is_too_large = false;
    while let Some(part) = field.chunk().await? {
        is_too_large |= kept.len() + part.len() > LARGEST;
        if !is_too_large {
            kept.extend_from_slice(&part);
        }
    }
    Ok(if is_too_large {
        Uploaded::TooLarge
    } else {
        Uploaded::File(kept)
    })
}

fn too_large_or_unreadable(error: &MultipartError) -> Result<Uploaded, FormRefused> {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Ok(Uploaded::TooLarge),
        _ => Err(FormRefused::Unreadable),
    }
}
