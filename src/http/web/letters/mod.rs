//! Letters as text and HTML, in their reader's language, through one layout. Their links are
//! built from the configured address of this server: no request has a part in them.

mod content;
mod plain;

use askama::Template;

use super::{frame::Frame, language::Languages, state::State};
use crate::{domain::mail::Addressed, foundation::mail::Letter};
use content::{Content, Written};

#[derive(Template)]
#[template(path = "web/letters/letter.html")]
struct Html<'a> {
    t: &'a Frame,
    greeting: &'a str,
    content: &'a Content,
    home: &'a str,
    accent: &'a str,
    on_accent: &'a str,
}

#[derive(Template)]
#[template(path = "web/letters/letter.txt", whitespace = "preserve")]
struct Text<'a> {
    t: &'a Frame,
    greeting: &'a str,
    content: &'a Content,
    home: &'a str,
}

/// Writes a letter in the language that its reader has chosen, or else in English.
///
/// # Errors
/// When it cannot be rendered.
pub fn write(state: &State, addressed: &Addressed) -> Result<Letter, askama::Error> {
    let profile = &addressed.person.profile;
    let t = state.frame(Languages::default().choose(Some(profile)));
    let content = Content::of(&Written {
        language: *t,
        home: &state.issuer,
        occasion: &addressed.occasion,
        at: addressed.at,
        town: &|address| state.town(*t, address),
    });
    let greeting = t
        .letter_greeting(&plain::name(&profile.shown_name()))
        .to_string();
    let accent = t.brand.accent();
    let html = Html {
        t: &t,
        greeting: &greeting,
        content: &content,
        home: &state.issuer,
        accent: &accent.to_string(),
        on_accent: &accent.text_on().to_string(),
    };
    let text = Text {
        t: &t,
        greeting: &greeting,
        content: &content,
        home: &state.issuer,
    };
    let (text, html) = (text.render()? + "\n", html.render()?);
    Ok(Letter {
        to: addressed.address.clone(),
        subject: content.title,
        text,
        html: Some(html),
    })
}
