use crate::domain::audit::Change;
use crate::domain::clients::ClientId;
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Error, sql};

pub(super) async fn insert(
    change: &mut Change,
    client: &ClientId,
    fresh_until: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("insert into self_registered_clients
           (client_id, kind, created_at, used_at, fresh_until)
         values ($1, 'document', $2, $2, $3)")
    .bind(client)
    .bind(now)
    .bind(fresh_until);
    change.execute(statement).await.map(drop)
}

pub(super) async fn renew(
    change: &mut Change,
    client: &ClientId,
    fresh_until: Timestamp,
) -> Result<(), Error> {
    let statement = sql(
        "update self_registered_clients set fresh_until = $2, used_at = $3
          where client_id = $1 and kind = 'document'",
    )
    .bind(client)
    .bind(fresh_until)
    .bind(change.now());
    change.execute(statement).await.map(drop)
}
