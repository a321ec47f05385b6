use sqlx::{Postgres, Transaction};

use super::sqlite::Lease;
use super::sqlite_row::Wanted;
use super::{Error, Fetch, Row, Statement, sql};

/// A transaction in progress. Dropped without [`Tx::commit`], it leaves nothing behind.
pub struct Tx(pub(super) Begun);

#[allow(
    clippy::large_enum_variant,
    reason = "there is one for each transaction that is open, and it is moved once"
)]
pub(super) enum Begun {
    /// Of SQLite's one writer.
    Sqlite(Lease),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Runs a statement; the number of rows it changed.
    pub async fn execute(&mut self, statement: Statement) -> Result<u64, Error> {
        match &mut self.0 {
            Begun::Sqlite(lease) => Ok(lease.run(statement, Wanted::All).await?.changed),
            Begun::Postgres(tx) => Ok(statement
                .postgres()?
                .execute(&mut **tx)
                .await?
                .rows_affected()),
        }
    }

    /// Marks this place, to come [`Tx::back`] to. A later mark takes the place of an earlier one.
    pub async fn mark(&mut self) -> Result<(), Error> {
        self.execute(sql("savepoint place")).await.map(drop)
    }

    /// Undoes what was done since the mark, also after an error that stopped everything else.
    pub async fn back(&mut self) -> Result<(), Error> {
        self.execute(sql("rollback to savepoint place"))
            .await
            .map(drop)
    }

    /// Makes it last. When this returns, it survives a power cut.
    pub async fn commit(self) -> Result<(), Error> {
        match self.0 {
            Begun::Sqlite(lease) => lease.commit().await?,
            Begun::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

impl Fetch for &mut Tx {
    async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<Row>, Error> {
        match &mut self.0 {
            Begun::Sqlite(lease) => {
                let answer = lease.run(statement, Wanted::All).await?;
                Ok(answer.rows.into_iter().map(Row::Sqlite).collect())
            }
            Begun::Postgres(tx) => {
                let rows = statement.postgres()?.fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    async fn fetch_optional(&mut self, statement: Statement) -> Result<Option<Row>, Error> {
        match &mut self.0 {
            Begun::Sqlite(lease) => {
                let answer = lease.run(statement, Wanted::First).await?;
                Ok(answer.rows.into_iter().next().map(Row::Sqlite))
            }
            Begun::Postgres(tx) => Ok(statement
                .postgres()?
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::Postgres)),
        }
    }
}
