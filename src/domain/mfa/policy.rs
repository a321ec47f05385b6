//! What the policy comes to for a person.

use std::time::Duration;

use super::{RoleName, store};
use crate::domain::{
    audit::Change,
    directory::{self, UserId},
};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Fetch},
};

/// What codes that are mailed to a person are worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MailedCodes {
    /// Nothing: none is sent.
    #[default]
    Off,
    /// One stands in for a second factor that is set up and was lost.
    Recovery,
    /// One is also the second factor of whoever has set up none.
    Factor,
}

impl MailedCodes {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Off, Self::Recovery, Self::Factor];

    /// Its word in the configuration.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Recovery => "recovery",
            Self::Factor => "factor",
        }
    }
}

/// What the settings say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Whether a second factor is required of everybody.
    pub required: bool,
    /// How long a person without a factor may put it off, from when they were first asked.
    pub grace: Duration,
    /// How long a device may be trusted; not at all when zero.
    pub trust: Duration,
    /// What mailed codes are worth.
    pub mailed_codes: MailedCodes,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            required: false,
            grace: Duration::ZERO,
            trust: Duration::from_secs(30 * 24 * 60 * 60),
            mailed_codes: MailedCodes::Off,
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

/// What is stored of a person, of the groups that they are in and of the roles there are.
#[derive(Default, Debug)]
pub(super) struct Facts {
    /// What was stated: for everybody (`true`), or for a group of theirs or a role that they bear.
    pub(super) stated: Vec<(bool, super::Rule)>,
    /// What was stated for roles, which they may bear or not.
    pub(super) of_roles: Vec<(RoleName, super::Rule)>,
    /// When they were first asked to set up a factor.
    pub(super) asked_at: Option<Timestamp>,
    /// Whether an exemption was made for them, and until when it holds.
    pub(super) exempt: Option<Option<Timestamp>>,
}

/// What holds for a person now. One query; another for the roles that they bear, where something is
/// stated for any.
///
/// # Errors
/// When the database cannot answer.
pub async fn policy_of(
    mut from: impl Fetch,
    user: UserId,
    rules: Rules,
    now: Timestamp,
) -> Result<Policy, db::Error> {
    let mut facts = store::facts(&mut from, user).await?;
    if !facts.of_roles.is_empty()
        && let Some(user) = directory::find_user(from, user).await?
    {
        facts.count_roles(&user.profile.roles().collect::<Vec<_>>());
    }
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
    /// What is stated for the roles that the person bears counts.
    fn count_roles(&mut self, borne: &[&str]) {
        let of_roles = std::mem::take(&mut self.of_roles).into_iter();
        let theirs = of_roles.filter(|(role, _)| borne.iter().any(|borne| role.is(borne)));
        self.stated.extend(theirs.map(|(_, rule)| (false, rule)));
    }

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
    fn what_is_stated_for_a_role_counts_for_whoever_bears_it() {
        let policy = |borne: &[&str]| {
            let mut facts = Facts {
                of_roles: vec![("Treasurer".parse().unwrap(), rule(true, Some(0)))],
                ..Facts::default()
            };
            facts.count_roles(borne);
            facts.policy(Rules::default(), NOW)
        };
        let treasurer = policy(&["member", "treasurer"]);
        assert_eq!(treasurer.requirement, Requirement::Now);
        assert!(treasurer.trust.is_zero());
        assert_eq!(policy(&["member"]).requirement, Requirement::IfEnrolled);
        assert_eq!(policy(&[]).trust, DAY * 30);
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
