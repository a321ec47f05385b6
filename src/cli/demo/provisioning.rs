//! The provisioning client of the demo: it sends what Entra ID sends, to the real endpoint,
//! and gets no shortcut.

use serde_json::{Value as Json, json};

use super::relying_party::Failure;

/// A person whom the demo provisions.
pub struct Person {
    /// `userName`, in the form of an address, as Entra sends it.
    pub user_name: &'static str,
    /// Given name.
    pub given: &'static str,
    /// Family name.
    pub family: &'static str,
    /// What they do.
    pub title: &'static str,
    /// Where they do it.
    pub department: &'static str,
}

/// The people of the demo.
pub const PEOPLE: [Person; 3] = [
    Person {
        user_name: "mira.lindqvist@example.com",
        given: "Mira",
        family: "Lindqvist",
        title: "Site engineer",
        department: "Engineering",
    },
    Person {
        user_name: "tomas.okafor@example.com",
        given: "Tomás",
        family: "Okafor",
        title: "Product designer",
        department: "Design",
    },
    Person {
        user_name: "yuki.brandt@example.com",
        given: "Yuki",
        family: "Brandt",
        title: "Head of support",
        department: "Support",
    },
];

/// The group that all of them are in.
pub const GROUP: &str = "Everyone at Example";

/// A SCIM client with its credentials.
pub struct ScimClient<'a> {
    /// `http://localhost:8080/scim/v2`
    pub base: String,
    /// The API key, shown to nobody else.
    pub bearer: &'a str,
    /// Sends the requests.
    pub http: &'a reqwest::Client,
}

impl ScimClient<'_> {
    /// Brings the people and the group in, unless they are there already: look up first, as
    /// Entra does. The ids of the people whom it created.
    pub async fn provision(&self) -> Result<Vec<(&'static Person, String)>, Failure> {
        let mut created = Vec::new();
        let mut everyone = Vec::new();
        for person in &PEOPLE {
            let filter = format!("userName eq \"{}\"", person.user_name);
            let id = match self.find("Users", &filter).await? {
                Some(id) => id,
                None => {
                    let id = id_of(&self.post("Users", &person.as_entra_sends_it()).await?)?;
                    created.push((person, id.clone()));
                    id
                }
            };
            everyone.push(json!({ "value": id }));
        }
        if self
            .find("Groups", &format!("displayName eq \"{GROUP}\""))
            .await?
            .is_none()
        {
            self.create_group(everyone).await?;
        }
        Ok(created)
    }

    async fn create_group(&self, members: Vec<Json>) -> Result<(), Failure> {
        let group = self
            .post(
                "Groups",
                &json!({
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                    "externalId": "9f2d6e0c-demo-group",
                    "displayName": GROUP,
                }),
            )
            .await?;
        let patch = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "Add", "path": "members", "value": members }],
        });
        let url = format!("{}/Groups/{}", self.base, id_of(&group)?);
        self.send(self.http.patch(url).body(patch.to_string()))
            .await
            .map(drop)
    }

    async fn find(&self, kind: &str, filter: &str) -> Result<Option<String>, Failure> {
        let url = format!("{}/{kind}", self.base);
        let query = [("filter", filter), ("excludedAttributes", "members")];
        let answer = self.send(self.http.get(url).query(&query)).await?;
        Ok(answer["Resources"][0]["id"].as_str().map(str::to_owned))
    }

    async fn post(&self, kind: &str, body: &Json) -> Result<Json, Failure> {
        let url = format!("{}/{kind}", self.base);
        self.send(self.http.post(url).body(body.to_string())).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Json, Failure> {
        let answer = request
            .bearer_auth(self.bearer)
            .header("content-type", "application/scim+json; charset=utf-8")
            .send()
            .await
            .map_err(|e| Failure::new(format!("provisioning: {e}")))?;
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        let body: Json = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        let detail = body["detail"].as_str().unwrap_or_default();
        Err(Failure::new(format!(
            "provisioning was answered {status}: {detail}"
        )))
    }
}

impl Person {
    fn as_entra_sends_it(&self) -> Json {
        json!({
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
            ],
            "externalId": self.user_name.split('@').next(),
            "userName": self.user_name,
            "active": true,
            "displayName": self.full_name(),
            "title": self.title,
            "emails": [{ "primary": true, "type": "work", "value": self.user_name }],
            "name": {
                "formatted": self.full_name(),
                "givenName": self.given,
                "familyName": self.family
            },
            "preferredLanguage": "en",
            "meta": { "resourceType": "User" },
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "department": self.department
            }
        })
    }

    /// Given and family name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

fn id_of(resource: &Json) -> Result<String, Failure> {
    let id = resource["id"].as_str().map(str::to_owned);
    id.ok_or_else(|| Failure::new("provisioning was answered without an id"))
}
