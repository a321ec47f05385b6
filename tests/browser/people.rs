//! What persons do in more than one story.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::demo::Demo;
use crate::webdriver::Browser;

/// What an app shows, so many seconds from now.
pub fn app_shows(secret: &str, ahead: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(&secret.replace(' ', "")).unwrap();
    let app = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    app.generate(now.as_secs() + ahead).to_string()
}

impl Demo {
    /// Signs out at the issuer, and at the sample application.
    pub async fn sign_out(&self, browser: &Browser) {
        browser.open(&format!("{}/account", self.issuer)).await;
        browser.find("sign-out").await.click().await;
        browser.find_css("h1").await;
        browser.forget_cookie("sample_application").await;
    }

    /// Types a name and a password into the sign-in page.
    pub async fn type_password(&self, browser: &Browser, name: &str, password: &str) {
        let user_name = &self.person(name).user_name;
        browser.find("username").await.write(user_name).await;
        browser.find("password").await.write(password).await;
        browser.find("login-submit").await.click().await;
    }

    /// Signs out, and in again up to what comes after the password.
    pub async fn password_again(&self, browser: &Browser, name: &str) {
        self.sign_out(browser).await;
        self.go_to_sign_in(browser).await;
        self.type_password(browser, name, &self.person(name).password)
            .await;
    }

    /// Sets up an authenticator app in the account; its secret and the recovery codes.
    pub async fn add_app(&self, browser: &Browser) -> (String, Vec<String>) {
        let add = format!("{}/account/security/totp", self.issuer);
        browser.open(&add).await;
        confirm_app(browser).await
    }
}

/// Confirms the app that a page offers with its first code; its secret and the recovery codes.
pub async fn confirm_app(browser: &Browser) -> (String, Vec<String>) {
    let secret = browser.find("totp-secret").await.text().await;
    let shown = app_shows(&secret, 0);
    browser.find("code").await.write(&shown).await;
    browser.find("totp-confirm").await.click().await;
    (secret, recovery_codes(browser).await)
}

/// Types a code of an app that was set up just now, and is signed in. The code of the moment may be
/// the one that set it up: the next one, of a clock that is ahead. Where the first one arrived late, the
/// server takes that clock for one that is behind, and the code of the moment is a new one.
pub async fn type_app_code(browser: &Browser, secret: &str) {
    for ahead in [30, 0] {
        let shown = app_shows(secret, ahead);
        browser.find("code").await.write(&shown).await;
        browser.find("totp-submit").await.click().await;
        let came = browser.find_css("#visitor-name, #second-error p").await;
        if came.attribute("id").await.is_some() {
            return;
        }
    }
    panic!("no code of the app is taken");
}

/// The recovery codes that a page shows.
pub async fn recovery_codes(browser: &Browser) -> Vec<String> {
    let list = browser.find("recovery-codes").await.text().await;
    let codes: Vec<String> = list.split_whitespace().map(str::to_owned).collect();
    let codes: Vec<String> = codes.into_iter().filter(|word| word.len() == 14).collect();
    assert_eq!(codes.len(), 10, "{list}");
    codes
}
