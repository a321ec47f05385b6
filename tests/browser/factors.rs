//! Second factors at the sign-in: set up because the policy asks, and lost.

use crate::demo::Demo;
use crate::passkeys::PASSKEYS;
use crate::people::{confirm_app, recovery_codes, type_app_code};
use crate::webdriver::Browser;

/// Types a recovery code in the place of the app's.
async fn recover(browser: &Browser, code: &str) {
    browser.find("recovery_code").await.write(code).await;
    browser.find("recovery-submit").await.click().await;
}

/// What the sample application was told of the sign-in.
async fn claims(browser: &Browser) -> String {
    browser.find("claims-id_token").await.text().await
}

#[tokio::test]
async fn whoever_lost_their_phone_comes_in_with_a_recovery_code_and_makes_new_ones() {
    let demo = Demo::start().await;
    let browser = Browser::start_without_javascript().await;
    demo.sign_in(&browser, "mira").await;
    let (_, old) = demo.add_app(&browser).await;
    browser.pictures("recovery-codes").await;

    demo.password_again(&browser, "mira").await;
    browser.find("use-recovery-code").await.click().await;
    browser.pictures("recovery").await;
    recover(&browser, &old[0].to_lowercase()).await;
    browser.find("visitor-name").await;

    demo.password_again(&browser, "mira").await;
    browser.find("use-recovery-code").await.click().await;
    recover(&browser, &old[0]).await;
    browser.find_css("#recovery-error p").await;
    recover(&browser, &old[1]).await;
    browser.find("visitor-name").await;

    browser
        .open(&format!("{}/account/security", demo.issuer))
        .await;
    assert_eq!(browser.find("recovery-left").await.text().await, "8");
    browser.find("recovery-make").await.click().await;
    let new = recovery_codes(&browser).await;
    assert!(old.iter().all(|code| !new.contains(code)));
    demo.password_again(&browser, "mira").await;
    browser.find("use-recovery-code").await.click().await;
    recover(&browser, &old[2]).await;
    browser.find_css("#recovery-error p").await;
    recover(&browser, &new[0]).await;
    browser.find("visitor-name").await;
}

#[tokio::test]
async fn whoever_needs_a_second_factor_sets_up_an_app_at_the_sign_in_without_javascript() {
    let demo = Demo::start_with(&["--mfa-required=on"]).await;
    let browser = Browser::start_without_javascript().await;
    demo.go_to_sign_in(&browser).await;
    demo.type_password(&browser, "mira", &demo.person("mira").password)
        .await;
    browser.find("totp-secret").await;
    browser.pictures("enrol").await;
    let (secret, _) = confirm_app(&browser).await;
    browser.find("recovery-continue").await.click().await;
    browser.find("consent-allow").await.click().await;
    let told = claims(&browser).await;
    assert!(told.contains("otp") && told.contains("mfa"), "{told}");

    demo.password_again(&browser, "mira").await;
    type_app_code(&browser, &secret).await;
}

#[tokio::test]
async fn whoever_needs_a_second_factor_sets_up_a_passkey_at_the_sign_in() {
    let demo = Demo::start_with(&["--mfa-required=on"]).await;
    let browser = Browser::start().await;
    browser.without_autofill().await;
    let authenticator = browser.plug_in(PASSKEYS).await;
    demo.go_to_sign_in(&browser).await;
    demo.type_password(&browser, "tomas", &demo.person("tomas").password)
        .await;
    browser.find_css("#enrol-passkey:not([hidden])").await;
    browser.pictures("enrol-passkey").await;
    browser.find("passkey-add").await.click().await;
    recovery_codes(&browser).await;
    browser.find("recovery-continue").await.click().await;
    browser.find("consent-allow").await.click().await;
    let told = claims(&browser).await;
    assert!(told.contains("phishing-resistant"), "{told}");
    let kept = browser.credentials(&authenticator).await;
    assert_eq!(kept.as_array().unwrap().len(), 1, "{kept}");

    demo.sign_out(&browser).await;
    demo.go_to_sign_in(&browser).await;
    browser.find("passkey-login").await.click().await;
    browser.find("visitor-name").await;
}
