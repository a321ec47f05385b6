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
        de: "Die Anwendung kann dann:",
        fr: "L’application pourra :",
        nl: "De toepassing kan dan:",
    }
    /// One of the `authorization_details`, by its type.
    consent_detail(kind) {
        en: "have this, of the kind {kind}:",
        de: "dies erhalten, von der Art {kind}:",
        fr: "obtenir ceci, du type {kind} :",
        nl: "dit krijgen, van het type {kind}:",
    }
    /// When the application is known by its address alone.
    consent_unverified(publisher) {
        en: "Nobody here has checked this application. It says of itself what you read, and is published by {publisher}. Allow it only if you trust that address.",
        de: "Diese Anwendung hat hier niemand geprüft. Was Sie lesen, sagt sie über sich selbst; veröffentlicht wird sie von {publisher}. Lassen Sie sie nur zu, wenn Sie dieser Adresse vertrauen.",
        fr: "Personne ici n’a vérifié cette application. Ce que vous lisez vient d’elle-même ; elle est publiée par {publisher}. Ne l’autorisez que si vous faites confiance à cette adresse.",
        nl: "Niemand hier heeft deze toepassing gecontroleerd. Wat u leest, zegt zij over zichzelf; zij wordt gepubliceerd door {publisher}. Sta haar alleen toe als u dat adres vertrouwt.",
    }
    /// When the answer goes to a program on the same device.
    consent_on_this_device {
        en: "The answer goes to a program on this device. Allow it only if you have just started that program yourself.",
        de: "Die Antwort geht an ein Programm auf diesem Gerät. Lassen Sie es nur zu, wenn Sie dieses Programm gerade selbst gestartet haben.",
        fr: "La réponse va à un programme sur cet appareil. Ne l’autorisez que si vous venez de lancer ce programme vous-même.",
        nl: "Het antwoord gaat naar een programma op dit apparaat. Sta het alleen toe als u dat programma zojuist zelf hebt gestart.",
    }
    /// Opens the facts about the application.
    consent_details {
        en: "Details",
        de: "Einzelheiten",
        fr: "Détails",
        nl: "Bijzonderheden",
    }
    /// A fact: the identifier.
    consent_fact_client {
        en: "Application",
        de: "Anwendung",
        fr: "Application",
        nl: "Toepassing",
    }
    /// A fact: the home page.
    consent_fact_home {
        en: "Home page",
        de: "Startseite",
        fr: "Page d’accueil",
        nl: "Startpagina",
    }
    /// A fact: where the answer goes.
    consent_fact_return {
        en: "Return address",
        de: "Rückkehradresse",
        fr: "Adresse de retour",
        nl: "Terugkeeradres",
    }
    /// A fact: the words of the scope.
    consent_fact_scope {
        en: "Scope",
        de: "Umfang (scope)",
        fr: "Portée (scope)",
        nl: "Bereik (scope)",
    }
    /// A fact: a server that the access is good for.
    consent_fact_resource {
        en: "Access to",
        de: "Zugriff auf",
        fr: "Accès à",
        nl: "Toegang tot",
    }
    /// A fact: claims that were asked for by name.
    consent_fact_claims {
        en: "Facts about you",
        de: "Angaben über Sie",
        fr: "Informations sur vous",
        nl: "Gegevens over u",
    }
    /// A fact: whom to ask.
    consent_fact_contact {
        en: "Contact",
        de: "Kontakt",
        fr: "Contact",
        nl: "Contact",
    }
    /// The check box.
    consent_remember {
        en: "Remember this, and do not ask again",
        de: "Merken und nicht wieder fragen",
        fr: "Retenir ce choix et ne plus demander",
        nl: "Onthouden en niet opnieuw vragen",
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
    /// `roles`.
    scope_roles {
        en: "see which roles you have",
        de: "sehen, welche Rollen Sie haben",
        fr: "voir quels rôles vous avez",
        nl: "zien welke rollen u hebt",
    }
    /// `offline_access`.
    scope_offline_access {
        en: "keep this access while you are not using it, also after you sign out",
        de: "diesen Zugriff behalten, wenn Sie die Anwendung gerade nicht nutzen, auch nach der Abmeldung",
        fr: "garder cet accès quand vous ne l’utilisez pas, même après votre déconnexion",
        nl: "deze toegang houden als u de toepassing niet gebruikt, ook nadat u zich hebt afgemeld",
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
            "roles" => self.scope_roles(),
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
