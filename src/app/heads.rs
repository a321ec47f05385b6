//! What a request said of its length, word for word. A request that bears a `Content-Length` beside
//! a `Transfer-Encoding` is read by its chunks and its length is dropped before anybody sees it
//! (RFC 9112 §6.3). Whoever forwarded it may have read it by its length: then the rest of the body
//! is the next request there. Such a request is refused; so its bytes are remembered until it is
//! answered.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What arrived on a connection since its last answer, as far as a head can be long.
#[derive(Clone)]
pub struct Heads {
    seen: Arc<Mutex<Vec<u8>>>,
    longest: usize,
}

impl Heads {
    /// Nothing has arrived.
    pub fn new(longest: usize) -> Self {
        Self {
            seen: Arc::default(),
            longest,
        }
    }

    /// Whether the head of the request that is being answered names a `Content-Length`.
    pub fn name_a_length(&self) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = seen.split(|byte| *byte == b'\n');
        lines.next();
        lines
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
            .take_while(|line| !line.is_empty())
            .any(is_of_a_length)
    }

    fn arrived(&self, bytes: &[u8]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let room = self.longest.saturating_sub(seen.len());
        seen.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn answered(&self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.clear();
    }
}

fn is_of_a_length(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next();
    name.is_some_and(|name| name.eq_ignore_ascii_case(b"content-length"))
}

/// A connection whose requests are remembered until they are answered.
pub struct Remembered<S> {
    stream: S,
    heads: Heads,
}

impl<S> Remembered<S> {
    /// The connection, and where its requests are remembered.
    pub fn new(stream: S, heads: Heads) -> Self {
        Self { stream, heads }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Remembered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.heads.arrived(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Remembered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.heads.answered();
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.heads.answered();
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(bytes: &[u8]) -> bool {
        let heads = Heads::new(100);
        heads.arrived(bytes);
        heads.name_a_length()
    }

    #[test]
    fn a_length_is_looked_for_in_the_head_and_nowhere_else() {
        assert!(names(
            b"POST / HTTP/1.1\r\nhost: x\r\nCONTENT-length: 3\r\n\r\n"
        ));
        assert!(names(b"POST / HTTP/1.1\ncontent-length:3\n\n"));
        assert!(!names(b"POST /content-length: HTTP/1.1\r\nhost: x\r\n\r\n"));
        assert!(!names(b"POST / HTTP/1.1\r\nx-content-length: 3\r\n\r\n"));
        assert!(!names(
            b"POST / HTTP/1.1\r\nhost: x\r\n\r\ncontent-length: 3\r\n"
        ));
        assert!(!names(b""));
    }

    #[test]
    fn no_more_is_kept_than_a_head_can_have_and_nothing_of_what_was_answered() {
        let heads = Heads::new(20);
        heads.arrived(&[b'x'; 15]);
        heads.arrived(&[b'x'; 15]);
        assert_eq!(heads.seen.lock().unwrap().len(), 20);
        heads.answered();
        assert!(heads.seen.lock().unwrap().is_empty());
    }
}
