//! Passkeys and security keys, with authenticators of the browser's own (WebAuthn Level 3 §11).

use serde_json::json;

use crate::demo::Demo;
use crate::webdriver::Browser;

/// One that verifies the person and keeps what it makes.
pub const PASSKEYS: &str = "internal";
/// One that only knows whether it is touched.
const KEY: &str = "usb";

impl Browser {
    /// Gives the browser an authenticator; its id.
    pub async fn plug_in(&self, transport: &str) -> String {
        let verifies = transport == PASSKEYS;
        self.add_authenticator(json!({
            "protocol": "ctap2", "transport": transport,
            "hasResidentKey": verifies, "hasUserVerification": verifies,
            "isUserConsenting": true, "isUserVerified": verifies,
        }))
        .await
    }

    /// Passkeys are not offered in the menu of the user name: only the button asks for them.
    pub async fn without_autofill(&self) {
        let source = "if (window.PublicKeyCredential)
            PublicKeyCredential.isConditionalMediationAvailable = async () => false";
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": source }),
        )
        .await;
    }

    pub async fn narrow(&self, narrow: bool) {
        let (width, height) = if narrow { (390, 844) } else { (1280, 900) };
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", screen)
            .await;
    }

    pub async fn pictures(&self, name: &str) {
        self.picture(name).await;
        self.narrow(true).await;
        self.picture(&format!("{name}-phone")).await;
        self.narrow(false).await;
    }
}

/// From the account to a new key.
async fn add(demo: &Demo, browser: &Browser, way: &str, button: &str, name: &str) {
    browser
        .open(&format!("{}/account/security", demo.issuer))
        .await;
    browser.find(way).await.click().await;
    browser.find("name").await.write(name).await;
    browser.pictures(&format!("keys-{button}")).await;
    browser.find(button).await.click().await;
    browser.find("notice").await;
    assert!(
        browser.text().await.contains(name),
        "{}",
        browser.text().await
    );
}

/// What the page says of an attempt that the browser or its authenticator refused.
async fn refusal(browser: &Browser) -> String {
    let said = browser.find_css("[data-webauthn] [role=alert] p").await;
    said.text().await
}

/// Renames the only key, or takes it away.
async fn rename(browser: &Browser, name: &str) {
    browser.find_css("#keys .items a").await.click().await;
    browser.find("name").await.write(name).await;
    browser.pictures("keys-one").await;
    browser.find("key-rename").await.click().await;
    browser.find("notice").await;
}

async fn remove(browser: &Browser) {
    browser.find_css("#keys .items a").await.click().await;
    browser.find("key-remove").await.click().await;
    browser.find("notice").await;
}

#[tokio::test]
async fn a_passkey_is_added_in_the_account_and_signs_in_by_its_button() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    browser.without_autofill().await;
    let authenticator = browser.plug_in(PASSKEYS).await;
    demo.sign_in(&browser, "mira").await;
    add(&demo, &browser, "passkey-new", "passkey-add", "My laptop").await;
    browser.pictures("keys-listed").await;
    let kept = browser.credentials(&authenticator).await;
    assert_eq!(kept.as_array().unwrap().len(), 1, "{kept}");
    assert_eq!(kept[0]["isResidentCredential"], true);

    demo.sign_out(&browser).await;
    demo.go_to_sign_in(&browser).await;
    browser.pictures("passkey-sign-in").await;
    browser.find("passkey-login").await.click().await;
    let claims = browser.find("claims-id_token").await.text().await;
    assert!(
        claims.contains("pop") && claims.contains("phishing-resistant"),
        "{claims}"
    );
    assert_eq!(
        browser.find("visitor-name").await.text().await,
        "Mira Lindqvist"
    );
}

#[tokio::test]
async fn a_passkey_in_the_menu_of_the_user_name_signs_in_without_a_button() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    browser.plug_in(PASSKEYS).await;
    demo.sign_in(&browser, "tomas").await;
    add(&demo, &browser, "passkey-new", "passkey-add", "My phone").await;
    demo.sign_out(&browser).await;
    // The virtual authenticator chooses from the menu as soon as there is one.
    browser.open(&demo.sample).await;
    browser.find("sample-sign-in").await.click().await;
    assert_eq!(
        browser.find("visitor-name").await.text().await,
        "Tomás Okafor"
    );
}

#[tokio::test]
async fn who_does_not_verify_themself_is_told_and_can_try_again() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    browser.without_autofill().await;
    let authenticator = browser.plug_in(PASSKEYS).await;
    demo.sign_in(&browser, "mira").await;
    add(&demo, &browser, "passkey-new", "passkey-add", "My laptop").await;
    demo.sign_out(&browser).await;
    browser.verify_person(&authenticator, false).await;
    demo.go_to_sign_in(&browser).await;
    browser.find("passkey-login").await.press().await;
    let said = refusal(&browser).await;
    assert!(said.contains("cancelled"), "{said}");
    browser.pictures("passkey-cancelled").await;
    browser.verify_person(&authenticator, true).await;
    browser.find("passkey-login").await.click().await;
    browser.find("visitor-name").await;
}

/// A person with a security key, who is signed out.
async fn with_security_key(demo: &Demo, browser: &Browser) {
    browser.without_autofill().await;
    let authenticator = browser.plug_in(KEY).await;
    demo.sign_in(browser, "mira").await;
    let (way, button) = ("security-key-new", "security-key-add");
    add(demo, browser, way, button, "On my key ring").await;
    let kept = browser.credentials(&authenticator).await;
    assert_eq!(kept[0]["isResidentCredential"], false);
    demo.sign_out(browser).await;
}

#[tokio::test]
async fn a_security_key_is_asked_for_after_the_password() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    with_security_key(&demo, &browser).await;
    demo.go_to_sign_in(&browser).await;
    let password = &demo.person("mira").password;
    demo.type_password(&browser, "mira", password).await;
    browser.find("webauthn-login").await;
    browser.pictures("security-key-second").await;
    browser.find("webauthn-login").await.click().await;
    let claims = browser.find("claims-id_token").await.text().await;
    assert!(
        claims.contains("pwd") && claims.contains("phishing-resistant"),
        "{claims}"
    );
}

/// Whether the browser was told that the server takes none of the person's passkeys any more.
async fn is_told_of_none(browser: &Browser) -> bool {
    let signal = browser.find_css("[data-signal=user]").await;
    signal.attribute("data-accepted").await.as_deref() == Some("")
}

#[tokio::test]
async fn a_key_is_renamed_and_removed_and_its_browser_forgets_it() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    browser.without_autofill().await;
    let authenticator = browser.plug_in(PASSKEYS).await;
    demo.sign_in(&browser, "mira").await;
    let (way, button) = ("passkey-new", "passkey-add");
    add(&demo, &browser, way, button, "My laptop").await;
    rename(&browser, "My old laptop").await;
    assert!(browser.text().await.contains("My old laptop"));
    remove(&browser).await;
    browser.pictures("keys-removed").await;
    assert!(!browser.text().await.contains("My old laptop"));
    assert!(is_told_of_none(&browser).await);
    // Chromium's virtual authenticators follow the Signal API where they know it.
    let kept = browser.credentials(&authenticator).await;
    let kept = kept.as_array().unwrap().len();
    println!("kept by the authenticator: {kept}");

    // Adding the same authenticator again is possible once the server has forgotten the first.
    add(&demo, &browser, way, button, "My laptop again").await;
    browser.find(way).await.click().await;
    browser.find(button).await.press().await;
    let said = refusal(&browser).await;
    assert!(said.contains("already"), "{said}");
    browser.pictures("keys-known-already").await;
}
