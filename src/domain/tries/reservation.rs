//! A try that was taken from its budgets.

use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use super::{
    Asker, Factor, Guard, PolicyKind, Schedule, Try, Whose,
    asker::network,
    store::{self, Pool},
};
use crate::{
    domain::audit::{Actor, Change},
    foundation::{
        clock::{Clock, Timestamp},
        db::{self, Db},
    },
};

/// How long tries at an account are kept to be shown.
const KEPT: Duration = Duration::from_secs(30 * 86_400);
/// How long those of networks and of names that nobody has are kept.
const KEPT_OF_NOBODY: Duration = Duration::from_secs(86_400);

/// A try that was taken, or refused.
#[must_use = "a right try is given back with `settle`"]
pub struct Reservation {
    pools: Vec<Pool>,
    admitted: bool,
    _place: Option<OwnedSemaphorePermit>,
}

impl Reservation {
    /// Whether the try may count, if it is right.
    #[must_use]
    pub const fn is_admitted(&self) -> bool {
        self.admitted
    }
}

/// Takes a try, before the secret is verified: one statement for each budget, committed together.
/// One that is not admitted is counted and costs the same.
///
/// # Errors
/// When the database cannot answer.
pub async fn reserve(
    db: &Db,
    clock: &Clock,
    guard: &Guard,
    attempt: &Try<'_>,
) -> Result<Reservation, db::Error> {
    let own = own_pool(guard, attempt);
    let place = guard.queue.enter(own.name(), own.schedule.budget).await;
    // The network comes first: a try that it refuses takes nothing from the account.
    let mut pools: Vec<Pool> = network_pool(guard, attempt, &own).into_iter().collect();
    pools.push(own);
    let mut change = Change::begin(db, Actor::Anonymous, clock.now()).await?;
    let mut admitted = true;
    for pool in &mut pools {
        pool.taken = store::take(&mut change, pool, attempt.asker, admitted).await?;
        admitted = admitted && pool.taken;
    }
    change.unrecorded("a budget of tries");
    change.commit().await?;
    Ok(Reservation {
        pools,
        admitted,
        _place: place,
    })
}

/// Gives a right try back, in the change that makes something of it. A known browser's budget is
/// full then, and so is an account's under the classic policy; that of unknown browsers only has
/// this try back: a guesser gets no further tries because the owner came.
///
/// # Errors
/// When the database cannot answer.
pub async fn settle(change: &mut Change, reservation: Reservation) -> Result<(), db::Error> {
    for pool in reservation.pools.iter().filter(|pool| pool.taken) {
        store::give_back(change, pool).await?;
        if pool.fills_up {
            store::fill_up(change, pool).await?;
        }
    }
    change.unrecorded("a budget of tries");
    Ok(())
}

/// Gives a try back that came to no verdict.
///
/// # Errors
/// When the database cannot answer.
pub async fn withdraw(db: &Db, clock: &Clock, reservation: Reservation) -> Result<(), db::Error> {
    let mut change = Change::begin(db, Actor::Anonymous, clock.now()).await?;
    for pool in reservation.pools.iter().filter(|pool| pool.taken) {
        store::give_back(&mut change, pool).await?;
    }
    change.unrecorded("a budget of tries");
    change.commit().await
}

/// The budget of the account, or of the name that nobody has.
fn own_pool(guard: &Guard, attempt: &Try<'_>) -> Pool {
    let known = attempt.asker.known_device.as_ref();
    let aware = guard.policy.kind == PolicyKind::DeviceAware;
    let device = known.filter(|_| aware && matches!(attempt.whose, Whose::User(_)));
    let schedule = guard.policy.account;
    Pool {
        subject: attempt.whose.subject(&guard.master),
        factor: attempt.factor,
        browser: device.map_or_else(String::new, |device| device.as_str().to_owned()),
        schedule: limited(attempt.factor, schedule),
        keep: match attempt.whose {
            Whose::User(_) => KEPT.max(schedule.memory()),
            Whose::Nobody(_) => schedule.memory().clamp(KEPT_OF_NOBODY, KEPT),
        },
        // In a known browser it is the person themself, who sees what happens.
        tells: device.is_none() && matches!(attempt.whose, Whose::User(_)),
        fills_up: !aware || device.is_some(),
        taken: false,
    }
}

/// The budget of the network. A known browser needs none.
fn network_pool(guard: &Guard, attempt: &Try<'_>, own: &Pool) -> Option<Pool> {
    if !own.browser.is_empty() {
        return None;
    }
    let schedule = guard.policy.address?;
    Some(Pool {
        subject: network(attempt.asker.address?),
        factor: attempt.factor,
        browser: String::new(),
        schedule: limited(attempt.factor, schedule),
        keep: schedule.memory().clamp(KEPT_OF_NOBODY, KEPT),
        tells: false,
        fills_up: false,
        taken: false,
    })
}

const fn limited(factor: Factor, schedule: Schedule) -> Schedule {
    if factor.can_be_guessed() {
        schedule
    } else {
        Schedule::UNLIMITED
    }
}

impl Pool {
    /// Its name in this process.
    fn name(&self) -> String {
        format!("{} {} {}", self.subject, self.factor.word(), self.browser)
    }

    /// Until when its row is kept, if it is tried now.
    pub(super) fn forget_at(&self, now: Timestamp) -> Timestamp {
        now.plus(self.keep)
    }
}

impl Asker {
    /// The address, to be shown.
    pub(super) fn shown(&self) -> Option<String> {
        let address = self.address?.to_canonical();
        Some(address.to_string())
    }
}
