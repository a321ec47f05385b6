//! The page that carries an answer to an application in a form.

super::texts! {
    /// The heading, whatever the answer is.
    form_post_title {
        en: "Back to the application",
        de: "Zurück zur Anwendung",
        fr: "Retour à l’application",
        nl: "Terug naar de toepassing",
    }
    /// What happens.
    form_post_lead(application) {
        en: "You are being sent back to {application}. If nothing happens, press the button.",
        de: "Sie werden zu {application} zurückgeleitet. Geschieht nichts, drücken Sie die Schaltfläche.",
        fr: "Vous allez revenir à {application}. Si rien ne se passe, cliquez sur le bouton.",
        nl: "U gaat terug naar {application}. Gebeurt er niets, druk dan op de knop.",
    }
    /// The button.
    form_post_go_on {
        en: "Go on",
        de: "Weiter",
        fr: "Continuer",
        nl: "Doorgaan",
    }
}
