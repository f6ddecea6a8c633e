//! The connection under a request, for what HTTP has no words for: that it ends with a reset, or
//! before a single byte.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// How a connection ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum End {
    /// It is closed: the client reads the end of the stream.
    Close = 1,
    /// It is reset: the client reads an error.
    Reset = 2,
}

/// In a request's extensions: a handle to the connection on which it came.
#[derive(Clone, Debug, Default)]
pub struct Line(Arc<AtomicU8>);

impl Line {
    /// Ends the connection: whatever would be written next is not.
    pub fn end(&self, how: End) {
        self.0.store(how as u8, Ordering::Release);
    }
}

/// A connection that [`Line::end`] can end.
#[derive(Debug)]
pub struct Lined {
    stream: TcpStream,
    line: Line,
}

impl Lined {
    /// A connection, and the handle to it.
    pub fn over(stream: TcpStream) -> (Self, Line) {
        let line = Line::default();
        (Self { stream, line: line.clone() }, line)
    }

    fn check(&self) -> io::Result<()> {
        match self.line.0.load(Ordering::Acquire) {
            0 => Ok(()),
            _ => Err(io::ErrorKind::ConnectionReset.into()),
        }
    }
}

/// A connection that was to be reset has nothing lingering; so closing it resets it.
impl Drop for Lined {
    fn drop(&mut self) {
        if self.line.0.load(Ordering::Acquire) == End::Reset as u8
            && let Err(cause) = self.stream.set_zero_linger()
        {
            tracing::warn!(%cause, "a connection could not be reset and is closed instead");
        }
    }
}

impl AsyncRead for Lined {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Lined {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
