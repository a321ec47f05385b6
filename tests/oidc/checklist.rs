//! The numbered groups of negative tests and the advisories of other servers that this project
//! holds itself to: each has a test whose name carries its number, or stands here with the reason
//! why it has none yet.

use std::path::Path;

/// Groups that no test can be about before something else is there.
const LATER_GROUPS: &[(u32, &str)] = &[
    (53, "invitations: nobody is invited yet"),
    (54, "upstream providers: there are none yet"),
    (55, "LDAP: there is none"),
    (60, "the administration API: there is none yet"),
    (62, "SSF: there are no streams yet"),
    (64, "one installation is one tenant"),
];

/// The advisories, by the row of the project's list: what a test of it bears in its name. One
/// of them is enough.
const ADVISORIES: &[(u32, &[&str])] = &[
    (1, &["authentik_cve_2023_48228"]),
    (2, &["authentik_cve_2024_23647"]),
    (3, &["authentik_cve_2024_52289"]),
    (4, &["authentik_cve_2024_52287"]),
    (5, &["authentik_cve_2024_38371"]),
    (6, &["authentik_cve_2024_47070"]),
    (7, &["authentik_cve_2024_47077"]),
    (8, &["authentik_cve_2024_21637"]),
    (9, &["authentik_cve_2023_26481"]),
    (10, &["authentik_cve_2025_53942"]),
    (11, &["authentik_cve_2025_64708"]),
    (12, &["authentik_cve_2026_49443"]),
    (13, &["authentik_cve_2026_54730"]),
    (14, &["authentik_ghsa_qgqp"]),
    (15, &["authentik_cve_2026_40166", "authentik_ghsa_m9h4"]),
    (16, &["authentik_ghsa_4r87"]),
    (17, &["authentik_ghsa_h6c5"]),
    (18, &["authentik_cve_2026_49448"]),
    (19, &["authentik_cve_2026_41569"]),
    (20, &["authentik_cve_2026_42849"]),
    (21, &["authentik_cve_2026_25227"]),
    (22, &["keycloak_cve_2026_18963"]),
    (23, &["keycloak_cve_2026_7507"]),
    (24, &["keycloak_cve_2026_7571"]),
    (25, &["keycloak_cve_2026_16089", "keycloak_cve_2026_4282"]),
    (
        26,
        &[
            "keycloak_cve_2026_1035",
            "keycloak_cve_2026_9802",
            "keycloak_50999",
        ],
    ),
    (27, &["keycloak_cve_2026_11800"]),
    (28, &["keycloak_cve_2026_16093"]),
    (29, &["keycloak_cve_2026_37979", "keycloak_cve_2026_8922"]),
    (30, &["keycloak_cve_2026_37982"]),
    (31, &["keycloak_cve_2026_8830", "keycloak_cve_2026_6856"]),
    (32, &["keycloak_cve_2026_9798", "keycloak_cve_2026_16103"]),
    (33, &["keycloak_cve_2026_4633"]),
    (
        34,
        &[
            "keycloak_cve_2026_7504",
            "keycloak_cve_2026_3872",
            "keycloak_cve_2024_8883",
        ],
    ),
    (35, &["keycloak_cve_2026_18211"]),
    (36, &["keycloak_cve_2026_9086"]),
    (37, &["keycloak_cve_2026_9689"]),
    (38, &["keycloak_cve_2026_1180", "keycloak_cve_2026_4366"]),
    (
        39,
        &[
            "keycloak_cve_2026_9704",
            "keycloak_cve_2026_79652",
            "keycloak_cve_2026_1609",
        ],
    ),
    (40, &["keycloak_cve_2026_15571", "keycloak_cve_2026_9087"]),
    (41, &["keycloak_cve_2026_9705"]),
    (42, &["keycloak_cve_2026_37977"]),
    (43, &["keycloak_cve_2025_14559", "keycloak_cve_2025_12390"]),
    (44, &["keycloak_cve_2025_2559", "keycloak_cve_2026_4634"]),
    (
        45,
        &[
            "keycloak_36475",
            "keycloak_38333",
            "keycloak_48428",
            "keycloak_50963",
        ],
    ),
    (46, &["zitadel_cve_2026_55672"]),
    (47, &["zitadel_cve_2026_27840"]),
    (48, &["zitadel_cve_2025_64101", "zitadel_ghsa_93m4"]),
    (49, &["zitadel_cve_2025_64103"]),
    (50, &["zitadel_cve_2025_64102", "zitadel_cve_2024_32868"]),
    (51, &["zitadel_cve_2024_28197"]),
    (52, &["zitadel_cve_2025_46815"]),
    (53, &["zitadel_cve_2026_55669", "zitadel_ghsa_wxg7"]),
    (54, &["zitadel_cve_2026_27946", "zitadel_cve_2026_54693"]),
    (55, &["zitadel_cve_2026_23511", "zitadel_cve_2024_41952"]),
    (56, &["zitadel_cve_2025_67494", "zitadel_cve_2026_55671"]),
    (57, &["zitadel_cve_2026_44671"]),
    (58, &["fosite_cve_2020_15222", "fosite_cve_2020_15223"]),
    (
        59,
        &["hydra_cve_2026_33504", "hydra_cve_2019_8400", "hydra_770"],
    ),
    (60, &["kratos_cve_2024_45042"]),
    (61, &["authelia_cve_2025_24806", "authelia_cve_2026_47203"]),
    (62, &["casdoor_cve_2026_9094", "casdoor_cve_2026_9097"]),
    (63, &["casdoor_cve_2026_9090", "casdoor_cve_2026_9091"]),
    (64, &["casdoor_cve_2025_4210", "casdoor_cve_2024_41657"]),
    (65, &["dex_ghsa_7qjx"]),
    (66, &["rauthy_0_32_4"]),
    (67, &["oauth2_proxy_cve_2026_40574"]),
    (68, &["jsonwebtoken_cve_2026_25537"]),
    (69, &["authlib_cve_2026_41479", "authlib_cve_2026_44681"]),
];

const LATER_ADVISORIES: &[(u32, &str)] = &[
    (11, "invitations: nobody is invited yet"),
    (16, "SSF: there are no streams yet"),
    (17, "administration by delegates: there is none yet"),
    (18, "upstream providers: there are none yet"),
    (21, "the administration API: there is none yet"),
    (40, "upstream providers: there are none yet"),
    (52, "upstream providers: there are none yet"),
    (57, "LDAP: there is none"),
];

fn names_in(folder: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("scim") {
            names_in(&path, names);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(path).unwrap();
            let lines = text.lines().filter_map(|line| line.split_once("fn "));
            let named = lines.filter_map(|(_, rest)| rest.split_once('('));
            names.extend(named.map(|(name, _)| name.to_owned()));
        }
    }
}

/// The names of all tests but those of SCIM, whose checklist has numbers of its own.
fn names() -> Vec<String> {
    let mut names = Vec::new();
    for folder in ["tests", "src"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        names_in(&folder, &mut names);
    }
    names
}

#[test]
fn every_group_of_the_checklist_has_a_test_of_its_number_or_a_reason() {
    let names = names();
    let has = |number: u32| {
        let marks = [format!("checklist_{number}_"), format!("item_{number}_")];
        names
            .iter()
            .any(|name| marks.iter().any(|mark| name.contains(mark)))
    };
    let later: Vec<u32> = LATER_GROUPS.iter().map(|(number, _)| *number).collect();
    let open = |number: &u32| !has(*number) && !later.contains(number);
    let open: Vec<u32> = (1..=64).filter(open).collect();
    assert!(open.is_empty(), "no test: {open:?}");
}

#[test]
fn every_advisory_has_a_test_of_its_name_or_a_reason() {
    let names = names();
    let numbers: Vec<u32> = ADVISORIES.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=69).collect::<Vec<_>>(), "the list is whole");
    let later: Vec<u32> = LATER_ADVISORIES.iter().map(|(number, _)| *number).collect();
    for (number, marks) in ADVISORIES {
        let has = names
            .iter()
            .any(|name| marks.iter().any(|mark| name.contains(mark)));
        let excused = later.contains(number);
        assert!(has || excused, "no test of advisory {number}: {marks:?}");
    }
}

#[test]
fn what_has_a_test_is_not_called_later() {
    let names = names();
    for (number, why) in LATER_GROUPS {
        let marks = [format!("checklist_{number}_"), format!("item_{number}_")];
        let has = names
            .iter()
            .any(|name| marks.iter().any(|mark| name.contains(mark)));
        assert!(!has, "{number} has a test: {why}");
    }
    let later = |number: &u32| LATER_ADVISORIES.iter().any(|(later, _)| later == number);
    for (number, marks) in ADVISORIES.iter().filter(|(number, _)| later(number)) {
        let has = names
            .iter()
            .any(|name| marks.iter().any(|mark| name.contains(mark)));
        assert!(!has, "advisory {number} has a test");
    }
}
