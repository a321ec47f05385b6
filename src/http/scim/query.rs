//! The query of a request's address (RFC 7644, section 3.4.2).
//!
//! T13. A trailing `&` or `?`, `+` for a space, and parameters that nobody knows are fine:
//! Entra ID's tenant addresses carry flags. A known parameter given twice is not, because
//! either could be the one that is meant.

use super::error::ScimError;
use crate::domain::directory::search::Window;

/// The most resources on one page, and how many when the client does not say.
pub const MAX_RESULTS: i64 = 500;
/// How many resources are on a page unless the client says otherwise.
pub const DEFAULT_RESULTS: i64 = 100;

/// The parameters that are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// `filter`.
    pub filter: Option<String>,
    /// `attributes`.
    pub attributes: Option<String>,
    /// `excludedAttributes`.
    pub excluded_attributes: Option<String>,
    start_index: Option<String>,
    count: Option<String>,
}

impl Query {
    /// Reads what stands behind the `?`.
    pub fn read(text: &str) -> Result<Self, ScimError> {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let slot = match name.as_ref() {
                "filter" => &mut query.filter,
                "attributes" => &mut query.attributes,
                "excludedAttributes" => &mut query.excluded_attributes,
                "startIndex" => &mut query.start_index,
                "count" => &mut query.count,
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(ScimError::InvalidValue(format!("{name} is given twice.")));
            }
        }
        Ok(query)
    }

    /// The page that is asked for. A start before the first resource means the first, a
    /// negative count none (RFC 7644, section 3.4.2.4).
    pub fn window(&self) -> Result<Window, ScimError> {
        let start = number("startIndex", self.start_index.as_deref())?.unwrap_or(1);
        let count = number("count", self.count.as_deref())?.unwrap_or(DEFAULT_RESULTS);
        Ok(Window {
            offset: start.max(1) - 1,
            count: count.clamp(0, MAX_RESULTS),
        })
    }
}

fn number(name: &str, text: Option<&str>) -> Result<Option<i64>, ScimError> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(ScimError::InvalidValue(format!(
                "{name} must be a whole number."
            ))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t13_plus_is_a_space_and_unknown_parameters_are_passed_over() {
        let query = Query::read("aadOptscim062020&filter=userName+eq+%22x%22&").unwrap();
        assert_eq!(query.filter.as_deref(), Some("userName eq \"x\""));
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        assert!(Query::read("filter=a&filter=b").is_err());
    }

    #[test]
    fn pages_begin_at_one_and_have_a_bounded_size() {
        let window = |text: &str| Query::read(text).unwrap().window();
        let page = |offset, count| Window { offset, count };
        assert_eq!(window("").unwrap(), page(0, DEFAULT_RESULTS));
        assert_eq!(window("startIndex=-3&count=-1").unwrap(), page(0, 0));
        assert_eq!(window("startIndex=6&count=5").unwrap(), page(5, 5));
        assert_eq!(window("count=1000000").unwrap(), page(0, MAX_RESULTS));
        assert!(window("count=many").is_err());
    }
}
