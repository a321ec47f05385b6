//! Passkeys and security keys.

super::texts! {
    /// The button on the first page.
    passkey_sign_in {
        en: "Sign in with a passkey",
        de: "Mit einem Passkey anmelden",
        fr: "Se connecter avec une clé d’accès",
        nl: "Aanmelden met een passkey",
    }
    /// Between the form with the password and the button.
    sign_in_or {
        en: "or",
        de: "oder",
        fr: "ou",
        nl: "of",
    }
    /// A passkey was refused, for whatever reason.
    passkey_refused {
        en: "That passkey did not work. Try another one, sign in with your password, or ask your administrator.",
        de: "Dieser Passkey hat nicht funktioniert. Versuchen Sie einen anderen, melden Sie sich mit Ihrem Passwort an, oder fragen Sie Ihre Administration.",
        fr: "Cette clé d’accès n’a pas fonctionné. Essayez-en une autre, connectez-vous avec votre mot de passe, ou adressez-vous à votre administrateur.",
        nl: "Die passkey werkte niet. Probeer een andere, meld u aan met uw wachtwoord, of vraag het uw beheerder.",
    }
    /// The button at the second step.
    second_use_key {
        en: "Use your security key or passkey",
        de: "Sicherheitsschlüssel oder Passkey verwenden",
        fr: "Utiliser votre clé de sécurité ou d’accès",
        nl: "Gebruik uw beveiligingssleutel of passkey",
    }
    /// A key was refused at the second step.
    key_refused {
        en: "That key did not work. Try another one, or ask your administrator.",
        de: "Dieser Schlüssel hat nicht funktioniert. Versuchen Sie einen anderen, oder fragen Sie Ihre Administration.",
        fr: "Cette clé n’a pas fonctionné. Essayez-en une autre, ou adressez-vous à votre administrateur.",
        nl: "Die sleutel werkte niet. Probeer een andere, of vraag het uw beheerder.",
    }
    /// The challenge was answered too late.
    key_expired {
        en: "That took too long. Please try again.",
        de: "Das hat zu lange gedauert. Bitte versuchen Sie es noch einmal.",
        fr: "Cela a pris trop de temps. Veuillez réessayer.",
        nl: "Dat duurde te lang. Probeer het nog eens.",
    }
    /// Said by the script: the person closed the window of the browser, or waited too long.
    key_cancelled {
        en: "Nothing was used: it was cancelled, or it took too long. You can try again.",
        de: "Es wurde nichts verwendet: Der Vorgang wurde abgebrochen oder hat zu lange gedauert. Sie können es noch einmal versuchen.",
        fr: "Rien n’a été utilisé : l’opération a été annulée ou a pris trop de temps. Vous pouvez réessayer.",
        nl: "Er is niets gebruikt: het is geannuleerd of het duurde te lang. U kunt het nog eens proberen.",
    }
    /// Said by the script: this authenticator is there already.
    key_known {
        en: "This device or key is already set up for your account.",
        de: "Dieses Gerät oder dieser Schlüssel ist für Ihr Konto schon eingerichtet.",
        fr: "Cet appareil ou cette clé est déjà enregistré pour votre compte.",
        nl: "Dit apparaat of deze sleutel is al ingesteld voor uw account.",
    }
    /// Said by the script: the page is not at the address that the server was configured with.
    key_wrong_address {
        en: "Passkeys and security keys do not work at this address. Open the sign-in from your application.",
        de: "Unter dieser Adresse funktionieren Passkeys und Sicherheitsschlüssel nicht. Öffnen Sie die Anmeldung aus Ihrer Anwendung.",
        fr: "Les clés d’accès et les clés de sécurité ne fonctionnent pas à cette adresse. Ouvrez la connexion depuis votre application.",
        nl: "Passkeys en beveiligingssleutels werken niet op dit adres. Open het aanmelden vanuit uw toepassing.",
    }
    /// Said by the script: anything else.
    key_failed {
        en: "That did not work. Reload the page and try again.",
        de: "Das hat nicht geklappt. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
        fr: "Cela n’a pas fonctionné. Rechargez la page et réessayez.",
        nl: "Dat is niet gelukt. Laad de pagina opnieuw en probeer het nog eens.",
    }
    /// The block of the account page.
    keys_title {
        en: "Passkeys and security keys",
        de: "Passkeys und Sicherheitsschlüssel",
        fr: "Clés d’accès et clés de sécurité",
        nl: "Passkeys en beveiligingssleutels",
    }
    /// Under its heading.
    keys_lead {
        en: "A passkey signs you in with the screen lock of your device and cannot be given to a false site. A security key does the same beside your password.",
        de: "Ein Passkey meldet Sie mit der Bildschirmsperre Ihres Geräts an und lässt sich keiner falschen Website verraten. Ein Sicherheitsschlüssel leistet dasselbe neben Ihrem Passwort.",
        fr: "Une clé d’accès vous connecte avec le verrouillage d’écran de votre appareil et ne peut pas être donnée à un faux site. Une clé de sécurité fait de même à côté de votre mot de passe.",
        nl: "Een passkey meldt u aan met de schermvergrendeling van uw apparaat en kan niet aan een valse site worden gegeven. Een beveiligingssleutel doet hetzelfde naast uw wachtwoord.",
    }
    /// A kind, and the name of a new one.
    key_kind_passkey {
        en: "Passkey",
        de: "Passkey",
        fr: "Clé d’accès",
        nl: "Passkey",
    }
    /// The other kind.
    key_kind_security_key {
        en: "Security key",
        de: "Sicherheitsschlüssel",
        fr: "Clé de sécurité",
        nl: "Beveiligingssleutel",
    }
    /// It is synchronised.
    key_backed_up {
        en: "backed up, survives the loss of the device",
        de: "gesichert, übersteht den Verlust des Geräts",
        fr: "sauvegardée, survit à la perte de l’appareil",
        nl: "met reservekopie, overleeft verlies van het apparaat",
    }
    /// It is not.
    key_on_one_device {
        en: "on one device only",
        de: "nur auf einem Gerät",
        fr: "sur un seul appareil",
        nl: "op maar één apparaat",
    }
    /// Before a moment.
    key_added {
        en: "added",
        de: "hinzugefügt",
        fr: "ajoutée le",
        nl: "toegevoegd",
    }
    /// Before a moment.
    key_last_used {
        en: "last used",
        de: "zuletzt verwendet",
        fr: "utilisée le",
        nl: "laatst gebruikt",
    }
    /// In the place of a moment.
    key_never_used {
        en: "not used yet",
        de: "noch nicht verwendet",
        fr: "pas encore utilisée",
        nl: "nog niet gebruikt",
    }
    /// There may be a copy of it.
    key_suspended {
        en: "This key behaved as if there were a copy of it, so it no longer works. Remove it, and add another one.",
        de: "Dieser Schlüssel verhielt sich, als gäbe es eine Kopie von ihm, und gilt deshalb nicht mehr. Entfernen Sie ihn, und fügen Sie einen anderen hinzu.",
        fr: "Cette clé s’est comportée comme s’il en existait une copie : elle ne fonctionne plus. Supprimez-la et ajoutez-en une autre.",
        nl: "Deze sleutel gedroeg zich alsof er een kopie van bestaat en werkt daarom niet meer. Verwijder hem en voeg een andere toe.",
    }
    /// Leads to the page of a key.
    key_change {
        en: "Change",
        de: "Ändern",
        fr: "Modifier",
        nl: "Wijzigen",
    }
    /// The same, for whoever hears the page.
    key_change_of(name) {
        en: "Change {name}",
        de: "{name} ändern",
        fr: "Modifier {name}",
        nl: "{name} wijzigen",
    }
    /// A button and a heading.
    passkey_new {
        en: "Add a passkey",
        de: "Passkey hinzufügen",
        fr: "Ajouter une clé d’accès",
        nl: "Passkey toevoegen",
    }
    /// Under the heading.
    passkey_new_lead {
        en: "Your browser asks where to keep it and unlocks it with your PIN, finger or face. From then on you sign in without a password.",
        de: "Ihr Browser fragt, wo er ihn aufbewahren soll, und entsperrt ihn mit PIN, Finger oder Gesicht. Danach melden Sie sich ohne Passwort an.",
        fr: "Votre navigateur demande où la conserver et la déverrouille avec votre code, votre doigt ou votre visage. Vous vous connectez ensuite sans mot de passe.",
        nl: "Uw browser vraagt waar hij bewaard moet worden en ontgrendelt hem met uw pincode, vinger of gezicht. Daarna meldt u zich zonder wachtwoord aan.",
    }
    /// A button and a heading.
    security_key_new {
        en: "Add a security key",
        de: "Sicherheitsschlüssel hinzufügen",
        fr: "Ajouter une clé de sécurité",
        nl: "Beveiligingssleutel toevoegen",
    }
    /// Under the heading.
    security_key_new_lead {
        en: "Have your key at hand: you touch it once now, and each time after your password.",
        de: "Halten Sie Ihren Schlüssel bereit: Sie berühren ihn jetzt einmal, und später jeweils nach dem Passwort.",
        fr: "Préparez votre clé : vous la touchez une fois maintenant, puis chaque fois après votre mot de passe.",
        nl: "Houd uw sleutel bij de hand: u raakt hem nu één keer aan, en daarna telkens na uw wachtwoord.",
    }
    /// Without script there are no keys.
    key_needs_script {
        en: "Passkeys and security keys need JavaScript. Allow it for this page, and reload it.",
        de: "Passkeys und Sicherheitsschlüssel brauchen JavaScript. Erlauben Sie es für diese Seite, und laden Sie sie neu.",
        fr: "Les clés d’accès et de sécurité nécessitent JavaScript. Autorisez-le pour cette page, puis rechargez-la.",
        nl: "Passkeys en beveiligingssleutels hebben JavaScript nodig. Sta het toe voor deze pagina en laad haar opnieuw.",
    }
    /// The field.
    key_name {
        en: "Name",
        de: "Name",
        fr: "Nom",
        nl: "Naam",
    }
    /// Below it.
    key_name_hint {
        en: "So that you can tell it from others, such as: my laptop.",
        de: "Damit Sie ihn von anderen unterscheiden können, zum Beispiel: mein Laptop.",
        fr: "Pour la distinguer des autres, par exemple : mon ordinateur.",
        nl: "Zodat u hem van andere kunt onderscheiden, bijvoorbeeld: mijn laptop.",
    }
    /// The credential is somebody's already.
    key_taken {
        en: "This key is set up already.",
        de: "Dieser Schlüssel ist schon eingerichtet.",
        fr: "Cette clé est déjà enregistrée.",
        nl: "Deze sleutel is al ingesteld.",
    }
    /// The policy says no.
    key_not_allowed {
        en: "This device or key is not allowed here. Try another one, or ask your administrator which ones are.",
        de: "Dieses Gerät oder dieser Schlüssel ist hier nicht zugelassen. Versuchen Sie es mit einem anderen, oder fragen Sie Ihre Administration, welche es sind.",
        fr: "Cet appareil ou cette clé n’est pas admis ici. Essayez-en un autre, ou demandez à votre administrateur lesquels le sont.",
        nl: "Dit apparaat of deze sleutel is hier niet toegestaan. Probeer een andere, of vraag uw beheerder welke dat wel zijn.",
    }
    /// A heading.
    key_rename {
        en: "Rename",
        de: "Umbenennen",
        fr: "Renommer",
        nl: "Hernoemen",
    }
    /// Its button.
    key_save {
        en: "Save",
        de: "Speichern",
        fr: "Enregistrer",
        nl: "Opslaan",
    }
    /// A heading and its button.
    key_remove {
        en: "Remove",
        de: "Entfernen",
        fr: "Supprimer",
        nl: "Verwijderen",
    }
    /// Under the heading.
    key_remove_lead {
        en: "It no longer signs you in. Your browser is asked to forget it, and you can delete it from the device too.",
        de: "Er meldet Sie dann nicht mehr an. Ihr Browser wird gebeten, ihn zu vergessen; auch auf dem Gerät können Sie ihn löschen.",
        fr: "Elle ne vous connectera plus. Votre navigateur est prié de l’oublier, et vous pouvez aussi la supprimer de l’appareil.",
        nl: "Hij meldt u dan niet meer aan. Uw browser wordt gevraagd hem te vergeten; ook op het apparaat kunt u hem wissen.",
    }
    /// It is the last way in.
    key_needed_to_sign_in {
        en: "This is the only thing that you can sign in with. Set a password or add another passkey first.",
        de: "Nur damit können Sie sich anmelden. Legen Sie zuerst ein Passwort fest, oder fügen Sie einen anderen Passkey hinzu.",
        fr: "C’est votre seul moyen de connexion. Définissez d’abord un mot de passe ou ajoutez une autre clé d’accès.",
        nl: "Dit is het enige waarmee u zich kunt aanmelden. Stel eerst een wachtwoord in of voeg een andere passkey toe.",
    }
    /// It is the last second factor, and one is asked for.
    key_needed_by_policy {
        en: "A second factor is required for your account, and this is your only one. Set up another one first.",
        de: "Für Ihr Konto ist ein zweiter Faktor vorgeschrieben, und dies ist Ihr einziger. Richten Sie zuerst einen anderen ein.",
        fr: "Un second facteur est exigé pour votre compte, et c’est le seul que vous ayez. Configurez-en d’abord un autre.",
        nl: "Voor uw account is een tweede factor verplicht, en dit is uw enige. Stel eerst een andere in.",
    }
    /// Leads back.
    key_back {
        en: "Back to security",
        de: "Zurück zur Sicherheit",
        fr: "Retour à la sécurité",
        nl: "Terug naar beveiliging",
    }
    /// After a form.
    key_was_added {
        en: "It was added. You can use it from now on.",
        de: "Hinzugefügt. Sie können ihn ab jetzt verwenden.",
        fr: "Ajoutée. Vous pouvez l’utiliser dès maintenant.",
        nl: "Toegevoegd. U kunt hem vanaf nu gebruiken.",
    }
    /// After a form.
    key_was_removed {
        en: "It was removed.",
        de: "Er wurde entfernt.",
        fr: "Elle a été supprimée.",
        nl: "Hij is verwijderd.",
    }
}
