//! Time zones, by the names of the IANA database. The table is in the program: that of the machine
//! may be missing, or old.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::clock::Timestamp;

static TABLE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// What a person chooses from: a place, or UTC. Old names that stand for others, and the
/// offsets of `Etc`, whose signs are upside down, are read and not offered.
static OFFERED: LazyLock<Vec<String>> = LazyLock::new(|| {
    const CONTINENTS: [&str; 10] = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let is_place = |name: &String| CONTINENTS.iter().any(|part| name.starts_with(part));
    let names = TABLE.available().map(|name| name.to_string());
    let mut places: Vec<String> = names.filter(is_place).collect();
    places.sort_unstable();
    places.push(Zone::UTC.to_owned());
    places
});

/// A time zone.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    const UTC: &str = "UTC";

    /// The zone of a name such as `Europe/Berlin`, however its letters are written. None for a
    /// name that the table does not have.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TABLE.get(name).ok().map(Self)
    }

    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Its name, as the table writes it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or(Self::UTC)
    }

    /// The names that a person can choose from.
    #[must_use]
    pub fn offered() -> &'static [String] {
        &OFFERED
    }

    /// A moment to the minute, as clocks there show it, with what tells the clock:
    /// `2026-11-21 21:52 CET`.
    #[must_use]
    pub fn minutes(&self, at: Timestamp) -> String {
        match jiff::Timestamp::from_millisecond(at.millis()) {
            Ok(moment) => {
                let there = moment.to_zoned(self.0.clone());
                there.strftime("%Y-%m-%d %H:%M %Z").to_string()
            }
            Err(_) => at.to_rfc3339(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(zone: &str, at: &str) -> String {
        let at = Timestamp::parse_rfc3339(at).unwrap();
        Zone::named(zone).unwrap().minutes(at)
    }

    #[test]
    fn a_moment_is_written_as_clocks_there_show_it_in_summer_and_in_winter() {
        let winter = "2026-11-21T20:52:31.123Z";
        assert_eq!(shown("Europe/Berlin", winter), "2026-11-21 21:52 CET");
        assert_eq!(
            shown("Europe/Berlin", "2026-07-01T22:30:00Z"),
            "2026-07-02 00:30 CEST"
        );
        assert_eq!(shown("Asia/Kathmandu", winter), "2026-11-22 02:37 +0545");
        assert_eq!(shown("UTC", winter), "2026-11-21 20:52 UTC");
        let now = Timestamp::parse_rfc3339(winter).unwrap();
        assert_eq!(Zone::utc().minutes(now), "2026-11-21 20:52 UTC");
    }

    #[test]
    fn a_zone_has_a_name_of_the_table_and_no_other() {
        let berlin = Zone::named("europe/BERLIN").unwrap();
        assert_eq!(berlin.name(), "Europe/Berlin");
        assert_eq!(Zone::utc().name(), "UTC");
        for unknown in [
            "",
            "Europe",
            "Europe/Atlantis",
            "W. Europe Standard Time",
            "../../etc/passwd",
            "+02:00",
        ] {
            assert!(Zone::named(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn what_is_offered_can_be_chosen() {
        let offered = Zone::offered();
        assert!(offered.len() > 300, "{}", offered.len());
        for name in offered {
            assert_eq!(Zone::named(name).unwrap().name(), name);
        }
        assert!(offered.iter().any(|name| name == "Europe/Amsterdam"));
    }
}
