//! What a person sees and does, in Chromium, against the program as `doorward demo` starts it.
#![allow(missing_docs, reason = "a test binary")]

mod webdriver;

use webdriver::Browser;

#[tokio::test]
async fn smoke() {
    let browser = Browser::start().await;
    browser.open("data:text/html,<p>x<input id=a><script>document.title='js';console.warn('w')</script><noscript>NOJS</noscript>").await;
    browser.find("a").await.write("hello").await;
    browser.press(webdriver::TAB).await;
    println!(
        "{:?}",
        browser
            .run("return document.getElementById('a').value + document.title")
            .await
    );
    println!("{:?}", browser.console().await);
    println!("{:?}", browser.text().await);
    println!(
        "{:?}",
        browser
            .devtools(
                "Emulation.setScriptExecutionDisabled",
                serde_json::json!({"value": true})
            )
            .await
    );
    browser.open("data:text/html,<p>x<input id=a><script>document.title='js'</script><noscript>NOJS</noscript>").await;
    browser.find("a").await.write("hello2").await;
    println!(
        "{:?} {:?}",
        browser.text().await,
        browser.find("a").await.attribute("id").await
    );
    browser.picture("smoke").await;
}
