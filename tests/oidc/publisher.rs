//! A stranger's web server, with a certificate of an authority that only the test knows.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward::foundation::outbound::Rules;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::aws_lc_rs};

pub const HOST: &str = "publisher.example.com";

/// What it answers everything with, and how often it was asked.
#[derive(Clone)]
pub struct Publisher {
    port: u16,
    answer: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
    authority: Vec<u8>,
}

impl Publisher {
    pub async fn new() -> Self {
        let (config, authority) = certified();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let publisher = Self {
            port: listener.local_addr().unwrap().port(),
            answer: Arc::default(),
            asked: Arc::default(),
            authority,
        };
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let own = publisher.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (own, acceptor) = (own.clone(), acceptor.clone());
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut request = [0; 8192];
                    let _ = stream.read(&mut request).await;
                    own.asked.fetch_add(1, Ordering::SeqCst);
                    let answer = own.answer.lock().unwrap().clone();
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        publisher
    }

    /// How a server reaches it: by name, with its authority trusted.
    pub fn rules(&self) -> Rules {
        Rules {
            allowed: Arc::new(|address: IpAddr| address.is_loopback()),
            extra_ca: Some(self.authority.clone()),
            lookup: Arc::new(|_| Box::pin(async { Ok(vec![[127, 0, 0, 1].into()]) })),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://{HOST}:{}{path}", self.port)
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn publish(&self, body: &Value, headers: &str) {
        self.answer("200 OK", "application/json", headers, &body.to_string());
    }

    pub fn answer(&self, status: &str, kind: &str, headers: &str, body: &str) {
        let length = body.len();
        *self.answer.lock().unwrap() = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
        );
    }
}

fn certified() -> (ServerConfig, Vec<u8>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let own = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![HOST.to_owned()]).unwrap();
    let leaf = leaf.signed_by(&own, &issuer).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth();
    let own = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.serialize_der()));
    let config = config
        .with_single_cert(vec![leaf.der().clone()], own)
        .unwrap();
    (config, pem(authority.der()))
}

fn pem(der: &[u8]) -> Vec<u8> {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let text = lines.join("\n");
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n").into_bytes()
}
