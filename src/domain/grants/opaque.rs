//! The texts of codes and refresh tokens.
//!
//! They name their grant and carry a MAC of the master key. So a text that this server did not
//! make is refused without a query, and one that it did make names its grant even when its row
//! has moved on, which is how reuse is noticed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::GrantId;
use crate::foundation::crypto::digest::constant_time_equal;
use crate::foundation::crypto::random;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;

const GRANT: usize = 16;
const GENERATION: usize = 8;
const RANDOM: usize = 32;
const MAC: usize = 16;
const SIGNED: usize = GRANT + GENERATION + RANDOM;
const LENGTH: usize = SIGNED + MAC;

/// Which of them it is: one cannot stand in for the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Code,
    RefreshToken,
    DeviceCode,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Kind::Code => "dwc_",
            Kind::RefreshToken => "dwr_",
            Kind::DeviceCode => "dwd_",
        }
    }

    fn context(self) -> &'static str {
        match self {
            Kind::Code => "authorization code",
            Kind::RefreshToken => "refresh token",
            Kind::DeviceCode => "device code",
        }
    }
}

/// Makes a text of 256 random bits for the grant.
pub(super) fn make(master: &MasterKey, kind: Kind, grant: GrantId, generation: i64) -> Secret {
    text(master, kind, (grant, generation), &random::bytes())
}

/// The refresh token that follows `old`. It is as hard to guess as one of random bits for whom
/// does not have the master key, and always the same: a renewal that is repeated because its
/// answer was lost comes to the same token, so that there are never two.
pub(super) fn successor(
    master: &MasterKey,
    old: &Secret,
    grant: GrantId,
    generation: i64,
) -> Secret {
    let bits = master.mac("successor of a refresh token", old.reveal().as_bytes());
    text(master, Kind::RefreshToken, (grant, generation), &bits)
}

fn text(
    master: &MasterKey,
    kind: Kind,
    (grant, generation): (GrantId, i64),
    bits: &[u8; RANDOM],
) -> Secret {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend_from_slice(grant.as_uuid().as_bytes());
    bytes.extend_from_slice(&generation.to_be_bytes());
    bytes.extend_from_slice(bits);
    let mac = master.mac(kind.context(), &bytes);
    bytes.extend_from_slice(&mac[..MAC]);
    Secret::from(format!(
        "{}{}",
        kind.prefix(),
        URL_SAFE_NO_PAD.encode(&bytes)
    ))
}

/// The grant and the generation that a text of this server names.
pub(super) fn read(master: &MasterKey, kind: Kind, text: &Secret) -> Option<(GrantId, i64)> {
    let encoded = text.reveal().strip_prefix(kind.prefix())?;
    // The exact length first: one token has one spelling.
    if encoded.len() != LENGTH.div_ceil(3) * 4 - (3 - LENGTH % 3) % 3 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    let (signed, mac) = bytes.split_at_checked(SIGNED)?;
    let expected = master.mac(kind.context(), signed);
    if !constant_time_equal(&expected[..MAC], mac) {
        return None;
    }
    let grant = uuid::Uuid::from_slice(&signed[..GRANT]).ok()?;
    let generation = signed[GRANT..GRANT + GENERATION].try_into().ok()?;
    Some((
        grant.hyphenated().to_string().parse().ok()?,
        i64::from_be_bytes(generation),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::clock::Timestamp;

    fn grant() -> GrantId {
        GrantId::new(Timestamp::from_millis(1_000_000))
    }

    #[test]
    fn a_text_names_its_grant_and_generation() {
        let (master, grant) = (MasterKey::generate(), grant());
        let text = make(&master, Kind::RefreshToken, grant, 7);
        assert_eq!(read(&master, Kind::RefreshToken, &text), Some((grant, 7)));
    }

    #[test]
    fn a_code_is_no_refresh_token_even_with_the_other_prefix() {
        let (master, grant) = (MasterKey::generate(), grant());
        let code = make(&master, Kind::Code, grant, 0);
        assert_eq!(read(&master, Kind::RefreshToken, &code), None);
        let renamed = Secret::from(code.reveal().replacen("dwc_", "dwr_", 1));
        assert_eq!(read(&master, Kind::RefreshToken, &renamed), None);
    }

    #[test]
    fn zitadel_cve_2026_27840_a_cut_extended_or_changed_text_is_nothing() {
        let (master, grant) = (MasterKey::generate(), grant());
        let text = make(&master, Kind::RefreshToken, grant, 1);
        let own = text.reveal();
        for length in 0..own.len() {
            let cut = Secret::from(&own[..length]);
            assert_eq!(read(&master, Kind::RefreshToken, &cut), None);
        }
        for at in 4..own.len() {
            let other = if own.as_bytes()[at] == b'A' { "B" } else { "A" };
            let changed = format!("{}{other}{}", &own[..at], &own[at + 1..]);
            assert_eq!(read(&master, Kind::RefreshToken, &changed.into()), None);
        }
        for changed in [
            format!("{own}A"),
            format!("{own}="),
            format!(" {own}"),
            own.to_uppercase(),
        ] {
            assert_eq!(read(&master, Kind::RefreshToken, &changed.into()), None);
        }
    }

    #[test]
    fn a_token_has_one_successor_and_only_this_server_knows_it() {
        let (master, grant) = (MasterKey::generate(), grant());
        let old = make(&master, Kind::RefreshToken, grant, 3);
        let next = successor(&master, &old, grant, 4);
        assert_eq!(read(&master, Kind::RefreshToken, &next), Some((grant, 4)));
        let again = successor(&master, &old, grant, 4);
        assert_eq!(next.reveal(), again.reveal());
        let other = make(&master, Kind::RefreshToken, grant, 3);
        let others = successor(&master, &other, grant, 4);
        assert_ne!(next.reveal(), others.reveal());
        let elsewhere = successor(&MasterKey::generate(), &old, grant, 4);
        assert_ne!(next.reveal(), elsewhere.reveal());
    }

    #[test]
    fn another_servers_text_is_nothing() {
        let text = make(&MasterKey::generate(), Kind::Code, grant(), 0);
        assert_eq!(read(&MasterKey::generate(), Kind::Code, &text), None);
    }
}
