//! Which groups a user is in.

use super::{CHUNK, bind_chunk};
use crate::domain::directory::{HeldGroup, UserId};
use crate::foundation::db::{Error, Fetch, sql};

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
