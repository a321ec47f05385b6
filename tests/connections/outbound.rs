//! The client that calls other servers: checklist E, 56. It connects to what it looked at.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use doorward::foundation::outbound::{Lookup, NotFetched, Outbound, Rules};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that answers every connection with these bytes; where it is, and how many came.
async fn answering(bytes: Vec<u8>, then_waits: Duration) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let came = count.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            came.fetch_add(1, Ordering::SeqCst);
            let bytes = bytes.clone();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&bytes).await;
                tokio::time::sleep(then_waits).await;
            });
        }
    });
    (port, count)
}

fn response(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn loopback() -> Rules {
    Rules {
        allowed: Arc::new(|address: IpAddr| address.is_loopback()),
        ..Rules::strict()
    }
}

/// Every name is at the next of these addresses in turn.
fn resolving_to(addresses: &'static [&'static [&'static str]]) -> (Lookup, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let asked = count.clone();
    let lookup: Lookup = Arc::new(move |_| {
        let turn = asked.fetch_add(1, Ordering::SeqCst);
        let found = addresses[turn % addresses.len()];
        let found = found.iter().map(|text| text.parse().unwrap()).collect();
        Box::pin(async move { Ok(found) })
    });
    (lookup, count)
}

async fn fetch(rules: Rules, address: &str) -> Result<serde_json::Value, NotFetched> {
    Outbound::new(rules).unwrap().get_json(address).await
}

#[tokio::test]
async fn a_named_address_is_reached_over_http_by_number_and_by_name() {
    let (port, _) = answering(response("200 OK", "", "{\"a\":1}"), Duration::ZERO).await;
    for host in ["127.0.0.1", "localhost.test"] {
        let (lookup, _) = resolving_to(&[&["127.0.0.1"]]);
        let rules = Rules {
            lookup,
            ..loopback()
        };
        let fetched = fetch(rules, &format!("http://{host}:{port}/"))
            .await
            .unwrap();
        assert_eq!(fetched["a"], 1, "{host}");
    }
}

#[tokio::test]
async fn item_56_zitadel_cve_2026_55671_every_way_to_write_this_machine_is_refused() {
    let (port, came) = answering(response("200 OK", "", "{}"), Duration::ZERO).await;
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.0.1",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ] {
        for scheme in ["https", "http"] {
            let refused = fetch(Rules::strict(), &format!("{scheme}://{host}:{port}/")).await;
            assert!(
                matches!(
                    refused,
                    Err(NotFetched::NotPublic | NotFetched::NotEncrypted)
                ),
                "{scheme}://{host}: {refused:?}"
            );
        }
    }
    assert_eq!(came.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_that_is_at_a_private_address_is_refused() {
    let (port, came) = answering(response("200 OK", "", "{}"), Duration::ZERO).await;
    const PRIVATE: [&[&[&str]]; 6] = [
        &[&["127.0.0.1"]],
        &[&["::1"]],
        &[&["::ffff:127.0.0.1"]],
        &[&["169.254.169.254"]],
        &[&["93.184.216.34", "127.0.0.1"]],
        &[&[]],
    ];
    for addresses in PRIVATE {
        let (lookup, _) = resolving_to(addresses);
        let rules = Rules {
            lookup,
            ..Rules::strict()
        };
        let refused = fetch(rules, &format!("https://keys.example:{port}/")).await;
        assert!(
            matches!(refused, Err(NotFetched::NotPublic)),
            "{addresses:?}: {refused:?}"
        );
    }
    assert_eq!(came.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_that_moves_after_it_was_looked_at_gains_nothing() {
    // It is resolved once for a connection; a second answer is looked at again, or never used.
    let (port, came) = answering(response("200 OK", "", "{}"), Duration::ZERO).await;
    let (lookup, asked) = resolving_to(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let only_first: IpAddr = "127.0.0.1".parse().unwrap();
    let rules = Rules {
        lookup,
        allowed: Arc::new(move |address| address == only_first),
        ..Rules::strict()
    };
    let outbound = Outbound::new(rules).unwrap();
    let address = format!("http://keys.example:{port}/");
    outbound.get_json(&address).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let moved = outbound.get_json(&address).await;
    assert!(matches!(moved, Err(NotFetched::NotEncrypted)), "{moved:?}");
    assert_eq!(came.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn http_is_for_named_addresses_only() {
    let (lookup, _) = resolving_to(&[&["93.184.216.34"]]);
    let rules = Rules {
        lookup,
        ..Rules::strict()
    };
    let refused = fetch(rules, "http://keys.example/").await;
    assert!(
        matches!(refused, Err(NotFetched::NotEncrypted)),
        "{refused:?}"
    );
    let refused = fetch(Rules::strict(), "http://93.184.216.34/").await;
    assert!(
        matches!(refused, Err(NotFetched::NotEncrypted)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn other_schemes_and_credentials_in_an_address_are_refused() {
    for address in [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "data:application/json,{}",
        "ftp://a.example/",
        "https://user@a.example/",
        "https://user:pw@a.example/",
        "//a.example",
        "a.example",
        "",
    ] {
        let refused = fetch(loopback(), address).await;
        assert!(
            matches!(refused, Err(NotFetched::Address)),
            "{address}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn keycloak_cve_2026_4366_a_redirect_is_not_followed() {
    let (target, came) = answering(response("200 OK", "", "{}"), Duration::ZERO).await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let location = format!("Location: http://127.0.0.1:{target}/\r\n");
        let (port, _) = answering(response(status, &location, ""), Duration::ZERO).await;
        let refused = fetch(loopback(), &format!("http://127.0.0.1:{port}/")).await;
        assert!(
            matches!(refused, Err(NotFetched::Status(300..=399))),
            "{status}: {refused:?}"
        );
    }
    assert_eq!(came.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_too_large_not_json_or_an_error_is_refused() {
    let large = format!("\"{}\"", "x".repeat(300 * 1024));
    let (port, _) = answering(response("200 OK", "", &large), Duration::ZERO).await;
    let refused = fetch(loopback(), &format!("http://127.0.0.1:{port}/")).await;
    assert!(
        matches!(refused, Err(NotFetched::TooLarge(_))),
        "{refused:?}"
    );
    // Without a length, too.
    let endless = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{large}");
    let (port, _) = answering(endless.into_bytes(), Duration::ZERO).await;
    let refused = fetch(loopback(), &format!("http://127.0.0.1:{port}/")).await;
    assert!(
        matches!(refused, Err(NotFetched::TooLarge(_))),
        "{refused:?}"
    );
    let (port, _) = answering(response("200 OK", "", "<html>"), Duration::ZERO).await;
    let refused = fetch(loopback(), &format!("http://127.0.0.1:{port}/")).await;
    assert!(matches!(refused, Err(NotFetched::NotJson)), "{refused:?}");
    let page =
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}".to_vec();
    let (port, _) = answering(page, Duration::ZERO).await;
    let refused = fetch(loopback(), &format!("http://127.0.0.1:{port}/")).await;
    assert!(matches!(refused, Err(NotFetched::NotJson)), "{refused:?}");
    let (port, _) = answering(response("500 Oh", "", "{}"), Duration::ZERO).await;
    let refused = fetch(loopback(), &format!("http://127.0.0.1:{port}/")).await;
    assert!(
        matches!(refused, Err(NotFetched::Status(500))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_server_that_does_not_go_on_is_left_after_seconds() {
    let begun = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec();
    let (port, _) = answering(begun, Duration::from_secs(60)).await;
    let address = format!("http://127.0.0.1:{port}/");
    let fetched = fetch(loopback(), &address);
    let refused = tokio::time::timeout(Duration::from_secs(10), fetched)
        .await
        .unwrap();
    assert!(
        matches!(refused, Err(NotFetched::NoAnswer(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn https_with_somebody_whom_no_authority_vouches_for_is_refused() {
    // It is not even TLS: whatever comes back is no certificate that is trusted.
    let (port, _) = answering(response("200 OK", "", "{}"), Duration::ZERO).await;
    let refused = fetch(loopback(), &format!("https://127.0.0.1:{port}/")).await;
    assert!(
        matches!(refused, Err(NotFetched::NoAnswer(_))),
        "{refused:?}"
    );
}

#[test]
fn certificates_that_cannot_be_read_are_said_at_the_start() {
    for pem in [&b""[..], b"nothing", b"-----BEGIN CERTIFICATE-----\nAAAA\n"] {
        let rules = Rules {
            extra_ca: Some(pem.to_vec()),
            ..Rules::strict()
        };
        assert!(Outbound::new(rules).is_err(), "{pem:?}");
    }
}
