//! A person's picture: what is taken, what is left of it, and who sees it.

use doorward::domain::account::Rules;
use doorward::domain::directory;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::json;

use crate::on_both_engines;
use crate::stage::{Browser, Stage, location};
use crate::support::World;

const UPLOAD: &str = "/account/profile/picture";
const REMOVE: &str = "/account/profile/picture/remove";

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../support/pictures/", $name)).as_slice()
    };
}

async fn mira(world: World) -> (Stage, Browser) {
    let stage = Stage::open(world);
    stage.user("mira").await;
    let mut browser = Browser::new();
    stage.sign_in(&mut browser, "mira").await;
    (stage, browser)
}

const FORM: &str = "multipart/form-data; boundary=seam";

/// The body of a form of files, each with a wrong name and a wrong type.
fn form(files: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    for file in files {
        body.extend_from_slice(b"--seam\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../x.svg\"\r\n");
        body.extend_from_slice(b"Content-Type: image/svg+xml\r\n\r\n");
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--seam--\r\n");
    body
}

fn posting(stage: &Stage, body: Vec<u8>) -> RequestBuilder {
    let request = stage
        .server
        .http
        .post(format!("{}{UPLOAD}", stage.server.base));
    request.header("content-type", FORM).body(body)
}

async fn upload(stage: &Stage, browser: &Browser, file: &[u8]) -> Response {
    let request = posting(stage, form(&[file])).header("cookie", browser.cookies());
    request.send().await.unwrap()
}

/// The address of the picture that the profile shows.
async fn shown(stage: &Stage, browser: &Browser) -> Option<String> {
    let page = stage.get(browser, "/account/profile").send().await.unwrap();
    let page = page.text().await.unwrap();
    let (_, rest) = page.split_once("id=\"picture\" src=\"")?;
    rest.split('"').next().map(str::to_owned)
}

async fn served(stage: &Stage, address: &str) -> Response {
    let request = stage
        .server
        .http
        .get(format!("{}{address}", stage.server.base));
    request.send().await.unwrap()
}

on_both_engines! {
    async fn a_picture_is_served_by_its_content_to_whoever_knows_its_name(world: World) {
        let (stage, browser) = mira(world).await;
        let mut seen = Vec::new();
        for (file, kind) in [
            (sample!("photo.png"), "image/png"), (sample!("photo.jpg"), "image/jpeg"),
            (sample!("photo.webp"), "image/webp"), (sample!("progressive.jpg"), "image/jpeg"),
            (sample!("alpha.webp"), "image/webp"),
        ] {
            let answer = upload(&stage, &browser, file).await;
            assert_eq!(location(&answer), "/account/profile?notice=picture-set");
            let address = shown(&stage, &browser).await.expect("a picture");
            assert!(address.starts_with("/pictures/") && address.len() > 40, "{address}");
            let picture = served(&stage, &address).await;
            assert_eq!(picture.status(), StatusCode::OK);
            for (name, value) in [
                ("content-type", kind), ("x-content-type-options", "nosniff"),
                ("content-security-policy", "default-src 'none'; sandbox"),
                ("cache-control", "public, max-age=86400, immutable"),
            ] {
                assert_eq!(picture.headers()[name], value);
            }
            let bytes = picture.bytes().await.unwrap();
            assert!(!bytes.windows(6).any(|part| part == b"SECRET"), "{kind}");
            seen.push(address);
        }
        for old in &seen[..4] {
            assert_eq!(served(&stage, old).await.status(), StatusCode::NOT_FOUND, "one that was replaced is gone");
        }
        assert_eq!(stage.count("select count(*) as n from pictures").await, 1);
        let told = "select count(*) as n from audit_events where action = 'user.picture_set'";
        assert_eq!(stage.count(told).await, 5);
        let removed = stage.post(&browser, REMOVE, &[]).send().await.unwrap();
        assert_eq!(location(&removed), "/account/profile?notice=picture-removed");
        assert_eq!(served(&stage, &seen[4]).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(shown(&stage, &browser).await, None);
        let again = stage.post(&browser, REMOVE, &[]).send().await.unwrap();
        assert_eq!(location(&again), "/account/profile?notice=nothing-to-do");
    }

    async fn what_is_no_picture_is_refused_in_words_and_the_old_one_stays(world: World) {
        let (stage, browser) = mira(world).await;
        upload(&stage, &browser, sample!("photo.png")).await;
        let before = shown(&stage, &browser).await;
        let half = &sample!("photo.jpg")[..600];
        for (file, status) in [
            (&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], StatusCode::UNSUPPORTED_MEDIA_TYPE),
            (b"", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            (sample!("other.gif"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
            (half, StatusCode::BAD_REQUEST),
            (sample!("moving.webp"), StatusCode::BAD_REQUEST),
            (&vec![0x89; 256 * 1024 + 1], StatusCode::PAYLOAD_TOO_LARGE),
            (&vec![0x89; 3 << 20], StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            let answer = upload(&stage, &browser, file).await;
            assert_eq!(answer.status(), status, "{} bytes", file.len());
            let page = answer.text().await.unwrap();
            assert!(page.contains("id=\"picture-error\" role=\"alert\" aria-live=\"assertive\"><p>"), "{page}");
        }
        assert_eq!(shown(&stage, &browser).await, before);
    }

    async fn a_form_that_is_none_changes_nothing(world: World) {
        let (stage, browser) = mira(world).await;
        let plain = stage.post(&browser, UPLOAD, &[("file", "x")]).send().await.unwrap();
        assert_eq!(plain.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let picture = sample!("photo.png");
        let whole = form(&[picture]);
        let cut = whole[..whole.len() - 20].to_vec();
        for body in [form(&[picture, picture]), cut, b"x".to_vec()] {
            let answer = posting(&stage, body).header("cookie", browser.cookies()).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        }
        let foreign = posting(&stage, whole.clone()).header("cookie", browser.cookies());
        let foreign = foreign.header("sec-fetch-site", "cross-site").send().await.unwrap();
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        let stranger = posting(&stage, whole).send().await.unwrap();
        assert!(location(&stranger).starts_with("/login/"));
        assert_eq!(stage.count("select count(*) as n from pictures").await, 0);
        for name in ["x", "%2e%2e", "' or 1=1 --"] {
            assert_eq!(served(&stage, &format!("/pictures/{name}")).await.status(), StatusCode::NOT_FOUND);
        }
    }

    async fn a_photo_of_the_directory_goes_first_and_locks_the_picture(world: World) {
        let (stage, browser) = mira(world).await;
        upload(&stage, &browser, sample!("photo.png")).await;
        let mut change = stage.change().await;
        let found = directory::find_by_user_name(&stage.world.db, "mira").await.unwrap().unwrap();
        let user = directory::lock_user(&mut change, found.id).await.unwrap().unwrap();
        let mut profile = user.profile.clone();
        profile.attributes.insert("photos".to_owned(), json!([{ "value": "https://photos.test/mira.jpg" }]));
        directory::change_profile(&mut change, user, profile).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(shown(&stage, &browser).await.as_deref(), Some("https://photos.test/mira.jpg"));
        let page = stage.get(&browser, "/account/profile").send().await.unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("img-src 'self' https://photos.test;"), "{policy}");
        assert_eq!(upload(&stage, &browser, sample!("photo.jpg")).await.status(), StatusCode::FORBIDDEN);
    }

    async fn the_settings_can_keep_pictures_from_everybody(world: World) {
        let rules = Rules { profile: false, ..Rules::default() };
        let (stage, browser) = mira(world.with(|basics| basics.account = rules).await).await;
        assert_eq!(upload(&stage, &browser, sample!("photo.png")).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(stage.count("select count(*) as n from pictures").await, 0);
    }

    async fn a_picture_goes_with_the_account(world: World) {
        let (stage, browser) = mira(world).await;
        upload(&stage, &browser, sample!("photo.png")).await;
        let mut change = stage.change().await;
        let found = directory::find_by_user_name(&stage.world.db, "mira").await.unwrap().unwrap();
        doorward::domain::lifecycle::delete(&mut change, &found).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(stage.count("select count(*) as n from pictures").await, 0);
    }
}
