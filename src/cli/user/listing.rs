//! `doorward user list`

use clap::Args;
use serde_json::{Value as Json, json};

use super::{Context, Outcome};
use crate::cli::output::{self, Output};
use crate::domain::connections::ConnectionId;
use crate::domain::directory::{
    User,
    search::{self, Asking, Condition, Found as _, Order, Slice},
};
use crate::foundation::db::{Db, Error};

/// Read at a time, so that no statement holds a reader for long.
const PAGE: i64 = 500;

/// List all users.
#[derive(Args, Debug)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    output: Output,
}

impl List {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let users = all(db).await?;
                let value: Vec<Json> = users.iter().map(as_json).collect();
                self.output.print(&value, |_| as_text(&users))
            })
            .await
    }
}

async fn all(db: &Db) -> Result<Vec<User>, Error> {
    let everyone = Condition::everything();
    let by_built_in = Asking {
        connection: ConnectionId::BUILT_IN,
        order: Order::BY_ID,
    };
    let mut users: Vec<User> = Vec::new();
    loop {
        let last = users.last().map(|user| user.place(Order::BY_ID));
        let slice = Slice::next(last, PAGE);
        let page = search::find::<User>(db, by_built_in, &everyone, &slice).await?;
        if page.is_empty() {
            return Ok(users);
        }
        users.extend(page);
    }
}

fn as_json(user: &User) -> Json {
    json!({
        "id": user.id,
        "user_name": user.profile.user_name,
        "external_id": user.profile.external_id,
        "display_name": user.profile.shown_name(),
        "email": user.profile.email(),
        "active": user.active,
        "administrator": user.administrator,
        "created_at": user.created_at.to_rfc3339(),
        "updated_at": user.updated_at.to_rfc3339(),
    })
}

fn as_text(users: &[User]) -> String {
    let row = |user: &User| {
        [
            user.id.to_string(),
            user.profile.user_name.clone(),
            user.profile.shown_name(),
            if user.active { "active" } else { "inactive" }.to_owned(),
            if user.administrator { "yes" } else { "no" }.to_owned(),
        ]
    };
    let rows: Vec<_> = users.iter().map(row).collect();
    output::columns(
        ["id", "user name", "name", "source says", "administrator"],
        &rows,
    )
}
