//! Codes that are mailed: the weakest second factor, and what keeps it from being more than that.

use std::time::Duration;

use doorward::domain::credentials::{self, MailedCode};
use doorward::domain::directory::{self, UserId};
use doorward::domain::mfa::{MailedCodes, Rules};
use doorward::domain::signin::{Demand, Destination, NewSignIn, begin};
use doorward::foundation::crypto::digest::Digest;
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::db::{Fetch, sql};
use doorward::foundation::mail::Mailer;
use futures_util::future::join_all;
use reqwest::{Response, StatusCode};

use crate::factors::{MUST, codes_of, events, half_way, look, page, phone_of, proven, send, tries};
use crate::forgotten::{asked, choose};
use crate::on_both_engines;
use crate::stage::{ALL_SESSIONS, Browser, ONWARD, PASSWORD, Stage, location, session_cookie};
use crate::support::World;

const CODE: &str = "/second/mail";
const SEND: &str = "/second/mail/send";
const SUBJECT: &str = "Your code to sign in";
const NEW: &str = "a password of my own";

type At = (Browser, Secret);

/// A world where codes are worth `codes`, and everybody needs a second factor if `required`.
async fn stage_of(world: World, codes: MailedCodes, required: bool) -> Stage {
    let world = world.with(|basics| {
        basics.mailer = Mailer::new("file:letters", "doorward@example.com").unwrap();
        basics.mfa = Rules {
            mailed_codes: codes,
            required,
            ..Rules::default()
        };
    });
    Stage::open(world.await)
}

async fn stage(world: World) -> Stage {
    stage_of(world, MailedCodes::Recovery, false).await
}

/// Somebody who has an app, and a sign-in of theirs that asks for it.
async fn with_app(stage: &Stage) -> (UserId, At) {
    let ada = stage.user("ada").await;
    phone_of(&stage.world, ada).await;
    (ada, half_way(stage, "ada", Demand::NONE).await)
}

/// The codes in all letters that can be used by their age, oldest first.
async fn codes(stage: &Stage) -> Vec<String> {
    let letters = stage.world.letters().await;
    let of_codes = letters.iter().filter(|letter| letter.subject == SUBJECT);
    let code = |text: &str| {
        text.lines()
            .map(str::trim)
            .find(|line| MailedCode::read(line).is_ok())
            .map(str::to_owned)
    };
    of_codes
        .map(|letter| code(&letter.text).expect("a code"))
        .collect()
}

/// Asks for a code, a moment after the one before; the newest.
async fn mailed(stage: &Stage, at: &At) -> String {
    stage.world.clock.advance(Duration::from_millis(1));
    let answer = send(stage, at, SEND, &[]).await;
    assert_eq!(location(&answer), page(&at.1, CODE));
    codes(stage).await.pop().expect("a letter")
}

async fn type_in(stage: &Stage, at: &At, code: &str) -> Response {
    send(stage, at, CODE, &[("code", code)]).await
}

async fn text(answer: Response) -> String {
    answer.text().await.unwrap()
}

async fn from_mailbox(stage: &Stage, user: UserId) -> bool {
    let stored = credentials::password_of(&stage.world.db, user).await;
    stored.unwrap().unwrap().from_mailbox
}

async fn new_address(stage: &Stage, user: UserId, address: &str) {
    let mut change = stage.change().await;
    let user = directory::lock_user(&mut change, user)
        .await
        .unwrap()
        .unwrap();
    let mut profile = user.profile.clone();
    profile.attributes.remove("emails");
    let profile = profile.with_email(address);
    directory::change_profile(&mut change, user, profile)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

/// A new password through a mailed link.
async fn reset(stage: &Stage) {
    let (browser, _, link) = asked(stage, "ada").await;
    assert_eq!(
        choose(stage, &browser, &link, NEW).await.status(),
        StatusCode::OK
    );
}

/// A sign-in that holds a password, in a browser of its own; and where it leads.
async fn with_password(stage: &Stage, password: &str, demand: Demand) -> (At, String) {
    let browser = Browser::new();
    let handle = crate::factors::begin_with(&stage.world, &browser, demand).await;
    let answer = stage.submit(&browser, &handle, "ada", password).await;
    let onward = location(&answer).to_owned();
    ((browser, handle), onward)
}

on_both_engines! {
    async fn a_mailed_code_stands_in_for_an_app_that_was_lost(world: World) {
        let stage = stage(world).await;
        let (ada, at) = with_app(&stage).await;
        assert!(text(look(&stage, &at, "/second").await).await.contains(r#"id="use-mailed-code""#));
        let before = text(look(&stage, &at, CODE).await).await;
        assert!(before.contains("a•••@example.test") && !before.contains("ada@"), "{before}");
        assert!(before.contains(r#"id="mail-code""#) && !before.contains(r#"name="code""#));
        assert!(codes(&stage).await.is_empty(), "to look at the page sends nothing");
        let code = mailed(&stage, &at).await;
        let shown = text(look(&stage, &at, CODE).await).await;
        for part in [r#"inputmode="numeric" autocomplete="one-time-code""#, r#"id="mailed-code-submit""#, "tell it to nobody"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(!shown.contains("trust_device") && !shown.contains(&code));
        let wide = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(0xFF10 + digit));
        let typed: String = code.chars().map(|c| wide(c).unwrap_or('-')).collect();
        assert_eq!(location(&type_in(&stage, &at, &format!(" {typed} ")).await), ONWARD);
        for event in ["mailed_code.sent", "mailed_code.used"] {
            assert_eq!(events(&stage.world, event).await, 1);
        }
        assert_eq!(tries(&stage.world, ada, "mailed_code").await, 0, "a right one is given back");
    }

    async fn a_mailed_code_comes_to_no_class_and_is_not_called_possession(world: World) {
        let stage = stage(world).await;
        let (_, at) = with_app(&stage).await;
        let code = mailed(&stage, &at).await;
        assert_eq!(location(&type_in(&stage, &at, &code).await), ONWARD);
        let (amr, acr) = proven(&stage.world).await;
        assert_eq!((amr.as_str(), acr.as_str()), ("pwd", "urn:doorward:acr:single-factor"));
        let mut from = &stage.world.db;
        let row = from.fetch_one(sql("select methods from sessions")).await.unwrap();
        assert_eq!(row.get::<String>("methods").unwrap(), "password mailed_code", "what was done is kept");
    }

    async fn checklist_46_mailed_codes_go_to_the_address_of_the_account_whatever_a_request_says(world: World) {
        let stage = stage(world).await;
        let (ada, at) = with_app(&stage).await;
        let elsewhere = [("email", "eve@evil.test"), ("to", "eve@evil.test"), ("username", "eve"), ("address", "eve@evil.test")];
        let request = stage.post(&at.0, &page(&at.1, SEND), &elsewhere).header("x-forwarded-host", "evil.test");
        assert_eq!(request.send().await.unwrap().status(), StatusCode::SEE_OTHER);
        let letters = stage.world.letters().await;
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].to, "ada@example.test");
        assert!(!letters[0].text.contains("evil.test"));
        // Who has another address by now cannot use what was sent to the old one; the letter on
        // its way does not follow.
        let code = codes(&stage).await.pop().unwrap();
        new_address(&stage, ada, "ada@elsewhere.test").await;
        assert_eq!(stage.world.letters().await[0].to, "ada@example.test");
        assert_eq!(type_in(&stage, &at, &code).await.status(), StatusCode::FORBIDDEN);
        new_address(&stage, ada, "ada@example.test").await;
        assert_eq!(location(&type_in(&stage, &at, &code).await), ONWARD);
    }

    async fn checklist_46_mailed_codes_are_bound_to_their_sign_in_and_its_browser(world: World) {
        let stage = stage(world).await;
        let (_, at) = with_app(&stage).await;
        let code = mailed(&stage, &at).await;
        let other = half_way(&stage, "ada", Demand::NONE).await;
        mailed(&stage, &other).await;
        assert_eq!(type_in(&stage, &other, &code).await.status(), StatusCode::FORBIDDEN);
        let stranger = (Browser::new(), Secret::from(at.1.reveal()));
        for answer in [type_in(&stage, &stranger, &code).await, look(&stage, &stranger, CODE).await, send(&stage, &stranger, SEND, &[]).await] {
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "another browser");
        }
        // Somebody else signs in to the same handle: the code is not theirs.
        let bob = stage.user("bob").await;
        phone_of(&stage.world, bob).await;
        stage.submit(&at.0, &at.1, "bob", PASSWORD).await;
        assert_eq!(type_in(&stage, &at, &code).await.status(), StatusCode::FORBIDDEN);
        stage.submit(&at.0, &at.1, "ada", PASSWORD).await;
        assert_eq!(location(&type_in(&stage, &at, &code).await), ONWARD);
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
    }

    async fn checklist_46_mailed_codes_work_once_until_they_expire_or_are_replaced(world: World) {
        let stage = stage(world).await;
        let (_, at) = with_app(&stage).await;
        let old = mailed(&stage, &at).await;
        stage.world.clock.advance(Duration::from_secs(60));
        let new = mailed(&stage, &at).await;
        assert_ne!(old, new);
        assert_eq!(type_in(&stage, &at, &old).await.status(), StatusCode::FORBIDDEN, "replaced");
        stage.world.clock.advance(Duration::from_secs(10 * 60));
        assert_eq!(type_in(&stage, &at, &new).await.status(), StatusCode::FORBIDDEN, "expired when it is used");
        assert!(codes(&stage).await.is_empty(), "nor is such a letter sent any more");
        assert!(text(look(&stage, &at, CODE).await).await.contains(r#"id="mail-code""#), "a way on");
        let code = mailed(&stage, &at).await;
        stage.world.clock.advance(Duration::from_secs(10 * 60 - 1));
        assert_eq!(location(&type_in(&stage, &at, &code).await), ONWARD);
        assert_eq!(type_in(&stage, &at, &code).await.status(), StatusCode::CONFLICT, "used");
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
    }

    async fn checklist_49_mailed_codes_thirty_two_uses_at_once_of_one_code_count_once(world: World) {
        let stage = stage(world).await;
        let (_, at) = with_app(&stage).await;
        let code = mailed(&stage, &at).await;
        let answers = join_all((0..32).map(|_| type_in(&stage, &at, &code))).await;
        assert_eq!(answers.iter().filter(|answer| session_cookie(answer).is_some()).count(), 1);
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
        assert_eq!(events(&stage.world, "mailed_code.used").await, 1);
    }

    async fn thirty_two_who_ask_at_once_are_sent_one_code_a_sign_in_and_five_an_account(world: World) {
        let stage = stage(world).await;
        let (_, at) = with_app(&stage).await;
        let answers = join_all((0..32).map(|_| send(&stage, &at, SEND, &[]))).await;
        let sent = answers.iter().filter(|answer| answer.status() == StatusCode::SEE_OTHER);
        assert_eq!(sent.count(), 1);
        assert_eq!(codes(&stage).await.len(), 1);
        let mut others = Vec::new();
        for _ in 0..32 {
            others.push(half_way(&stage, "ada", Demand::NONE).await);
        }
        join_all(others.iter().map(|at| send(&stage, at, SEND, &[]))).await;
        assert_eq!(codes(&stage).await.len(), 5);
    }

    async fn a_mailbox_is_not_flooded_by_whoever_knows_the_password(world: World) {
        let stage = stage(world).await;
        let (_, at) = with_app(&stage).await;
        for _ in 0..3 {
            mailed(&stage, &at).await;
            let again = send(&stage, &at, SEND, &[]).await;
            assert_eq!(again.status(), StatusCode::TOO_MANY_REQUESTS);
            let again = text(again).await;
            assert!(again.contains("sent just now") && again.contains(r#"id="mailed-code-submit""#), "{again}");
            stage.world.clock.advance(Duration::from_secs(60));
        }
        let fourth = send(&stage, &at, SEND, &[]).await;
        assert_eq!(fourth.status(), StatusCode::TOO_MANY_REQUESTS);
        assert!(text(fourth).await.contains("Too many codes"));
        for _ in 0..2 {
            mailed(&stage, &half_way(&stage, "ada", Demand::NONE).await).await;
        }
        let sixth = half_way(&stage, "ada", Demand::NONE).await;
        assert_eq!(send(&stage, &sixth, SEND, &[]).await.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(events(&stage.world, "mailed_code.sent").await, 5);
        stage.world.clock.advance(Duration::from_secs(60 * 60));
        mailed(&stage, &half_way(&stage, "ada", Demand::NONE).await).await;
    }

    async fn guesses_at_a_mailed_code_have_a_budget_of_their_own(world: World) {
        let stage = stage(world).await;
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let code = mailed(&stage, &at).await;
        for typed in ["", "123456", "123456789", "abcdefgh"] {
            let answer = type_in(&stage, &at, typed).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{typed}");
            assert!(text(answer).await.contains("8 digits"));
        }
        assert_eq!(tries(&stage.world, ada, "mailed_code").await, 0, "what cannot be a code costs nothing");
        let wrong = if code.starts_with('0') { "11111111" } else { "00000000" };
        for _ in 0..5 {
            let answer = type_in(&stage, &at, wrong).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN);
            assert!(!text(answer).await.contains(wrong), "what was typed is not in the page");
        }
        assert_eq!(type_in(&stage, &at, &code).await.status(), StatusCode::FORBIDDEN, "the budget is used up");
        assert_eq!(tries(&stage.world, ada, "mailed_code").await, 6);
        assert_eq!(tries(&stage.world, ada, "totp").await, 0);
        let answer = send(&stage, &at, "/second", &[("code", &phone.shows(stage.world.now()))]).await;
        assert_eq!(location(&answer), ONWARD, "another factor is not closed by it");
    }

    async fn a_try_that_was_not_admitted_uses_no_code_up(world: World) {
        let stage = stage(world).await;
        let (_, at) = with_app(&stage).await;
        let code = mailed(&stage, &at).await;
        let wrong = if code.starts_with('0') { "11111111" } else { "00000000" };
        for typed in [wrong, wrong, wrong, wrong, wrong, &code] {
            assert_eq!(type_in(&stage, &at, typed).await.status(), StatusCode::FORBIDDEN);
        }
        stage.world.clock.advance(Duration::from_secs(60));
        assert_eq!(location(&type_in(&stage, &at, &code).await), ONWARD, "after the wait");
    }

    async fn no_code_is_sent_where_none_may_be_or_none_arrives(world: World) {
        let stage = stage_of(world, MailedCodes::Off, false).await;
        let (ada, at) = with_app(&stage).await;
        assert_sends_nothing(&stage, &at).await;
        let Stage { world, .. } = stage;
        let closed = world.with(|basics| basics.mfa = Rules { mailed_codes: MailedCodes::Factor, ..Rules::default() }).await;
        assert!(!closed.state.post.is_on());
        let stage = Stage::open(closed);
        assert_sends_nothing(&stage, &half_way(&stage, "ada", Demand::NONE).await).await;
        let Stage { world, .. } = stage;
        let stage = stage_of(world, MailedCodes::Factor, false).await;
        let mut change = stage.change().await;
        let user = directory::lock_user(&mut change, ada).await.unwrap().unwrap();
        let mut profile = user.profile.clone();
        profile.attributes.remove("emails");
        directory::change_profile(&mut change, user, profile).await.unwrap();
        change.commit().await.unwrap();
        assert_sends_nothing(&stage, &half_way(&stage, "ada", Demand::NONE).await).await;
    }

    async fn whoever_has_set_up_nothing_is_asked_for_a_mailed_code_where_that_is_a_factor(world: World) {
        let stage = stage_of(world, MailedCodes::Factor, true).await;
        stage.user("ada").await;
        let (at, onward) = with_password(&stage, PASSWORD, Demand::NONE).await;
        assert_eq!(onward, page(&at.1, "/second"));
        assert_eq!(location(&look(&stage, &at, "/second").await), page(&at.1, CODE), "there is no other way");
        assert_eq!(location(&look(&stage, &at, "/enrol").await), page(&at.1, "/second"));
        let code = mailed(&stage, &at).await;
        assert_eq!(location(&type_in(&stage, &at, &code).await), ONWARD);
    }

    async fn nobody_is_asked_for_a_mailed_code_whom_no_policy_asks_for_a_factor(world: World) {
        let stage = stage_of(world, MailedCodes::Factor, false).await;
        stage.user("ada").await;
        assert_eq!(with_password(&stage, PASSWORD, Demand::NONE).await.1, ONWARD);
    }

    async fn where_it_only_stands_in_whoever_has_no_factor_sets_one_up(world: World) {
        let stage = stage_of(world, MailedCodes::Recovery, true).await;
        stage.user("ada").await;
        let (at, onward) = with_password(&stage, PASSWORD, Demand::NONE).await;
        assert_eq!(onward, page(&at.1, "/enrol"));
        assert_eq!(location(&send(&stage, &at, SEND, &[]).await), page(&at.1, "/enrol"));
        assert!(codes(&stage).await.is_empty());
    }

    async fn a_class_is_not_reached_by_mail_and_nothing_is_set_up_past_the_mailbox(world: World) {
        let stage = stage_of(world, MailedCodes::Factor, false).await;
        let ada = stage.user("ada").await;
        let (at, onward) = with_password(&stage, PASSWORD, MUST).await;
        assert_eq!(onward, page(&at.1, "/second"), "what is there is proven before something is added");
        let code = mailed(&stage, &at).await;
        assert_eq!(location(&type_in(&stage, &at, &code).await), page(&at.1, "/enrol"));
        // Who has an app proves that: no letter helps.
        phone_of(&stage.world, ada).await;
        let (at, _) = with_password(&stage, PASSWORD, MUST).await;
        assert!(!text(look(&stage, &at, "/second").await).await.contains("use-mailed-code"));
        assert_eq!(location(&send(&stage, &at, SEND, &[]).await), page(&at.1, "/second"));
        assert_eq!(location(&type_in(&stage, &at, "12345678").await), page(&at.1, "/second"));
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
        assert_eq!(tries(&stage.world, ada, "mailed_code").await, 0);
    }

    async fn a_mailed_code_is_nothing_beside_a_password_that_came_by_mail(world: World) {
        let stage = stage(world).await;
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let code = mailed(&stage, &at).await;
        reset(&stage).await;
        assert!(from_mailbox(&stage, ada).await);
        // The code that was sent before the reset, in the sign-in that it was sent for.
        stage.submit(&at.0, &at.1, "ada", NEW).await;
        assert_eq!(location(&type_in(&stage, &at, &code).await), page(&at.1, "/second"));
        let (at, _) = with_password(&stage, NEW, Demand::NONE).await;
        assert!(!text(look(&stage, &at, "/second").await).await.contains("use-mailed-code"));
        assert_eq!(location(&send(&stage, &at, SEND, &[]).await), page(&at.1, "/second"));
        assert_eq!(events(&stage.world, "mailed_code.sent").await, 1);
        // Who has proven the app beside it is not only whoever has the mailbox.
        let code = phone.shows(stage.world.now());
        assert_eq!(location(&send(&stage, &at, "/second", &[("code", &code)]).await), ONWARD);
        assert!(!from_mailbox(&stage, ada).await);
        let (at, _) = with_password(&stage, NEW, Demand::NONE).await;
        let code = mailed(&stage, &at).await;
        assert_eq!(location(&type_in(&stage, &at, &code).await), ONWARD);
    }

    async fn after_a_reset_by_mail_whoever_has_only_the_mailbox_sets_up_another_factor(world: World) {
        let stage = stage_of(world, MailedCodes::Factor, true).await;
        let ada = stage.user("ada").await;
        reset(&stage).await;
        let (at, onward) = with_password(&stage, NEW, Demand::NONE).await;
        assert_eq!(onward, page(&at.1, "/enrol"));
        assert_eq!(location(&send(&stage, &at, SEND, &[]).await), page(&at.1, "/enrol"));
        assert!(codes(&stage).await.is_empty());
        assert!(from_mailbox(&stage, ada).await);
    }

    async fn a_password_that_is_chosen_with_nothing_but_one_that_came_by_mail_is_no_better(world: World) {
        let stage = stage(world).await;
        let ada = stage.user("ada").await;
        reset(&stage).await;
        // A forced change, in a sign-in with that password alone.
        let mut change = stage.change().await;
        change.unrecorded("a test");
        change.execute(sql("update passwords set must_change = true")).await.unwrap();
        change.commit().await.unwrap();
        let (at, onward) = with_password(&stage, NEW, Demand::NONE).await;
        assert_eq!(onward, page(&at.1, "/password"));
        let third = "a third one of my own";
        let fields = [("new_password", third), ("new_password_again", third)];
        let answer = send(&stage, &at, "/password", &fields).await;
        assert_eq!(location(&answer), ONWARD);
        assert!(from_mailbox(&stage, ada).await);
        // And in the account.
        let mut browser = at.0;
        browser.session = session_cookie(&answer);
        let fourth = "a fourth one of my own";
        let fields = [("new_password", fourth), ("new_password_again", fourth)];
        let answer = stage.post(&browser, "/account/password", &fields).send().await.unwrap();
        assert_eq!(location(&answer), "/account/security?notice=password-changed");
        assert!(from_mailbox(&stage, ada).await);
    }

    async fn a_mailed_code_does_not_let_anybody_change_what_is_better_than_it(world: World) {
        let stage = stage(world).await;
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let mut at = half_way(&stage, "ada", Demand::NONE).await;
        let code = mailed(&stage, &at).await;
        at.0.session = session_cookie(&type_in(&stage, &at, &code).await);
        let account = text(stage.get(&at.0, "/account/security").send().await.unwrap()).await;
        assert!(account.contains(r#"id="mailed-codes""#) && account.contains("<strong>ada@example.test</strong>"));
        let answer = stage.post(&at.0, "/account/security/recovery-codes", &[]).send().await.unwrap();
        let sign_in = location(&answer).to_owned();
        assert!(sign_in.starts_with("/login/"), "{sign_in}");
        // There it is not offered: it would lead round in a circle.
        let fields = [("username", "ada"), ("password", PASSWORD)];
        stage.post(&at.0, &sign_in, &fields).send().await.unwrap();
        let shown = stage.get(&at.0, &format!("{sign_in}/second")).send().await.unwrap();
        assert!(!text(shown).await.contains("use-mailed-code"));
        let code = phone.shows(stage.world.now());
        let answer = stage.post(&at.0, &format!("{sign_in}/second"), &[("code", code.as_str())]).send().await.unwrap();
        at.0.session = session_cookie(&answer);
        let answer = stage.post(&at.0, "/account/security/recovery-codes", &[]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }

    async fn who_has_nothing_better_can_set_it_up_after_a_mailed_code(world: World) {
        let stage = stage_of(world, MailedCodes::Factor, true).await;
        stage.user("ada").await;
        let (mut at, _) = with_password(&stage, PASSWORD, Demand::NONE).await;
        let code = mailed(&stage, &at).await;
        at.0.session = session_cookie(&type_in(&stage, &at, &code).await);
        let shown = stage.get(&at.0, "/account/security/totp").send().await.unwrap();
        assert_eq!(shown.status(), StatusCode::OK);
        // And a sign-in that asks for everything anew takes the mailed code too.
        stage.world.clock.advance(Duration::from_secs(60 * 60));
        let mut change = stage.change().await;
        let new = NewSignIn {
            browser: at.0.secret.digest(),
            destination: Destination::ACCOUNT,
            application: None,
            login_hint: None,
            demand: Demand { fresh: true, ..Demand::NONE },
            session: None,
        };
        let handle = begin(&mut change, &new, stage.world.state.lifetimes).await.unwrap();
        change.commit().await.unwrap();
        stage.submit(&at.0, &handle, "ada", PASSWORD).await;
        let again = (at.0, handle);
        let code = mailed(&stage, &again).await;
        assert_eq!(location(&type_in(&stage, &again, &code).await), "/account");
    }

    async fn a_mailed_code_makes_no_browser_a_trusted_one(world: World) {
        let stage = stage(world).await;
        let (_, at) = with_app(&stage).await;
        let code = mailed(&stage, &at).await;
        // The box of the page with the app was ticked before, and is sent along here.
        send(&stage, &at, "/second", &[("code", "000000"), ("trust_device", "yes")]).await;
        let answer = send(&stage, &at, CODE, &[("code", &code), ("trust_device", "yes")]).await;
        assert_eq!(location(&answer), ONWARD);
        let trusted = "select count(*) as n from devices where trusted_until is not null";
        assert_eq!(stage.count(trusted).await, 0);
        assert_eq!(stage.count("select count(*) as n from devices").await, 1, "it is known");
    }

    async fn a_block_after_the_letter_holds_for_the_code_too(world: World) {
        let stage = stage(world).await;
        let (ada, at) = with_app(&stage).await;
        let code = mailed(&stage, &at).await;
        let mut block = stage.change().await;
        doorward::domain::access::block(&mut block, ada, "x", None).await.unwrap();
        block.commit().await.unwrap();
        assert_eq!(type_in(&stage, &at, &code).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(location(&send(&stage, &at, SEND, &[]).await), page(&at.1, ""));
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
        assert_eq!(events(&stage.world, "mailed_code.sent").await, 1);
    }

    async fn a_temporary_pass_leads_to_something_new_and_not_to_the_mailbox(world: World) {
        let stage = stage_of(world, MailedCodes::Factor, true).await;
        let ada = stage.user("ada").await;
        let mut change = stage.change().await;
        let key = &stage.world.state.master_key;
        let issued = credentials::temporary_pass::issue_pass(&mut change, key, ada, Duration::from_secs(600), "x").await;
        change.commit().await.unwrap();
        let pass = issued.unwrap().0.shown();
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let at = (browser, handle);
        let answer = send(&stage, &at, "/pass", &[("username", "ada"), ("temporary_pass", &pass)]).await;
        assert_eq!(location(&answer), page(&at.1, "/enrol"));
    }

    async fn no_row_holds_a_mailed_code_nor_a_digest_that_can_be_tried_out(world: World) {
        let stage = stage(world).await;
        let (_, at) = with_app(&stage).await;
        let code = mailed(&stage, &at).await;
        let plain = code.replace(' ', "");
        let mut from = &stage.world.db;
        let digest: String = from.fetch_one(sql("select digest from mailed_codes")).await.unwrap().get("digest").unwrap();
        assert_eq!(digest.len(), 43);
        for text in [&code, &plain] {
            assert_ne!(digest, Digest::of(text.as_bytes()).as_str());
        }
        for row in from.fetch_all(sql("select payload as text from jobs union all select detail as text from audit_events")).await.unwrap() {
            let text: String = row.get("text").unwrap();
            assert!(!text.contains(&code) && !text.contains(&plain), "{text}");
        }
    }

    async fn recovery_codes_stay_beside_it(world: World) {
        let stage = stage(world).await;
        let (ada, at) = with_app(&stage).await;
        codes_of(&stage.world, ada).await;
        let shown = text(look(&stage, &at, "/second").await).await;
        assert!(shown.contains("use-recovery-code") && shown.contains("use-mailed-code"));
        assert!(text(look(&stage, &at, CODE).await).await.contains(r#"id="back""#));
    }
}

async fn assert_sends_nothing(stage: &Stage, at: &At) {
    assert!(
        !text(look(stage, at, "/second").await)
            .await
            .contains("use-mailed-code")
    );
    for answer in [
        look(stage, at, CODE).await,
        send(stage, at, SEND, &[]).await,
        type_in(stage, at, "12345678").await,
    ] {
        assert_eq!(location(&answer), page(&at.1, "/second"));
    }
    assert_eq!(events(&stage.world, "mailed_code.sent").await, 0);
    assert_eq!(stage.count(ALL_SESSIONS).await, 0);
}
