//! Which way the walk goes.

use crate::bulk_walk_chance::Chance;
use crate::bulk_walk_model::{Group, GroupEdit, Model, Step, User, UserEdit};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// Names are few, and some differ by case only: they clash.
const NAMES: [&str; 12] = [
    "ann", "ANN", "bob", "cid", "dan", "eve", "fay", "gus", "hal", "ivy", "joe", "kim",
];
const TEXTS: [&str; 5] = ["a", "A", "b", "c", "d"];

pub fn step(chance: &mut Chance, model: &Model) -> Step {
    match chance.below(16) {
        0..=2 => Step::CreateUser(user(chance)),
        3 => Step::PutUser(user_id(chance, model), user(chance)),
        4..=6 => {
            let id = user_id(chance, model);
            let edits = (0..=chance.below(3)).map(|_| user_edit(chance)).collect();
            Step::PatchUser(id, edits)
        }
        7 => Step::DeleteUser(user_id(chance, model)),
        8..=9 => Step::CreateGroup(group(chance, model)),
        10 => Step::PutGroup(group_id(chance, model), group(chance, model)),
        11..=14 => {
            let id = group_id(chance, model);
            let edits = (0..=chance.below(3))
                .map(|_| group_edit(chance, model))
                .collect();
            Step::PatchGroup(id, edits)
        }
        _ => Step::DeleteGroup(group_id(chance, model)),
    }
}

fn text(chance: &mut Chance) -> Option<String> {
    chance.percent(70).then(|| (*chance.of(&TEXTS)).to_owned())
}

fn user(chance: &mut Chance) -> User {
    User {
        name: (*chance.of(&NAMES)).to_owned(),
        title: text(chance),
        badge: text(chance),
        active: true,
    }
}

fn user_edit(chance: &mut Chance) -> UserEdit {
    match chance.below(9) {
        0..=1 => UserEdit::Name((*chance.of(&NAMES)).to_owned()),
        2..=3 => UserEdit::Title(text(chance)),
        4..=5 => UserEdit::Badge(text(chance)),
        6..=7 => UserEdit::Active(chance.percent(50)),
        _ => UserEdit::Nonsense,
    }
}

fn group(chance: &mut Chance, model: &Model) -> Group {
    Group {
        name: (*chance.of(&NAMES)).to_owned(),
        members: members(chance, model).into_iter().collect(),
    }
}

fn group_edit(chance: &mut Chance, model: &Model) -> GroupEdit {
    match chance.below(10) {
        0 => GroupEdit::Name((*chance.of(&NAMES)).to_owned()),
        1..=4 => GroupEdit::Add(members(chance, model)),
        5..=7 => GroupEdit::Remove(members(chance, model)),
        8 => GroupEdit::Replace(members(chance, model)),
        _ => GroupEdit::Nonsense,
    }
}

fn members(chance: &mut Chance, model: &Model) -> Vec<String> {
    let count = chance.below(4);
    (0..count)
        .map(|_| match chance.below(20) {
            0 => NOBODY.to_owned(),
            1..=13 => user_id(chance, model),
            _ => group_id(chance, model),
        })
        .collect()
}

/// Mostly one that is there; now and then one of nobody, or of the other kind.
fn user_id(chance: &mut Chance, model: &Model) -> String {
    pick(chance, &model.user_ids(), &model.group_ids())
}

fn group_id(chance: &mut Chance, model: &Model) -> String {
    pick(chance, &model.group_ids(), &model.user_ids())
}

fn pick(chance: &mut Chance, all: &[&String], others: &[&String]) -> String {
    if chance.percent(4) && !others.is_empty() {
        return (*chance.of(others)).clone();
    }
    if all.is_empty() || chance.percent(3) {
        return NOBODY.to_owned();
    }
    (*chance.of(all)).clone()
}
