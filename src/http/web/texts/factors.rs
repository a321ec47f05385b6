//! Second factors that are typed, setting them up, and recovery codes.

super::texts! {
    /// The heading of the page that asks for another factor.
    second_title {
        en: "One more step",
        de: "Noch ein Schritt",
        fr: "Encore une étape",
        nl: "Nog één stap",
    }
    /// Below it, for whoever has an authenticator app.
    second_lead_totp {
        en: "Enter the code that your authenticator app shows for this account.",
        de: "Geben Sie den Code ein, den Ihre Authenticator-App für dieses Konto anzeigt.",
        fr: "Saisissez le code que votre application d’authentification affiche pour ce compte.",
        nl: "Voer de code in die uw authenticator-app voor dit account toont.",
    }
    /// Below it, for whoever has none.
    second_lead {
        en: "Prove in a second way that it is you.",
        de: "Weisen Sie auf einem zweiten Weg nach, dass Sie es sind.",
        fr: "Prouvez d’une deuxième façon que c’est bien vous.",
        nl: "Bewijs op een tweede manier dat u het bent.",
    }
    /// The field for the code of the app.
    totp_code {
        en: "6-digit code",
        de: "6-stelliger Code",
        fr: "Code à 6 chiffres",
        nl: "Code van 6 cijfers",
    }
    /// The box below it: this browser is to be trusted.
    trust_device {
        en: "Do not ask for a second factor in this browser for a while",
        de: "In diesem Browser eine Zeit lang nicht nach dem zweiten Faktor fragen",
        fr: "Ne plus demander de second facteur dans ce navigateur pendant un certain temps",
        nl: "In deze browser een tijd lang niet om de tweede factor vragen",
    }
    /// The button below it.
    second_submit {
        en: "Continue",
        de: "Weiter",
        fr: "Continuer",
        nl: "Doorgaan",
    }
    /// What was typed is no code of six digits.
    totp_not_a_code {
        en: "The code has 6 digits. This try does not count.",
        de: "Der Code hat 6 Ziffern. Dieser Versuch zählt nicht.",
        fr: "Le code comporte 6 chiffres. Cet essai ne compte pas.",
        nl: "De code heeft 6 cijfers. Deze poging telt niet.",
    }
    /// The code was wrong, too old, or was used before.
    totp_refused {
        en: "That code does not work. Wait for the next one and try again. If no code works, set the clock of your phone to automatic.",
        de: "Dieser Code gilt nicht. Warten Sie auf den nächsten und versuchen Sie es noch einmal. Gilt keiner, stellen Sie die Uhr Ihres Telefons auf automatisch.",
        fr: "Ce code n’est pas valable. Attendez le suivant et réessayez. Si aucun ne fonctionne, réglez l’heure de votre téléphone sur automatique.",
        nl: "Die code werkt niet. Wacht op de volgende en probeer het opnieuw. Werkt geen enkele, zet de klok van uw telefoon dan op automatisch.",
    }
    /// Above the other ways.
    second_other_ways {
        en: "Other ways",
        de: "Andere Wege",
        fr: "Autres moyens",
        nl: "Andere manieren",
    }
    /// The link to the page for a recovery code.
    use_recovery_code {
        en: "Use a recovery code",
        de: "Einen Wiederherstellungscode verwenden",
        fr: "Utiliser un code de secours",
        nl: "Een herstelcode gebruiken",
    }
    /// The button with which somebody else signs in.
    as_another {
        en: "Sign in as somebody else",
        de: "Als jemand anderes anmelden",
        fr: "Se connecter avec un autre compte",
        nl: "Aanmelden als iemand anders",
    }
    /// The link back to the ways that are left.
    back {
        en: "Back",
        de: "Zurück",
        fr: "Retour",
        nl: "Terug",
    }
    /// The heading of the page for a recovery code. On a phone the German word has to break.
    recovery_title {
        en: "Use a recovery code",
        de: "Wiederherstellungs\u{ad}code verwenden",
        fr: "Utiliser un code de secours",
        nl: "Herstelcode gebruiken",
    }
    /// Below it.
    recovery_lead {
        en: "Enter one of the codes that you kept when you set up your second factor. Each works once.",
        de: "Geben Sie einen der Codes ein, die Sie beim Einrichten des zweiten Faktors aufbewahrt haben. Jeder gilt einmal.",
        fr: "Saisissez l’un des codes conservés lors de la configuration de votre second facteur. Chacun ne sert qu’une fois.",
        nl: "Voer een van de codes in die u bewaarde toen u uw tweede factor instelde. Elke code werkt één keer.",
    }
    /// The field.
    recovery_code {
        en: "Recovery code",
        de: "Wiederherstellungscode",
        fr: "Code de secours",
        nl: "Herstelcode",
    }
    /// What was typed is no code of twelve letters and digits.
    recovery_not_a_code {
        en: "A recovery code has 12 letters and digits. This try does not count.",
        de: "Ein Wiederherstellungscode hat 12 Buchstaben und Ziffern. Dieser Versuch zählt nicht.",
        fr: "Un code de secours comporte 12 lettres et chiffres. Cet essai ne compte pas.",
        nl: "Een herstelcode heeft 12 letters en cijfers. Deze poging telt niet.",
    }
    /// The code is none of this account's, or was used before.
    recovery_refused {
        en: "That code does not work. Perhaps it was used before: try another one.",
        de: "Dieser Code gilt nicht. Vielleicht wurde er schon verwendet: Nehmen Sie einen anderen.",
        fr: "Ce code n’est pas valable. Il a peut-être déjà servi : essayez-en un autre.",
        nl: "Die code werkt niet. Misschien is hij al gebruikt: probeer een andere.",
    }
    /// The heading of the page on which a second factor is set up.
    enrol_title {
        en: "Protect your account",
        de: "Schützen Sie Ihr Konto",
        fr: "Protégez votre compte",
        nl: "Bescherm uw account",
    }
    /// Below it, when it is required.
    enrol_lead {
        en: "Besides your password, a second proof is needed here. Set it up now: it takes a minute.",
        de: "Neben Ihrem Passwort wird hier ein zweiter Nachweis verlangt. Richten Sie ihn jetzt ein: Es dauert eine Minute.",
        fr: "En plus de votre mot de passe, une deuxième preuve est nécessaire ici. Configurez-la maintenant : cela prend une minute.",
        nl: "Naast uw wachtwoord is hier een tweede bewijs nodig. Stel het nu in: het duurt een minuut.",
    }
    /// Below it, when it may be put off.
    enrol_lead_soon {
        en: "Besides your password, a second proof will soon be needed here. Set it up now, or do it another time.",
        de: "Neben Ihrem Passwort wird hier bald ein zweiter Nachweis verlangt. Richten Sie ihn jetzt ein oder ein andermal.",
        fr: "En plus de votre mot de passe, une deuxième preuve sera bientôt nécessaire ici. Configurez-la maintenant ou une autre fois.",
        nl: "Naast uw wachtwoord is hier binnenkort een tweede bewijs nodig. Stel het nu in, of doe het een andere keer.",
    }
    /// Below it, when only a passkey or a security key will do.
    enrol_lead_bound {
        en: "The application asks for a passkey or a security key. Set one up now.",
        de: "Die Anwendung verlangt einen Passkey oder einen Sicherheitsschlüssel. Richten Sie jetzt einen ein.",
        fr: "L’application demande une clé d’accès ou une clé de sécurité. Configurez-en une maintenant.",
        nl: "De toepassing vraagt om een passkey of een beveiligingssleutel. Stel er nu een in.",
    }
    /// The button with which it is put off.
    enrol_later {
        en: "Not now",
        de: "Nicht jetzt",
        fr: "Pas maintenant",
        nl: "Niet nu",
    }
    /// The heading of the part about the app.
    totp_title {
        en: "Authenticator app",
        de: "Authenticator-App",
        fr: "Application d’authentification",
        nl: "Authenticator-app",
    }
    /// The first thing to do.
    totp_scan {
        en: "Open an authenticator app on your phone, add an account, and scan this picture.",
        de: "Öffnen Sie eine Authenticator-App auf Ihrem Telefon, fügen Sie ein Konto hinzu und scannen Sie dieses Bild.",
        fr: "Ouvrez une application d’authentification sur votre téléphone, ajoutez un compte et scannez cette image.",
        nl: "Open een authenticator-app op uw telefoon, voeg een account toe en scan deze afbeelding.",
    }
    /// What the picture is, for whoever does not see it.
    totp_picture {
        en: "QR code with the secret that is written below",
        de: "QR-Code mit dem Geheimnis, das darunter steht",
        fr: "Code QR contenant le secret écrit ci-dessous",
        nl: "QR-code met het geheim dat hieronder staat",
    }
    /// Before the secret.
    totp_by_hand {
        en: "Or enter this secret by hand:",
        de: "Oder geben Sie dieses Geheimnis von Hand ein:",
        fr: "Ou saisissez ce secret à la main :",
        nl: "Of voer dit geheim met de hand in:",
    }
    /// The link for whoever has the app on the same device.
    totp_on_this_device {
        en: "Open the app on this device",
        de: "Die App auf diesem Gerät öffnen",
        fr: "Ouvrir l’application sur cet appareil",
        nl: "De app op dit apparaat openen",
    }
    /// The field for the first code of an app.
    totp_first_code {
        en: "6-digit code that the app shows now",
        de: "6-stelliger Code, den die App jetzt anzeigt",
        fr: "Code à 6 chiffres affiché maintenant par l’application",
        nl: "Code van 6 cijfers die de app nu toont",
    }
    /// The field for the name of a factor.
    factor_name {
        en: "Name",
        de: "Name",
        fr: "Nom",
        nl: "Naam",
    }
    /// Below it.
    factor_name_hint {
        en: "So that you can tell it from others, such as: my phone.",
        de: "Damit Sie es von anderen unterscheiden können, zum Beispiel: mein Telefon.",
        fr: "Pour le distinguer des autres, par exemple : mon téléphone.",
        nl: "Zodat u het van andere kunt onderscheiden, bijvoorbeeld: mijn telefoon.",
    }
    /// What an app is called when nobody says otherwise.
    totp_default_name {
        en: "Authenticator app",
        de: "Authenticator-App",
        fr: "Application d’authentification",
        nl: "Authenticator-app",
    }
    /// The button that confirms the app.
    totp_confirm {
        en: "Confirm",
        de: "Bestätigen",
        fr: "Confirmer",
        nl: "Bevestigen",
    }
    /// The page was open for too long.
    totp_stale {
        en: "That took too long. Here is a new secret: set it up in the app, and remove the one before.",
        de: "Das hat zu lange gedauert. Hier ist ein neues Geheimnis: Richten Sie es in der App ein und entfernen Sie das vorige.",
        fr: "Cela a pris trop de temps. Voici un nouveau secret : configurez-le dans l’application et supprimez le précédent.",
        nl: "Dat duurde te lang. Hier is een nieuw geheim: stel het in de app in en verwijder het vorige.",
    }
    /// There are ten of them.
    totp_too_many {
        en: "You have as many authenticator apps as there may be. Remove one first.",
        de: "Sie haben so viele Authenticator-Apps, wie es geben darf. Entfernen Sie zuerst eine.",
        fr: "Vous avez autant d’applications d’authentification que possible. Supprimez-en une d’abord.",
        nl: "U hebt zoveel authenticator-apps als er mogen zijn. Verwijder er eerst een.",
    }
    /// The name of a factor is empty or too long.
    factor_name_refused {
        en: "Give it a name of 1 to 60 characters.",
        de: "Geben Sie ihm einen Namen von 1 bis 60 Zeichen.",
        fr: "Donnez-lui un nom de 1 à 60 caractères.",
        nl: "Geef het een naam van 1 tot 60 tekens.",
    }
    /// The heading of the page with recovery codes.
    recovery_codes_title {
        en: "Your recovery codes",
        de: "Ihre Wiederherstellungs\u{ad}codes",
        fr: "Vos codes de secours",
        nl: "Uw herstelcodes",
    }
    /// Below it.
    recovery_codes_lead {
        en: "If you lose your phone or your key, one of these codes lets you in. Each works once.",
        de: "Wenn Sie Ihr Telefon oder Ihren Schlüssel verlieren, lässt einer dieser Codes Sie ein. Jeder gilt einmal.",
        fr: "Si vous perdez votre téléphone ou votre clé, l’un de ces codes vous permet d’entrer. Chacun ne sert qu’une fois.",
        nl: "Als u uw telefoon of sleutel verliest, komt u met een van deze codes binnen. Elke code werkt één keer.",
    }
    /// Below the codes.
    recovery_codes_once {
        en: "They are shown this one time. Print this page or keep the file in a safe place, not on the phone that they are for.",
        de: "Sie werden nur dieses eine Mal angezeigt. Drucken Sie diese Seite oder bewahren Sie die Datei sicher auf, nicht auf dem Telefon, für das sie gedacht sind.",
        fr: "Ils ne sont affichés que cette fois. Imprimez cette page ou conservez le fichier en lieu sûr, pas sur le téléphone auquel ils suppléent.",
        nl: "Ze worden alleen deze keer getoond. Druk deze pagina af of bewaar het bestand op een veilige plaats, niet op de telefoon waarvoor ze bedoeld zijn.",
    }
    /// The first line of the file, and of the printed page.
    recovery_codes_file(brand, user) {
        en: "Recovery codes for {user} at {brand}",
        de: "Wiederherstellungscodes für {user} bei {brand}",
        fr: "Codes de secours de {user} pour {brand}",
        nl: "Herstelcodes voor {user} bij {brand}",
    }
    /// The link that saves them.
    recovery_codes_download {
        en: "Save as a file",
        de: "Als Datei sichern",
        fr: "Enregistrer dans un fichier",
        nl: "Opslaan als bestand",
    }
    /// The link that goes on.
    recovery_codes_kept {
        en: "I have kept them",
        de: "Ich habe sie aufbewahrt",
        fr: "Je les ai conservés",
        nl: "Ik heb ze bewaard",
    }
    /// The link to the page for a temporary pass.
    use_pass {
        en: "I was given a temporary pass",
        de: "Ich habe einen befristeten Zugangscode",
        fr: "J’ai reçu un code d’accès temporaire",
        nl: "Ik heb een tijdelijke toegangscode gekregen",
    }
    /// The heading of that page.
    pass_title {
        en: "Use a temporary pass",
        de: "Befristeten Zugangscode verwenden",
        fr: "Utiliser un code d’accès temporaire",
        nl: "Tijdelijke toegangscode gebruiken",
    }
    /// Below it.
    pass_lead {
        en: "Your administrator can give you a pass that works once, for a few minutes.",
        de: "Ihre Administration kann Ihnen einen Code geben, der einmal und nur wenige Minuten gilt.",
        fr: "Votre administrateur peut vous donner un code qui ne sert qu’une fois, pendant quelques minutes.",
        nl: "Uw beheerder kan u een code geven die één keer werkt, een paar minuten lang.",
    }
    /// The field.
    pass_field {
        en: "Temporary pass",
        de: "Befristeter Zugangscode",
        fr: "Code d’accès temporaire",
        nl: "Tijdelijke toegangscode",
    }
    /// What was typed is no pass.
    pass_not_a_code {
        en: "A temporary pass has 12 letters and digits. This try does not count.",
        de: "Ein Zugangscode hat 12 Buchstaben und Ziffern. Dieser Versuch zählt nicht.",
        fr: "Un code d’accès comporte 12 lettres et chiffres. Cet essai ne compte pas.",
        nl: "Een toegangscode heeft 12 letters en cijfers. Deze poging telt niet.",
    }
    /// One sentence for every refusal.
    pass_refused {
        en: "That did not work. Check the user name and the pass, or ask your administrator for a new one.",
        de: "Das hat nicht geklappt. Prüfen Sie Benutzername und Code, oder bitten Sie Ihre Administration um einen neuen.",
        fr: "La connexion a échoué. Vérifiez le nom d’utilisateur et le code, ou demandez-en un nouveau à votre administrateur.",
        nl: "Dat is niet gelukt. Controleer gebruikersnaam en code, of vraag uw beheerder om een nieuwe.",
    }
    /// In the account: the block of authenticator apps.
    account_apps {
        en: "Authenticator apps",
        de: "Authenticator-Apps",
        fr: "Applications d’authentification",
        nl: "Authenticator-apps",
    }
    /// When there is none.
    account_apps_none {
        en: "You have none. An app on your phone shows a code that you type after your password.",
        de: "Sie haben keine. Eine App auf Ihrem Telefon zeigt einen Code, den Sie nach dem Passwort eingeben.",
        fr: "Vous n’en avez pas. Une application sur votre téléphone affiche un code à saisir après le mot de passe.",
        nl: "U hebt er geen. Een app op uw telefoon toont een code die u na uw wachtwoord invoert.",
    }
    /// Before the moment at which an app was set up.
    account_app_since {
        en: "Set up",
        de: "Eingerichtet",
        fr: "Configurée",
        nl: "Ingesteld",
    }
    /// The button that adds an app.
    account_app_add {
        en: "Add an app",
        de: "App hinzufügen",
        fr: "Ajouter une application",
        nl: "App toevoegen",
    }
    /// The heading of the page that adds one.
    account_app_add_title {
        en: "Add an authenticator app",
        de: "Authenticator-App hinzufügen",
        fr: "Ajouter une application d’authentification",
        nl: "Authenticator-app toevoegen",
    }
    /// The button that gives an app another name.
    account_app_rename {
        en: "Rename",
        de: "Umbenennen",
        fr: "Renommer",
        nl: "Hernoemen",
    }
    /// The button that removes an app.
    account_app_remove {
        en: "Remove",
        de: "Entfernen",
        fr: "Supprimer",
        nl: "Verwijderen",
    }
    /// What its removal means.
    account_app_remove_lead {
        en: "Its codes stop working at once. Remove the account from the app too.",
        de: "Ihre Codes gelten sofort nicht mehr. Löschen Sie das Konto auch in der App.",
        fr: "Ses codes cessent aussitôt de fonctionner. Supprimez aussi le compte dans l’application.",
        nl: "De codes werken meteen niet meer. Verwijder het account ook uit de app.",
    }
    /// The same for whoever does not see which app it stands by.
    account_app_remove_that(name) {
        en: "Remove {name}",
        de: "{name} entfernen",
        fr: "Supprimer {name}",
        nl: "{name} verwijderen",
    }
    /// The link to the page of one app.
    account_app_change_that(name) {
        en: "Change {name}",
        de: "{name} ändern",
        fr: "Modifier {name}",
        nl: "{name} wijzigen",
    }
    /// Its short form.
    account_app_change {
        en: "Change",
        de: "Ändern",
        fr: "Modifier",
        nl: "Wijzigen",
    }
    /// After an app was added.
    account_app_added {
        en: "The authenticator app was added.",
        de: "Die Authenticator-App wurde hinzugefügt.",
        fr: "L’application d’authentification a été ajoutée.",
        nl: "De authenticator-app is toegevoegd.",
    }
    /// After an app was removed.
    account_app_removed {
        en: "The authenticator app was removed.",
        de: "Die Authenticator-App wurde entfernt.",
        fr: "L’application d’authentification a été supprimée.",
        nl: "De authenticator-app is verwijderd.",
    }
    /// In the account: the block of recovery codes.
    account_codes {
        en: "Recovery codes",
        de: "Wiederherstellungscodes",
        fr: "Codes de secours",
        nl: "Herstelcodes",
    }
    /// What they are.
    account_codes_lead {
        en: "Each lets you in once when you have lost your phone or your key.",
        de: "Jeder lässt Sie einmal ein, wenn Sie Telefon oder Schlüssel verloren haben.",
        fr: "Chacun vous permet d’entrer une fois si vous avez perdu votre téléphone ou votre clé.",
        nl: "Elke code laat u één keer binnen als u uw telefoon of sleutel kwijt bent.",
    }
    /// Names how many are left.
    account_codes_left {
        en: "Left",
        de: "Übrig",
        fr: "Restants",
        nl: "Over",
    }
    /// The button that makes new ones.
    account_codes_make {
        en: "Make new codes",
        de: "Neue Codes erzeugen",
        fr: "Créer de nouveaux codes",
        nl: "Nieuwe codes maken",
    }
    /// What that does to those before.
    account_codes_make_hint {
        en: "The codes that you have now stop working.",
        de: "Die Codes, die Sie jetzt haben, gelten dann nicht mehr.",
        fr: "Les codes que vous avez maintenant ne fonctionneront plus.",
        nl: "De codes die u nu hebt, werken dan niet meer.",
    }
}
