//! Colours, and whether a person can read one on another (WCAG 2.2).

use std::{fmt, str::FromStr};

/// The least contrast of text with its ground (WCAG 2.2, 1.4.3 level AA).
pub const LEAST_CONTRAST: f64 = 4.5;

/// A colour of a screen (sRGB).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// A text that is not `#rrggbb`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a colour like #1f5f4a")]
pub struct NotAColour;

impl Colour {
    /// White.
    pub const WHITE: Self = Self::of(0xff, 0xff, 0xff);
    /// A black that is softer than black.
    pub const INK: Self = Self::of(0x0b, 0x14, 0x10);

    /// Of its three parts.
    #[must_use]
    pub const fn of(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// How well one is read on the other: from 1 (not at all) to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// White or ink: whichever is read better on this colour.
    #[must_use]
    pub fn text_on(self) -> Self {
        let better = self.contrast(Self::WHITE) >= self.contrast(Self::INK);
        if better { Self::WHITE } else { Self::INK }
    }

    /// A fifth of the way to another colour.
    #[must_use]
    pub fn towards(self, other: Self) -> Self {
        let part = |from: u8, to: u8| {
            let mixed = (u16::from(from) * 4 + u16::from(to)) / 5;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self::of(
            part(self.red, other.red),
            part(self.green, other.green),
            part(self.blue, other.blue),
        )
    }

    /// The other one of white and ink: away from what [`Colour::text_on`] answers.
    #[must_use]
    pub fn opposite(self) -> Self {
        if self == Self::WHITE {
            Self::INK
        } else {
            Self::WHITE
        }
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl FromStr for Colour {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').ok_or(NotAColour)?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAColour);
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| NotAColour);
        Ok(Self::of(part(0)?, part(2)?, part(4)?))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let black = Colour::of(0, 0, 0);
        assert!((black.contrast(Colour::WHITE) - 21.0).abs() < 0.01);
        let grey: Colour = "#767676".parse().unwrap();
        assert!((grey.contrast(Colour::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn text_is_readable_on_every_colour() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let ground = Colour::of(red, green, blue);
                    let contrast = ground.contrast(ground.text_on());
                    assert!(contrast > 4.2, "{ground}: {contrast}");
                }
            }
        }
    }

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        assert_eq!("#1F5f4a".parse::<Colour>().unwrap().to_string(), "#1f5f4a");
        for text in [
            "",
            "1f5f4a",
            "#1f5",
            "#1f5f4a80",
            "#1f5f4g",
            "red",
            "#+f5f4a",
            "#é5f4a",
        ] {
            assert_eq!(text.parse::<Colour>(), Err(NotAColour), "{text}");
        }
    }
}
