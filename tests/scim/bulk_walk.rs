//! A walk at random through creating, replacing, changing, deleting and bulk, beside a small
//! model of what there should be. After each step everything is read and compared: what was
//! refused has changed nothing, versions move exactly when content does, totals are true,
//! and users and groups agree on who is in which.
//!
//! `DOORWARD_WALK_SEED` walks another way than usual; a failure names the seed and the step.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use doorward::domain::schemas::ResourceKind;
use reqwest::Method;
use serde_json::{Value, json};

use crate::bulk_walk_chance::Chance;
use crate::bulk_walk_model::{Group, Model, Step, User, WALK};
use crate::bulk_walk_steps as steps;
use crate::client::Scim;
use crate::custom_schemas::declare;
use crate::on_both_engines;
use crate::support::World;

const STEPS: usize = 150;
const SEED: u64 = 20_261_121;

fn seed() -> u64 {
    let given = std::env::var("DOORWARD_WALK_SEED").ok();
    given.and_then(|seed| seed.parse().ok()).unwrap_or(SEED)
}

struct Walk {
    world: World,
    scim: Scim,
    chance: Chance,
    model: Model,
    seen: BTreeMap<String, Value>,
    number: usize,
}

on_both_engines! {
    async fn a_walk_at_random_keeps_to_the_model(world: World) {
        let definition = json!({ "id": WALK, "name": "Walk", "attributes": [
            { "name": "badge", "uniqueness": "server" }] });
        declare(&world, ResourceKind::User, &definition).await;
        let scim = Scim::new(&world).await;
        let mut walk = Walk {
            world, scim, chance: Chance::new(seed()),
            model: Model::default(), seen: BTreeMap::new(), number: 0,
        };
        for number in 0..STEPS {
            walk.number = number;
            walk.world.clock.advance(Duration::from_secs(1));
            if walk.chance.percent(25) { walk.bulk().await } else { walk.single().await }
            walk.compare().await;
        }
        assert!(!walk.model.users.is_empty() && !walk.model.groups.is_empty());
    }
}

impl Walk {
    fn at(&self) -> String {
        format!("seed {} step {}", seed(), self.number)
    }

    async fn single(&mut self) {
        let step = steps::step(&mut self.chance, &self.model);
        let (method, path, body) = step.request();
        let mut request = self
            .scim
            .request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
        if body != Value::Null {
            request = request.body(body.to_string());
        }
        if let Some(version) = self.stale_version(&path) {
            let answer = self.scim.send(request.header("if-match", version)).await;
            assert_eq!(
                answer.status,
                412,
                "{}: {step:?} {}",
                self.at(),
                answer.text
            );
            return;
        }
        let answer = self.scim.send(request).await;
        let id = answer.body["id"].as_str().unwrap_or_default();
        let expected = self.model.take(&step, id);
        assert_eq!(
            answer.status,
            expected,
            "{}: {step:?} {}",
            self.at(),
            answer.text
        );
        if expected >= 400 {
            assert_eq!(answer.body["status"], expected.to_string(), "{}", self.at());
        }
    }

    /// Now and then the version that a resource had before its last.
    fn stale_version(&mut self, path: &str) -> Option<String> {
        let (kind, id) = path.strip_prefix('/')?.split_once('/')?;
        let known = self.seen.get(id).filter(|resource| {
            let location = resource["meta"]["location"].as_str();
            location.is_some_and(|location| location.contains(kind))
        })?;
        let version = known["meta"]["version"].as_str()?;
        let number: i64 = version.trim_matches(|c| "W/\"".contains(c)).parse().ok()?;
        (number > 1 && self.chance.percent(10)).then(|| format!("W/\"{}\"", number - 1))
    }

    /// Some steps in one request, and a group that refers to users that are created in it,
    /// before it or after.
    async fn bulk(&mut self) {
        let mut steps: Vec<Step> = (0..self.chance.below(5))
            .map(|_| steps::step(&mut self.chance, &self.model))
            .collect();
        let fresh = |kind: &str| format!("{kind}{}", self.number);
        let circular = self.chance.percent(30);
        let number = steps.len();
        let users: Vec<String> = (0..2).map(|n| fresh(&format!("u{n}-"))).collect();
        for name in &users {
            let user = User {
                name: name.clone(),
                active: true,
                ..User::default()
            };
            steps.push(Step::CreateUser(user));
        }
        let reference = |n: usize| format!("bulkId:{n}");
        let mut members = BTreeSet::from([reference(number), reference(number + 1)]);
        if circular {
            members.insert(reference(number + 2));
        }
        steps.push(Step::CreateGroup(Group {
            name: fresh("g"),
            members,
        }));
        let mut operations: Vec<Value> = steps
            .iter()
            .enumerate()
            .map(|(n, step)| operation(n, step))
            .collect();
        // The group may stand before its members; what is before all that keeps its order.
        let before = self.chance.percent(50);
        if before {
            let group = operations.pop().unwrap();
            operations.insert(number, group);
            let group = steps.pop().unwrap();
            steps.insert(number, group);
        }
        let body = json!({ "Operations": operations });
        let results = self.scim.post("/Bulk", body).await.ok(200)["Operations"].clone();
        let results = results.as_array().unwrap();
        assert_eq!(results.len(), steps.len(), "{}", self.at());
        let mut done: Vec<(&Step, &Value)> = steps.iter().zip(results).collect();
        if before {
            let group = done.remove(number);
            done.push(group);
        }
        self.follow(&done, number);
    }

    /// Takes the steps of a bulk request in the order in which they must have been done.
    fn follow(&mut self, done: &[(&Step, &Value)], number: usize) {
        let created = |result: &Value| {
            let location = result["location"].as_str().unwrap_or_default();
            location.rsplit('/').next().unwrap_or_default().to_owned()
        };
        let ids: BTreeMap<String, String> = (number..number + 3)
            .map(|n| (format!("bulkId:{n}"), created(done[n].1)))
            .collect();
        for (step, result) in done {
            let id = created(result);
            let mut step = (*step).clone();
            if let Step::CreateGroup(group) = &mut step {
                // A circle is closed after the group is there.
                let own = group
                    .members
                    .iter()
                    .any(|member| ids.get(member) == Some(&id));
                if own {
                    self.model.groups.insert(id.clone(), Group::default());
                }
                let members = group.members.iter();
                group.members = members.map(|m| ids.get(m).unwrap_or(m).clone()).collect();
            }
            let expected = self.model.take(&step, &id);
            assert_eq!(
                result["status"],
                expected.to_string(),
                "{}: {step:?} {result}",
                self.at()
            );
        }
    }

    async fn compare(&mut self) {
        let mut now = BTreeMap::new();
        for (kind, count) in [
            ("/Users", self.model.users.len()),
            ("/Groups", self.model.groups.len()),
        ] {
            let list = self.scim.get(&format!("{kind}?count=500")).await.ok(200);
            assert_eq!(list["totalResults"], count, "{}", self.at());
            let all = list["Resources"].as_array().unwrap();
            assert_eq!(all.len(), count, "{}", self.at());
            for resource in all {
                now.insert(
                    resource["id"].as_str().unwrap().to_owned(),
                    resource.clone(),
                );
            }
        }
        for (id, resource) in &now {
            match self.model.users.get(id) {
                Some(user) => self.compare_user(id, user, resource),
                None => self.compare_group(&self.model.groups[id], resource),
            }
            if let Some(before) = self.seen.get(id) {
                self.compare_versions(before, resource);
            }
        }
        self.seen = now;
    }

    fn compare_user(&self, id: &str, user: &User, resource: &Value) {
        let shown = User {
            name: resource["userName"].as_str().unwrap().to_owned(),
            title: resource["title"].as_str().map(str::to_owned),
            badge: resource[WALK]["badge"].as_str().map(str::to_owned),
            active: resource["active"].as_bool().unwrap(),
        };
        assert_eq!(&shown, user, "{}", self.at());
        let groups = resource["groups"].as_array().cloned().unwrap_or_default();
        let held: BTreeMap<String, bool> = groups
            .iter()
            .map(|group| {
                (
                    group["value"].as_str().unwrap().to_owned(),
                    group["type"] == "direct",
                )
            })
            .collect();
        assert_eq!(held.len(), groups.len(), "{}", self.at());
        assert_eq!(
            held,
            self.model.groups_of(id),
            "{}: groups of {}",
            self.at(),
            user.name
        );
    }

    fn compare_group(&self, group: &Group, resource: &Value) {
        assert_eq!(resource["displayName"], group.name, "{}", self.at());
        let members = resource["members"].as_array().cloned().unwrap_or_default();
        let ids: BTreeSet<String> = members
            .iter()
            .map(|member| member["value"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), members.len(), "{}", self.at());
        assert_eq!(
            ids,
            group.members,
            "{}: members of {}",
            self.at(),
            group.name
        );
    }

    /// The groups of a user are the groups' content and not its own.
    fn compare_versions(&self, before: &Value, after: &Value) {
        let content = |resource: &Value| {
            let mut content = resource.as_object().unwrap().clone();
            content.remove("meta");
            content.remove("groups");
            content
        };
        let same = content(before) == content(after);
        for name in ["version", "lastModified"] {
            let kept = before["meta"][name] == after["meta"][name];
            assert_eq!(kept, same, "{}: {name} of {after} was {before}", self.at());
        }
        assert_eq!(
            before["meta"]["created"],
            after["meta"]["created"],
            "{}",
            self.at()
        );
    }
}

fn operation(number: usize, step: &Step) -> Value {
    let (method, path, data) = step.request();
    let mut operation = json!({ "method": method, "path": path, "bulkId": number.to_string() });
    if data != Value::Null {
        operation["data"] = data;
    }
    operation
}
