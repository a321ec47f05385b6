//! Where a request ends: what a proxy in front could read in another way is not read at all, or
//! is the last that its connection carries (RFC 9112 §6.1, §6.3).

use std::io::{Read as _, Write as _};

use crate::running::Running;
use crate::with_an_installation;

/// A request that a server which is led astray would take for the next one.
const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

/// Sends the bytes on a connection that stays open, and reads until the server ends it.
fn answers(server: &Running, bytes: &str) -> Vec<String> {
    let mut stream = server.connect();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut said = String::new();
    stream
        .read_to_string(&mut said)
        .expect("the server ends the connection");
    let answers = said.split("HTTP/1.1 ").skip(1);
    answers.map(|answer| answer[..3].to_owned()).collect()
}

fn post(headers: &str, body: &str) -> String {
    format!(
        "POST /oauth2/token HTTP/1.1\r\nhost: x\r\n\
         content-type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}"
    )
}

with_an_installation! {
    async fn checklist_20_a_request_of_two_lengths_is_refused_and_the_last_of_its_connection(installation: Installation) {
        let server = installation.serve();
        let body = format!("0\r\n\r\n{HIDDEN}");
        let length = format!("content-length: {}\r\n", body.len());
        let chunked = "transfer-encoding: chunked\r\n";
        for headers in [format!("{length}{chunked}"), format!("{chunked}{length}")] {
            let answers = answers(&server, &post(&headers, &body));
            assert_eq!(answers, ["400"], "one answer, and nothing after it: {headers}");
        }
        server.stop();
    }

    async fn a_request_in_chunks_is_taken_also_after_one_with_a_length(installation: Installation) {
        let server = installation.serve();
        let mut stream = server.connect();
        let requests = [
            post("content-length: 3\r\n", "a=b"),
            post("transfer-encoding: chunked\r\n", "3\r\na=b\r\n0\r\n\r\n"),
            post("transfer-encoding: chunked\r\nconnection: close\r\n", "0\r\n\r\n"),
        ];
        let mut said = String::new();
        for request in requests {
            stream.write_all(request.as_bytes()).unwrap();
            let mut some = [0; 4096];
            let read = stream.read(&mut some).unwrap();
            said.push_str(std::str::from_utf8(&some[..read]).unwrap());
        }
        assert_eq!(said.matches("HTTP/1.1 401").count(), 3, "no client is named: {said}");
        server.stop();
    }

    async fn checklist_20_a_request_whose_length_is_unclear_is_refused(installation: Installation) {
        let server = installation.serve();
        for headers in [
            "content-length: 5\r\ncontent-length: 6\r\n",
            "content-length: 5, 6\r\n",
            "content-length: +5\r\n",
            "content-length: -5\r\n",
            "content-length: 0x5\r\n",
            "content-length: 99999999999999999999\r\n",
            "transfer-encoding: gzip\r\n",
            "transfer-encoding: chunked, gzip\r\n",
            "transfer-encoding : chunked\r\n",
            "transfer-encoding: chunked\r\n content-length: 5\r\n",
        ] {
            let answers = answers(&server, &post(headers, HIDDEN));
            assert_eq!(answers, ["400"], "{headers}");
        }
        let old = post("transfer-encoding: chunked\r\n", "0\r\n\r\n");
        let old = old.replacen("HTTP/1.1", "HTTP/1.0", 1);
        let mut stream = server.connect();
        stream.write_all(old.as_bytes()).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        assert!(said.contains(" 400 "), "HTTP/1.0 knows no chunks: {said}");
        server.stop();
    }

    async fn checklist_20_a_chunk_of_a_wrong_size_ends_the_connection(installation: Installation) {
        let server = installation.serve();
        for chunk in ["g\r\n", "-1\r\n", "ffffffffffffffffff\r\n", "5\r\nabc"] {
            let request = post("transfer-encoding: chunked\r\n", &format!("{chunk}\r\n{HIDDEN}"));
            let answers = answers(&server, &request);
            assert!(answers.iter().all(|status| status.starts_with('4')), "{chunk}: {answers:?}");
            assert!(answers.len() <= 1, "{chunk}: {answers:?}");
        }
        server.stop();
    }
}
