//! Owns what a person changes of their own account and what hangs on it: the profile as far as
//! no source owns it, the change of the e-mail address, and what follows when they find somebody
//! else's doing. Does not own the profile (`directory`), the sessions (`signin`), nor what ends
//! with them (`lifecycle`).

mod disowning;

pub use disowning::disown;
