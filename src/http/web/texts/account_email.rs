//! The change of a person's e-mail address.

super::texts! {
    /// The page, and what leads to it.
    email_change {
        en: "Change e-mail address",
        de: "E-Mail-Adresse ändern",
        fr: "Changer d’adresse e-mail",
        nl: "E-mailadres wijzigen",
    }
    /// Under its heading.
    email_change_lead {
        en: "We send a letter to the new address. The change is made when you open the link in it, and your old address is told.",
        de: "Wir senden eine Nachricht an die neue Adresse. Geändert wird erst, wenn Sie den Link darin öffnen; die alte Adresse wird benachrichtigt.",
        fr: "Nous envoyons un message à la nouvelle adresse. Le changement a lieu quand vous ouvrez le lien qu’il contient, et l’ancienne adresse en est avertie.",
        nl: "We sturen een bericht naar het nieuwe adres. De wijziging volgt als u de koppeling daarin opent, en uw oude adres krijgt bericht.",
    }
    /// Names the address that the account has.
    email_now {
        en: "Present address",
        de: "Bisherige Adresse",
        fr: "Adresse actuelle",
        nl: "Huidig adres",
    }
    /// Names the address that it is to have.
    email_new {
        en: "New address",
        de: "Neue Adresse",
        fr: "Nouvelle adresse",
        nl: "Nieuw adres",
    }
    /// The button of the form.
    email_send {
        en: "Send the letter",
        de: "Nachricht senden",
        fr: "Envoyer le message",
        nl: "Bericht sturen",
    }
    /// The heading of a change that waits.
    email_waits {
        en: "Waiting for confirmation",
        de: "Wartet auf Bestätigung",
        fr: "En attente de confirmation",
        nl: "Wacht op bevestiging",
    }
    /// What to do for it.
    email_waits_sentence(address) {
        en: "Open the link in the letter to {address}, in a browser in which you are signed in here.",
        de: "Öffnen Sie den Link in der Nachricht an {address}, und zwar in einem Browser, in dem Sie hier angemeldet sind.",
        fr: "Ouvrez le lien du message envoyé à {address}, dans un navigateur où vous êtes connecté ici.",
        nl: "Open de koppeling in het bericht aan {address}, in een browser waarin u hier bent aangemeld.",
    }
    /// Names the end of a link.
    email_waits_until {
        en: "The link works until",
        de: "Der Link gilt bis",
        fr: "Le lien fonctionne jusqu’au",
        nl: "De koppeling werkt tot",
    }
    /// Takes back a change that waits.
    email_withdraw {
        en: "Withdraw",
        de: "Zurückziehen",
        fr: "Annuler la demande",
        nl: "Intrekken",
    }
    /// After the form: what to do next.
    email_asked {
        en: "A letter is on its way to the new address.",
        de: "Eine Nachricht an die neue Adresse ist unterwegs.",
        fr: "Un message est en route vers la nouvelle adresse.",
        nl: "Er is een bericht onderweg naar het nieuwe adres.",
    }
    /// After a change was taken back.
    email_withdrawn {
        en: "The change was withdrawn. The link in the letter does not work any more.",
        de: "Die Änderung ist zurückgezogen. Der Link in der Nachricht gilt nicht mehr.",
        fr: "La demande est annulée. Le lien du message ne fonctionne plus.",
        nl: "De wijziging is ingetrokken. De koppeling in het bericht werkt niet meer.",
    }
    /// After the change.
    email_changed {
        en: "Your e-mail address is changed.",
        de: "Ihre E-Mail-Adresse ist geändert.",
        fr: "Votre adresse e-mail est modifiée.",
        nl: "Uw e-mailadres is gewijzigd.",
    }
    /// What was typed is no address.
    email_no_address {
        en: "This is not an e-mail address. Type one such as name@example.com.",
        de: "Das ist keine E-Mail-Adresse. Geben Sie eine ein wie name@example.com.",
        fr: "Ce n’est pas une adresse e-mail. Saisissez-en une comme nom@example.com.",
        nl: "Dit is geen e-mailadres. Typ er een zoals naam@example.com.",
    }
    /// It is the address that the account has.
    email_same {
        en: "This is your address already.",
        de: "Das ist schon Ihre Adresse.",
        fr: "C’est déjà votre adresse.",
        nl: "Dit is al uw adres.",
    }
    /// Enough letters were sent.
    email_too_many {
        en: "Several letters were sent within the last hour. Wait an hour before you ask for another one.",
        de: "In der letzten Stunde wurden schon mehrere Nachrichten gesendet. Warten Sie eine Stunde, bevor Sie eine weitere anfordern.",
        fr: "Plusieurs messages ont été envoyés au cours de la dernière heure. Attendez une heure avant d’en demander un autre.",
        nl: "In het afgelopen uur zijn al meerdere berichten gestuurd. Wacht een uur voordat u er nog een aanvraagt.",
    }
    /// There is no mail server.
    email_no_letters {
        en: "This service sends no letters, so a new address cannot be confirmed. Ask an administrator to change it.",
        de: "Dieser Dienst versendet keine Nachrichten, deshalb kann eine neue Adresse nicht bestätigt werden. Bitten Sie die Administration, sie zu ändern.",
        fr: "Ce service n’envoie pas de messages : une nouvelle adresse ne peut être confirmée. Demandez à un administrateur de la changer.",
        nl: "Deze dienst verstuurt geen berichten, dus een nieuw adres kan niet worden bevestigd. Vraag een beheerder om het te wijzigen.",
    }
    /// The page behind the link.
    email_confirm {
        en: "Confirm the new address",
        de: "Neue Adresse bestätigen",
        fr: "Confirmer la nouvelle adresse",
        nl: "Nieuw adres bevestigen",
    }
    /// Under its heading.
    email_confirm_lead {
        en: "From then on, letters about your account go to the new address, and applications learn it as yours.",
        de: "Nachrichten zu Ihrem Konto gehen dann an die neue Adresse, und Anwendungen erfahren sie als die Ihre.",
        fr: "Les messages concernant votre compte iront alors à la nouvelle adresse, et les applications la connaîtront comme la vôtre.",
        nl: "Berichten over uw account gaan dan naar het nieuwe adres, en toepassingen krijgen het als het uwe te zien.",
    }
    /// The button behind the link.
    email_confirm_submit {
        en: "Confirm",
        de: "Bestätigen",
        fr: "Confirmer l’adresse",
        nl: "Bevestigen",
    }
    /// The link is good no more.
    email_gone_sentence {
        en: "It was used or replaced already, it has expired, or it belongs to another account than the one that is signed in here.",
        de: "Er wurde schon benutzt oder ersetzt, ist abgelaufen oder gehört zu einem anderen Konto als dem, das hier angemeldet ist.",
        fr: "Il a déjà servi ou a été remplacé, il a expiré, ou il appartient à un autre compte que celui qui est connecté ici.",
        nl: "Ze is al gebruikt of vervangen, is verlopen, of hoort bij een ander account dan het account dat hier is aangemeld.",
    }
}
