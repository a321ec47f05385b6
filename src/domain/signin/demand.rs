//! What the one who sends a person to sign in asks of the sign-in.

use std::{convert::Infallible, str::FromStr};

use super::Acr;

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
}

impl Demand {
    /// Nothing.
    pub const NONE: Self = Self {
        acr: None,
        essential: false,
        fresh: false,
    };

    /// All of this and all of that.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            acr: self.acr.max(other.acr),
            essential: self.essential || other.essential,
            fresh: self.fresh || other.fresh,
        }
    }

    /// As a row keeps it.
    pub(super) fn text(self) -> String {
        let words = [
            self.acr.map(Acr::as_str),
            self.essential.then_some("essential"),
            self.fresh.then_some("fresh"),
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
            fresh: words.any(|word| word == "fresh"),
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
                let demand = Demand {
                    acr,
                    essential,
                    fresh,
                };
                assert_eq!(demand.text().parse(), Ok(demand));
            }
        }
    }
}
