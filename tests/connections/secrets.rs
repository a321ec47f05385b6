//! Bearer secrets and client secrets: two live ones while a rotation overlaps, and their ends.

use std::time::Duration;

use doorward::domain::connections::secrets::{self, rotate};
use doorward::domain::connections::{self, ConnectionId, Kind, NotChanged};

use crate::on_both_engines;
use crate::source::{Source, YEAR, change};

const DAY: Duration = Duration::from_secs(86_400);

on_both_engines! {
    async fn the_bearer_secret_of_a_connection_opens_the_scim_door(world: World) {
        let entra = Source::new(&world, "Entra").await;
        assert_eq!(entra.knock(&entra.bearer).await, 200);
        assert_eq!(entra.knock(&entra.bearer[..52]).await, 401);
    }

    async fn a_rotation_leaves_two_live_secrets_of_each_kind_until_the_overlap_ends(world: World) {
        let entra = Source::new(&world, "Entra").await;
        world.clock.advance(DAY);
        let mut now = change(&world).await;
        let new = rotate(&mut now, entra.id(), DAY * 7, YEAR).await.unwrap();
        now.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        let new_secret = new.client_secret.as_ref().unwrap().reveal();
        assert_eq!(new.client_id, entra.issued.client_id);
        for token in [entra.bearer.as_str(), new.token.reveal()] {
            assert_eq!(entra.knock(token).await, 200);
        }
        for secret in [entra.secret(), new_secret] {
            entra.ask_with(secret).await.ok(200);
        }
        world.clock.advance(DAY * 7);
        assert_eq!(entra.knock(&entra.bearer).await, 401);
        assert_eq!(entra.knock(new.token.reveal()).await, 200);
        assert_eq!(entra.ask_with(entra.secret()).await.error(401), "invalid_client");
        entra.ask_with(new_secret).await.ok(200);
    }

    async fn a_third_secret_waits_for_the_end_of_the_first(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let mut now = change(&world).await;
        rotate(&mut now, entra.id(), DAY, YEAR).await.unwrap();
        now.commit().await.unwrap();
        let mut now = change(&world).await;
        let refused = rotate(&mut now, entra.id(), DAY, YEAR).await.unwrap_err();
        assert!(refused.to_string().contains("two secrets"), "{refused}");
    }

    async fn a_rotation_without_overlap_ends_secrets_and_access_tokens_at_once(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let leaked = entra.access_token().await;
        assert_eq!(entra.knock(&leaked).await, 200);
        let mut now = change(&world).await;
        let new = rotate(&mut now, entra.id(), Duration::ZERO, YEAR).await.unwrap();
        now.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        assert_eq!(entra.knock(&entra.bearer).await, 401);
        assert_eq!(entra.knock(&leaked).await, 401);
        assert_eq!(entra.ask_with(entra.secret()).await.error(401), "invalid_client");
        // In the same second: what is minted now is not taken for an earlier one.
        let secret = new.client_secret.unwrap();
        let token = entra.ask_with(secret.reveal()).await.ok(200);
        assert_eq!(entra.knock(token["access_token"].as_str().unwrap()).await, 200);
    }

    async fn secrets_end_with_their_time_and_a_rotation_makes_new_ones_even_then(world: World) {
        let entra = Source::new(&world, "Entra").await;
        world.clock.advance(YEAR - Duration::from_secs(1));
        assert_eq!(entra.knock(&entra.bearer).await, 200);
        entra.ask_with(entra.secret()).await.ok(200);
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(entra.knock(&entra.bearer).await, 401);
        assert_eq!(entra.ask_with(entra.secret()).await.error(401), "invalid_client");
        let mut now = change(&world).await;
        let new = rotate(&mut now, entra.id(), DAY, DAY * 30).await.unwrap();
        now.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        assert_eq!(new.expires_at, world.now().plus(DAY * 30));
        assert_eq!(entra.knock(new.token.reveal()).await, 200);
        entra.ask_with(new.client_secret.unwrap().reveal()).await.ok(200);
    }

    async fn a_disabled_connection_is_refused_with_everything_it_has(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let other = Source::new(&world, "Okta").await;
        let token = entra.access_token().await;
        let mut now = change(&world).await;
        connections::set_enabled(&mut now, entra.id(), false).await.unwrap();
        now.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        assert_eq!(entra.knock(&entra.bearer).await, 401);
        assert_eq!(entra.knock(&token).await, 401);
        assert_eq!(entra.ask_with(entra.secret()).await.error(400), "unauthorized_client");
        assert_eq!(other.knock(&other.bearer).await, 200);
        let mut now = change(&world).await;
        connections::set_enabled(&mut now, entra.id(), true).await.unwrap();
        now.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        assert_eq!(entra.knock(&entra.bearer).await, 200);
        assert_eq!(entra.knock(&token).await, 401, "an access token is not brought back");
    }

    async fn another_process_needs_no_restart_to_know_a_new_connection(world: World) {
        let mut now = change(&world).await;
        let made = connections::create(&mut now, "Entra", Kind::Entra).await.unwrap();
        let issued = secrets::issue(&mut now, &made, YEAR).await.unwrap();
        now.commit().await.unwrap();
        // No refresh here: the server has heard nothing of it yet.
        let other = Source { world: &world, server: crate::source::serve(&world), bearer: issued.token.reveal().to_owned(), connection: made, issued };
        assert_eq!(other.knock(&other.bearer).await, 200);
        let token = other.access_token().await;
        assert_eq!(other.knock(&token).await, 200);
    }

    async fn names_are_unique_and_the_built_in_connection_has_no_secrets_of_its_own(world: World) {
        Source::new(&world, "Entra").await;
        let mut now = change(&world).await;
        for name in ["", "  ", "a\nb", &"x".repeat(101)] {
            let refused = connections::create(&mut now, name, Kind::Entra).await;
            assert!(matches!(refused, Err(NotChanged::Name)), "{name:?}");
        }
        let taken = connections::create(&mut now, " Entra ", Kind::Okta).await;
        assert!(matches!(taken, Err(NotChanged::NameTaken(_))));
        drop(now);
        let mut now = change(&world).await;
        let built_in = ConnectionId::BUILT_IN;
        let rotated = rotate(&mut now, built_in, DAY, YEAR).await;
        assert!(matches!(rotated, Err(NotChanged::NoSecrets(_))));
        let disabled = connections::set_enabled(&mut now, built_in, false).await;
        assert!(matches!(disabled, Err(NotChanged::BuiltIn)));
        let unknown = ConnectionId::new(world.now());
        let rotated = rotate(&mut now, unknown, DAY, YEAR).await;
        assert!(matches!(rotated, Err(NotChanged::NoSuchConnection(_))));
    }
}
