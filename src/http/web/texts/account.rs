//! The frame of a person's own account, and what stands on several of its pages.

super::texts! {
    /// The heading of the first page, and the name of the navigation.
    account_title {
        en: "Your account",
        de: "Ihr Konto",
        fr: "Votre compte",
        nl: "Uw account",
    }
    /// The first link: to what lies behind the navigation.
    account_skip {
        en: "Skip to the content",
        de: "Zum Inhalt springen",
        fr: "Aller au contenu",
        nl: "Naar de inhoud",
    }
    /// The first page in the navigation.
    account_overview {
        en: "Overview",
        de: "Übersicht",
        fr: "Aperçu",
        nl: "Overzicht",
    }
    /// The page of what a person signs in with.
    account_security {
        en: "Security",
        de: "Sicherheit",
        fr: "Sécurité",
        nl: "Beveiliging",
    }
    /// Under its heading.
    account_security_lead {
        en: "What you sign in with, and where you are signed in.",
        de: "Womit Sie sich anmelden, und wo Sie angemeldet sind.",
        fr: "Ce avec quoi vous vous connectez, et où vous êtes connecté.",
        nl: "Waarmee u zich aanmeldt, en waar u bent aangemeld.",
    }
    /// Names the user name.
    account_user_name {
        en: "User name",
        de: "Benutzername",
        fr: "Nom d’utilisateur",
        nl: "Gebruikersnaam",
    }
    /// Names the e-mail address.
    account_email {
        en: "E-mail",
        de: "E-Mail",
        fr: "E-mail",
        nl: "E-mail",
    }
    /// After a form: it was done.
    account_saved {
        en: "Saved.",
        de: "Gespeichert.",
        fr: "Enregistré.",
        nl: "Opgeslagen.",
    }
    /// After a form that came twice, or too late.
    account_nothing_to_do {
        en: "There was nothing left to do.",
        de: "Es war nichts mehr zu tun.",
        fr: "Il n’y avait plus rien à faire.",
        nl: "Er was niets meer te doen.",
    }
    /// The block that says where somebody is signed in.
    account_open_sessions {
        en: "Where you are signed in",
        de: "Wo Sie angemeldet sind",
        fr: "Où vous êtes connecté",
        nl: "Waar u bent aangemeld",
    }
    /// Names the number of browsers.
    account_open_sessions_number {
        en: "Browsers",
        de: "Browser",
        fr: "Navigateurs",
        nl: "Browsers",
    }
    /// Names the moment of the sign-in.
    account_signed_in_since {
        en: "Signed in here since",
        de: "Hier angemeldet seit",
        fr: "Connecté ici depuis",
        nl: "Hier aangemeld sinds",
    }
}
