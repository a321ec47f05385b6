//! The directory's statements. (Search, whose text is composed, is in `search`.)
//!
//! A statement over several ids has a fixed number of places; what is left over is filled
//! with an empty text, which is no id. So each text is one prepared statement.

use std::collections::BTreeSet;

use super::{
    Group, GroupId, GroupProfile, HeldGroup, Member, MemberKind, Profile, User, UserId, address_key,
};
use crate::domain::audit::Change;
use crate::foundation::db::{Error, Fetch, Row, Statement, sql};

/// How many ids one statement takes.
pub(super) const CHUNK: usize = 100;

macro_rules! hundred {
    () => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
         $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, \
         $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, \
         $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67, $68, $69, $70, \
         $71, $72, $73, $74, $75, $76, $77, $78, $79, $80, $81, $82, $83, $84, $85, $86, $87, \
         $88, $89, $90, $91, $92, $93, $94, $95, $96, $97, $98, $99, $100"
    };
}

macro_rules! user_columns {
    () => {
        "id, user_name, external_id, display_name, manager, active, active_since, active_by, \
         administrator, attributes, version, created_at, updated_at"
    };
}

macro_rules! group_columns {
    () => {
        "id, display_name, external_id, attributes, version, created_at, updated_at"
    };
}

/// The columns that [`read_user`] wants.
pub(super) const USER_COLUMNS: &str = user_columns!();
/// The columns that [`read_group`] wants.
pub(super) const GROUP_COLUMNS: &str = group_columns!();

pub(super) fn read_user(row: &Row) -> Result<User, Error> {
    Ok(User {
        id: row.parse("id")?,
        profile: Profile {
            user_name: row.get("user_name")?,
            external_id: row.get("external_id")?,
            display_name: row.get("display_name")?,
            manager: row.get("manager")?,
            attributes: row.json("attributes")?,
        },
        active: row.get("active")?,
        active_since: row.get("active_since")?,
        active_by: row.get("active_by")?,
        administrator: row.get("administrator")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

pub(super) fn read_group(row: &Row) -> Result<Group, Error> {
    Ok(Group {
        id: row.parse("id")?,
        profile: GroupProfile {
            display_name: row.get("display_name")?,
            external_id: row.get("external_id")?,
            attributes: row.json("attributes")?,
        },
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

async fn one_user(mut from: impl Fetch, statement: Statement) -> Result<Option<User>, Error> {
    let row = from.fetch_optional(statement).await?;
    row.as_ref().map(read_user).transpose()
}

pub(super) async fn user(from: impl Fetch, id: UserId) -> Result<Option<User>, Error> {
    let text = concat!("select ", user_columns!(), " from users where id = $1");
    one_user(from, sql(text).bind(id)).await
}

pub(super) async fn user_by_name_key(from: impl Fetch, key: &str) -> Result<Option<User>, Error> {
    let text = concat!(
        "select ",
        user_columns!(),
        " from users where user_name_key = $1"
    );
    one_user(from, sql(text).bind(key)).await
}

/// By the user name, or else by an e-mail address that one user only has.
pub(super) async fn user_for_sign_in(
    from: &mut impl Fetch,
    key: &str,
) -> Result<Option<User>, Error> {
    let by_name = sql(concat!(
        "select ",
        user_columns!(),
        " from users where user_name_key = $1"
    ));
    if let Some(row) = from.fetch_optional(by_name.bind(key)).await? {
        return read_user(&row).map(Some);
    }
    let by_address = sql(concat!(
        "select ",
        user_columns!(),
        " from users where id in (select user_id from user_emails where address_key = $1) limit 2"
    ));
    match from.fetch_all(by_address.bind(key)).await?.as_slice() {
        [only] => read_user(only).map(Some),
        _ => Ok(None),
    }
}

/// An update that changes nothing takes the row's lock on PostgreSQL and gives what it
/// holds now; SQLite has one writer anyhow, and no `for update`.
pub(super) async fn lock_user(change: &mut Change, id: UserId) -> Result<Option<User>, Error> {
    let text = concat!(
        "update users set version = version where id = $1 returning ",
        user_columns!()
    );
    one_user(change, sql(text).bind(id)).await
}

pub(super) async fn insert_user(change: &mut Change, user: &User, key: &str) -> Result<(), Error> {
    let statement = sql("insert into users
           (id, user_name, user_name_key, external_id, display_name, manager, active,
            active_since, active_by, administrator, attributes, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
    .bind(user.id)
    .bind(&user.profile.user_name)
    .bind(key)
    .bind(user.profile.external_id.clone())
    .bind(user.profile.display_name.clone())
    .bind(user.profile.manager.clone())
    .bind(user.active)
    .bind(user.active_since)
    .bind(&user.active_by)
    .bind(user.administrator)
    .bind(document(&user.profile.attributes))
    .bind(user.version)
    .bind(user.created_at)
    .bind(user.updated_at);
    change.execute(statement).await.map(drop)
}

pub(super) async fn update_profile(
    change: &mut Change,
    user: &User,
    key: &str,
) -> Result<(), Error> {
    let statement = sql(
        "update users set user_name = $2, user_name_key = $3, external_id = $4,
           display_name = $5, manager = $6, attributes = $7, version = $8, updated_at = $9
         where id = $1",
    )
    .bind(user.id)
    .bind(&user.profile.user_name)
    .bind(key)
    .bind(user.profile.external_id.clone())
    .bind(user.profile.display_name.clone())
    .bind(user.profile.manager.clone())
    .bind(document(&user.profile.attributes))
    .bind(user.version)
    .bind(user.updated_at);
    change.execute(statement).await.map(drop)
}

fn document(attributes: &serde_json::Map<String, serde_json::Value>) -> String {
    serde_json::to_string(attributes).unwrap_or_default()
}

pub(super) async fn write_emails(change: &mut Change, user: &User) -> Result<(), Error> {
    for (position, email) in (0_i64..).zip(user.profile.emails()) {
        let Some(key) = address_key(email.address) else {
            continue;
        };
        let statement = sql(
            "insert into user_emails (user_id, position, kind, address_key)
             values ($1, $2, $3, $4)",
        )
        .bind(user.id)
        .bind(position)
        .bind(email.kind.map(str::to_lowercase))
        .bind(key);
        change.execute(statement).await?;
    }
    Ok(())
}

pub(super) async fn delete_emails(change: &mut Change, id: UserId) -> Result<(), Error> {
    let statement = sql("delete from user_emails where user_id = $1").bind(id);
    change.execute(statement).await.map(drop)
}

/// Whether the row was not so already.
pub(super) async fn set_active(
    change: &mut Change,
    id: UserId,
    active: bool,
) -> Result<bool, Error> {
    let statement = sql(
        "update users set active = $2, active_since = $3, active_by = $4,
           version = version + 1, updated_at = $3
         where id = $1 and active <> $2",
    )
    .bind(id)
    .bind(active)
    .bind(change.now())
    .bind(change.actor().label());
    Ok(change.execute(statement).await? > 0)
}

pub(super) async fn forget_manager(change: &mut Change, id: UserId) -> Result<(), Error> {
    let statement = sql(
        "update users set manager = null, version = version + 1, updated_at = $2
         where manager = $1",
    )
    .bind(id)
    .bind(change.now());
    change.execute(statement).await.map(drop)
}

pub(super) async fn touch_groups_of(change: &mut Change, id: UserId) -> Result<(), Error> {
    let statement = sql("update groups set version = version + 1, updated_at = $2
         where id in (select group_id from group_users where user_id = $1)")
    .bind(id)
    .bind(change.now());
    change.execute(statement).await.map(drop)
}

pub(super) async fn delete_user(change: &mut Change, id: UserId) -> Result<(), Error> {
    let statement = sql("delete from users where id = $1").bind(id);
    change.execute(statement).await.map(drop)
}

async fn one_group(mut from: impl Fetch, statement: Statement) -> Result<Option<Group>, Error> {
    let row = from.fetch_optional(statement).await?;
    row.as_ref().map(read_group).transpose()
}

pub(super) async fn group(from: impl Fetch, id: GroupId) -> Result<Option<Group>, Error> {
    let text = concat!("select ", group_columns!(), " from groups where id = $1");
    one_group(from, sql(text).bind(id)).await
}

pub(super) async fn lock_group(change: &mut Change, id: GroupId) -> Result<Option<Group>, Error> {
    let text = concat!(
        "update groups set version = version where id = $1 returning ",
        group_columns!()
    );
    one_group(change, sql(text).bind(id)).await
}

pub(super) async fn insert_group(
    change: &mut Change,
    group: &Group,
    key: &str,
) -> Result<(), Error> {
    let statement = sql("insert into groups
           (id, display_name, display_name_key, external_id, attributes, version, created_at,
            updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(group.id)
    .bind(&group.profile.display_name)
    .bind(key)
    .bind(group.profile.external_id.clone())
    .bind(document(&group.profile.attributes))
    .bind(group.version)
    .bind(group.created_at)
    .bind(group.updated_at);
    change.execute(statement).await.map(drop)
}

pub(super) async fn update_group(
    change: &mut Change,
    group: &Group,
    key: &str,
) -> Result<(), Error> {
    let statement = sql("update groups set display_name = $2, display_name_key = $3,
           external_id = $4, attributes = $5, version = $6, updated_at = $7
         where id = $1")
    .bind(group.id)
    .bind(&group.profile.display_name)
    .bind(key)
    .bind(group.profile.external_id.clone())
    .bind(document(&group.profile.attributes))
    .bind(group.version)
    .bind(group.updated_at);
    change.execute(statement).await.map(drop)
}

pub(super) async fn touch_group(change: &mut Change, group: &Group) -> Result<(), Error> {
    let statement = sql("update groups set version = $2, updated_at = $3 where id = $1")
        .bind(group.id)
        .bind(group.version)
        .bind(group.updated_at);
    change.execute(statement).await.map(drop)
}

pub(super) async fn touch_groups_holding(change: &mut Change, id: GroupId) -> Result<(), Error> {
    let statement = sql("update groups set version = version + 1, updated_at = $2
         where id in (select group_id from group_groups where child_id = $1)")
    .bind(id)
    .bind(change.now());
    change.execute(statement).await.map(drop)
}

pub(super) async fn delete_group(change: &mut Change, id: GroupId) -> Result<(), Error> {
    let statement = sql("delete from groups where id = $1").bind(id);
    change.execute(statement).await.map(drop)
}

/// Binds up to [`CHUNK`] ids and fills the places that are left.
fn bind_chunk<T: ToString>(statement: Statement, ids: &[T]) -> Statement {
    let mut statement = statement;
    for place in 0..CHUNK {
        statement = statement.bind(ids.get(place).map(T::to_string).unwrap_or_default());
    }
    statement
}

/// Administrators are left out: provisioning neither sees nor replaces them.
pub(super) async fn member_ids(
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

pub(super) async fn members_of(
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

pub(super) async fn groups_of(
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

/// What became of some ids that were to be members.
pub(super) struct Outcome {
    pub(super) added: u64,
    pub(super) unknown: Vec<String>,
}

/// Adds up to [`CHUNK`] members, users or groups. The statements pick out by themselves
/// who exists, so no list of members is read.
pub(super) async fn add_members(
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
pub(super) async fn remove_members(
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

pub(super) async fn has_users(mut from: impl Fetch) -> Result<bool, Error> {
    let any = from
        .fetch_optional(sql("select id from users limit 1"))
        .await?;
    Ok(any.is_some())
}
