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
}
