//! What the policy comes to for a person.

use std::time::Duration;

use super::store;
use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Fetch},
};

/// What the settings say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Whether a second factor is required of everybody.
    pub required: bool,
    /// How long a person without a factor may put it off, from when they were first asked.
    pub grace: Duration,
    /// How long a device may be trusted; not at all when zero.
    pub trust: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            required: false,
            grace: Duration::ZERO,
            trust: Duration::from_secs(30 * 24 * 60 * 60),
        }
    }
}

/// What the policy of this server asks of a person besides the first factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Requirement {
    /// An administrator does not enforce a second factor for them.
    Exempt,
    /// A second factor, if they have one.
    #[default]
    IfEnrolled,
    /// A second factor; without one they may still put it off.
    Soon,
    /// A second factor.
    Now,
}

/// What holds for a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    /// What is asked of them.
    pub requirement: Requirement,
    /// How long a device of theirs may be trusted; not at all when zero.
    pub trust: Duration,
}

/// What is stored of a person and of the groups that they are in.
#[derive(Default, Debug)]
pub(super) struct Facts {
    /// What was stated: for everybody (`true`) or for a group.
    pub(super) stated: Vec<(bool, super::Rule)>,
    /// When they were first asked to set up a factor.
    pub(super) asked_at: Option<Timestamp>,
    /// Whether an exemption was made for them, and until when it holds.
    pub(super) exempt: Option<Option<Timestamp>>,
}

/// What holds for a person now. One query.
///
/// # Errors
/// When the database cannot answer.
pub async fn policy_of(
    from: impl Fetch,
    user: UserId,
    rules: Rules,
    now: Timestamp,
) -> Result<Policy, db::Error> {
    let facts = store::facts(from, user).await?;
    Ok(facts.policy(rules, now))
}

/// Notes that a person without a factor was asked to set one up: the time in which they may put it
/// off begins with the first.
///
/// # Errors
/// When the database cannot answer.
pub async fn note_asked(change: &mut Change, user: UserId) -> Result<(), db::Error> {
    change.unrecorded("the beginning of a time of grace");
    store::note_asked(change, user).await
}

impl Facts {
    fn policy(&self, rules: Rules, now: Timestamp) -> Policy {
        let of_all = self.stated.iter().find(|(of_all, _)| *of_all);
        let mut required = of_all.map_or(rules.required, |(_, rule)| rule.required);
        let of_all = of_all.and_then(|(_, rule)| rule.trust);
        let mut trust = of_all.unwrap_or(rules.trust);
        for (_, rule) in self.stated.iter().filter(|(of_all, _)| !of_all) {
            required |= rule.required;
            trust = rule.trust.map_or(trust, |longest| trust.min(longest));
        }
        let requirement = match (self.is_exempt(now), required) {
            (true, _) => Requirement::Exempt,
            (false, false) => Requirement::IfEnrolled,
            (false, true) if self.may_postpone(rules, now) => Requirement::Soon,
            (false, true) => Requirement::Now,
        };
        Policy { requirement, trust }
    }

    fn is_exempt(&self, now: Timestamp) -> bool {
        self.exempt
            .is_some_and(|until| until.is_none_or(|until| until > now))
    }

    fn may_postpone(&self, rules: Rules, now: Timestamp) -> bool {
        match self.asked_at {
            Some(asked_at) => now < asked_at.plus(rules.grace),
            None => !rules.grace.is_zero(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn rule(required: bool, days: Option<u32>) -> Rule {
        Rule {
            required,
            trust: days.map(|days| DAY * days),
        }
    }

    fn policy(stated: &[(bool, Rule)], rules: Rules) -> Policy {
        let facts = Facts {
            stated: stated.to_vec(),
            ..Facts::default()
        };
        facts.policy(rules, NOW)
    }

    #[test]
    fn the_strictest_of_default_and_groups_counts() {
        let off = Rules::default();
        let on = Rules {
            required: true,
            ..off
        };
        let required = |stated: &[_], rules| policy(stated, rules).requirement == Requirement::Now;
        assert!(!required(&[], off));
        assert!(required(&[], on));
        assert!(!required(&[(true, rule(false, None))], on));
        assert!(required(&[(true, rule(true, None))], off));
        assert!(required(&[(false, rule(true, None))], off));
        assert!(required(&[(false, rule(false, None))], on));
        let both = [(false, rule(false, None)), (false, rule(true, None))];
        assert!(required(&both, off));
    }

    #[test]
    fn the_shortest_trust_counts_and_none_is_the_shortest() {
        let rules = Rules::default();
        assert_eq!(policy(&[], rules).trust, DAY * 30);
        assert_eq!(
            policy(&[(true, rule(false, Some(60)))], rules).trust,
            DAY * 60
        );
        let groups = [(false, rule(false, Some(7))), (false, rule(false, Some(2)))];
        assert_eq!(policy(&groups, rules).trust, DAY * 2);
        let longer = [(false, rule(false, Some(90)))];
        assert_eq!(
            policy(&longer, rules).trust,
            DAY * 30,
            "a group shortens only"
        );
        let none = [(false, rule(false, Some(0)))];
        assert!(policy(&none, rules).trust.is_zero());
    }

    #[test]
    fn the_time_of_grace_runs_from_the_first_question() {
        let rules = Rules {
            required: true,
            grace: DAY * 7,
            ..Rules::default()
        };
        let asked = |asked_at| {
            let facts = Facts {
                asked_at,
                ..Facts::default()
            };
            facts.policy(rules, NOW).requirement
        };
        assert_eq!(asked(None), Requirement::Soon);
        assert_eq!(asked(Some(NOW.minus(DAY * 6))), Requirement::Soon);
        assert_eq!(asked(Some(NOW.minus(DAY * 7))), Requirement::Now);
    }

    #[test]
    fn an_exemption_holds_until_its_end() {
        let exempt = |until| {
            let facts = Facts {
                stated: vec![(false, rule(true, None))],
                exempt: Some(until),
                ..Facts::default()
            };
            facts.policy(Rules::default(), NOW).requirement
        };
        assert_eq!(exempt(None), Requirement::Exempt);
        assert_eq!(exempt(Some(NOW.plus(DAY))), Requirement::Exempt);
        assert_eq!(exempt(Some(NOW)), Requirement::Now);
    }
}
