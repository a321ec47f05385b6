//! Letters about passwords.

super::texts! {
    /// The person changed it.
    letter_password_changed {
        en: "Your password was changed",
        de: "Ihr Passwort wurde geändert",
        fr: "Votre mot de passe a été modifié",
        nl: "Uw wachtwoord is gewijzigd",
    }
    /// What that means.
    letter_password_changed_sentence {
        en: "The password of your account was changed. The other sessions of the account were ended.",
        de: "Das Passwort Ihres Kontos wurde geändert. Die anderen Sitzungen des Kontos wurden beendet.",
        fr: "Le mot de passe de votre compte a été modifié. Les autres sessions du compte ont été fermées.",
        nl: "Het wachtwoord van uw account is gewijzigd. De andere sessies van het account zijn beëindigd.",
    }
    /// An administrator set it.
    letter_password_set {
        en: "An administrator set your password",
        de: "Die Administration hat Ihr Passwort festgelegt",
        fr: "Un administrateur a défini votre mot de passe",
        nl: "Een beheerder heeft uw wachtwoord ingesteld",
    }
    /// What that means.
    letter_password_set_sentence {
        en: "Your account has another password now, and its sessions were ended.",
        de: "Ihr Konto hat jetzt ein anderes Passwort, und seine Sitzungen wurden beendet.",
        fr: "Votre compte a désormais un autre mot de passe et ses sessions ont été fermées.",
        nl: "Uw account heeft nu een ander wachtwoord en de sessies ervan zijn beëindigd.",
    }
    /// The password will not last.
    letter_choose_another {
        en: "At your next sign-in you will choose one that only you know.",
        de: "Bei der nächsten Anmeldung wählen Sie eines, das nur Sie kennen.",
        fr: "À votre prochaine connexion, vous en choisirez un que vous seul connaissez.",
        nl: "Bij de volgende aanmelding kiest u er een dat alleen u kent.",
    }
    /// Somebody forgot it. The subject, and the button.
    letter_reset {
        en: "Choose a new password",
        de: "Neues Passwort wählen",
        fr: "Choisir un nouveau mot de passe",
        nl: "Kies een nieuw wachtwoord",
    }
    /// What the link is.
    letter_reset_sentence {
        en: "Somebody, probably you, asked for a link to choose a new password for your account. It works once.",
        de: "Jemand, vermutlich Sie, hat einen Link angefordert, um ein neues Passwort für Ihr Konto zu wählen. Er gilt einmal.",
        fr: "Quelqu’un, sans doute vous, a demandé un lien pour choisir un nouveau mot de passe pour votre compte. Il ne sert qu’une fois.",
        nl: "Iemand, waarschijnlijk uzelf, heeft een koppeling aangevraagd om een nieuw wachtwoord voor uw account te kiezen. Ze werkt één keer.",
    }
    /// Where it works.
    letter_reset_browser {
        en: "Open it in the browser in which you asked for it.",
        de: "Öffnen Sie ihn in dem Browser, in dem Sie ihn angefordert haben.",
        fr: "Ouvrez-le dans le navigateur où vous l’avez demandé.",
        nl: "Open ze in de browser waarin u ze hebt aangevraagd.",
    }
    /// An administrator had one made.
    letter_generated {
        en: "Your new password",
        de: "Ihr neues Passwort",
        fr: "Votre nouveau mot de passe",
        nl: "Uw nieuwe wachtwoord",
    }
    /// What it is for.
    letter_generated_sentence {
        en: "An administrator had this password made for your account.",
        de: "Die Administration hat dieses Passwort für Ihr Konto erzeugen lassen.",
        fr: "Un administrateur a fait créer ce mot de passe pour votre compte.",
        nl: "Een beheerder heeft dit wachtwoord voor uw account laten maken.",
    }
}
