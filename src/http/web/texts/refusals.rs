//! What goes wrong: a title and a sentence each.

super::texts! {
    /// A form of another site's page.
    cross_site {
        en: "That came from another site",
        de: "Das kam von einer anderen Website",
        fr: "Cela venait d’un autre site",
        nl: "Dat kwam van een andere site",
    }
    /// Its sentence.
    cross_site_sentence {
        en: "The form was sent by a page that is not ours, so nothing was done. Go back to the application and start again from there.",
        de: "Das Formular wurde von einer fremden Seite gesendet; es ist nichts geschehen. Gehen Sie zurück zur Anwendung und beginnen Sie dort von vorn.",
        fr: "Le formulaire a été envoyé par une page qui n’est pas la nôtre ; rien n’a été fait. Revenez à l’application et recommencez à partir de là.",
        nl: "Het formulier is verzonden door een pagina die niet van ons is; er is niets gebeurd. Ga terug naar de toepassing en begin daar opnieuw.",
    }
    /// A form that is none.
    unreadable_form {
        en: "The form could not be read",
        de: "Das Formular war nicht lesbar",
        fr: "Le formulaire n’a pas pu être lu",
        nl: "Het formulier kon niet worden gelezen",
    }
    /// Its sentence.
    unreadable_form_sentence {
        en: "What the browser sent is not a form of this page. Go back and try again.",
        de: "Was der Browser gesendet hat, ist kein Formular dieser Seite. Gehen Sie zurück und versuchen Sie es noch einmal.",
        fr: "Ce que le navigateur a envoyé n’est pas un formulaire de cette page. Revenez en arrière et réessayez.",
        nl: "Wat de browser stuurde, is geen formulier van deze pagina. Ga terug en probeer het opnieuw.",
    }
    /// The server is busy.
    busy {
        en: "Too much at once",
        de: "Zu viel auf einmal",
        fr: "Trop de demandes à la fois",
        nl: "Te veel tegelijk",
    }
    /// Its sentence.
    busy_sentence {
        en: "The server is very busy. Wait a few seconds and try again.",
        de: "Der Server ist stark ausgelastet. Warten Sie ein paar Sekunden und versuchen Sie es noch einmal.",
        fr: "Le serveur est très occupé. Attendez quelques secondes et réessayez.",
        nl: "De server heeft het erg druk. Wacht een paar seconden en probeer het opnieuw.",
    }
    /// An application wants its answers encrypted, and there is no key to do it with.
    no_key {
        en: "The application cannot be answered",
        de: "Die Anwendung ist nicht zu erreichen",
        fr: "Impossible de répondre à l’application",
        nl: "De toepassing kan geen antwoord krijgen",
    }
    /// Its sentence.
    no_key_sentence {
        en: "It asks for encrypted answers, and its keys cannot be had at the moment. Nothing was done. Try again later; if it stays, tell whoever runs the application.",
        de: "Sie verlangt verschlüsselte Antworten, und ihre Schlüssel sind zurzeit nicht zu bekommen. Es ist nichts geschehen. Versuchen Sie es später noch einmal; bleibt es dabei, wenden Sie sich an die Betreiber der Anwendung.",
        fr: "Elle demande des réponses chiffrées, et ses clés ne sont pas disponibles pour le moment. Rien n’a été fait. Réessayez plus tard ; si cela persiste, prévenez les responsables de l’application.",
        nl: "Ze vraagt om versleutelde antwoorden, en haar sleutels zijn op dit moment niet te krijgen. Er is niets gebeurd. Probeer het later opnieuw; blijft het zo, meld het dan aan wie de toepassing beheert.",
    }
    /// The server failed.
    internal {
        en: "Something went wrong",
        de: "Etwas ist schiefgegangen",
        fr: "Une erreur s’est produite",
        nl: "Er is iets misgegaan",
    }
    /// Its sentence.
    internal_sentence {
        en: "This is our fault, not yours. Try again; if it stays, tell your administrator the request below.",
        de: "Das liegt an uns, nicht an Ihnen. Versuchen Sie es noch einmal; bleibt es dabei, nennen Sie Ihrer Administration die Anfrage unten.",
        fr: "C’est notre faute, pas la vôtre. Réessayez ; si cela persiste, indiquez à votre administrateur la requête ci-dessous.",
        nl: "Dit ligt aan ons, niet aan u. Probeer het opnieuw; blijft het zo, geef uw beheerder dan het verzoek hieronder door.",
    }
    /// There is no such page.
    not_found {
        en: "There is nothing here",
        de: "Hier ist nichts",
        fr: "Il n’y a rien ici",
        nl: "Hier is niets",
    }
    /// Its sentence.
    not_found_sentence {
        en: "The address is mistyped, or what was here is gone.",
        de: "Die Adresse ist vertippt, oder was hier war, gibt es nicht mehr.",
        fr: "L’adresse est mal saisie, ou ce qui était ici n’existe plus.",
        nl: "Het adres klopt niet, of wat hier stond is weg.",
    }
    /// The method is not one of the address.
    wrong_method {
        en: "That cannot be done here",
        de: "Das geht hier nicht",
        fr: "Cela ne peut pas se faire ici",
        nl: "Dat kan hier niet",
    }
    /// Its sentence.
    wrong_method_sentence {
        en: "The address is right, but it does not take this kind of request.",
        de: "Die Adresse stimmt, aber sie nimmt diese Art von Anfrage nicht an.",
        fr: "L’adresse est correcte, mais elle n’accepte pas ce type de requête.",
        nl: "Het adres klopt, maar het neemt dit soort verzoek niet aan.",
    }
    /// A sign-in that was completed before.
    sign_in_completed {
        en: "You have been here before",
        de: "Hier waren Sie schon",
        fr: "Vous êtes déjà passé par ici",
        nl: "U bent hier al geweest",
    }
    /// Its sentence.
    sign_in_completed_sentence {
        en: "This sign-in was completed already, and each counts once. Go on to where it led.",
        de: "Diese Anmeldung ist schon abgeschlossen, und jede zählt einmal. Gehen Sie weiter dorthin, wohin sie geführt hat.",
        fr: "Cette connexion est déjà terminée, et chacune ne compte qu’une fois. Continuez là où elle menait.",
        nl: "Deze aanmelding is al voltooid, en elke telt één keer. Ga verder naar waar zij heen leidde.",
    }
    /// A sign-in that took too long.
    sign_in_expired {
        en: "That took too long",
        de: "Das hat zu lange gedauert",
        fr: "Cela a pris trop de temps",
        nl: "Dat duurde te lang",
    }
    /// Its sentence.
    sign_in_expired_sentence {
        en: "This sign-in has expired. Go back to the application and sign in there once more.",
        de: "Diese Anmeldung ist abgelaufen. Gehen Sie zurück zur Anwendung und melden Sie sich dort noch einmal an.",
        fr: "Cette connexion a expiré. Revenez à l’application et connectez-vous-y une nouvelle fois.",
        nl: "Deze aanmelding is verlopen. Ga terug naar de toepassing en meld u daar opnieuw aan.",
    }
    /// A sign-in that this browser did not begin.
    sign_in_unknown {
        en: "This sign-in is not known here",
        de: "Diese Anmeldung ist hier nicht bekannt",
        fr: "Cette connexion n’est pas connue ici",
        nl: "Deze aanmelding is hier niet bekend",
    }
    /// Its sentence.
    sign_in_unknown_sentence {
        en: "It was begun in another browser, or this one does not keep cookies. Go back to the application and sign in there once more.",
        de: "Sie wurde in einem anderen Browser begonnen, oder dieser behält keine Cookies. Gehen Sie zurück zur Anwendung und melden Sie sich dort noch einmal an.",
        fr: "Elle a été commencée dans un autre navigateur, ou celui-ci ne garde pas les cookies. Revenez à l’application et connectez-vous-y une nouvelle fois.",
        nl: "Zij is in een andere browser begonnen, of deze bewaart geen cookies. Ga terug naar de toepassing en meld u daar opnieuw aan.",
    }
    /// An authorization request that cannot be read.
    unreadable_request {
        en: "Unreadable request",
        de: "Unlesbare Anfrage",
        fr: "Requête illisible",
        nl: "Onleesbaar verzoek",
    }
    /// Its sentence.
    unreadable_request_sentence {
        en: "The application sent a request that is not a form, or one that is too large.",
        de: "Die Anwendung hat eine Anfrage gesendet, die kein Formular oder zu groß ist.",
        fr: "L’application a envoyé une requête qui n’est pas un formulaire, ou qui est trop grande.",
        nl: "De toepassing stuurde een verzoek dat geen formulier is, of dat te groot is.",
    }
    /// A request without client.
    client_missing {
        en: "Incomplete request",
        de: "Unvollständige Anfrage",
        fr: "Requête incomplète",
        nl: "Onvolledig verzoek",
    }
    /// Its sentence.
    client_missing_sentence {
        en: "The request does not say which application it comes from. Tell the people who run the application.",
        de: "Die Anfrage sagt nicht, von welcher Anwendung sie kommt. Sagen Sie es denen, die die Anwendung betreiben.",
        fr: "La requête n’indique pas de quelle application elle vient. Signalez-le aux responsables de l’application.",
        nl: "Het verzoek zegt niet van welke toepassing het komt. Meld het de mensen die de toepassing beheren.",
    }
    /// A client that is not known.
    client_unknown {
        en: "Unknown application",
        de: "Unbekannte Anwendung",
        fr: "Application inconnue",
        nl: "Onbekende toepassing",
    }
    /// Its sentence.
    client_unknown_sentence {
        en: "The application is not known here. Tell the people who run the application.",
        de: "Die Anwendung ist hier nicht bekannt. Sagen Sie es denen, die die Anwendung betreiben.",
        fr: "L’application n’est pas connue ici. Signalez-le aux responsables de l’application.",
        nl: "De toepassing is hier niet bekend. Meld het de mensen die de toepassing beheren.",
    }
    /// A redirect URI that is not the client's.
    redirect_uri {
        en: "Wrong return address",
        de: "Falsche Rückkehradresse",
        fr: "Mauvaise adresse de retour",
        nl: "Verkeerd terugkeeradres",
    }
    /// Its sentence.
    redirect_uri_sentence {
        en: "The address to return to is not one that the application registered. Tell the people who run the application.",
        de: "Die Rückkehradresse ist keine, die die Anwendung registriert hat. Sagen Sie es denen, die die Anwendung betreiben.",
        fr: "L’adresse de retour n’est pas une de celles que l’application a enregistrées. Signalez-le aux responsables de l’application.",
        nl: "Het terugkeeradres is er geen dat de toepassing heeft geregistreerd. Meld het de mensen die de toepassing beheren.",
    }
    /// A handle that is worth nothing.
    request_gone {
        en: "This cannot be continued",
        de: "Hier geht es nicht weiter",
        fr: "Impossible de continuer",
        nl: "Dit kan niet worden voortgezet",
    }
    /// Its sentence.
    request_gone_sentence {
        en: "It was answered already, took too long, or was begun in another browser. Go back to the application and start again.",
        de: "Es wurde schon beantwortet, hat zu lange gedauert oder wurde in einem anderen Browser begonnen. Gehen Sie zurück zur Anwendung und beginnen Sie von vorn.",
        fr: "La réponse a déjà été donnée, cela a pris trop de temps, ou a été commencé dans un autre navigateur. Revenez à l’application et recommencez.",
        nl: "Het is al beantwoord, duurde te lang, of is in een andere browser begonnen. Ga terug naar de toepassing en begin opnieuw.",
    }
}
