//! One resource type of a query, whichever it is.

use crate::domain::directory::search::Window;
use crate::domain::directory::{Group, User};
use crate::http::scim::error::ScimError;
use crate::http::scim::sorting::SortKey;
use crate::http::scim::source::{Plan, Stretch};
use crate::http::web::State;

/// One resource type of a query.
pub(super) enum Source {
    Users(Plan<User>),
    Groups(Plan<Group>),
}

/// One resource of a page.
pub(super) enum Item {
    User(User),
    Group(Group),
}

macro_rules! of_either {
    ($source:expr, $plan:ident => $items:expr) => {
        match $source {
            Source::Users($plan) => $items.into_iter().map(Item::User).collect::<Vec<Item>>(),
            Source::Groups($plan) => $items.into_iter().map(Item::Group).collect::<Vec<Item>>(),
        }
    };
}

impl Source {
    pub(super) fn is_ordered(&self) -> bool {
        match self {
            Self::Users(plan) => plan.is_ordered(),
            Self::Groups(plan) => plan.is_ordered(),
        }
    }

    pub(super) async fn window(
        &self,
        state: &State,
        window: Window,
    ) -> Result<(i64, Vec<Item>), ScimError> {
        match self {
            Self::Users(plan) => {
                let (total, items) = plan.window(state, window).await?;
                Ok((total, items.into_iter().map(Item::User).collect()))
            }
            Self::Groups(plan) => {
                let (total, items) = plan.window(state, window).await?;
                Ok((total, items.into_iter().map(Item::Group).collect()))
            }
        }
    }

    pub(super) async fn stretch(
        &self,
        state: &State,
        from: &Stretch<'_>,
        count: i64,
    ) -> Result<Vec<Item>, ScimError> {
        Ok(of_either!(self, plan => plan.stretch(state, from, count).await?))
    }

    pub(super) async fn of_ids(
        &self,
        state: &State,
        ids: Vec<String>,
    ) -> Result<Vec<Item>, ScimError> {
        Ok(of_either!(self, plan => plan.of_ids(state, ids).await?))
    }

    pub(super) async fn keys(&self, state: &State) -> Result<Vec<(SortKey, String)>, ScimError> {
        match self {
            Self::Users(plan) => plan.keys(state).await,
            Self::Groups(plan) => plan.keys(state).await,
        }
    }

    pub(super) async fn free_total(&self, state: &State) -> Result<Option<i64>, ScimError> {
        match self {
            Self::Users(plan) => plan.free_total(state).await,
            Self::Groups(plan) => plan.free_total(state).await,
        }
    }
}

impl Item {
    pub(super) fn id(&self) -> String {
        match self {
            Self::User(user) => user.id.to_string(),
            Self::Group(group) => group.id.to_string(),
        }
    }
}
