use serde_json::json;

use crate::with_the_program;

const URN: &str = "urn:example:scim:schemas:extension:badge:2.0:User";

fn write(folder: &std::path::Path, definition: &serde_json::Value) {
    std::fs::write(folder.join("extension.json"), definition.to_string()).unwrap();
}

fn badge() -> serde_json::Value {
    json!({ "id": URN, "name": "Badge", "attributes": [{ "name": "number", "type": "integer" }] })
}

with_the_program! {
    fn an_extension_is_declared_listed_shown_and_withdrawn(program: Program) {
        write(program.folder.path(), &badge());
        let create = ["schema", "create", "--file", "extension.json"];
        let made = program.json(&create);
        assert_eq!(made, json!({ "id": URN, "resourceType": "User", "attributes": 1 }));
        assert!(program.refused(&create).contains("declared already"));
        let list = program.json(&["schema", "list"]);
        assert_eq!((&list[0]["id"], &list[0]["resourceType"]), (&json!(URN), &json!("User")));
        assert!(program.run(&["schema", "list"]).out.contains(URN));
        let shown: serde_json::Value =
            serde_json::from_str(&program.run(&["schema", "show", &URN.to_uppercase()]).out).unwrap();
        assert_eq!(shown["attributes"][0]["type"], "integer");
        assert_eq!(shown["attributes"][0]["mutability"], "readWrite");
        program.json(&["schema", "delete", URN]);
        assert_eq!(program.json(&["schema", "list"]), json!([]));
        assert_eq!(program.refused(&["schema", "delete", URN]), format!("there is no schema extension {URN}"));
        assert_eq!(program.refused(&["schema", "show", "urn:x:y"]), "there is no schema extension urn:x:y");
    }

    fn a_bad_definition_is_refused_in_one_line(program: Program) {
        let create = ["schema", "create", "--file", "extension.json"];
        assert!(program.refused(&create).starts_with("extension.json cannot be read"));
        for (bad, why) in [
            (json!({ "id": URN }), "missing field"),
            (json!({ "id": "badge", "name": "x", "attributes": [{ "name": "a" }] }), "id must be a URN"),
            (json!({ "id": URN, "name": "x", "attributes": [{ "name": "a", "type": "text" }] }), "a has the type `text`"),
        ] {
            write(program.folder.path(), &bad);
            let refusal = program.refused(&create);
            assert!(refusal.contains(why), "{refusal}");
        }
        write(program.folder.path(), &badge());
        let mut create = create.to_vec();
        create.extend(["--resource-type", "Device"]);
        assert_eq!(program.run(&create).code, 2);
        assert_eq!(program.json(&["schema", "list"]), json!([]));
    }
}
