//! The directory's statements. (Search, whose text is composed, is in `search`.)
//!
//! A statement over several ids has a fixed number of places; what is left over is filled
//! with an empty text, which is no id. So each text is one prepared statement.

use serde_json::{Map, Value};

use crate::foundation::db::Statement;

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

mod administrators;
mod extension;
mod external_ids;
mod groups;
mod held;
mod members;
mod ownership;
mod pictures;
mod totals;
mod users;

pub(super) use administrators::*;
pub(super) use extension::{count_with_extension, forget_extension};
pub(super) use external_ids::*;
pub(super) use groups::*;
pub(super) use held::groups_of;
pub(super) use members::{
    add_members, has_at_most, member_ids, members_of, next_groups, next_users, remove_members,
};
pub(super) use ownership::*;
pub(super) use pictures::*;
pub(super) use totals::*;
pub(super) use users::*;

fn document(attributes: &Map<String, Value>) -> String {
    serde_json::to_string(attributes).unwrap_or_default()
}

/// Binds up to [`CHUNK`] ids and fills the places that are left.
fn bind_chunk<T: ToString>(statement: Statement, ids: &[T]) -> Statement {
    let mut statement = statement;
    for place in 0..CHUNK {
        statement = statement.bind(ids.get(place).map(T::to_string).unwrap_or_default());
    }
    statement
}
