//! Letters about second factors, passkeys and codes.

super::texts! {
    /// A kind of factor.
    letter_kind_totp {
        en: "Authenticator app",
        de: "Authentifizierungs-App",
        fr: "Application d’authentification",
        nl: "Authenticatie-app",
    }
    /// A kind of factor.
    letter_kind_passkey {
        en: "Passkey",
        de: "Passkey",
        fr: "Clé d’accès",
        nl: "Passkey",
    }
    /// A kind of factor.
    letter_kind_security_key {
        en: "Security key",
        de: "Sicherheitsschlüssel",
        fr: "Clé de sécurité",
        nl: "Beveiligingssleutel",
    }
    /// A factor was set up.
    letter_factor_added {
        en: "A new way to sign in was set up",
        de: "Eine neue Anmeldemethode wurde eingerichtet",
        fr: "Une nouvelle méthode de connexion a été ajoutée",
        nl: "Er is een nieuwe aanmeldmethode ingesteld",
    }
    /// What that means.
    letter_factor_added_sentence {
        en: "From now on it can be used to sign in to your account.",
        de: "Von jetzt an kann man sich damit bei Ihrem Konto anmelden.",
        fr: "Elle permet désormais de se connecter à votre compte.",
        nl: "Vanaf nu kan daarmee bij uw account worden aangemeld.",
    }
    /// A factor was removed.
    letter_factor_removed {
        en: "A way to sign in was removed",
        de: "Eine Anmeldemethode wurde entfernt",
        fr: "Une méthode de connexion a été supprimée",
        nl: "Er is een aanmeldmethode verwijderd",
    }
    /// By the person.
    letter_factor_removed_sentence {
        en: "It can no longer be used to sign in to your account.",
        de: "Damit kann man sich nicht mehr bei Ihrem Konto anmelden.",
        fr: "Elle ne permet plus de se connecter à votre compte.",
        nl: "Daarmee kan niet meer bij uw account worden aangemeld.",
    }
    /// By an administrator.
    letter_factor_removed_by_administrator {
        en: "An administrator removed it: it can no longer be used to sign in to your account.",
        de: "Die Administration hat sie entfernt: Damit kann man sich nicht mehr bei Ihrem Konto anmelden.",
        fr: "Un administrateur l’a supprimée : elle ne permet plus de se connecter à votre compte.",
        nl: "Een beheerder heeft ze verwijderd: daarmee kan niet meer bij uw account worden aangemeld.",
    }
    /// An administrator removed all of them.
    letter_factors_removed {
        en: "Your second factors were removed",
        de: "Ihre zweiten Faktoren wurden entfernt",
        fr: "Vos seconds facteurs ont été supprimés",
        nl: "Uw tweede factoren zijn verwijderd",
    }
    /// What that means.
    letter_factors_removed_sentence {
        en: "An administrator removed the authenticator apps, passkeys, security keys and recovery codes of your account, and no browser is trusted any more. If you asked for that, set up new ones at your next sign-in.",
        de: "Die Administration hat die Authentifizierungs-Apps, Passkeys, Sicherheitsschlüssel und Wiederherstellungscodes Ihres Kontos entfernt, und keinem Browser wird mehr vertraut. Wenn Sie darum gebeten haben, richten Sie bei der nächsten Anmeldung neue ein.",
        fr: "Un administrateur a supprimé les applications d’authentification, clés d’accès, clés de sécurité et codes de secours de votre compte, et plus aucun navigateur n’est approuvé. Si vous l’avez demandé, configurez-en de nouveaux à votre prochaine connexion.",
        nl: "Een beheerder heeft de authenticatie-apps, passkeys, beveiligingssleutels en herstelcodes van uw account verwijderd, en geen enkele browser wordt nog vertrouwd. Als u daarom hebt gevraagd, stel dan bij de volgende aanmelding nieuwe in.",
    }
    /// There may be a copy of a key.
    letter_factor_suspended {
        en: "A way to sign in was suspended",
        de: "Eine Anmeldemethode wurde gesperrt",
        fr: "Une méthode de connexion a été suspendue",
        nl: "Een aanmeldmethode is geblokkeerd",
    }
    /// What that means.
    letter_factor_suspended_sentence {
        en: "It behaved as if there were a copy of it, so it can no longer be used to sign in to your account. Remove it and set up another one.",
        de: "Sie verhielt sich, als gäbe es eine Kopie von ihr; deshalb kann man sich damit nicht mehr bei Ihrem Konto anmelden. Entfernen Sie sie, und richten Sie eine andere ein.",
        fr: "Elle s’est comportée comme s’il en existait une copie : elle ne permet plus de se connecter à votre compte. Supprimez-la et configurez-en une autre.",
        nl: "Ze gedroeg zich alsof er een kopie van bestaat; daarom kan daarmee niet meer bij uw account worden aangemeld. Verwijder ze en stel een andere in.",
    }
    /// A recovery code was used.
    letter_recovery_used {
        en: "A recovery code was used",
        de: "Ein Wiederherstellungscode wurde benutzt",
        fr: "Un code de secours a été utilisé",
        nl: "Er is een herstelcode gebruikt",
    }
    /// How many are left.
    letter_recovery_used_sentence(left) {
        en: "Somebody signed in to your account with a recovery code. Codes that are left: {left}.",
        de: "Jemand hat sich mit einem Wiederherstellungscode bei Ihrem Konto angemeldet. Übrige Codes: {left}.",
        fr: "Quelqu’un s’est connecté à votre compte avec un code de secours. Codes restants : {left}.",
        nl: "Iemand heeft zich met een herstelcode bij uw account aangemeld. Resterende codes: {left}.",
    }
    /// New recovery codes.
    letter_recovery_made {
        en: "New recovery codes were made",
        de: "Neue Wiederherstellungscodes wurden erzeugt",
        fr: "De nouveaux codes de secours ont été créés",
        nl: "Er zijn nieuwe herstelcodes gemaakt",
    }
    /// What that means.
    letter_recovery_made_sentence {
        en: "Your account has new recovery codes. Those that you had before do not work any more.",
        de: "Ihr Konto hat neue Wiederherstellungscodes. Die bisherigen gelten nicht mehr.",
        fr: "Votre compte a de nouveaux codes de secours. Les précédents ne fonctionnent plus.",
        nl: "Uw account heeft nieuwe herstelcodes. De vorige werken niet meer.",
    }
    /// A temporary access pass was used.
    letter_pass_used {
        en: "A temporary pass was used",
        de: "Ein befristeter Zugangscode wurde benutzt",
        fr: "Un accès temporaire a été utilisé",
        nl: "Er is een tijdelijke toegangscode gebruikt",
    }
    /// What that means.
    letter_pass_used_sentence {
        en: "Somebody signed in to your account with a temporary pass that an administrator had issued.",
        de: "Jemand hat sich mit einem befristeten Zugangscode der Administration bei Ihrem Konto angemeldet.",
        fr: "Quelqu’un s’est connecté à votre compte avec un accès temporaire délivré par un administrateur.",
        nl: "Iemand heeft zich bij uw account aangemeld met een tijdelijke toegangscode van een beheerder.",
    }
    /// A code as a factor.
    letter_mailed_code {
        en: "Your code to sign in",
        de: "Ihr Code für die Anmeldung",
        fr: "Votre code de connexion",
        nl: "Uw code om aan te melden",
    }
    /// What to do with it.
    letter_mailed_code_sentence {
        en: "Enter this code in the browser in which you are signing in. Give it to nobody.",
        de: "Geben Sie diesen Code in dem Browser ein, in dem Sie sich gerade anmelden. Geben Sie ihn niemandem.",
        fr: "Saisissez ce code dans le navigateur où vous vous connectez. Ne le donnez à personne.",
        nl: "Voer deze code in de browser in waarin u zich aanmeldt. Geef hem aan niemand door.",
    }
    /// Whoever asks for a code has proven the password.
    letter_code_not_you {
        en: "If you are not signing in, somebody knows your password: change it at once.",
        de: "Wenn Sie sich gerade nicht anmelden, kennt jemand Ihr Passwort: Ändern Sie es sofort.",
        fr: "Si vous n’êtes pas en train de vous connecter, quelqu’un connaît votre mot de passe : changez-le immédiatement.",
        nl: "Als u zich niet aanmeldt, kent iemand uw wachtwoord: wijzig het meteen.",
    }
}
