//! A mailed code as the second factor: of whoever has no other, and of whoever has lost theirs.

use crate::demo::Demo;
use crate::letters::code;
use crate::webdriver::Browser;

const MARK: &str = "Your code to sign in";

/// Asks for a code and reads it in the mailbox.
async fn ask(demo: &Demo, browser: &Browser) -> String {
    browser.find("mail-code").await.click().await;
    browser.find("mailed-code-submit").await;
    code(&demo.take_letter("mira", MARK).await)
}

async fn type_in(browser: &Browser, code: &str) {
    browser.find("code").await.write(code).await;
    browser.find("mailed-code-submit").await.click().await;
}

#[tokio::test]
async fn a_mailed_code_is_the_second_factor_without_javascript() {
    let flags = ["--mfa-required=on", "--mfa-mailed-code=factor"];
    let demo = Demo::start_with(&flags).await;
    let browser = Browser::start_without_javascript().await;
    demo.go_to_sign_in(&browser).await;
    demo.type_password(&browser, "mira", &demo.person("mira").password)
        .await;
    browser.find("mail-code").await;
    browser.pictures("mailed-code-ask").await;
    let mailed = ask(&demo, &browser).await;
    browser.pictures("mailed-code").await;
    type_in(&browser, "12345678").await;
    browser.find_css("#mailed-error p").await;
    type_in(&browser, &mailed).await;
    browser.find("consent-allow").await.click().await;
    let told = browser.find("claims-id_token").await.text().await;
    assert!(
        told.contains("single-factor") && !told.contains("mfa"),
        "{told}"
    );

    // With an app it is one of the other ways.
    demo.add_app(&browser).await;
    demo.password_again(&browser, "mira").await;
    browser.find("totp-submit").await;
    browser.pictures("second-all-ways").await;
    browser.find("use-mailed-code").await.click().await;
    let mailed = ask(&demo, &browser).await;
    type_in(&browser, &mailed).await;
    browser.find("visitor-name").await;
}
