//! As much of WebDriver as the tests need, over plain HTTP: one Chromium, started here, ended here.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

/// Keys that have no character of their own, as WebDriver encodes them.
pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long an element may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with an empty profile.
pub struct Browser {
    driver: Child,
    http: reqwest::Client,
    session: String,
    _profile: tempfile::TempDir,
}

/// An element of the page that was found.
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl Browser {
    pub async fn start() -> Self {
        Self::start_with(json!({})).await
    }

    /// A browser whose pages may run no script, as a person's settings can say.
    pub async fn start_without_javascript() -> Self {
        Self::start_with(json!({"profile.managed_default_content_settings.javascript": 2})).await
    }

    async fn start_with(preferences: Value) -> Self {
        let port = free_port();
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            // Chromium writes to its home, which may not be writable, or be someone's own.
            .env("HOME", profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver must be installed (tests/all does it)");
        let http = reqwest::Client::builder()
            .tls_certs_only([])
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .expect("a client");
        let mut browser = Self {
            driver,
            http,
            session: format!("http://127.0.0.1:{port}"),
            _profile: profile,
        };
        browser.await_driver().await;
        let started = browser
            .call(Method::POST, "/session", browser.wishes(preferences))
            .await;
        let id = started["sessionId"]
            .as_str()
            .expect("a session id")
            .to_owned();
        browser.session = format!("{}/session/{id}", browser.session);
        browser
    }

    fn wishes(&self, preferences: Value) -> Value {
        let profile = format!("--user-data-dir={}/profile", self._profile.path().display());
        json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "webauthn:virtualAuthenticators": true,
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"prefs": preferences, "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--lang=en", "--window-size=1280,900", profile,
            ]},
        }}})
    }

    async fn await_driver(&self) {
        let url = format!("{}/status", self.session);
        for _ in 0..200 {
            if self.http.get(&url).send().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("chromedriver does not answer");
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        self.try_call(method, path, body)
            .await
            .unwrap_or_else(|problem| panic!("{path}: {problem}"))
    }

    async fn try_call(&self, method: Method, path: &str, body: Value) -> Result<Value, Value> {
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.session));
        if method == Method::POST {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("chromedriver answers");
        let ok = answer.status().is_success();
        let mut answer: Value = answer.json().await.expect("JSON from chromedriver");
        let value = answer["value"].take();
        if ok { Ok(value) } else { Err(value) }
    }

    pub async fn open(&self, url: &str) {
        self.call(Method::POST, "/url", json!({"url": url})).await;
    }

    pub async fn url(&self) -> String {
        let url = self.call(Method::GET, "/url", Value::Null).await;
        url.as_str().expect("a URL").to_owned()
    }

    /// Waits until the page has an element with this `id` or `name`.
    pub async fn find(&self, name: &str) -> Element<'_> {
        self.find_css(&format!("[id='{name}'],[name='{name}']"))
            .await
    }

    pub async fn find_css(&self, css: &str) -> Element<'_> {
        let until = std::time::Instant::now() + PATIENCE;
        loop {
            if let Some(element) = self.find_now(css).await {
                return element;
            }
            if std::time::Instant::now() > until {
                panic!("no {css} on {}:\n{}", self.url().await, self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn find_now(&self, css: &str) -> Option<Element<'_>> {
        let wanted = json!({"using": "css selector", "value": css});
        let found = self.try_call(Method::POST, "/element", wanted).await.ok()?;
        let id = found[ELEMENT].as_str()?.to_owned();
        Some(Element { browser: self, id })
    }

    /// What the page says, as a person reads it.
    pub async fn text(&self) -> String {
        match self.find_now("body").await {
            Some(body) => body.text().await,
            None => String::new(),
        }
    }

    pub async fn run(&self, script: &str) -> Value {
        self.call(
            Method::POST,
            "/execute/sync",
            json!({"script": script, "args": []}),
        )
        .await
    }

    /// Presses keys with no element named: they go where the focus is.
    pub async fn press(&self, keys: &str) {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|way| json!({"type": way, "value": key.to_string()}))
            })
            .collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": strokes});
        self.call(Method::POST, "/actions", json!({"actions": [keyboard]}))
            .await;
    }

    /// Chromium's own protocol, for what WebDriver has no word for.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.call(Method::POST, "/goog/cdp/execute", body).await
    }

    /// What the console said since the last call: warnings and errors of the browser and the page.
    pub async fn console(&self) -> Vec<String> {
        let log = self
            .call(Method::POST, "/se/log", json!({"type": "browser"}))
            .await;
        let entries = log.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| entry["message"].to_string())
            .collect()
    }

    /// A virtual authenticator (WebAuthn Level 3 §11.2); its id.
    pub async fn add_authenticator(&self, wishes: Value) -> String {
        let id = self
            .call(Method::POST, "/webauthn/authenticator", wishes)
            .await;
        id.as_str().expect("its id").to_owned()
    }

    /// What a virtual authenticator keeps.
    pub async fn credentials(&self, authenticator: &str) -> Value {
        let path = format!("/webauthn/authenticator/{authenticator}/credentials");
        self.call(Method::GET, &path, Value::Null).await
    }

    /// Whether the person passes the authenticator's verification.
    pub async fn verify_person(&self, authenticator: &str, passes: bool) {
        let path = format!("/webauthn/authenticator/{authenticator}/uv");
        self.call(Method::POST, &path, json!({"isUserVerified": passes}))
            .await;
    }

    pub async fn forget_cookie(&self, name: &str) {
        self.call(Method::DELETE, &format!("/cookie/{name}"), Value::Null)
            .await;
    }

    /// Keeps a picture of the page as `target/screenshots/NAME.png`.
    pub async fn picture(&self, name: &str) {
        use base64::Engine;
        let taken = self.call(Method::GET, "/screenshot", Value::Null).await;
        let bytes = base64::prelude::BASE64_STANDARD
            .decode(taken.as_str().expect("a picture"))
            .expect("base64");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        std::fs::write(folder.join(format!("{name}.png")), bytes).expect("a picture kept");
    }
}

impl Element<'_> {
    async fn command(&self, method: Method, what: &str, body: Value) -> Value {
        let path = format!("/element/{}/{what}", self.id);
        self.browser.call(method, &path, body).await
    }

    /// Clicks what leads to another page, and waits until this one is gone: what is looked for
    /// next must not be found on the page that is left.
    pub async fn click(&self) {
        self.command(Method::POST, "click", json!({})).await;
        let path = format!("/element/{}/name", self.id);
        let until = std::time::Instant::now() + PATIENCE;
        while self
            .browser
            .try_call(Method::GET, &path, Value::Null)
            .await
            .is_ok()
        {
            assert!(std::time::Instant::now() < until, "the click leads nowhere");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Clicks what stays on the page.
    pub async fn press(&self) {
        self.command(Method::POST, "click", json!({})).await;
    }

    pub async fn write(&self, text: &str) {
        self.command(Method::POST, "clear", json!({})).await;
        self.command(Method::POST, "value", json!({"text": text}))
            .await;
    }

    /// Chooses a file.
    pub async fn attach(&self, path: &str) {
        self.command(Method::POST, "value", json!({"text": path}))
            .await;
    }

    pub async fn text(&self) -> String {
        let text = self.command(Method::GET, "text", Value::Null).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    pub async fn attribute(&self, name: &str) -> Option<String> {
        let value = self
            .command(Method::GET, &format!("attribute/{name}"), Value::Null)
            .await;
        value.as_str().map(str::to_owned)
    }
}

impl Drop for Browser {
    /// Also when a test panics: the driver ends Chromium when the session is deleted, and only then.
    fn drop(&mut self) {
        let _ = self.delete_session();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    fn delete_session(&self) -> std::io::Result<()> {
        let url = self.session.trim_start_matches("http://");
        let (address, path) = url.split_once('/').unwrap_or((url, ""));
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            stream,
            "DELETE /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        // The answer comes when Chromium has ended; the connection stays open after it.
        let _ = stream.read(&mut [0; 512])?;
        Ok(())
    }
}

pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}
