//! Whoever has no key, at the doors that need one.

use reqwest::Method;
use serde_json::json;

use crate::on_both_engines;
use crate::source::Stage;

on_both_engines! {
    async fn checklist_61_casdoor_cve_2025_4210_no_verb_of_scim_does_anything_without_a_key(world: World) {
        let stage = Stage::set(world).await;
        let ann = stage.create_user("ann@example.com").await;
        let user = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "eve" });
        let paths = [
            "/Users".to_owned(), format!("/Users/{ann}"), "/Groups".to_owned(), "/Groups/x".to_owned(),
            "/Bulk".to_owned(), "/Me".to_owned(), "/.search".to_owned(), "/Users/.search".to_owned(), String::new(),
        ];
        for path in paths {
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                for bearer in ["", "x", &format!("{}x", stage.bearer), &stage.bearer[..stage.bearer.len() - 1]] {
                    let (status, body) = stage.scim_as(bearer, method.clone(), &path, Some(user.clone())).await;
                    let refused = [401, 404, 405].contains(&status.as_u16());
                    assert!(refused, "{method} {path} with {bearer:?}: {status} {body}");
                    assert!(!body.to_string().contains("ann@example.com"), "{method} {path}");
                }
            }
        }
        let (_, found) = stage.scim(Method::GET, "/Users", None).await;
        assert_eq!(found["totalResults"], 1);
        let (_, found) = stage.scim(Method::GET, &format!("/Users/{ann}"), None).await;
        assert_eq!(found["userName"], "ann@example.com");
    }
}
