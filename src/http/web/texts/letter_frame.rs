//! What stands in several letters.

super::texts! {
    /// The first line.
    letter_greeting(name) {
        en: "Hello {name},",
        de: "Guten Tag {name},",
        fr: "Bonjour {name},",
        nl: "Beste {name},",
    }
    /// When it happened.
    letter_when {
        en: "When",
        de: "Wann",
        fr: "Quand",
        nl: "Wanneer",
    }
    /// From where it was done.
    letter_where {
        en: "From where",
        de: "Von wo",
        fr: "Depuis",
        nl: "Waarvandaan",
    }
    /// How long a link or a code is good.
    letter_valid_until {
        en: "Valid until",
        de: "Gültig bis",
        fr: "Valable jusqu’au",
        nl: "Geldig tot",
    }
    /// Until when signing in is held up.
    letter_held_up_until {
        en: "Held up until",
        de: "Aufgehalten bis",
        fr: "Retardé jusqu’au",
        nl: "Opgehouden tot",
    }
    /// Names a browser.
    letter_browser {
        en: "Browser",
        de: "Browser",
        fr: "Navigateur",
        nl: "Browser",
    }
    /// A button: the person's own pages.
    letter_open_account {
        en: "Open your account",
        de: "Konto öffnen",
        fr: "Ouvrir votre compte",
        nl: "Uw account openen",
    }
    /// After what the person did, or somebody else in their name.
    letter_was_not_you {
        en: "If this was not you, change your password and end your sessions in your account at once, and tell your administrator.",
        de: "Wenn Sie das nicht waren, ändern Sie sofort Ihr Passwort, beenden Sie in Ihrem Konto alle Sitzungen, und sagen Sie Ihrer Administration Bescheid.",
        fr: "Si ce n’était pas vous, changez immédiatement votre mot de passe, mettez fin à vos sessions dans votre compte et prévenez votre administrateur.",
        nl: "Als u dit niet was, wijzig dan meteen uw wachtwoord, beëindig uw sessies in uw account en waarschuw uw beheerder.",
    }
    /// After a link that somebody else may have asked for.
    letter_do_nothing {
        en: "If you did not ask for this, you need not do anything: without the link nothing changes.",
        de: "Wenn Sie das nicht angefordert haben, müssen Sie nichts tun: Ohne den Link ändert sich nichts.",
        fr: "Si vous n’avez rien demandé, vous n’avez rien à faire : sans le lien, rien ne change.",
        nl: "Als u dit niet hebt aangevraagd, hoeft u niets te doen: zonder de koppeling verandert er niets.",
    }
    /// Under every letter.
    letter_footer(name) {
        en: "{name} sent you this because you have an account there. Nobody will ever ask you for your password or a code by mail or telephone.",
        de: "{name} schickt Ihnen das, weil Sie dort ein Konto haben. Niemand wird Sie je per E-Mail oder Telefon nach Ihrem Passwort oder einem Code fragen.",
        fr: "{name} vous envoie ce message parce que vous y avez un compte. Personne ne vous demandera jamais votre mot de passe ou un code par e-mail ou par téléphone.",
        nl: "{name} stuurt u dit omdat u daar een account hebt. Niemand vraagt u ooit per e-mail of telefoon om uw wachtwoord of een code.",
    }
}
