//! Where the operations of a bulk request are done: each in a change of its own. Those of a
//! rehearsal are done in one change, which is undone at the end, so that each finds what
//! those before it would have left; one that is refused is undone by itself.
//!
//! The ledger is written when that change is over: it holds SQLite's one writer.

use super::trace::{Named, Traced};
use super::{Done, Target, Wanted, Work};
use super::{carry_out, is_kept, keep_only, keep_refusal, prepare, settle};
use crate::domain::audit::Change;
use crate::domain::ledger::NewEntry;
use crate::http::scim::asked::{Asked, IfMatch};
use crate::http::scim::error::ScimError;
use crate::http::web::State;

/// Where operations are done.
pub(in crate::http::scim) struct Stage<'a> {
    state: &'a State,
    asked: &'a Asked,
    rehearsal: Option<Rehearsal>,
}

struct Rehearsal {
    /// The one change, while no operation has it.
    change: Option<Change>,
    entries: Vec<NewEntry>,
}

impl<'a> Stage<'a> {
    /// A stage for the operations of one request.
    ///
    /// # Errors
    /// When the database cannot be written to.
    pub(in crate::http::scim) async fn new(
        state: &'a State,
        asked: &'a Asked,
    ) -> Result<Self, ScimError> {
        let rehearsal = match asked.caller.connection.dry_run() {
            true => Some(Rehearsal {
                change: Some(asked.change(state).await?),
                entries: Vec::new(),
            }),
            false => None,
        };
        Ok(Self {
            state,
            asked,
            rehearsal,
        })
    }

    /// Prepares an operation that is done between [`Stage::begin`] and [`Stage::settle`].
    pub(in crate::http::scim) async fn prepare(
        &mut self,
        target: Target,
        wanted: Wanted,
        expected: IfMatch,
    ) -> Result<Work, ScimError> {
        prepare(self.state, self.asked, target, wanted, expected).await
    }

    /// Does one operation and keeps it in the ledger, whatever comes of it.
    pub(in crate::http::scim) async fn one(
        &mut self,
        target: Target,
        wanted: Wanted,
        expected: IfMatch,
    ) -> Result<Done, ScimError> {
        if self.rehearsal.is_none() {
            return carry_out(self.state, self.asked, target, wanted, expected).await;
        }
        let named = Named::of(target, &wanted);
        let done = match self.prepare(target, wanted, expected).await {
            Ok(work) => self.rehearse(work).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &done {
            self.refuse(&named, error).await;
        }
        done
    }

    async fn rehearse(&mut self, work: Work) -> Result<Done, ScimError> {
        let mut change = self.begin().await?;
        match work.perform(&mut change, self.asked).await {
            Ok((done, traced)) => {
                self.settle(change, vec![traced]).await?;
                Ok(done)
            }
            Err(error) => {
                self.undo(change).await?;
                Err(error)
            }
        }
    }

    /// Begins what is done together or not at all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(in crate::http::scim) async fn begin(&mut self) -> Result<Change, ScimError> {
        let Some(rehearsal) = &mut self.rehearsal else {
            return Ok(self.asked.change(self.state).await?);
        };
        let change = rehearsal.change.take();
        let mut change = change.ok_or(ScimError::Unavailable { retry_after: 1 })?;
        change.mark().await?;
        Ok(change)
    }

    /// Ends what was begun, and keeps it in the ledger.
    ///
    /// # Errors
    /// When the brake holds it, or the database does not answer.
    pub(in crate::http::scim) async fn settle(
        &mut self,
        change: Change,
        traced: Vec<Traced>,
    ) -> Result<(), ScimError> {
        let Some(rehearsal) = &mut self.rehearsal else {
            return settle(self.state, self.asked, change, traced).await;
        };
        let entries = traced.into_iter().map(Traced::rehearsed);
        rehearsal.entries.extend(entries);
        rehearsal.change = Some(change);
        Ok(())
    }

    /// Undoes what was begun; that it was refused is for the caller to keep.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(in crate::http::scim) async fn undo(
        &mut self,
        mut change: Change,
    ) -> Result<(), ScimError> {
        if let Some(rehearsal) = &mut self.rehearsal {
            change.back().await?;
            rehearsal.change = Some(change);
        }
        Ok(())
    }

    /// Keeps that an operation was refused.
    pub(in crate::http::scim) async fn refuse(&mut self, named: &Named, error: &ScimError) {
        match &mut self.rehearsal {
            Some(rehearsal) if is_kept(error) => {
                rehearsal.entries.push(named.refused(self.asked, error));
            }
            Some(_) => {}
            None => keep_refusal(self.state, self.asked, named, error).await,
        }
    }

    /// Ends it all: undoes a rehearsal and writes down what would have been.
    ///
    /// # Errors
    /// When that cannot be written.
    pub(in crate::http::scim) async fn end(self) -> Result<(), ScimError> {
        let Some(Rehearsal { change, entries }) = self.rehearsal else {
            return Ok(());
        };
        drop(change);
        keep_only(self.state, self.asked, entries).await
    }
}
