use super::{Change, Event};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Error, Fetch, sql};
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
