//! The page that asks for consent, and what a scope means.

use crate::http::web::Language;

super::texts! {
    /// The heading.
    consent_title(application) {
        en: "Allow {application}?",
        de: "{application} zulassen?",
        fr: "Autoriser {application} ?",
        nl: "{application} toestaan?",
    }
    /// Who asks, and where the browser goes.
    consent_lead(application, host) {
        en: "{application} asks for access to your account. You will be taken to {host}.",
        de: "{application} bittet um Zugriff auf Ihr Konto. Sie werden zu {host} weitergeleitet.",
        fr: "{application} demande l’accès à votre compte. Vous serez redirigé vers {host}.",
        nl: "{application} vraagt om toegang tot uw account. U gaat daarna naar {host}.",
    }
    /// Instead of a host, when the answer goes to a program on the same device.
    application_on_this_device {
        en: "an application on this device",
        de: "einer Anwendung auf diesem Gerät",
        fr: "une application sur cet appareil",
        nl: "een toepassing op dit apparaat",
    }
    /// Before the list.
    consent_will_be_able {
        en: "It will be able to:",
        de: "Sie wird Folgendes können:",
        fr: "Elle pourra :",
        nl: "Zij kan dan:",
    }
    /// The button that allows.
    allow {
        en: "Allow",
        de: "Zulassen",
        fr: "Autoriser",
        nl: "Toestaan",
    }
    /// The button that does not.
    deny {
        en: "Deny",
        de: "Ablehnen",
        fr: "Refuser",
        nl: "Weigeren",
    }
    /// `openid`.
    scope_openid {
        en: "know who you are",
        de: "wissen, wer Sie sind",
        fr: "savoir qui vous êtes",
        nl: "weten wie u bent",
    }
    /// `profile`.
    scope_profile {
        en: "see your name and user name",
        de: "Ihren Namen und Benutzernamen sehen",
        fr: "voir votre nom et votre nom d’utilisateur",
        nl: "uw naam en gebruikersnaam zien",
    }
    /// `email`.
    scope_email {
        en: "see your e-mail address",
        de: "Ihre E-Mail-Adresse sehen",
        fr: "voir votre adresse e-mail",
        nl: "uw e-mailadres zien",
    }
    /// `address`.
    scope_address {
        en: "see your postal address",
        de: "Ihre Postanschrift sehen",
        fr: "voir votre adresse postale",
        nl: "uw postadres zien",
    }
    /// `phone`.
    scope_phone {
        en: "see your phone number",
        de: "Ihre Telefonnummer sehen",
        fr: "voir votre numéro de téléphone",
        nl: "uw telefoonnummer zien",
    }
    /// `groups`.
    scope_groups {
        en: "see which groups you belong to",
        de: "sehen, zu welchen Gruppen Sie gehören",
        fr: "voir les groupes dont vous faites partie",
        nl: "zien bij welke groepen u hoort",
    }
    /// `offline_access`.
    scope_offline_access {
        en: "keep this access while you are not using it, also after you sign out",
        de: "diesen Zugriff behalten, während Sie sie nicht nutzen, auch nach der Abmeldung",
        fr: "garder cet accès quand vous ne l’utilisez pas, même après votre déconnexion",
        nl: "deze toegang houden terwijl u haar niet gebruikt, ook nadat u zich hebt afgemeld",
    }
}

impl Language {
    /// What a person is told of a scope that the server knows.
    #[must_use]
    pub fn scope(self, word: &str) -> Option<&'static str> {
        Some(match word {
            "openid" => self.scope_openid(),
            "profile" => self.scope_profile(),
            "email" => self.scope_email(),
            "address" => self.scope_address(),
            "phone" => self.scope_phone(),
            "groups" => self.scope_groups(),
            "offline_access" => self.scope_offline_access(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clients::scope;

    #[test]
    fn a_person_is_told_of_every_scope_that_the_server_knows() {
        for word in scope::KNOWN {
            assert!(Language::English.scope(word).is_some(), "{word}");
        }
    }
}
