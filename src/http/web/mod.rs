//! What all doors share: the state, the browser's cookies and session, forms and where
//! they may come from, pages and their headers, and what every request passes through.

mod address;
mod around;
mod assets;
mod brand;
mod browser;
mod certificate;
pub mod cookies;
pub mod csrf;
mod dialect;
mod form;
mod frame;
mod language;
pub mod letters;
mod new_password;
mod offer;
mod page;
pub mod pages;
pub mod paths;
mod qr;
mod refusal;
mod request_id;
mod see_other;
mod state;
mod texts;
mod totp_setup;

pub use address::{ClientAddress, TrustedProxies};
pub use around::around;
pub use assets::{send_form_path, webauthn_path};
pub use brand::{Appearance, Brand, BrandRefused, Colour};
pub use browser::{Browser, session, session_secret};
pub use certificate::{ClientCertificates, HandshakeCertificate, ShownCertificate};
pub use cookies::{CookieName, SetCookies};
pub use form::{Form, FormRefused, LARGEST_FORM, PageForm};
pub use frame::Frame;
pub use language::{Language, Languages};
pub use new_password::{NewPasswordField, NewPasswordWrong};
pub use offer::Offer;
pub use page::{FormAction, Origin, Page};
pub use qr::QrPicture;
pub use refusal::PageRefusal;
pub use request_id::{RequestId, ThisRequest};
pub use see_other::see_other;
pub use state::{Basics, Parts, State, StateError};
pub use texts::{Phrase, Said, Strong};
pub use totp_setup::TotpSetup;
