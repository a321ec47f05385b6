//! PingOne and PingFederate: the matching filter is a setting there, and so is whether a
//! user who leaves is disabled or deleted.

use serde_json::json;

use crate::client::USER;
use crate::on_both_engines;
use crate::vendor::{Vendor, id_in, may_sign_in};

on_both_engines! {
    async fn a_user_is_matched_by_each_filter_that_can_be_set(world: World) {
        let ping = Vendor::plain(&world).await;
        let body = json!({ "schemas": [USER], "userName": "ann", "externalId": "p1",
                           "emails": [{ "value": "ann@x", "type": "work" }] });
        let path = ping.made("/Users", body).await;
        for filter in ["userName eq \"ann\"", "externalId eq \"p1\"", "emails.value eq \"ann@x\"",
                       "emails[type eq \"work\"].value eq \"ann@x\"", "userName Eq \"ANN\""] {
            let list = ping.find("/Users", filter).await.ok(200);
            assert_eq!(list["Resources"][0]["id"], json!(id_in(&path)), "{filter}");
        }
    }

    async fn a_user_is_replaced(world: World) {
        let ping = Vendor::plain(&world).await;
        let path = ping.made("/Users", json!({ "schemas": [USER], "userName": "ann" })).await;
        let body = json!({ "schemas": [USER], "id": id_in(&path), "userName": "ann", "title": "t" });
        assert_eq!(ping.put(&path, body).await.ok(200)["title"], "t");
    }

    async fn a_user_who_leaves_is_disabled_or_deleted(world: World) {
        let ping = Vendor::plain(&world).await;
        let path = ping.made("/Users", json!({ "schemas": [USER], "userName": "ann" })).await;
        let body = json!({ "schemas": [USER], "userName": "ann", "active": false });
        assert_eq!(ping.put(&path, body).await.ok(200)["active"], false);
        assert!(!may_sign_in(&world, &path).await);
        assert_eq!(ping.delete(&path).await.status, 204);
        ping.get(&path).await.refused(404, None);
    }

    async fn a_filter_with_a_word_for_an_operator_that_is_none_is_refused(world: World) {
        let ping = Vendor::plain(&world).await;
        ping.made("/Users", json!({ "schemas": [USER], "userName": "ann" })).await;
        for filter in ["userName equals \"ann\"", "userName eq ann", "userName = \"ann\"", "userName eq 'ann'"] {
            ping.find("/Users", filter).await.refused(400, Some("invalidFilter"));
        }
    }
}
