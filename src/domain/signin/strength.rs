//! How strong an authentication was: its methods (`amr`, RFC 8176) and the class they
//! come to (`acr`).
//!
//! | `acr` | reached by |
//! |---|---|
//! | `urn:doorward:acr:single-factor` | any one method |
//! | `urn:doorward:acr:multi-factor` | something the person knows and something they have, or a passkey |
//! | `urn:doorward:acr:phishing-resistant` | a passkey, or a security key beside a password |
//!
//! A code that is mailed comes to no class by itself or beside a password: a mailbox is no thing that
//! the person has, since it opens from anywhere to whoever knows its password (NIST SP 800-63B
//! takes none for an out-of-band authenticator). Nor has RFC 8176 a value for it, and `otp` is taken for
//! possession (by Entra, for one): what cannot be said truly is not said. What it counts for is the
//! policy of this server alone.
//!
//! A trusted device is no method: it spares a person the second factor where the policy of this
//! server asks for one, and neither `amr` nor `acr` says more than what was proven.

use std::{fmt, str::FromStr};

/// One way in which the user proved themself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Method {
    /// A password.
    Password,
    /// A passkey, whose authenticator has verified the person by itself (PIN, finger, face).
    Passkey,
    /// A WebAuthn credential that proves possession only.
    SecurityKey,
    /// A code of an authenticator app (RFC 6238).
    Totp,
    /// A recovery code.
    RecoveryCode,
    /// A code that was mailed to the address of the account.
    MailedCode,
    /// A pass that an administrator issued for a few minutes.
    TemporaryPass,
}

/// What a method proves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Knowledge,
    Possession,
    Both,
    /// What others than the person may have as well.
    Neither,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Password,
        Self::Passkey,
        Self::SecurityKey,
        Self::Totp,
        Self::RecoveryCode,
        Self::MailedCode,
        Self::TemporaryPass,
    ];

    /// The values of RFC 8176 that it stands for.
    #[must_use]
    pub const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Password => &["pwd"],
            // Not `hwk`: a passkey may be kept in software and synchronised.
            Self::Passkey => &["pop", "user"],
            Self::SecurityKey => &["pop"],
            Self::Totp | Self::RecoveryCode | Self::TemporaryPass => &["otp"],
            Self::MailedCode => &[],
        }
    }

    /// Its word in rows and events.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::SecurityKey => "security_key",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::MailedCode => "mailed_code",
            Self::TemporaryPass => "temporary_pass",
        }
    }

    /// Whether a sign-in can begin with it.
    #[must_use]
    pub const fn is_first(self) -> bool {
        matches!(self, Self::Password | Self::Passkey | Self::TemporaryPass)
    }

    const fn kind(self) -> Kind {
        match self {
            // A pass is told to the person and typed in the place of a password.
            Self::Password | Self::TemporaryPass => Kind::Knowledge,
            Self::Passkey => Kind::Both,
            Self::SecurityKey | Self::Totp | Self::RecoveryCode => Kind::Possession,
            Self::MailedCode => Kind::Neither,
        }
    }
}

/// Not a method.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an authentication method")]
pub struct MethodUnknown;

impl FromStr for Method {
    type Err = MethodUnknown;

    fn from_str(text: &str) -> Result<Self, MethodUnknown> {
        let found = Self::ALL.into_iter().find(|method| method.word() == text);
        found.ok_or(MethodUnknown)
    }
}

/// The class of an authentication, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Acr {
    /// One factor.
    SingleFactor,
    /// Two factors of different kinds.
    MultiFactor,
    /// Two factors, one of which cannot be given to the wrong site.
    PhishingResistant,
}

/// A class that this server does not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an authentication class")]
pub struct AcrUnknown;

impl Acr {
    /// All classes, weakest first: `acr_values_supported`.
    pub const ALL: [Self; 3] = [
        Self::SingleFactor,
        Self::MultiFactor,
        Self::PhishingResistant,
    ];

    /// The class that `methods` come to.
    #[must_use]
    pub fn of(methods: &[Method]) -> Self {
        let has = |kind| methods.iter().any(|m| matches!(m.kind(), k if k == kind));
        let both = has(Kind::Both) || has(Kind::Knowledge) && has(Kind::Possession);
        let bound = |m: &Method| matches!(m, Method::Passkey | Method::SecurityKey);
        match (both, methods.iter().any(bound)) {
            (true, true) => Self::PhishingResistant,
            (true, false) => Self::MultiFactor,
            (false, _) => Self::SingleFactor,
        }
    }

    /// Its value in requests and tokens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SingleFactor => "urn:doorward:acr:single-factor",
            Self::MultiFactor => "urn:doorward:acr:multi-factor",
            Self::PhishingResistant => "urn:doorward:acr:phishing-resistant",
        }
    }
}

impl fmt::Display for Acr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Acr {
    type Err = AcrUnknown;

    fn from_str(text: &str) -> Result<Self, AcrUnknown> {
        Self::ALL
            .into_iter()
            .find(|acr| acr.as_str() == text)
            .ok_or(AcrUnknown)
    }
}

/// The values of RFC 8176 for `methods`, each once, with `mfa` when they come to several factors.
#[must_use]
pub fn amr(methods: &[Method]) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    let multi = (Acr::of(methods) > Acr::SingleFactor).then_some("mfa");
    let proven = methods
        .iter()
        .flat_map(|method| method.amr().iter().copied());
    for value in proven.chain(multi) {
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    values
}

/// Methods as a row keeps them: their words, separated by spaces.
#[must_use]
pub fn words(methods: &[Method]) -> String {
    let words: Vec<_> = methods.iter().map(|method| method.word()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_come_to_the_class_that_they_prove() {
        use Method as M;
        for (methods, acr) in [
            (&[M::Password] as &[M], Acr::SingleFactor),
            (&[M::Totp, M::RecoveryCode], Acr::SingleFactor),
            (&[M::TemporaryPass], Acr::SingleFactor),
            (&[M::SecurityKey], Acr::SingleFactor),
            (&[M::Password, M::Totp], Acr::MultiFactor),
            (&[M::Password, M::RecoveryCode], Acr::MultiFactor),
            (&[M::TemporaryPass, M::Totp], Acr::MultiFactor),
            (&[M::TemporaryPass, M::Password], Acr::SingleFactor),
            (&[M::Password, M::MailedCode], Acr::SingleFactor),
            (&[M::SecurityKey, M::MailedCode], Acr::SingleFactor),
            (&[M::TemporaryPass, M::MailedCode], Acr::SingleFactor),
            (&[M::Password, M::MailedCode, M::Totp], Acr::MultiFactor),
            (&[M::Passkey], Acr::PhishingResistant),
            (&[M::Password, M::SecurityKey], Acr::PhishingResistant),
            (&[], Acr::SingleFactor),
        ] {
            assert_eq!(Acr::of(methods), acr, "{methods:?}");
        }
        assert!(Acr::SingleFactor < Acr::MultiFactor && Acr::MultiFactor < Acr::PhishingResistant);
    }

    #[test]
    fn amr_says_each_thing_once_and_mfa_only_when_it_is_so() {
        use Method as M;
        assert_eq!(amr(&[M::Password]), ["pwd"]);
        assert_eq!(amr(&[M::Password, M::Totp]), ["pwd", "otp", "mfa"]);
        assert_eq!(amr(&[M::Totp, M::RecoveryCode]), ["otp"]);
        assert_eq!(amr(&[M::Passkey]), ["pop", "user", "mfa"]);
        assert_eq!(amr(&[M::Password, M::MailedCode]), ["pwd"]);
    }

    #[test]
    fn a_method_is_read_as_it_was_written() {
        for method in Method::ALL {
            assert_eq!(method.word().parse(), Ok(method));
        }
    }
}
