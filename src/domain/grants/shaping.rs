//! What of a person's claims stands in one token for one client: the claims that the client's
//! mapping adds, and no more groups than fit. Tokens travel in headers and cookies, so what is
//! too much for them is left to userinfo, and they say so (OpenID Connect Core §5.6.2).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Claims;
use crate::domain::clients::claims_mapping::GROUPS_IN_A_TOKEN;
use crate::domain::clients::{ClaimsMapping, Client, Place};
use crate::domain::directory::{User, is_plain_address};
use crate::domain::schemas::{ResourceKind, Snapshot};

/// The most groups in the answer of userinfo, which is read and not carried about.
const GROUPS_IN_USERINFO: usize = 10_000;

/// For whom, about whom, and where.
pub struct Shaping<'a> {
    /// The client that reads it.
    pub client: &'a Client,
    /// Whom the claims are about.
    pub user: &'a User,
    /// The declared extensions.
    pub extensions: Arc<Snapshot>,
    /// In what they stand.
    pub place: Place,
    /// The address of userinfo.
    pub userinfo: String,
}

impl Claims {
    /// The claims as they stand in one token.
    #[must_use]
    pub fn shaped(mut self, shaping: &Shaping<'_>) -> Self {
        let mapping = ClaimsMapping::stored(shaping.client.metadata.claims_mapping.as_ref());
        let extensions = shaping.extensions.of(ResourceKind::User);
        for (name, value) in mapping.of(shaping.user, extensions, shaping.place) {
            add(&mut self.0, name, value);
        }
        let rule = mapping.groups.unwrap_or_default();
        if let Some(prefix) = &rule.starting_with
            && let Some(Value::Array(groups)) = self.0.get_mut("groups")
        {
            groups.retain(|group| group.as_str().is_some_and(|name| name.starts_with(prefix)));
        }
        let most = match shaping.place {
            Place::Userinfo => GROUPS_IN_USERINFO,
            _ => rule.at_most.unwrap_or(GROUPS_IN_A_TOKEN),
        };
        self.refer_to_userinfo("groups", most, shaping);
        self
    }

    /// Takes a list out that is too long, and says where it is (Core §5.6.2).
    fn refer_to_userinfo(&mut self, name: &str, most: usize, shaping: &Shaping<'_>) {
        let fits = |list: &Value| list.as_array().is_none_or(|all| all.len() <= most);
        if self.0.get(name).is_none_or(fits) {
            return;
        }
        self.0.remove(name);
        if shaping.place == Place::Userinfo {
            return;
        }
        self.0
            .insert("_claim_names".to_owned(), json!({ name: "userinfo" }));
        let sources = json!({ "userinfo": { "endpoint": shaping.userinfo } });
        self.0.insert("_claim_sources".to_owned(), sources);
    }
}

// A mapping may take the address from elsewhere; it is one plain address all the same
// (oauth2-proxy, CVE-2026-40574), and nobody has verified it.
fn add(claims: &mut Map<String, Value>, name: &str, value: Value) {
    if name == "email" {
        claims.remove("email_verified");
        if !value.as_str().is_some_and(is_plain_address) {
            claims.remove("email");
            return;
        }
    }
    claims.insert(name.to_owned(), value);
}
