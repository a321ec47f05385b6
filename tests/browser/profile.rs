//! What a person says of themself: edited, with a picture, and with another address.

use crate::demo::Demo;
use crate::letters::link;
use crate::webdriver::Browser;

/// The page in the dark, on a desktop and on a phone.
async fn in_the_dark(browser: &Browser, name: &str) {
    let dark = serde_json::json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
    let light = serde_json::json!({"features": []});
    browser.devtools("Emulation.setEmulatedMedia", dark).await;
    browser.pictures(&format!("{name}-dark")).await;
    browser.devtools("Emulation.setEmulatedMedia", light).await;
}

#[tokio::test]
async fn a_profile_is_edited_and_its_language_and_time_are_those_of_the_pages() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    demo.sign_in(&browser, "mira").await;
    browser.open(&format!("{}/account", demo.issuer)).await;
    browser.find("profile-edit").await.click().await;
    browser.pictures("account-profile").await;
    in_the_dark(&browser, "account-profile").await;
    browser.find("nickname").await.write("Mi").await;
    browser.find("phone").await.write("call me").await;
    browser.find("profile-save").await.click().await;
    assert!(browser.text().await.contains("+31 20 123 4567"));
    browser.pictures("account-profile-wrong").await;
    browser.find("phone").await.write("+46 8 123 456").await;
    let choose = async |css: &str| browser.find_css(css).await.press().await;
    choose("#language option[value='nl']").await;
    choose("#time_zone option[value='Europe/Amsterdam']").await;
    browser.find("profile-save").await.click().await;
    let said = browser.find("notice").await.text().await;
    assert_eq!(said, "Opgeslagen.");
    let nickname = browser.find("nickname").await.attribute("value").await;
    assert_eq!(nickname.as_deref(), Some("Mi"));
    browser
        .open(&format!("{}/account/sessions", demo.issuer))
        .await;
    let page = browser.text().await;
    assert!(page.contains(" CET") || page.contains(" CEST"), "{page}");
}

#[tokio::test]
async fn of_two_tabs_the_second_is_told() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    demo.sign_in(&browser, "mira").await;
    let profile = format!("{}/account/profile", demo.issuer);
    browser.open(&profile).await;
    let version = "return document.querySelector('[name=version]').value";
    let seen = browser.run(version).await;
    browser.find("nickname").await.write("first").await;
    browser.find("profile-save").await.click().await;
    browser.find("notice").await;
    browser.open(&profile).await;
    let stale = format!("document.querySelector('[name=version]').value = {seen}");
    browser.run(&stale).await;
    browser.find("nickname").await.write("second").await;
    browser.find("profile-save").await.click().await;
    let said = browser.find("profile-error").await.text().await;
    assert!(said.contains("changed elsewhere"), "{said}");
    browser.pictures("account-profile-overtaken").await;
    let kept = browser.find("nickname").await.attribute("value").await;
    assert_eq!(kept.as_deref(), Some("first"));
}

#[tokio::test]
async fn an_address_is_changed_by_the_letter_to_it_without_javascript() {
    let demo = Demo::start().await;
    let browser = Browser::start_without_javascript().await;
    demo.sign_in(&browser, "mira").await;
    browser
        .open(&format!("{}/account/profile", demo.issuer))
        .await;
    let old = browser.find("profile-email").await.text().await;
    browser.find("email-change").await.click().await;
    browser.pictures("account-email").await;
    browser.find("email").await.write("mira@new.example").await;
    browser.find("email-submit").await.click().await;
    browser.find("notice").await;
    browser.pictures("account-email-asked").await;
    in_the_dark(&browser, "account-email-asked").await;
    let confirm = "/account/email/confirm/";
    let letter = demo.take_letter_to("mira@new.example", confirm).await;
    let link = link(&letter, confirm);
    browser.open(&link).await;
    assert!(browser.text().await.contains(&old));
    browser.pictures("account-email-confirm").await;
    browser.find("email-confirm").await.click().await;
    browser.find("notice").await;
    let new = browser.find("profile-email").await.text().await;
    assert_eq!(new, "mira@new.example");
    browser.pictures("account-email-changed").await;
    demo.take_letter_to(&old, "mira@new.example").await;
    browser.open(&link).await;
    assert!(browser.text().await.contains("This link does not work"));
}

#[tokio::test]
async fn a_picture_is_uploaded_and_seen_and_removed() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    demo.sign_in(&browser, "mira").await;
    browser
        .open(&format!("{}/account/profile", demo.issuer))
        .await;
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/pictures");
    for name in [
        "photo.png",
        "palette.png",
        "alpha.png",
        "photo.jpg",
        "progressive.jpg",
        "gray.jpg",
        "cmyk.jpg",
        "photo.webp",
        "lossless.webp",
        "alpha.webp",
    ] {
        browser
            .find("file")
            .await
            .attach(&format!("{samples}/{name}"))
            .await;
        browser.find("picture-upload").await.click().await;
        browser.find("notice").await;
        browser.find("picture").await;
        // The photo says that it lies on its side: it is shown as it was taken.
        let size = match name {
            "photo.jpg" => "32x48",
            _ => "48x32",
        };
        let natural = "const i = document.getElementById('picture'); return i.decode()
            .then(() => `${i.naturalWidth}x${i.naturalHeight}`, e => String(e))";
        assert_eq!(browser.run(natural).await, size, "{name}");
    }
    browser.pictures("account-picture").await;
    in_the_dark(&browser, "account-picture").await;
    browser
        .find("file")
        .await
        .attach(&format!("{samples}/other.gif"))
        .await;
    browser.find("picture-upload").await.click().await;
    browser.find("picture-error").await;
    browser.pictures("account-picture-refused").await;
    browser.find("picture-remove").await.click().await;
    browser.find("notice").await;
    assert!(browser.text().await.contains("You have no picture."));
}
