use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::running::Installation;
use crate::support::Engine;
use crate::with_an_installation;

const BODY: &str = "grant_type=authorization_code&code=x&redirect_uri=x&client_id=x";

/// Sends the head and half of the body of a request, which is then under way.
fn half_a_request(stream: &mut TcpStream) {
    let half = &BODY[..20];
    write!(
        stream,
        "POST /oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{half}",
        BODY.len()
    )
    .unwrap();
    stream.flush().unwrap();
}

with_an_installation! {
    async fn a_request_that_has_begun_is_answered_after_sigterm(installation: Installation) {
        let server = installation.serve();
        let mut stream = server.connect();
        half_a_request(&mut stream);
        // The head is read before the stop is: a second connection is answered after it.
        server.get("/healthz");
        server.signal("TERM");
        wait_until_nothing_listens(&server.url("")).await;
        stream.write_all(&BODY.as_bytes()[20..]).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 401") || answer.starts_with("HTTP/1.1 400"), "{answer}");
        let (status, lines) = server.ended();
        assert!(status.success(), "{status}");
        let said = |what: &str| lines.iter().any(|line| line["message"] == what);
        assert!(said("every request that had begun was answered") && said("stopped"), "{lines:?}");
    }

    async fn ctrl_c_stops_it_as_well(installation: Installation) {
        let server = installation.serve();
        server.signal("INT");
        assert!(server.ended().0.success());
    }

    async fn connections_that_wait_for_nothing_do_not_hold_up_the_stop(installation: Installation) {
        let server = installation.serve();
        let mut kept = server.connect();
        write!(kept, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        assert!(kept.read(&mut [0; 512]).unwrap() > 0);
        let _silent = server.connect();
        let said = server.stop();
        let told = |sentence: &str| said.iter().any(|line| line["message"] == sentence);
        assert!(told("every request that had begun was answered"), "{said:?}");
        assert!(!told("requests that took too long were cut off"), "{said:?}");
    }
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let installation = Installation::new(Engine::Sqlite).await;
    let server = installation.serve();
    let mut stream = server.connect();
    half_a_request(&mut stream);
    server.get("/healthz");
    server.signal("TERM");
    wait_until_nothing_listens(&server.url("")).await;
    server.signal("TERM");
    // Not the 0 of a stop that has waited for the request to end.
    assert_eq!(server.ended().0.code(), Some(1));
}

#[tokio::test]
async fn the_embedded_database_is_one_file_after_a_stop() {
    let installation = Installation::new(Engine::Sqlite).await;
    installation.serve().stop();
    let log = installation.folder.path().join("doorward.db-wal");
    assert!(
        !log.exists(),
        "the write-ahead log was folded into the database"
    );
}

async fn wait_until_nothing_listens(url: &str) {
    let address = url.trim_start_matches("http://");
    for _ in 0..200 {
        if TcpStream::connect(address).is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it still listens");
}
