//! Ending sessions from the account, in another browser.

use crate::demo::Demo;
use crate::webdriver::Browser;

/// Whether a browser is signed in: its account is there, or a sign-in.
async fn is_in(demo: &Demo, browser: &Browser) -> bool {
    browser.open(&format!("{}/account", demo.issuer)).await;
    let found = browser.find_css("#sign-out, #login-submit").await;
    found.attribute("id").await.as_deref() == Some("sign-out")
}

async fn sessions(demo: &Demo, browser: &Browser) {
    browser
        .open(&format!("{}/account/sessions", demo.issuer))
        .await;
    browser.find("open-sessions").await;
}

#[tokio::test]
async fn a_person_ends_one_session_and_then_all_others_from_another_browser() {
    let demo = Demo::start().await;
    let (here, there) = (Browser::start().await, Browser::start().await);
    demo.sign_in(&here, "mira").await;
    demo.go_to_sign_in(&there).await;
    demo.type_password(&there, "mira", &demo.person("mira").password)
        .await;
    there.find("visitor-name").await;
    assert!(is_in(&demo, &there).await);

    sessions(&demo, &here).await;
    here.pictures("sessions-two").await;
    let other = here
        .find_css("#open-sessions li:not(:has(.badge)) button")
        .await;
    other.click().await;
    here.find("notice").await;
    assert!(
        !is_in(&demo, &there).await,
        "the one that was named has ended"
    );
    assert!(is_in(&demo, &here).await);

    there.forget_cookie("sample_application").await;
    demo.go_to_sign_in(&there).await;
    demo.type_password(&there, "mira", &demo.person("mira").password)
        .await;
    there.find("visitor-name").await;
    sessions(&demo, &here).await;
    here.find("end-others").await.click().await;
    here.find("notice").await;
    assert!(!is_in(&demo, &there).await, "and all others");
    assert!(is_in(&demo, &here).await);
}
