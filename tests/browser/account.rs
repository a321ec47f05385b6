//! One's own account: an authenticator app, a trusted browser, and pages that fit a phone.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::demo::Demo;
use crate::webdriver::Browser;

/// What an app shows, so many seconds from now.
fn code(secret: &str, ahead: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(&secret.replace(' ', "")).unwrap();
    let app = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    app.generate(now.as_secs() + ahead).to_string()
}

/// From the sample application to whatever comes after the password.
async fn password(demo: &Demo, browser: &Browser, name: &str) {
    browser.open(&format!("{}/account", demo.issuer)).await;
    browser.find("sign-out").await.click().await;
    browser.find_css("h1").await;
    browser.forget_cookie("sample_application").await;
    demo.go_to_sign_in(browser).await;
    let person = demo.person(name);
    let user_name = browser.find("username").await;
    user_name.write(&person.user_name).await;
    browser.find("password").await.write(&person.password).await;
    browser.find("login-submit").await.click().await;
}

#[tokio::test]
async fn an_app_is_set_up_and_asked_for_until_the_browser_is_trusted_without_javascript() {
    let demo = Demo::start().await;
    let browser = Browser::start_without_javascript().await;
    demo.sign_in(&browser, "mira").await;
    let account = format!("{}/account", demo.issuer);
    browser.open(&format!("{account}/security")).await;
    browser.find("totp-add").await.click().await;
    let secret = browser.find("totp-secret").await.text().await;
    browser.pictures("account-app-add").await;
    browser.find("code").await.write(&code(&secret, 0)).await;
    browser.find("totp-confirm").await.click().await;
    browser.find_css("h1").await;
    browser.pictures("account-app-added").await;

    password(&demo, &browser, "mira").await;
    browser.find("code").await.write("000000").await;
    browser.pictures("second").await;
    browser.find("totp-submit").await.click().await;
    browser.find("second-error").await;
    // The code of the moment was used to set the app up: the next one, of a clock that is ahead.
    browser.find("code").await.write(&code(&secret, 30)).await;
    browser.find("trust_device").await.press().await;
    browser.find("totp-submit").await.click().await;
    browser.find("visitor-name").await;

    password(&demo, &browser, "mira").await;
    browser.find("visitor-name").await;

    browser.open(&format!("{account}/devices")).await;
    assert!(browser.text().await.contains("Trusted until"));
    browser.pictures("account-devices").await;
    browser.find("forget-all").await.click().await;
    browser.find("notice").await;
    password(&demo, &browser, "mira").await;
    browser.find("totp-submit").await;
}

#[tokio::test]
async fn every_page_of_the_account_fits_a_phone() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    demo.sign_in(&browser, "mira").await;
    for page in [
        "",
        "/security",
        "/devices",
        "/sessions",
        "/applications",
        "/activity",
        "/password",
    ] {
        browser
            .open(&format!("{}/account{page}", demo.issuer))
            .await;
        browser.find_css("h1").await;
        let name = page.trim_start_matches('/');
        browser
            .pictures(&format!(
                "account-{}",
                if name.is_empty() { "overview" } else { name }
            ))
            .await;
        browser.narrow(true).await;
        let wider =
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.run(wider).await, 0, "{page} is wider than a phone");
        browser.narrow(false).await;
    }
}
