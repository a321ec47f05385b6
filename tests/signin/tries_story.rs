//! A guesser with ten thousand tries from five hundred addresses, and the person whose account
//! it is. The secret is not hashed here: how often it may be tried is what this is about.

use std::time::Duration;

use doorward::domain::directory::UserId;
use doorward::domain::tries::{self, Asker, Factor, Policy, PolicyKind, Schedule, Whose};

use crate::on_both_engines;
use crate::stage::{change, user};
use crate::support::World;
use crate::tries::{HOUR, MINUTE, guess, known, right, stranger_at, with_policy};

const TRIES: u32 = 10_000;
const ADDRESSES: u32 = 500;
/// The attack goes on for two days and a bit.
const PAUSE: Duration = Duration::from_secs(18);

/// What came of an attack.
struct Attack {
    /// Guesses that were looked at.
    guesses: i64,
    /// How often the owner came, and how often they got in.
    owner: (u32, u32),
}

/// Guesses all the time; every hundredth time the owner comes.
async fn attack(world: &World, victim: UserId, owner: &Asker) -> Attack {
    let mut seen = Attack {
        guesses: 0,
        owner: (0, 0),
    };
    for n in 0..TRIES {
        let address = n % ADDRESSES;
        let guesser = stranger_at(&format!("203.0.{}.{}", address / 250, address % 250));
        let admitted = guess(world, Whose::User(victim), Factor::Password, &guesser).await;
        seen.guesses += i64::from(admitted);
        if n % 100 == 99 {
            let came_in = right(world, victim, Factor::Password, owner).await
                && right(world, victim, Factor::Totp, owner).await;
            seen.owner.0 += 1;
            seen.owner.1 += u32::from(came_in);
        }
        world.clock.advance(PAUSE);
    }
    seen
}

on_both_engines! {
    async fn device_aware_a_guesser_does_not_keep_the_owners_own_browser_out(world: World) {
        let ada = user(&world, "ada").await;
        let most = Policy::default().account.most_within(PAUSE * TRIES);
        let seen = attack(&world, ada, &known("laptop")).await;
        assert_eq!(seen.owner, (100, 100));
        assert!(seen.guesses <= most, "{} guesses, {most} at most", seen.guesses);
        assert!(most <= 62, "{most} in fifty hours");
        // An unknown browser of the owner has to wait with the guesser, or take a passkey.
        assert!(!right(&world, ada, Factor::Password, &stranger_at("198.51.100.7")).await);
        assert!(right(&world, ada, Factor::WebAuthn, &stranger_at("198.51.100.7")).await);
    }

    async fn classic_a_guesser_locks_the_account_and_gets_no_more_than_the_policy_says(world: World) {
        let account = Schedule::locking(10, Some(MINUTE * 15), HOUR);
        let classic = Policy { kind: PolicyKind::Classic, account, address: None };
        let world = with_policy(world, classic).await;
        let ada = user(&world, "ada").await;
        let seen = attack(&world, ada, &known("laptop")).await;
        // Failures are counted in a row: when the owner comes in, the count begins anew.
        let most = account.most_within(PAUSE * TRIES) + 10 * i64::from(seen.owner.1);
        assert!(seen.guesses <= most, "{} guesses, {most} at most", seen.guesses);
        // That is what this policy is: it can be turned on its victim.
        assert!(seen.owner.1 < seen.owner.0, "{:?}", seen.owner);
        let mut reset = change(&world).await;
        tries::reset_tries(&mut reset, ada).await.unwrap();
        reset.commit().await.unwrap();
        assert!(right(&world, ada, Factor::Password, &known("laptop")).await);
    }
}
