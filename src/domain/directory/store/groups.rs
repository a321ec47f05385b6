use super::{document, owned, read_ownership};
use crate::domain::audit::{Change, ConnectionId};
use crate::domain::directory::{Group, GroupId, GroupProfile, UserId};
use crate::foundation::db::{Error, Fetch, Row, Statement, sql};

// The external id is that of one connection: the place that holds its id comes in.
macro_rules! group_columns {
    ($connection:literal) => {
        concat!(
            "(select e.external_id from external_ids e where e.resource_id = groups.id \
               and e.connection_id = ",
            $connection,
            ") as external_id, id, display_name, attributes, owner_id, owned, version, \
             created_at, updated_at"
        )
    };
}

/// The columns that [`read_group`] wants; `?` is the connection that asks.
pub(in crate::domain::directory) const GROUP_COLUMNS: &str = group_columns!("?");

pub(in crate::domain::directory) fn read_group(row: &Row) -> Result<Group, Error> {
    Ok(Group {
        id: row.parse("id")?,
        profile: GroupProfile {
            display_name: row.get("display_name")?,
            external_id: row.get("external_id")?,
            attributes: row.json("attributes")?,
        },
        ownership: read_ownership(row)?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

async fn one_group(mut from: impl Fetch, statement: Statement) -> Result<Option<Group>, Error> {
    let row = from.fetch_optional(statement).await?;
    row.as_ref().map(read_group).transpose()
}

pub(in crate::domain::directory) async fn group(
    from: impl Fetch,
    connection: Option<ConnectionId>,
    id: GroupId,
) -> Result<Option<Group>, Error> {
    let text = concat!(
        "select ",
        group_columns!("$2"),
        " from groups where id = $1"
    );
    one_group(from, sql(text).bind(id).bind(connection)).await
}

pub(in crate::domain::directory) async fn lock_group(
    change: &mut Change,
    id: GroupId,
) -> Result<Option<Group>, Error> {
    let text = concat!(
        "update groups set version = version where id = $1 returning ",
        group_columns!("$2")
    );
    let connection = change.connection();
    one_group(change, sql(text).bind(id).bind(connection)).await
}

/// What a group's name is found by, and whether no other may have it.
#[derive(Clone, Copy)]
pub(in crate::domain::directory) struct NameKey<'a> {
    pub(in crate::domain::directory) text: &'a str,
    pub(in crate::domain::directory) unique: bool,
}

pub(in crate::domain::directory) async fn insert_group(
    change: &mut Change,
    group: &Group,
    key: NameKey<'_>,
) -> Result<(), Error> {
    let statement = sql("insert into groups
           (id, display_name, display_name_key, unique_name_key, attributes, owner_id, owned,
            version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(group.id)
    .bind(&group.profile.display_name)
    .bind(key.text)
    .bind(key.unique.then(|| key.text.to_owned()))
    .bind(document(&group.profile.attributes))
    .bind(group.ownership.creator)
    .bind(owned(&group.ownership))
    .bind(group.version)
    .bind(group.created_at)
    .bind(group.updated_at);
    change.execute(statement).await.map(drop)
}

/// Whether the name is unique is asked when it is given, and not again at every other change.
pub(in crate::domain::directory) async fn update_group(
    change: &mut Change,
    group: &Group,
    key: NameKey<'_>,
) -> Result<(), Error> {
    let statement = sql("update groups set display_name = $2, display_name_key = $3,
           unique_name_key = case when display_name_key = $3 then unique_name_key else $4 end,
           attributes = $5, owned = $6, version = $7, updated_at = $8
         where id = $1")
    .bind(group.id)
    .bind(&group.profile.display_name)
    .bind(key.text)
    .bind(key.unique.then(|| key.text.to_owned()))
    .bind(document(&group.profile.attributes))
    .bind(owned(&group.ownership))
    .bind(group.version)
    .bind(group.updated_at);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::directory) async fn touch_group(
    change: &mut Change,
    group: &Group,
) -> Result<(), Error> {
    let statement =
        sql("update groups set version = $2, updated_at = $3, owned = $4 where id = $1")
            .bind(group.id)
            .bind(group.version)
            .bind(group.updated_at)
            .bind(owned(&group.ownership));
    change.execute(statement).await.map(drop)
}

/// Moves the versions of the groups that a user is in.
pub(in crate::domain::directory) async fn touch_groups_of(
    change: &mut Change,
    id: UserId,
) -> Result<(), Error> {
    let of = sql("select group_id from group_users where user_id = $1 order by group_id");
    touch_each(change, of.bind(id)).await
}

/// Moves the versions of the groups that hold a group.
pub(in crate::domain::directory) async fn touch_groups_holding(
    change: &mut Change,
    id: GroupId,
) -> Result<(), Error> {
    let of = sql("select group_id from group_groups where child_id = $1 order by group_id");
    touch_each(change, of.bind(id)).await
}

/// One after the other in the order of their ids: two changes that touch the same groups
/// would otherwise wait for each other on PostgreSQL until one of them is ended.
async fn touch_each(change: &mut Change, ids: Statement) -> Result<(), Error> {
    for row in (&mut *change).fetch_all(ids).await? {
        let statement = sql("update groups set version = version + 1, updated_at = $2
             where id = $1")
        .bind(row.get::<String>("group_id")?)
        .bind(change.now());
        change.execute(statement).await?;
    }
    Ok(())
}

pub(in crate::domain::directory) async fn delete_group(
    change: &mut Change,
    id: GroupId,
) -> Result<(), Error> {
    let statement = sql("delete from groups where id = $1").bind(id).long();
    change.execute(statement).await.map(drop)
}
