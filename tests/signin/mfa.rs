//! Of whom a second factor is required.

use doorward::domain::directory::{
    self, GroupId, GroupProfile, GroupRules, NewUser, Profile, UserId,
};
use doorward::domain::mfa::{self, Requirement, Rule, Rules, Scope};
use doorward::domain::signin::{Demand, Outcome, Step};
use serde_json::json;

use crate::devices::{DAY, FIREFOX, Guest, SECOND, add_totp, person, session, with_totp};
use crate::on_both_engines;
use crate::stage::{PASSWORD, change, count, set_password};
use crate::support::World;

const ENROL: Step = Step::Enrol {
    may_postpone: false,
    bound: false,
};
const ENROL_OR_NOT: Step = Step::Enrol {
    may_postpone: true,
    bound: false,
};

fn required() -> Rule {
    Rule {
        required: true,
        trust: None,
    }
}

async fn state(world: &World, scope: Scope, rule: Rule) {
    let mut change = change(world).await;
    mfa::state(&mut change, scope, rule).await.unwrap();
    change.commit().await.unwrap();
}

/// A group of users and groups.
pub async fn group(world: &World, name: &str, users: &[UserId], groups: &[GroupId]) -> GroupId {
    let mut change = change(world).await;
    let ids = users.iter().map(ToString::to_string);
    let members = ids.chain(groups.iter().map(ToString::to_string)).collect();
    let profile = GroupProfile {
        display_name: name.to_owned(),
        external_id: None,
        attributes: serde_json::Map::new(),
    };
    let rules = GroupRules::default();
    let group = directory::create_group(&mut change, profile, members, rules)
        .await
        .unwrap();
    change.commit().await.unwrap();
    group.id
}

/// A person with roles, as a source of provisioning writes them.
pub async fn with_roles(world: &World, name: &str, roles: &[&str]) -> UserId {
    let mut profile = Profile::named(name).with_email(&format!("{name}@example.test"));
    let roles = roles.iter().map(|role| json!({ "value": role })).collect();
    profile.attributes.insert("roles".to_owned(), roles);
    let new = NewUser {
        profile,
        active: true,
        administrator: false,
    };
    let mut change = change(world).await;
    let user = directory::create_user(&mut change, new).await.unwrap().id;
    change.commit().await.unwrap();
    set_password(world, user, PASSWORD, false).await;
    user
}

fn role(name: &str) -> Scope {
    Scope::Role(name.parse().unwrap())
}

async fn next(world: &World, name: &str) -> Option<Step> {
    let (_, outcome) = Guest::with(FIREFOX)
        .password(world, name, Demand::NONE)
        .await;
    match outcome {
        Outcome::Next(step) => Some(step),
        Outcome::Session(_) => None,
        other => panic!("{other:?}"),
    }
}

async fn with_rules(world: World, rules: Rules) -> World {
    world.with(|basics| basics.mfa = rules).await
}

on_both_engines! {
    async fn nobody_needs_a_second_factor_unless_somebody_says_so(world: World) {
        person(&world, "ada").await;
        assert_eq!(next(&world, "ada").await, None);
    }

    async fn the_setting_asks_everybody_to_set_one_up(world: World) {
        let world = with_rules(world, Rules { required: true, ..Rules::default() }).await;
        person(&world, "ada").await;
        with_totp(&world, "bob").await;
        assert_eq!(next(&world, "ada").await, Some(ENROL));
        assert_eq!(next(&world, "bob").await, Some(SECOND));
        // The word of an administrator takes the place of the setting.
        state(&world, Scope::Default, Rule { required: false, trust: None }).await;
        assert_eq!(next(&world, "ada").await, None);
        let mut withdrawn = change(&world).await;
        assert!(mfa::withdraw(&mut withdrawn, Scope::Default).await.unwrap());
        withdrawn.commit().await.unwrap();
        assert_eq!(next(&world, "ada").await, Some(ENROL));
    }

    async fn a_group_asks_its_members_also_those_of_groups_in_it(world: World) {
        let (ada, bob) = (person(&world, "ada").await, person(&world, "bob").await);
        person(&world, "cat").await;
        let inner = group(&world, "Payroll", &[ada], &[]).await;
        let outer = group(&world, "Finance", &[bob], &[inner]).await;
        state(&world, Scope::Group(outer), required()).await;
        assert_eq!(next(&world, "ada").await, Some(ENROL));
        assert_eq!(next(&world, "bob").await, Some(ENROL));
        assert_eq!(next(&world, "cat").await, None);
        // It is the inner group's own matter, and goes with it.
        state(&world, Scope::Group(inner), required()).await;
        assert_eq!(mfa::rules(&world.db).await.unwrap().len(), 2);
        let mut gone = change(&world).await;
        let found = directory::find_group(&mut gone, outer).await.unwrap().unwrap();
        directory::delete_group(&mut gone, &found).await.unwrap();
        gone.commit().await.unwrap();
        assert_eq!(next(&world, "bob").await, None);
        assert_eq!(next(&world, "ada").await, Some(ENROL));
    }

    async fn a_role_asks_whoever_bears_it(world: World) {
        with_roles(&world, "ada", &["Member", "accounts payable"]).await;
        with_roles(&world, "bob", &["Member"]).await;
        person(&world, "cat").await;
        state(&world, role("Accounts Payable"), required()).await;
        assert_eq!(next(&world, "ada").await, Some(ENROL));
        assert_eq!(next(&world, "bob").await, None);
        assert_eq!(next(&world, "cat").await, None);
        // One rule a role, in whatever case; the last word counts.
        state(&world, role("ACCOUNTS PAYABLE"), Rule { required: false, trust: None }).await;
        let listed = mfa::rules(&world.db).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].scope, role("ACCOUNTS PAYABLE"));
        assert_eq!(next(&world, "ada").await, None);
        state(&world, role("member"), required()).await;
        assert_eq!(next(&world, "bob").await, Some(ENROL));
        let mut withdrawn = change(&world).await;
        assert!(mfa::withdraw(&mut withdrawn, role("Member")).await.unwrap());
        assert!(!mfa::withdraw(&mut withdrawn, role("Memb")).await.unwrap());
        withdrawn.commit().await.unwrap();
        assert_eq!(next(&world, "bob").await, None);
        let told = count(&world, "select count(*) as n from audit_events where action like 'mfa.rule_%'");
        assert_eq!(told.await, 4);
    }

    async fn a_role_may_shorten_or_forbid_trust(world: World) {
        let ada = with_roles(&world, "ada", &["Treasurer"]).await;
        add_totp(&world, ada).await;
        let mut guest = Guest::with(FIREFOX);
        guest.both(&world, "ada", ada, true).await;
        state(&world, role("treasurer"), Rule { required: false, trust: Some(DAY * 2) }).await;
        world.clock.advance(DAY);
        session(guest.password(&world, "ada", Demand::NONE).await.1);
        world.clock.advance(DAY);
        guest.both(&world, "ada", ada, true).await;
        state(&world, role("treasurer"), Rule { required: false, trust: Some(std::time::Duration::ZERO) }).await;
        guest.both(&world, "ada", ada, true).await;
        guest.both(&world, "ada", ada, true).await;
    }

    async fn a_change_of_the_policy_is_seen_by_the_next_sign_in(world: World) {
        let ada = person(&world, "ada").await;
        let of = group(&world, "Finance", &[ada], &[]).await;
        assert_eq!(next(&world, "ada").await, None);
        state(&world, Scope::Group(of), required()).await;
        assert_eq!(next(&world, "ada").await, Some(ENROL));
    }

    async fn who_has_no_factor_may_put_it_off_within_the_time_of_grace(world: World) {
        let rules = Rules { required: true, grace: DAY * 7, ..Rules::default() };
        let world = with_rules(world, rules).await;
        let ada = person(&world, "ada").await;
        // Time that passes before the first question costs nothing.
        world.clock.advance(DAY * 100);
        assert_eq!(next(&world, "ada").await, Some(ENROL_OR_NOT));
        world.clock.advance(DAY * 6);
        assert_eq!(next(&world, "ada").await, Some(ENROL_OR_NOT), "it runs from the first");
        world.clock.advance(DAY);
        assert_eq!(next(&world, "ada").await, Some(ENROL));
        let policy = mfa::policy_of(&world.db, ada, rules, world.now()).await.unwrap();
        assert_eq!(policy.requirement, Requirement::Now);
    }

    async fn an_exemption_has_a_reason_an_end_and_a_line_in_the_log(world: World) {
        let world = with_rules(world, Rules { required: true, ..Rules::default() }).await;
        let ada = person(&world, "ada").await;
        let until = world.now().plus(DAY);
        let mut exempt = change(&world).await;
        mfa::exempt(&mut exempt, ada, "lost her phone", Some(until)).await.unwrap();
        exempt.commit().await.unwrap();
        assert_eq!(next(&world, "ada").await, None);
        let listed = mfa::exemptions(&world.db, world.now()).await.unwrap();
        assert_eq!(listed[0].reason, "lost her phone");
        assert_eq!(listed[0].by, "command_line");
        assert_eq!(listed[0].until, Some(until));
        assert_eq!(listed[0].user_name, "ada");
        world.clock.advance(DAY);
        assert_eq!(next(&world, "ada").await, Some(ENROL));
        assert!(mfa::exemptions(&world.db, world.now()).await.unwrap().is_empty());
        let mut enforced = change(&world).await;
        assert!(mfa::enforce(&mut enforced, ada).await.unwrap());
        assert!(!mfa::enforce(&mut enforced, ada).await.unwrap());
        enforced.commit().await.unwrap();
        let told = count(&world, "select count(*) as n from audit_events where action like 'mfa.e%'");
        assert_eq!(told.await, 2);
    }

    async fn a_group_may_shorten_or_forbid_trust(world: World) {
        let ada = with_totp(&world, "ada").await;
        let of = group(&world, "Finance", &[ada], &[]).await;
        let mut guest = Guest::with(FIREFOX);
        guest.both(&world, "ada", ada, true).await;
        state(&world, Scope::Group(of), Rule { required: false, trust: Some(DAY * 2) }).await;
        world.clock.advance(DAY);
        session(guest.password(&world, "ada", Demand::NONE).await.1);
        world.clock.advance(DAY);
        guest.both(&world, "ada", ada, true).await;
        state(&world, Scope::Group(of), Rule { required: false, trust: Some(std::time::Duration::ZERO) }).await;
        // Neither what was trusted, nor what would be.
        guest.both(&world, "ada", ada, true).await;
        guest.both(&world, "ada", ada, true).await;
    }

    async fn whoever_sets_up_a_factor_is_asked_for_it_from_then_on(world: World) {
        let world = with_rules(world, Rules { required: true, ..Rules::default() }).await;
        let ada = person(&world, "ada").await;
        assert_eq!(next(&world, "ada").await, Some(ENROL));
        add_totp(&world, ada).await;
        assert_eq!(next(&world, "ada").await, Some(SECOND));
    }
}
