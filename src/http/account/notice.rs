//! What was done, said once on the page that follows a form. Its word stands in the address; what
//! is no word of this list says nothing, so that nobody can make a page say what they like.

use crate::http::web::{Language, Said};

/// The list: a variant, its word, its text.
macro_rules! notices {
    ($($(#[doc = $doc:literal])+ $variant:ident = $word:literal: $text:path;)+) => {
        /// What was done.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Notice {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Notice {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its word in an address.
            pub(super) const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// What it says.
            pub(super) const fn text(self) -> Said {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

notices! {
    /// A change was saved.
    Saved = "saved": Language::account_saved;
    /// The password was changed.
    PasswordChanged = "password-changed": Language::account_password_changed;
    /// A passkey or security key was added.
    KeyAdded = "key-added": Language::key_was_added;
    /// A passkey or security key was removed.
    KeyRemoved = "key-removed": Language::key_was_removed;
    /// A session was ended.
    SessionEnded = "session-ended": Language::account_session_ended;
    /// A browser was forgotten.
    DeviceForgotten = "device-forgotten": Language::account_device_forgotten;
    /// All browsers were forgotten.
    DevicesForgotten = "devices-forgotten": Language::account_devices_forgotten;
    /// All sessions but this one were ended.
    OthersEnded = "others-ended": Language::account_others_ended;
    /// What an application might do was taken back.
    Withdrawn = "withdrawn": Language::account_withdrawn;
    /// Somebody else may have used the account, and was thrown out.
    Disowned = "disowned": Language::account_disowned;
    /// An authenticator app was added.
    AppAdded = "app-added": Language::account_app_added;
    /// An authenticator app was removed.
    AppRemoved = "app-removed": Language::account_app_removed;
    /// A letter is on its way to a new address.
    EmailAsked = "email-asked": Language::email_asked;
    /// A change of the address was taken back.
    EmailWithdrawn = "email-withdrawn": Language::email_withdrawn;
    /// The address was changed.
    EmailChanged = "email-changed": Language::email_changed;
    /// A picture was uploaded.
    PictureSet = "picture-set": Language::picture_was_set;
    /// The picture was removed.
    PictureRemoved = "picture-removed": Language::picture_was_removed;
    /// A form was sent twice, or what it names had ended by itself.
    NothingToDo = "nothing-to-do": Language::account_nothing_to_do;
}

impl Notice {
    /// The notice in the query of an address.
    pub(super) fn of_query(query: Option<&str>) -> Option<Self> {
        let mut fields = form_urlencoded::parse(query?.as_bytes());
        let (_, word) = fields.find(|(name, _)| name == "notice")?;
        Self::ALL
            .iter()
            .copied()
            .find(|notice| notice.word() == word)
    }
}
