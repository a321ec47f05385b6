use serde_json::json;

use crate::program::members;
use crate::with_the_program;

const CREATE: [&str; 6] = ["connection", "create", "--name", "Entra", "--kind", "entra"];

with_the_program! {
    fn a_connection_is_made_with_everything_that_its_client_asks_for(program: Program) {
        let made = program.json(&CREATE);
        assert_eq!(
            members(&made),
            ["id", "name", "kind", "scim_url", "token", "token_expires_at", "client_id", "token_endpoint", "client_secret"]
        );
        assert!(made["scim_url"].as_str().unwrap().ends_with("/scim/v2"));
        assert!(made["token_endpoint"].as_str().unwrap().ends_with("/oauth2/token"));
        assert!(made["token"].as_str().unwrap().starts_with("dwk_"));
        assert!(made["client_secret"].as_str().unwrap().starts_with("dwcs_"));
        let shown = program.json(&["connection", "show", "Entra"]);
        assert_eq!(shown["id"], made["id"]);
        assert_eq!(shown["settings"]["take_passwords"], false);
        assert_eq!(shown["settings"]["brake"]["share_percent"], 20);
        assert_eq!(shown["tokens"][0]["state"], "live");
        let everything = program.run(&["connection", "show", "Entra"]).out
            + &program.run(&["connection", "list", "--json"]).out
            + &program.run(&["api-key", "list", "--json"]).out;
        for secret in ["token", "client_secret"] {
            assert!(!everything.contains(&made[secret].as_str().unwrap()[12..]), "{secret}");
        }
        let listed = program.json(&["connection", "list"]);
        assert_eq!(listed[0]["name"], "API keys", "the built-in one");
        assert_eq!(listed[1]["name"], "Entra");
        assert!(program.refused(&CREATE).contains("another connection has the name"));
    }

    fn a_rotation_by_name_or_id_shows_new_secrets(program: Program) {
        let made = program.json(&CREATE);
        let rotated = program.json(&["connection", "rotate", "Entra", "--overlap", "12h"]);
        assert_eq!(rotated["client_id"], made["client_id"]);
        assert_ne!(rotated["token"], made["token"]);
        assert_ne!(rotated["client_secret"], made["client_secret"]);
        let states = program.json(&["connection", "show", "Entra"])["tokens"].clone();
        assert_eq!((&states[0]["state"], &states[1]["state"]), (&"ending".into(), &"live".into()));
        let id = made["id"].as_str().unwrap();
        assert!(program.refused(&["connection", "rotate", id]).contains("two secrets until"));
        assert!(program.refused(&["connection", "rotate", "API keys"]).contains("no secrets of its own"));
    }

    fn settings_are_set_by_their_names_all_or_none(program: Program) {
        program.json(&CREATE);
        let set = program.json(&["connection", "set", "Entra", "dry_run=true", "brake.share_percent=5"]);
        assert_eq!(set["settings"]["dry_run"], true);
        assert_eq!(set["settings"]["brake"]["share_percent"], 5);
        let refused = program.refused(&["connection", "set", "Entra", "dry_run=false", "colour=red"]);
        assert!(refused.contains("colour") && refused.contains("unknown_members"), "{refused}");
        assert_eq!(program.json(&["connection", "show", "Entra"])["state"], "dry run");
        assert_eq!(program.run(&["connection", "set", "Entra", "dry_run"]).code, 2);
        assert_eq!(program.run(&["connection", "set", "Entra"]).code, 2);
    }

    fn a_foreign_issuer_is_trusted_and_distrusted(program: Program) {
        program.json(&CREATE);
        let trust = |issuer: &str| {
            let line = ["connection", "trust", "Entra", "--issuer", issuer, "--subject", "s", "--audience", "api://x", "--json"];
            program.run(&line.map(str::to_owned).each_ref().map(String::as_str))
        };
        let issuer = "https://login.microsoftonline.com/t/v2.0";
        assert_eq!(trust(issuer).code, 0);
        assert_eq!(trust("login.microsoftonline.com").code, 1);
        let trusted = program.json(&["connection", "show", "Entra"])["trusted_issuers"].clone();
        assert_eq!(trusted.as_array().unwrap().len(), 1);
        assert_eq!(trusted[0]["issuer"], issuer);
        let id = trusted[0]["id"].as_str().unwrap();
        program.json(&["connection", "distrust", "Entra", id]);
        assert_eq!(program.json(&["connection", "show", "Entra"])["trusted_issuers"], json!([]));
    }

    fn a_client_takes_keys_in_place_of_its_secret(program: Program) {
        program.json(&CREATE);
        let uri = "https://source.example/keys";
        let keys = program.json(&["connection", "keys", "Entra", "--jwks-uri", uri]);
        assert_eq!(keys["token_endpoint_auth_method"], "private_key_jwt");
        let rotated = program.json(&["connection", "rotate", "Entra"]);
        assert!(rotated.get("client_secret").is_none());
        assert_eq!(program.run(&["connection", "keys", "Entra"]).code, 2);
        assert!(program.refused(&["connection", "keys", "Entra", "--jwks-file", "/nowhere"]).contains("/nowhere"));
    }

    fn disabling_enabling_and_releasing_are_commands(program: Program) {
        program.json(&CREATE);
        program.json(&["connection", "disable", "Entra"]);
        assert_eq!(program.json(&["connection", "show", "Entra"])["state"], "disabled");
        program.json(&["connection", "enable", "Entra"]);
        assert_eq!(program.json(&["connection", "show", "Entra"])["state"], "enabled");
        assert!(program.refused(&["connection", "disable", "API keys"]).contains("built-in"));
        let released = program.json(&["connection", "release-ownership", "Entra"]);
        assert_eq!((&released["users"], &released["groups"]), (&json!(0), &json!(0)));
        assert_eq!(program.refused(&["connection", "show", "Okta"]), "there is no connection Okta");
    }
}
