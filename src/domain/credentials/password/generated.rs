//! A password that is made for somebody.

use super::Policy;
use crate::foundation::crypto::token::Secret;

/// Letters and digits that are not mistaken for each other, 32 of them: five bits each.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const GROUP: usize = 5;
const FEWEST: usize = 20;

/// A random password of at least 100 bits that satisfies the policy: `k7x3m-…`.
#[must_use]
pub fn generate(policy: &Policy) -> Secret {
    let wanted = policy.shortest.max(FEWEST).next_multiple_of(GROUP);
    let mut text = String::with_capacity(wanted * 2);
    for n in 0..wanted {
        if n > 0 && n % GROUP == 0 {
            text.push('-');
        }
        let [byte] = crate::foundation::crypto::random::bytes::<1>();
        text.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Secret::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credentials::OwnWords;

    #[test]
    fn what_is_generated_satisfies_the_strictest_policy() {
        for shortest in [8, 21, 64] {
            let policy = Policy {
                shortest,
                strength: 4,
                ..Policy::default()
            };
            let one = generate(&policy);
            assert!(policy.check(one.reveal(), &OwnWords::default()).is_ok());
            assert_ne!(one.reveal(), generate(&policy).reveal());
        }
    }
}
