use crate::program::members;
use crate::with_the_program;

const CREATE: [&str; 6] = [
    "client",
    "create",
    "--name",
    "Files",
    "--redirect-uri",
    "https://files.example/cb",
];

with_the_program! {
    fn an_application_gets_an_id_and_a_secret_that_is_shown_once(program: Program) {
        let made = program.json(&CREATE);
        assert_eq!(
            members(&made),
            ["client_id", "client_secret", "name", "redirect_uris", "grant_types", "scope"]
        );
        assert_eq!(made["grant_types"], serde_json::json!(["authorization_code", "refresh_token"]));
        let id = made["client_id"].as_str().unwrap();
        let secret = made["client_secret"].as_str().unwrap();
        for arguments in [vec!["client", "list", "--json"], vec!["client", "show", id, "--json"], vec!["client", "show", id]] {
            let out = program.run(&arguments).out;
            assert!(out.contains(id) && !out.contains(secret), "{out}");
        }
        assert_eq!(program.json(&["client", "show", id])["redirect_uris"][0], "https://files.example/cb");
        assert_eq!(program.refused(&["client", "show", "nix"]), "there is no client nix");
    }

    fn a_public_application_has_no_secret(program: Program) {
        let mut create = CREATE.to_vec();
        create.extend(["--public", "--scope", "openid groups"]);
        let made = program.json(&create);
        assert!(made.get("client_secret").is_none());
        assert_eq!(made["scope"], "openid groups");
    }

    fn an_unknown_scope_grant_or_bad_address_is_refused(program: Program) {
        assert_eq!(program.refused(&["client", "create", "--name", "x"]), "a redirect URI is needed for the grant authorization_code");
        let mut create = CREATE.to_vec();
        create.extend(["--scope", "openid everything"]);
        assert!(program.refused(&create).contains("everything"));
        let mut create = CREATE.to_vec();
        create.extend(["--grant", "password"]);
        assert_eq!(program.run(&create).code, 2);
        let fragment = ["client", "create", "--name", "x", "--redirect-uri", "https://x.example/#here"];
        program.refused(&fragment);
        assert_eq!(program.json(&["client", "list"]), serde_json::json!([]));
    }

    fn what_an_application_would_be_told_can_be_seen_before_it_is(program: Program) {
        let made = program.json(&CREATE);
        let id = made["client_id"].as_str().unwrap();
        program.administrator();
        let mapping = r#"{ "claims": {
            "login": { "attribute": "userName", "in": ["access_token"] },
            "tenant": { "constant": "acme" } } }"#;
        let preview = ["client", "claims", id, "--user", "ada", "--mapping", "-"];
        let seen = program.json_with(&preview, mapping);
        assert_eq!(seen["id_token"]["tenant"], "acme");
        assert_eq!(seen["access_token"]["login"], "Ada");
        let before = program.json(&["client", "claims", id, "--user", "ada"]);
        assert!(before["id_token"].get("tenant").is_none() && before["id_token"]["email"].is_string());
        program.json_with(&["client", "map-claims", id, "-"], mapping);
        let after = program.json(&["client", "claims", id, "--user", "ada", "--scope", "openid"]);
        assert_eq!(after["userinfo"]["tenant"], "acme");
        assert!(after["id_token"].get("email").is_none());
        let bad = r#"{ "claims": { "sub": { "constant": "root" } } }"#;
        assert_eq!(
            program.refused_with(&["client", "map-claims", id, "-"], bad),
            "the claim sub belongs to the protocol and cannot be mapped"
        );
        program.json(&["client", "map-claims", id, "--clear"]);
        let cleared = program.json(&["client", "claims", id, "--user", "ada"]);
        assert!(cleared["id_token"].get("tenant").is_none());
    }

    fn more_metadata_comes_from_a_file_and_is_checked(program: Program) {
        let metadata = r#"{ "backchannel_logout_uri": "https://files.example/out", "backchannel_logout_session_required": true }"#;
        let mut create = CREATE.to_vec();
        create.extend(["--metadata", "-"]);
        let made = program.json_with(&create, metadata);
        assert_eq!(made["redirect_uris"][0], "https://files.example/cb");
        let bad = r#"{ "backchannel_logout_uri": "javascript:alert(1)" }"#;
        assert!(program.refused_with(&create, bad).contains("backchannel_logout_uri"));
        assert!(program.refused_with(&create, "[]x").contains("metadata"));
    }

    fn jobs_that_wait_are_listed(program: Program) {
        assert_eq!(program.json(&["jobs", "list"]), serde_json::json!([]));
        let nobody = "019aa000-0000-7000-8000-000000000000";
        assert!(program.refused(&["jobs", "retry", nobody]).contains("no such job"));
    }
}
