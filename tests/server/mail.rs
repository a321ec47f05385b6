use doorward::domain::audit::{Actor, Change, Event};
use doorward::domain::jobs::{self, Claimed, WorkerId};
use doorward::domain::mail::{self, Outgoing};
use doorward::foundation::db::{Fetch, sql};
use doorward::foundation::mail::{Letter, Mailer};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::on_both_engines;
use crate::support::World;

const FROM: &str = "Doorward <doorward@example.com>";
const SECRET: &str = "https://id.example.com/reset/only-for-ada";

fn letter() -> Letter {
    Letter {
        to: "ada@example.com".to_owned(),
        subject: "A new password".to_owned(),
        text: format!("Go on here: {SECRET}\n"),
    }
}

async fn posted(world: &World) -> Change {
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    mail::post(&mut change, &world.state.master_key, &letter())
        .await
        .unwrap();
    change.record(Event::new("test.posted"));
    change
}

async fn claimed(world: &World) -> Vec<Claimed> {
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    let worker = WorkerId::new(world.now());
    let claimed = jobs::claim(&mut change, worker, 9).await.unwrap();
    change.commit().await.unwrap();
    claimed
}

async fn deliver(world: &World, url: &str) -> Result<(), String> {
    let job = claimed(world).await.remove(0);
    let outgoing: Outgoing = serde_json::from_value(job.payload).unwrap();
    let mailer = Mailer::new(url, FROM).unwrap();
    outgoing.deliver(&world.state.master_key, &mailer).await
}

/// A mail server that answers the recipient with `verdict` and hands on what it took.
async fn mail_server(verdict: &'static str) -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (taken, letters) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            converse(stream, verdict, &taken).await;
        }
    });
    (url, letters)
}

async fn converse(stream: TcpStream, verdict: &str, taken: &mpsc::UnboundedSender<String>) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test\r\n").await.unwrap();
    let mut line = String::new();
    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
        let command = std::mem::take(&mut line).to_uppercase();
        let answer = match &command[..4] {
            "RCPT" => verdict,
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        stream
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .unwrap();
        if answer.starts_with("354") {
            let mut text = String::new();
            while !text.ends_with("\r\n.\r\n") && stream.read_line(&mut text).await.unwrap() > 0 {}
            taken.send(text).unwrap();
            stream.write_all(b"250 taken\r\n").await.unwrap();
        }
    }
}

on_both_engines! {
    async fn a_letter_leaves_after_the_commit_and_only_then(world: World) {
        drop(posted(&world).await);
        assert!(claimed(&world).await.is_empty());
        posted(&world).await.commit().await.unwrap();
        assert_eq!(claimed(&world).await.len(), 1);
    }

    async fn what_waits_to_be_sent_is_sealed(world: World) {
        posted(&world).await.commit().await.unwrap();
        let row = (&world.db).fetch_one(sql("select payload from jobs")).await.unwrap();
        let payload: String = row.get("payload").unwrap();
        for plain in [SECRET, "ada@example.com", "password"] {
            assert!(!payload.contains(plain), "{plain}");
        }
    }

    async fn a_mail_server_is_handed_the_letter(world: World) {
        let (url, mut letters) = mail_server("250 ok").await;
        posted(&world).await.commit().await.unwrap();
        deliver(&world, &url).await.unwrap();
        let text = letters.recv().await.unwrap();
        assert!(text.contains(SECRET), "{text}");
        assert!(text.contains("Subject: A new password"), "{text}");
    }

    async fn a_server_that_asks_to_come_again_is_tried_again(world: World) {
        let (url, _letters) = mail_server("451 later").await;
        posted(&world).await.commit().await.unwrap();
        let error = deliver(&world, &url).await.unwrap_err();
        assert!(error.contains("later") && !error.contains(SECRET), "{error}");
    }

    async fn a_letter_that_is_refused_for_good_is_dropped(world: World) {
        let (url, _letters) = mail_server("550 no such person").await;
        posted(&world).await.commit().await.unwrap();
        deliver(&world, &url).await.unwrap();
    }
}
