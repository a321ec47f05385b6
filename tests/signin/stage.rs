//! Users, browsers and forms for the stories of this area.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::credentials;
use doorward::domain::directory::{NewUser, Profile, UserId, create_user};
use doorward::domain::signin::{self, Destination, NewSignIn};
use doorward::foundation::crypto::password::Password;
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::db::{Fetch, sql};
use doorward::http::{account, login, oidc, web};
use reqwest::{RequestBuilder, Response, StatusCode, header};

use crate::support::{Server, World};

/// Everybody's password here.
pub const PASSWORD: &str = "correct horse battery";
/// The request that every sign-in here goes on to.
pub const REQUEST: &str = "waiting-request";
/// Where that is.
pub const ONWARD: &str = "/oauth2/authorize/resume/waiting-request";

/// A world with the door open.
pub struct Stage {
    pub world: World,
    pub server: Server,
}

/// A browser, by its cookie.
pub struct Browser {
    pub secret: Secret,
    pub session: Option<String>,
}

impl Browser {
    pub fn new() -> Self {
        Self {
            secret: Secret::generate(""),
            session: None,
        }
    }

    pub fn cookies(&self) -> String {
        let browser = format!("doorward-browser={}", self.secret.reveal());
        match &self.session {
            Some(session) => format!("{browser}; doorward-session={session}"),
            None => browser,
        }
    }
}

impl Stage {
    pub fn open(world: World) -> Self {
        let doors = login::routes()
            .merge(account::routes())
            .merge(oidc::routes(&world.state));
        let server = world.serve(web::around(doors, world.state.clone()));
        Self { world, server }
    }

    pub async fn change(&self) -> Change {
        change(&self.world).await
    }

    /// A user without a password.
    pub async fn stranger(&self, user_name: &str) -> UserId {
        user(&self.world, user_name).await
    }

    /// A user with the password of everybody.
    pub async fn user(&self, user_name: &str) -> UserId {
        let user = self.stranger(user_name).await;
        self.set_password(user, PASSWORD, false).await;
        user
    }

    pub async fn set_password(&self, user: UserId, password: &str, must_change: bool) {
        set_password(&self.world, user, password, must_change).await;
    }

    /// A new sign-in of this browser; its handle.
    pub async fn begin(&self, browser: &Browser) -> Secret {
        begin(&self.world, browser).await
    }

    pub fn get(&self, browser: &Browser, path: &str) -> RequestBuilder {
        let address = format!("{}{path}", self.server.base);
        let request = self.server.http.get(address);
        request.header(header::COOKIE, browser.cookies())
    }

    pub fn post(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let address = format!("{}{path}", self.server.base);
        let request = self.server.http.post(address).form(fields);
        request.header(header::COOKIE, browser.cookies())
    }

    /// Sends the sign-in form.
    pub async fn submit(
        &self,
        browser: &Browser,
        handle: &Secret,
        name: &str,
        password: &str,
    ) -> Response {
        let path = web::paths::sign_in(handle);
        let fields = [("username", name), ("password", password)];
        self.post(browser, &path, &fields).send().await.unwrap()
    }

    /// Signs a browser in, from the beginning.
    pub async fn sign_in(&self, browser: &mut Browser, name: &str) -> String {
        let handle = self.begin(browser).await;
        let answer = self.submit(browser, &handle, name, PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let session = session_cookie(&answer).expect("a session");
        browser.session = Some(session.clone());
        session
    }

    pub async fn count(&self, what: &'static str) -> i64 {
        count(&self.world, what).await
    }
}

pub async fn change(world: &World) -> Change {
    let begun = Change::begin(&world.db, Actor::CommandLine, world.now()).await;
    begun.expect("a change")
}

pub async fn user(world: &World, user_name: &str) -> UserId {
    user_with_email(world, user_name, &format!("{user_name}@example.test")).await
}

pub async fn user_with_email(world: &World, user_name: &str, email: &str) -> UserId {
    let mut change = change(world).await;
    let new = NewUser {
        profile: Profile::named(user_name).with_email(email),
        active: true,
        administrator: false,
    };
    let user = create_user(&mut change, new).await.expect("a user");
    change.commit().await.unwrap();
    user.id
}

pub async fn set_password(world: &World, user: UserId, password: &str, must_change: bool) {
    let password = Password::new(password);
    let hash = world.state.passwords.hash(password).await.unwrap();
    let mut change = change(world).await;
    credentials::set_password(&mut change, user, &hash, must_change)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

pub async fn begin(world: &World, browser: &Browser) -> Secret {
    let mut change = change(world).await;
    let new = NewSignIn {
        browser: browser.secret.digest(),
        destination: Destination::Authorize(REQUEST.to_owned()),
        application: Some("Harbour <Expenses>".to_owned()),
        login_hint: None,
        demand: signin::Demand::NONE,
        session: None,
    };
    let handle = signin::begin(&mut change, &new, world.state.lifetimes).await;
    change.commit().await.unwrap();
    handle.unwrap()
}

pub async fn count(world: &World, statement: &'static str) -> i64 {
    let mut from = &world.db;
    let row = from.fetch_one(sql(statement)).await.unwrap();
    row.get("n").unwrap()
}

pub const LIVE_SESSIONS: &str = "select count(*) as n from sessions where ended_at is null";
pub const ALL_SESSIONS: &str = "select count(*) as n from sessions";

/// The value that an answer sets the session cookie to.
pub fn session_cookie(answer: &Response) -> Option<String> {
    let mut set = answer.headers().get_all(header::SET_COOKIE).iter();
    let cookie = set.find_map(|value| value.to_str().unwrap().strip_prefix("doorward-session="))?;
    Some(cookie.split(';').next().unwrap().to_owned())
}

pub fn location(answer: &Response) -> &str {
    answer.headers()[header::LOCATION].to_str().unwrap()
}
