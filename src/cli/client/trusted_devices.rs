//! What is said of trusted browsers in one word, or in days.

use std::str::FromStr;

const DAY: u64 = 24 * 60 * 60;
/// Nobody means a browser of ten years ago.
const LONGEST: u64 = 3650;

/// Whether a trusted browser spares the second factor at an application.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TrustedDevices {
    /// As long as the policy lets it.
    Allow,
    /// Never.
    Forbid,
    /// So many days at most.
    Days(u64),
}

impl TrustedDevices {
    /// As it is registered.
    pub(super) const fn seconds(self) -> Option<u64> {
        match self {
            Self::Allow => None,
            Self::Forbid => Some(0),
            Self::Days(days) => Some(days * DAY),
        }
    }
}

impl FromStr for TrustedDevices {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let days = text.strip_suffix('d').unwrap_or(text).parse();
        match (text, days) {
            ("allow", _) => Ok(Self::Allow),
            ("forbid", _) => Ok(Self::Forbid),
            (_, Ok(days)) if (1..=LONGEST).contains(&days) => Ok(Self::Days(days)),
            _ => Err(format!(
                "allow, forbid, or 1 to {LONGEST} days are expected"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_or_a_number_of_days() {
        for (text, seconds) in [
            ("allow", None),
            ("forbid", Some(0)),
            ("7", Some(7 * DAY)),
            ("7d", Some(7 * DAY)),
        ] {
            assert_eq!(text.parse::<TrustedDevices>().unwrap().seconds(), seconds);
        }
        for text in ["", "0", "-1", "d", "7h", "3651", "never"] {
            assert!(text.parse::<TrustedDevices>().is_err(), "{text:?}");
        }
    }
}
