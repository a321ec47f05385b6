//! Where a person is signed in, and what may see something of them.

super::texts! {
    /// The page of open sessions.
    account_sessions {
        en: "Sessions",
        de: "Sitzungen",
        fr: "Sessions",
        nl: "Sessies",
    }
    /// Under its heading.
    account_sessions_lead {
        en: "The browsers in which you are signed in. End what you do not know.",
        de: "Die Browser, in denen Sie angemeldet sind. Beenden Sie, was Sie nicht kennen.",
        fr: "Les navigateurs dans lesquels vous êtes connecté. Mettez fin à ce que vous ne connaissez pas.",
        nl: "De browsers waarin u bent aangemeld. Beëindig wat u niet kent.",
    }
    /// The open ones.
    account_sessions_open {
        en: "Open",
        de: "Offen",
        fr: "Ouvertes",
        nl: "Open",
    }
    /// The closed ones.
    account_sessions_closed {
        en: "Closed lately",
        de: "Kürzlich beendet",
        fr: "Fermées récemment",
        nl: "Onlangs gesloten",
    }
    /// Marks the session of this browser.
    account_sessions_here {
        en: "This browser",
        de: "Dieser Browser",
        fr: "Ce navigateur",
        nl: "Deze browser",
    }
    /// Before the names of applications.
    account_sessions_applications {
        en: "Signed in to:",
        de: "Angemeldet bei:",
        fr: "Connecté à :",
        nl: "Aangemeld bij:",
    }
    /// Before a moment.
    account_began {
        en: "Began",
        de: "Begonnen",
        fr: "Débutée le",
        nl: "Begonnen",
    }
    /// Before a moment, or beside it.
    account_last_used {
        en: "Last used",
        de: "Zuletzt benutzt",
        fr: "Dernière utilisation",
        nl: "Laatst gebruikt",
    }
    /// Before the moment at which a session ends unless it is used.
    account_due {
        en: "Ends, unless used before:",
        de: "Endet, wenn nicht vorher benutzt:",
        fr: "Se termine, sauf utilisation :",
        nl: "Eindigt, tenzij eerder gebruikt:",
    }
    /// A button.
    account_session_end {
        en: "End",
        de: "Beenden",
        fr: "Terminer",
        nl: "Beëindigen",
    }
    /// The same for whoever does not see what it stands beside.
    account_session_end_that(browser) {
        en: "End the session of {browser}",
        de: "Die Sitzung von {browser} beenden",
        fr: "Terminer la session de {browser}",
        nl: "De sessie van {browser} beëindigen",
    }
    /// A button.
    account_end_others {
        en: "End all others",
        de: "Alle anderen beenden",
        fr: "Terminer toutes les autres",
        nl: "Alle andere beëindigen",
    }
    /// After it.
    account_session_ended {
        en: "The session has ended.",
        de: "Die Sitzung ist beendet.",
        fr: "La session est terminée.",
        nl: "De sessie is beëindigd.",
    }
    /// After it.
    account_others_ended {
        en: "All other sessions have ended.",
        de: "Alle anderen Sitzungen sind beendet.",
        fr: "Toutes les autres sessions sont terminées.",
        nl: "Alle andere sessies zijn beëindigd.",
    }
    /// How a session ended, before the moment.
    session_over_by_itself {
        en: "ended by itself",
        de: "von selbst beendet",
        fr: "terminée d’elle-même",
        nl: "vanzelf geëindigd",
    }
    /// How a session ended, before the moment.
    session_signed_out {
        en: "signed out",
        de: "abgemeldet",
        fr: "déconnectée",
        nl: "afgemeld",
    }
    /// How a session ended, before the moment.
    session_replaced {
        en: "replaced by another sign-in",
        de: "durch eine andere Anmeldung ersetzt",
        fr: "remplacée par une autre connexion",
        nl: "vervangen door een andere aanmelding",
    }
    /// How a session ended, before the moment.
    session_by_administrator {
        en: "ended by the administration",
        de: "von der Administration beendet",
        fr: "terminée par l’administration",
        nl: "beëindigd door de beheerder",
    }
    /// How a session ended, before the moment.
    session_device_copied {
        en: "ended because somebody else had a copy of this browser’s cookie",
        de: "beendet, weil jemand anderes eine Kopie des Cookies dieses Browsers hatte",
        fr: "terminée car quelqu’un d’autre avait une copie du cookie de ce navigateur",
        nl: "beëindigd omdat iemand anders een kopie van het cookie van deze browser had",
    }
    /// How a session ended, before the moment.
    session_password_changed {
        en: "ended because the password was changed",
        de: "wegen eines neuen Passworts beendet",
        fr: "terminée par un changement de mot de passe",
        nl: "beëindigd door een nieuw wachtwoord",
    }
    /// How a session ended, before the moment.
    session_from_elsewhere {
        en: "ended by you",
        de: "von Ihnen beendet",
        fr: "terminée par vous",
        nl: "beëindigd door u",
    }
    /// A browser that says nothing of itself.
    browser_unknown {
        en: "Unknown browser",
        de: "Unbekannter Browser",
        fr: "Navigateur inconnu",
        nl: "Onbekende browser",
    }
    /// The page of applications.
    account_applications {
        en: "Applications",
        de: "Anwendungen",
        fr: "Applications",
        nl: "Toepassingen",
    }
    /// Under its heading.
    account_applications_lead {
        en: "What you allowed to see something of you, and what you can take back.",
        de: "Wem Sie erlaubt haben, etwas von Ihnen zu sehen, und was Sie zurücknehmen können.",
        fr: "Ce que vous avez autorisé à voir quelque chose de vous, et ce que vous pouvez retirer.",
        nl: "Wat u hebt toegestaan iets van u te zien, en wat u kunt intrekken.",
    }
    /// When there is none.
    account_applications_none {
        en: "You have not allowed anything to any application.",
        de: "Sie haben keiner Anwendung etwas erlaubt.",
        fr: "Vous n’avez rien autorisé à aucune application.",
        nl: "U hebt geen enkele toepassing iets toegestaan.",
    }
    /// Before the list of what it may.
    account_application_may {
        en: "It may:",
        de: "Sie darf:",
        fr: "Elle peut :",
        nl: "Zij mag:",
    }
    /// Before a moment.
    account_since {
        en: "Since",
        de: "Seit",
        fr: "Depuis",
        nl: "Sinds",
    }
    /// A button.
    account_withdraw {
        en: "Withdraw",
        de: "Zurücknehmen",
        fr: "Retirer",
        nl: "Intrekken",
    }
    /// The same for whoever does not see what it stands beside.
    account_withdraw_that(application) {
        en: "Withdraw what {application} may",
        de: "Zurücknehmen, was {application} darf",
        fr: "Retirer ce que {application} peut faire",
        nl: "Intrekken wat {application} mag",
    }
    /// After it.
    account_withdrawn {
        en: "The application may no longer see anything of you; it has to ask anew.",
        de: "Die Anwendung darf nichts mehr von Ihnen sehen; sie muss neu fragen.",
        fr: "L’application ne peut plus rien voir de vous ; elle doit demander à nouveau.",
        nl: "De toepassing mag niets meer van u zien; zij moet opnieuw vragen.",
    }
}
