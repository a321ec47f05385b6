//! Settings that are one of a few words.

use super::value::Value;
use crate::domain::{
    clients::MayRegister,
    credentials::webauthn::{Attestation, UserVerification},
    mfa::MailedCodes,
    tries::PolicyKind,
};

macro_rules! words {
    ($($word:ident: $($kind:ty),+;)+) => { $($(
        impl Value for $kind {
            fn expected() -> String {
                let words = Self::ALL.map(Self::$word);
                format!("one of {}", words.join(", "))
            }
            fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.$word() == text)
            }
            fn shown(&self) -> String {
                self.$word().to_owned()
            }
        }
    )+)+ };
}

words! {
    as_str: Attestation, MayRegister, UserVerification;
    word: MailedCodes, PolicyKind;
}
