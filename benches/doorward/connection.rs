//! One keep-alive connection, with as much of a browser as a sign-in needs.

use std::collections::BTreeMap;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;

const FORM: &str = "application/x-www-form-urlencoded";

pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    address: String,
    host: String,
    cookies: BTreeMap<String, String>,
}

async fn connect(address: &str) -> std::io::Result<SendRequest<Full<Bytes>>> {
    let stream = tokio::net::TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, driver) = handshake(TokioIo::new(stream))
        .await
        .map_err(std::io::Error::other)?;
    tokio::spawn(driver);
    Ok(sender)
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Connection {
    pub async fn open(address: &str) -> std::io::Result<Self> {
        let sender = connect(address).await?;
        let port = address.rsplit(':').next().unwrap_or_default();
        Ok(Self {
            sender,
            address: address.to_owned(),
            host: format!("localhost:{port}"),
            cookies: BTreeMap::new(),
        })
    }

    pub fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], Bytes::new()).await
    }

    pub async fn get_as(&mut self, path: &str, bearer: &str) -> Answer {
        let bearer = format!("Bearer {bearer}");
        self.send(
            "GET",
            path,
            &[(AUTHORIZATION.as_str(), &bearer)],
            Bytes::new(),
        )
        .await
    }

    pub async fn json(
        &mut self,
        method: &str,
        path: &str,
        bearer: &str,
        body: &serde_json::Value,
    ) -> Answer {
        let bearer = format!("Bearer {bearer}");
        let headers = [
            (AUTHORIZATION.as_str(), bearer.as_str()),
            (CONTENT_TYPE.as_str(), "application/scim+json"),
        ];
        self.send(method, path, &headers, body.to_string().into())
            .await
    }

    pub async fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let origin = format!("http://{}", self.host);
        let headers = [(CONTENT_TYPE.as_str(), FORM), (ORIGIN.as_str(), &origin)];
        self.send("POST", path, &headers, body.into()).await
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(k, v)| format!("{k}={v}"))
                .collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        let request = request.body(Full::new(body)).expect("a request");
        // A peer of the benchmark ends the connection after each answer.
        if self.sender.ready().await.is_err() {
            self.sender = connect(&self.address).await.expect("a connection");
        }
        let answer = self.sender.send_request(request).await.expect("an answer");
        let (head, body) = answer.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        self.keep_cookies(&head.headers);
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let text = cookie.to_str().unwrap_or_default();
            let pair = text.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            if value.is_empty() || text.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Answer {
    pub fn expect(self, status: u16) -> Self {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(
            self.status,
            status,
            "{}",
            text.chars().take(2000).collect::<String>()
        );
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// Where it redirects to, without scheme and host when that is the server itself.
    pub fn location(&self) -> Option<String> {
        let to = self.headers.get(LOCATION)?.to_str().ok()?;
        Some(to.to_owned())
    }

    /// The form that holds `button`: its action and the values that it would send.
    pub fn form(&self, button: &str) -> Option<(String, Vec<(String, String)>)> {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        let form = text
            .split("<form")
            .skip(1)
            .find(|form| form.contains(button))?;
        let form = form.split("</form>").next()?;
        let action = attribute(form, "action").unwrap_or_default();
        let mut values = Vec::new();
        for tag in form
            .split('<')
            .filter(|tag| tag.starts_with("input") || tag.contains(button))
        {
            let name = attribute(tag, "name");
            let checkbox = attribute(tag, "type").as_deref() == Some("checkbox");
            if let Some(name) = name.filter(|_| !checkbox) {
                values.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        }
        Some((action, values))
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&"))
}
