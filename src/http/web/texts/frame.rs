//! What stands on several pages.

super::texts! {
    /// Whom a page takes for signed in.
    signed_in_as(user) {
        en: "Signed in as {user}",
        de: "Angemeldet als {user}",
        fr: "Connecté en tant que {user}",
        nl: "Aangemeld als {user}",
    }
    /// In a page's title, before what the page is, when a form has to be mended.
    title_with_error(title) {
        en: "Error: {title}",
        de: "Fehler: {title}",
        fr: "Erreur : {title}",
        nl: "Fout: {title}",
    }
    /// A button that leads on.
    go_on {
        en: "Continue",
        de: "Weiter",
        fr: "Continuer",
        nl: "Verder",
    }
    /// Names the code of an error.
    error_code {
        en: "Error",
        de: "Fehler",
        fr: "Erreur",
        nl: "Fout",
    }
    /// Names the id of a request.
    request_id {
        en: "Request",
        de: "Anfrage",
        fr: "Requête",
        nl: "Verzoek",
    }
    /// A link to an application's privacy policy.
    privacy_policy {
        en: "Privacy policy",
        de: "Datenschutzerklärung",
        fr: "Politique de confidentialité",
        nl: "Privacybeleid",
    }
    /// A link to an application's terms of service.
    terms_of_service {
        en: "Terms of service",
        de: "Nutzungsbedingungen",
        fr: "Conditions d’utilisation",
        nl: "Gebruiksvoorwaarden",
    }
}
