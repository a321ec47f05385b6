//! What a query asks for, from a request's address (RFC 7644, section 3.4.2) or from the
//! body of a search request (section 3.4.3).
//!
//! T13. A trailing `&` or `?`, `+` for a space, and parameters that nobody knows are fine:
//! Entra ID's tenant addresses carry flags. A known parameter given twice is not, because
//! either could be the one that is meant.

use serde_json::Value;

use super::error::ScimError;
use crate::domain::directory::search::Window;

/// The most resources on one page, and how many when the client does not say.
pub const MAX_RESULTS: i64 = 500;
/// How many resources are on a page unless the client says otherwise.
pub const DEFAULT_RESULTS: i64 = 100;

/// The `schemas` value of a search request.
pub const SEARCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// The parameters that are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// `filter`.
    pub filter: Option<String>,
    /// `attributes`.
    pub attributes: Option<String>,
    /// `excludedAttributes`.
    pub excluded_attributes: Option<String>,
    /// `sortBy`.
    pub sort_by: Option<String>,
    sort_order: Option<String>,
    start_index: Option<String>,
    count: Option<String>,
    cursor: Option<String>,
}

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// Counted from the first resource.
    Index(Window),
    /// From where the last page ended (RFC 9865); an empty cursor is the start.
    Cursor {
        /// The cursor.
        cursor: String,
        /// How many at most.
        count: i64,
    },
}

impl Query {
    /// Reads what stands behind the `?`.
    pub fn read(text: &str) -> Result<Self, ScimError> {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            query.put(&name, value.into_owned())?;
        }
        Ok(query)
    }

    /// Reads a search request.
    pub fn of_search(body: Value) -> Result<Self, ScimError> {
        let Value::Object(body) = body else {
            return Err(ScimError::InvalidSyntax(
                "The body must be a JSON object.".to_owned(),
            ));
        };
        let mut query = Self::default();
        for (name, value) in body {
            if name.eq_ignore_ascii_case("schemas") {
                check_schemas(&value)?;
            } else if let Some(known) = NAMES.iter().find(|k| name.eq_ignore_ascii_case(k))
                && let Some(text) = text_of(known, value)?
            {
                query.put(known, text)?;
            }
        }
        Ok(query)
    }

    fn put(&mut self, name: &str, value: String) -> Result<(), ScimError> {
        let slot = match name {
            "filter" => &mut self.filter,
            "attributes" => &mut self.attributes,
            "excludedAttributes" => &mut self.excluded_attributes,
            "sortBy" => &mut self.sort_by,
            "sortOrder" => &mut self.sort_order,
            "startIndex" => &mut self.start_index,
            "count" => &mut self.count,
            "cursor" => &mut self.cursor,
            _ => return Ok(()),
        };
        if slot.replace(value).is_some() {
            return Err(ScimError::InvalidValue(format!("{name} is given twice.")));
        }
        Ok(())
    }

    /// The page that is asked for. A start before the first resource means the first, a
    /// negative count none (RFC 7644, section 3.4.2.4; RFC 9865, section 2).
    pub fn paging(&self) -> Result<Paging, ScimError> {
        let start = number(self.start_index.as_deref()).ok_or_else(|| not_whole("startIndex"))?;
        let count = number(self.count.as_deref());
        let Some(cursor) = &self.cursor else {
            let count = count.ok_or_else(|| not_whole("count"))?;
            return Ok(Paging::Index(Window {
                offset: start.unwrap_or(1).max(1) - 1,
                count: count.unwrap_or(DEFAULT_RESULTS).clamp(0, MAX_RESULTS),
            }));
        };
        if start.is_some() {
            return Err(ScimError::InvalidValue(
                "startIndex and cursor exclude each other.".to_owned(),
            ));
        }
        match count.map(|count| count.unwrap_or(DEFAULT_RESULTS)) {
            Some(count) if count <= MAX_RESULTS => Ok(Paging::Cursor {
                cursor: cursor.clone(),
                count: count.max(0),
            }),
            _ => Err(ScimError::InvalidCount(format!(
                "count must be a whole number of at most {MAX_RESULTS}."
            ))),
        }
    }

    /// Whether the order is from the last to the first.
    pub fn is_descending(&self) -> Result<bool, ScimError> {
        match self.sort_order.as_deref().map(str::trim) {
            None | Some("") => Ok(false),
            Some(word) if word.eq_ignore_ascii_case("ascending") => Ok(false),
            Some(word) if word.eq_ignore_ascii_case("descending") => Ok(true),
            Some(_) => Err(ScimError::InvalidValue(
                "sortOrder must be ascending or descending.".to_owned(),
            )),
        }
    }
}

const NAMES: [&str; 8] = [
    "filter",
    "attributes",
    "excludedAttributes",
    "sortBy",
    "sortOrder",
    "startIndex",
    "count",
    "cursor",
];

fn check_schemas(value: &Value) -> Result<(), ScimError> {
    let named = value.as_array().is_some_and(|all| {
        all.iter()
            .filter_map(Value::as_str)
            .any(|urn| urn.eq_ignore_ascii_case(SEARCH_URN))
    });
    if named {
        return Ok(());
    }
    Err(ScimError::InvalidSyntax(format!(
        "schemas must name {SEARCH_URN}."
    )))
}

/// A member of a search request as the text that the address of a GET would have.
fn text_of(name: &str, value: Value) -> Result<Option<String>, ScimError> {
    let is_list = matches!(name, "attributes" | "excludedAttributes");
    let is_number = matches!(name, "startIndex" | "count");
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) if is_number => Ok(Some(number.to_string())),
        Value::Array(all) if is_list && all.iter().all(Value::is_string) => {
            let names: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
            Ok(Some(names.join(",")))
        }
        _ => Err(ScimError::InvalidValue(format!(
            "{name} must be {}.",
            match (is_list, is_number) {
                (true, _) => "a list of strings",
                (_, true) => "a whole number",
                _ => "a string",
            }
        ))),
    }
}

fn not_whole(name: &str) -> ScimError {
    ScimError::InvalidValue(format!("{name} must be a whole number."))
}

/// A number, if there is one; nothing when it is none.
fn number(text: Option<&str>) -> Option<Option<i64>> {
    match text.map(str::trim) {
        None | Some("") => Some(None),
        Some(text) => text.parse().ok().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn t13_plus_is_a_space_and_unknown_parameters_are_passed_over() {
        let query = Query::read("aadOptscim062020&filter=userName+eq+%22x%22&").unwrap();
        assert_eq!(query.filter.as_deref(), Some("userName eq \"x\""));
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        assert!(Query::read("filter=a&filter=b").is_err());
        assert!(Query::of_search(json!({ "filter": "a", "Filter": "b" })).is_err());
    }

    #[test]
    fn pages_begin_at_one_and_have_a_bounded_size() {
        let paging = |text: &str| Query::read(text).unwrap().paging();
        let page = |offset, count| Paging::Index(Window { offset, count });
        assert_eq!(paging("").unwrap(), page(0, DEFAULT_RESULTS));
        assert_eq!(paging("startIndex=-3&count=-1").unwrap(), page(0, 0));
        assert_eq!(paging("startIndex=6&count=5").unwrap(), page(5, 5));
        assert_eq!(paging("count=1000000").unwrap(), page(0, MAX_RESULTS));
        assert!(paging("count=many").is_err());
    }

    #[test]
    fn a_cursor_asks_for_pages_by_cursor_also_when_it_is_empty() {
        let paging = |text: &str| Query::read(text).unwrap().paging();
        let page = |cursor: &str, count| Paging::Cursor {
            cursor: cursor.to_owned(),
            count,
        };
        assert_eq!(paging("cursor").unwrap(), page("", DEFAULT_RESULTS));
        assert_eq!(paging("cursor=&count=-4").unwrap(), page("", 0));
        assert_eq!(paging("cursor=abc&count=7").unwrap(), page("abc", 7));
        for text in ["cursor=&count=501", "cursor=&count=x"] {
            assert!(
                matches!(paging(text), Err(ScimError::InvalidCount(_))),
                "{text}"
            );
        }
        assert!(matches!(
            paging("cursor=&startIndex=1"),
            Err(ScimError::InvalidValue(_))
        ));
    }

    #[test]
    fn a_search_request_asks_the_same_as_an_address() {
        let body = json!({ "schemas": [SEARCH_URN], "filter": "a pr", "attributes": ["x", "y"],
            "SORTBY": "x", "sortOrder": "descending", "startIndex": 3, "count": 4,
            "cursor": null, "other": {} });
        let query = Query::of_search(body).unwrap();
        let address =
            "filter=a+pr&attributes=x,y&sortBy=x&sortOrder=descending&startIndex=3&count=4";
        assert_eq!(query, Query::read(address).unwrap());
        for body in [
            json!([]),
            json!({ "schemas": ["urn:other"] }),
            json!({ "filter": 5 }),
            json!({ "count": true }),
            json!({ "attributes": [5] }),
        ] {
            assert!(Query::of_search(body.clone()).is_err(), "{body}");
        }
    }
}
