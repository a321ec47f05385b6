use crate::program::members;
use crate::with_the_program;

with_the_program! {
    fn an_administrator_is_created_with_a_password_from_standard_input(program: Program) {
        let made = program.administrator();
        assert_eq!(members(&made), ["id", "user_name", "email", "administrator"]);
        assert_eq!(made["user_name"], "Ada");
        assert_eq!(made["administrator"], true);
        let shown = program.json(&["user", "show", "ada"]);
        assert_eq!(shown["administrator"], true);
        assert!(shown["password_set_at"].is_string());
    }

    fn the_password_is_in_no_output(program: Program) {
        let arguments = ["admin", "create", "--username", "Ada", "--email", "a@example.com", "--password-stdin"];
        let ran = program.run_with(&arguments, "correct horse battery\n");
        assert_eq!(ran.code, 0);
        assert!(!ran.out.contains("correct horse") && !ran.err.contains("correct horse"));
        for arguments in [vec!["user", "show", "Ada"], vec!["user", "list", "--json"]] {
            let ran = program.run(&arguments);
            assert!(!ran.out.contains("argon2") && !ran.out.contains("correct horse"), "{}", ran.out);
        }
    }

    fn a_name_that_is_taken_is_refused_in_one_line(program: Program) {
        program.administrator();
        let again = ["admin", "create", "--username", "ADA", "--email", "b@example.com", "--password-stdin"];
        assert_eq!(program.refused_with(&again, "correct horse battery"), "another user has the userName");
        assert_eq!(program.json(&["user", "list"]).as_array().unwrap().len(), 1);
    }

    fn a_password_that_is_too_short_or_missing_is_refused_and_nothing_is_made(program: Program) {
        let arguments = ["admin", "create", "--username", "Ada", "--email", "a@example.com", "--password-stdin"];
        assert!(program.refused_with(&arguments, "short\n").contains("at least 8"));
        assert!(program.refused_with(&arguments, "").contains("standard input"));
        assert_eq!(program.json(&["user", "list"]), serde_json::json!([]));
    }

    fn a_user_is_meant_by_user_name_address_or_id(program: Program) {
        let id = program.administrator()["id"].as_str().unwrap().to_owned();
        for meant in ["Ada", "ada", "ADA@example.com", id.as_str()] {
            assert_eq!(program.json(&["user", "show", meant])["id"], id.as_str(), "{meant}");
        }
        let refusal = program.refused(&["user", "show", "nobody"]);
        assert_eq!(refusal, "no user has this user name, e-mail address or id: nobody");
    }

    fn show_says_what_stands_against_access_and_who_said_so(program: Program) {
        program.administrator();
        let shown = program.json(&["user", "show", "Ada"]);
        assert_eq!(
            members(&shown["access"]),
            ["allowed", "not_granted", "blocked", "inactive", "outside_validity", "throttled"]
        );
        assert_eq!(shown["access"]["allowed"], true);
        assert_eq!(shown["failed_tries"], serde_json::json!({ "password": 0 }));

        let blocked = program.json(&["user", "block", "Ada", "--reason", "left the company"]);
        let fact = &blocked["access"]["blocked"];
        assert_eq!(members(fact), ["since", "until", "by", "reason"]);
        assert_eq!(fact["reason"], "left the company");
        assert_eq!(fact["by"], "command_line");
        assert_eq!(blocked["access"]["allowed"], false);

        let allowed = program.json(&["user", "allow", "Ada"]);
        assert_eq!(allowed["access"]["allowed"], true);
        assert!(allowed["access"]["blocked"].is_null());
        // There is nothing to take back a second time, and that is no failure.
        assert_eq!(program.run(&["user", "allow", "Ada"]).code, 0);
    }

    fn a_block_needs_a_reason(program: Program) {
        program.administrator();
        assert_eq!(program.run(&["user", "block", "Ada"]).code, 2);
        assert_eq!(program.refused(&["user", "block", "Ada", "--reason", " "]), "a reason is needed");
        assert_eq!(program.json(&["user", "show", "Ada"])["access"]["allowed"], true);
    }

    fn a_password_is_set_and_may_have_to_be_changed(program: Program) {
        program.administrator();
        let first = program.json(&["user", "show", "Ada"]);
        let set = ["user", "set-password", "Ada", "--password-stdin", "--force-change"];
        let shown = program.json_with(&set, "another good one\n");
        assert_eq!(shown["must_change_password"], true);
        assert!(shown["password_set_at"].as_str() > first["password_set_at"].as_str());
        assert_eq!(program.run(&["user", "set-password", "Ada", "--password", "x"]).code, 2);
    }

    fn tries_are_reset_and_sessions_are_ended(program: Program) {
        program.administrator();
        assert_eq!(program.json(&["user", "reset-tries", "Ada"])["failed_tries"]["password"], 0);
        assert_eq!(program.json(&["user", "end-sessions", "Ada"])["sessions"], 0);
    }

    fn the_list_has_everybody_with_and_without_json(program: Program) {
        program.administrator();
        let list = program.json(&["user", "list"]);
        assert_eq!(
            members(&list[0]),
            ["id", "user_name", "external_id", "display_name", "email", "active", "administrator", "created_at", "updated_at"]
        );
        let text = program.run(&["user", "list"]).out;
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains("Ada"));
    }
}
