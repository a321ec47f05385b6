//! Durations as people write them: `90d`, `12h`, `30m`, `45s`.

use std::time::Duration;

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads a whole number with a unit. No sign, no fraction, no blank: one way to
/// write a duration, so that none is misread.
pub fn parse(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let (_, seconds) = UNITS.iter().find(|(letter, _)| *letter == unit)?;
    let number = &text[..text.len() - unit.len_utf8()];
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let total = number.parse::<u64>().ok()?.checked_mul(*seconds)?;
    // What follows adds a duration to a time in milliseconds of an i64.
    (total <= 1_000 * 365 * 86_400).then(|| Duration::from_secs(total))
}

/// The text of a duration in its largest whole unit.
pub fn format(duration: Duration) -> String {
    let seconds = duration.as_secs();
    UNITS
        .iter()
        .find(|(_, size)| seconds >= *size && seconds.is_multiple_of(*size))
        .map_or_else(
            || "0s".to_owned(),
            |(letter, size)| format!("{}{letter}", seconds / size),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_whole_number_with_a_unit() {
        for (text, seconds) in [
            ("90d", 7_776_000),
            ("12h", 43_200),
            ("30m", 1_800),
            ("45s", 45),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_not_a_duration() {
        for text in [
            "",
            "d",
            "10",
            "-1d",
            "1.5h",
            " 1h",
            "1h ",
            "1w",
            "1H",
            "1h30m",
            "१h",
            "99999999999999999999d",
            "9999999999d",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_duration_is_written_as_it_was_read() {
        for text in ["90d", "12h", "30m", "45s", "25h", "0s"] {
            assert_eq!(parse(text).map(format).as_deref(), Some(text));
        }
    }
}
