//! The person's picture: uploaded and removed here, served to whoever was told its address.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State as Shared},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{Ended, Notice, Owner, Section, profile};
use crate::{
    domain::{account, directory},
    foundation::picture::{self, NotTaken, Picture},
    http::web::{
        Language, Origin, PageForm, PageRefusal, PageUpload, Said, State, ThisRequest, Uploaded,
    },
};

const UPLOAD: &str = "/account/profile/picture";
const REMOVE: &str = "/account/profile/picture/remove";

/// Its address holds a name that no other picture has. A day and not for ever: one that was taken
/// away should be gone some time.
const A_DAY: &str = "public, max-age=86400, immutable";
/// Opened by itself it is a picture and nothing else.
const POLICY: &str = "default-src 'none'; sandbox";

/// Who may show it (Fetch, §3.7).
const CROSS_ORIGIN: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The picture as the profile shows it.
pub(super) struct Shown {
    /// The path of the one that the person uploaded, when it is what is seen.
    pub(super) own: Option<String>,
    /// The address of the one that the directory has, with the origin that it comes from.
    pub(super) foreign: Option<(String, Origin)>,
    /// Who can change it, when it is not the person.
    pub(super) locked: Option<String>,
    pub(super) upload: &'static str,
    /// Where the form goes that removes it, when there is one to remove.
    pub(super) remove: Option<&'static str>,
}

pub(super) fn routes() -> Router<State> {
    let upload = post(upload).layer(DefaultBodyLimit::disable());
    Router::new()
        .route(UPLOAD, upload)
        .route(REMOVE, post(remove))
        .route(&format!("{}/{{name}}", directory::PICTURES), get(serve))
}

impl Shown {
    /// The origin that the page's policy has to allow for it.
    pub(super) fn origin(&self) -> Option<Origin> {
        self.foreign.as_ref().map(|(_, origin)| origin.clone())
    }

    pub(super) fn of(owner: &Owner) -> Self {
        let lock = account::picture_lock(owner.state.account, &owner.user);
        let own = owner.user.picture.as_deref();
        let given = owner.user.profile.photo();
        Self {
            own: own.filter(|_| given.is_none()).map(directory::picture_path),
            foreign: given.and_then(|address| Some((address.to_owned(), Origin::of(address)?))),
            locked: lock.map(|lock| owner.locked(lock)),
            upload: UPLOAD,
            // Removed is what is seen.
            remove: own.filter(|_| given.is_none()).map(|_| REMOVE),
        }
    }
}

async fn upload(owner: Owner, PageUpload(uploaded): PageUpload) -> Result<Response, Ended> {
    if account::picture_lock(owner.state.account, &owner.user).is_some() {
        let wrong = (StatusCode::FORBIDDEN, Language::profile_locked as Said);
        return Ok(profile::with_wrong_picture(&owner, wrong));
    }
    let taken = match uploaded {
        Uploaded::TooLarge => Err(NotTaken::TooLarge),
        Uploaded::File(file) => picture::read(&file),
    };
    match taken {
        Ok(picture) => set(&owner, &picture).await,
        Err(refused) => Ok(profile::with_wrong_picture(&owner, wrong(refused))),
    }
}

fn wrong(refused: NotTaken) -> (StatusCode, Said) {
    match refused {
        NotTaken::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Language::picture_too_large),
        NotTaken::Unknown => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Language::picture_unknown,
        ),
        NotTaken::Broken => (StatusCode::BAD_REQUEST, Language::picture_broken),
        NotTaken::TooWide => (StatusCode::BAD_REQUEST, Language::picture_too_wide),
    }
}

async fn set(owner: &Owner, picture: &Picture) -> Result<Response, Ended> {
    let mut change = owner.change().await?;
    let set = account::set_picture(&mut change, owner.state.account, owner.user.id, picture).await;
    if !set.map_err(|error| owner.failed(&error))? {
        drop(change);
        let wrong = (StatusCode::FORBIDDEN, Language::profile_locked as Said);
        return Ok(profile::with_wrong_picture(owner, wrong));
    }
    owner.commit(change).await?;
    Ok(owner.done(Section::Profile.path(), Notice::PictureSet))
}

async fn remove(owner: Owner, PageForm(_): PageForm) -> Result<Response, Ended> {
    let mut change = owner.change().await?;
    let removed = directory::remove_picture(&mut change, owner.user.id).await;
    let notice = if removed.map_err(|error| owner.failed(&error))? {
        Notice::PictureRemoved
    } else {
        Notice::NothingToDo
    };
    owner.commit(change).await?;
    Ok(owner.done(Section::Profile.path(), notice))
}

/// Without a session: applications show it too.
async fn serve(
    Shared(state): Shared<State>,
    ThisRequest(request_id): ThisRequest,
    Path(name): Path<String>,
) -> Result<Response, PageRefusal> {
    let found = directory::find_picture(&state.db, &name).await;
    let found = found.map_err(|error| PageRefusal::database(&error, request_id.clone()))?;
    let picture = found.ok_or_else(|| PageRefusal::not_found(request_id))?;
    let headers = [
        (header::CONTENT_TYPE, picture.kind.media_type()),
        (header::CACHE_CONTROL, A_DAY),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Pages of applications show it.
        (CROSS_ORIGIN, "cross-origin"),
    ];
    Ok((headers, picture.file).into_response())
}
