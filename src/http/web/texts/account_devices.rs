//! The browsers in which a person is known.

super::texts! {
    /// The page of browsers that are known.
    account_devices {
        en: "Devices",
        de: "Geräte",
        fr: "Appareils",
        nl: "Apparaten",
    }
    /// Under its heading.
    account_devices_lead {
        en: "The browsers in which you have signed in. A trusted one does not ask for your second factor. Forget what you do not know.",
        de: "Die Browser, in denen Sie sich angemeldet haben. Ein vertrauenswürdiger fragt nicht nach Ihrem zweiten Faktor. Entfernen Sie, was Sie nicht kennen.",
        fr: "Les navigateurs dans lesquels vous vous êtes connecté. Un navigateur de confiance ne demande pas votre second facteur. Oubliez ce que vous ne connaissez pas.",
        nl: "De browsers waarin u zich hebt aangemeld. Een vertrouwde browser vraagt niet om uw tweede factor. Vergeet wat u niet kent.",
    }
    /// There are none.
    account_devices_none {
        en: "No browser is remembered.",
        de: "Es ist kein Browser vorgemerkt.",
        fr: "Aucun navigateur n’est mémorisé.",
        nl: "Er is geen browser onthouden.",
    }
    /// Marks a trusted one.
    account_device_trusted {
        en: "Trusted",
        de: "Vertrauenswürdig",
        fr: "De confiance",
        nl: "Vertrouwd",
    }
    /// Before a moment.
    account_device_trusted_until {
        en: "Trusted until",
        de: "Vertrauenswürdig bis",
        fr: "De confiance jusqu’au",
        nl: "Vertrouwd tot",
    }
    /// Before a moment.
    account_device_first {
        en: "First used",
        de: "Zuerst benutzt",
        fr: "Première utilisation",
        nl: "Eerst gebruikt",
    }
    /// A button.
    account_device_forget {
        en: "Forget",
        de: "Entfernen",
        fr: "Oublier",
        nl: "Vergeten",
    }
    /// What was done.
    account_device_forgotten {
        en: "The browser was forgotten.",
        de: "Der Browser wurde entfernt.",
        fr: "Le navigateur a été oublié.",
        nl: "De browser is vergeten.",
    }
    /// What was done.
    account_devices_forgotten {
        en: "All browsers were forgotten.",
        de: "Alle Browser wurden entfernt.",
        fr: "Tous les navigateurs ont été oubliés.",
        nl: "Alle browsers zijn vergeten.",
    }
    /// A button.
    account_devices_forget_all {
        en: "Forget all",
        de: "Alle entfernen",
        fr: "Tout oublier",
        nl: "Alles vergeten",
    }
    /// A button, for who cannot see beside what it stands.
    account_device_forget_that(browser) {
        en: "Forget {browser}",
        de: "{browser} entfernen",
        fr: "Oublier {browser}",
        nl: "{browser} vergeten",
    }
}
