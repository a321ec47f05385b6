//! docs/configuration.md, made from the table of settings.

use std::fmt::Write as _;

use super::{SETTINGS, table::Setting};

const HEAD: &str = "\
# Configuration

<!-- Made from the settings in src/app/config/mod.rs by `doorward configuration-page`; a test compares. -->

Every setting can be given in `doorward.toml` (in the folder that Doorward is started in, or where
`--config` or `DOORWARD_CONFIG` says), in the environment, or as a flag. The environment overrides
the file, and a flag overrides both. `doorward check` shows what is in force.

```toml
listen = \"127.0.0.1:8080\"
public_url = \"https://id.example.com\"

[password]
memory_kib = 19456
```

A key in the file that is no setting, and a value that a setting cannot have, stop the program with
one line that names it. A variable that begins with `DOORWARD_` and is no setting is warned of.
";

/// The page.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut section = None;
    for setting in SETTINGS {
        let here = setting.path.split_once('.').map(|(section, _)| section);
        if section != Some(here) {
            section = Some(here);
            let title = here.map_or_else(|| "Server".to_owned(), |name| format!("`[{name}]`"));
            let _ = write!(
                page,
                "\n## {title}\n\n| setting | default | what it is |\n|---|---|---|\n"
            );
        }
        row(&mut page, setting);
    }
    page
}

fn row(page: &mut String, setting: &Setting) {
    let default = if setting.default.is_empty() {
        "(none)".to_owned()
    } else {
        format!("`{}`", setting.default)
    };
    let _ = writeln!(
        page,
        "| `{}`<br>`{}`<br>`--{}` | {default} | {} Takes {}. |",
        setting.path,
        setting.environment_name(),
        setting.flag_name(),
        setting.sentence.trim(),
        (setting.expected)(),
    );
}
