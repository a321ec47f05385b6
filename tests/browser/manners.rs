//! What every page owes to a person: labels, a narrow screen, no blocked or inline script, a language.

use serde_json::{Value, json};

use crate::demo::Demo;
use crate::webdriver::Browser;

/// Goes through every page that a sign-in and sign-out shows, and calls `look` with the name of each.
async fn on_every_page(demo: &Demo, browser: &Browser, look: impl AsyncFn(&str)) {
    browser.open(&demo.sample).await;
    look("sample").await;
    demo.go_to_sign_in(browser).await;
    look("sign-in").await;
    let mira = demo.person("mira");
    browser.find("username").await.write(&mira.user_name).await;
    browser
        .find("password")
        .await
        .write("not the password")
        .await;
    browser.find("login-submit").await.click().await;
    browser.find_css("#sign-in-error p").await;
    look("sign-in after a wrong password").await;
    browser.find("username").await.write(&mira.user_name).await;
    browser.find("password").await.write(&mira.password).await;
    browser.find("login-submit").await.click().await;
    browser.find("consent-allow").await;
    look("consent").await;
    browser.find("consent-allow").await.click().await;
    browser.find("visitor-name").await;
    look("sample with claims").await;
    browser
        .open(&format!("{}/oauth2/logout", demo.issuer))
        .await;
    browser.find("logout-confirm").await;
    look("sign-out").await;
    browser.find("logout-confirm").await.click().await;
    browser.find_css("main").await;
    look("signed out").await;
    browser
        .open(&format!(
            "{}/oauth2/authorize?client_id=unknown",
            demo.issuer
        ))
        .await;
    browser.find_css("h1").await;
    look("error").await;
    browser.open(&format!("{}/nowhere", demo.issuer)).await;
    look("not found").await;
}

#[tokio::test]
async fn every_input_has_a_label_and_every_page_a_language_a_title_and_one_heading() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    on_every_page(&demo, &browser, async |page| {
        let found = browser
            .run(
                "const shown = [...document.querySelectorAll('input:not([type=hidden]),select,textarea')];
                 const named = e => e.labels?.length || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby');
                 const buttons = [...document.querySelectorAll('button')];
                 return {unlabelled: shown.filter(e => !named(e)).map(e => e.name || e.outerHTML),
                         silent: buttons.filter(b => !b.textContent.trim()).map(b => b.outerHTML),
                         headings: document.querySelectorAll('h1').length,
                         language: document.documentElement.lang, title: document.title}",
            )
            .await;
        assert_eq!(found["unlabelled"], json!([]), "{page}");
        assert_eq!(found["silent"], json!([]), "{page}");
        assert_eq!(found["headings"], 1, "{page}");
        assert_ne!(found["language"], "", "{page}");
        assert_ne!(found["title"], "", "{page}");
    })
    .await;
}

#[tokio::test]
async fn no_page_scrolls_sideways_on_a_narrow_screen() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    let narrow = json!({"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true});
    browser
        .devtools("Emulation.setDeviceMetricsOverride", narrow)
        .await;
    on_every_page(&demo, &browser, async |page| {
        let root = browser
            .run("const e = document.documentElement; return [e.scrollWidth, e.clientWidth, innerWidth]")
            .await;
        browser.picture(&format!("narrow-{}", page.replace(' ', "-"))).await;
        let width = |at: usize| root[at].as_u64().expect("a width");
        assert!(width(0) <= width(1) && width(2) == 360, "{page}: {root}");
    })
    .await;
}

#[tokio::test]
async fn the_browser_blocks_nothing_and_complains_of_nothing() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    on_every_page(&demo, &browser, async |page| {
        let complaints: Vec<String> = browser
            .console()
            .await
            .into_iter()
            // The status of a page that was meant to refuse is no complaint about the page.
            .filter(|line| !line.contains("the server responded with a status of 4"))
            .collect();
        assert!(complaints.is_empty(), "{page}: {complaints:#?}");
    })
    .await;
}

#[tokio::test]
async fn a_page_forbids_what_it_does_not_need() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    demo.go_to_sign_in(&browser).await;
    // The policy is not only sent: the browser holds to it.
    let blocked = browser
        .run(
            "const s = document.createElement('script'); s.textContent = 'window.injected = true';
             document.body.append(s); return window.injected === true",
        )
        .await;
    assert_eq!(
        blocked,
        Value::Bool(false),
        "an injected script does not run"
    );
    let headers = demo.headers_of(&browser.url().await).await;
    let policy = headers
        .get("content-security-policy")
        .expect("a policy")
        .to_str()
        .expect("text");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"),
        "{policy}"
    );
    assert_eq!(headers.get("cache-control").expect("a rule"), "no-store");
}
