//! Owns users and groups.

crate::typed_id! {
    /// A user.
    pub UserId
}
