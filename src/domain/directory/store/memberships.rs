//! Who is in which group.

use std::collections::BTreeSet;

use super::{CHUNK, bind_chunk, hundred};
use crate::domain::directory::{GroupId, HeldGroup, Member, MemberKind, UserId};
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

pub(in crate::domain::directory) async fn groups_of(
    mut from: impl Fetch,
    users: &[UserId],
) -> Result<Vec<HeldGroup>, Error> {
    let mut held = Vec::new();
    for chunk in users.chunks(CHUNK) {
        let statement = match chunk {
            [only] => sql(GROUPS_OF_ONE).bind(*only),
            several => bind_chunk(sql(GROUPS_OF_SEVERAL), several),
        };
        for row in from.fetch_all(statement).await? {
            held.push(HeldGroup {
                user: row.parse("user_id")?,
                id: row.parse("group_id")?,
                display_name: row.get("display_name")?,
                direct: row.get::<String>("kind")? == "direct",
            });
        }
    }
    Ok(held)
}

/// Groups that hold each other in a circle end the recursion: `union` keeps a row once.
macro_rules! groups_of {
    ($who:expr) => {
        concat!(
            "with recursive held (user_id, group_id) as (
               select gu.user_id, gu.group_id from group_users gu where gu.user_id ",
            $who,
            "
               union
               select held.user_id, gg.group_id
                 from held join group_groups gg on gg.child_id = held.group_id
             )
             select held.user_id, held.group_id, g.display_name,
                    case when gu.user_id is null then 'indirect' else 'direct' end as kind
               from held
               join groups g on g.id = held.group_id
               left join group_users gu
                 on gu.group_id = held.group_id and gu.user_id = held.user_id
              order by held.user_id, held.group_id"
        )
    };
}

const GROUPS_OF_ONE: &str = groups_of!("= $1");

const GROUPS_OF_SEVERAL: &str = groups_of!(concat!("in (", hundred!(), ")"));
