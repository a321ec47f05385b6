//! The certificate that a caller showed: to this server's own TLS, or to the proxy in front of it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{HeaderName, request::Parts};

use super::state::State;
use crate::foundation::crypto::certificate::{Authorities, Certificate};

/// Where certificates come from, and who vouches for them.
#[derive(Clone, Debug)]
pub struct ClientCertificates {
    /// The header that a trusted proxy writes them into, where there is one. It has to overwrite
    /// what a client sent under that name.
    pub header: Option<HeaderName>,
    /// Whose certificates are recognised by their names. Without any, only those that are
    /// recognised by their key are.
    pub authorities: Option<Authorities>,
}

/// What the caller showed in the handshake with this server's own TLS; a part of each request on
/// a connection where a certificate was asked for.
#[derive(Clone)]
pub struct HandshakeCertificate(pub Option<Arc<Certificate>>);

/// The certificate of the connection, when the caller showed one.
///
/// The header is read from a proxy of ours only: anybody can write a header, and a certificate
/// is public. (That is the whole of the proof that the caller holds its key.)
#[derive(Clone)]
pub struct ShownCertificate(pub Option<Certificate>);

impl FromRequestParts<State> for ShownCertificate {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        Ok(Self(shown(parts, state)))
    }
}

fn shown(parts: &Parts, state: &State) -> Option<Certificate> {
    if let Some(HandshakeCertificate(own)) = parts.extensions.get() {
        return own.as_deref().cloned();
    }
    let header = state.offer.certificates.as_ref()?.header.as_ref()?;
    let mut values = parts.headers.get_all(header).iter();
    let value = values.next()?;
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    if !state.trusted_proxies.hold(peer.ip().to_canonical()) {
        tracing::warn!(%peer, "a certificate header of somebody who is no trusted proxy is ignored");
        return None;
    }
    // Two of them: the proxy has added its own to one that the client wrote.
    if values.next().is_some() {
        tracing::warn!(%peer, "the certificate header is there twice; the proxy must overwrite it");
        return None;
    }
    Certificate::from_header(value.to_str().ok()?)
}
