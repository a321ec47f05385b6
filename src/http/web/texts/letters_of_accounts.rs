//! Letters about what happens to an account, and to a connection.

super::texts! {
    /// Too many failed tries.
    letter_tries {
        en: "Somebody tries to sign in to your account",
        de: "Jemand versucht, sich bei Ihrem Konto anzumelden",
        fr: "Quelqu’un essaie de se connecter à votre compte",
        nl: "Iemand probeert zich bij uw account aan te melden",
    }
    /// What that means.
    letter_tries_sentence {
        en: "There were many failed tries to sign in to your account. Further tries are held up for a while.",
        de: "Es gab viele fehlgeschlagene Versuche, sich bei Ihrem Konto anzumelden. Weitere Versuche werden eine Zeit lang aufgehalten.",
        fr: "Il y a eu de nombreuses tentatives infructueuses de connexion à votre compte. Les suivantes sont retardées pendant un temps.",
        nl: "Er waren veel mislukte pogingen om zich bij uw account aan te melden. Verdere pogingen worden een tijd opgehouden.",
    }
    /// A browser was trusted.
    letter_trusted {
        en: "A browser is trusted now",
        de: "Einem Browser wird jetzt vertraut",
        fr: "Un navigateur est désormais approuvé",
        nl: "Een browser wordt nu vertrouwd",
    }
    /// What that means.
    letter_trusted_sentence {
        en: "For a while, whoever signs in to your account from this browser is not asked for a second factor.",
        de: "Wer sich von diesem Browser bei Ihrem Konto anmeldet, wird eine Zeit lang nicht nach einem zweiten Faktor gefragt.",
        fr: "Pendant un temps, aucun second facteur n’est demandé à qui se connecte à votre compte depuis ce navigateur.",
        nl: "Wie zich vanuit deze browser bij uw account aanmeldt, wordt een tijd niet om een tweede factor gevraagd.",
    }
    /// A copy of a trusted browser's secret.
    letter_theft {
        en: "A trusted browser may have been copied",
        de: "Ein vertrauter Browser wurde vielleicht kopiert",
        fr: "Un navigateur approuvé a peut-être été copié",
        nl: "Een vertrouwde browser is misschien gekopieerd",
    }
    /// What that means.
    letter_theft_sentence {
        en: "What marks this browser as trusted was used twice, as if there were a copy of it. The browser is not trusted any more.",
        de: "Das Kennzeichen, an dem dieser Browser erkannt wird, wurde zweimal benutzt, als gäbe es eine Kopie davon. Dem Browser wird nicht mehr vertraut.",
        fr: "Ce qui désigne ce navigateur comme approuvé a servi deux fois, comme s’il en existait une copie. Le navigateur n’est plus approuvé.",
        nl: "Het kenmerk waaraan deze browser wordt herkend, is twee keer gebruikt, alsof er een kopie van bestaat. De browser wordt niet meer vertrouwd.",
    }
    /// A browser that was not seen before.
    letter_new_browser {
        en: "New sign-in to your account",
        de: "Neue Anmeldung bei Ihrem Konto",
        fr: "Nouvelle connexion à votre compte",
        nl: "Nieuwe aanmelding bij uw account",
    }
    /// What that means.
    letter_new_browser_sentence {
        en: "Somebody signed in to your account from a browser that was not used for it before.",
        de: "Jemand hat sich von einem Browser bei Ihrem Konto angemeldet, der dafür noch nicht benutzt wurde.",
        fr: "Quelqu’un s’est connecté à votre compte depuis un navigateur encore jamais utilisé pour cela.",
        nl: "Iemand heeft zich bij uw account aangemeld vanuit een browser die daarvoor nog niet was gebruikt.",
    }
    /// An address that is to be confirmed. The subject, and the button.
    letter_confirm_email {
        en: "Confirm your e-mail address",
        de: "E-Mail-Adresse bestätigen",
        fr: "Confirmer votre adresse e-mail",
        nl: "Bevestig uw e-mailadres",
    }
    /// What the link does.
    letter_confirm_email_sentence {
        en: "Open this link, in a browser in which you are signed in, to make this the address of your account.",
        de: "Öffnen Sie diesen Link in einem Browser, in dem Sie angemeldet sind, damit dies die Adresse Ihres Kontos wird.",
        fr: "Ouvrez ce lien, dans un navigateur où vous êtes connecté, pour que cette adresse devienne celle de votre compte.",
        nl: "Open deze koppeling, in een browser waarin u bent aangemeld, om dit het adres van uw account te maken.",
    }
    /// Somebody wants the address for another account.
    letter_email_taken {
        en: "Somebody asked for your e-mail address",
        de: "Jemand wollte Ihre E-Mail-Adresse verwenden",
        fr: "Quelqu’un a voulu utiliser votre adresse e-mail",
        nl: "Iemand wilde uw e-mailadres gebruiken",
    }
    /// What came of it.
    letter_email_taken_sentence {
        en: "Somebody asked to make your address that of another account. It belongs to yours, so nothing was changed, and you need not do anything.",
        de: "Jemand wollte Ihre Adresse zu der eines anderen Kontos machen. Sie gehört zu Ihrem, deshalb wurde nichts geändert, und Sie müssen nichts tun.",
        fr: "Quelqu’un a demandé que votre adresse devienne celle d’un autre compte. Elle appartient au vôtre : rien n’a changé, et vous n’avez rien à faire.",
        nl: "Iemand vroeg om van uw adres dat van een ander account te maken. Het hoort bij het uwe, dus er is niets gewijzigd en u hoeft niets te doen.",
    }
    /// The address was changed; goes to the old one.
    letter_email_changed {
        en: "Your e-mail address was changed",
        de: "Ihre E-Mail-Adresse wurde geändert",
        fr: "Votre adresse e-mail a été modifiée",
        nl: "Uw e-mailadres is gewijzigd",
    }
    /// What that means.
    letter_email_changed_sentence(new) {
        en: "From now on, letters about your account go to {new} and no longer to this address.",
        de: "Nachrichten zu Ihrem Konto gehen von jetzt an an {new} und nicht mehr an diese Adresse.",
        fr: "Les messages concernant votre compte sont désormais envoyés à {new} et non plus à cette adresse.",
        nl: "Berichten over uw account gaan vanaf nu naar {new} en niet meer naar dit adres.",
    }
    /// A provisioning source is held.
    letter_held(name) {
        en: "{name} takes away too many users and is held",
        de: "{name} entfernt zu viele Benutzer und wird angehalten",
        fr: "{name} retire trop d’utilisateurs et est retenue",
        nl: "{name} verwijdert te veel gebruikers en wordt tegengehouden",
    }
    /// How many.
    letter_held_sentence(gone, window, limit) {
        en: "{gone} users were deactivated or deleted within {window} minutes, and {limit} may be. Further ones are held until an administrator releases the connection.",
        de: "{gone} Benutzer wurden innerhalb von {window} Minuten deaktiviert oder gelöscht, {limit} dürfen es sein. Weitere werden angehalten, bis die Administration die Verbindung freigibt.",
        fr: "{gone} utilisateurs ont été désactivés ou supprimés en {window} minutes, et {limit} peuvent l’être. Les suivants sont retenus jusqu’à ce qu’un administrateur libère la connexion.",
        nl: "{gone} gebruikers zijn binnen {window} minuten gedeactiveerd of verwijderd, en {limit} mogen dat. Verdere worden tegengehouden tot een beheerder de verbinding vrijgeeft.",
    }
    /// Before two commands.
    letter_held_what_to_do {
        en: "See what it did and wanted to do with the first of these commands. If that is right, let it go on with the second.",
        de: "Mit dem ersten dieser Befehle sehen Sie, was sie getan hat und tun wollte. Wenn das stimmt, lassen Sie sie mit dem zweiten weitermachen.",
        fr: "La première de ces commandes montre ce qu’elle a fait et voulait faire. Si c’est correct, la seconde la laisse continuer.",
        nl: "Met de eerste van deze opdrachten ziet u wat ze deed en wilde doen. Klopt dat, laat ze dan met de tweede doorgaan.",
    }
    /// To administrators.
    letter_disowned {
        en: "Somebody else may have used a person’s account",
        de: "Jemand anderes hat vielleicht das Konto einer Person benutzt",
        fr: "Quelqu’un d’autre a peut-être utilisé le compte d’une personne",
        nl: "Iemand anders heeft misschien het account van een persoon gebruikt",
    }
    /// What they said, and what was done.
    letter_disowned_sentence {
        en: "A person says that what was done in their account was not them. Their other sessions, and what applications held in their name, have been ended.",
        de: "Eine Person sagt, dass sie nicht selbst war, was in ihrem Konto getan wurde. Ihre anderen Sitzungen und das, was Anwendungen in ihrem Namen hatten, sind beendet.",
        fr: "Une personne dit que ce qui a été fait dans son compte ne vient pas d’elle. Ses autres sessions, et ce que des applications détenaient en son nom, ont pris fin.",
        nl: "Een persoon zegt dat wat in het account is gedaan niet van haar of hem komt. De andere sessies, en wat toepassingen namens deze persoon hadden, zijn beëindigd.",
    }
    /// Before a command.
    letter_disowned_what_to_do {
        en: "This command shows who it is, and what is known of the account.",
        de: "Dieser Befehl zeigt, wer es ist und was über das Konto bekannt ist.",
        fr: "Cette commande montre de qui il s’agit et ce que l’on sait du compte.",
        nl: "Deze opdracht toont wie het is en wat over het account bekend is.",
    }
}
