//! What a person says of themself, and what others say of them.

super::texts! {
    /// The page of the profile.
    account_profile {
        en: "Profile",
        de: "Profil",
        fr: "Profil",
        nl: "Profiel",
    }
    /// Under its heading.
    account_profile_lead {
        en: "What applications and other people learn of you, and how this service speaks to you.",
        de: "Was Anwendungen und andere Menschen über Sie erfahren, und wie dieser Dienst mit Ihnen spricht.",
        fr: "Ce que les applications et les autres apprennent de vous, et comment ce service s’adresse à vous.",
        nl: "Wat toepassingen en andere mensen over u te weten komen, en hoe deze dienst u aanspreekt.",
    }
    /// Leads from the first page to the profile.
    account_profile_edit {
        en: "Edit profile",
        de: "Profil bearbeiten",
        fr: "Modifier le profil",
        nl: "Profiel bewerken",
    }
    /// The part of the page with the names.
    profile_about_you {
        en: "About you",
        de: "Über Sie",
        fr: "À propos de vous",
        nl: "Over u",
    }
    /// The part of the page with the picture.
    profile_picture {
        en: "Picture",
        de: "Bild",
        fr: "Photo",
        nl: "Foto",
    }
    /// Describes the picture to whoever does not see it.
    profile_picture_of(name) {
        en: "Picture of {name}",
        de: "Bild von {name}",
        fr: "Photo de {name}",
        nl: "Foto van {name}",
    }
    /// There is none.
    profile_picture_none {
        en: "You have no picture.",
        de: "Sie haben kein Bild.",
        fr: "Vous n’avez pas de photo.",
        nl: "U hebt geen foto.",
    }
    /// The field of the file.
    profile_picture_file {
        en: "Choose a picture",
        de: "Bild auswählen",
        fr: "Choisir une photo",
        nl: "Kies een foto",
    }
    /// What can be uploaded, and what becomes of it.
    profile_picture_hint {
        en: "PNG, JPEG or WebP, up to 256 kB and 4096 pixels wide or high. The place and other notes that a camera wrote into it are removed. Applications that you allow to see your profile can show it.",
        de: "PNG, JPEG oder WebP, bis 256 kB und 4096 Pixel breit oder hoch. Der Ort und andere Vermerke der Kamera werden entfernt. Anwendungen, die Ihr Profil sehen dürfen, können es zeigen.",
        fr: "PNG, JPEG ou WebP, jusqu’à 256 ko et 4096 pixels de large ou de haut. Le lieu et les autres mentions inscrites par l’appareil sont retirés. Les applications autorisées à voir votre profil peuvent l’afficher.",
        nl: "PNG, JPEG of WebP, tot 256 kB en 4096 pixels breed of hoog. De plaats en andere notities van de camera worden verwijderd. Toepassingen die uw profiel mogen zien, kunnen de foto tonen.",
    }
    /// The button that uploads it.
    profile_picture_upload {
        en: "Upload",
        de: "Hochladen",
        fr: "Envoyer la photo",
        nl: "Uploaden",
    }
    /// The button that removes it.
    profile_picture_remove {
        en: "Remove",
        de: "Entfernen",
        fr: "Retirer la photo",
        nl: "Verwijderen",
    }
    /// After the upload.
    picture_was_set {
        en: "Your picture is saved.",
        de: "Ihr Bild ist gespeichert.",
        fr: "Votre photo est enregistrée.",
        nl: "Uw foto is opgeslagen.",
    }
    /// After the removal.
    picture_was_removed {
        en: "Your picture is removed.",
        de: "Ihr Bild ist entfernt.",
        fr: "Votre photo est retirée.",
        nl: "Uw foto is verwijderd.",
    }
    /// The file has too many bytes.
    picture_too_large {
        en: "The file is larger than 256 kB. Make the picture smaller and try again.",
        de: "Die Datei ist größer als 256 kB. Verkleinern Sie das Bild und versuchen Sie es noch einmal.",
        fr: "Le fichier dépasse 256 ko. Réduisez la photo et réessayez.",
        nl: "Het bestand is groter dan 256 kB. Maak de foto kleiner en probeer het opnieuw.",
    }
    /// The file is of another kind.
    picture_unknown {
        en: "This file is no PNG, JPEG or WebP picture. Choose another one.",
        de: "Diese Datei ist kein PNG-, JPEG- oder WebP-Bild. Wählen Sie eine andere.",
        fr: "Ce fichier n’est pas une image PNG, JPEG ou WebP. Choisissez-en un autre.",
        nl: "Dit bestand is geen PNG-, JPEG- of WebP-foto. Kies een ander.",
    }
    /// The file breaks off, moves, or is unusual.
    picture_broken {
        en: "This picture is damaged, moves, or is of a kind that not every browser shows. Save it anew as PNG or JPEG and try again.",
        de: "Dieses Bild ist beschädigt, bewegt sich oder ist von einer Art, die nicht jeder Browser zeigt. Speichern Sie es neu als PNG oder JPEG und versuchen Sie es noch einmal.",
        fr: "Cette image est endommagée, animée, ou d’un type que tous les navigateurs n’affichent pas. Enregistrez-la de nouveau en PNG ou JPEG et réessayez.",
        nl: "Deze foto is beschadigd, beweegt, of is van een soort die niet elke browser toont. Sla haar opnieuw op als PNG of JPEG en probeer het nog eens.",
    }
    /// The picture has too many pixels.
    picture_too_wide {
        en: "The picture is wider or higher than 4096 pixels. Make it smaller and try again.",
        de: "Das Bild ist breiter oder höher als 4096 Pixel. Verkleinern Sie es und versuchen Sie es noch einmal.",
        fr: "L’image dépasse 4096 pixels de large ou de haut. Réduisez-la et réessayez.",
        nl: "De foto is breder of hoger dan 4096 pixels. Maak haar kleiner en probeer het opnieuw.",
    }
    /// The part of the page with language and time zone.
    profile_preferences {
        en: "Language and time",
        de: "Sprache und Zeit",
        fr: "Langue et heure",
        nl: "Taal en tijd",
    }
    /// The part of the page with what only the organisation says.
    profile_organisation {
        en: "From your organisation",
        de: "Von Ihrer Organisation",
        fr: "De votre organisation",
        nl: "Van uw organisatie",
    }
    /// A field.
    profile_given_name {
        en: "Given name",
        de: "Vorname",
        fr: "Prénom",
        nl: "Voornaam",
    }
    /// A field.
    profile_family_name {
        en: "Family name",
        de: "Nachname",
        fr: "Nom de famille",
        nl: "Achternaam",
    }
    /// A field.
    profile_display_name {
        en: "Name to show",
        de: "Angezeigter Name",
        fr: "Nom affiché",
        nl: "Getoonde naam",
    }
    /// A field.
    profile_nickname {
        en: "Nickname",
        de: "Rufname",
        fr: "Surnom",
        nl: "Roepnaam",
    }
    /// A field.
    profile_phone {
        en: "Phone number",
        de: "Telefonnummer",
        fr: "Numéro de téléphone",
        nl: "Telefoonnummer",
    }
    /// A field.
    profile_language {
        en: "Language",
        de: "Sprache",
        fr: "Langue",
        nl: "Taal",
    }
    /// What the language is for.
    profile_language_hint {
        en: "The language of these pages and of letters to you.",
        de: "Die Sprache dieser Seiten und der Nachrichten an Sie.",
        fr: "La langue de ces pages et des messages qui vous sont adressés.",
        nl: "De taal van deze pagina’s en van berichten aan u.",
    }
    /// No language was chosen.
    profile_language_automatic {
        en: "As the browser says",
        de: "Wie der Browser es sagt",
        fr: "Comme l’indique le navigateur",
        nl: "Zoals de browser aangeeft",
    }
    /// A field.
    profile_time_zone {
        en: "Time zone",
        de: "Zeitzone",
        fr: "Fuseau horaire",
        nl: "Tijdzone",
    }
    /// What the time zone is for.
    profile_time_zone_hint {
        en: "Times in your account are shown in it.",
        de: "Zeiten in Ihrem Konto werden in ihr angezeigt.",
        fr: "Les heures de votre compte y sont exprimées.",
        nl: "Tijden in uw account worden hierin getoond.",
    }
    /// No time zone was chosen.
    profile_time_zone_none {
        en: "None (UTC)",
        de: "Keine (UTC)",
        fr: "Aucun (UTC)",
        nl: "Geen (UTC)",
    }
    /// Something that the organisation says.
    profile_job_title {
        en: "Title",
        de: "Funktion",
        fr: "Fonction",
        nl: "Functie",
    }
    /// Something that the organisation says.
    profile_department {
        en: "Department",
        de: "Abteilung",
        fr: "Service",
        nl: "Afdeling",
    }
    /// Something that the organisation says.
    profile_organization_name {
        en: "Organisation",
        de: "Organisation",
        fr: "Organisation",
        nl: "Organisatie",
    }
    /// Something that the organisation says.
    profile_employee_number {
        en: "Employee number",
        de: "Personalnummer",
        fr: "Matricule",
        nl: "Personeelsnummer",
    }
    /// A field that a source owns.
    profile_comes_from(source) {
        en: "Comes from {source} and is changed there.",
        de: "Kommt aus {source} und wird dort geändert.",
        fr: "Provient de {source} et se modifie là-bas.",
        nl: "Komt uit {source} en wordt daar gewijzigd.",
    }
    /// A field that a source owns which is not known by name any more.
    profile_comes_from_organisation {
        en: "Comes from your organisation and is changed there.",
        de: "Kommt von Ihrer Organisation und wird dort geändert.",
        fr: "Provient de votre organisation et se modifie là-bas.",
        nl: "Komt van uw organisatie en wordt daar gewijzigd.",
    }
    /// A field that the settings keep from everybody.
    profile_by_administrator {
        en: "Only an administrator can change this.",
        de: "Nur die Administration kann dies ändern.",
        fr: "Seul un administrateur peut le modifier.",
        nl: "Alleen een beheerder kan dit wijzigen.",
    }
    /// A field without a value.
    profile_nothing {
        en: "Nothing",
        de: "Keine Angabe",
        fr: "Non renseigné",
        nl: "Niets",
    }
    /// The button of the form.
    profile_save {
        en: "Save",
        de: "Speichern",
        fr: "Enregistrer",
        nl: "Opslaan",
    }
    /// The profile was changed in the meantime.
    profile_overtaken {
        en: "Your profile was changed elsewhere in the meantime, so what you typed was not saved. Here is how it is now.",
        de: "Ihr Profil wurde inzwischen anderswo geändert, deshalb wurden Ihre Eingaben nicht gespeichert. Hier steht, wie es jetzt ist.",
        fr: "Votre profil a été modifié ailleurs entre-temps : votre saisie n’a pas été enregistrée. Voici son état actuel.",
        nl: "Uw profiel is intussen ergens anders gewijzigd, dus wat u typte is niet opgeslagen. Zo ziet het er nu uit.",
    }
    /// A field that is locked was sent along.
    profile_locked {
        en: "Something in the form is not yours to change, so nothing was saved.",
        de: "Etwas im Formular können Sie nicht ändern, deshalb wurde nichts gespeichert.",
        fr: "Un élément du formulaire ne peut être modifié par vous : rien n’a été enregistré.",
        nl: "Iets in het formulier kunt u niet wijzigen, dus er is niets opgeslagen.",
    }
    /// The directory did not take it.
    profile_not_taken {
        en: "This cannot be saved. Shorten what you typed, or ask an administrator.",
        de: "Das kann nicht gespeichert werden. Kürzen Sie Ihre Eingaben oder fragen Sie die Administration.",
        fr: "Impossible d’enregistrer. Raccourcissez votre saisie ou demandez à un administrateur.",
        nl: "Dit kan niet worden opgeslagen. Kort in wat u typte, of vraag een beheerder.",
    }
    /// A name is too long, or has characters that cannot be shown.
    profile_name_unfit {
        en: "A name is one line of at most 100 characters.",
        de: "Ein Name ist eine Zeile von höchstens 100 Zeichen.",
        fr: "Un nom est une ligne de 100 caractères au plus.",
        nl: "Een naam is één regel van hoogstens 100 tekens.",
    }
    /// A phone number cannot be one.
    profile_phone_unfit {
        en: "A phone number has digits, spaces and the signs + ( ) - . / only, such as +31 20 123 4567.",
        de: "Eine Telefonnummer hat nur Ziffern, Leerzeichen und die Zeichen + ( ) - . /, etwa +49 30 123456.",
        fr: "Un numéro de téléphone ne comporte que des chiffres, des espaces et les signes + ( ) - . /, par exemple +33 1 23 45 67 89.",
        nl: "Een telefoonnummer heeft alleen cijfers, spaties en de tekens + ( ) - . /, zoals +31 20 123 4567.",
    }
    /// A language or time zone that there is not.
    profile_choice_unfit {
        en: "Choose one from the list.",
        de: "Wählen Sie etwas aus der Liste.",
        fr: "Choisissez un élément de la liste.",
        nl: "Kies iets uit de lijst.",
    }
}
