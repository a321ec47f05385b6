//! What becomes of an application after it was registered.

use serde_json::{Value as Json, json};

use crate::program::{Program, members};
use crate::with_the_program;

const CREATE: [&str; 6] = [
    "client",
    "create",
    "--name",
    "Files",
    "--redirect-uri",
    "https://files.example/cb",
];

fn created(program: &Program, options: &[&str]) -> String {
    let made = program.json(&[&CREATE, options].concat());
    made["client_id"].as_str().unwrap().to_owned()
}

fn shown(program: &Program, id: &str) -> Json {
    program.json(&["client", "show", id])
}

fn rule(value: &str, because: &str) -> Json {
    json!({ "value": value, "because": because })
}

with_the_program! {
    fn what_is_in_force_is_shown_with_what_makes_it_so(program: Program) {
        let plain = created(&program, &[]);
        let told = &shown(&program, &plain)["in_force"];
        assert_eq!(
            members(told),
            [
                "pkce", "response_types", "pushed_requests", "signed_requests", "sender_constraint",
                "assertion_audience", "algorithms", "id_token_algorithm", "refresh_tokens",
                "authentication_method", "second_factor", "trusted_devices", "access_token_lifetime", "id_token_lifetime", "refresh_token_lifetime",
                "offline_access_lifetime", "code_lifetime"
            ]
        );
        assert_eq!(told["pkce"], rule("optional", "confidential client"));
        assert_eq!(told["response_types"], rule("code", "default"));
        assert_eq!(told["code_lifetime"], rule("60s", "default"));
        let strict = created(&program, &["--profile", "oauth21", "--require-pkce", "--id-token-alg", "ES256"]);
        let told = shown(&program, &strict);
        assert_eq!(told["profile"], "oauth21");
        assert_eq!(told["in_force"]["pkce"], rule("required", "profile"));
        assert_eq!(told["in_force"]["id_token_algorithm"], rule("ES256", "registration"));
        let text = program.run(&["client", "show", &strict]).out;
        assert!(text.contains("BECAUSE OF") && text.contains("sender constraint"), "{text}");
        let public = created(&program, &["--token-endpoint-auth-method", "none"]);
        let told = shown(&program, &public);
        assert_eq!(told["in_force"]["pkce"], rule("required", "public client"));
        assert_eq!((&told["public"], &told["secrets"]), (&json!(true), &json!([])));
    }

    fn an_application_requires_a_second_factor_and_says_what_a_trusted_browser_is_worth(program: Program) {
        let id = created(&program, &["--require-mfa", "multi-factor", "--trusted-devices", "7"]);
        let told = shown(&program, &id);
        assert_eq!(told["in_force"]["second_factor"], rule("multi-factor", "registration"));
        assert_eq!(told["in_force"]["trusted_devices"], rule("spare nobody", "registration"));
        assert_eq!(told["metadata"]["trusted_device_lifetime"], json!(604_800));
        program.json(&["client", "update", &id, "--require-mfa", "none"]);
        let told = shown(&program, &id)["in_force"].clone();
        assert_eq!(told["second_factor"], rule("as the policy asks of the person", "default"));
        assert_eq!(told["trusted_devices"], rule("spare the second factor for at most 604800s", "registration"));
        program.json(&["client", "update", &id, "--trusted-devices", "forbid"]);
        assert_eq!(shown(&program, &id)["in_force"]["trusted_devices"], rule("spare nobody", "registration"));
        program.json(&["client", "update", &id, "--trusted-devices", "allow", "--require-mfa", "phishing-resistant"]);
        let told = shown(&program, &id);
        assert_eq!(told["in_force"]["second_factor"]["value"], "phishing-resistant");
        assert!(told["metadata"]["trusted_device_lifetime"].is_null());
        for wrong in [["--require-mfa", "some"], ["--trusted-devices", "0"], ["--trusted-devices", "soon"]] {
            let arguments = [&["client", "update", &id][..], &wrong].concat();
            assert_eq!(program.run(&arguments).code, 2, "{wrong:?}");
        }
    }

    fn a_second_factor_is_required_of_whoever_bears_a_role(program: Program) {
        program.json(&["mfa", "require", "--role", "Treasurer", "--trust", "0s"]);
        let listed = program.json(&["mfa", "require", "--role", "treasurer", "--trust", "1d"]);
        let rules = listed["rules"].as_array().unwrap();
        assert_eq!((rules.len(), &rules[0]["role"]), (1, &json!("treasurer")));
        assert_eq!((&rules[0]["required"], &rules[0]["trust_seconds"]), (&json!(true), &json!(86_400)));
        let text = program.run(&["mfa", "list"]).out;
        assert!(text.contains("role treasurer"), "{text}");
        assert_eq!(program.run(&["mfa", "require", "--role", " "]).code, 2);
        assert_eq!(program.run(&["mfa", "require", "--role", "x", "--default"]).code, 2);
        program.json(&["mfa", "withdraw", "--role", "TREASURER"]);
        assert_eq!(program.json(&["mfa", "list"])["rules"], json!([]));
        assert!(program.refused(&["mfa", "withdraw", "--role", "treasurer"]).contains("nothing was stated"));
    }

    fn an_application_can_have_lifetimes_of_its_own(program: Program) {
        let id = created(&program, &["--access-token-lifetime", "5m", "--refresh-token-lifetime", "30d"]);
        let told = shown(&program, &id)["in_force"].clone();
        assert_eq!(told["access_token_lifetime"], rule("300s", "registration"));
        assert_eq!(told["refresh_token_lifetime"], rule("2592000s", "registration"));
        assert_eq!(told["id_token_lifetime"], rule("3600s", "default"));
        program.json(&["client", "update", &id, "--access-token-lifetime", "0s", "--id-token-lifetime", "2h"]);
        let told = shown(&program, &id)["in_force"].clone();
        assert_eq!(told["access_token_lifetime"], rule("600s", "default"));
        assert_eq!(told["id_token_lifetime"], rule("7200s", "registration"));
        let refusal = program.refused(&["client", "update", &id, "--access-token-lifetime", "2d"]);
        assert!(refusal.contains("access_token_lifetime"), "{refusal}");
        let set = program.json(&["--tokens-access", "2m", "--tokens-code", "5m", "client", "show", &id]);
        assert_eq!(set["in_force"]["access_token_lifetime"], rule("120s", "setting"));
        assert_eq!(set["in_force"]["code_lifetime"], rule("300s", "setting"));
    }

    fn options_go_before_the_file(program: Program) {
        let file = r#"{ "redirect_uris": ["https://other.example/cb"], "resources": ["https://one.example"],
            "profile": "oauth21", "logo_uri": "https://files.example/logo",
            "backchannel_logout_uri": "https://other.example/out", "grant_types": ["authorization_code"],
            "token_endpoint_auth_method": "client_secret_basic", "id_token_signed_response_alg": "PS256" }"#;
        let options = [
            "--metadata", "-", "--resource", "https://a.example", "--resource", "https://b.example",
            "--backchannel-logout-uri", "https://files.example/out", "--profile", "oidc", "--require-pkce",
            "--token-endpoint-auth-method", "client_secret_post", "--id-token-alg", "EdDSA",
        ];
        let made = program.json_with(&[&CREATE[..], &options].concat(), file);
        assert_eq!(made["grant_types"], json!(["authorization_code"]));
        let metadata = &shown(&program, made["client_id"].as_str().unwrap())["metadata"];
        assert_eq!(metadata["redirect_uris"], json!(["https://files.example/cb"]));
        assert_eq!(metadata["resources"], json!(["https://a.example", "https://b.example"]));
        assert_eq!(metadata["backchannel_logout_uri"], "https://files.example/out");
        assert_eq!(metadata["profile"], "oidc");
        assert_eq!(metadata["require_pkce"], true);
        assert_eq!(metadata["token_endpoint_auth_method"], "client_secret_post");
        assert_eq!(metadata["id_token_signed_response_alg"], "EdDSA");
        assert_eq!(metadata["logo_uri"], "https://files.example/logo");
        let fapi = [&CREATE[..], &["--profile", "fapi2"]].concat();
        assert!(program.refused(&fapi).contains("private_key_jwt"));
    }

    fn a_misspelt_rule_is_refused_instead_of_not_being_in_force(program: Program) {
        let refusal = program.refused_with(&[&CREATE[..], &["--metadata", "-"]].concat(), r#"{ "requires_pkce": true }"#);
        assert_eq!(refusal, "the metadata cannot be used: nothing is called \"requires_pkce\"");
        assert_eq!(program.json(&["client", "list"]), json!([]));
    }

    fn metadata_are_replaced_as_a_whole_and_checked(program: Program) {
        let id = created(&program, &["--resource", "https://a.example"]);
        program.administrator();
        program.json_with(&["client", "map-claims", &id, "-"], r#"{ "claims": { "tenant": { "constant": "acme" } } }"#);
        let update = ["client", "update", &id, "--metadata", "-", "--name", "Folders", "--scope", "openid"];
        let file = r#"{ "redirect_uris": ["https://folders.example/cb"], "require_pkce": true }"#;
        let done = program.json_with(&update, file);
        assert_eq!(done, json!({ "client_id": id, "state": "updated" }));
        let after = shown(&program, &id);
        assert_eq!((&after["name"], &after["scope"]), (&json!("Folders"), &json!("openid")));
        assert_eq!(after["redirect_uris"], json!(["https://folders.example/cb"]));
        assert_eq!(after["in_force"]["pkce"], rule("required", "registration"));
        assert!(after["metadata"].get("resources").is_none(), "as a whole");
        assert!(after["metadata"]["claims_mapping"].is_object(), "that has a command of its own");
        assert_eq!(after["secrets"], json!([{ "expires_at": null }]), "the secret stays");
        program.refused_with(&update, r#"{ "redirect_uris": ["javascript:alert(1)"] }"#);
        program.refused_with(&update, r#"{ "token_endpoint_auth_method": "none" }"#);
        program.refused(&["client", "update", &id, "--scope", "everything"]);
        assert!(program.refused(&["client", "update", &id, "--name", " "]).contains("name"));
        assert_eq!(shown(&program, &id), after, "nothing half written");
        program.json(&["client", "update", &id, "--resource", "https://b.example"]);
        let after = shown(&program, &id);
        assert_eq!(after["metadata"]["resources"], json!(["https://b.example"]));
        assert_eq!(after["metadata"]["require_pkce"], true, "without a file, the rest stays");
        let nobody = ["client", "update", "nix", "--name", "x"];
        assert_eq!(program.refused(&nobody), "there is no client nix");
    }

    fn an_application_is_disabled_enabled_and_deleted(program: Program) {
        let id = created(&program, &[]);
        assert_eq!(program.json(&["client", "disable", &id])["state"], "disabled");
        assert!(shown(&program, &id)["disabled_at"].is_string());
        assert!(program.run(&["client", "list"]).out.contains("disabled"));
        program.json(&["client", "disable", &id]);
        assert_eq!(program.json(&["client", "enable", &id])["state"], "enabled");
        assert!(shown(&program, &id)["disabled_at"].is_null());
        assert_eq!(program.json(&["client", "delete", &id])["state"], "deleted");
        assert_eq!(program.json(&["client", "list"]), json!([]));
        for command in ["show", "disable", "enable", "delete", "rotate-secret"] {
            assert_eq!(program.refused(&["client", command, &id]), format!("there is no client {id}"));
        }
    }

    fn at_most_two_secrets_live_and_each_is_shown_once(program: Program) {
        let id = created(&program, &[]);
        let rotate = ["client", "rotate-secret", &id, "--expires-in", "90d"];
        let made = program.json(&rotate);
        assert_eq!(members(&made), ["client_id", "client_secret", "expires_at"]);
        let secret = made["client_secret"].as_str().unwrap();
        assert!(secret.starts_with("dwcs_") && made["expires_at"].is_string());
        let show = program.run(&["client", "show", &id, "--json"]).out;
        assert!(!show.contains(secret));
        assert_eq!(shown(&program, &id)["secrets"].as_array().unwrap().len(), 2);
        let refusal = program.refused(&rotate);
        assert!(refusal.contains("has two secrets until"), "{refusal}");
        let made = program.json(&["client", "rotate-secret", &id, "--overlap", "0s"]);
        assert!(made["expires_at"].is_null());
        assert_eq!(shown(&program, &id)["secrets"], json!([{ "expires_at": null }]));
        let public = created(&program, &["--public"]);
        assert_eq!(program.refused(&["client", "rotate-secret", &public]), format!("client {public} has no secret"));
    }

    fn the_client_of_a_connection_is_left_to_the_connection(program: Program) {
        program.json(&["connection", "create", "--name", "hr", "--kind", "generic", "--expires-in", "90d"]);
        let all = program.json(&["client", "list"]);
        let id = all[0]["client_id"].as_str().unwrap();
        for command in [vec!["disable", id], vec!["delete", id], vec!["rotate-secret", id], vec!["update", id, "--name", "x"]] {
            let refusal = program.refused(&[&["client"], command.as_slice()].concat());
            assert!(refusal.contains("belongs to a connection"), "{refusal}");
        }
    }
}
