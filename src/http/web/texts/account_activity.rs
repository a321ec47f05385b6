//! What happened to an account, in the words of its owner, and what to do about it.

super::texts! {
    /// The page.
    account_activity {
        en: "Activity",
        de: "Aktivität",
        fr: "Activité",
        nl: "Activiteit",
    }
    /// Under its heading.
    account_activity_lead {
        en: "What happened to your account lately.",
        de: "Was mit Ihrem Konto zuletzt geschehen ist.",
        fr: "Ce qui est arrivé récemment à votre compte.",
        nl: "Wat er onlangs met uw account is gebeurd.",
    }
    /// When there is nothing.
    account_activity_none {
        en: "Nothing happened lately.",
        de: "Zuletzt ist nichts geschehen.",
        fr: "Rien n’est arrivé récemment.",
        nl: "Er is onlangs niets gebeurd.",
    }
    /// A link to the next page.
    account_activity_older {
        en: "Older",
        de: "Ältere",
        fr: "Plus anciennes",
        nl: "Ouder",
    }
    /// A link, and the page that it leads to.
    account_not_me {
        en: "This was not me",
        de: "Das war ich nicht",
        fr: "Ce n’était pas moi",
        nl: "Dat was ik niet",
    }
    /// Under its heading.
    account_not_me_lead {
        en: "You see something here that you did not do? Then somebody else may be in your account.",
        de: "Sie sehen hier etwas, das Sie nicht getan haben? Dann ist vielleicht jemand anderes in Ihrem Konto.",
        fr: "Vous voyez ici quelque chose que vous n’avez pas fait ? Quelqu’un d’autre est peut-être dans votre compte.",
        nl: "Ziet u hier iets wat u niet hebt gedaan? Dan is er misschien iemand anders in uw account.",
    }
    /// Before what will be done.
    account_not_me_what {
        en: "This will happen",
        de: "Das wird geschehen",
        fr: "Voici ce qui se passera",
        nl: "Dit gaat er gebeuren",
    }
    /// Done.
    account_not_me_sessions {
        en: "All other sessions end at once; this one stays.",
        de: "Alle anderen Sitzungen enden sofort; diese bleibt.",
        fr: "Toutes les autres sessions se terminent aussitôt ; celle-ci reste.",
        nl: "Alle andere sessies eindigen meteen; deze blijft.",
    }
    /// Done.
    account_not_me_applications {
        en: "Applications that were signed in to there lose their access.",
        de: "Anwendungen, die dort angemeldet waren, verlieren ihren Zugriff.",
        fr: "Les applications connectées par là perdent leur accès.",
        nl: "Toepassingen die daar waren aangemeld, verliezen hun toegang.",
    }
    /// Done.
    account_not_me_devices {
        en: "No browser is trusted any more.",
        de: "Keinem Browser wird mehr vertraut.",
        fr: "Plus aucun navigateur n’est approuvé.",
        nl: "Geen enkele browser wordt nog vertrouwd.",
    }
    /// Done.
    account_not_me_administrators {
        en: "The administrators are told.",
        de: "Die Administration wird benachrichtigt.",
        fr: "Les administrateurs sont prévenus.",
        nl: "De beheerders krijgen bericht.",
    }
    /// What is left to do.
    account_not_me_then {
        en: "Then choose a new password, and look through what you sign in with.",
        de: "Wählen Sie danach ein neues Passwort, und sehen Sie durch, womit Sie sich anmelden.",
        fr: "Choisissez ensuite un nouveau mot de passe, et passez en revue ce avec quoi vous vous connectez.",
        nl: "Kies daarna een nieuw wachtwoord, en loop na waarmee u zich aanmeldt.",
    }
    /// The button.
    account_not_me_submit {
        en: "Throw everybody else out",
        de: "Alle anderen hinauswerfen",
        fr: "Déconnecter tous les autres",
        nl: "Alle anderen eruit zetten",
    }
    /// A way back.
    account_back {
        en: "Back",
        de: "Zurück",
        fr: "Retour",
        nl: "Terug",
    }
    /// After it.
    account_disowned {
        en: "Everybody else is out, and the administrators are told. Now choose a new password, and remove what is not yours.",
        de: "Alle anderen sind draußen, und die Administration ist benachrichtigt. Wählen Sie jetzt ein neues Passwort, und entfernen Sie, was nicht Ihres ist.",
        fr: "Tous les autres sont déconnectés, et les administrateurs sont prévenus. Choisissez maintenant un nouveau mot de passe, et supprimez ce qui n’est pas à vous.",
        nl: "Alle anderen zijn eruit, en de beheerders hebben bericht. Kies nu een nieuw wachtwoord, en verwijder wat niet van u is.",
    }
    /// Who did it.
    event_by_you {
        en: "by you",
        de: "von Ihnen",
        fr: "par vous",
        nl: "door u",
    }
    /// Who did it.
    event_by_administrator {
        en: "by an administrator",
        de: "von der Administration",
        fr: "par un administrateur",
        nl: "door een beheerder",
    }
    /// Who did it.
    event_by_source {
        en: "by your organisation’s directory",
        de: "vom Verzeichnis Ihrer Organisation",
        fr: "par l’annuaire de votre organisation",
        nl: "door de directory van uw organisatie",
    }
    /// Who did it.
    event_by_application {
        en: "by an application",
        de: "von einer Anwendung",
        fr: "par une application",
        nl: "door een toepassing",
    }
    /// Who did it.
    event_by_somebody {
        en: "by somebody who was not signed in",
        de: "von jemandem, der nicht angemeldet war",
        fr: "par quelqu’un qui n’était pas connecté",
        nl: "door iemand die niet was aangemeld",
    }
    /// Who did it.
    event_by_server {
        en: "by itself",
        de: "von selbst",
        fr: "automatiquement",
        nl: "vanzelf",
    }
    /// An event.
    event_signed_in {
        en: "Signed in",
        de: "Angemeldet",
        fr: "Connexion",
        nl: "Aangemeld",
    }
    /// An event.
    event_signed_out {
        en: "Signed out",
        de: "Abgemeldet",
        fr: "Déconnexion",
        nl: "Afgemeld",
    }
    /// An event.
    event_session_ended {
        en: "A session was ended",
        de: "Eine Sitzung wurde beendet",
        fr: "Une session a été terminée",
        nl: "Een sessie is beëindigd",
    }
    /// An event.
    event_sessions_ended {
        en: "Sessions were ended",
        de: "Sitzungen wurden beendet",
        fr: "Des sessions ont été terminées",
        nl: "Sessies zijn beëindigd",
    }
    /// An event.
    event_consent_given {
        en: "An application was allowed",
        de: "Eine Anwendung wurde zugelassen",
        fr: "Une application a été autorisée",
        nl: "Een toepassing is toegestaan",
    }
    /// An event.
    event_consent_withdrawn {
        en: "What an application may was withdrawn",
        de: "Einer Anwendung wurde die Erlaubnis genommen",
        fr: "L’autorisation d’une application a été retirée",
        nl: "De toestemming van een toepassing is ingetrokken",
    }
    /// An event.
    event_user_created {
        en: "The account was created",
        de: "Das Konto wurde angelegt",
        fr: "Le compte a été créé",
        nl: "Het account is aangemaakt",
    }
    /// An event.
    event_profile_changed {
        en: "The profile was changed",
        de: "Das Profil wurde geändert",
        fr: "Le profil a été modifié",
        nl: "Het profiel is gewijzigd",
    }
    /// An event.
    event_activated {
        en: "The account was activated",
        de: "Das Konto wurde aktiviert",
        fr: "Le compte a été activé",
        nl: "Het account is geactiveerd",
    }
    /// An event.
    event_deactivated {
        en: "The account was deactivated",
        de: "Das Konto wurde deaktiviert",
        fr: "Le compte a été désactivé",
        nl: "Het account is gedeactiveerd",
    }
    /// An event.
    event_blocked {
        en: "The account was blocked",
        de: "Das Konto wurde gesperrt",
        fr: "Le compte a été bloqué",
        nl: "Het account is geblokkeerd",
    }
    /// An event.
    event_allowed {
        en: "The account was allowed again",
        de: "Das Konto wurde wieder zugelassen",
        fr: "Le compte a été de nouveau autorisé",
        nl: "Het account is weer toegestaan",
    }
    /// An event.
    event_validity_set {
        en: "The account was limited in time",
        de: "Das Konto wurde zeitlich begrenzt",
        fr: "Le compte a été limité dans le temps",
        nl: "Het account is in de tijd begrensd",
    }
    /// An event.
    event_tries_reset {
        en: "Failed tries were forgotten",
        de: "Fehlversuche wurden vergessen",
        fr: "Les tentatives échouées ont été effacées",
        nl: "Mislukte pogingen zijn vergeten",
    }
    /// An event.
    event_password_set {
        en: "The password was changed",
        de: "Das Passwort wurde geändert",
        fr: "Le mot de passe a été modifié",
        nl: "Het wachtwoord is gewijzigd",
    }
    /// An event.
    event_password_removed {
        en: "The password was removed",
        de: "Das Passwort wurde entfernt",
        fr: "Le mot de passe a été supprimé",
        nl: "Het wachtwoord is verwijderd",
    }
    /// An event.
    event_email_asked {
        en: "Another e-mail address was asked for",
        de: "Eine andere E-Mail-Adresse wurde gewünscht",
        fr: "Une autre adresse e-mail a été demandée",
        nl: "Er is om een ander e-mailadres gevraagd",
    }
    /// An event.
    event_picture_set {
        en: "The picture was changed",
        de: "Das Bild wurde geändert",
        fr: "La photo a été modifiée",
        nl: "De foto is gewijzigd",
    }
    /// An event.
    event_picture_removed {
        en: "The picture was removed",
        de: "Das Bild wurde entfernt",
        fr: "La photo a été retirée",
        nl: "De foto is verwijderd",
    }
    /// An event.
    event_email_withdrawn {
        en: "Another e-mail address was wanted no more",
        de: "Eine andere E-Mail-Adresse wurde nicht mehr gewünscht",
        fr: "La demande d’une autre adresse e-mail a été annulée",
        nl: "Het verzoek om een ander e-mailadres is ingetrokken",
    }
    /// An event.
    event_email_changed {
        en: "The e-mail address was changed",
        de: "Die E-Mail-Adresse wurde geändert",
        fr: "L’adresse e-mail a été modifiée",
        nl: "Het e-mailadres is gewijzigd",
    }
    /// What happened.
    event_device_remembered {
        en: "A browser was remembered",
        de: "Ein Browser wurde vorgemerkt",
        fr: "Un navigateur a été mémorisé",
        nl: "Een browser is onthouden",
    }
    /// What happened.
    event_device_trusted {
        en: "A browser was trusted",
        de: "Ein Browser wurde als vertrauenswürdig vermerkt",
        fr: "Un navigateur a été déclaré de confiance",
        nl: "Een browser is vertrouwd",
    }
    /// What happened.
    event_device_trust_ended {
        en: "A browser is not trusted any more",
        de: "Ein Browser ist nicht mehr vertrauenswürdig",
        fr: "Un navigateur n’est plus de confiance",
        nl: "Een browser wordt niet meer vertrouwd",
    }
    /// What happened.
    event_device_forgotten {
        en: "A browser was forgotten",
        de: "Ein Browser wurde vergessen",
        fr: "Un navigateur a été oublié",
        nl: "Een browser is vergeten",
    }
    /// What happened.
    event_device_copied {
        en: "Somebody used a copy of a browser’s cookie",
        de: "Jemand benutzte eine Kopie des Cookies eines Browsers",
        fr: "Quelqu’un a utilisé une copie du cookie d’un navigateur",
        nl: "Iemand gebruikte een kopie van het cookie van een browser",
    }
    /// What happened.
    event_factor_added {
        en: "A second factor was set up",
        de: "Ein zweiter Faktor wurde eingerichtet",
        fr: "Un second facteur a été configuré",
        nl: "Een tweede factor is ingesteld",
    }
    /// What happened.
    event_factor_renamed {
        en: "A second factor got another name",
        de: "Ein zweiter Faktor bekam einen anderen Namen",
        fr: "Un second facteur a changé de nom",
        nl: "Een tweede factor kreeg een andere naam",
    }
    /// What happened.
    event_factor_removed {
        en: "A second factor was removed",
        de: "Ein zweiter Faktor wurde entfernt",
        fr: "Un second facteur a été retiré",
        nl: "Een tweede factor is verwijderd",
    }
    /// What happened.
    event_recovery_codes_made {
        en: "New recovery codes were made",
        de: "Neue Wiederherstellungscodes wurden erstellt",
        fr: "De nouveaux codes de secours ont été créés",
        nl: "Nieuwe herstelcodes zijn gemaakt",
    }
    /// What happened.
    event_recovery_code_used {
        en: "A recovery code was used",
        de: "Ein Wiederherstellungscode wurde benutzt",
        fr: "Un code de secours a été utilisé",
        nl: "Een herstelcode is gebruikt",
    }
    /// What happened.
    event_mfa_exempted {
        en: "No second factor is required any more",
        de: "Ein zweiter Faktor wird nicht mehr verlangt",
        fr: "Un second facteur n’est plus exigé",
        nl: "Een tweede factor is niet meer vereist",
    }
    /// What happened.
    event_mfa_enforced {
        en: "A second factor is required again",
        de: "Ein zweiter Faktor wird wieder verlangt",
        fr: "Un second facteur est de nouveau exigé",
        nl: "Een tweede factor is weer vereist",
    }
    /// What happened.
    event_withheld {
        en: "Access was withheld",
        de: "Der Zugang wurde nicht gewährt",
        fr: "L’accès n’a pas été accordé",
        nl: "De toegang is niet verleend",
    }
    /// What happened.
    event_validity_ended {
        en: "The time of the account was over",
        de: "Die Zeit des Kontos war abgelaufen",
        fr: "La durée du compte était écoulée",
        nl: "De tijd van het account was voorbij",
    }
    /// What happened.
    event_password_reset_asked {
        en: "A link to choose a new password was asked for",
        de: "Ein Link für ein neues Passwort wurde angefordert",
        fr: "Un lien pour choisir un nouveau mot de passe a été demandé",
        nl: "Er is een koppeling voor een nieuw wachtwoord aangevraagd",
    }
    /// What happened.
    event_password_reset {
        en: "A new password was chosen through a mailed link",
        de: "Über einen gemailten Link wurde ein neues Passwort gewählt",
        fr: "Un nouveau mot de passe a été choisi par un lien reçu par e-mail",
        nl: "Via een gemailde koppeling is een nieuw wachtwoord gekozen",
    }
    /// What happened.
    event_pass_issued {
        en: "A temporary pass was issued",
        de: "Ein befristeter Zugangscode wurde ausgestellt",
        fr: "Un accès temporaire a été délivré",
        nl: "Er is een tijdelijke toegangscode verstrekt",
    }
    /// What happened.
    event_pass_used {
        en: "A temporary pass was used to sign in",
        de: "Ein befristeter Zugangscode wurde zur Anmeldung benutzt",
        fr: "Un accès temporaire a servi à se connecter",
        nl: "Er is met een tijdelijke toegangscode aangemeld",
    }
    /// What happened.
    event_device_allowed {
        en: "A device was signed in",
        de: "Ein Gerät wurde angemeldet",
        fr: "Un appareil a été connecté",
        nl: "Een apparaat is aangemeld",
    }
    /// What happened.
    event_device_denied {
        en: "A device was refused",
        de: "Ein Gerät wurde abgewiesen",
        fr: "Un appareil a été refusé",
        nl: "Een apparaat is geweigerd",
    }
    /// What happened.
    event_factors_removed {
        en: "All second factors were removed",
        de: "Alle zweiten Faktoren wurden entfernt",
        fr: "Tous les seconds facteurs ont été retirés",
        nl: "Alle tweede factoren zijn verwijderd",
    }
    /// What happened.
    event_key_added {
        en: "A passkey or security key was set up",
        de: "Ein Passkey oder Sicherheitsschlüssel wurde eingerichtet",
        fr: "Une clé d’accès ou de sécurité a été ajoutée",
        nl: "Een passkey of beveiligingssleutel is ingesteld",
    }
    /// What happened.
    event_key_renamed {
        en: "A passkey or security key got another name",
        de: "Ein Passkey oder Sicherheitsschlüssel bekam einen anderen Namen",
        fr: "Une clé d’accès ou de sécurité a changé de nom",
        nl: "Een passkey of beveiligingssleutel kreeg een andere naam",
    }
    /// What happened.
    event_key_removed {
        en: "A passkey or security key was removed",
        de: "Ein Passkey oder Sicherheitsschlüssel wurde entfernt",
        fr: "Une clé d’accès ou de sécurité a été supprimée",
        nl: "Een passkey of beveiligingssleutel is verwijderd",
    }
    /// What happened.
    event_key_suspended {
        en: "A passkey or security key was suspended, because there may be a copy of it",
        de: "Ein Passkey oder Sicherheitsschlüssel wurde gesperrt, weil es eine Kopie davon geben kann",
        fr: "Une clé d’accès ou de sécurité a été suspendue, car il en existe peut-être une copie",
        nl: "Een passkey of beveiligingssleutel is geblokkeerd, omdat er een kopie van kan bestaan",
    }
    /// What happened.
    event_own_api_keys_revoked {
        en: "Your API keys were revoked",
        de: "Ihre API-Schlüssel wurden widerrufen",
        fr: "Vos clés d’API ont été révoquées",
        nl: "Uw API-sleutels zijn ingetrokken",
    }
    /// What happened.
    event_grant_copied {
        en: "An application was signed out, because something that works once was used twice",
        de: "Eine Anwendung wurde abgemeldet, weil etwas zweimal benutzt wurde, das nur einmal gilt",
        fr: "Une application a été déconnectée, car ce qui ne sert qu’une fois a servi deux fois",
        nl: "Een toepassing is afgemeld, omdat iets wat één keer werkt twee keer is gebruikt",
    }
    /// An event.
    event_disowned {
        en: "Everybody else was thrown out",
        de: "Alle anderen wurden hinausgeworfen",
        fr: "Tous les autres ont été déconnectés",
        nl: "Alle anderen zijn eruit gezet",
    }
}
