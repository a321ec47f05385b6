//! `doorward demo`, started as a newcomer starts it, on free ports and in an empty folder.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::json;

use crate::webdriver::{Browser, TAB, free_port};

/// A demo that runs until it is dropped.
pub struct Demo {
    child: Child,
    folder: tempfile::TempDir,
    pub issuer: String,
    pub sample: String,
    scim_key: String,
    people: Vec<Person>,
    http: reqwest::Client,
}

/// Somebody whom the demo has provisioned, as it prints them.
pub struct Person {
    pub user_name: String,
    pub password: String,
}

impl Demo {
    /// Starts it, and reads what a newcomer would read.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with other settings than a newcomer has.
    pub async fn start_with(settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_doorward"))
            .arg("demo")
            .arg(format!("--listen=127.0.0.1:{}", free_port()))
            .arg("--sample-listen=127.0.0.1:0")
            .arg("--data-dir")
            .arg(folder.path().join("data"))
            .args(settings)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the demo starts");
        let output = child.stdout.take().expect("its output");
        let greeting = tokio::task::spawn_blocking(move || read_greeting(output))
            .await
            .expect("a greeting");
        Self {
            issuer: after(&greeting, "Doorward is running at "),
            sample: after(&greeting, "sample application at "),
            scim_key: after(&greeting, "Authorization: Bearer ").replace('\'', ""),
            people: people(&greeting),
            http: reqwest::Client::builder()
                .tls_certs_only([])
                .no_proxy()
                .build()
                .expect("a client"),
            child,
            folder,
        }
    }

    /// The folder of its data.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs a command of an administrator beside it, which reads a secret.
    pub fn command(&self, arguments: &[&str], secret: &str) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_doorward"))
            .args(arguments)
            .arg("--data-dir")
            .arg(self.folder())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the command starts");
        let mut typed = child.stdin.take().expect("its input");
        typed.write_all(secret.as_bytes()).expect("it reads");
        drop(typed);
        let done = child.wait().expect("it ends");
        assert!(done.success(), "{arguments:?}: {done}");
    }

    /// The person whose user name begins so.
    pub fn person(&self, name: &str) -> &Person {
        let found = self
            .people
            .iter()
            .find(|person| person.user_name.starts_with(name));
        found.unwrap_or_else(|| panic!("the demo prints {name}"))
    }

    /// From the sample application to the sign-in page.
    pub async fn go_to_sign_in(&self, browser: &Browser) {
        browser.open(&self.sample).await;
        browser.find("sample-sign-in").await.click().await;
        browser.find("login-submit").await;
    }

    /// Signs in and consents, up to the claims.
    pub async fn sign_in(&self, browser: &Browser, name: &str) {
        self.go_to_sign_in(browser).await;
        let person = self.person(name);
        browser
            .find("username")
            .await
            .write(&person.user_name)
            .await;
        browser.find("password").await.write(&person.password).await;
        browser.find("login-submit").await.click().await;
        browser.find("consent-allow").await.click().await;
        browser.find("visitor-name").await;
    }

    /// As Entra ID does it: a capital letter, a path, and a boolean that is a string.
    pub async fn deactivate(&self, name: &str) {
        let users = format!("{}/scim/v2/Users", self.issuer);
        let filter = format!("userName eq \"{}\"", self.person(name).user_name);
        let asked = self
            .http
            .get(&users)
            .query(&[("filter", filter)])
            .bearer_auth(&self.scim_key);
        let found: serde_json::Value = asked
            .send()
            .await
            .expect("SCIM")
            .json()
            .await
            .expect("JSON");
        let id = found["Resources"][0]["id"].as_str().expect("the person");
        let patch = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "Replace", "path": "active", "value": "False"}],
        });
        let sent = self
            .http
            .patch(format!("{users}/{id}"))
            .bearer_auth(&self.scim_key);
        let sent = sent
            .header("content-type", "application/scim+json")
            .body(patch.to_string());
        let answer = sent.send().await.expect("SCIM");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Moves the focus with the Tab key until it is on the element with this id or name.
    pub async fn tab_to(&self, browser: &Browser, name: &str) {
        for _ in 0..15 {
            if self.focused(browser).await == name {
                return;
            }
            browser.press(TAB).await;
        }
        panic!(
            "the Tab key does not reach {name} on {}",
            browser.url().await
        );
    }

    pub async fn focused(&self, browser: &Browser) -> String {
        let focus = "const e = document.activeElement; return e ? e.id || e.name || '' : ''";
        browser
            .run(focus)
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub async fn headers_of(&self, url: &str) -> reqwest::header::HeaderMap {
        let answer = self.http.get(url).send().await.expect("an answer");
        answer.headers().clone()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All that it prints until it is ready, which its last line says.
fn read_greeting(output: ChildStdout) -> String {
    let mut output = BufReader::new(output);
    let mut greeting = String::new();
    while !greeting.contains("Ctrl-C stops") {
        let read = output.read_line(&mut greeting).expect("its output");
        assert_ne!(read, 0, "the demo ended at once, after:\n{greeting}");
    }
    // What it says later must find a reader, or its next line would end it.
    std::thread::spawn(move || std::io::copy(&mut output.take(u64::MAX), &mut std::io::sink()));
    greeting
}

fn after(greeting: &str, words: &str) -> String {
    let (_, rest) = greeting
        .split_once(words)
        .unwrap_or_else(|| panic!("no {words:?} in\n{greeting}"));
    rest.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Lines like `mira.lindqvist@example.com  PASSWORD  Site engineer`.
fn people(greeting: &str) -> Vec<Person> {
    greeting
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let user_name = words.next().filter(|word| word.contains("@example.com"))?;
            Some(Person {
                user_name: user_name.to_owned(),
                password: words.next()?.to_owned(),
            })
        })
        .collect()
}
