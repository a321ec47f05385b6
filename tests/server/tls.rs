//! The server's own TLS, and certificates that clients show to it (RFC 8705), with real
//! handshakes.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use reqwest::{Client, Identity, StatusCode};
use serde_json::{Value, json};

use crate::running::{Installation, Running, serve};
use crate::support::Engine;
use crate::with_an_installation;

/// An authority of the test's own.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate with its key.
struct Certified {
    certificate: String,
    key: String,
    der: Vec<u8>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "Harbour CA");
        let key = KeyPair::generate().unwrap();
        let pem = pem("CERTIFICATE", params.self_signed(&key).unwrap().der());
        let issuer = Issuer::new(params, key);
        Self { issuer, pem }
    }

    fn certify(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> Certified {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        Certified {
            certificate: pem("CERTIFICATE", leaf.der()),
            key: pem("PRIVATE KEY", &key.serialize_der()),
            der: leaf.der().to_vec(),
        }
    }

    fn server(&self) -> Certified {
        self.certify("localhost", ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A client that trusts this authority, and shows a certificate or none.
    fn client(&self, shows: Option<&Certified>) -> Client {
        let trusted = reqwest::Certificate::from_pem(self.pem.as_bytes()).unwrap();
        let builder = Client::builder()
            .tls_certs_only([trusted])
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .resolve("localhost", ([127, 0, 0, 1], 0).into());
        let builder = match shows {
            Some(own) => {
                let both = format!("{}{}", own.certificate, own.key);
                builder.identity(Identity::from_pem(both.as_bytes()).unwrap())
            }
            None => builder,
        };
        builder.build().unwrap()
    }
}

impl Certified {
    fn own() -> Self {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["self.example.com".to_owned()]).unwrap();
        let own = params.self_signed(&key).unwrap();
        Self {
            certificate: pem("CERTIFICATE", own.der()),
            key: pem("PRIVATE KEY", &key.serialize_der()),
            der: own.der().to_vec(),
        }
    }

    fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(doorward::foundation::crypto::digest::sha256(&self.der))
    }

    fn write(&self, folder: &Path) -> (PathBuf, PathBuf) {
        let files = (folder.join("server.pem"), folder.join("server.key"));
        std::fs::write(&files.0, &self.certificate).unwrap();
        std::fs::write(&files.1, &self.key).unwrap();
        files
    }
}

/// A server with TLS of its own and a second address for clients.
struct Setting {
    installation: Installation,
    authority: Authority,
    ports: [u16; 2],
}

impl Setting {
    fn new(installation: Installation) -> Self {
        let free = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = free.map(|listener| listener.local_addr().unwrap().port());
        let authority = Authority::new();
        authority.server().write(installation.folder.path());
        std::fs::write(installation.folder.path().join("ca.pem"), &authority.pem).unwrap();
        Self {
            installation,
            authority,
            ports,
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.installation.command(arguments);
        let [port, of_clients] = self.ports;
        command
            .env("DOORWARD_LISTEN", format!("127.0.0.1:{port}"))
            .env("DOORWARD_PUBLIC_URL", self.url(""))
            .env("DOORWARD_TLS_CERTIFICATE", "server.pem")
            .env("DOORWARD_TLS_KEY", "server.key")
            .env("DOORWARD_MTLS_LISTEN", format!("127.0.0.1:{of_clients}"))
            .env("DOORWARD_MTLS_PUBLIC_URL", self.url_of_clients(""))
            .env("DOORWARD_MTLS_CA", "ca.pem");
        command
    }

    fn serve(&self) -> Running {
        serve(self.command(&["serve"]))
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.ports[0])
    }

    fn url_of_clients(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.ports[1])
    }

    /// Registers a client that acts for itself.
    fn register(&self, metadata: &Value) -> String {
        let file = self.installation.folder.path().join("metadata.json");
        std::fs::write(&file, metadata.to_string()).unwrap();
        let arguments = [
            "client",
            "create",
            "--name",
            "Batch",
            "--metadata",
            "metadata.json",
            "--grant",
            "client_credentials",
            "--json",
        ];
        let ended = self.command(&arguments).output().unwrap();
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
        let said: Value = serde_json::from_slice(&ended.stdout).unwrap();
        said["client_id"].as_str().unwrap().to_owned()
    }

    async fn token(&self, client: &Client, url: &str, id: &str) -> (StatusCode, Value) {
        let form = [("grant_type", "client_credentials"), ("client_id", id)];
        let answer = client.post(url).form(&form).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}

fn pem(kind: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n")
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a JWT");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn named(method: &str, mut more: Value) -> Value {
    more["token_endpoint_auth_method"] = method.into();
    more["tls_client_certificate_bound_access_tokens"] = true.into();
    more
}

with_an_installation! {
    async fn rfc_8705_a_client_shows_its_certificate_to_the_server_itself(installation: Installation) {
        let setting = Setting::new(installation);
        let purpose = ExtendedKeyUsagePurpose::ClientAuth;
        let (batch, other) = (
            setting.authority.certify("batch.example.com", purpose.clone()),
            setting.authority.certify("other.example.com", purpose),
        );
        let stranger = Authority::new().certify("batch.example.com", ExtendedKeyUsagePurpose::ClientAuth);
        let own = Certified::own();
        let by_name = setting.register(&named(
            "tls_client_auth",
            json!({ "tls_client_auth_san_dns": "batch.example.com" }),
        ));
        let x5c = STANDARD.encode(&own.der);
        let key = json!({ "kty": "EC", "crv": "P-256", "x5c": [x5c], "x5t#S256": own.thumbprint() });
        let by_itself = setting.register(&named("self_signed_tls_client_auth", json!({ "jwks": { "keys": [key] } })));
        let server = setting.serve();

        let anybody = setting.authority.client(None);
        let metadata = anybody.get(setting.url("/.well-known/openid-configuration")).send();
        let metadata: Value = metadata.await.unwrap().json().await.unwrap();
        let endpoint = metadata["mtls_endpoint_aliases"]["token_endpoint"].as_str().unwrap();
        assert_eq!(endpoint, setting.url_of_clients("/oauth2/token"));
        assert_eq!(metadata["tls_client_certificate_bound_access_tokens"], json!(true));
        let methods = metadata["token_endpoint_auth_methods_supported"].to_string();
        assert!(methods.contains("\"tls_client_auth\""), "{methods}");

        for (id, shows) in [(&by_name, &batch), (&by_itself, &own)] {
            let client = setting.authority.client(Some(shows));
            let (status, answer) = setting.token(&client, endpoint, id).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
            let bound = claims(answer["access_token"].as_str().unwrap());
            assert_eq!(bound["cnf"]["x5t#S256"], json!(shows.thumbprint()));
            // Where nobody asks for it, none is shown.
            let (status, refused) = setting.token(&client, &setting.url("/oauth2/token"), id).await;
            assert_eq!((status, &refused["error"]), (StatusCode::UNAUTHORIZED, &json!("invalid_client")));
        }
        for shows in [None, Some(&other), Some(&stranger), Some(&own)] {
            let client = setting.authority.client(shows);
            let (status, refused) = setting.token(&client, endpoint, &by_name).await;
            assert_eq!((status, &refused["error"]), (StatusCode::UNAUTHORIZED, &json!("invalid_client")));
        }
        // No page is shown where browsers would be asked for a certificate.
        let page = anybody.get(setting.url_of_clients("/login")).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::NOT_FOUND);
        server.stop();
    }

    async fn a_header_with_a_certificate_is_nothing_to_the_servers_own_tls(installation: Installation) {
        let setting = Setting::new(installation);
        let purpose = ExtendedKeyUsagePurpose::ClientAuth;
        let batch = setting.authority.certify("batch.example.com", purpose);
        let id = setting.register(&named(
            "tls_client_auth",
            json!({ "tls_client_auth_san_dns": "batch.example.com" }),
        ));
        let mut command = setting.command(&["serve"]);
        command
            .env("DOORWARD_TRUSTED_PROXIES", "127.0.0.1")
            .env("DOORWARD_MTLS_CERTIFICATE_HEADER", "client-cert");
        let server = serve(command);
        let client = setting.authority.client(None);
        let form = [("grant_type", "client_credentials"), ("client_id", id.as_str())];
        let header = format!(":{}:", STANDARD.encode(&batch.der));
        let request = client.post(setting.url_of_clients("/oauth2/token")).form(&form);
        let answer = request.header("client-cert", header).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        server.stop();
    }

    async fn a_renewed_certificate_is_shown_after_sighup_and_a_broken_one_is_not(installation: Installation) {
        let setting = Setting::new(installation);
        let server = setting.serve();
        let probe = |authority: &Authority| {
            let client = authority.client(None);
            let url = setting.url("/healthz");
            async move { client.get(url).send().await.is_ok() }
        };
        assert!(probe(&setting.authority).await);
        let renewed = Authority::new();
        assert!(!probe(&renewed).await);
        renewed.server().write(setting.installation.folder.path());
        server.signal("HUP");
        for _ in 0..200 {
            if probe(&renewed).await {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert!(probe(&renewed).await && !probe(&setting.authority).await);
        std::fs::write(setting.installation.folder.path().join("server.pem"), "half").unwrap();
        server.signal("HUP");
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(probe(&renewed).await, "the old one stays");
        let lines = server.stop();
        let warned = lines.iter().any(|line| line["message"].to_string().contains("the old one stays"));
        assert!(warned);
    }

    async fn plain_http_on_the_tls_port_and_a_silent_caller_hold_nothing_up(installation: Installation) {
        use std::io::{Read as _, Write as _};
        let setting = Setting::new(installation);
        let server = setting.serve();
        let _silent = server.connect();
        let mut plain = server.connect();
        plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut said = Vec::new();
        let _ = plain.read_to_end(&mut said);
        assert!(!said.starts_with(b"HTTP/"), "{said:?}");
        let client = setting.authority.client(None);
        let answer = client.get(setting.url("/healthz")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
        drop(server);
    }
}

#[tokio::test]
async fn settings_that_do_not_go_together_are_refused_in_one_line() {
    let installation = Installation::new(Engine::Sqlite).await;
    let setting = Setting::new(installation);
    for (name, value, why) in [
        ("DOORWARD_TLS_KEY", "", "tls.certificate needs tls.key"),
        (
            "DOORWARD_TLS_KEY",
            "ca.pem",
            "tls.key: ca.pem: no private key in PEM",
        ),
        (
            "DOORWARD_TLS_CERTIFICATE",
            "server.key",
            "no certificate in PEM",
        ),
        (
            "DOORWARD_PUBLIC_URL",
            "http://localhost:1",
            "begins with https",
        ),
        (
            "DOORWARD_MTLS_PUBLIC_URL",
            "",
            "mtls.listen needs mtls.public_url",
        ),
        (
            "DOORWARD_MTLS_PUBLIC_URL",
            "https://localhost:1/a",
            "has the path of public_url",
        ),
    ] {
        for command in ["serve", "check"] {
            let ended = setting
                .command(&[command])
                .env(name, value)
                .output()
                .unwrap();
            let text = [ended.stdout, ended.stderr].concat();
            let text = String::from_utf8_lossy(&text).into_owned();
            assert_eq!(ended.status.code(), Some(1), "{text}");
            assert!(text.contains(why), "{command}: {name}={value}: {text}");
        }
    }
}
