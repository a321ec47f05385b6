use crate::program::members;
use crate::with_the_program;

const CREATE: [&str; 8] = [
    "api-key",
    "create",
    "--name",
    "entra",
    "--scope",
    "scim",
    "--expires-in",
    "90d",
];

with_the_program! {
    fn a_key_is_shown_once_and_never_listed(program: Program) {
        let made = program.json(&CREATE);
        assert_eq!(members(&made), ["id", "key", "expires_at", "scopes"]);
        assert_eq!(made["scopes"], serde_json::json!(["scim"]));
        let key = made["key"].as_str().unwrap();
        assert!(key.starts_with("dwk_") && key.len() == 53);
        let listed = program.run(&["api-key", "list", "--json"]).out;
        assert!(!listed.contains(&key[12..]), "{listed}");
        let text = program.run(&["api-key", "list"]).out;
        assert!(!text.contains(&key[12..]) && text.contains("active"), "{text}");
    }

    fn a_rotation_makes_a_second_secret_and_ends_the_first_after_the_overlap(program: Program) {
        let made = program.json(&CREATE);
        let id = made["id"].as_str().unwrap();
        let rotated = program.json(&["api-key", "rotate", id, "--overlap", "12h"]);
        assert_eq!(members(&rotated), ["id", "key", "expires_at", "scopes"]);
        assert_eq!(rotated["id"], made["id"]);
        assert_ne!(rotated["key"], made["key"]);
        let listed = program.json(&["api-key", "list"]);
        assert_eq!(listed[0]["state"], "rotating");
        let secrets = listed[0]["secrets"].as_array().unwrap();
        assert_eq!(members(&secrets[0]), ["id", "hint", "state", "created_at", "expires_at", "last_used_at"]);
        assert_eq!((&secrets[0]["state"], &secrets[1]["state"]), (&"ending".into(), &"live".into()));
        assert!(secrets[0]["expires_at"].as_str() < secrets[1]["expires_at"].as_str());
        assert!(program.refused(&["api-key", "rotate", id]).contains("two secrets until"));
        program.json(&["api-key", "rotate", id, "--overlap", "0s"]);
        assert_eq!(program.json(&["api-key", "list"])[0]["state"], "active");
    }

    fn a_revoked_key_is_revoked_for_good(program: Program) {
        let made = program.json(&CREATE);
        let id = made["id"].as_str().unwrap();
        let revoked = program.json(&["api-key", "revoke", id, "--reason", "leaked"]);
        assert_eq!(revoked, serde_json::json!({ "id": id, "state": "revoked" }));
        let listed = program.json(&["api-key", "list"]);
        assert_eq!(listed[0]["state"], "revoked");
        assert_eq!(listed[0]["revoke_reason"], "leaked");
        assert_eq!(program.refused(&["api-key", "revoke", id]), format!("API key {id} is revoked"));
        assert_eq!(program.refused(&["api-key", "rotate", id]), format!("API key {id} is revoked"));
    }

    fn a_key_that_is_not_there_is_named(program: Program) {
        let id = "01a20009-0c1f-7d0d-8e23-b26b7642df84";
        assert_eq!(program.refused(&["api-key", "revoke", id]), format!("there is no API key {id}"));
        assert_eq!(program.run(&["api-key", "rotate", "not-an-id"]).code, 2);
    }

    fn a_key_has_an_owner_who_must_have_access(program: Program) {
        program.administrator();
        let mut owned = CREATE.to_vec();
        owned.extend(["--owner", "ada@example.com"]);
        program.json(&owned);
        let owner = &program.json(&["api-key", "list"])[0]["owner"];
        assert_eq!(owner, &program.json(&["user", "show", "Ada"])["id"]);
        program.json(&["user", "block", "Ada", "--reason", "left"]);
        assert_eq!(program.json(&["api-key", "list"])[0]["state"], "revoked");
        assert_eq!(program.refused(&owned), "the owner has no access (blocked)");
    }

    fn lifetime_scope_and_name_are_checked(program: Program) {
        let create = |name: &str, scope: &str, expires_in: &str| {
            program.run(&["api-key", "create", "--name", name, "--scope", scope, "--expires-in", expires_in])
        };
        assert_eq!(create("a", "scim", "soon").code, 2);
        assert_eq!(create("a", "root", "1d").code, 2);
        assert_eq!(program.run(&["api-key", "create", "--name", "a", "--scope", "scim"]).code, 2);
        assert!(create("a", "scim", "0s").refusal().contains("lives for"));
        assert!(create("a", "scim", "4000d").refusal().contains("1098 days"));
        assert!(create(" ", "scim", "1d").refusal().contains("name"));
        assert_eq!(program.json(&["api-key", "list"]), serde_json::json!([]));
    }
}
