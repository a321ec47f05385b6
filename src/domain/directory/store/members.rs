//! Who is in a group. Lists are never read to add or to remove one.

use std::collections::BTreeSet;

use super::{CHUNK, bind_chunk};
use crate::domain::audit::Change;
use crate::domain::directory::{GroupId, Member, MemberKind};
use crate::foundation::db::{Error, Fetch, Row, sql};

/// Administrators are left out: provisioning neither sees nor replaces them.
pub(in crate::domain::directory) async fn member_ids(
    mut from: impl Fetch,
    group: GroupId,
) -> Result<BTreeSet<String>, Error> {
    let statement = sql("select gu.user_id as id from group_users gu
           join users u on u.id = gu.user_id
          where gu.group_id = $1 and u.administrator = false
         union all
         select child_id as id from group_groups where group_id = $1")
    .bind(group);
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(|row| row.get("id")).collect()
}

pub(in crate::domain::directory) async fn members_of(
    mut from: impl Fetch,
    groups: &[GroupId],
    limit: i64,
) -> Result<Vec<Member>, Error> {
    let mut members = Vec::new();
    for chunk in groups.chunks(CHUNK) {
        let statement = match chunk {
            [only] => sql(MEMBERS_OF_ONE).bind(*only).bind(limit),
            several => bind_chunk(sql(MEMBERS_OF_SEVERAL), several).bind(limit),
        };
        for row in from.fetch_all(statement).await? {
            members.push(read_member(&row)?);
        }
    }
    Ok(members)
}

macro_rules! members_where {
    ($of:expr, $limit:literal) => {
        concat!(
            "select gu.group_id, 'User' as kind, u.id,
                    coalesce(u.display_name, u.user_name) as display
               from group_users gu join users u on u.id = gu.user_id
              where gu.group_id ",
            $of,
            " and u.administrator = false
             union all
             select gg.group_id, 'Group' as kind, g.id, g.display_name as display
               from group_groups gg join groups g on g.id = gg.child_id
              where gg.group_id ",
            $of,
            "
             order by 1, 3 limit ",
            $limit
        )
    };
}

const MEMBERS_OF_ONE: &str = members_where!("= $1", "$2");
const MEMBERS_OF_SEVERAL: &str = members_where!(concat!("in (", hundred!(), ")"), "$101");

fn read_member(row: &Row) -> Result<Member, Error> {
    Ok(Member {
        group: row.parse("group_id")?,
        id: row.get("id")?,
        kind: match row.get::<String>("kind")?.as_str() {
            "User" => MemberKind::User,
            _ => MemberKind::Group,
        },
        display: row.get("display")?,
    })
}

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
