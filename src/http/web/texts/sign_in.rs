//! Signing in, and the new password.

super::texts! {
    /// The heading and the button of the sign-in form.
    sign_in_title {
        en: "Sign in",
        de: "Anmelden",
        fr: "Se connecter",
        nl: "Aanmelden",
    }
    /// Under the heading: what the person signs in for.
    sign_in_lead(application) {
        en: "to continue to {application}",
        de: "um mit {application} fortzufahren",
        fr: "pour continuer vers {application}",
        nl: "om door te gaan naar {application}",
    }
    /// Under the heading, when no application is known.
    sign_in_lead_alone {
        en: "with your account",
        de: "mit Ihrem Konto",
        fr: "avec votre compte",
        nl: "met uw account",
    }
    /// The first field.
    user_name_or_email {
        en: "User name or e-mail",
        de: "Benutzername oder E-Mail-Adresse",
        fr: "Nom d’utilisateur ou adresse e-mail",
        nl: "Gebruikersnaam of e-mailadres",
    }
    /// The second field.
    password {
        en: "Password",
        de: "Passwort",
        fr: "Mot de passe",
        nl: "Wachtwoord",
    }
    /// One sentence for every refusal: it tells nobody which names exist, nor what is wrong
    /// with them.
    sign_in_refused {
        en: "That did not work. Check the user name and the password, or ask your administrator.",
        de: "Das hat nicht geklappt. Prüfen Sie Benutzername und Passwort, oder fragen Sie Ihre Administration.",
        fr: "La connexion a échoué. Vérifiez le nom d’utilisateur et le mot de passe, ou adressez-vous à votre administrateur.",
        nl: "Dat is niet gelukt. Controleer gebruikersnaam en wachtwoord, of vraag het uw beheerder.",
    }
    /// A field was left empty.
    sign_in_incomplete {
        en: "Enter your user name and your password.",
        de: "Geben Sie Ihren Benutzernamen und Ihr Passwort ein.",
        fr: "Saisissez votre nom d’utilisateur et votre mot de passe.",
        nl: "Vul uw gebruikersnaam en uw wachtwoord in.",
    }
    /// The page of whoever comes without an application.
    where_to_start {
        en: "Where to start",
        de: "Wo es losgeht",
        fr: "Par où commencer",
        nl: "Waar te beginnen",
    }
    /// Its first sentence.
    where_to_start_why {
        en: "Signing in begins in the application that you want to use.",
        de: "Die Anmeldung beginnt in der Anwendung, die Sie nutzen möchten.",
        fr: "La connexion commence dans l’application que vous voulez utiliser.",
        nl: "Aanmelden begint in de toepassing die u wilt gebruiken.",
    }
    /// Its second sentence.
    where_to_start_how {
        en: "Open the application and choose to sign in there. It brings you back here, and from here to where you want to go.",
        de: "Öffnen Sie die Anwendung und wählen Sie dort die Anmeldung. Sie bringt Sie hierher, und von hier an Ihr Ziel.",
        fr: "Ouvrez l’application et choisissez de vous y connecter. Elle vous ramène ici, et d’ici là où vous voulez aller.",
        nl: "Open de toepassing en kies daar voor aanmelden. Die brengt u hierheen, en van hier naar waar u wilt zijn.",
    }
    /// The heading of the form for a new password.
    new_password_title {
        en: "Choose a new password",
        de: "Neues Passwort wählen",
        fr: "Choisir un nouveau mot de passe",
        nl: "Kies een nieuw wachtwoord",
    }
    /// Why it has to be.
    new_password_lead {
        en: "Your password was set by somebody else, or has been in use for long. Choose one that only you know.",
        de: "Ihr Passwort hat jemand anderes festgelegt, oder es ist schon lange in Gebrauch. Wählen Sie eines, das nur Sie kennen.",
        fr: "Votre mot de passe a été défini par quelqu’un d’autre ou sert depuis longtemps. Choisissez-en un que vous seul connaissez.",
        nl: "Uw wachtwoord is door iemand anders ingesteld of is al lang in gebruik. Kies er een dat alleen u kent.",
    }
    /// Why it has to be, for who came with a temporary pass.
    new_password_lead_after_pass {
        en: "Your temporary pass works only once. Choose a password, so that you can sign in the next time.",
        de: "Ihr befristeter Zugangscode gilt nur einmal. Wählen Sie ein Passwort, damit Sie sich beim nächsten Mal anmelden können.",
        fr: "Votre accès temporaire ne sert qu’une fois. Choisissez un mot de passe pour pouvoir vous connecter la prochaine fois.",
        nl: "Uw tijdelijke toegangscode werkt maar één keer. Kies een wachtwoord, zodat u zich de volgende keer kunt aanmelden.",
    }
    /// The first field.
    new_password {
        en: "New password",
        de: "Neues Passwort",
        fr: "Nouveau mot de passe",
        nl: "Nieuw wachtwoord",
    }
    /// The second field.
    new_password_again {
        en: "New password again",
        de: "Neues Passwort noch einmal",
        fr: "Nouveau mot de passe, encore une fois",
        nl: "Nogmaals het nieuwe wachtwoord",
    }
    /// The button.
    save_and_continue {
        en: "Save and continue",
        de: "Speichern und weiter",
        fr: "Enregistrer et continuer",
        nl: "Opslaan en verder",
    }
    /// The two fields differ.
    new_passwords_differ {
        en: "The two passwords are not the same.",
        de: "Die beiden Passwörter sind nicht gleich.",
        fr: "Les deux mots de passe ne sont pas identiques.",
        nl: "De twee wachtwoorden zijn niet gelijk.",
    }
}
