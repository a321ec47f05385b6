use super::{document, owned, read_ownership};
use crate::domain::audit::{Change, ConnectionId};
use crate::domain::directory::{HeldGroup, Profile, User, UserId, address_key, folded};
use crate::foundation::db::{Error, Fetch, Row, Statement, sql};

// The external id is that of one connection: the place that holds its id comes in.
macro_rules! user_columns {
    ($connection:literal) => {
        concat!(
            "(select e.external_id from external_ids e where e.resource_id = users.id \
               and e.connection_id = ",
            $connection,
            ") as external_id, id, user_name, display_name, manager, active, active_since, \
             active_by, active_stated, administrator, picture, attributes, owner_id, owned, version, \
             created_at, updated_at"
        )
    };
}

/// The columns that [`read_user`] wants; `?` is the connection that asks.
pub(in crate::domain::directory) const USER_COLUMNS: &str = user_columns!("?");

pub(in crate::domain::directory) fn read_user(row: &Row) -> Result<User, Error> {
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
        active_stated: row.get("active_stated")?,
        picture: row.get("picture")?,
        administrator: row.get("administrator")?,
        ownership: read_ownership(row)?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

async fn one_user(mut from: impl Fetch, statement: Statement) -> Result<Option<User>, Error> {
    let row = from.fetch_optional(statement).await?;
    row.as_ref().map(read_user).transpose()
}

pub(in crate::domain::directory) async fn user(
    from: impl Fetch,
    connection: Option<ConnectionId>,
    id: UserId,
) -> Result<Option<User>, Error> {
    let text = concat!("select ", user_columns!("$2"), " from users where id = $1");
    one_user(from, sql(text).bind(id).bind(connection)).await
}

/// Active administrators, the oldest first.
pub(in crate::domain::directory) async fn active_administrators(
    mut from: impl Fetch,
    most: i64,
) -> Result<Vec<User>, Error> {
    let text = concat!(
        "select ",
        user_columns!("$1"),
        " from users where administrator = true and active = true order by id limit $2"
    );
    let statement = sql(text).bind(None::<ConnectionId>).bind(most);
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(read_user).collect()
}

/// The user and the groups that it is in, by one statement: a row for each group.
pub(in crate::domain::directory) async fn user_with_groups(
    mut from: impl Fetch,
    connection: ConnectionId,
    id: UserId,
) -> Result<Option<(User, Vec<HeldGroup>)>, Error> {
    let statement = sql(USER_WITH_GROUPS).bind(id).bind(connection);
    let rows = from.fetch_all(statement).await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let mut held = Vec::new();
    for row in &rows {
        if let Some(group) = row.parse_optional("held_id")? {
            held.push(HeldGroup {
                user: id,
                id: group,
                display_name: row.get("held_name")?,
                direct: row.get("held_directly")?,
            });
        }
    }
    Ok(Some((read_user(first)?, held)))
}

/// Groups that hold each other in a circle end the recursion: `union` keeps a row once.
const USER_WITH_GROUPS: &str = concat!(
    "with recursive held (group_id) as (
       select group_id from group_users where user_id = $1
       union
       select gg.group_id from held join group_groups gg on gg.child_id = held.group_id
     )
     select ",
    user_columns!("$2"),
    ", held_id, held_name, held_directly
       from users left join (
         select g.id as held_id, g.display_name as held_name,
                exists (select 1 from group_users gu
                         where gu.group_id = g.id and gu.user_id = $1) as held_directly
           from held join groups g on g.id = held.group_id) as in_groups on true
      where users.id = $1
      order by held_id"
);

pub(in crate::domain::directory) async fn user_by_name_key(
    from: impl Fetch,
    key: &str,
) -> Result<Option<User>, Error> {
    let text = concat!(
        "select ",
        user_columns!("''"),
        " from users where user_name_key = $1"
    );
    one_user(from, sql(text).bind(key)).await
}

/// By the user name, or else by an e-mail address that one user only has.
pub(in crate::domain::directory) async fn user_for_sign_in(
    from: &mut impl Fetch,
    key: &str,
) -> Result<Option<User>, Error> {
    let by_name = sql(concat!(
        "select ",
        user_columns!("''"),
        " from users where user_name_key = $1"
    ));
    if let Some(row) = from.fetch_optional(by_name.bind(key)).await? {
        return read_user(&row).map(Some);
    }
    let by_address = sql(concat!(
        "select ",
        user_columns!("''"),
        " from users where id in (select user_id from user_emails where address_key = $1) limit 2"
    ));
    match from.fetch_all(by_address.bind(key)).await?.as_slice() {
        [only] => read_user(only).map(Some),
        _ => Ok(None),
    }
}

pub(in crate::domain::directory) async fn holder_of_address(
    mut from: impl Fetch,
    key: &str,
    but: UserId,
) -> Result<Option<UserId>, Error> {
    let statement = sql("select id from users where user_name_key = $1 and id <> $2
         union all
         select user_id as id from user_emails where address_key = $1 and user_id <> $2
         limit 1")
    .bind(key)
    .bind(but);
    let row = from.fetch_optional(statement).await?;
    row.map(|row| row.parse("id")).transpose()
}

/// An update that changes nothing takes the row's lock on PostgreSQL and gives what it
/// holds now; SQLite has one writer anyhow, and no `for update`.
pub(in crate::domain::directory) async fn lock_user(
    change: &mut Change,
    id: UserId,
) -> Result<Option<User>, Error> {
    let text = concat!(
        "update users set version = version where id = $1 returning ",
        user_columns!("$2")
    );
    let connection = change.connection();
    one_user(change, sql(text).bind(id).bind(connection)).await
}

pub(in crate::domain::directory) async fn insert_user(
    change: &mut Change,
    user: &User,
    key: &str,
) -> Result<(), Error> {
    let statement = sql("insert into users
           (id, user_name, user_name_key, display_name, manager, active, active_since,
            active_by, administrator, attributes, owner_id, owned, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
    .bind(user.id)
    .bind(&user.profile.user_name)
    .bind(key)
    .bind(user.profile.display_name.clone())
    .bind(user.profile.manager.clone())
    .bind(user.active)
    .bind(user.active_since)
    .bind(&user.active_by)
    .bind(user.administrator)
    .bind(document(&user.profile.attributes))
    .bind(user.ownership.creator)
    .bind(owned(&user.ownership))
    .bind(user.version)
    .bind(user.created_at)
    .bind(user.updated_at);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::directory) async fn update_profile(
    change: &mut Change,
    user: &User,
    key: &str,
) -> Result<(), Error> {
    let statement = sql(
        "update users set user_name = $2, user_name_key = $3, owned = $4,
           display_name = $5, manager = $6, attributes = $7, version = $8, updated_at = $9
         where id = $1",
    )
    .bind(user.id)
    .bind(&user.profile.user_name)
    .bind(key)
    .bind(owned(&user.ownership))
    .bind(user.profile.display_name.clone())
    .bind(user.profile.manager.clone())
    .bind(document(&user.profile.attributes))
    .bind(user.version)
    .bind(user.updated_at);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::directory) async fn write_emails(
    change: &mut Change,
    user: &User,
) -> Result<(), Error> {
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
        .bind(email.kind.map(folded))
        .bind(key);
        change.execute(statement).await?;
    }
    Ok(())
}

pub(in crate::domain::directory) async fn delete_emails(
    change: &mut Change,
    id: UserId,
) -> Result<(), Error> {
    let statement = sql("delete from user_emails where user_id = $1").bind(id);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::directory) async fn update_user_ownership(
    change: &mut Change,
    user: &User,
) -> Result<(), Error> {
    let statement = sql("update users set owned = $2 where id = $1")
        .bind(user.id)
        .bind(owned(&user.ownership));
    change.execute(statement).await.map(drop)
}

/// Whether the row was not so already.
pub(in crate::domain::directory) async fn set_active(
    change: &mut Change,
    id: UserId,
    active: bool,
) -> Result<bool, Error> {
    let statement = sql(
        "update users set active = $2, active_since = $3, active_by = $4, active_stated = true,
           version = version + 1, updated_at = $3
         where id = $1 and active <> $2",
    )
    .bind(id)
    .bind(active)
    .bind(change.now())
    .bind(change.actor().label());
    Ok(change.execute(statement).await? > 0)
}

pub(in crate::domain::directory) async fn state_active(
    change: &mut Change,
    user: &User,
) -> Result<(), Error> {
    let statement = sql(
        "update users set active_stated = $2, owned = $3, version = $4, updated_at = $5
          where id = $1",
    )
    .bind(user.id)
    .bind(user.active_stated)
    .bind(owned(&user.ownership))
    .bind(user.version)
    .bind(user.updated_at);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::directory) async fn forget_manager(
    change: &mut Change,
    id: UserId,
) -> Result<(), Error> {
    let statement = sql(
        "update users set manager = null, version = version + 1, updated_at = $2
         where manager = $1",
    )
    .bind(id)
    .bind(change.now());
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::directory) async fn delete_user(
    change: &mut Change,
    id: UserId,
) -> Result<(), Error> {
    let statement = sql("delete from users where id = $1").bind(id);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::directory) async fn has_users(mut from: impl Fetch) -> Result<bool, Error> {
    let any = from
        .fetch_optional(sql("select id from users limit 1"))
        .await?;
    Ok(any.is_some())
}
