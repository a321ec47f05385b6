//! The pages on which a person connects a device.

super::texts! {
    /// The heading of the page that asks for the code.
    device_title {
        en: "Connect a device",
        de: "Ein Gerät verbinden",
        fr: "Connecter un appareil",
        nl: "Een apparaat koppelen",
    }
    /// Below it.
    device_lead {
        en: "Type the code that the device in front of you shows.",
        de: "Geben Sie den Code ein, den das Gerät vor Ihnen anzeigt.",
        fr: "Saisissez le code affiché par l’appareil qui est devant vous.",
        nl: "Typ de code die het apparaat vóór u toont.",
    }
    /// The field.
    device_code {
        en: "Code",
        de: "Code",
        fr: "Code",
        nl: "Code",
    }
    /// The button that looks the code up.
    device_submit {
        en: "Continue",
        de: "Weiter",
        fr: "Continuer",
        nl: "Doorgaan",
    }
    /// The code is unknown, used, decided or over.
    device_code_wrong {
        en: "This code is not right, or its time is over. Check it, or have the device show a new one.",
        de: "Dieser Code stimmt nicht oder ist abgelaufen. Prüfen Sie ihn oder lassen Sie das Gerät einen neuen anzeigen.",
        fr: "Ce code est incorrect ou a expiré. Vérifiez-le, ou faites-en afficher un nouveau par l’appareil.",
        nl: "Deze code klopt niet of is verlopen. Controleer de code of laat het apparaat een nieuwe tonen.",
    }
    /// Too many codes.
    device_too_many {
        en: "Too many codes",
        de: "Zu viele Codes",
        fr: "Trop de codes",
        nl: "Te veel codes",
    }
    /// What to do then.
    device_too_many_sentence {
        en: "Too many codes were typed here. Wait ten minutes, then have the device show a new one.",
        de: "Hier wurden zu viele Codes eingegeben. Warten Sie zehn Minuten und lassen Sie das Gerät dann einen neuen anzeigen.",
        fr: "Trop de codes ont été saisis ici. Attendez dix minutes, puis faites-en afficher un nouveau par l’appareil.",
        nl: "Hier zijn te veel codes getypt. Wacht tien minuten en laat het apparaat dan een nieuwe tonen.",
    }
    /// The heading of the page that asks for the decision.
    device_confirm_title(application) {
        en: "Connect {application}?",
        de: "{application} verbinden?",
        fr: "Connecter {application} ?",
        nl: "{application} koppelen?",
    }
    /// What is at stake.
    device_confirm_lead(application, code) {
        en: "A device asks to use {application} in your name. It should be showing the code {code}.",
        de: "Ein Gerät möchte {application} in Ihrem Namen verwenden. Es sollte den Code {code} anzeigen.",
        fr: "Un appareil demande à utiliser {application} en votre nom. Il devrait afficher le code {code}.",
        nl: "Een apparaat vraagt om {application} namens u te gebruiken. Het hoort de code {code} te tonen.",
    }
    /// The warning of RFC 10027.
    device_warning {
        en: "Allow this only if you began it yourself, on a device in front of you. If somebody sent you the code or asked you to type it, deny: they would get into your account.",
        de: "Lassen Sie dies nur zu, wenn Sie es selbst an einem Gerät vor Ihnen begonnen haben. Hat Ihnen jemand den Code geschickt oder Sie gebeten, ihn einzugeben, lehnen Sie ab: Diese Person bekäme Zugang zu Ihrem Konto.",
        fr: "N’autorisez que si vous avez commencé vous-même, sur un appareil devant vous. Si quelqu’un vous a envoyé le code ou demandé de le saisir, refusez : cette personne accéderait à votre compte.",
        nl: "Sta dit alleen toe als u het zelf bent begonnen, op een apparaat vóór u. Heeft iemand u de code gestuurd of gevraagd die te typen, weiger dan: die persoon zou toegang krijgen tot uw account.",
    }
    /// Where the device is.
    device_asked_from(address) {
        en: "The device asked from the address {address}.",
        de: "Das Gerät hat von der Adresse {address} aus angefragt.",
        fr: "L’appareil a fait sa demande depuis l’adresse {address}.",
        nl: "Het apparaat vroeg dit vanaf het adres {address}.",
    }
    /// What the device says it is.
    device_asked_by(program) {
        en: "It says that it is {program}.",
        de: "Es gibt sich aus als {program}.",
        fr: "Il dit être {program}.",
        nl: "Het zegt dat het {program} is.",
    }
    /// When it asked.
    device_asked_at(time) {
        en: "It asked at {time}.",
        de: "Die Anfrage kam um {time}.",
        fr: "La demande date de {time}.",
        nl: "Het vroeg dit om {time}.",
    }
    /// The person's browser comes from elsewhere.
    device_elsewhere {
        en: "This device is on another network than you are.",
        de: "Dieses Gerät ist in einem anderen Netz als Sie.",
        fr: "Cet appareil est sur un autre réseau que le vôtre.",
        nl: "Dit apparaat zit op een ander netwerk dan u.",
    }
    /// The heading after it was allowed.
    device_connected {
        en: "The device is connected",
        de: "Das Gerät ist verbunden",
        fr: "L’appareil est connecté",
        nl: "Het apparaat is gekoppeld",
    }
    /// Below it.
    device_connected_sentence {
        en: "It goes on by itself in a moment. You can close this page.",
        de: "Es macht gleich von selbst weiter. Sie können diese Seite schließen.",
        fr: "Il continue de lui-même dans un instant. Vous pouvez fermer cette page.",
        nl: "Het gaat zo vanzelf verder. U kunt deze pagina sluiten.",
    }
    /// The heading after it was denied.
    device_denied {
        en: "The device was not connected",
        de: "Das Gerät wurde nicht verbunden",
        fr: "L’appareil n’a pas été connecté",
        nl: "Het apparaat is niet gekoppeld",
    }
    /// Below it.
    device_denied_sentence {
        en: "Nobody got into your account. You can close this page.",
        de: "Niemand hat Zugang zu Ihrem Konto bekommen. Sie können diese Seite schließen.",
        fr: "Personne n’a accédé à votre compte. Vous pouvez fermer cette page.",
        nl: "Niemand heeft toegang tot uw account gekregen. U kunt deze pagina sluiten.",
    }
}
