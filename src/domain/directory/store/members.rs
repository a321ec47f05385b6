//! Who is in a group. Lists are never read to add or to remove one.

use std::collections::BTreeSet;

use super::{CHUNK, bind_chunk};
use crate::domain::audit::Change;
use crate::domain::directory::{GroupId, Member, MemberKind};
use crate::foundation::db::{Error, Fetch, Row, Statement, sql};

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

/// The members of these groups, ordered by group, users before groups, and by id. When
/// there are more than `limit`, at least so many are given, and no more are read than it
/// takes to know.
pub(in crate::domain::directory) async fn members_of(
    mut from: impl Fetch,
    groups: &[GroupId],
    limit: i64,
) -> Result<Vec<Member>, Error> {
    let mut members: Vec<Member> = Vec::new();
    for chunk in groups.chunks(CHUNK) {
        for (one, several) in [
            (USERS_OF_ONE, USERS_OF_SEVERAL),
            (GROUPS_OF_ONE, GROUPS_OF_SEVERAL),
        ] {
            let statement = match chunk {
                [only] => sql(one).bind(*only).bind(""),
                many => bind_chunk(sql(several), many),
            };
            for row in from.fetch_all(statement.bind(limit)).await? {
                members.push(read_member(&row)?);
            }
            if i64::try_from(members.len()).is_ok_and(|count| count >= limit) {
                break;
            }
        }
    }
    // Within a group the order is that of the statements.
    members.sort_by_key(|member| member.group);
    Ok(members)
}

/// Whether a group has at most this many members; no more than that are looked at.
pub(in crate::domain::directory) async fn has_at_most(
    mut from: impl Fetch,
    group: GroupId,
    count: i64,
) -> Result<bool, Error> {
    let statement = sql("select
           (select count(*) from
             (select 1 as one from group_users where group_id = $1 limit $2) a) +
           (select count(*) from
             (select 1 as one from group_groups where group_id = $1 limit $2) b) as held")
    .bind(group)
    .bind(count + 1);
    let held: i64 = from.fetch_one(statement).await?.get("held")?;
    Ok(held <= count)
}

/// The users of a group behind an id.
pub(in crate::domain::directory) async fn next_users(
    from: impl Fetch,
    group: GroupId,
    last: &str,
    limit: i64,
) -> Result<Vec<Member>, Error> {
    next(from, sql(USERS_OF_ONE), (group, last, limit)).await
}

/// The groups in a group behind an id.
pub(in crate::domain::directory) async fn next_groups(
    from: impl Fetch,
    group: GroupId,
    last: &str,
    limit: i64,
) -> Result<Vec<Member>, Error> {
    next(from, sql(GROUPS_OF_ONE), (group, last, limit)).await
}

async fn next(
    mut from: impl Fetch,
    statement: Statement,
    (group, last, limit): (GroupId, &str, i64),
) -> Result<Vec<Member>, Error> {
    let statement = statement.bind(group).bind(last).bind(limit);
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(read_member).collect()
}

/// Users and groups are read by themselves, each in the order of its primary key: one
/// statement for both would sort all members to give the first few.
macro_rules! users_where {
    ($of:expr, $limit:literal) => {
        concat!(
            "select gu.group_id, 'User' as kind, gu.user_id as id,
                    coalesce(u.display_name, u.user_name) as display
               from group_users gu join users u on u.id = gu.user_id
              where gu.group_id ",
            $of,
            " and not u.administrator order by gu.group_id, gu.user_id limit ",
            $limit
        )
    };
}

macro_rules! groups_where {
    ($of:expr, $limit:literal) => {
        concat!(
            "select gg.group_id, 'Group' as kind, gg.child_id as id, g.display_name as display
               from group_groups gg join groups g on g.id = gg.child_id
              where gg.group_id ",
            $of,
            " order by gg.group_id, gg.child_id limit ",
            $limit
        )
    };
}

const USERS_OF_ONE: &str = users_where!("= $1 and gu.user_id > $2", "$3");
const USERS_OF_SEVERAL: &str = users_where!(concat!("in (", hundred!(), ")"), "$101");
const GROUPS_OF_ONE: &str = groups_where!("= $1 and gg.child_id > $2", "$3");
const GROUPS_OF_SEVERAL: &str = groups_where!(concat!("in (", hundred!(), ")"), "$101");

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
        let statement = insert.of(&left, group);
        let inserted = change.execute(statement).await?;
        added += inserted;
        if inserted == left.len() as u64 {
            left.clear();
            break;
        }
        let statement = present.of(&left, group);
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

/// A statement on some members of a group, for one member and for up to [`CHUNK`]: nearly
/// every request moves one, and need not bind a hundred.
struct OfMembers {
    one: &'static str,
    chunk: &'static str,
}

impl OfMembers {
    fn of<T: ToString>(&self, ids: &[T], group: GroupId) -> Statement {
        match ids {
            [only] => sql(self.one).bind(only.to_string()).bind(group),
            several => bind_chunk(sql(self.chunk), several).bind(group),
        }
    }
}

macro_rules! of_members {
    ($before_group:literal, $before_ids:literal, $after_ids:literal) => {
        OfMembers {
            one: concat!($before_group, "$2", $before_ids, "$1", $after_ids),
            chunk: concat!($before_group, "$101", $before_ids, hundred!(), $after_ids),
        }
    };
}

const INSERT_USERS: OfMembers = of_members!(
    "insert into group_users (group_id, user_id) select ",
    ", id from users where id in (",
    ") and administrator = false on conflict do nothing"
);
const PRESENT_USERS: OfMembers = of_members!(
    "select user_id as id from group_users where group_id = ",
    " and user_id in (",
    ")"
);
const INSERT_GROUPS: OfMembers = of_members!(
    "insert into group_groups (group_id, child_id) select ",
    ", id from groups where id in (",
    ") on conflict do nothing"
);
const PRESENT_GROUPS: OfMembers = of_members!(
    "select child_id as id from group_groups where group_id = ",
    " and child_id in (",
    ")"
);
const DELETE_USERS: OfMembers = of_members!(
    "delete from group_users where group_id = ",
    " and user_id in (",
    ") and not exists
         (select 1 from users u where u.id = group_users.user_id and u.administrator = true)"
);
const DELETE_GROUPS: OfMembers = of_members!(
    "delete from group_groups where group_id = ",
    " and child_id in (",
    ")"
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
        let users = DELETE_USERS.of(chunk, group);
        let of_users = change.execute(users).await?;
        removed += of_users;
        if of_users < chunk.len() as u64 {
            let groups = DELETE_GROUPS.of(chunk, group);
            removed += change.execute(groups).await?;
        }
    }
    Ok(removed)
}
