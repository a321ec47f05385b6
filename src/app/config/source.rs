//! Where values come from: `doorward.toml`, then the environment, then flags.

use std::{collections::BTreeMap, fmt, path::Path};

use super::{ConfigError, SETTINGS, table::Setting, value::Value};

/// Who gave a value; named in the error about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration file.
    File(String),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name) | Self::Environment(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// All values that were given, each with who gave it last.
#[derive(Debug, Default)]
pub struct Given {
    values: BTreeMap<&'static str, (String, Origin)>,
}

impl Given {
    /// Lays the file's values down.
    ///
    /// # Errors
    /// The file is not TOML, or holds a key that is no setting.
    pub fn file(&mut self, name: &str, text: &str) -> Result<(), ConfigError> {
        let table = text
            .parse::<toml::Table>()
            .map_err(|error| ConfigError::Syntax {
                file: name.to_owned(),
                line: error.span().map_or(1, |span| line_of(text, span.start)),
                message: error.message().lines().collect::<Vec<_>>().join(" "),
            })?;
        self.table(name, "", &table)
    }

    fn table(&mut self, file: &str, above: &str, table: &toml::Table) -> Result<(), ConfigError> {
        for (key, value) in table {
            let path = if above.is_empty() {
                key.clone()
            } else {
                format!("{above}.{key}")
            };
            match (value, find(&path)) {
                (toml::Value::Table(inner), None) if is_section(&path) => {
                    self.table(file, &path, inner)?
                }
                (_, None) => {
                    return Err(ConfigError::Unknown {
                        file: file.to_owned(),
                        key: one_line(&path),
                    });
                }
                (value, Some(setting)) => {
                    let origin = Origin::File(file.to_owned());
                    let text = text_of(value)
                        .ok_or_else(|| ConfigError::bad(setting.path, "", &origin, setting))?;
                    self.values.insert(setting.path, (text, origin));
                }
            }
        }
        Ok(())
    }

    /// Lays the environment's values over what is there; says which names begin as
    /// ours and are no setting (a typing error that would otherwise go unnoticed).
    pub fn environment(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Vec<String> {
        let mut unknown = Vec::new();
        for (name, text) in variables {
            if !name.starts_with("DOORWARD_") || name == super::FILE_VARIABLE {
                continue;
            }
            match SETTINGS
                .iter()
                .find(|setting| setting.environment_name() == name)
            {
                Some(setting) => {
                    self.values
                        .insert(setting.path, (text, Origin::Environment(name)));
                }
                None => unknown.push(one_line(&name)),
            }
        }
        unknown.sort();
        unknown
    }

    /// Lays one flag's value over what is there.
    pub fn flag(&mut self, setting: &'static Setting, text: String) {
        self.values
            .insert(setting.path, (text, Origin::Flag(setting.flag_name())));
    }

    /// The value of one setting.
    pub(super) fn value<T: Value>(
        &self,
        path: &'static str,
        default: &str,
    ) -> Result<T, ConfigError> {
        let Some((text, origin)) = self.values.get(path) else {
            return T::parse(default).ok_or(ConfigError::BadDefault(path));
        };
        T::parse(text).ok_or_else(|| {
            let value = if T::SECRET { "" } else { text };
            ConfigError::BadValue {
                setting: path,
                value: one_line(value),
                origin: origin.clone(),
                expected: T::expected(),
            }
        })
    }
}

impl ConfigError {
    fn bad(path: &'static str, value: &str, origin: &Origin, setting: &Setting) -> Self {
        Self::BadValue {
            setting: path,
            value: value.to_owned(),
            origin: origin.clone(),
            expected: (setting.expected)(),
        }
    }
}

fn find(path: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.path == path)
}

fn is_section(path: &str) -> bool {
    SETTINGS.iter().any(|setting| {
        setting
            .path
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

/// One text for every kind of value, so that a file, the environment and a flag are
/// read by the same code.
fn text_of(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(true) => Some("on".to_owned()),
        toml::Value::Boolean(false) => Some("off".to_owned()),
        toml::Value::Array(items) => {
            let texts: Option<Vec<_>> = items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect();
            texts.map(|texts| texts.join(","))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}

/// What is shown of a value that somebody typed: one line, bounded.
fn one_line(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(120)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().count() > 120 {
        shown.push('…');
    }
    shown
}

/// Reads the file's text: `None` when it was not asked for and is not there.
pub(super) fn read_file(path: &Path, asked_for: bool) -> Result<Option<String>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !asked_for => Ok(None),
        Err(error) => Err(ConfigError::Unreadable {
            file: path.display().to_string(),
            reason: error.to_string(),
        }),
    }
}
