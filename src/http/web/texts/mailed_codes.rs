//! A code that is mailed, in the place of another second factor.

super::texts! {
    /// The link to the page for one, among the other ways.
    use_mailed_code {
        en: "Get a code by e-mail",
        de: "Einen Code per E-Mail erhalten",
        fr: "Recevoir un code par e-mail",
        nl: "Een code per e-mail ontvangen",
    }
    /// The heading of that page.
    mailed_title {
        en: "A code by e-mail",
        de: "Code per E-Mail",
        fr: "Un code par e-mail",
        nl: "Een code per e-mail",
    }
    /// Below it, before one is sent.
    mailed_lead(address) {
        en: "We can send a code to {address}, with which you sign in here, in this browser.",
        de: "Wir können einen Code an {address} senden, mit dem Sie sich hier, in diesem Browser, anmelden.",
        fr: "Nous pouvons envoyer à {address} un code qui vous permettra de vous connecter ici, dans ce navigateur.",
        nl: "We kunnen een code sturen naar {address}, waarmee u zich hier, in deze browser, aanmeldt.",
    }
    /// The button that sends it.
    mailed_send {
        en: "Send the code",
        de: "Code senden",
        fr: "Envoyer le code",
        nl: "Code versturen",
    }
    /// Below the heading, once one was sent.
    mailed_lead_sent(address) {
        en: "We have sent a code to {address}. It works once, for ten minutes.",
        de: "Wir haben einen Code an {address} gesendet. Er gilt einmal, zehn Minuten lang.",
        fr: "Nous avons envoyé un code à {address}. Il est valable une seule fois, pendant dix minutes.",
        nl: "We hebben een code gestuurd naar {address}. Hij werkt één keer, tien minuten lang.",
    }
    /// The field for it.
    mailed_code {
        en: "8-digit code",
        de: "8-stelliger Code",
        fr: "Code à 8 chiffres",
        nl: "Code van 8 cijfers",
    }
    /// Below the field.
    mailed_hint {
        en: "Enter it here only, and tell it to nobody.",
        de: "Geben Sie ihn nur hier ein, und sagen Sie ihn niemandem.",
        fr: "Ne le saisissez qu’ici et ne le communiquez à personne.",
        nl: "Voer hem alleen hier in en vertel hem aan niemand.",
    }
    /// What was typed is no code of eight digits.
    mailed_not_a_code {
        en: "The code has 8 digits. This try does not count.",
        de: "Der Code hat 8 Ziffern. Dieser Versuch zählt nicht.",
        fr: "Le code comporte 8 chiffres. Cet essai ne compte pas.",
        nl: "De code heeft 8 cijfers. Deze poging telt niet.",
    }
    /// The code was wrong, too old, replaced by a newer one, or was used before.
    mailed_refused {
        en: "That code does not work. Only the one in the latest letter does, once and for ten minutes.",
        de: "Dieser Code gilt nicht. Nur der aus der neuesten Nachricht gilt, einmal und zehn Minuten lang.",
        fr: "Ce code n’est pas valable. Seul celui du dernier message l’est, une seule fois et pendant dix minutes.",
        nl: "Die code werkt niet. Alleen die uit het nieuwste bericht werkt, één keer en tien minuten lang.",
    }
    /// The button that sends a newer one.
    mailed_send_again {
        en: "Send another code",
        de: "Einen neuen Code senden",
        fr: "Envoyer un autre code",
        nl: "Nog een code versturen",
    }
    /// Another one was asked for at once.
    mailed_too_soon {
        en: "A code was sent just now. It can take a minute to arrive; look among unwanted mail too. After that you can send another one.",
        de: "Gerade wurde ein Code gesendet. Er kann eine Minute unterwegs sein; sehen Sie auch bei unerwünschter Post nach. Danach können Sie einen neuen senden.",
        fr: "Un code vient d’être envoyé. Il peut mettre une minute à arriver ; regardez aussi dans les indésirables. Ensuite, vous pourrez en envoyer un autre.",
        nl: "Er is zojuist een code verstuurd. Het kan een minuut duren voordat hij aankomt; kijk ook bij de ongewenste e-mail. Daarna kunt u een nieuwe versturen.",
    }
    /// Too many were asked for.
    mailed_too_many {
        en: "Too many codes were sent to this account. Use another way, or try again in an hour.",
        de: "An dieses Konto wurden zu viele Codes gesendet. Nehmen Sie einen anderen Weg, oder versuchen Sie es in einer Stunde noch einmal.",
        fr: "Trop de codes ont été envoyés à ce compte. Utilisez un autre moyen ou réessayez dans une heure.",
        nl: "Er zijn te veel codes naar dit account verstuurd. Gebruik een andere manier, of probeer het over een uur opnieuw.",
    }
    /// The heading of the block in the account that says where codes go.
    account_mailed_codes {
        en: "Codes by e-mail",
        de: "Codes per E-Mail",
        fr: "Codes par e-mail",
        nl: "Codes per e-mail",
    }
    /// In it, where a code only stands in for another factor.
    account_mailed_codes_recovery(address) {
        en: "If you do not have your second factor at hand when you sign in, a code can be sent to {address}. To change what you sign in with, it is not enough.",
        de: "Wenn Sie beim Anmelden Ihren zweiten Faktor nicht zur Hand haben, kann ein Code an {address} gesendet werden. Um zu ändern, womit Sie sich anmelden, genügt er nicht.",
        fr: "Si vous n’avez pas votre second facteur sous la main au moment de vous connecter, un code peut être envoyé à {address}. Il ne suffit pas pour modifier vos moyens de connexion.",
        nl: "Als u uw tweede factor bij het aanmelden niet bij de hand hebt, kan er een code naar {address} worden gestuurd. Die is niet genoeg om te wijzigen waarmee u zich aanmeldt.",
    }
    /// In it, where a code is also the factor of whoever has no other.
    account_mailed_codes_factor(address) {
        en: "Where a second factor is asked for and you give no other, a code is sent to {address}. An authenticator app or a passkey protects you better.",
        de: "Wird ein zweiter Faktor verlangt und Sie geben keinen anderen an, wird ein Code an {address} gesendet. Eine Authenticator-App oder ein Passkey schützt Sie besser.",
        fr: "Lorsqu’un second facteur est demandé et que vous n’en donnez pas d’autre, un code est envoyé à {address}. Une application d’authentification ou une clé d’accès vous protège mieux.",
        nl: "Wordt er een tweede factor gevraagd en geeft u geen andere, dan wordt er een code naar {address} gestuurd. Een authenticator-app of een passkey beschermt u beter.",
    }
    /// In the activity of an account.
    event_mailed_code_sent {
        en: "A code to sign in was mailed",
        de: "Ein Code für die Anmeldung wurde per E-Mail gesendet",
        fr: "Un code de connexion a été envoyé par e-mail",
        nl: "Er is een aanmeldcode per e-mail verstuurd",
    }
    /// In the activity of an account.
    event_mailed_code_used {
        en: "A mailed code was used",
        de: "Ein per E-Mail gesendeter Code wurde benutzt",
        fr: "Un code reçu par e-mail a été utilisé",
        nl: "Een per e-mail verstuurde code is gebruikt",
    }
}
