use super::{Change, Entry, Event, Place};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Error, Fetch, Row, sql};
use crate::foundation::id::new_uuid;

pub(super) async fn insert(change: &mut Change, event: Event) -> Result<(), Error> {
    let (subject_kind, subject_id) = event.subject.unzip();
    let statement = sql("insert into audit_events
           (id, at, actor_kind, actor_id, action, subject_kind, subject_id, request_id, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(new_uuid(change.now).hyphenated().to_string())
    .bind(change.now)
    .bind(change.actor.kind())
    .bind(change.actor.id())
    .bind(event.action)
    .bind(subject_kind)
    .bind(subject_id)
    .bind(change.request_id.clone())
    .bind(event.detail.to_string());
    change.tx.execute(statement).await.map(drop)
}

pub(super) async fn newest(mut from: impl Fetch) -> Result<Option<Timestamp>, Error> {
    let statement = sql("select at from audit_events order by at desc limit 1");
    let row = from.fetch_optional(statement).await?;
    row.map(|row| row.get("at")).transpose()
}

pub(super) async fn delete_before(
    change: &mut Change,
    before: Timestamp,
    most: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from audit_events where id in
           (select id from audit_events where at <= $1 limit $2)")
    .bind(before)
    .bind(most);
    change.execute(statement).await
}

/// Two statements, because a page that begins somewhere asks for a place and not for a moment.
pub(super) async fn about(
    mut from: impl Fetch,
    (kind, id): (&'static str, &str),
    after: Option<&Place>,
    most: i64,
) -> Result<Vec<Entry>, Error> {
    let statement = match after {
        None => sql(
            "select id, at, actor_kind, actor_id, action, detail from audit_events
              where subject_id = $1 and subject_kind = $2
              order by at desc, id desc limit $3",
        )
        .bind(id)
        .bind(kind)
        .bind(most),
        Some(place) => sql(
            "select id, at, actor_kind, actor_id, action, detail from audit_events
              where subject_id = $1 and subject_kind = $2
                and at <= $3 and (at < $3 or id < $4)
              order by at desc, id desc limit $5",
        )
        .bind(id)
        .bind(kind)
        .bind(place.at)
        .bind(place.id.as_str())
        .bind(most),
    };
    let rows = from.fetch_all(statement).await?;
    let read = |row: &Row| {
        Ok(Entry {
            place: Place {
                at: row.get("at")?,
                id: row.get("id")?,
            },
            actor_kind: row.get("actor_kind")?,
            actor_id: row.get("actor_id")?,
            action: row.get("action")?,
            detail: row.json("detail")?,
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn newest_about(
    mut from: impl Fetch,
    (kind, id): (&'static str, &str),
    action: &'static str,
) -> Result<Option<Timestamp>, Error> {
    let statement = sql("select at from audit_events
          where subject_id = $1 and subject_kind = $2 and action = $3
          order by at desc limit 1")
    .bind(id)
    .bind(kind)
    .bind(action);
    let row = from.fetch_optional(statement).await?;
    row.map(|row| row.get("at")).transpose()
}
