//! What the person says of themself: what a source owns is shown with its source, the rest is
//! theirs to change.

use askama::Template;
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{Around, Ended, Notice, Owner, Section, email, picture};
use crate::{
    domain::{
        account::{self, Field, LONGEST_NAME, LONGEST_NUMBER, ProfileRefused},
        directory::Profile,
    },
    foundation::zone::Zone,
    http::web::{Form, Frame, Language, Page, PageForm, Said, State},
};

const PATH: &str = Section::Profile.path();
/// Where a source says in which part of the organisation somebody works (RFC 7643 §4.3).
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[derive(Template)]
#[template(path = "account/profile.html")]
struct ProfilePage {
    t: Frame,
    around: Around,
    action: &'static str,
    version: i64,
    picture: picture::Shown,
    user_name: String,
    email: String,
    email_locked: Option<String>,
    email_path: &'static str,
    names: Vec<Shown>,
    language: Shown,
    languages: Vec<Choice>,
    zone: Shown,
    zones: Vec<Choice>,
    facts: Vec<(&'static str, String)>,
    can_save: bool,
    error: Option<&'static str>,
    picture_error: Option<&'static str>,
}

/// A field as the page shows it.
struct Shown {
    /// Its `id` and `name`.
    id: &'static str,
    label: &'static str,
    value: String,
    /// What browsers know to fill it in with.
    autocomplete: &'static str,
    /// The kind of input.
    kind: &'static str,
    longest: usize,
    /// Who can change it, when it is not the person.
    locked: Option<String>,
    wrong: bool,
}

/// Something to choose, and whether it is chosen.
struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

/// Why a form is shown again, with its status.
pub(super) type Refused = (StatusCode, Said);

/// Why the form of the texts is shown again.
#[derive(Clone, Copy)]
struct Wrong<'a> {
    status: StatusCode,
    sentence: Said,
    /// What was typed, when it is worth mending, and where.
    typed: Option<(&'a Form, Field)>,
}

pub(super) fn routes() -> Router<State> {
    Router::new().route(PATH, get(show).post(submit))
}

async fn show(owner: Owner) -> Response {
    page(&owner, None, None)
}

/// The page after a picture that was not taken.
pub(super) fn with_wrong_picture(owner: &Owner, refused: Refused) -> Response {
    page(owner, None, Some(refused))
}

async fn submit(owner: Owner, PageForm(fields): PageForm) -> Result<Response, Ended> {
    let profile = &owner.user.profile;
    if fields.get("language").is_some_and(|tag| !is_offered(tag)) {
        let refused = ProfileRefused::Unfit(Field::Language);
        return refusal(&owner, &fields, refused);
    }
    // A choice that stands as it stood is no wish: it may stand for what only a source can write.
    let untouched = |field, typed: &str| typed == shown_value(field, profile);
    let wishes = Field::ALL.into_iter().filter_map(|field| {
        let typed = fields.get(id(field))?;
        (!untouched(field, typed)).then_some((field, typed))
    });
    let wishes: Vec<(Field, &str)> = wishes.collect();
    // What is no number is no version of anything.
    let seen = (owner.user.id, fields.text("version").parse().unwrap_or(0));
    let mut change = owner.change().await?;
    match account::edit_profile(&mut change, owner.state.account, seen, &wishes).await {
        Ok(_) => {
            owner.commit(change).await?;
            Ok(owner.done(PATH, Notice::Saved))
        }
        Err(refused) => refusal(&owner, &fields, refused),
    }
}

fn refusal(owner: &Owner, fields: &Form, refused: ProfileRefused) -> Result<Response, Ended> {
    let (status, sentence): (_, Said) = match &refused {
        ProfileRefused::Overtaken => (StatusCode::CONFLICT, Language::profile_overtaken),
        ProfileRefused::Locked(_) => (StatusCode::FORBIDDEN, Language::profile_locked),
        ProfileRefused::Unfit(field) => (StatusCode::BAD_REQUEST, unfit(*field)),
        ProfileRefused::Directory(_) => (StatusCode::BAD_REQUEST, Language::profile_not_taken),
        ProfileRefused::Database(error) => return Err(owner.failed(error)),
    };
    let typed = match refused {
        ProfileRefused::Unfit(field) => Some((fields, field)),
        _ => None,
    };
    let wrong = Wrong {
        status,
        sentence,
        typed,
    };
    Ok(page(owner, Some(wrong), None))
}

fn page(owner: &Owner, wrong: Option<Wrong<'_>>, picture: Option<Refused>) -> Response {
    let t = owner.frame();
    let profile = &owner.user.profile;
    let shown = |field| shown(owner, field, wrong);
    let names = [
        Field::GivenName,
        Field::FamilyName,
        Field::DisplayName,
        Field::Nickname,
        Field::Phone,
    ];
    let (language, zone) = (shown(Field::Language), shown(Field::TimeZone));
    let page = ProfilePage {
        around: owner.around(Section::Profile),
        action: PATH,
        version: owner.user.version,
        picture: picture::Shown::of(owner),
        user_name: profile.user_name.clone(),
        email: profile.email().unwrap_or_default().to_owned(),
        email_locked: owner.email_locked(),
        email_path: email::PATH,
        names: names.map(shown).into(),
        languages: languages(&language.value, *t),
        language,
        zones: zones(&zone.value, *t),
        zone,
        facts: facts(profile, *t),
        can_save: Field::ALL
            .iter()
            .any(|field| field.lock(owner.state.account, &owner.user).is_none()),
        error: wrong.map(|wrong| (wrong.sentence)(*t)),
        picture_error: picture.map(|(_, sentence)| sentence(*t)),
        t,
    };
    let status = wrong
        .map(|wrong| wrong.status)
        .or(picture.map(|(status, _)| status));
    let origin = page.picture.origin();
    Page::of(&page)
        .status(status.unwrap_or(StatusCode::OK))
        .picture_of(origin)
        .into_response()
}

fn shown(owner: &Owner, field: Field, wrong: Option<Wrong<'_>>) -> Shown {
    let typed = wrong.and_then(|wrong| wrong.typed);
    let (autocomplete, kind, longest) = match field {
        Field::GivenName => ("given-name", "text", LONGEST_NAME),
        Field::FamilyName => ("family-name", "text", LONGEST_NAME),
        Field::DisplayName => ("name", "text", LONGEST_NAME),
        Field::Nickname => ("nickname", "text", LONGEST_NAME),
        Field::Phone => ("tel", "tel", LONGEST_NUMBER),
        Field::Language | Field::TimeZone => ("off", "text", LONGEST_NAME),
    };
    let kept = || shown_value(field, &owner.user.profile);
    Shown {
        id: id(field),
        label: label(field)(*owner.frame()),
        value: typed
            .and_then(|(fields, _)| fields.get(id(field)))
            .map_or_else(kept, str::to_owned),
        autocomplete,
        kind,
        longest,
        locked: field
            .lock(owner.state.account, &owner.user)
            .map(|lock| owner.locked(lock)),
        wrong: typed.is_some_and(|(_, wrong)| wrong == field),
    }
}

/// What stands in a field. The language is one of ours: a profile may name several, and others.
fn shown_value(field: Field, profile: &Profile) -> String {
    match field {
        Field::Language => Language::preferred_by(profile).map_or("", Language::tag),
        other => other.of(profile),
    }
    .to_owned()
}

const fn id(field: Field) -> &'static str {
    match field {
        Field::GivenName => "given_name",
        Field::FamilyName => "family_name",
        Field::DisplayName => "display_name",
        Field::Nickname => "nickname",
        Field::Phone => "phone",
        Field::Language => "language",
        Field::TimeZone => "time_zone",
    }
}

fn label(field: Field) -> Said {
    match field {
        Field::GivenName => Language::profile_given_name,
        Field::FamilyName => Language::profile_family_name,
        Field::DisplayName => Language::profile_display_name,
        Field::Nickname => Language::profile_nickname,
        Field::Phone => Language::profile_phone,
        Field::Language => Language::profile_language,
        Field::TimeZone => Language::profile_time_zone,
    }
}

fn unfit(field: Field) -> Said {
    match field {
        Field::Phone => Language::profile_phone_unfit,
        Field::Language | Field::TimeZone => Language::profile_choice_unfit,
        _ => Language::profile_name_unfit,
    }
}

fn is_offered(tag: &str) -> bool {
    tag.is_empty() || Language::ALL.iter().any(|language| language.tag() == tag)
}

fn languages(chosen: &str, t: Language) -> Vec<Choice> {
    let ours = Language::ALL.map(|language| (language.tag(), language.own_name()));
    let none = ("", t.profile_language_automatic());
    let all = std::iter::once(none).chain(ours);
    all.map(|(value, name)| Choice {
        value: value.to_owned(),
        name: name.to_owned(),
        chosen: value == chosen,
    })
    .collect()
}

/// What a source wrote may be a name that is not offered, or none that there is: it stays there to
/// be left as it is.
fn zones(chosen: &str, t: Language) -> Vec<Choice> {
    let choice = |value: &str, name: String| Choice {
        value: value.to_owned(),
        name,
        chosen: value == chosen,
    };
    let mut all = vec![choice("", t.profile_time_zone_none().to_owned())];
    if !chosen.is_empty() && !Zone::offered().iter().any(|zone| zone == chosen) {
        all.push(choice(chosen, chosen.to_owned()));
    }
    let offered = Zone::offered().iter();
    all.extend(offered.map(|zone| choice(zone, zone.replace('_', " "))));
    all
}

fn facts(profile: &Profile, t: Language) -> Vec<(&'static str, String)> {
    let enterprise = |name: &str| profile.attributes.get(ENTERPRISE)?.get(name)?.as_str();
    let all = [
        (t.profile_job_title(), profile.text("title")),
        (t.profile_department(), enterprise("department")),
        (t.profile_organization_name(), enterprise("organization")),
        (t.profile_employee_number(), enterprise("employeeNumber")),
    ];
    let said = all.into_iter();
    said.filter_map(|(label, text)| Some((label, text?.to_owned())))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}
