//! Owns what a person changes of their own account and what hangs on it: the profile as far as
//! no source owns it, the change of the e-mail address, and what follows when they find somebody
//! else's doing. Does not own the profile (`directory`), the sessions (`signin`), nor what ends
//! with them (`lifecycle`).

mod disowning;
mod picture;
mod profile;

pub use disowning::disown;
pub use picture::{picture_lock, set_picture};
pub use profile::{Field, LONGEST_NAME, LONGEST_NUMBER, Lock, ProfileRefused, edit_profile};

/// What people may change of their own account, as far as the settings say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Names, phone number and picture.
    pub profile: bool,
    /// The e-mail address.
    pub email: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            profile: true,
            email: true,
        }
    }
}
