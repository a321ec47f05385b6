//! How far a sign-in has come, and what it still lacks. [`next_step`] is the only place that
//! decides it; it reads nothing and changes nothing.

use super::{Acr, Demand, Method, Proof};
use crate::domain::credentials::Enrolled;
use crate::domain::mfa::{MailedCodes, Requirement};

/// What is known of the person whom a sign-in is about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// What they can prove themself with.
    pub enrolled: Enrolled,
    /// Whether they must choose a new password.
    pub must_change_password: bool,
    /// What the policy asks of them.
    pub requirement: Requirement,
    /// Whether this browser is one that they trusted and may still trust.
    pub trusted_device: bool,
    /// What a code is worth that is mailed to them in this sign-in.
    pub mailed_codes: MailedCodes,
}

/// What a sign-in lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Somebody proves who they are.
    First,
    /// Another factor.
    Second {
        /// Whether only a WebAuthn credential will do, which cannot be given to the wrong site.
        bound: bool,
        /// Whether a mailed code would do.
        by_mail: bool,
    },
    /// A factor is set up, because the person has none that will do.
    Enrol {
        /// Whether they may put it off.
        may_postpone: bool,
        /// Whether only a WebAuthn credential will do.
        bound: bool,
    },
    /// A new password is chosen.
    ChoosePassword,
    /// Nothing.
    Complete,
}

/// Decides what `proofs` of a person lack. Second factors come before the new password: who has
/// learned an old password must not be able to replace it.
#[must_use]
pub fn next_step(proofs: &[Proof], postponed: bool, standing: &Standing, demand: Demand) -> Step {
    let mut methods: Vec<Method> = proofs.iter().map(|proof| proof.method).collect();
    let step = lacking(&methods, postponed, standing, demand);
    if !matches!(step, Step::Second { bound: false, .. }) {
        return step;
    }
    // A mailed code is of use where it brings the sign-in on.
    methods.push(Method::MailedCode);
    Step::Second {
        bound: false,
        by_mail: lacking(&methods, postponed, standing, demand) != step,
    }
}

/// Another factor, of those that are set up.
const fn second(bound: bool) -> Step {
    let by_mail = false;
    Step::Second { bound, by_mail }
}

fn lacking(methods: &[Method], postponed: bool, standing: &Standing, demand: Demand) -> Step {
    if !methods.iter().any(|method| method.is_first()) {
        return Step::First;
    }
    let missing = missing_factor(methods, postponed, standing, demand);
    if missing != Step::Complete {
        return missing;
    }
    if standing.must_change_password && methods.contains(&Method::Password) {
        return Step::ChoosePassword;
    }
    // Who comes with a pass leaves with something to come back with.
    let enrolled = &standing.enrolled;
    if methods.contains(&Method::TemporaryPass) && !enrolled.password && !enrolled.passkey {
        return Step::ChoosePassword;
    }
    Step::Complete
}

fn missing_factor(
    methods: &[Method],
    postponed: bool,
    standing: &Standing,
    demand: Demand,
) -> Step {
    let reached = Acr::of(methods);
    if let Some(step) = missing_class(methods, standing, demand) {
        return step;
    }
    if reached >= Acr::MultiFactor
        || is_proven_by_mail(methods, standing)
        || standing.requirement == Requirement::Exempt
    {
        return Step::Complete;
    }
    if standing.enrolled.has_second(false) {
        let spared = standing.trusted_device && !demand.fresh;
        return if spared {
            Step::Complete
        } else {
            second(false)
        };
    }
    let enrol = |may_postpone| Step::Enrol {
        may_postpone,
        bound: false,
    };
    // A pass is given to whoever has lost what they had: they set up something new.
    if methods.contains(&Method::TemporaryPass) {
        return enrol(false);
    }
    match standing.requirement {
        Requirement::Now | Requirement::Soon if owes_second(methods, standing) => second(false),
        Requirement::Now => enrol(false),
        Requirement::Soon if !postponed => enrol(true),
        Requirement::Soon | Requirement::IfEnrolled | Requirement::Exempt => Step::Complete,
    }
}

/// What a class lacks that whoever sent the person asks for. No class is reached by mail.
fn missing_class(methods: &[Method], standing: &Standing, demand: Demand) -> Option<Step> {
    let reached = Acr::of(methods);
    let unreached = |class: Option<Acr>| class.filter(|wanted| *wanted > reached);
    if let Some(wanted) = unreached(demand.acr) {
        let bound = wanted == Acr::PhishingResistant;
        // A wish is met as far as it can be (RFC 9470 §4): a mailed code passes where nothing
        // beside the password would pass for whoever has set up nothing.
        let met = !demand.essential && is_proven_by_mail(methods, standing);
        if standing.enrolled.has_second(bound) && !met {
            return Some(second(bound));
        }
        if demand.essential {
            return Some(second_or_new(methods, standing, bound));
        }
    }
    let least = unreached(demand.at_least)?;
    let bound = least == Acr::PhishingResistant;
    Some(if standing.enrolled.has_second(bound) {
        second(bound)
    } else {
        second_or_new(methods, standing, bound)
    })
}

/// A new factor. Who has another one proves it before they add one: the password alone must not be
/// enough to add a key past it.
fn second_or_new(methods: &[Method], standing: &Standing, bound: bool) -> Step {
    if owes_second(methods, standing) {
        return second(false);
    }
    let may_postpone = false;
    Step::Enrol {
        may_postpone,
        bound,
    }
}

/// Whether the person has a second factor of any kind that they have not proven here. Their mailbox
/// is one where the policy says so and they have set up no other.
fn owes_second(methods: &[Method], standing: &Standing) -> bool {
    if standing.enrolled.has_second(false) {
        return Acr::of(methods) < Acr::MultiFactor;
    }
    standing.mailed_codes == MailedCodes::Factor
        && Acr::of(methods) < Acr::MultiFactor
        && !methods.contains(&Method::TemporaryPass)
        && !methods.contains(&Method::MailedCode)
}

fn is_proven_by_mail(methods: &[Method], standing: &Standing) -> bool {
    standing.mailed_codes != MailedCodes::Off && methods.contains(&Method::MailedCode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::clock::Timestamp;

    fn proven(methods: &[Method]) -> Vec<Proof> {
        let at = Timestamp::from_millis(1);
        let proof = |method: &Method| Proof {
            method: *method,
            at,
        };
        methods.iter().map(proof).collect()
    }

    fn with(enrolled: Enrolled) -> Standing {
        Standing {
            enrolled,
            ..Standing::default()
        }
    }

    fn totp() -> Enrolled {
        Enrolled {
            totp: true,
            ..Enrolled::default()
        }
    }

    const ANY: Demand = Demand::NONE;
    const SECOND: Step = second(false);

    #[test]
    fn nothing_is_complete_without_a_first_factor() {
        let standing = with(totp());
        for methods in [&[] as &[Method], &[Method::Totp], &[Method::RecoveryCode]] {
            assert_eq!(
                next_step(&proven(methods), false, &standing, ANY),
                Step::First
            );
        }
    }

    #[test]
    fn who_has_a_second_factor_is_asked_for_it() {
        let password = proven(&[Method::Password]);
        let none = Standing::default();
        assert_eq!(next_step(&password, false, &none, ANY), Step::Complete);
        assert_eq!(next_step(&password, false, &with(totp()), ANY), SECOND);
        let both = proven(&[Method::Password, Method::Totp]);
        assert_eq!(next_step(&both, false, &with(totp()), ANY), Step::Complete);
        let passkey = proven(&[Method::Passkey]);
        assert_eq!(
            next_step(&passkey, false, &with(totp()), ANY),
            Step::Complete
        );
    }

    #[test]
    fn a_trusted_device_spares_the_second_factor_but_never_a_fresh_one_nor_a_class() {
        let password = proven(&[Method::Password]);
        let standing = Standing {
            trusted_device: true,
            ..with(totp())
        };
        assert_eq!(next_step(&password, false, &standing, ANY), Step::Complete);
        let fresh = Demand { fresh: true, ..ANY };
        assert_eq!(next_step(&password, false, &standing, fresh), SECOND);
        let class = Demand {
            acr: Some(Acr::MultiFactor),
            ..ANY
        };
        assert_eq!(next_step(&password, false, &standing, class), SECOND);
    }

    #[test]
    fn a_required_factor_is_set_up_and_may_be_put_off_only_within_the_grace_time() {
        let password = proven(&[Method::Password]);
        let asked = |requirement, postponed| {
            let standing = Standing {
                requirement,
                ..Standing::default()
            };
            next_step(&password, postponed, &standing, ANY)
        };
        let enrol = |may_postpone| Step::Enrol {
            may_postpone,
            bound: false,
        };
        assert_eq!(asked(Requirement::Now, true), enrol(false));
        assert_eq!(asked(Requirement::Soon, false), enrol(true));
        assert_eq!(asked(Requirement::Soon, true), Step::Complete);
        assert_eq!(asked(Requirement::Exempt, false), Step::Complete);
    }

    #[test]
    fn a_class_that_was_wished_for_is_met_as_far_as_it_can_be_an_essential_one_wholly() {
        let password = proven(&[Method::Password]);
        let class = Some(Acr::PhishingResistant);
        let wish = Demand { acr: class, ..ANY };
        let must = Demand {
            essential: true,
            ..wish
        };
        assert_eq!(
            next_step(&password, false, &Standing::default(), wish),
            Step::Complete
        );
        let enrol = Step::Enrol {
            may_postpone: false,
            bound: true,
        };
        assert_eq!(
            next_step(&password, false, &Standing::default(), must),
            enrol
        );
        let key = with(Enrolled {
            security_key: true,
            ..totp()
        });
        assert_eq!(next_step(&password, false, &key, must), second(true));
    }

    #[test]
    fn what_an_application_requires_is_asked_of_everybody_also_of_the_exempt() {
        let password = proven(&[Method::Password]);
        let required = Demand {
            at_least: Some(Acr::MultiFactor),
            ..ANY
        };
        let trusted = Standing {
            trusted_device: true,
            requirement: Requirement::Exempt,
            ..with(totp())
        };
        assert_eq!(next_step(&password, false, &trusted, required), SECOND);
        let none = Standing {
            requirement: Requirement::Exempt,
            ..Standing::default()
        };
        let enrol = Step::Enrol {
            may_postpone: false,
            bound: false,
        };
        assert_eq!(next_step(&password, true, &none, required), enrol);
        // A higher class that is only wished for does not raise it.
        let wish = Demand {
            acr: Some(Acr::PhishingResistant),
            ..required
        };
        let both = proven(&[Method::Password, Method::Totp]);
        assert_eq!(next_step(&both, false, &with(totp()), wish), Step::Complete);
    }

    #[test]
    fn a_temporary_pass_leads_to_a_factor_and_a_password_and_past_no_factor_that_is_set_up() {
        let pass = proven(&[Method::TemporaryPass]);
        let enrol = Step::Enrol {
            may_postpone: false,
            bound: false,
        };
        assert_eq!(next_step(&pass, true, &Standing::default(), ANY), enrol);
        assert_eq!(next_step(&pass, false, &with(totp()), ANY), SECOND);
        let both = proven(&[Method::TemporaryPass, Method::Totp]);
        assert_eq!(
            next_step(&both, false, &with(totp()), ANY),
            Step::ChoosePassword
        );
        let all = with(Enrolled {
            password: true,
            ..totp()
        });
        assert_eq!(next_step(&both, false, &all, ANY), Step::Complete);
    }

    #[test]
    fn keycloak_cve_2026_37982_nobody_sets_up_a_key_past_a_factor_that_is_there() {
        let must = Demand {
            acr: Some(Acr::PhishingResistant),
            essential: true,
            ..ANY
        };
        let spared = Standing {
            trusted_device: true,
            requirement: Requirement::Exempt,
            ..with(totp())
        };
        for standing in [with(totp()), spared] {
            let password = proven(&[Method::Password]);
            assert_eq!(next_step(&password, false, &standing, must), SECOND);
            let both = proven(&[Method::Password, Method::Totp]);
            let step = next_step(&both, false, &standing, must);
            assert!(matches!(step, Step::Enrol { bound: true, .. }), "{step:?}");
        }
    }

    const BY_MAIL: Step = Step::Second {
        bound: false,
        by_mail: true,
    };
    const MAILED: [Method; 2] = [Method::Password, Method::MailedCode];

    fn mailing(mailed_codes: MailedCodes, standing: Standing) -> Standing {
        Standing {
            mailed_codes,
            ..standing
        }
    }

    #[test]
    fn a_mailed_code_stands_in_for_a_factor_and_never_reaches_a_class() {
        let password = proven(&[Method::Password]);
        for codes in [MailedCodes::Recovery, MailedCodes::Factor] {
            let standing = mailing(codes, with(totp()));
            assert_eq!(next_step(&password, false, &standing, ANY), BY_MAIL);
            let both = proven(&MAILED);
            assert_eq!(next_step(&both, false, &standing, ANY), Step::Complete);
            for acr in [Acr::MultiFactor, Acr::PhishingResistant] {
                let must = Demand {
                    acr: Some(acr),
                    essential: true,
                    ..ANY
                };
                let required = Demand {
                    at_least: Some(acr),
                    ..ANY
                };
                for demand in [must, required] {
                    assert_eq!(next_step(&password, false, &standing, demand), SECOND);
                    assert_eq!(next_step(&both, false, &standing, demand), SECOND);
                }
            }
        }
        // A proof that the policy does not know any more is none.
        let off = with(totp());
        assert_eq!(next_step(&proven(&MAILED), false, &off, ANY), SECOND);
    }

    #[test]
    fn a_wish_for_a_class_is_no_reason_to_turn_a_mailed_code_away() {
        let wish = Demand {
            acr: Some(Acr::MultiFactor),
            ..ANY
        };
        let standing = mailing(MailedCodes::Recovery, with(totp()));
        let password = proven(&[Method::Password]);
        assert_eq!(next_step(&password, false, &standing, wish), BY_MAIL);
        assert_eq!(
            next_step(&proven(&MAILED), false, &standing, wish),
            Step::Complete
        );
    }

    #[test]
    fn the_mailbox_is_a_factor_of_whoever_has_none_only_where_the_policy_says_so() {
        let asked = |codes, requirement, methods: &[Method]| {
            let standing = Standing {
                requirement,
                ..Standing::default()
            };
            next_step(&proven(methods), false, &mailing(codes, standing), ANY)
        };
        let password = &[Method::Password];
        let enrol = Step::Enrol {
            may_postpone: false,
            bound: false,
        };
        let (stands_in, factor) = (MailedCodes::Recovery, MailedCodes::Factor);
        assert_eq!(asked(stands_in, Requirement::Now, password), enrol);
        for requirement in [Requirement::Now, Requirement::Soon] {
            assert_eq!(asked(factor, requirement, password), BY_MAIL);
            assert_eq!(asked(factor, requirement, &MAILED), Step::Complete);
        }
        for requirement in [Requirement::IfEnrolled, Requirement::Exempt] {
            assert_eq!(asked(factor, requirement, password), Step::Complete);
        }
        let pass = &[Method::TemporaryPass];
        assert_eq!(asked(factor, Requirement::Now, pass), enrol);
    }

    #[test]
    fn nobody_sets_up_a_key_past_their_mailbox() {
        let must = Demand {
            acr: Some(Acr::PhishingResistant),
            essential: true,
            ..ANY
        };
        let standing = mailing(MailedCodes::Factor, Standing::default());
        let password = proven(&[Method::Password]);
        assert_eq!(next_step(&password, false, &standing, must), BY_MAIL);
        let step = next_step(&proven(&MAILED), false, &standing, must);
        assert!(matches!(step, Step::Enrol { bound: true, .. }), "{step:?}");
    }

    #[test]
    fn the_second_factor_comes_before_the_new_password() {
        let password = proven(&[Method::Password]);
        let standing = Standing {
            must_change_password: true,
            ..with(totp())
        };
        assert_eq!(next_step(&password, false, &standing, ANY), SECOND);
        let both = proven(&[Method::Password, Method::Totp]);
        assert_eq!(
            next_step(&both, false, &standing, ANY),
            Step::ChoosePassword
        );
        // Who comes with a passkey has not used the password that is to be changed.
        let passkey = proven(&[Method::Passkey]);
        assert_eq!(next_step(&passkey, false, &standing, ANY), Step::Complete);
    }
}
