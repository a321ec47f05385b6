//! `doorward connection release`

use serde_json::json;

use super::super::{Context, Outcome};
use super::Named;
use crate::domain::ledger;
use crate::foundation::clock::Timestamp;

/// Lets a connection that the brake holds go on.
pub(super) async fn run(named: Named, context: &Context) -> Outcome {
    context
        .with_database(async |db| {
            let connection = super::find(db, &named.connection).await?;
            let mut change = context.change(db).await?;
            let held_since = ledger::release(&mut change, connection.id).await?;
            change.commit().await?;
            let held_since = held_since.map(Timestamp::to_rfc3339);
            let value = json!({ "id": connection.id, "held_since": held_since });
            let name = &connection.name;
            named.output.print(&value, |_| match &held_since {
                Some(since) => format!("released {name}, which was held since {since}"),
                None => format!("{name} was not held; its count begins anew"),
            })
        })
        .await
}
