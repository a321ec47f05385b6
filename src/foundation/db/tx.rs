use sqlx::{Postgres, Sqlite, Transaction};

use super::{Error, Fetch, Row, Statement, sql};

/// A transaction in progress. Dropped without [`Tx::commit`], it leaves nothing behind.
pub enum Tx {
    /// Of SQLite's one writer.
    Sqlite(Transaction<'static, Sqlite>),
    /// Of PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Runs a statement; the number of rows it changed.
    pub async fn execute(&mut self, statement: Statement) -> Result<u64, Error> {
        match self {
            Self::Sqlite(tx) => Ok(statement
                .sqlite()?
                .execute(&mut **tx)
                .await?
                .rows_affected()),
            Self::Postgres(tx) => Ok(statement
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
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

impl Fetch for &mut Tx {
    async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<Row>, Error> {
        match self {
            Tx::Sqlite(tx) => {
                let rows = statement.sqlite()?.fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Tx::Postgres(tx) => {
                let rows = statement.postgres()?.fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    async fn fetch_optional(&mut self, statement: Statement) -> Result<Option<Row>, Error> {
        match self {
            Tx::Sqlite(tx) => Ok(statement
                .sqlite()?
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::Sqlite)),
            Tx::Postgres(tx) => Ok(statement
                .postgres()?
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::Postgres)),
        }
    }
}
