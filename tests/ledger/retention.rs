use std::time::Duration;

use doorward::app::config::Settings;
use doorward::app::retention;
use doorward::foundation::db::sql;

use crate::on_both_engines;
use crate::source::{count, source};

const DAY: Duration = Duration::from_secs(86_400);

on_both_engines! {
    async fn entries_are_kept_for_their_time_and_swept_with_their_members_after_it(world: World) {
        let source = source(&world, &[]).await;
        let settings = Settings::defaults().unwrap();
        let user = source.scim.user("ann").await;
        source.scim.group("G", &[&user]).await;
        world.clock.advance(80 * DAY);
        retention::sweep(&world.db, &world.clock, &settings).await;
        assert_eq!(source.ledger(&world).await.len(), 2);
        assert_eq!(count(&world, sql("select count(*) as n from ledger_members")).await, 1);
        world.clock.advance(11 * DAY);
        retention::sweep(&world.db, &world.clock, &settings).await;
        assert_eq!(source.ledger(&world).await.len(), 0);
        assert_eq!(count(&world, sql("select count(*) as n from ledger_members")).await, 0);
        assert_eq!(count(&world, sql("select count(*) as n from users")).await, 1);
    }

    async fn the_brake_s_counts_are_swept_when_no_window_reaches_them(world: World) {
        let source = source(&world, &[("brake.share_percent", "50")]).await;
        let settings = Settings::defaults().unwrap();
        let user = source.scim.user("ann").await;
        source.scim.delete(&format!("/Users/{user}")).await;
        let minutes = || count(&world, sql("select count(*) as n from brake_minutes"));
        world.clock.advance(7 * DAY);
        retention::sweep(&world.db, &world.clock, &settings).await;
        assert_eq!(minutes().await, 1);
        world.clock.advance(2 * DAY);
        retention::sweep(&world.db, &world.clock, &settings).await;
        assert_eq!(minutes().await, 0);
    }
}
