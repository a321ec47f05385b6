use serde_json::json;

use crate::with_the_program;

with_the_program! {
    fn a_connection_s_ledger_rehearsal_and_release_are_commands(program: Program) {
        let made = program.json(&["connection", "create", "--name", "Entra", "--kind", "entra"]);
        let id = made["id"].as_str().unwrap();
        assert_eq!(program.json(&["connection", "ledger"]), json!([]));
        assert_eq!(program.json(&["connection", "ledger", "Entra", "--user", "ann", "--most", "5"]), json!([]));
        assert_eq!(program.json(&["connection", "dry-run", "Entra", "on"]), json!({ "id": id, "dry_run": true }));
        assert_eq!(program.json(&["connection", "show", id])["state"], "dry run");
        assert_eq!(program.json(&["connection", "dry-run", id, "off"])["dry_run"], false);
        assert_eq!(program.json(&["connection", "show", id])["brake"], json!({ "gone": 0, "held_since": null }));
        assert!(program.run(&["connection", "show", id]).out.contains("free; 0 users went within its window"));
        assert_eq!(program.json(&["connection", "release", id]), json!({ "id": id, "held_since": null }));
        assert!(program.run(&["connection", "release", "Entra"]).out.contains("was not held"));
    }

    fn what_is_not_there_is_refused_in_one_line(program: Program) {
        for command in [vec!["ledger", "nobody"], vec!["release", "nobody"], vec!["dry-run", "nobody", "on"]] {
            let mut line = vec!["connection"];
            line.extend(command);
            assert_eq!(program.refused(&line), "there is no connection nobody");
        }
        assert_eq!(program.run(&["connection", "dry-run", "API keys", "perhaps"]).code, 2);
        assert_eq!(program.run(&["connection", "ledger", "--most", "0"]).code, 2);
        assert_eq!(program.run(&["connection", "ledger", "--most", "1001"]).code, 2);
    }
}
