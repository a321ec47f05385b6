//! `doorward connection release-ownership`

use clap::Args;
use serde_json::json;

use super::super::{Context, Outcome};
use super::Named;
use crate::domain::audit::Event;
use crate::domain::connections::ConnectionId;
use crate::domain::directory::{self, Owned};
use crate::foundation::db::Db;

/// Looked at in one change, so that the writer is free between two.
const AT_A_TIME: i64 = 500;

/// Let other connections write what this one owns: users, groups and their attributes.
#[derive(Args, Debug)]
pub(in crate::cli) struct ReleaseOwnership {
    #[command(flatten)]
    named: Named,
}

impl ReleaseOwnership {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let connection = super::find(db, &self.named.connection).await?;
                let users = release(context, db, connection.id, Owned::User).await?;
                let groups = release(context, db, connection.id, Owned::Group).await?;
                let value = json!({ "id": connection.id, "users": users, "groups": groups });
                self.named.output.print(&value, |_| {
                    format!(
                        "released {users} users and {groups} groups of {}",
                        connection.name
                    )
                })
            })
            .await
    }
}

async fn release(
    context: &Context,
    db: &Db,
    connection: ConnectionId,
    resource: Owned,
) -> Outcome<u64> {
    let mut released = 0;
    loop {
        let mut change = context.change(db).await?;
        let some = directory::release(&mut change, connection, resource, AT_A_TIME).await?;
        if some == 0 {
            return Ok(released);
        }
        released += some;
        change.record(
            Event::new("connection.ownership_released")
                .subject("connection", connection)
                .detail(json!({ "released": some })),
        );
        change.commit().await?;
    }
}
