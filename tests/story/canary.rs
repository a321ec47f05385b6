//! Secrets are planted, a day of flows is played, and no table holds one.

use crate::application::Application;
use crate::browser::Browser;
use crate::on_both_engines;
use crate::source::{PASSWORD, Stage};
use crate::support::everything::everything;

on_both_engines! {
    async fn no_secret_of_a_days_flows_stands_in_a_table_or_on_a_page(world: World) {
        let stage = Stage::set(world).await;
        stage.create_user("ann@example.com").await;
        let application = Application::register(&stage).await;
        let mut browser = Browser::new(&stage.server.http, &stage.server.base);
        let arrival = application.sign_in(&stage, &mut browser, "ann@example.com").await;
        let code = arrival.url.query_pairs().find(|(n, _)| n == "code").unwrap().1.into_owned();
        let tokens = application.tokens(&stage, &arrival).await;
        let (_, renewed) = application.refresh(&stage, &tokens.refresh).await;
        let renewed = renewed["refresh_token"].as_str().unwrap().to_owned();
        application.refresh(&stage, "dw_rt_garbage").await;
        application.redeem(&stage, &arrival).await;
        let mut secrets = vec![
            PASSWORD.to_owned(), code, tokens.access, tokens.refresh, tokens.id_token, renewed,
            application.secret, stage.bearer.clone(),
        ];
        secrets.extend(
            browser.cookie_line().split("; ").filter_map(|c| Some(c.split_once('=')?.1.to_owned())),
        );
        let held = everything(&stage.world.db, stage.world.engine).await;
        assert!(held.contains("ann@example.com"), "the tables are read");
        for secret in secrets {
            assert!(secret.len() > 15, "{secret} is a secret");
            assert!(!held.contains(&secret), "a table holds {secret}");
            assert!(!browser.seen.contains(&secret), "a page shows {secret}");
        }
    }
}
