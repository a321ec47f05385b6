//! Durations with bounds.

use std::time::Duration;

use super::duration;
use super::value::Value;

/// A duration of so many seconds at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within<const LEAST: u64, const MOST: u64>(pub Duration);

impl<const LEAST: u64, const MOST: u64> Value for Within<LEAST, MOST> {
    fn expected() -> String {
        let shown = |seconds| duration::format(Duration::from_secs(seconds));
        format!("a duration from {} to {}", shown(LEAST), shown(MOST))
    }
    fn parse(text: &str) -> Option<Self> {
        let read = duration::parse(text)?;
        (LEAST..=MOST)
            .contains(&read.as_secs())
            .then_some(Self(read))
    }
    fn shown(&self) -> String {
        duration::format(self.0)
    }
}
