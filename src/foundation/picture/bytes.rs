use super::NotTaken;

/// Reads a file from its beginning to its end. What is not there is a broken file.
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) const fn of(file: &'a [u8]) -> Self {
        Self(file)
    }

    pub(super) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], NotTaken> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(NotTaken::Broken)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], NotTaken> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| NotTaken::Broken)
    }

    pub(super) fn expect(&mut self, known: &[u8]) -> Result<(), NotTaken> {
        if self.take(known.len())? == known {
            Ok(())
        } else {
            Err(NotTaken::Broken)
        }
    }
}

/// A length that was read, as one that can be taken.
pub(super) fn length(read: u32) -> Result<usize, NotTaken> {
    usize::try_from(read).map_err(|_| NotTaken::Broken)
}
