//! New passwords: what they must be, changing and resetting them.

super::texts! {
    /// What a password should be like.
    new_password_hint(least) {
        en: "At least {least} characters. A few words are better than a few symbols.",
        de: "Mindestens {least} Zeichen. Ein paar Wörter sind besser als ein paar Sonderzeichen.",
        fr: "Au moins {least} caractères. Quelques mots valent mieux que quelques symboles.",
        nl: "Minstens {least} tekens. Een paar woorden zijn beter dan een paar leestekens.",
    }
    /// It has too few characters.
    new_password_too_short(least) {
        en: "The new password needs at least {least} characters.",
        de: "Das neue Passwort braucht mindestens {least} Zeichen.",
        fr: "Le nouveau mot de passe doit compter au moins {least} caractères.",
        nl: "Het nieuwe wachtwoord heeft minstens {least} tekens nodig.",
    }
    /// It is longer than anybody types.
    new_password_too_long {
        en: "The new password is too long: 1024 bytes are the most.",
        de: "Das neue Passwort ist zu lang: höchstens 1024 Byte.",
        fr: "Le nouveau mot de passe est trop long : 1024 octets au plus.",
        nl: "Het nieuwe wachtwoord is te lang: hoogstens 1024 bytes.",
    }
    /// It is made of the name of the person or of the server.
    new_password_own_name {
        en: "The new password must not be made of your name, your e-mail address or the name of this service.",
        de: "Das neue Passwort darf nicht aus Ihrem Namen, Ihrer E-Mail-Adresse oder dem Namen dieses Dienstes bestehen.",
        fr: "Le nouveau mot de passe ne doit pas être formé de votre nom, de votre adresse e-mail ou du nom de ce service.",
        nl: "Het nieuwe wachtwoord mag niet bestaan uit uw naam, uw e-mailadres of de naam van deze dienst.",
    }
    /// It is on the list.
    new_password_breached {
        en: "This password became known elsewhere, so others will try it. Choose another one.",
        de: "Dieses Passwort ist anderswo bekannt geworden, also werden es andere probieren. Wählen Sie ein anderes.",
        fr: "Ce mot de passe a été divulgué ailleurs : d’autres l’essaieront. Choisissez-en un autre.",
        nl: "Dit wachtwoord is elders bekend geworden, dus anderen zullen het proberen. Kies een ander.",
    }
    /// It would be guessed soon.
    new_password_too_weak {
        en: "The new password is too easy to guess. Add a word or two.",
        de: "Das neue Passwort ist zu leicht zu erraten. Fügen Sie ein oder zwei Wörter hinzu.",
        fr: "Le nouveau mot de passe est trop facile à deviner. Ajoutez un mot ou deux.",
        nl: "Het nieuwe wachtwoord is te gemakkelijk te raden. Voeg een woord of twee toe.",
    }
    /// It is the one that the person has.
    new_password_same {
        en: "Choose another password than the one you have had so far.",
        de: "Wählen Sie ein anderes Passwort als das bisherige.",
        fr: "Choisissez un autre mot de passe que celui que vous aviez jusqu’ici.",
        nl: "Kies een ander wachtwoord dan het huidige.",
    }
    /// It is one that the person had.
    new_password_used_before {
        en: "You had this password before. Choose another one.",
        de: "Dieses Passwort hatten Sie schon einmal. Wählen Sie ein anderes.",
        fr: "Vous avez déjà utilisé ce mot de passe. Choisissez-en un autre.",
        nl: "Dit wachtwoord hebt u al eens gehad. Kies een ander.",
    }
    /// On the sign-in page: leads to where a link is asked for.
    forgot_link {
        en: "Forgot your password?",
        de: "Passwort vergessen?",
        fr: "Mot de passe oublié ?",
        nl: "Wachtwoord vergeten?",
    }
    /// The heading of the form that asks for a link.
    forgot_title {
        en: "Forgot your password",
        de: "Passwort vergessen",
        fr: "Mot de passe oublié",
        nl: "Wachtwoord vergeten",
    }
    /// What comes of it.
    forgot_lead {
        en: "A link to choose a new one is sent to the e-mail address of your account.",
        de: "An die E-Mail-Adresse Ihres Kontos geht ein Link, um ein neues zu wählen.",
        fr: "Un lien pour en choisir un nouveau est envoyé à l’adresse e-mail de votre compte.",
        nl: "Naar het e-mailadres van uw account gaat een koppeling om een nieuw te kiezen.",
    }
    /// The button.
    forgot_send {
        en: "Send the link",
        de: "Link senden",
        fr: "Envoyer le lien",
        nl: "Koppeling sturen",
    }
    /// The field was left empty.
    forgot_incomplete {
        en: "Enter your user name or your e-mail address.",
        de: "Geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein.",
        fr: "Saisissez votre nom d’utilisateur ou votre adresse e-mail.",
        nl: "Vul uw gebruikersnaam of uw e-mailadres in.",
    }
    /// The page after that, whoever was named.
    forgot_sent {
        en: "Look into your mail",
        de: "Sehen Sie in Ihre E-Mails",
        fr: "Consultez votre messagerie",
        nl: "Kijk in uw e-mail",
    }
    /// It says nothing of whether there is such an account.
    forgot_sent_sentence {
        en: "If there is an account of this name that can have one, a link is on its way to its e-mail address.",
        de: "Wenn es ein Konto mit diesem Namen gibt, das einen bekommen kann, ist ein Link an seine E-Mail-Adresse unterwegs.",
        fr: "S’il existe un compte de ce nom qui peut en recevoir un, un lien est en route vers son adresse e-mail.",
        nl: "Als er een account met deze naam is dat er een kan krijgen, is er een koppeling onderweg naar het e-mailadres ervan.",
    }
    /// Where it works.
    forgot_sent_browser {
        en: "Open it in this browser within half an hour.",
        de: "Öffnen Sie ihn innerhalb einer halben Stunde in diesem Browser.",
        fr: "Ouvrez-le dans ce navigateur dans la demi-heure.",
        nl: "Open ze binnen een half uur in deze browser.",
    }
    /// The form behind the link.
    reset_lead {
        en: "Choose one that only you know. All sessions of your account end.",
        de: "Wählen Sie eines, das nur Sie kennen. Alle Sitzungen Ihres Kontos enden.",
        fr: "Choisissez-en un que vous seul connaissez. Toutes les sessions de votre compte prennent fin.",
        nl: "Kies er een dat alleen u kent. Alle sessies van uw account eindigen.",
    }
    /// The link does not work.
    reset_gone {
        en: "This link does not work",
        de: "Dieser Link gilt nicht",
        fr: "Ce lien ne fonctionne pas",
        nl: "Deze koppeling werkt niet",
    }
    /// Why, and what to do.
    reset_gone_sentence {
        en: "It was used already, it has expired, or it was asked for in another browser. Ask for a new one from the sign-in page of this browser.",
        de: "Er wurde schon benutzt, ist abgelaufen oder wurde in einem anderen Browser angefordert. Fordern Sie auf der Anmeldeseite dieses Browsers einen neuen an.",
        fr: "Il a déjà servi, il a expiré ou il a été demandé dans un autre navigateur. Demandez-en un nouveau depuis la page de connexion de ce navigateur.",
        nl: "Ze is al gebruikt, is verlopen of is in een andere browser aangevraagd. Vraag een nieuwe aan op de aanmeldpagina van deze browser.",
    }
    /// The new password is set.
    reset_done {
        en: "Your new password is set",
        de: "Ihr neues Passwort ist festgelegt",
        fr: "Votre nouveau mot de passe est défini",
        nl: "Uw nieuwe wachtwoord is ingesteld",
    }
    /// What comes next.
    reset_done_sentence {
        en: "Sign in with it now.",
        de: "Melden Sie sich jetzt damit an.",
        fr: "Connectez-vous maintenant avec celui-ci.",
        nl: "Meld u er nu mee aan.",
    }
    /// Of the account: the block and the page.
    account_password {
        en: "Password",
        de: "Passwort",
        fr: "Mot de passe",
        nl: "Wachtwoord",
    }
    /// When it was set.
    account_password_since {
        en: "In use since",
        de: "In Gebrauch seit",
        fr: "Utilisé depuis",
        nl: "In gebruik sinds",
    }
    /// The account has none.
    account_password_none {
        en: "Your account has no password.",
        de: "Ihr Konto hat kein Passwort.",
        fr: "Votre compte n’a pas de mot de passe.",
        nl: "Uw account heeft geen wachtwoord.",
    }
    /// Leads to the page.
    account_password_change {
        en: "Choose a new password",
        de: "Neues Passwort wählen",
        fr: "Choisir un nouveau mot de passe",
        nl: "Nieuw wachtwoord kiezen",
    }
    /// The button.
    new_password_save {
        en: "Save",
        de: "Speichern",
        fr: "Enregistrer",
        nl: "Opslaan",
    }
    /// What that ends.
    account_password_lead {
        en: "All your other sessions end, and what applications hold for them.",
        de: "Alle Ihre anderen Sitzungen enden, und was Anwendungen dafür haben.",
        fr: "Toutes vos autres sessions prennent fin, avec ce que les applications détiennent pour elles.",
        nl: "Al uw andere sessies eindigen, met wat toepassingen daarvoor hebben.",
    }
    /// It was done.
    account_password_changed {
        en: "Your new password is set, and your other sessions have ended.",
        de: "Ihr neues Passwort ist festgelegt, und Ihre anderen Sitzungen sind beendet.",
        fr: "Votre nouveau mot de passe est défini et vos autres sessions ont pris fin.",
        nl: "Uw nieuwe wachtwoord is ingesteld en uw andere sessies zijn beëindigd.",
    }
}
