//! Who tries, as far as can be told before anything is proven.

use std::net::{IpAddr, Ipv6Addr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Factor;
use crate::{
    domain::directory::{self, UserId},
    foundation::crypto::{digest::Digest, seal::MasterKey},
};

/// Where a try comes from.
#[derive(Clone, Debug, Default)]
pub struct Asker {
    /// The client's address, as the trusted proxies say; none for a socket file.
    pub address: Option<IpAddr>,
    /// The device of this user that the browser has proven to be (the digest of its secret),
    /// looked up and not only claimed. It has a budget of its own.
    pub known_device: Option<Digest>,
}

/// Whose secret is tried.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// A user's, whatever name was typed.
    User(UserId),
    /// Nobody's: the name that was typed names no user.
    Nobody(&'a str),
}

/// A try that is about to be made.
#[derive(Clone, Copy, Debug)]
pub struct Try<'a> {
    /// Whose secret.
    pub whose: Whose<'a>,
    /// Which of their factors.
    pub factor: Factor,
    /// By whom, it seems.
    pub asker: &'a Asker,
}

impl Whose<'_> {
    /// What the row is found by. A name that nobody has is kept as a keyed digest: it may be a
    /// password that was typed into the wrong field.
    pub(super) fn subject(self, master: &MasterKey) -> String {
        match self {
            Self::User(user) => of_user(user),
            Self::Nobody(name) => {
                let key = directory::user_name_key(name).unwrap_or_else(|_| name.to_owned());
                let digest = master.mac("tries of a name", key.as_bytes());
                format!("name:{}", URL_SAFE_NO_PAD.encode(digest))
            }
        }
    }
}

pub(super) fn of_user(user: UserId) -> String {
    format!("user:{user}")
}

/// The user of a subject; none of a network's, or of a name that nobody has.
pub(super) fn user_of(subject: &str) -> Option<UserId> {
    subject.strip_prefix("user:")?.parse().ok()
}

/// The network that an address stands for. An IPv4 address is a network of its own: its
/// neighbours are other people, whom a guesser among them must not shut out. An IPv6 customer
/// has a /56 (RIPE-690), and can choose among its addresses at will.
pub(super) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("network:{address}"),
        IpAddr::V6(address) => {
            let prefix = Ipv6Addr::from_bits(address.to_bits() >> 72 << 72);
            format!("network:{prefix}/56")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> String {
        network(address.parse().unwrap())
    }

    #[test]
    fn an_ipv4_address_is_alone_and_an_ipv6_customer_is_one() {
        assert_eq!(of("192.0.2.9"), "network:192.0.2.9");
        assert_eq!(of("::ffff:192.0.2.9"), of("192.0.2.9"));
        assert_eq!(of("2001:db8:1:2ff::1"), "network:2001:db8:1:200::/56");
        assert_eq!(of("2001:db8:1:2ab:ffff::9"), of("2001:db8:1:200::1"));
        assert_ne!(of("2001:db8:1:300::1"), of("2001:db8:1:200::1"));
    }

    #[test]
    fn a_name_that_nobody_has_is_counted_as_names_are_compared_and_kept_as_a_digest() {
        let master = MasterKey::generate();
        let of = |name: &str| Whose::Nobody(name).subject(&master);
        assert_eq!(of("Ada"), of(" ada "));
        assert_eq!(of("ada"), of("ａｄａ"));
        assert_ne!(of("ada"), of("adb"));
        assert!(!of("hunter2").contains("hunter2"));
        assert!(of(&"x".repeat(30_000)).len() < 64);
        assert!(of("a\u{0}").starts_with("name:"));
    }
}
