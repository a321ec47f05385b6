//! The way of a letter: from the change that causes it to the mail server.

use doorward::app::letters;
use doorward::domain::audit::{Actor, Change, Event};
use doorward::domain::directory::{self, NewUser, Profile, UserId};
use doorward::domain::jobs::{self, Claimed, WorkerId};
use doorward::domain::mail::{self, Occasion, Outgoing};
use doorward::foundation::db::{Fetch, sql};
use doorward::foundation::mail::Mailer;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::on_both_engines;
use crate::support::World;

const FROM: &str = "Doorward <doorward@example.com>";
const SECRET: &str = "only-for-ada";

fn occasion(world: &World) -> Occasion {
    Occasion::PasswordReset {
        path: format!("/login/reset/{SECRET}"),
        until: world.now().plus(std::time::Duration::from_secs(1800)),
        place: None,
    }
}

async fn world_with(world: World, url: &str) -> World {
    let url = url.to_owned();
    world
        .with(|basics| basics.mailer = Mailer::new(&url, FROM).unwrap())
        .await
}

async fn change(world: &World) -> Change {
    Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap()
}

async fn ada(world: &World) -> UserId {
    let mut change = change(world).await;
    let new = NewUser {
        profile: Profile::named("ada").with_email("ada@example.com"),
        active: true,
        administrator: false,
    };
    let user = directory::create_user(&mut change, new).await.unwrap();
    change.commit().await.unwrap();
    user.id
}

async fn posted(world: &World, user: UserId) -> Change {
    let mut change = change(world).await;
    mail::notify(&mut change, &world.state.post, user, occasion(world))
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

/// What the background worker does with the letter.
async fn deliver(world: &World) -> Result<(), String> {
    let job = claimed(world).await.remove(0);
    let outgoing: Outgoing = serde_json::from_value(job.payload).unwrap();
    letters::send(world.state.clone(), outgoing).await
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
        let world = world.with_mail().await;
        let user = ada(&world).await;
        drop(posted(&world, user).await);
        assert!(claimed(&world).await.is_empty());
        posted(&world, user).await.commit().await.unwrap();
        assert_eq!(claimed(&world).await.len(), 1);
    }

    async fn without_a_mail_server_no_letter_is_taken_in(world: World) {
        assert!(!world.state.post.is_on());
        let user = ada(&world).await;
        posted(&world, user).await.commit().await.unwrap();
        assert!(claimed(&world).await.is_empty());
    }

    async fn what_waits_to_be_sent_is_sealed(world: World) {
        let world = world.with_mail().await;
        let user = ada(&world).await;
        posted(&world, user).await.commit().await.unwrap();
        let row = (&world.db).fetch_one(sql("select payload from jobs")).await.unwrap();
        let payload: String = row.get("payload").unwrap();
        for plain in [SECRET, "ada@example.com", "password", &user.to_string()] {
            assert!(!payload.contains(plain), "{plain}");
        }
    }

    async fn a_mail_server_is_handed_the_letter(world: World) {
        let (url, mut letters) = mail_server("250 ok").await;
        let world = world_with(world, &url).await;
        let user = ada(&world).await;
        posted(&world, user).await.commit().await.unwrap();
        deliver(&world).await.unwrap();
        let text = letters.recv().await.unwrap();
        assert!(text.contains(SECRET), "{text}");
        assert!(text.contains("Subject: Choose a new password"), "{text}");
        assert!(text.contains("multipart/alternative"), "{text}");
    }

    async fn a_server_that_asks_to_come_again_is_tried_again(world: World) {
        let (url, _letters) = mail_server("451 later").await;
        let world = world_with(world, &url).await;
        let user = ada(&world).await;
        posted(&world, user).await.commit().await.unwrap();
        let error = deliver(&world).await.unwrap_err();
        assert!(error.contains("later") && !error.contains(SECRET), "{error}");
    }

    async fn a_letter_that_is_refused_for_good_is_dropped(world: World) {
        let (url, _letters) = mail_server("550 no such person").await;
        let world = world_with(world, &url).await;
        let user = ada(&world).await;
        posted(&world, user).await.commit().await.unwrap();
        deliver(&world).await.unwrap();
    }

    async fn a_folder_keeps_the_letter_as_a_file(world: World) {
        let folder = tempfile::tempdir().unwrap();
        let world = world_with(world, &format!("file:{}", folder.path().display())).await;
        let user = ada(&world).await;
        posted(&world, user).await.commit().await.unwrap();
        deliver(&world).await.unwrap();
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        assert_eq!(file.extension().unwrap(), "eml");
        assert!(std::fs::read_to_string(file).unwrap().contains(SECRET));
    }

    async fn authentik_ghsa_qgqp_a_letter_goes_where_the_account_says_when_it_is_sent(world: World) {
        let world = world.with_mail().await;
        let user = ada(&world).await;
        posted(&world, user).await.commit().await.unwrap();
        let mut moved = change(&world).await;
        let found = directory::lock_user(&mut moved, user).await.unwrap().unwrap();
        let profile = Profile::named("ada").with_email("ada@new.example");
        directory::change_profile(&mut moved, found, profile).await.unwrap();
        let old = Occasion::EmailChanged { new: "ada@new.example".to_owned() };
        mail::notify_at(&mut moved, &world.state.post, user, "ada@example.com", old).await.unwrap();
        moved.commit().await.unwrap();
        let letters = world.letters().await;
        let to: std::collections::BTreeSet<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
        assert_eq!(to, ["ada@new.example", "ada@example.com"].into(), "but for one that is meant for another");
    }

    async fn a_letter_that_comes_too_late_or_to_nobody_is_not_sent(world: World) {
        let world = world.with_mail().await;
        let user = ada(&world).await;
        posted(&world, user).await.commit().await.unwrap();
        assert_eq!(world.letters().await.len(), 1);
        world.clock.advance(std::time::Duration::from_secs(1800));
        assert!(world.letters().await.is_empty(), "the link is not good any more");
        posted(&world, user).await.commit().await.unwrap();
        assert_eq!(world.letters().await.len(), 1);
        let mut gone = change(&world).await;
        let found = directory::lock_user(&mut gone, user).await.unwrap().unwrap();
        directory::delete_user(&mut gone, &found).await.unwrap();
        gone.commit().await.unwrap();
        assert!(world.letters().await.is_empty(), "the person is gone");
    }
}
