use crate::program::members;
use crate::with_the_program;

with_the_program! {
    fn a_rotation_publishes_new_keys_before_they_sign(program: Program) {
        assert_eq!(program.json(&["signing-key", "list"]), serde_json::json!([]));
        let made = program.json(&["signing-key", "rotate"]);
        assert_eq!(
            members(&made[0]),
            ["kid", "algorithm", "state", "created_at", "signs_from", "signs_until", "published_until"]
        );
        let made: Vec<_> = made.as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap()).collect();
        assert_eq!(made, ["staged", "staged", "staged"]);
        let all = program.json(&["signing-key", "list"]);
        let signing = all.as_array().unwrap().iter().filter(|key| key["state"] == "signing");
        assert_eq!(signing.count(), 3, "until then, others sign");
    }

    fn keys_that_are_no_longer_trusted_are_followed_at_once(program: Program) {
        program.json(&["signing-key", "rotate"]);
        let made = program.json(&["signing-key", "rotate", "--publish-ahead", "0s"]);
        assert!(made.as_array().unwrap().iter().all(|key| key["state"] == "signing"));
        let all = program.json(&["signing-key", "list"]);
        let signing = all.as_array().unwrap().iter().filter(|key| key["state"] == "signing");
        assert_eq!(signing.count(), 3, "only the newest sign: {all}");
    }

    fn no_private_key_is_ever_shown(program: Program) {
        program.json(&["signing-key", "rotate"]);
        for arguments in [vec!["signing-key", "list", "--json"], vec!["signing-key", "list"]] {
            let out = program.run(&arguments).out;
            assert!(!out.contains("\"d\"") && !out.contains("PRIVATE") && out.contains("RS256"), "{out}");
        }
    }

    fn a_lost_master_key_is_told_and_not_replaced(program: Program) {
        program.json(&["signing-key", "rotate"]);
        let path = program.folder.path().join("data/master.key");
        std::fs::remove_file(&path).unwrap();
        let refusal = program.refused(&["signing-key", "rotate"]);
        assert!(refusal.contains("master.key is missing"), "{refusal}");
        assert!(!path.exists());
        let refusal = program.refused(&["serve", "--listen", "127.0.0.1:0"]);
        assert!(refusal.contains("master.key is missing"), "{refusal}");
        let check = program.run(&["check"]);
        assert_eq!(check.code, 1);
        assert!(check.out.contains("fail  signing keys"), "{}", check.out);
    }

    fn another_master_key_does_not_open_the_keys(program: Program) {
        program.json(&["signing-key", "rotate"]);
        let path = program.folder.path().join("data/master.key");
        std::fs::write(&path, "A".repeat(43)).unwrap();
        let refusal = program.refused(&["serve", "--listen", "127.0.0.1:0"]);
        assert!(refusal.contains("another master key"), "{refusal}");
    }
}
