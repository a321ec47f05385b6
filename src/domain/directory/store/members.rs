//! Adding and removing members: rows are written and no list of members is read.

use std::collections::BTreeSet;

use super::{CHUNK, bind_chunk, hundred};
use crate::domain::audit::Change;
use crate::domain::directory::GroupId;
use crate::foundation::db::{Error, Fetch, sql};

/// What became of some ids that were to be members.
pub(in crate::domain::directory) struct Outcome {
    pub(in crate::domain::directory) added: u64,
    pub(in crate::domain::directory) unknown: Vec<String>,
}

/// Adds up to [`CHUNK`] members, users or groups. The statements pick out by themselves
/// who exists, so no list of members is read.
pub(in crate::domain::directory) async fn add_members(
    change: &mut Change,
    group: GroupId,
    ids: &[String],
) -> Result<Outcome, Error> {
    let mut added = 0;
    let mut left: Vec<String> = ids.to_vec();
    for (insert, present) in [
        (INSERT_USERS, PRESENT_USERS),
        (INSERT_GROUPS, PRESENT_GROUPS),
    ] {
        let statement = bind_chunk(sql(insert), &left).bind(group);
        let inserted = change.execute(statement).await?;
        added += inserted;
        if inserted == left.len() as u64 {
            left.clear();
            break;
        }
        let statement = bind_chunk(sql(present), &left).bind(group);
        let rows = (&mut *change).fetch_all(statement).await?;
        let there: BTreeSet<String> = rows
            .iter()
            .map(|row| row.get("id"))
            .collect::<Result<_, _>>()?;
        left.retain(|id| !there.contains(id));
        if left.is_empty() {
            break;
        }
    }
    Ok(Outcome {
        added,
        unknown: left,
    })
}

const INSERT_USERS: &str = concat!(
    "insert into group_users (group_id, user_id)
     select $101, id from users where id in (",
    hundred!(),
    ") and administrator = false
     on conflict do nothing"
);

const PRESENT_USERS: &str = concat!(
    "select user_id as id from group_users where user_id in (",
    hundred!(),
    ")
     and group_id = $101"
);

const INSERT_GROUPS: &str = concat!(
    "insert into group_groups (group_id, child_id)
     select $101, id from groups where id in (",
    hundred!(),
    ")
     on conflict do nothing"
);

const PRESENT_GROUPS: &str = concat!(
    "select child_id as id from group_groups where child_id in (",
    hundred!(),
    ")
     and group_id = $101"
);

/// Removes members; those that are not there are passed over. Administrators stay.
pub(in crate::domain::directory) async fn remove_members(
    change: &mut Change,
    group: GroupId,
    ids: &BTreeSet<String>,
) -> Result<u64, Error> {
    let ids: Vec<&String> = ids.iter().collect();
    let mut removed = 0;
    for chunk in ids.chunks(CHUNK) {
        let users = bind_chunk(sql(DELETE_USERS), chunk).bind(group);
        let of_users = change.execute(users).await?;
        removed += of_users;
        if of_users < chunk.len() as u64 {
            let groups = bind_chunk(sql(DELETE_GROUPS), chunk).bind(group);
            removed += change.execute(groups).await?;
        }
    }
    Ok(removed)
}

const DELETE_USERS: &str = concat!(
    "delete from group_users where group_id = $101 and user_id in (",
    hundred!(),
    ")
     and user_id not in (select id from users where administrator = true)"
);

const DELETE_GROUPS: &str = concat!(
    "delete from group_groups where group_id = $101 and child_id in (",
    hundred!(),
    ")"
);
