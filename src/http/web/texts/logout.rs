//! Signing out.

super::texts! {
    /// The page that asks.
    sign_out_question {
        en: "Sign out?",
        de: "Abmelden?",
        fr: "Se déconnecter ?",
        nl: "Afmelden?",
    }
    /// The button, and the title of the page that asks.
    sign_out {
        en: "Sign out",
        de: "Abmelden",
        fr: "Se déconnecter",
        nl: "Afmelden",
    }
    /// The other button.
    stay_signed_in {
        en: "Stay",
        de: "Bleiben",
        fr: "Rester",
        nl: "Blijven",
    }
    /// Who asks.
    sign_out_asked_by(application) {
        en: "{application} asks to end your session.",
        de: "{application} bittet darum, Ihre Sitzung zu beenden.",
        fr: "{application} demande de mettre fin à votre session.",
        nl: "{application} vraagt om uw sessie te beëindigen.",
    }
    /// When nobody is known to ask.
    sign_out_here {
        en: "This ends your session in this browser.",
        de: "Das beendet Ihre Sitzung in diesem Browser.",
        fr: "Cela met fin à votre session dans ce navigateur.",
        nl: "Dit beëindigt uw sessie in deze browser.",
    }
    /// The page afterwards.
    signed_out {
        en: "You are signed out",
        de: "Sie sind abgemeldet",
        fr: "Vous êtes déconnecté",
        nl: "U bent afgemeld",
    }
    /// Its sentence.
    signed_out_sentence {
        en: "Your session in this browser has ended.",
        de: "Ihre Sitzung in diesem Browser ist beendet.",
        fr: "Votre session dans ce navigateur est terminée.",
        nl: "Uw sessie in deze browser is beëindigd.",
    }
    /// What remains.
    signed_out_elsewhere {
        en: "Applications that you used may keep sessions of their own. On a computer that others use too, close the browser.",
        de: "Anwendungen, die Sie genutzt haben, können eigene Sitzungen behalten. An einem Rechner, den auch andere nutzen, schließen Sie den Browser.",
        fr: "Les applications que vous avez utilisées peuvent garder leurs propres sessions. Sur un ordinateur partagé, fermez le navigateur.",
        nl: "Toepassingen die u hebt gebruikt, kunnen eigen sessies behouden. Sluit op een gedeelde computer de browser.",
    }
    /// A sign-out that is refused.
    sign_out_refused {
        en: "This sign-out cannot be done",
        de: "Diese Abmeldung ist nicht möglich",
        fr: "Cette déconnexion est impossible",
        nl: "Deze afmelding is niet mogelijk",
    }
    /// Why: its form.
    sign_out_not_a_form {
        en: "The request is not a form with each field once.",
        de: "Die Anfrage ist kein Formular, in dem jedes Feld einmal steht.",
        fr: "La requête n’est pas un formulaire où chaque champ figure une seule fois.",
        nl: "Het verzoek is geen formulier met elk veld één keer.",
    }
    /// Why: its ID token.
    sign_out_foreign_hint {
        en: "The ID token of the request is not one of ours.",
        de: "Das ID-Token der Anfrage ist keines von uns.",
        fr: "Le jeton d’identité de la requête n’est pas de nous.",
        nl: "Het ID-token van het verzoek is niet van ons.",
    }
    /// Why: its application.
    sign_out_other_application {
        en: "The request names another application than its ID token.",
        de: "Die Anfrage nennt eine andere Anwendung als ihr ID-Token.",
        fr: "La requête nomme une autre application que son jeton d’identité.",
        nl: "Het verzoek noemt een andere toepassing dan zijn ID-token.",
    }
    /// Why: its return address.
    sign_out_return_address {
        en: "The address to return to is not one that the application registered.",
        de: "Die Rückkehradresse ist keine, die die Anwendung registriert hat.",
        fr: "L’adresse de retour n’est pas une de celles que l’application a enregistrées.",
        nl: "Het terugkeeradres is er geen dat de toepassing heeft geregistreerd.",
    }
}
