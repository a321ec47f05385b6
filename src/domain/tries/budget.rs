//! The arithmetic of a budget. Pure: the statement in `store` does the same in one step, and a
//! test plays both against each other.

use std::time::Duration;

use crate::foundation::clock::Timestamp;

/// A wait that only an administrator ends, in milliseconds: a thousand years.
pub(super) const FOR_EVER: i64 = 1_000 * 365 * 86_400_000;

/// How a budget is spent and comes back. All times in milliseconds.
///
/// `budget` tries may be taken at once. From then on each has to wait for the one before it:
/// `first`, then twice as long each time, up to `longest`. One try is forgotten every `refill`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schedule {
    pub(super) budget: i64,
    pub(super) refill: i64,
    pub(super) first: i64,
    pub(super) longest: i64,
}

/// How much of a budget is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// When all that was taken will be forgotten.
    pub(super) clear_at: i64,
    /// When the last try was taken.
    pub(super) taken_at: i64,
    /// How long after it the next one may be.
    pub(super) wait: i64,
}

impl Schedule {
    /// Nobody ever waits.
    pub(super) const UNLIMITED: Self = Self {
        budget: 2,
        refill: 0,
        first: 0,
        longest: 0,
    };

    /// `budget` tries, then one after `first`, then after twice as long each time, up to
    /// `longest`. Tries are forgotten as slowly as the slowest can be taken, so that whoever
    /// goes on guessing never gets back to the quick ones.
    #[must_use]
    pub fn growing(budget: u32, first: Duration, longest: Duration) -> Self {
        let longest = millis(longest.max(first));
        Self {
            budget: i64::from(budget.max(1)),
            refill: longest,
            first: millis(first),
            longest,
        }
    }

    /// `budget` tries at once, and then one every `wait`.
    #[must_use]
    pub fn steady(budget: u32, wait: Duration) -> Self {
        Self::growing(budget, wait, wait)
    }

    /// `threshold` tries within `window`; then none for the time of the lock, or for ever. Tries
    /// are forgotten evenly over the window, also while a lock lasts.
    #[must_use]
    pub fn locking(threshold: u32, lock: Option<Duration>, window: Duration) -> Self {
        let budget = i64::from(threshold.max(1));
        let lock = lock.map_or(FOR_EVER, millis);
        Self {
            budget,
            refill: millis(window) / budget,
            first: lock,
            longest: lock,
        }
    }

    /// Up to where `clear_at` may reach before a try is taken, for the next one not to wait.
    pub(super) const fn calm(&self, now: Timestamp) -> i64 {
        let spare = self.refill.saturating_mul(self.budget - 2);
        now.millis().saturating_add(spare)
    }

    /// Takes a try, if one may be taken now.
    #[must_use]
    pub fn take(&self, budget: Budget, now: Timestamp) -> Option<Budget> {
        if budget.opens_at() > now {
            return None;
        }
        let taken = budget.clear_at.max(now.millis());
        let wait = match budget.wait {
            _ if taken <= self.calm(now) => 0,
            0 => self.first,
            wait if wait.saturating_mul(2) < self.longest => wait * 2,
            _ => self.longest,
        };
        Some(Budget {
            clear_at: taken.saturating_add(self.refill),
            taken_at: now.millis(),
            wait,
        })
    }

    /// Gives a try back that was not wrong. The budget is open then: the try that made it wait
    /// is not to be waited for.
    #[must_use]
    pub const fn give_back(&self, budget: Budget, now: Timestamp) -> Budget {
        let clear_at = budget.clear_at - self.refill;
        if clear_at <= self.calm(now).saturating_add(self.refill) {
            return Budget {
                clear_at,
                taken_at: budget.taken_at,
                wait: 0,
            };
        }
        let wait = budget.wait / 2;
        Budget {
            clear_at,
            taken_at: now.millis() - wait,
            wait,
        }
    }

    /// The most tries that can be taken within `span`, whoever asks and however often: what a
    /// guesser gets.
    #[must_use]
    pub fn most_within(&self, span: Duration) -> i64 {
        let (mut tries, mut waited, mut wait) = (self.budget, 0_i64, self.first);
        let span = millis(span);
        while wait < self.longest && waited + wait <= span {
            waited += wait;
            tries += 1;
            wait = wait.saturating_mul(2).min(self.longest);
        }
        tries + (span - waited) / self.refill.min(self.longest).max(1)
    }

    /// How long after a try something of it may still count.
    pub(super) const fn memory(&self) -> Duration {
        let steps = self.budget.saturating_add(64);
        let millis = self.refill.saturating_mul(steps);
        let millis = millis.saturating_add(self.longest);
        Duration::from_millis(if millis > 0 { millis.unsigned_abs() } else { 0 })
    }
}

impl Budget {
    /// A budget that nothing was taken from.
    #[must_use]
    pub const fn full(now: Timestamp) -> Self {
        Self::of(now.millis(), now.millis(), 0)
    }

    /// A budget by its numbers.
    #[must_use]
    pub const fn of(clear_at: i64, taken_at: i64, wait: i64) -> Self {
        Self {
            clear_at,
            taken_at,
            wait,
        }
    }

    /// From when on the next try may be taken.
    #[must_use]
    pub const fn opens_at(&self) -> Timestamp {
        Timestamp::from_millis(self.taken_at.saturating_add(self.wait))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(FOR_EVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const HOUR: Duration = Duration::from_secs(3600);
    const START: Timestamp = Timestamp::from_millis(1_000_000_000_000);

    fn schedule() -> Schedule {
        Schedule::growing(5, MINUTE, HOUR)
    }

    /// Tries as fast as it can for `span`: when each one was, in seconds.
    fn guessed(schedule: Schedule, span: Duration) -> Vec<u64> {
        let (mut budget, mut now, mut taken) = (Budget::full(START), START, Vec::new());
        while now.since(START) <= span {
            match schedule.take(budget, now) {
                Some(after) => {
                    taken.push(now.since(START).as_secs());
                    budget = after;
                }
                None => now = budget.opens_at(),
            }
        }
        taken
    }

    #[test]
    fn five_tries_are_free_and_then_the_wait_doubles_up_to_an_hour() {
        let minutes: Vec<u64> = guessed(schedule(), Duration::from_secs(5 * 3600))
            .iter()
            .map(|seconds| seconds / 60)
            .collect();
        assert_eq!(minutes, [0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
    }

    #[test]
    fn a_guesser_never_gets_more_than_the_schedule_says_however_long() {
        for days in [1, 7, 30] {
            let span = Duration::from_secs(days * 86_400);
            let taken = i64::try_from(guessed(schedule(), span).len()).unwrap();
            assert!(
                taken <= schedule().most_within(span),
                "{taken} in {days} days"
            );
        }
        assert_eq!(schedule().most_within(Duration::ZERO), 5);
        assert_eq!(schedule().most_within(HOUR), 10);
    }

    #[test]
    fn pauses_do_not_get_a_guesser_more_than_going_on_does() {
        let span = Duration::from_secs(7 * 86_400);
        for pause in [1_u64, 2, 4, 6, 12] {
            let (mut budget, mut now, mut taken) = (Budget::full(START), START, 0);
            while now.since(START) <= span {
                while let Some(after) = schedule().take(budget, now) {
                    (budget, taken) = (after, taken + 1);
                }
                now = now.plus(HOUR * u32::try_from(pause).unwrap());
            }
            assert!(
                taken <= schedule().most_within(span),
                "{taken} with {pause}"
            );
        }
    }

    #[test]
    fn a_quiet_day_forgets_everything() {
        let mut budget = Budget::full(START);
        for _ in 0..5 {
            budget = schedule().take(budget, START).unwrap();
        }
        assert_eq!(schedule().take(budget, START), None);
        let later = START.plus(HOUR * 24);
        for _ in 0..5 {
            budget = schedule().take(budget, later).unwrap();
        }
        assert_eq!(schedule().take(budget, later), None);
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let mut budget = Budget::full(START);
        for _ in 0..5 {
            budget = schedule().take(budget, START).unwrap();
        }
        for _ in 0..100 {
            budget = schedule().give_back(budget, START);
            budget = schedule().take(budget, START).expect("the one given back");
            assert_eq!(schedule().take(budget, START), None);
        }
    }

    #[test]
    fn right_tries_do_not_shorten_the_waits_of_wrong_ones() {
        let (mut budget, mut now) = (Budget::full(START), START);
        for _ in 0..14 {
            now = now.plus(budget.opens_at().since(now));
            budget = schedule().take(budget, now).unwrap();
        }
        assert_eq!(budget.wait, 3_600_000);
        // Somebody with an account of their own at the same address gets in at each opening.
        for _ in 0..10 {
            now = budget.opens_at();
            budget = schedule().take(budget, now).unwrap();
            budget = schedule().give_back(budget, now);
            assert!(schedule().take(budget, now).unwrap().wait >= 1_800_000);
        }
    }

    #[test]
    fn a_lock_lasts_its_time_and_then_all_tries_are_there_again() {
        let classic = Schedule::locking(3, Some(MINUTE * 15), MINUTE * 15);
        let minutes: Vec<u64> = guessed(classic, MINUTE * 31)
            .iter()
            .map(|seconds| seconds / 60)
            .collect();
        assert_eq!(minutes, [0, 0, 0, 15, 15, 15, 30, 30, 30]);
    }

    #[test]
    fn a_lock_without_an_end_stays() {
        let classic = Schedule::locking(3, None, HOUR * 24);
        assert_eq!(guessed(classic, HOUR * 24 * 3650).len(), 3);
    }

    #[test]
    fn a_budget_of_one_waits_from_the_first_try() {
        let one = Schedule::growing(1, MINUTE, HOUR);
        let budget = one.take(Budget::full(START), START).unwrap();
        assert_eq!(budget.wait, 60_000);
    }

    #[test]
    fn no_wait_at_all_is_for_what_cannot_be_guessed() {
        let mut budget = Budget::full(START);
        for _ in 0..1000 {
            budget = Schedule::UNLIMITED.take(budget, START).expect("no wait");
        }
    }
}
