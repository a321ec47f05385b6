//! How the pages present themselves: the organisation's name, its mark and its colours. All of
//! it is one generated style sheet and one picture, each served under the name of its digest:
//! the policy of the pages allows no style and no picture from elsewhere.

mod colour;

use std::{path::Path, sync::Arc};

use axum::body::Bytes;

pub use colour::{Colour, LEAST_CONTRAST};

use crate::foundation::crypto::digest::Digest;

const STYLE: &str = include_str!("../assets/style.css");
const MARK: &[u8] = include_bytes!("../assets/icon.svg");

/// The grounds of `style.css` that the accent is read on, in light and in dark.
const SURFACE: Colour = Colour::WHITE;
const DARK_SURFACE: Colour = Colour::of(0x1a, 0x20, 0x1d);

/// The accent of `style.css`, in light.
const ACCENT: Colour = Colour::of(0x1f, 0x5f, 0x4a);

/// The largest mark. Every page shows it.
const LARGEST_MARK: usize = 256 * 1024;

/// What a brand is made of.
#[derive(Clone, Debug)]
pub struct Appearance<'a> {
    /// The organisation's name.
    pub name: &'a str,
    /// A picture: SVG, PNG, JPEG or WebP.
    pub logo: Option<&'a Path>,
    /// The colour of buttons and links on a light ground.
    pub accent: Colour,
    /// The same on a dark ground.
    pub accent_dark: Colour,
}

/// Why a brand cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum BrandRefused {
    /// The picture cannot be read.
    #[error("brand.logo: {path} cannot be read: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// The picture is not one that every browser shows.
    #[error("brand.logo: {0} is not an SVG, PNG, JPEG or WebP picture")]
    NotAPicture(String),
    /// The picture is too large.
    #[error("brand.logo: {0} is larger than 256 kB")]
    TooLarge(String),
    /// The colour cannot be read on its ground.
    #[error(
        "{setting}: {colour} is hard to read on {ground}: its contrast is {contrast:.1}, and at least {LEAST_CONTRAST} is needed"
    )]
    Contrast {
        /// The setting.
        setting: &'static str,
        /// Its value.
        colour: Colour,
        /// What it is read on.
        ground: Colour,
        /// How well.
        contrast: f64,
    },
}

/// What the pages show of whoever runs this server. Clones share it.
#[derive(Clone, Debug)]
pub struct Brand(Arc<Shown>);

#[derive(Debug)]
struct Shown {
    name: String,
    accent: Colour,
    style: Asset,
    mark: Asset,
}

/// A file that the pages refer to.
#[derive(Clone, Debug)]
pub(super) struct Asset {
    /// Its path: `/assets/` and a name that holds its digest.
    pub(super) path: String,
    pub(super) kind: &'static str,
    pub(super) body: Bytes,
}

impl Brand {
    /// Makes the style sheet and takes the picture in.
    ///
    /// # Errors
    /// A colour that cannot be read on its ground, or a file that is no picture.
    pub fn new(appearance: &Appearance<'_>) -> Result<Self, BrandRefused> {
        readable("brand.accent", appearance.accent, SURFACE)?;
        readable("brand.accent_dark", appearance.accent_dark, DARK_SURFACE)?;
        let mark = match appearance.logo {
            Some(path) => picture(path)?,
            None => Asset::of("image/svg+xml", "svg", Bytes::from_static(MARK)),
        };
        let style = style(appearance.accent, appearance.accent_dark);
        Ok(Self(Arc::new(Shown {
            name: appearance.name.to_owned(),
            accent: appearance.accent,
            style: Asset::of("text/css; charset=utf-8", "css", Bytes::from(style)),
            mark,
        })))
    }

    /// The name, in titles and under each page.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The colour of buttons and links on a light ground, for what cannot refer to the style
    /// sheet: letters.
    #[must_use]
    pub fn accent(&self) -> Colour {
        self.0.accent
    }

    /// Where the style sheet is.
    #[must_use]
    pub fn style_path(&self) -> &str {
        &self.0.style.path
    }

    /// Where the mark on top of each page is.
    #[must_use]
    pub fn mark_path(&self) -> &str {
        &self.0.mark.path
    }

    pub(super) fn mark(&self) -> &Asset {
        &self.0.mark
    }

    pub(super) fn asset(&self, path: &str) -> Option<&Asset> {
        let shown = &self.0;
        [&shown.style, &shown.mark]
            .into_iter()
            .find(|asset| asset.path == path)
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self(Arc::new(Shown {
            name: "Doorward".to_owned(),
            accent: ACCENT,
            style: Asset::of(
                "text/css; charset=utf-8",
                "css",
                Bytes::from_static(STYLE.as_bytes()),
            ),
            mark: Asset::of("image/svg+xml", "svg", Bytes::from_static(MARK)),
        }))
    }
}

impl Asset {
    pub(super) fn of(kind: &'static str, ending: &str, body: Bytes) -> Self {
        let digest = Digest::of(&body);
        Self {
            path: format!("/assets/doorward-{}.{ending}", &digest.as_str()[..16]),
            kind,
            body,
        }
    }
}

fn readable(setting: &'static str, colour: Colour, ground: Colour) -> Result<(), BrandRefused> {
    let contrast = colour.contrast(ground);
    if contrast >= LEAST_CONTRAST {
        return Ok(());
    }
    Err(BrandRefused::Contrast {
        setting,
        colour,
        ground,
        contrast,
    })
}

/// The style sheet with the accent laid over it. What stands on the accent, and the accent
/// under a pointer, follow from it.
fn style(accent: Colour, accent_dark: Colour) -> String {
    let set = |accent: Colour, strong: Colour| {
        format!(
            "--accent: {accent}; --accent-strong: {strong}; --on-accent: {};",
            accent.text_on()
        )
    };
    let light = set(accent, accent.towards(accent.text_on().opposite()));
    let dark = set(
        accent_dark,
        accent_dark.towards(accent_dark.text_on().opposite()),
    );
    format!(
        "{STYLE}\n:root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )
}

fn picture(path: &Path) -> Result<Asset, BrandRefused> {
    let name = || path.display().to_string();
    let body = std::fs::read(path).map_err(|why| BrandRefused::Unreadable { path: name(), why })?;
    if body.len() > LARGEST_MARK {
        return Err(BrandRefused::TooLarge(name()));
    }
    let (kind, ending) = kind(&body).ok_or_else(|| BrandRefused::NotAPicture(name()))?;
    Ok(Asset::of(kind, ending, Bytes::from(body)))
}

/// By what is in it: the ending of a name says nothing to a browser that does not sniff.
fn kind(body: &[u8]) -> Option<(&'static str, &'static str)> {
    match body {
        [0x89, b'P', b'N', b'G', ..] => Some(("image/png", "png")),
        [0xff, 0xd8, 0xff, ..] => Some(("image/jpeg", "jpg")),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some(("image/webp", "webp")),
        text => {
            let text = std::str::from_utf8(text)
                .ok()?
                .trim_start_matches('\u{feff}');
            let begins = text.trim_start();
            let is_svg = begins.starts_with("<svg")
                || (begins.starts_with("<?xml") || begins.starts_with("<!--"))
                    && begins.contains("<svg");
            is_svg.then_some(("image/svg+xml", "svg"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn appearance(accent: &str, accent_dark: &str) -> Appearance<'static> {
        Appearance {
            name: "Example",
            logo: None,
            accent: accent.parse().unwrap(),
            accent_dark: accent_dark.parse().unwrap(),
        }
    }

    #[test]
    fn the_accents_that_are_set_by_default_are_those_of_the_style_sheet() {
        let brand = Brand::new(&appearance("#1f5f4a", "#86d4b6")).unwrap();
        assert!(STYLE.contains("--accent: #1f5f4a;") && STYLE.contains("--accent: #86d4b6;"));
        assert!(STYLE.contains(&format!("--surface: {SURFACE};")));
        assert!(STYLE.contains(&format!("--surface: {DARK_SURFACE};")));
        assert_eq!(brand.mark_path(), Brand::default().mark_path());
        assert_eq!(brand.accent(), Brand::default().accent());
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_its_contrast() {
        let refused = Brand::new(&appearance("#ffd400", "#86d4b6")).unwrap_err();
        let said = refused.to_string();
        assert!(
            said.starts_with("brand.accent: #ffd400 is hard to read on #ffffff"),
            "{said}"
        );
        let refused = Brand::new(&appearance("#1f5f4a", "#103020")).unwrap_err();
        assert!(
            refused.to_string().starts_with("brand.accent_dark"),
            "{refused}"
        );
    }

    #[test]
    fn another_accent_is_another_style_sheet_that_stays_readable() {
        let blue = Brand::new(&appearance("#0b57d0", "#a8c7fa")).unwrap();
        assert_ne!(blue.style_path(), Brand::default().style_path());
        let style = blue.asset(blue.style_path()).unwrap();
        let css = std::str::from_utf8(&style.body).unwrap();
        assert!(css.contains("--accent: #0b57d0;") && css.contains("--on-accent: #ffffff;"));
        assert!(css.contains("--accent: #a8c7fa;") && css.contains("--on-accent: #0b1410;"));
    }

    #[test]
    fn a_file_is_a_picture_by_its_content() {
        assert_eq!(kind(b"<svg xmlns=''/>").unwrap().0, "image/svg+xml");
        assert_eq!(
            kind(b"<?xml version='1.0'?>\n<svg/>").unwrap().0,
            "image/svg+xml"
        );
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n").unwrap().0, "image/png");
        assert_eq!(kind(b"RIFF1234WEBPVP8 ").unwrap().0, "image/webp");
        for text in [&b""[..], b"<html><svg/></html>", b"GIF89a", b"\xff\xfe"] {
            assert_eq!(kind(text), None);
        }
    }
}
