//! Connections, plain or by TLS: accepts them, serves requests on them, and ends them in good order.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, StatusCode, header},
};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto,
        graceful::{GracefulShutdown, Watcher},
    },
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::heads::{Heads, Remembered};
use crate::{foundation::crypto::certificate::Certificate, http::web::HandshakeCertificate};

/// More connections than this wait in the kernel's queue: each costs memory, and
/// nobody has to sign in to open one.
const MOST_CONNECTIONS: usize = 4096;
/// A handshake must be over by then.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// A request's head must be there by then, so that slow senders hold no connection. It is
/// also how long a connection may wait for its next request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// The longest head of a request; a few times what browsers and proxies send.
const LONGEST_HEAD: usize = 64 << 10;
/// Pause after a failed accept (usually: no file descriptor left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long requests that are being answered may go on after the stop.
pub const STOP_BOUND: Duration = Duration::from_secs(10);

/// Serves until `stop` resolves; then takes no more connections, lets the requests
/// that are being answered end, and says how it went.
pub async fn serve(
    listener: TcpListener,
    wire: Wire,
    router: Router,
    stop: impl Future<Output = ()>,
) -> Stopped {
    let open = GracefulShutdown::new();
    let connections = Connections {
        protocol: Arc::new(protocol()),
        wire,
        router,
    };
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &room) => accepted,
        };
        match accepted {
            Ok((stream, peer, place)) => connections.spawn(stream, peer, place, &open),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    match tokio::time::timeout(STOP_BOUND, open.shutdown()).await {
        Ok(()) => Stopped::AllEnded,
        Err(_) => Stopped::SomeCutOff,
    }
}

/// How bytes travel on a connection.
#[derive(Clone)]
pub enum Wire {
    /// As they are: by a proxy, or on this machine.
    Plain,
    /// By this server's own TLS.
    Tls(TlsAcceptor),
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Every request that had begun was answered.
    AllEnded,
    /// Some took longer than the bound.
    SomeCutOff,
}

impl Stopped {
    /// How two of them ended.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == Self::AllEnded { other } else { self }
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    // The semaphore is never closed; without a place the connection is not taken.
    let place = Arc::clone(room)
        .acquire_owned()
        .await
        .map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

fn protocol() -> auto::Builder<TokioExecutor> {
    let mut protocol = auto::Builder::new(TokioExecutor::new());
    protocol
        .http1()
        .timer(TokioTimer::new())
        .max_buf_size(LONGEST_HEAD)
        .header_read_timeout(HEAD_TIMEOUT);
    protocol
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .keep_alive_interval(Some(Duration::from_secs(30)));
    protocol
}

#[derive(Clone)]
struct Connections {
    protocol: Arc<auto::Builder<TokioExecutor>>,
    wire: Wire,
    router: Router,
}

impl Connections {
    fn spawn(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        place: OwnedSemaphorePermit,
        open: &GracefulShutdown,
    ) {
        // Answers are written whole; waiting for more would only delay them.
        let _ = stream.set_nodelay(true);
        let (own, watcher) = (self.clone(), open.watcher());
        tokio::spawn(async move {
            if let Err(error) = own.converse(stream, peer, watcher).await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }

    async fn converse(
        self,
        stream: TcpStream,
        peer: SocketAddr,
        watcher: Watcher,
    ) -> Result<(), Broken> {
        let acceptor = match &self.wire {
            Wire::Plain => return self.answer_on(stream, (peer, None), watcher).await,
            Wire::Tls(acceptor) => acceptor.clone(),
        };
        let stream = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await??;
        let shown = stream.get_ref().1.peer_certificates();
        let shown = shown.and_then(|chain| Certificate::from_der(chain.first()?));
        let shown = HandshakeCertificate(shown.map(Arc::new));
        self.answer_on(stream, (peer, Some(shown)), watcher).await
    }

    async fn answer_on<S>(self, stream: S, caller: Caller, watcher: Watcher) -> Result<(), Broken>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = self.router;
        let heads = Heads::new(LONGEST_HEAD);
        let stream = Remembered::new(stream, heads.clone());
        let service = hyper::service::service_fn(move |request| {
            let is_of_two_lengths = has_chunks(&request) && heads.name_a_length();
            let (router, caller) = (router.clone(), caller.clone());
            async move {
                if is_of_two_lengths {
                    return Ok(refused());
                }
                answer(router, caller, request).await
            }
        });
        let connection = self
            .protocol
            .serve_connection(TokioIo::new(stream), service)
            .into_owned();
        watcher.watch(connection).await
    }
}

/// Where a request comes from, and what was shown in the handshake.
type Caller = (SocketAddr, Option<HandshakeCertificate>);

type Broken = Box<dyn std::error::Error + Send + Sync>;

fn has_chunks(request: &Request<Incoming>) -> bool {
    request.headers().contains_key(header::TRANSFER_ENCODING)
}

/// In no protocol of ours: what a request is that can be read in two ways, nobody can say. The
/// connection ends with it, because nobody can say where it ends either (RFC 9112 §6.1).
fn refused() -> Response<Body> {
    let mut response = Response::new(Body::from("a request has one length\n"));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, plain);
    response
}

async fn answer(
    router: Router,
    (peer, shown): Caller,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    if let Some(shown) = shown {
        request.extensions_mut().insert(shown);
    }
    router.oneshot(request).await
}
