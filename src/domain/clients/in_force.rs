//! What is in force for a client and why, for people: [`super::Rules`] in words, with what made
//! each of them so.

use std::time::Duration;

use super::{
    AcceptedAudience, Client, Metadata, Profile, RequiredMfa, ResponseType, Rules,
    SenderConstraint, TokenLifetimes,
};
use crate::foundation::crypto::jose::Algorithm;

crate::registered_names! {
    /// What made a rule so.
    pub enum Reason {
        /// The profile of the client.
        Profile = "profile",
        /// What the client registered.
        Registration = "registration",
        /// That it is public.
        Public = "public client",
        /// That it is confidential: what it redeems, it redeems with its own proof.
        Confidential = "confidential client",
        /// What is set for the whole installation.
        Setting = "setting",
        /// Nothing else was said.
        Default = "default",
    }
}

/// One thing that is in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InForce {
    /// What it is about.
    pub rule: &'static str,
    /// What holds.
    pub value: String,
    /// What made it so.
    pub reason: Reason,
}

impl Client {
    /// What is in force for it, and why, where the installation has set `set`.
    pub fn in_force(&self, set: &TokenLifetimes) -> Vec<InForce> {
        let rules = self.rules();
        // What the profile demands of itself, of a client that registered nothing else.
        let by_profile = Rules::of(&Metadata::of_profile(rules.profile), true);
        let demanded = |rule, now: bool, by_profile: bool| InForce {
            rule,
            value: if now { "required" } else { "optional" }.to_owned(),
            reason: because(now == by_profile, Reason::Registration),
        };
        let of_profile = |rule, value: &str| InForce {
            rule,
            value: value.to_owned(),
            reason: Reason::Profile,
        };
        let mut all = vec![
            self.pkce(&rules, &by_profile),
            self.response_types_in_force(&rules),
            demanded(
                "pushed_requests",
                rules.pushed_requests,
                by_profile.pushed_requests,
            ),
            demanded(
                "signed_requests",
                rules.signed_requests,
                by_profile.signed_requests,
            ),
            InForce {
                rule: "sender_constraint",
                value: of_constraint(rules.sender_constraint).to_owned(),
                reason: because(
                    rules.sender_constraint == by_profile.sender_constraint,
                    Reason::Registration,
                ),
            },
            of_profile("assertion_audience", of_audience(rules.audience)),
            of_profile("algorithms", of_algorithms(rules.fapi_algorithms)),
            self.id_token_algorithm(),
            InForce {
                rule: "refresh_tokens",
                value: of_refresh_tokens(rules.rotate_refresh_tokens).to_owned(),
                reason: Reason::Profile,
            },
            self.authentication_method(),
        ];
        all.extend([self.second_factor(), self.trusted_devices()]);
        all.extend(self.lifetimes_in_force(&rules, set));
        all
    }

    fn second_factor(&self) -> InForce {
        let (value, reason) = match self.metadata.require_mfa {
            RequiredMfa::None => ("as the policy asks of the person", Reason::Default),
            required => (required.as_str(), Reason::Registration),
        };
        InForce {
            rule: "second_factor",
            value: value.to_owned(),
            reason,
        }
    }

    fn trusted_devices(&self) -> InForce {
        let required = self.metadata.require_mfa != RequiredMfa::None;
        let (value, reason) = match self.metadata.trusted_device_lifetime {
            // What is required is proven, in each session.
            _ if required => ("spare nobody".to_owned(), Reason::Registration),
            Some(0) => ("spare nobody".to_owned(), Reason::Registration),
            Some(seconds) => (
                format!("spare the second factor for at most {seconds}s"),
                Reason::Registration,
            ),
            None => ("as the policy lets the person".to_owned(), Reason::Default),
        };
        InForce {
            rule: "trusted_devices",
            value,
            reason,
        }
    }

    fn pkce(&self, rules: &Rules, by_profile: &Rules) -> InForce {
        let beyond = if self.metadata.require_pkce {
            Reason::Registration
        } else {
            Reason::Public
        };
        // The profile demands it of clients without a proof of their own and exempts the rest.
        if !rules.pkce {
            return InForce {
                rule: "pkce",
                value: "optional".to_owned(),
                reason: Reason::Confidential,
            };
        }
        InForce {
            rule: "pkce",
            value: "required".to_owned(),
            reason: because(rules.pkce == by_profile.pkce, beyond),
        }
    }

    fn response_types_in_force(&self, rules: &Rules) -> InForce {
        let may = ResponseType::ALL.into_iter();
        // A token in a redirect is bound to nobody.
        let bound = rules.sender_constraint != SenderConstraint::Optional;
        let may = may.filter(|kind| self.may_ask_for(*kind) && !(bound && kind.has_token()));
        let reason = match rules {
            rules if rules.code_only => Reason::Profile,
            _ if self.metadata.response_types.is_empty() => Reason::Default,
            _ => Reason::Registration,
        };
        InForce {
            rule: "response_types",
            value: may.map(ResponseType::as_str).collect::<Vec<_>>().join(", "),
            reason,
        }
    }

    fn lifetimes_in_force(&self, rules: &Rules, set: &TokenLifetimes) -> [InForce; 5] {
        let found = self.lifetimes(set);
        let default = TokenLifetimes::default();
        let told = |rule, value: Duration, because: Option<Reason>, is_default: bool| InForce {
            rule,
            value: format!("{}s", value.as_secs()),
            reason: because.unwrap_or(if is_default {
                Reason::Default
            } else {
                Reason::Setting
            }),
        };
        let registered = |own: Option<u64>| own.map(|_| Reason::Registration);
        let own = &self.metadata;
        let (access, id) = (own.access_token_lifetime, own.id_token_lifetime);
        let refresh = own.refresh_token_lifetime;
        let capped = (rules.longest_code <= set.code).then_some(Reason::Profile);
        [
            told(
                "access_token_lifetime",
                found.access,
                registered(access),
                found.access == default.access,
            ),
            told(
                "id_token_lifetime",
                found.id,
                registered(id),
                found.id == default.id,
            ),
            told(
                "refresh_token_lifetime",
                found.refresh,
                registered(refresh),
                found.refresh == default.refresh,
            ),
            told(
                "offline_access_lifetime",
                found.refresh_absolute,
                None,
                found.refresh_absolute == default.refresh_absolute,
            ),
            told(
                "code_lifetime",
                found.code,
                capped,
                found.code == default.code,
            ),
        ]
    }

    fn id_token_algorithm(&self) -> InForce {
        let algorithm = self.metadata.id_token_signed_response_alg;
        let reason = if algorithm == Algorithm::default() {
            Reason::Default
        } else {
            Reason::Registration
        };
        InForce {
            rule: "id_token_algorithm",
            value: algorithm.as_str().to_owned(),
            reason,
        }
    }

    fn authentication_method(&self) -> InForce {
        let (value, reason) = match self.metadata.token_endpoint_auth_method {
            Some(method) => (method.as_str(), Reason::Registration),
            None if self.confidential => {
                ("client_secret_basic or client_secret_post", Reason::Default)
            }
            None => ("none", Reason::Public),
        };
        InForce {
            rule: "authentication_method",
            value: value.to_owned(),
            reason,
        }
    }
}

const fn because(as_the_profile_says: bool, otherwise: Reason) -> Reason {
    if as_the_profile_says {
        Reason::Profile
    } else {
        otherwise
    }
}

const fn of_constraint(constraint: SenderConstraint) -> &'static str {
    match constraint {
        SenderConstraint::Optional => "when the client brings a proof",
        SenderConstraint::Dpop => "DPoP",
        SenderConstraint::Certificate => "certificate",
        SenderConstraint::Any => "DPoP or certificate",
    }
}

const fn of_audience(audience: AcceptedAudience) -> &'static str {
    match audience {
        AcceptedAudience::IssuerOrEndpoint => "issuer or endpoint",
        AcceptedAudience::Issuer => "issuer",
    }
}

const fn of_algorithms(of_fapi: bool) -> &'static str {
    if of_fapi {
        "PS256, ES256, EdDSA"
    } else {
        "any"
    }
}

const fn of_refresh_tokens(rotate: bool) -> &'static str {
    if rotate {
        "replaced at each use"
    } else {
        "kept"
    }
}

impl Metadata {
    /// Nothing but a profile.
    fn of_profile(profile: Profile) -> Self {
        Self {
            profile,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(metadata: Metadata, confidential: bool, rule: &str) -> (String, Reason) {
        let secrets: &[(&str, Option<_>)] = if confidential { &[("s", None)] } else { &[] };
        let all = Client::of_a_test(metadata, secrets).in_force(&TokenLifetimes::default());
        let found = all.into_iter().find(|one| one.rule == rule).unwrap();
        (found.value, found.reason)
    }

    #[test]
    fn each_rule_names_what_made_it_so() {
        let oidc = Metadata::default;
        let required = |reason| ("required".to_owned(), reason);
        let optional = ("optional".to_owned(), Reason::Confidential);
        assert_eq!(told(oidc(), true, "pkce"), optional);
        assert_eq!(told(oidc(), false, "pkce"), required(Reason::Public));
        let stricter = Metadata {
            require_pkce: true,
            require_signed_request_object: true,
            dpop_bound_access_tokens: true,
            ..oidc()
        };
        assert_eq!(
            told(stricter.clone(), true, "pkce"),
            required(Reason::Registration)
        );
        assert_eq!(
            told(stricter.clone(), true, "signed_requests"),
            required(Reason::Registration)
        );
        assert_eq!(
            told(stricter, true, "sender_constraint"),
            ("DPoP".to_owned(), Reason::Registration)
        );
        let fapi = Metadata::of_profile(Profile::Fapi2);
        assert_eq!(
            told(fapi.clone(), true, "pushed_requests"),
            required(Reason::Profile)
        );
        assert_eq!(told(fapi.clone(), true, "assertion_audience").0, "issuer");
        assert_eq!(
            told(fapi, true, "sender_constraint"),
            ("DPoP or certificate".to_owned(), Reason::Profile)
        );
    }

    #[test]
    fn what_is_asked_of_a_second_factor_names_what_made_it_so() {
        let trusted = |require_mfa, trusted_device_lifetime| {
            let metadata = Metadata {
                require_mfa,
                trusted_device_lifetime,
                ..Metadata::default()
            };
            let factor = told(metadata.clone(), true, "second_factor");
            (
                factor.0,
                factor.1,
                told(metadata, true, "trusted_devices").0,
            )
        };
        let policy = "as the policy asks of the person".to_owned();
        let any = RequiredMfa::None;
        let (value, reason, devices) = trusted(any, None);
        assert_eq!((value, reason), (policy, Reason::Default));
        assert_eq!(devices, "as the policy lets the person");
        assert_eq!(trusted(any, Some(0)).2, "spare nobody");
        assert!(trusted(any, Some(60)).2.ends_with("at most 60s"));
        let (value, reason, devices) = trusted(RequiredMfa::MultiFactor, Some(60));
        assert_eq!(
            (value.as_str(), reason),
            ("multi-factor", Reason::Registration)
        );
        assert_eq!(devices, "spare nobody", "what is required is proven");
    }

    #[test]
    fn each_lifetime_names_what_made_it_so() {
        let told = |metadata: Metadata, set: &TokenLifetimes, rule: &str| {
            let all = Client::of_a_test(metadata, &[("s", None)]).in_force(set);
            let found = all.into_iter().find(|one| one.rule == rule).unwrap();
            (found.value, found.reason)
        };
        let default = TokenLifetimes::default();
        let set = TokenLifetimes {
            access: Duration::from_secs(120),
            code: Duration::from_secs(300),
            ..default
        };
        let plain = Metadata::default;
        let own = Metadata {
            access_token_lifetime: Some(300),
            ..plain()
        };
        let fapi = Metadata::of_profile(Profile::Fapi2);
        let rule = |value: &str, reason| (value.to_owned(), reason);
        let access = "access_token_lifetime";
        assert_eq!(
            told(plain(), &default, access),
            rule("600s", Reason::Default)
        );
        assert_eq!(told(plain(), &set, access), rule("120s", Reason::Setting));
        assert_eq!(told(own, &set, access), rule("300s", Reason::Registration));
        let code = "code_lifetime";
        assert_eq!(told(plain(), &default, code), rule("60s", Reason::Default));
        assert_eq!(told(plain(), &set, code), rule("300s", Reason::Setting));
        assert_eq!(told(fapi, &set, code), rule("60s", Reason::Profile));
    }

    #[test]
    fn response_types_that_the_rules_forbid_are_not_in_force() {
        let mut metadata = Metadata {
            response_types: vec![ResponseType::CodeToken, ResponseType::CodeIdToken],
            ..Metadata::default()
        };
        let types = |metadata: &Metadata| told(metadata.clone(), true, "response_types");
        assert_eq!(
            types(&metadata),
            ("code id_token, code token".to_owned(), Reason::Registration)
        );
        let bound = Metadata {
            dpop_bound_access_tokens: true,
            ..metadata.clone()
        };
        assert_eq!(types(&bound).0, "code id_token");
        metadata.profile = Profile::OAuth21;
        metadata.response_types.push(ResponseType::Code);
        assert_eq!(types(&metadata), ("code".to_owned(), Reason::Profile));
        assert_eq!(
            types(&Metadata::default()),
            ("code".to_owned(), Reason::Default)
        );
    }
}
