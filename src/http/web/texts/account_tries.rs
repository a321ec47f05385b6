//! What a person is told of failed tries at their account, after they have signed in.

super::texts! {
    /// The heading.
    account_tries {
        en: "Failed tries before you signed in",
        de: "Fehlversuche vor Ihrer Anmeldung",
        fr: "Tentatives échouées avant votre connexion",
        nl: "Mislukte pogingen voor uw aanmelding",
    }
    /// What to make of it.
    account_tries_lead {
        en: "If that was you, there is nothing to do. If not, somebody tries to get into your account and has not succeeded.",
        de: "Wenn Sie das waren, ist nichts zu tun. Wenn nicht, versucht jemand, in Ihr Konto zu gelangen, und hat es nicht geschafft.",
        fr: "Si c’était vous, il n’y a rien à faire. Sinon, quelqu’un essaie d’entrer dans votre compte, et n’y est pas parvenu.",
        nl: "Als u dat was, hoeft u niets te doen. Zo niet, dan probeert iemand in uw account te komen, en dat is niet gelukt.",
    }
    /// Names the number of tries.
    account_tries_number {
        en: "Failed tries",
        de: "Fehlversuche",
        fr: "Tentatives échouées",
        nl: "Mislukte pogingen",
    }
    /// Names the moment of the first.
    account_tries_since {
        en: "The first one",
        de: "Der erste",
        fr: "La première",
        nl: "De eerste",
    }
    /// Names the moment of the last.
    account_tries_last {
        en: "The last one",
        de: "Der letzte",
        fr: "La dernière",
        nl: "De laatste",
    }
    /// Names where the last one came from.
    account_tries_from {
        en: "The last one came from",
        de: "Der letzte kam von",
        fr: "La dernière venait de",
        nl: "De laatste kwam van",
    }
    /// The button that takes the notice away.
    account_tries_seen {
        en: "I have seen this",
        de: "Zur Kenntnis genommen",
        fr: "J’ai vu",
        nl: "Ik heb dit gezien",
    }
}
