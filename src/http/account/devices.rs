//! The browsers in which a person has signed in, and those of them that they trust.

use askama::Template;
use axum::{
    Router,
    extract::Path,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{Around, Ended, Notice, Owner, Section, shown::Moment};
use crate::{
    domain::devices::{self, Device, DeviceId},
    http::web::{Frame, Page, PageForm, State},
};

const PATH: &str = Section::Devices.path();
const FORGET_ALL: &str = "/account/devices/forget-all";

#[derive(Template)]
#[template(path = "account/devices.html")]
struct DevicesPage {
    t: Frame,
    around: Around,
    devices: Vec<Shown>,
    forget_all: &'static str,
}

/// A device as the page shows it.
struct Shown {
    /// Where the form goes that forgets it.
    forget: String,
    browser: String,
    address: Option<String>,
    first: Moment,
    last_used: Moment,
    /// Until when it is trusted.
    trusted: Option<Moment>,
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route(PATH, get(show))
        .route(FORGET_ALL, post(forget_all))
        .route("/account/devices/{id}/forget", post(forget))
}

async fn show(owner: Owner) -> Result<Response, Ended> {
    let found = devices::devices_of(&owner.state.db, owner.user.id).await;
    let found = found.map_err(|error| owner.failed(&error))?;
    let page = DevicesPage {
        t: owner.frame(),
        around: owner.around(Section::Devices),
        devices: found.iter().map(|one| shown(&owner, one)).collect(),
        forget_all: FORGET_ALL,
    };
    Ok(Page::of(&page).into_response())
}

fn shown(owner: &Owner, device: &Device) -> Shown {
    let trust = device.trust.filter(|trust| trust.until > owner.now);
    Shown {
        forget: format!("{PATH}/{}/forget", device.id),
        browser: device.kind.title(),
        address: owner.whereabouts(device.address.as_deref()),
        first: owner.moment(device.created_at),
        last_used: owner.moment(device.last_used_at),
        trusted: trust.map(|trust| owner.moment(trust.until)),
    }
}

/// Forgets one. To be asked for the second factor again is safe, so nothing is proven anew for
/// it; one of somebody else is not there.
async fn forget(
    owner: Owner,
    Path(id): Path<String>,
    PageForm(_): PageForm,
) -> Result<Response, Ended> {
    let device: DeviceId = id.parse().map_err(|_| owner.not_found())?;
    owner.fresh().await?;
    let mut change = owner.change().await?;
    let forgotten = devices::forget(&mut change, owner.user.id, device).await;
    if !forgotten.map_err(|error| owner.failed(&error))? {
        return Err(owner.not_found());
    }
    owner.commit(change).await?;
    Ok(owner.done(PATH, Notice::DeviceForgotten))
}

async fn forget_all(owner: Owner, PageForm(_): PageForm) -> Result<Response, Ended> {
    owner.fresh().await?;
    let mut change = owner.change().await?;
    let forgotten = devices::forget_all(&mut change, owner.user.id).await;
    if forgotten.map_err(|error| owner.failed(&error))? == 0 {
        return Ok(owner.done(PATH, Notice::NothingToDo));
    }
    owner.commit(change).await?;
    Ok(owner.done(PATH, Notice::DevicesForgotten))
}
