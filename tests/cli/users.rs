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

    fn access_is_bounded_in_time_and_the_bounds_are_shown_and_taken_away(program: Program) {
        program.administrator();
        let (from, until) = ("2020-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z");
        let set = ["user", "set-validity", "Ada", "--from", "2020-01-01T01:00:00+01:00", "--until", until];
        let shown = program.json(&set);
        assert_eq!((shown["valid_from"].as_str(), shown["valid_until"].as_str()), (Some(from), Some(until)));
        assert_eq!(shown["access"]["allowed"], true);
        let over = program.json(&["user", "set-validity", "Ada", "--until", from, "--reason", "a visit"]);
        assert_eq!(over["access"]["allowed"], false);
        assert_eq!(over["access"]["outside_validity"]["reason"], "a visit");
        let open = program.json(&["user", "set-validity", "Ada"]);
        assert_eq!((&open["valid_from"], &open["access"]["allowed"]), (&serde_json::Value::Null, &true.into()));
        let backwards = ["user", "set-validity", "Ada", "--from", until, "--until", from];
        assert_eq!(program.refused(&backwards), "the first moment has to be before the end");
        assert_eq!(program.run(&["user", "set-validity", "Ada", "--until", "tomorrow"]).code, 2);
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

    fn a_pass_is_printed_once_and_only_with_a_reason(program: Program) {
        program.administrator();
        assert_eq!(program.run(&["user", "issue-pass", "Ada"]).code, 2);
        assert_eq!(program.refused(&["user", "issue-pass", "Ada", "--reason", " "]), "a reason is needed");
        assert_eq!(program.run(&["user", "issue-pass", "Ada", "--reason", "x", "--minutes", "0"]).code, 2);
        let issued = program.json(&["user", "issue-pass", "Ada", "--reason", "lost her phone", "--minutes", "10"]);
        assert_eq!(members(&issued), ["id", "user_name", "pass", "expires_at"]);
        let pass = issued["pass"].as_str().unwrap();
        assert_eq!(pass.len(), 14);
        assert!(!program.run(&["user", "show", "Ada", "--json"]).out.contains(pass));
    }

    fn factors_are_shown_and_removed_when_it_is_meant(program: Program) {
        program.administrator();
        let shown = program.json(&["user", "show", "Ada"]);
        assert_eq!(members(&shown["factors"]), ["totp", "passkey", "security_key", "recovery_codes_left", "mailed_code"]);
        let mailing = ["user", "show", "Ada", "--mail-url=file:letters", "--mfa-mailed-code=recovery"];
        assert_eq!(shown["factors"]["mailed_code"], "off");
        assert_eq!(program.json(&mailing)["factors"]["mailed_code"], "recovery");
        assert!(program.run(&mailing).out.contains("mailed code (recovery)"));
        let refusal = program.refused(&["user", "remove-mfa", "Ada", "--reason", "lost"]);
        assert!(refusal.contains("--yes"), "{refusal}");
        assert_eq!(program.run(&["user", "remove-mfa", "Ada", "--yes"]).code, 2);
        let shown = program.json(&["user", "remove-mfa", "Ada", "--reason", "lost", "--yes"]);
        assert_eq!(shown["factors"]["recovery_codes_left"], 0);
    }
}

with_the_program! {
    fn a_generated_password_is_shown_once_and_has_to_be_changed(program: Program) {
        program.administrator();
        let made = program.json(&["user", "set-password", "Ada", "--generate"]);
        let password = made["password"].as_str().unwrap();
        assert!(password.len() >= 20, "{password}");
        let shown = program.run(&["user", "show", "Ada", "--json"]);
        assert!(!shown.out.contains(password));
        let again = program.json(&["user", "set-password", "Ada", "--generate"]);
        assert_ne!(again["password"], made["password"]);
    }

    fn a_generated_password_is_mailed_only_where_mail_goes_out(program: Program) {
        program.administrator();
        let mail = ["user", "set-password", "Ada", "--generate", "--mail"];
        assert!(program.refused(&mail).contains("mail.url"));
        let letters = format!("--mail-url=file:{}", program.folder.path().join("letters").display());
        let mut mailed = mail.to_vec();
        mailed.push(&letters);
        let ran = program.run(&mailed);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let waiting = program.json(&["jobs", "list"]);
        assert!(waiting.to_string().contains("mail.send"), "{waiting}");
        let shown = || program.json(&["user", "show", "Ada"])["password_from_mailbox"].clone();
        assert_eq!(shown(), true, "no mailed code counts beside it");
        program.json(&["user", "set-password", "Ada", "--generate"]);
        assert_eq!(shown(), false);
        assert_eq!(program.run(&["user", "set-password", "Ada", "--mail", "--password-stdin"]).code, 2);
    }

    fn the_policy_holds_for_administrators_too(program: Program) {
        program.administrator();
        let set = ["user", "set-password", "Ada", "--password-stdin"];
        assert!(program.refused_with(&set, "ada@example.com").contains("own name"));
        assert!(program.refused_with(&set, "password1").contains("too easy to guess"));
        let list = program.folder.path().join("known.txt");
        std::fs::write(&list, "lantern mosaic harbour\nanother known one\n").unwrap();
        let out = program.folder.path().join("known.bin");
        let (list, out) = (list.to_str().unwrap(), out.to_str().unwrap());
        let built = program.json(&["passwords", "build-breached-list", list, "--out", out]);
        assert_eq!(built["passwords"], 2);
        let flag = format!("--passwords-breached={out}");
        let mut known = set.to_vec();
        known.push(&flag);
        let refusal = program.refused_with(&known, "lantern mosaic harbour");
        assert!(refusal.contains("became known"), "{refusal}");
        let missing = ["user", "list", "--passwords-breached=/nowhere"];
        assert_eq!(program.run(&missing).code, 0, "what needs no list does not read it");
    }

    fn an_exemption_has_a_reason_and_is_taken_back_and_devices_are_forgotten(program: Program) {
        program.administrator();
        assert!(program.refused(&["user", "exempt-mfa", "Ada", "--reason", " "]).contains("reason"));
        program.json(&["user", "exempt-mfa", "Ada", "--reason", "a lost phone", "--lasting", "7d"]);
        let listed = program.json(&["mfa", "list"]);
        assert_eq!(listed["exempt"][0]["reason"], "a lost phone");
        assert!(listed["exempt"][0]["until"].is_string());
        program.json(&["user", "enforce-mfa", "Ada"]);
        program.json(&["user", "enforce-mfa", "Ada"]);
        assert_eq!(program.json(&["mfa", "list"])["exempt"], serde_json::json!([]));
        program.json(&["user", "forget-devices", "Ada"]);
    }

    fn a_second_factor_is_required_of_everybody_and_no_more(program: Program) {
        program.administrator();
        assert_eq!(program.run(&["mfa", "require"]).code, 2);
        let refusal = program.refused(&["mfa", "require", "--group", "nobody"]);
        assert!(refusal.contains("no group"), "{refusal}");
        let listed = program.json(&["mfa", "require", "--default", "--trust", "7d"]);
        assert_eq!(listed["rules"][0]["required"], true);
        assert_eq!(listed["rules"][0]["trust_seconds"], 604_800);
        assert!(program.run(&["mfa", "list"]).out.contains("everybody"));
        program.json(&["mfa", "withdraw", "--default"]);
        assert!(program.refused(&["mfa", "withdraw", "--default"]).contains("nothing"));
    }
}
