//! What the settings say of the certificates of clients.

use std::{fs, str::FromStr as _};

use axum::http::HeaderName;

use super::{config::Settings, start::StartError};
use crate::{foundation::crypto::certificate::Authorities, http::web::ClientCertificates};

/// Where certificates come from, and who vouches for them.
///
/// # Errors
/// The file of authorities cannot be read, or nothing hands certificates on.
pub(super) fn taken(settings: &Settings) -> Result<Option<ClientCertificates>, StartError> {
    let mtls = &settings.mtls;
    let header = mtls.certificate_header.given();
    let header = header.map(HeaderName::from_str).transpose().ok().flatten();
    if header.is_none() && mtls.listen.given().is_none() {
        return match (mtls.ca.given(), mtls.public_url.given()) {
            (None, None) => Ok(None),
            (Some(_), _) => Err(refused(
                "mtls.ca needs mtls.certificate_header or mtls.listen",
            )),
            (None, Some(_)) => Err(refused(
                "mtls.public_url needs mtls.certificate_header or mtls.listen",
            )),
        };
    }
    Ok(Some(ClientCertificates {
        header,
        authorities: authorities(settings)?,
    }))
}

/// Where clients reach the endpoints that ask for their certificates.
///
/// # Errors
/// It is no TLS, or at another path than the issuer: one router serves both.
pub(super) fn address(settings: &Settings) -> Result<Option<String>, StartError> {
    let Some(url) = settings.mtls.public_url.given() else {
        return match settings.mtls.listen.given() {
            Some(_) => Err(refused("mtls.listen needs mtls.public_url")),
            None => Ok(None),
        };
    };
    if !url.is_https() || url.path() != settings.public_url.path() {
        return Err(refused(
            "mtls.public_url begins with https and has the path of public_url",
        ));
    }
    Ok(Some(url.as_str().to_owned()))
}

fn authorities(settings: &Settings) -> Result<Option<Authorities>, StartError> {
    let Some(path) = settings.mtls.ca.given() else {
        return Ok(None);
    };
    let shown = path.display();
    let pem = fs::read(path).map_err(|error| refused(&format!("{shown}: {error}")))?;
    let authorities = Authorities::from_pem(&pem);
    let authorities =
        authorities.ok_or_else(|| refused(&format!("{shown}: not certificates in PEM")))?;
    Ok(Some(authorities))
}

fn refused(why: &str) -> StartError {
    StartError::ClientCertificates(why.to_owned())
}
