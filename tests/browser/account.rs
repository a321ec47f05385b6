//! One's own account: an authenticator app, a trusted browser, and pages that fit a phone.

use crate::demo::Demo;
use crate::people::app_shows;
use crate::webdriver::Browser;

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
    browser
        .find("code")
        .await
        .write(&app_shows(&secret, 0))
        .await;
    browser.find("totp-confirm").await.click().await;
    browser.find_css("h1").await;
    browser.pictures("account-app-added").await;

    demo.password_again(&browser, "mira").await;
    browser.find("code").await.write("000000").await;
    browser.pictures("second").await;
    browser.find("totp-submit").await.click().await;
    browser.find("second-error").await;
    // The code of the moment was used to set the app up: the next one, of a clock that is ahead.
    browser
        .find("code")
        .await
        .write(&app_shows(&secret, 30))
        .await;
    browser.find("trust_device").await.press().await;
    browser.find("totp-submit").await.click().await;
    browser.find("visitor-name").await;

    demo.password_again(&browser, "mira").await;
    browser.find("visitor-name").await;

    browser.open(&format!("{account}/devices")).await;
    assert!(browser.text().await.contains("Trusted until"));
    browser.pictures("account-devices").await;
    browser.find("forget-all").await.click().await;
    browser.find("notice").await;
    demo.password_again(&browser, "mira").await;
    browser.find("totp-submit").await;
}

#[tokio::test]
async fn every_page_of_the_account_fits_a_phone() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    demo.sign_in(&browser, "mira").await;
    for page in [
        "",
        "/profile",
        "/email",
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
