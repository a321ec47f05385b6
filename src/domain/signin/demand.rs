//! What the one who sends a person to sign in asks of the sign-in.

use std::{convert::Infallible, str::FromStr, time::Duration};

use super::Acr;

const AT_LEAST: &str = "at_least=";
const TRUST: &str = "trust=";

/// What is asked of a sign-in besides what the policy of this server asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Demand {
    /// The class that it has to come to.
    pub acr: Option<Acr>,
    /// Whether it is of no use below that class.
    pub essential: bool,
    /// Whether everything is proven anew: what an open session has proven does not count, nor
    /// does a trusted device.
    pub fresh: bool,
    /// The class below which it is of no use, whatever else is wished: what the application was
    /// registered to require.
    pub at_least: Option<Acr>,
    /// How long ago the second factor may have been given in a trusted device: never, when zero;
    /// as the policy says, when absent.
    pub trust: Option<Duration>,
}

impl Demand {
    /// Nothing.
    pub const NONE: Self = Self {
        acr: None,
        essential: false,
        fresh: false,
        at_least: None,
        trust: None,
    };

    /// All of this and all of that.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            acr: self.acr.max(other.acr),
            essential: self.essential || other.essential,
            fresh: self.fresh || other.fresh,
            at_least: self.at_least.max(other.at_least),
            trust: match (self.trust, other.trust) {
                (Some(one), Some(two)) => Some(one.min(two)),
                (one, two) => one.or(two),
            },
        }
    }

    /// As a row keeps it.
    pub(super) fn text(self) -> String {
        let words = [
            self.acr.map(|acr| acr.to_string()),
            self.essential.then(|| "essential".to_owned()),
            self.fresh.then(|| "fresh".to_owned()),
            self.at_least.map(|acr| format!("{AT_LEAST}{acr}")),
            self.trust.map(|age| format!("{TRUST}{}", age.as_secs())),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

impl FromStr for Demand {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let mut words = text.split(' ');
        Ok(Self {
            acr: words.clone().find_map(|word| word.parse().ok()),
            essential: words.clone().any(|word| word == "essential"),
            fresh: words.clone().any(|word| word == "fresh"),
            at_least: words
                .clone()
                .find_map(|word| word.strip_prefix(AT_LEAST)?.parse().ok()),
            trust: words
                .find_map(|word| word.strip_prefix(TRUST)?.parse().ok())
                .map(Duration::from_secs),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_is_read_as_it_was_written() {
        for acr in [None, Some(Acr::MultiFactor), Some(Acr::PhishingResistant)] {
            for (essential, fresh) in [(false, false), (true, false), (false, true), (true, true)] {
                for (at_least, trust) in [(None, None), (acr, Some(Duration::from_secs(60)))] {
                    let demand = Demand {
                        acr,
                        essential,
                        fresh,
                        at_least,
                        trust,
                    };
                    assert_eq!(demand.text().parse(), Ok(demand));
                }
            }
        }
    }
}
