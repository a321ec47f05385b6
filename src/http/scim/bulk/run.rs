//! Running the operations of a bulk request.

use serde_json::{Map, Value, json};

use super::order::{Unit, units};
use super::references::{self, Created};
use super::request::{Endpoint, Entry, Method, Operation, Request};
use crate::domain::audit::Change;
use crate::http::scim::asked::{Asked, IfMatch};
use crate::http::scim::base;
use crate::http::scim::error::ScimError;
use crate::http::scim::resource::{Base, version_tag};
use crate::http::scim::schema::{GROUPS, ResourceType, USERS};
use crate::http::scim::work::{Done, Named, Stage, Target, Traced, Wanted, Work};
use crate::http::web::State;

/// What became of an operation.
struct Outcome {
    /// The id of the resource, when there is or was one.
    id: Option<String>,
    /// Its version, when there is one still.
    result: Result<Option<i64>, ScimError>,
}

/// The place of an operation, and why it could not be done.
type Failed = (usize, ScimError);

/// Runs the operations and gives their results in the order of the request. Those that were
/// not run, because there had been too many errors, have none.
///
/// # Errors
/// When the database does not answer to begin or to end with.
pub(super) async fn run(
    state: &State,
    asked: &Asked,
    request: Request,
) -> Result<Vec<Value>, ScimError> {
    let refers_to = refers_to(&request);
    let mut run = Run {
        asked,
        stage: Stage::new(state, asked).await?,
        outcomes: request.entries.iter().map(|_| None).collect(),
        created: Created::new(),
        errors: 0,
        unavailable: false,
        request,
    };
    for unit in units(&refers_to) {
        if run.errors >= run.request.fail_on_errors {
            break;
        }
        run.unit(unit).await;
    }
    let results = run.results(&base(state));
    run.stage.end().await?;
    Ok(results)
}

/// Which operations each one refers to; references to nothing are left out, and found again
/// when it is run.
fn refers_to(request: &Request) -> Vec<Vec<usize>> {
    let of = |entry: &Entry| match &entry.operation {
        Ok(operation) => references::of(operation)
            .iter()
            .filter_map(|id| request.creators.get(id).copied())
            .collect(),
        Err(_) => Vec::new(),
    };
    request.entries.iter().map(of).collect()
}

struct Run<'a> {
    asked: &'a Asked,
    stage: Stage<'a>,
    request: Request,
    outcomes: Vec<Option<Outcome>>,
    created: Created,
    errors: usize,
    /// The database did not answer: the rest is not tried, because each try would wait.
    unavailable: bool,
}

impl Run<'_> {
    async fn unit(&mut self, unit: Unit) {
        if unit.circular {
            return self.circle(&unit.places).await;
        }
        for place in unit.places {
            let outcome = match self.operation(place) {
                Ok(operation) => {
                    let id = (operation.method != Method::Post).then(|| operation.id.clone());
                    match self.alone(operation).await {
                        Ok((id, version)) => Outcome {
                            id: Some(id),
                            result: Ok(version),
                        },
                        Err(error) => Outcome {
                            id,
                            result: Err(error),
                        },
                    }
                }
                Err(error) => {
                    self.keep_refusal(place, &error).await;
                    Outcome {
                        id: None,
                        result: Err(error),
                    }
                }
            };
            self.keep(place, outcome);
        }
    }

    /// An operation with ids in the place of all references.
    fn operation(&self, place: usize) -> Result<Operation, ScimError> {
        let mut operation = self.request.entries[place].operation.clone()?;
        if self.unavailable {
            return Err(ScimError::Unavailable { retry_after: 1 });
        }
        for reference in references::of(&operation) {
            if !self.request.creators.contains_key(&reference) {
                return Err(ScimError::InvalidValue(format!(
                    "`bulkId:{reference}` names no operation that creates something."
                )));
            }
            if !self.created.contains_key(&reference) {
                return Err(ScimError::Conflict(format!(
                    "`bulkId:{reference}` could not be created."
                )));
            }
        }
        references::resolve(&mut operation, &self.created);
        Ok(operation)
    }

    /// One operation, in a change of its own; the resource's id and version.
    async fn alone(&mut self, operation: Operation) -> Result<(String, Option<i64>), ScimError> {
        let id = operation.id.clone();
        let (target, wanted, expected) = parts(operation);
        let done = self.stage.one(target, wanted, expected).await?;
        Ok(match id_and_version(&done) {
            Some((id, version)) => (id, Some(version)),
            None => (id, None),
        })
    }

    async fn prepare(&mut self, operation: Operation) -> Result<Work, ScimError> {
        let (target, wanted, expected) = parts(operation);
        self.stage.prepare(target, wanted, expected).await
    }

    /// Keeps in the ledger that an operation was refused which was not carried out.
    async fn keep_refusal(&mut self, place: usize, error: &ScimError) {
        if let Ok(operation) = &self.request.entries[place].operation {
            let (target, wanted, _) = parts(operation.clone());
            let named = Named::of(target, &wanted);
            self.stage.refuse(&named, error).await;
        }
    }

    /// Operations that refer to each other are all POSTs, because only what is created can
    /// be referred to. Each is created without its open references, then completed.
    async fn circle(&mut self, places: &[usize]) {
        match self.try_circle(places).await {
            Ok(all) => {
                for (place, (id, version)) in places.iter().zip(all) {
                    let outcome = Outcome {
                        id: Some(id),
                        result: Ok(Some(version)),
                    };
                    self.keep(*place, outcome);
                }
            }
            Err((failed, error)) => {
                self.keep_refusal(failed, &error).await;
                for place in places {
                    let result = Err(if *place == failed {
                        error.clone()
                    } else {
                        ScimError::Conflict(
                            "It refers in a circle to an operation that could not be done."
                                .to_owned(),
                        )
                    });
                    self.keep(*place, Outcome { id: None, result });
                }
            }
        }
    }

    async fn try_circle(&mut self, places: &[usize]) -> Result<Vec<(String, i64)>, Failed> {
        let first = places.first().copied().unwrap_or_default();
        let at_first = |error: ScimError| (first, error);
        let mut prepared = Vec::with_capacity(places.len());
        for place in places {
            let work = self.prepare_open(places, *place).await;
            prepared.push((*place, work.map_err(|error| (*place, error))?));
        }
        let mut change = self.stage.begin().await.map_err(at_first)?;
        match self.close(&mut change, places, prepared).await {
            Ok((all, traced)) => {
                self.stage.settle(change, traced).await.map_err(at_first)?;
                Ok(all)
            }
            Err(failed) => {
                self.stage.undo(change).await.map_err(at_first)?;
                Err(failed)
            }
        }
    }

    /// Creates what stands in a circle, then completes it.
    async fn close(
        &mut self,
        change: &mut Change,
        places: &[usize],
        prepared: Vec<(usize, Work)>,
    ) -> Result<(Vec<(String, i64)>, Vec<Traced>), Failed> {
        let mut created = self.created.clone();
        let mut traced = Vec::with_capacity(2 * places.len());
        for (place, work) in prepared {
            let done = work.perform(change, self.asked).await;
            let (done, entry) = done.map_err(|error| (place, error))?;
            traced.push(entry);
            let bulk_id = self.request.entries[place].bulk_id.clone();
            if let (Some(bulk_id), Some((id, _))) = (bulk_id, id_and_version(&done)) {
                created.insert(bulk_id, id);
            }
        }
        let mut all = Vec::with_capacity(places.len());
        for place in places {
            let completed = match self.completion(*place, &created).await {
                Ok(work) => work.perform(change, self.asked).await,
                Err(error) => Err(error),
            };
            let (done, entry) = completed.map_err(|error| (*place, error))?;
            traced.push(entry);
            all.push(id_and_version(&done).ok_or((*place, ScimError::Internal))?);
        }
        Ok((all, traced))
    }

    /// The creation of a member of a circle, without what refers to the others.
    async fn prepare_open(&mut self, circle: &[usize], place: usize) -> Result<Work, ScimError> {
        let mut operation = self.request.entries[place].operation.clone()?;
        if self.unavailable {
            return Err(ScimError::Unavailable { retry_after: 1 });
        }
        for reference in references::of(&operation) {
            match self.request.creators.get(&reference) {
                None => {
                    return Err(ScimError::InvalidValue(format!(
                        "`bulkId:{reference}` names no operation that creates something."
                    )));
                }
                Some(other) if circle.contains(other) => {}
                Some(_) if self.created.contains_key(&reference) => {}
                Some(_) => {
                    return Err(ScimError::Conflict(format!(
                        "`bulkId:{reference}` could not be created."
                    )));
                }
            }
        }
        operation.data = references::without_open(&operation.data, &self.created);
        references::resolve(&mut operation, &self.created);
        self.prepare(operation).await
    }

    /// The whole of a resource that was created without its references. Its password is set
    /// already, and hashing is nothing to do while a change is open.
    async fn completion(&mut self, place: usize, created: &Created) -> Result<Work, ScimError> {
        let mut operation = self.request.entries[place].operation.clone()?;
        let own = self.request.entries[place].bulk_id.as_deref();
        let id = own.and_then(|own| created.get(own)).cloned();
        references::resolve(&mut operation, created);
        if let Value::Object(data) = &mut operation.data {
            data.retain(|name, _| !name.eq_ignore_ascii_case("password"));
        }
        operation.method = Method::Put;
        operation.id = id.ok_or(ScimError::Internal)?;
        operation.version = None;
        self.prepare(operation).await
    }

    fn keep(&mut self, place: usize, outcome: Outcome) {
        match (&outcome.result, &outcome.id) {
            (Ok(Some(_)), Some(id)) => {
                let entry = &self.request.entries[place];
                if let (Some(bulk_id), Ok(operation)) = (&entry.bulk_id, &entry.operation)
                    && operation.method == Method::Post
                {
                    self.created.insert(bulk_id.clone(), id.clone());
                }
            }
            (Ok(_), _) => {}
            (Err(error), _) => {
                self.errors += 1;
                self.unavailable |= matches!(error, ScimError::Unavailable { .. });
            }
        }
        self.outcomes[place] = Some(outcome);
    }

    fn results(&self, base: &str) -> Vec<Value> {
        let pairs = self.request.entries.iter().zip(&self.outcomes);
        pairs
            .filter_map(|(entry, outcome)| Some(result(Base(base), entry, outcome.as_ref()?)))
            .collect()
    }
}

/// What an operation wants, of what, and of which version.
fn parts(operation: Operation) -> (Target, Wanted, IfMatch) {
    let Operation {
        method, id, data, ..
    } = operation;
    let wanted = match method {
        Method::Post => Wanted::Create(Ok(data)),
        Method::Put => Wanted::Replace(id, Ok(data)),
        Method::Patch => Wanted::Modify(id, Ok(data)),
        Method::Delete => Wanted::Delete(id),
    };
    let target = match operation.endpoint {
        Endpoint::Users => Target::User,
        Endpoint::Groups => Target::Group,
    };
    (target, wanted, IfMatch(operation.version))
}

fn id_and_version(done: &Done) -> Option<(String, i64)> {
    match done {
        Done::User(user) => Some((user.id.to_string(), user.version)),
        Done::Group(group, _) => Some((group.id.to_string(), group.version)),
        Done::Deleted => None,
    }
}

/// One result (RFC 7644, section 3.7.3): the status is a string, a failed POST has no
/// location, and only what failed has a `response`.
fn result(base: Base<'_>, entry: &Entry, outcome: &Outcome) -> Value {
    let mut result = Map::new();
    let mut put = |name: &str, value: Value| result.insert(name.to_owned(), value);
    put("method", json!(entry.method));
    if let Some(bulk_id) = &entry.bulk_id {
        put("bulkId", json!(bulk_id));
    }
    if let (Some(id), Ok(operation)) = (&outcome.id, &entry.operation) {
        let resource_type = resource_type(operation.endpoint);
        put("location", json!(base.location(resource_type, id)));
    }
    match &outcome.result {
        Ok(version) => {
            if let Some(version) = version {
                put("version", json!(version_tag(*version)));
            }
            let status = match &entry.operation {
                Ok(operation) if operation.method == Method::Post => "201",
                Ok(operation) if operation.method == Method::Delete => "204",
                _ => "200",
            };
            put("status", json!(status));
        }
        Err(error) => {
            put("status", json!(error.status().as_str()));
            put("response", error.body());
        }
    }
    Value::Object(result)
}

fn resource_type(endpoint: Endpoint) -> &'static ResourceType {
    match endpoint {
        Endpoint::Users => &USERS,
        Endpoint::Groups => &GROUPS,
    }
}
